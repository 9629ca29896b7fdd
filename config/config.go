// Package config knows every setting: of electric.yaml, of the environment and
// its .env files, libpq's and Electric's own.
//
// Every setting is a row of a table: its key, the variables that hold it, its
// kind and default, whether it is secret, what it is for. Reading electric.yaml,
// near-name hints, electric init's file, electric config and docs/config.md all
// come from those rows, so a setting is added by one row. What is wrong is a
// diagnostic with its place.
//
// A secret never leaves this package unmasked but for the one purpose it has:
// Database gives the address to connect to.
//
// Load reads electric.yaml alone. Compiling needs nothing else, so that it is
// quick and the same everywhere; the environment is read by who asks for it.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
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
	Setup      []string        // what the database holds before the first migration; nil: the folder's name says

	file, text string           // without passwords
	given      map[string]given // what the file says, as it is written: with ${NAME}, perhaps with a password
}

// Texts is the file, for diagnostics of its settings. It shows no password.
func (c Config) Texts() diag.Texts {
	if c.text == "" {
		return diag.Texts{}
	}
	return diag.Texts{c.file: c.text}
}

// A given value stands in the file.
type given struct {
	text string
	span diag.Span
}

// Default is the configuration of a project without electric.yaml.
func Default() Config {
	var c Config
	for _, s := range settings {
		if s.set != nil && s.Default != "" {
			s.set(&c, s.Default)
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
	c, ds := Parse(path, string(data))
	c.text = blank(string(data))
	texts[path] = c.text
	return c, ds, texts
}

// Parse reads the text of a configuration file.
func Parse(file, text string) (Config, []diag.Diagnostic) {
	p := parser{file: file, text: text, config: Default()}
	p.config.file = file
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		p.syntaxError(err)
	} else if len(doc.Content) > 0 {
		p.root(doc.Content[0])
	}
	for i := range p.diagnostics {
		d := &p.diagnostics[i]
		d.Message, d.Hint = MaskURL(d.Message), MaskURL(d.Hint)
	}
	return p.config, p.diagnostics
}

// Text is a configuration file with every setting at its default, for electric
// init, but for those that are given.
func Text(given map[string]string) string {
	var b strings.Builder
	for _, s := range settings {
		if !s.InFile {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		line := s.Key + ": " + s.Default
		if value, ok := given[s.Key]; ok {
			line = s.Key + ": " + value
		} else if s.set == nil || s.Default == "" { // written down, it would count as said
			line = "# " + s.Key + ": " + cmp.Or(s.Default, s.example)
		}
		fmt.Fprintf(&b, "# %s\n%s\n", s.Doc, line)
	}
	return b.String()
}
