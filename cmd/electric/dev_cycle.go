package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compat"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/source"
)

// An away tells what kept a cycle from the database.
type away struct{ key, reason string } // inputKey of the cycle; the error's text

// cycle compiles, and applies what is right. What is wrong is shown, and what was
// there before goes on being served.
func (d *dev) cycle(ctx context.Context) {
	d.cycles.Lock()
	defer d.cycles.Unlock()
	key := d.inputKey()
	if key == d.done { // something else in the folder has changed
		return
	}
	d.done = ""
	before := d.away
	again := before.key == key // the files are as they were told
	d.away = away{}
	if !again {
		d.told, d.texts = nil, diag.Texts{}
	}
	started := d.now()
	p, ds := d.project(d.config, nil, string(d.config.Unmarked))
	switch {
	case again:
		ds = nil
	case d.cycled: // notes are told once
		ds = slices.DeleteFunc(ds, func(x diag.Diagnostic) bool { return x.Severity == diag.Info })
	}
	d.cycled = true
	err := d.report(ds, p.input.Texts)
	var served *project
	switch {
	case err != nil:
	case p.bundle == nil:
		err = wrongInput()
	default:
		served, err = d.bring(ctx, p)
	}
	took := d.now().Sub(started)
	var f failure
	switch {
	case ctx.Err() != nil:
		return
	case err == nil:
		d.done = key
		d.advance(ctx, served.bundle, took)
	case errors.As(err, &f) && f.err == nil: // it is told
		d.done = key
		if served != nil {
			d.advance(ctx, served.bundle, took)
		}
		d.explain()
	default:
		d.away = away{key, err.Error()}
		if d.away == before {
			return
		}
		d.log.Error(d.away.reason)
	}
	if d.away == (away{}) && d.ready(ctx) {
		d.opened.Do(func() { close(d.tables) })
	}
	d.showCycle(ctx, p, err, took)
}

// ready reports whether clients may ask for tables: those of a private database
// are there from its first version on.
func (d *dev) ready(ctx context.Context) bool {
	if d.private == nil || d.last != nil && d.last.Version != "" {
		return true
	}
	h, err := d.history(ctx)
	return err == nil && len(h.Rows) > 0
}

// inputKey tells the files that are compiled from others.
func (d *dev) inputKey() string {
	in := d.read(d.config, nil, string(d.config.Unmarked))
	var b strings.Builder
	for i, f := range in.Files() {
		fmt.Fprintf(&b, "%s %s\n", in.Paths()[i], f.Checksum)
	}
	for i, f := range in.SetupFiles() {
		fmt.Fprintf(&b, "setup %s %s\n", in.SetupPaths()[i], f.Checksum)
	}
	for _, x := range in.Diagnostics {
		fmt.Fprintf(&b, "%s %s\n", x.Span.File, x.Message)
	}
	return b.String()
}

// advance makes a bundle the one that is served, and tells what it changes for
// clients.
func (d *dev) advance(ctx context.Context, b *bundle.Bundle, took time.Duration) {
	before := d.last
	d.last = b
	if d.service != nil {
		d.service.engine.Reconcile(ctx)
	}
	if before == nil || before.SchemaHash == b.SchemaHash {
		d.note("schema %s, %s, in %s", b.SchemaHash, versionName(b), took.Round(100*time.Microsecond))
		return
	}
	report := compare(before, b)
	d.note("schema %s, %s, in %s: %s", b.SchemaHash, versionName(b), took.Round(100*time.Microsecond), verdict(report))
	if err := compat.WriteText(d.err, &report, compat.TextOptions{Colour: d.colours(d.err), Advice: true}); err != nil {
		d.log.Warn(err.Error())
	}
	d.showChange(before, b, &report, took)
}

// versionName says which version a bundle is.
func versionName(b *bundle.Bundle) string {
	if b.Version == "" {
		return "before the first version"
	}
	return "version " + b.Version
}

// compare judges what a new bundle does to clients that have the one before.
func compare(before, after *bundle.Bundle) compat.Report {
	return compat.Check(before.Schema.Schema, after.Schema.Schema, compat.Options{BeforeClients: before.Clients(), AfterClients: after.Clients()})
}

// verdict says in a few words whether clients of the bundle before go on working.
func verdict(r compat.Report) string {
	worst := compat.Same
	for _, t := range r.Tables {
		worst = max(worst, t.Reads, t.Writes)
	}
	return map[compat.Verdict]string{
		compat.Same:       "the same for clients",
		compat.Compatible: "clients on the bundle before stay compatible",
		compat.Breaking:   "this breaks clients on the bundle before",
	}[worst]
}

// historyCodes are what is wrong with migrations that were applied and are others
// now.
var historyCodes = []string{"migration-edited", "migration-missing", "migration-out-of-order"}

// explain tells the way out where the files no longer are what was applied.
func (d *dev) explain() {
	rewritten := slices.ContainsFunc(d.told, func(x diag.Diagnostic) bool { return slices.Contains(historyCodes, x.Code) })
	switch {
	case rewritten && d.private != nil:
		d.note("Undo that, or start the private database over with the files as they are now: electric dev --reset")
	case d.last != nil:
		d.note("still serving %s", versionName(d.last))
	}
}

// watch runs a cycle after every change of the files, and when the database is
// back. The watcher was armed before the cycle that came first, so that no change
// falls between the two.
func (d *dev) watch(ctx context.Context, w *fsnotify.Watcher) error {
	for d.nextCause(ctx, w) {
		if err := d.arm(w); err != nil {
			return err
		}
		d.cycle(ctx)
	}
	return nil
}

// awayTime is how often a database is looked for that was not there.
const awayTime = time.Second

// nextCause waits for what asks for a cycle: a change, or a database that was away
// and is back; false when the context ends.
func (d *dev) nextCause(ctx context.Context, w *fsnotify.Watcher) bool {
	if d.away == (away{}) {
		return nextChange(ctx, w, nil)
	}
	look, stop := context.WithCancel(ctx)
	back := make(chan struct{})
	var looking sync.WaitGroup
	defer looking.Wait()
	defer stop()
	looking.Go(func() {
		if d.awaitDatabase(look) {
			close(back)
		}
	})
	return nextChange(ctx, w, back)
}

// awaitDatabase looks for the database until it is there; false when the context
// ends before.
func (d *dev) awaitDatabase(ctx context.Context) bool {
	tick := time.NewTicker(awayTime)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
		if conn, err := d.connect(ctx, d.url); err == nil {
			_ = conn.Close(ctx)
			return true
		}
	}
}

// arm watches the migrations' folders or, as long as they are not there, the
// nearest one above.
func (d *dev) arm(w *fsnotify.Watcher) error {
	watchFiles(w, source.SetupFileNames(d.config.Setup))
	for {
		if watchAll(w, []string{d.config.Migrations}) > 0 {
			return nil
		}
		above := existing(d.config.Migrations)
		if err := w.Add(above); err != nil {
			return outside(fmt.Errorf("watch %s: %w", above, err))
		}
		if existing(d.config.Migrations) == above && watchAll(w, []string{d.config.Migrations}) == 0 {
			return nil
		}
	}
}

// existing is the nearest folder above a path that is there.
func existing(path string) string {
	for {
		path = filepath.Dir(path)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
}
