package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compat"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/source"
)

// A side is one of two schemas that are compared, and where it comes from.
type side struct {
	label      string // never with a password
	schema     *metadata.Schema
	bundle     *bundle.Bundle     // nil for a database
	setup      []source.Migration // before these
	migrations []source.Migration // nil for a database and for a bundle's file
	recorded   map[string]string  // the checksums of the migrations that made it, by version; nil when they are not known
	clients    compat.Clients     // what clients have of it; nil when that is not known
	live       bool               // it is a database
}

// side reads what a command line names.
func (a *app) side(ctx context.Context, c config.Config, name string) (*side, error) {
	if isDatabaseURL(name) {
		return a.databaseSide(ctx, c, name)
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return a.folderSide(c, name)
	case err == nil:
		return fileSide(name)
	case !errors.Is(err, fs.ErrNotExist) && !strings.Contains(name, ":"):
		return nil, outside(err)
	}
	if rev, path, ok := strings.Cut(name, ":"); ok && rev != "" {
		return a.gitSide(ctx, c, rev, path)
	}
	return a.revisionSide(ctx, c, name)
}

// folderSide compiles a folder of migrations.
func (a *app) folderSide(c config.Config, dir string) (*side, error) {
	return a.compiledSide(a.read(c, []string{dir}, string(c.Unmarked)), filepath.ToSlash(dir))
}

// compiledSide compiles migrations. What is wrong with them is shown and ends the command.
func (a *app) compiledSide(in *source.Input, label string) (*side, error) {
	migrations, setup := in.Migrations(), in.Setup()
	return a.compileSide(setup, migrations, in.Diagnostics, in.Texts, label)
}

func (a *app) compileSide(setup, migrations []source.Migration, problems []diag.Diagnostic, texts diag.Texts, label string) (*side, error) {
	var b *bundle.Bundle
	if !diag.HasErrors(problems) {
		b, problems = compile.Migrations(migrations, compile.Options{Compiler: compilerName, Setup: setup})
	}
	if diag.HasErrors(problems) {
		diag.Sort(problems)
		return nil, errors.Join(a.report(problems, texts), wrongInput())
	}
	s := compiledFrom(b, label)
	s.setup, s.migrations = setup, migrations
	return s, nil
}

// fileSide reads a bundle's file.
func fileSide(path string) (*side, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, outside(err)
	}
	return bundleSide(data, filepath.ToSlash(path))
}

func bundleSide(data []byte, label string) (*side, error) {
	b, err := bundle.Read(bytes.NewReader(data))
	if err != nil {
		return nil, failure{exitInput, fmt.Errorf("%s: %w", label, err)}
	}
	return compiledFrom(b, label), nil
}

// compiledFrom makes a side of a bundle.
func compiledFrom(b *bundle.Bundle, label string) *side {
	s := &side{label: label, schema: b.Schema.Schema, bundle: b, recorded: checksums(b.Migrations)}
	if len(b.Schema.Tables) == len(s.schema.Tables) {
		s.clients = b.Clients()
	}
	return s
}

// checksums gives the checksums of migrations by version.
func checksums(list []bundle.Migration) map[string]string {
	known := map[string]string{}
	for _, m := range list {
		known[m.Version] = m.Checksum
	}
	return known
}

// clientsBeside tells what clients have; of a side that does not know, as a database, what they have of the other one.
func (s *side) clientsBeside(other *side) compat.Clients {
	if s.clients == nil {
		return other.clients.Of(s.schema, other.schema)
	}
	return s.clients
}
