package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/source"
)

// A hashed is a hash and the text it is made of.
type hashed struct {
	Format      int           `json:"format"`
	OK          bool          `json:"ok"`
	Version     string        `json:"version"`
	Hash        string        `json:"hash"`
	Text        string        `json:"text"`
	Diagnostics []diag.Record `json:"diagnostics"`
}

// runExplainHash prints what a hash is made of. The migrations are compiled as the bundle's are; a bundle itself has it
// in its schema.
func (a *app) runExplainHash(ctx context.Context, c config.Config, o explainOptions) error {
	if len(o.args) == 1 && isBundle(o.args[0]) {
		return a.runExplainBundle(o)
	}
	in := a.read(c, o.args, string(c.Unmarked))
	migrations := in.Migrations()
	if o.at != "" && !diag.HasErrors(in.Diagnostics) {
		var err error
		if migrations, err = migrationsUpTo(migrations, o.at); err != nil {
			return err
		}
	}
	h, ds := hashed{Format: 1}, in.Diagnostics
	if !diag.HasErrors(ds) {
		var found []diag.Diagnostic
		var err error
		if h, found, err = a.hashedText(ctx, c, o, migrations, in.Setup()); err != nil {
			return err
		}
		ds = append(ds, found...)
		diag.Sort(ds)
	}
	return a.tellHashed(h, ds, in.Texts, o.json)
}

// isBundle reports whether an argument is a file that is no SQL.
func isBundle(arg string) bool {
	info, err := os.Stat(arg)
	return err == nil && info.Mode().IsRegular() && !strings.HasSuffix(arg, ".sql")
}

// runExplainBundle prints what a bundle's hash is made of.
func (a *app) runExplainBundle(o explainOptions) error {
	s, err := fileSide(o.args[0])
	if err != nil {
		return err
	}
	b := s.bundle
	if o.at != "" && o.at != b.Version {
		return misuse("--at %s: the bundle %s tells the schema of its last version alone, %s", o.at, s.label, b.Version)
	}
	h := hashed{Format: 1, OK: true, Version: b.Version}
	h.fill(b, hash.Tables(b.Clients()), o.syncHash)
	return a.tellHashed(h, nil, nil, o.json)
}

// tellHashed writes the text, or what is wrong.
func (a *app) tellHashed(h hashed, ds []diag.Diagnostic, texts diag.Texts, asJSON bool) error {
	if asJSON {
		h.Diagnostics = diag.Records(ds, texts)
		if err := a.writeJSON(h); err != nil {
			return outside(err)
		}
	} else if err := a.writeHashed(h, ds, texts); err != nil {
		return err
	}
	if !h.OK {
		return wrongInput()
	}
	return nil
}

func (a *app) writeHashed(h hashed, ds []diag.Diagnostic, texts diag.Texts) error {
	if err := a.report(ds, texts); err != nil || !h.OK {
		return err
	}
	if _, err := fmt.Fprint(a.out, h.Text); err != nil {
		return outside(err)
	}
	a.note("%s at version %s", h.Hash, h.Version)
	return nil
}

// hashedText compiles migrations and gives what their last version's hash is made of: the schema hash, or the sync hash.
func (a *app) hashedText(ctx context.Context, c config.Config, o explainOptions, migrations, setup []source.Migration) (hashed, []diag.Diagnostic, error) {
	h := hashed{Format: 1}
	var trace compile.Trace
	b, ds, _, err := a.settle(ctx, c, o.shadow, migrations, compile.Options{Compiler: compilerName, Trace: &trace, Setup: setup})
	if err != nil || b == nil {
		return h, ds, err
	}
	tables := hash.Tables{} // without a migration there is nothing
	if n := len(trace.Scopes); n > 0 {
		tables = trace.Scopes[n-1]
	}
	h.OK, h.Version = true, b.Version
	h.fill(b, tables, o.syncHash)
	return h, ds, nil
}

// fill takes over a bundle's hash, and its text.
func (h *hashed) fill(b *bundle.Bundle, clients hash.Tables, sync bool) {
	if sync {
		h.Hash, h.Text = b.SyncHash, hash.SyncText(b.Schema.Schema, clients.Scope())
	} else {
		h.Hash, h.Text = b.SchemaHash, hash.Text(b.Schema.Schema, clients.Scope())
	}
}

// migrationsUpTo leaves out what comes behind a version.
func migrationsUpTo(migrations []source.Migration, version string) ([]source.Migration, error) {
	var versions []string
	for i := range migrations {
		v := versionOf(&migrations[i])
		if v == version {
			return migrations[:i+1], nil
		}
		versions = append(versions, v)
	}
	hint := ""
	if near := diag.Near(version, versions); near != "" {
		hint = fmt.Sprintf("; %s is", near)
	}
	return nil, misuse("%q is no version of these migrations%s", version, hint)
}

// versionOf is the version that a bundle gives to a migration: its file's, unless it says another one itself, as those
// of Electric's first generation do.
func versionOf(m *source.Migration) string {
	version := m.Version
	for _, s := range m.Sections {
		for _, st := range s.Statements {
			if e := st.Electric; e != nil && e.Kind == parser.ElectricVersion {
				version = e.Version
			}
		}
	}
	return version
}
