package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/electric-cli/electric/diag"
)

// Check tells what is wrong with the settings, electric.yaml's syntax left out:
// impossible values, names that nothing reads, and those only old versions read.
func (r *Resolver) Check() []diag.Diagnostic {
	ds := append([]diag.Diagnostic(nil), r.Env.Problems...)
	for _, v := range r.Values() {
		ds = append(ds, r.checkValue(v)...)
	}
	ds = append(ds, r.checkNames()...)
	return append(ds, r.checkTogether()...)
}

func (r *Resolver) checkValue(v Value) (ds []diag.Diagnostic) {
	s := v.Setting
	if !v.Set {
		return nil
	}
	if len(v.unset) > 0 {
		return []diag.Diagnostic{unsetVariable(v)}
	}
	if writtenPassword(r.Config.given[s.Key].text) {
		d := diag.Warnf(r.Config.given[s.Key].span, "password-in-file", "electric.yaml holds a password, which git then holds too")
		d.Hint = "Put DATABASE_URL into .env and .env into .gitignore, or write ${PGPASSWORD} in its place."
		ds = append(ds, d)
	}
	if len(s.Env) > 0 && v.Name != s.Key && v.Name != s.Flag && v.Name != s.Env[0] {
		d := diag.Warnf(v.Span, "old-name", "%s is the old name of %s", v.Name, s.Env[0])
		d.Hint = "Rename it."
		ds = append(ds, d)
	}
	if !s.kind.ok(v.raw) {
		d := diag.Errorf(v.Span, "impossible-value", "%s cannot be %q", v.where(), v.Text)
		if s.Secret || v.unreadable() || strings.Contains(v.Text, Masked) {
			d.Message = v.where() + " has an impossible value"
		}
		d.Hint = fmt.Sprintf("It asks for %s.", s.kind.what)
		ds = append(ds, d)
	}
	return ds
}

// mistakes are ds without what only warns.
func mistakes(ds []diag.Diagnostic) []diag.Diagnostic {
	return slices.DeleteFunc(ds, func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
}

// writtenPassword reports whether a password in an address is there itself and
// not as ${NAME}.
func writtenPassword(address string) bool {
	for _, s := range secretsIn(address) {
		if placeholder().ReplaceAllString(s, "") != "" {
			return true
		}
	}
	return false
}

// checkNames looks at the variables that are no settings.
func (r *Resolver) checkNames() (ds []diag.Diagnostic) {
	var unsure []diag.Diagnostic
	sure := false
	for _, name := range r.Env.names() {
		f, set := r.Env.lookup(name)
		if _, known := findVariable(name); known || !set {
			continue
		}
		at := f.span()
		if x, ok := findIgnored(name); ok {
			d := diag.Errorf(at, "ignored-setting", "%s: %s", name, x.who)
			d.Hint = x.instead
			if x.generic {
				d.Severity = diag.Warning
				unsure = append(unsure, d)
				continue
			}
			sure = sure || x.who == old
			ds = append(ds, d)
			continue
		}
		if _, ok := ofFamily(name); ok || !strings.HasPrefix(name, prefix) {
			continue
		}
		d := diag.Warnf(at, "unknown-setting", "unknown setting %s", name)
		d.Hint = "Neither electric nor the sync service reads it: electric config lists what they do."
		if near := nearSync(strings.TrimPrefix(name, prefix)); near != "" {
			d.Severity = diag.Error
			d.Hint = fmt.Sprintf("Perhaps %s is meant.", prefix+near)
		}
		ds = append(ds, d)
	}
	if sure { // a project of those days
		ds = append(ds, unsure...)
	}
	return ds
}

// findVariable finds the setting that a variable holds.
func findVariable(name string) (*Setting, bool) {
	for i := range settings {
		for _, v := range settings[i].Env {
			if v == name {
				return &settings[i], true
			}
		}
	}
	return nil, false
}

// prefix is what Electric's variables begin with.
const prefix = "ELECTRIC_"

// syncNames are those variables without it.
func syncNames() (names []string) {
	for _, s := range settings {
		for _, v := range s.Env {
			if short, ok := strings.CutPrefix(v, prefix); ok {
				names = append(names, short)
			}
		}
	}
	return names
}

// nearSync finds the name that is meant: one that is almost the same, or of the
// same letters.
func nearSync(name string) string {
	letters := func(s string) string {
		list := []byte(s)
		slices.Sort(list)
		return string(list)
	}
	for _, other := range syncNames() {
		if letters(other) == letters(name) {
			return other
		}
	}
	return diag.Near(name, syncNames())
}

// checkTogether looks at settings that do not go together.
func (r *Resolver) checkTogether() (ds []diag.Diagnostic) {
	secret, hasSecret := r.Env.lookup("ELECTRIC_SECRET")
	insecure, ok := r.Env.lookup("ELECTRIC_INSECURE")
	if hasSecret && ok && (insecure.text == "1" || strings.EqualFold(insecure.text, "true")) {
		d := diag.Errorf(insecure.span(), "contradiction", "ELECTRIC_INSECURE and ELECTRIC_SECRET are both set: Electric refuses to start")
		d.Related = []diag.Note{{Span: secret.span(), Message: "ELECTRIC_SECRET is set here"}}
		d.Hint = "Take one of them away."
		ds = append(ds, d)
	}
	certificate, ok := r.Env.lookup("ELECTRIC_DATABASE_CA_CERTIFICATE_FILE")
	if ok && strings.Contains(r.Env.Get("DATABASE_URL"), "sslmode=disable") {
		d := diag.Errorf(certificate.span(), "contradiction",
			"ELECTRIC_DATABASE_CA_CERTIFICATE_FILE is set, but DATABASE_URL says sslmode=disable: Electric refuses to start")
		d.Hint = "Leave sslmode away or write sslmode=verify-full."
		ds = append(ds, d)
	}
	return ds
}
