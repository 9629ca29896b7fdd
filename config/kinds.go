package config

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/electric-cli/electric/source"
)

// A kind is what a setting's values may be.
type kind struct {
	what   string   // in words, after "asks for"
	values []string // where there are few
	ok     func(string) bool

	address bool // of a database: it may hold a password
}

var (
	text      = kind{what: "text", ok: func(string) bool { return true }}
	boolean   = oneOf("true", "false", "1", "0")
	port      = kind{what: "a port, 1 to 65535", ok: func(v string) bool { return within(v, 1, 65535) }}
	count     = kind{what: "a whole number from 1", ok: func(v string) bool { return within(v, 1, 1<<62) }}
	natural   = kind{what: "a whole number from 0", ok: func(v string) bool { return within(v, 0, 1<<62) }}
	fraction  = kind{what: "a number from 0 to 1", ok: isFraction}
	duration  = kind{what: "milliseconds, or a duration such as 30s, 10m or 2h", ok: matches(`^(\d+|\d+(\.\d+)?\s*(ms|msec|s|sec|m|min|h|hr))$`)}
	size      = kind{what: "bytes, or a size such as 64MB or 4096KiB", ok: matches(`^\d+(\.\d+)?\s*([kKMG](i?B)?|B)?$`)}
	webURL    = kind{what: "a URL that begins with http:// or https://", ok: isWebURL}
	identity  = kind{what: "a name of lower-case letters, digits and _", ok: matches(`^[a-z_][a-z0-9_]{0,62}$`)}
	limits    = kind{what: `JSON such as {"initial": 300, "existing": 10000}`, ok: isLimits}
	postgres  = kind{what: "a URL such as postgres://user@host:5432/name, or libpq's keywords", ok: isPostgres, address: true}
	logLevel  = oneOf("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")
	sslMode   = oneOf("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
	unmarked  = oneOf(source.UnmarkedValues...)
	storage   = oneOf("MEMORY", "FAST_FILE")
	stateKind = oneOf("MEMORY", "FILE")
)

// pattern is a regular expression that is compiled when it is first needed: a
// compile of migrations needs none.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

func matches(expression string) func(string) bool {
	p := pattern(expression)
	return func(v string) bool { return p().MatchString(v) }
}

// oneOf is a kind of few values; letter case does not matter in them.
func oneOf(values ...string) kind {
	return kind{what: strings.Join(values, ", "), values: values, ok: func(v string) bool {
		return slices.ContainsFunc(values, func(x string) bool { return strings.EqualFold(x, v) })
	}}
}

func within(v string, low, high int64) bool {
	n, err := strconv.ParseInt(v, 10, 64)
	return err == nil && low <= n && n <= high
}

func isFraction(v string) bool {
	f, err := strconv.ParseFloat(v, 64)
	return err == nil && 0 <= f && f <= 1
}

func isWebURL(v string) bool {
	u, err := url.Parse(v)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// isPostgres tells what certainly is no address of a database; whether pgx can
// read it is asked where one connects.
func isPostgres(v string) bool {
	if scheme, _, ok := strings.Cut(v, "://"); ok && !strings.ContainsAny(scheme, " =") {
		return scheme == "postgres" || scheme == "postgresql"
	}
	return strings.Contains(v, "=")
}

func isLimits(v string) bool {
	var parts map[string]int
	if json.Unmarshal([]byte(v), &parts) != nil {
		return false
	}
	for name, n := range parts {
		if name != "initial" && name != "existing" || n < 1 {
			return false
		}
	}
	return len(parts) > 0
}
