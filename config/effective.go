package config

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/electric-cli/electric/diag"
)

// A Value is what a setting comes to. Its text holds no secret.
type Value struct {
	Setting *Setting
	Text    string // "" without one
	Set     bool   // somebody set it
	Source  string // "flag --database-url", "environment", ".env:3", "electric.yaml:5", "default"; "" without a value
	Name    string // the variable, key or flag it was found under
	Span    diag.Span

	raw   string
	unset []string // the variables that ${NAME} did not find
}

// A Resolver finds what settings come to.
type Resolver struct {
	Config Config
	Env    *Environment
	Flags  map[string]string // settings' keys to what the command line gave
}

// Values are all settings, and of the families those that are set.
func (r *Resolver) Values() []Value {
	var list []Value
	for i := range settings {
		list = append(list, r.value(&settings[i]))
	}
	for _, name := range r.Env.names() {
		if _, listed := Find(name); listed {
			continue
		}
		if s, ok := ofFamily(name); ok {
			if v := r.value(s); v.Set {
				list = append(list, v)
			}
		}
	}
	m := r.masker(list)
	for i := range list {
		v := &list[i]
		v.Text = m.Text(v.raw)
		if v.Set && (v.Setting.Secret || v.unreadable()) {
			v.Text = Masked
		}
	}
	return list
}

// value finds a setting's value: flag, environment, .env.local, .env,
// electric.yaml, default.
func (r *Resolver) value(s *Setting) Value {
	v := Value{Setting: s, Name: s.Key}
	if given, ok := r.Flags[s.Key]; ok && given != "" {
		v.raw, v.Set, v.Source, v.Name = given, true, "flag "+s.Flag, s.Flag
		return v
	}
	env := r.Env
	if s.Group == Program { // read before any file is
		env = &Environment{layers: env.layers[:1]}
	}
	if f, ok := env.lookup(s.Env...); ok {
		v.raw, v.Set, v.Source, v.Name, v.Span = f.text, true, f.source(), f.name, f.span()
		return v
	}
	if g, ok := r.Config.given[s.Key]; ok {
		v.Set, v.Span, v.Source = true, g.span, r.Config.file
		if r.Config.text != "" {
			v.Source = fmt.Sprintf("%s:%d", r.Config.file, diag.PositionOf(r.Config.text, g.span.Start).Line)
		}
		v.raw, v.unset = r.Env.expand(g.text)
		return v
	}
	if s.Default != "" {
		v.raw, v.Source = s.Default, "default"
	}
	return v
}

// unreadable reports whether this is an address of a database that is none:
// nobody knows which part of it is the password.
func (v Value) unreadable() bool {
	return v.Setting.kind.address && len(v.unset) == 0 && !v.Setting.kind.ok(v.raw)
}

// where names the value in a message: the flag, or the variable or key; what has
// no place in a file, with where else it stands.
func (v Value) where() string {
	if v.Span == (diag.Span{}) && v.Name != v.Setting.Flag {
		return fmt.Sprintf("%s (%s)", v.Name, v.Source)
	}
	return v.Name
}

var placeholder = pattern(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// expand replaces ${NAME}, and names what is not set.
func (e *Environment) expand(text string) (expanded string, unset []string) {
	expanded = placeholder().ReplaceAllStringFunc(text, func(whole string) string {
		name := whole[2 : len(whole)-1]
		f, ok := e.lookup(name)
		if !ok {
			unset = append(unset, name)
			return whole
		}
		return f.text
	})
	return expanded, unset
}

// Masker knows every secret that the settings and the .env files hold.
func (r *Resolver) Masker() *Masker { return r.masker(r.Values()) }

func (r *Resolver) masker(values []Value) *Masker {
	m := &Masker{}
	for _, v := range values {
		m.learn(v)
	}
	for _, name := range r.Env.names() {
		if _, known := Find(name); known || secretName().MatchString(name) && relevant(name) {
			for _, l := range r.Env.layers { // the weaker places hold secrets too
				if s, ok := Find(name); ok && !s.Secret {
					m.addAll(l.vars[name])
				} else if l.vars[name] != "" {
					m.Add(l.vars[name])
				}
			}
		}
	}
	m.addAll(r.Config.given["database_url"].text)
	return m
}

func (m *Masker) learn(v Value) {
	if v.Setting.Secret && v.Set {
		m.Add(v.raw)
		return
	}
	m.addAll(v.raw)
	switch v.Setting.Key {
	case "database_url", "ELECTRIC_POOLED_DATABASE_URL":
		if u, err := url.Parse(v.raw); err == nil && u.User != nil {
			m.Show(u.User.Username())
			m.Show(u.Hostname())
			m.Show(strings.TrimPrefix(u.Path, "/"))
		}
	case "PGUSER", "PGDATABASE", "PGHOST":
		m.Show(v.raw)
	}
}

// addAll makes the passwords in an address known.
func (m *Masker) addAll(text string) {
	for _, s := range secretsIn(text) {
		m.Add(s)
	}
}

// relevant reports whether a variable may be Electric's or Postgres's.
func relevant(name string) bool {
	_, old := findIgnored(name)
	return old || strings.HasPrefix(name, "ELECTRIC_") || strings.HasPrefix(name, "PG")
}
