package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/history"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/source"
	"github.com/electric-cli/electric/status"
)

// databaseFlag adds the flag of the commands that meet a database.
func databaseFlag(cmd *cobra.Command, url *string) {
	cmd.Flags().StringVar(url, "database-url", "", "the `URL` of the database (default: of $DATABASE_URL, .env, electric.yaml, libpq's $PG… variables; postgres:// stands for that)")
}

// settings resolves settings: databaseURL is what --database-url says.
func (a *app) settings(c config.Config, databaseURL string) *config.Resolver {
	return &config.Resolver{
		Config: c, Env: config.ReadEnvironment(".", a.environ()), Flags: map[string]string{"database_url": databaseURL},
	}
}

// configured is the URL that stands, on the command line, for the database that
// the settings name.
const configured = "postgres://"

// databaseURL gives the URL of the database that is meant; where none is named,
// that of the private one that electric dev runs here.
func (a *app) databaseURL(c config.Config, flag string) (url string, ok bool, err error) {
	return a.databaseURLOf(c, flag, "")
}

// databaseURLOf is to databaseURL what databaseOf is to namedDatabase.
func (a *app) databaseURLOf(c config.Config, given, by string) (url string, ok bool, err error) {
	url, ok, err = a.databaseOf(c, given, by)
	if ok || err != nil {
		return url, ok, err
	}
	if url, ok = privateURL(); ok {
		a.note("this is the private database of electric dev")
	}
	return url, ok, nil
}

// privateURL gives the URL of the private database, if it runs: a killed electric
// dev leaves the file.
func privateURL() (url string, ok bool) {
	url = published(privateURLFile)
	c, err := pgconn.ParseConfig(url)
	if url == "" || err != nil {
		return "", false
	}
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port))), time.Second)
	if err != nil {
		return "", false
	}
	_ = conn.Close()
	return url, true
}

// namedDatabase gives the URL of the database that is named, "" when libpq's
// variables say it all. ok is false when nothing says which: none is guessed.
// What is wrong with the settings is shown and ends the command.
func (a *app) namedDatabase(c config.Config, flag string) (url string, ok bool, err error) {
	return a.databaseOf(c, flag, "")
}

// databaseOf is namedDatabase for an address that something else on the command
// line than the flag --database-url gives, which by names.
func (a *app) databaseOf(c config.Config, given, by string) (url string, ok bool, err error) {
	if given == configured {
		given = ""
	}
	r := a.settings(c, given)
	target, ok, problems := r.Database()
	if given != "" && by != "" {
		target.Source = by
	}
	if err := export(target, a.setenv); err != nil {
		return "", false, outside(err)
	}
	if ok {
		problems = append(problems, checkTarget(target)...)
	}
	if len(problems) > 0 {
		return "", false, a.refuseSettings(c, r, problems)
	}
	return target.URL, ok, nil
}

// refuseSettings shows what is wrong with the settings and ends the command.
func (a *app) refuseSettings(c config.Config, r *config.Resolver, problems []diag.Diagnostic) error {
	texts := c.Texts()
	maps.Copy(texts, r.Env.Texts())
	return errors.Join(a.report(problems, texts), wrongInput())
}

// noDatabase is what a command says that cannot do without one.
func noDatabase() error {
	return misuse("no database is named: set DATABASE_URL in the environment or in .env, libpq's PG… variables, or --database-url; " +
		"or run electric dev, which has one of its own")
}

// connect opens a connection. What the server says on the way is shown: warnings,
// and with --verbose all of it.
func (a *app) connect(ctx context.Context, url string) (*pgx.Conn, error) {
	conn, err := database.Connect(ctx, url, database.ConnectOptions{Notice: func(severity, message string) {
		if a.loud || severity == "WARNING" {
			a.note("server: %s: %s", severity, message)
		}
	}})
	if err != nil {
		return nil, outside(err)
	}
	return conn, nil
}

// inspect reads a database's schema as far as migrations make it: without what
// electric records, and without the ground they build on, nil for none.
func inspect(ctx context.Context, conn *pgx.Conn, ground *metadata.Ground) (*metadata.Schema, error) {
	live, err := database.InspectWith(ctx, conn, database.Options{Exclude: []string{database.Schema}})
	if err != nil {
		return nil, err
	}
	return ground.Without(live), nil
}

// A project is what the SQL files come to.
type project struct {
	input      *source.Input
	setup      []source.Migration // what the database holds before the first of them
	migrations []source.Migration
	bundle     *bundle.Bundle
	trace      compile.Trace
}

// compileProject compiles the configured files, or those that args name. Mistakes
// in them are shown and end the command.
func (a *app) compileProject(c config.Config, args []string, unmarked string) (*project, error) {
	return a.settleProject(context.Background(), c, args, unmarked, shadowOptions{})
}

