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

func (d *dev) publishURL() error {
	if err := publish(privateURLFile, d.url); err != nil {
		return errors.Join(err, d.private.Stop(context.Background()))
	}
	return nil
}

// What ends the command: its database has.
var (
	errPostgresEnded = errors.New("the private Postgres has ended")
	errRemoved       = errors.New("was removed, and the private database with it: start electric dev again, it makes a new one")
)

// removalTime is how long a private database whose files are gone goes on: what it
// still knows by heart looks right for a while.
const removalTime = 500 * time.Millisecond

// watchDatabase waits for the private database's end.
func (d *dev) watchDatabase(ctx context.Context) error {
	look := time.NewTicker(removalTime)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-d.private.Ended():
			return outside(fmt.Errorf("%w: %w", errPostgresEnded, d.private.Err()))
		case <-look.C:
			if d.private.Removed() {
				return d.removed()
			}
		}
	}
}

// cause is what ended the command, which may be another thing than was noticed
// first: without its files a database fails in many ways.
func (d *dev) cause(err error) error {
	if err != nil && d.private != nil && d.private.Removed() {
		return d.removed()
	}
	return err
}

func (d *dev) removed() error {
	return outside(fmt.Errorf("%s %w", d.private.Dir(), errRemoved))
}

// stopTime is how long the private database may take to end.
const stopTime = 1500 * time.Millisecond

// closeDatabase ends the private database. What ended the command is told there.
func (d *dev) closeDatabase(reason error) {
	if d.private == nil {
		return
	}
	unpublish(privateURLFile, d.url)
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	if err := d.private.Stop(ctx); err != nil && !errors.Is(reason, errPostgresEnded) && !errors.Is(reason, errRemoved) {
		d.note("stop the private Postgres: %v", err)
	}
}

// bring writes the bundle, and applies what is pending to the database. It gives
// what is served then, nil when that is what was served before.
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
	fresh := d.private != nil && len(h.Rows) == 0
	run := applyRun{
		app: d.app, options: applyOptions{lockTimeout: database.DefaultLockTimeout}, url: d.url, project: p, target: p, conn: conn, partial: true, lacks: lacks,
	}
	if err := run.run(ctx); err != nil {
		return nil, err
	}
	served = run.target
	if fresh {
		d.fresh = true
	}
	if !d.fresh || len(served.migrations) == 0 { // the seeds want tables
		return served, nil
	}
	d.fresh = false
	return served, d.seed(ctx)
}

// longSeeds is the size in bytes above which loading takes so long that it is told
// of when it begins.
const longSeeds = 1 << 20

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
	switch info, err := os.Stat(path); {
	case path == "", errors.Is(err, os.ErrNotExist):
		return nil
	case err == nil && info.Size() > longSeeds:
		d.note("loading %s: %.1f MB", filepath.ToSlash(path), float64(info.Size())/1e6)
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
