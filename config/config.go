// Package config reads electric.yaml into one checked value.
//
// Every setting is a row of the table settings: its key, its kind, what it is
// for. Reading, the near-name hints, the "known settings" list and electric
// init's file all come from that table, so a setting is added by one row and
// one field. What is wrong with a file is a diagnostic with its line.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/source"
)

// File is the name of the configuration, in the working directory.
const File = "electric.yaml"

// A Config is what a project has settled. Load fills in the defaults.
type Config struct {
	Migrations string          // folder of SQL files; default "schema"
	Out        string          // bundle; default "_electric/migrations"
	Unmarked   source.Unmarked // default: clients get it unless there are markers
}

// A setting is one key of the file.
type setting struct {
	key    string
	doc    string // one line, for electric init's file
	value  string // the default, as YAML
	values []string
	set    func(*Config, string)
}

// settings are all keys, in the order electric init writes them.
var settings = []setting{
	{
		key: "migrations", doc: "The folder of SQL migrations.", value: "schema",
		set: func(c *Config, v string) { c.Migrations = v },
	},
	{
		key: "out", doc: "The bundle that compile writes.", value: "_electric/migrations",
		set: func(c *Config, v string) { c.Out = v },
	},
	{
		key: "unmarked", doc: "Who gets SQL outside of transaction markers: client, server or error. Without this, clients do unless a migration has markers.",
		values: source.UnmarkedValues,
		set:    func(c *Config, v string) { c.Unmarked = source.Unmarked(v) },
	},
}

// Default is the configuration of a project without electric.yaml.
func Default() Config {
	var c Config
	for _, s := range settings {
		if s.value != "" {
			s.set(&c, s.value)
		}
	}
	return c
}

// Load reads the file at path. Without one, everything has its default.
func Load(path string) (Config, []diag.Diagnostic, diag.Texts) {
	texts := diag.Texts{}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Default(), nil, texts
	case err == nil && !info.Mode().IsRegular():
		return Default(), []diag.Diagnostic{diag.Errorf(diag.WholeFile(path), "not-a-file", "is not a regular file")}, texts
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Default(), []diag.Diagnostic{diag.Errorf(diag.WholeFile(path), "unreadable-file", "could not be read: %s", err)}, texts
	}
	texts[path] = string(data)
	c, ds := Parse(path, string(data))
	return c, ds, texts
}

// Parse reads the text of a configuration file.
func Parse(file, text string) (Config, []diag.Diagnostic) {
	p := parser{file: file, text: text, config: Default()}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		p.syntaxError(err)
	} else if len(doc.Content) > 0 {
		p.root(doc.Content[0])
	}
	return p.config, p.diagnostics
}

// Text is a configuration file with every setting at its default, for electric
// init.
func Text() string {
	var b strings.Builder
	for i, s := range settings {
		if i > 0 {
			b.WriteByte('\n')
		}
		line := s.key + ": " + s.value
		if s.value == "" {
			line = "# " + s.key + ": " + s.values[0]
		}
		fmt.Fprintf(&b, "# %s\n%s\n", s.doc, line)
	}
	return b.String()
}

func find(key string) (setting, bool) {
	i := slices.IndexFunc(settings, func(s setting) bool { return s.key == key })
	if i < 0 {
		return setting{}, false
	}
	return settings[i], true
}
