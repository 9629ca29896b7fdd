package devpage

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// policy lets the page load its own files and nothing else; no text can become
// markup or script (Trusted Types without any policy).
const policy = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// secure sets the headers that every answer has.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
}

// wantsHTML reports whether a request is a browser's: its Accept names HTML.
func wantsHTML(r *http.Request) bool {
	for _, accept := range r.Header.Values("Accept") {
		for _, item := range strings.Split(accept, ",") {
			kind, parameters, _ := strings.Cut(item, ";")
			if strings.EqualFold(strings.TrimSpace(kind), "text/html") && quality(parameters) > 0 {
				return true
			}
		}
	}
	return false
}

// quality reads the q of a media range; without one it is 1.
func quality(parameters string) float64 {
	for _, p := range strings.Split(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(name, "q") {
			q, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return 0
			}
			return q
		}
	}
	return 1
}

// trusts reports whether a request may see the state. A page elsewhere whose
// name was made to mean this machine (DNS rebinding) has a foreign Host; a
// request that a page elsewhere makes says so in Sec-Fetch-Site.
func (h *handler) trusts(r *http.Request) bool {
	if r.URL.Path != "/" && r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		return false
	}
	return !overLoopback(r) || isLoopback(hostname(r.Host)) || h.named(hostname(r.Host))
}

func (h *handler) named(host string) bool {
	return slices.ContainsFunc(h.options.Hosts, func(name string) bool {
		return name == "*" || strings.EqualFold(name, host)
	})
}

// overLoopback reports whether the connection ends at a loopback address of
// this machine. What is not known counts as one.
func overLoopback(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return true
	}
	address, err := netip.ParseAddrPort(local.String())
	return err != nil || address.Addr().Unmap().IsLoopback()
}

// hostname is a Host without its port and brackets.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
}

// isLoopback reports whether a name or address can only mean this machine.
func isLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

func refusal(r *http.Request) string {
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		return "another site's page may not read this: open it in a tab of its own"
	}
	return fmt.Sprintf("%q is not a name of this machine: use localhost", hostname(r.Host))
}
