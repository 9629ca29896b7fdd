package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"gopkg.in/yaml.v3"

	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/database"
)

// A shownConfig is what the command tells.
type shownConfig struct {
	Format     int             `json:"format" yaml:"format"`
	Settings   []settingRecord `json:"settings" yaml:"settings"`
	Connection *connection     `json:"connection" yaml:"connection"` // null: no database is named
}

type settingRecord struct {
	Key     string  `json:"key" yaml:"key"`
	Group   string  `json:"group" yaml:"group"`
	Value   *string `json:"value" yaml:"value"` // null: it has none
	Set     bool    `json:"set" yaml:"set"`     // somebody set it
	Source  string  `json:"source" yaml:"source"`
	Without string  `json:"without,omitempty" yaml:"without,omitempty"` // what holds without a value
	Secret  bool    `json:"secret" yaml:"secret"`
	Doc     string  `json:"doc" yaml:"doc"`
}

// A connection is where the settings lead to, as pgx understands them.
type connection struct {
	Source   string `json:"source" yaml:"source"`
	Host     string `json:"host" yaml:"host"`
	Port     uint16 `json:"port" yaml:"port"`
	Database string `json:"database" yaml:"database"`
	User     string `json:"user" yaml:"user"`
	Password bool   `json:"password" yaml:"password"` // whether there is one: of the URL, PGPASSWORD or a passfile
	TLS      string `json:"tls" yaml:"tls"`
}

func recordOf(v config.Value) settingRecord {
	s := v.Setting
	r := settingRecord{Key: s.Key, Group: s.Group, Set: v.Set, Source: v.Source, Secret: s.Secret, Doc: s.Doc}
	if v.Source != "" {
		r.Value = &v.Text
	} else {
		r.Without = s.Without
	}
	return r
}

func describeSettings(r *config.Resolver, setenv func(name, value string) error) shownConfig {
	shown := shownConfig{Format: 1}
	values := r.Values()
	for _, v := range values {
		shown.Settings = append(shown.Settings, recordOf(v))
	}
	target, ok, problems := r.Database()
	if !ok || len(problems) > 0 {
		return shown
	}
	if export(target, setenv) != nil {
		return shown
	}
	c, err := database.ParseAddress(target.URL)
	if err != nil {
		return shown // config check tells it
	}
	m := r.Masker()
	m.Add(c.Password)
	shown.Connection = &connection{
		Source: target.Source, Host: m.Text(c.Host), Port: c.Port, Database: m.Text(c.Database), User: m.Text(c.User),
		Password: c.Password != "", TLS: tlsOf(c),
	}
	return shown
}

// tlsOf says in words what sslmode came to.
func tlsOf(c *pgx.ConnConfig) string {
	without := slices.ContainsFunc(c.Fallbacks, func(f *pgconn.FallbackConfig) bool { return f.TLSConfig == nil })
	switch {
	case strings.HasPrefix(c.Host, "/"):
		return "none, a Unix socket"
	case c.TLSConfig == nil && len(c.Fallbacks) > 0:
		return "only if the server insists"
	case c.TLSConfig == nil:
		return "none"
	case without:
		return "if the server has it"
	case c.TLSConfig.InsecureSkipVerify && c.TLSConfig.VerifyPeerCertificate == nil && c.TLSConfig.VerifyConnection == nil:
		return "required, the server is not verified"
	}
	return "required, the server is verified"
}

// text is the settings in columns, group by group.
func (s shownConfig) text() string {
	keys, values := 0, 0
	for _, r := range s.Settings {
		keys = max(keys, len(r.Key))
		if n := len(r.shown()); n <= longValue {
			values = max(values, n)
		}
	}
	var b strings.Builder
	for _, g := range config.Groups {
		fmt.Fprintf(&b, "%s\n", g.Name)
		for _, r := range s.Settings {
			if r.Group == g.Name {
				line := fmt.Sprintf("  %-*s  %-*s  %s", keys, r.Key, values, r.shown(), r.Source)
				b.WriteString(strings.TrimRight(line, " ") + "\n")
			}
		}
		if g.Name == config.Database && s.Connection != nil {
			fmt.Fprintf(&b, "  %-*s  %s\n", keys, "leads to", s.Connection)
		}
	}
	return b.String()
}

// longValue is the width from which on a value does not widen the column.
const longValue = 60

func (r settingRecord) shown() string {
	switch {
	case r.Value != nil:
		return strings.ReplaceAll(*r.Value, "\n", `\n`)
	case r.Without != "":
		return "(" + r.Without + ")"
	}
	return "-"
}

func (c *connection) String() string {
	password := "no password"
	if c.Password {
		password = "a password"
	}
	return fmt.Sprintf("database %q at %s port %d as %q with %s; TLS: %s", c.Database, c.Host, c.Port, c.User, password, c.TLS)
}

// writeYAML writes v readable.
func writeYAML(w io.Writer, v any) error {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}
