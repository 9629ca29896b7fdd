package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/history"
	"github.com/electric-cli/electric/localpg"
	"github.com/electric-cli/electric/platform"
)

// openDatabase finds the database that is named, or starts a private one.
func (d *dev) openDatabase(ctx context.Context) error {
	url, named, err := d.namedDatabase(d.config, d.options.url)
	if err != nil {
		return err
	}
	if named {
		if d.options.reset {
			return misuse("--reset starts the private database over, and DATABASE_URL names another one: empty that one yourself, or leave DATABASE_URL away")
		}
		d.url = url
		return nil
	}
	dir := filepath.Join(stateDir, "postgres")
	if d.options.reset {
		if err := localpg.Reset(dir); err != nil {
			return outside(err)
		}
		d.note("the private database starts over")
	}
	d.private, err = localpg.Start(ctx, localpg.Options{
		Dir: dir, Progress: func(message string) { d.note("%s", message) },
	})
	if err != nil {
		return noPrivate(err)
	}
	d.url = d.private.URL()
	return d.publishURL()
}

// noPrivate says what to do without a private database.
func noPrivate(err error) error {
	var missing *localpg.MissingError
	if errors.As(err, &missing) {
		return outside(fmt.Errorf("no database is named by DATABASE_URL, and none can be started: %w", err))
	}
	return outside(err)
}

// urlFile holds the private database's URL while it runs, so that the other
// commands find it.
func (d *dev) urlFile() string { return filepath.ToSlash(privateURLFile) }

var privateURLFile = filepath.Join(stateDir, "database_url")

func (d *dev) publishURL() error {
	if err := os.WriteFile(privateURLFile, []byte(d.url+"\n"), 0o600); err != nil {
		return errors.Join(outside(err), d.private.Stop(context.Background()))
	}
	return nil
}

// stopTime is how long the private database may take to end.
const stopTime = 1500 * time.Millisecond

func (d *dev) closeDatabase() {
	if d.private == nil {
		return
	}
	_ = os.Remove(privateURLFile)
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	if err := d.private.Stop(ctx); err != nil {
		d.note("stop the private Postgres: %v", err)
	}
}

// bring writes the bundle, and applies what is pending to the database. It gives
// what is served then: the project without the migrations that are not written yet.
func (d *dev) bring(ctx context.Context, p *project) (served *project, err error) {
	if _, err := bundle.WriteFile(ctx, d.config.Out, bundle.Encode(p.bundle)); err != nil {
		return nil, outside(err)
	}
	lacks, err := d.prepare(ctx, p)
	if err != nil {
		return nil, err
	}
	conn, err := d.connect(ctx, d.url)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing more is asked of it
	h, err := database.ReadHistory(ctx, conn)
	if err != nil {
		return nil, err
	}
	served = p.prefix(d.written(p, h))
	fresh := d.private != nil && len(h.Rows) == 0
	run := applyRun{
		app: d.app, options: applyOptions{lockTimeout: database.DefaultLockTimeout}, url: d.url, project: p, target: served, conn: conn, partial: true, lacks: lacks,
	}
	if err := run.run(ctx); err != nil {
		return nil, err
	}
	if fresh {
		d.fresh = true
	}
	if !d.fresh || len(served.migrations) == 0 { // the seeds want tables
		return served, nil
	}
	d.fresh = false
	return served, d.seed(ctx)
}

// written counts the migrations up to the last one that holds a statement or is
// applied. Those behind it have just been made, by electric migrate new or an
// editor: applied as they are, they could not be written any more.
func (d *dev) written(p *project, h *history.History) int {
	n := len(p.migrations)
	for n > 0 && len(p.trace.Units[n-1]) == 0 && h.Row(p.bundle.Migrations[n-1].Version) == nil {
		n--
	}
	for _, m := range p.migrations[n:] {
		d.note("%s holds no statement yet: it is applied when it does", m.File.Path)
	}
	return n
}

// seedsFile finds the seeds of a folder of migrations: beside them, or where the
// folder's platform has them; "" for none.
func seedsFile(migrations string) string {
	paths := []string{filepath.Join(migrations, "seeds.sql")}
	if p, ok := platform.Of(migrations); ok {
		paths = append(paths, filepath.Join(filepath.Dir(migrations), filepath.FromSlash(p.Seeds)))
	}
	for _, path := range paths {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// seed fills a private database that is new.
func (d *dev) seed(ctx context.Context) error {
	path := seedsFile(d.config.Migrations)
	if path == "" {
		return nil
	}
	conn, err := d.connect(ctx, d.url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing more is asked of it
	script, err := database.RunScript(ctx, conn, path)
	if err != nil {
		return err
	}
	if len(script.Diagnostics) > 0 {
		if err := d.report(script.Diagnostics, script.Texts); err != nil {
			return err
		}
	}
	if diag.HasErrors(script.Diagnostics) {
		d.note("%s was not loaded: mend it, then electric dev --reset", filepath.ToSlash(path))
		return wrongInput()
	}
	d.note("loaded %s (%s)", filepath.ToSlash(path), count(script.Statements, "statement"))
	return nil
}