// settleProject is compileProject for a command that may ask a scratch Postgres.
func (a *app) settleProject(ctx context.Context, c config.Config, args []string, unmarked string, sh shadowOptions) (*project, error) {
	p, ds, err := a.projectBy(ctx, c, args, unmarked, sh)
	if err != nil {
		return nil, err
	}
	if !diag.HasErrors(ds) {
		return p, nil
	}
	if err := a.report(ds, p.input.Texts); err != nil {
		return nil, err
	}
	return nil, wrongInput()
}

// project compiles files, and says what is wrong with them. Without a bundle
// there are mistakes.
func (a *app) project(c config.Config, args []string, unmarked string) (*project, []diag.Diagnostic) {
	p, ds, _ := a.projectBy(context.Background(), c, args, unmarked, shadowOptions{}) // without a server nothing fails
	return p, ds
}

func (a *app) projectBy(ctx context.Context, c config.Config, args []string, unmarked string, sh shadowOptions) (*project, []diag.Diagnostic, error) {
	p := &project{input: a.read(c, args, unmarked)}
	p.migrations, p.setup = p.input.Migrations(), p.input.Setup()
	ds := p.input.Diagnostics
	if !diag.HasErrors(ds) {
		b, found, _, err := a.settle(ctx, c, sh, p.migrations, compile.Options{Compiler: compilerName, Trace: &p.trace, Setup: p.setup})
		if err != nil {
			return nil, nil, err
		}
		p.bundle = b
		ds = append(ds, found...)
		diag.Sort(ds)
	}
	return p, ds, nil
}

// upTo gives the project as it was when version was its last.
func (a *app) upTo(ctx context.Context, c config.Config, p *project, version string, sh shadowOptions) (*project, error) {
	for i, m := range p.bundle.Migrations {
		if m.Version != version {
			continue
		}
		short := &project{input: p.input, setup: p.setup, migrations: p.migrations[:i+1]}
		b, ds, _, err := a.settle(ctx, c, sh, short.migrations, compile.Options{Compiler: compilerName, Trace: &short.trace, Setup: p.setup})
		if err == nil && b == nil {
			err = errors.Join(a.report(ds, p.input.Texts), wrongInput())
		}
		short.bundle = b
		return short, err
	}
	var versions []string
	for _, m := range p.bundle.Migrations {
		versions = append(versions, m.Version)
	}
	hint := ""
	if near := diag.Near(version, versions); near != "" {
		hint = fmt.Sprintf("; %s is", near)
	}
	return nil, misuse("%q is no version of these migrations%s", version, hint)
}

// prefix is the project without what comes behind its first n migrations.
func (p *project) prefix(n int) *project {
	if n == len(p.migrations) {
		return p
	}
	short := &project{input: p.input, setup: p.setup, migrations: p.migrations[:n]}
	short.bundle, _ = compile.Migrations(short.migrations, compile.Options{Compiler: compilerName, Trace: &short.trace, Setup: p.setup})
	return short
}

// written counts the migrations up to the last one that holds a statement or is
// applied. Those behind it have just been made, by electric migrate new or an
// editor: applied as they are, they could not be written any more.
func (p *project) written(h *history.History) int {
	n := len(p.migrations)
	for n > 0 && len(p.trace.Units[n-1]) == 0 && h.Row(p.bundle.Migrations[n-1].Version) == nil {
		n--
	}
	return n
}

// without is the project without the migrations behind its first n, which hold no
// statement: the schema is the same.
func (p *project) without(n int) *project {
	if n == len(p.migrations) {
		return p
	}
	b := *p.bundle
	b.Migrations, b.Version = b.Migrations[:n], ""
	if n > 0 {
		b.Version = b.Migrations[n-1].Version
	}
	trace := compile.Trace{Units: p.trace.Units[:n], Scopes: p.trace.Scopes[:n]}
	return &project{input: p.input, setup: p.setup, migrations: p.migrations[:n], bundle: &b, trace: trace}
}

// history gives the migrations as package history compares them.
func (p *project) history() []history.Migration {
	list := make([]history.Migration, len(p.migrations))
	for i, m := range p.bundle.Migrations {
		list[i] = history.Migration{
			Version: m.Version, Name: m.Name, File: p.migrations[i].File.Path, Checksum: m.Checksum,
			Text: p.migrations[i].File.Text, Units: database.Digests(p.trace.Units[i]),
		}
	}
	return list
}

// migration gives one to apply.
func (p *project) migration(i int) *database.Migration {
	return &database.Migration{Migration: p.bundle.Migrations[i], Path: p.migrations[i].File.Path, Units: p.trace.Units[i]}
}

// worldOr ends a command because of err: an interruption and a failure of the
// world alike.
func worldOr(err error) error {
	var told failure
	switch {
	case err == nil, errors.As(err, &told):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, database.ErrInterrupted):
		return outside(database.ErrInterrupted)
	}
	return outside(err)
}

// versions gives the migrations as places of a database.
func (p *project) versions() []status.Version {
	list := make([]status.Version, len(p.migrations))
	for i, m := range p.bundle.Migrations {
		list[i] = status.Version{Version: m.Version, SchemaHash: m.SchemaHash, SyncHash: m.SyncHash, Scope: p.trace.Scopes[i]}
	}
	return list
}
