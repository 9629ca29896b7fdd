// Package demo is a source for the page that needs no server: a real schema,
// compiled from the SQL files beside it, and a life that is made up. The page's
// tests show it to a browser; internal/demo/serve shows it to people who work on
// the page.
package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/devpage"
	"github.com/electric-cli/electric/source"
)

// A Demo is a source that changes by itself while Run runs, and as Scene tells.
type Demo struct {
	*devpage.Board
	dir string // where the SQL files are

	mu     sync.Mutex
	shapes []devpage.Shape
	lsn    int64
	dice   *rand.Rand
	clock  func() time.Time
}

// New makes a demo of the SQL files below dir: this package's folder.
func New(dir, url string) (*Demo, error) {
	d := &Demo{Board: devpage.NewBoard(1000), dir: dir, lsn: 26800160, dice: rand.New(rand.NewPCG(1, 2)), clock: time.Now}
	d.Live = d.live
	b, diagnostics, err := d.compile("schema")
	if err != nil {
		return nil, err
	}
	now := d.clock()
	started := now.Add(-41 * time.Minute)
	d.Set(func(s *devpage.State) {
		s.Server = devpage.Server{
			Instance: fmt.Sprint(started.UnixNano()), Status: devpage.Active, Command: "electric dev", Version: "0.4.0",
			Engine: "embedded", Project: "media-library", StartedAt: started, URL: url, HTTPSURL: "https://localhost:3443",
			Database: devpage.Database{
				Name: "media", URL: "postgres://ada:lovelace@localhost:54329/media?sslmode=disable", Server: "15.14", Private: true,
				Slot: "electric_dev_7f3a", Publication: "electric_publication_default",
			},
		}
		s.Diagnostics = diagnostics
		s.Schema, s.Migrations, s.Agreement = devpage.SchemaOf(b), applied(b, len(b.Migrations), started), agreed(b)
		s.Change = &devpage.Change{
			At: started.Add(27 * time.Minute), Title: "applied 1751000000_listening", Took: 38.4,
			Lines: []devpage.ChangeLine{
				{Sign: "+", Text: "type play_source"}, {Sign: "+", Text: "table plays, 7 columns"},
				{Sign: "+", Text: "table audit_log, for the server alone"},
			},
		}
	})
	d.shapes = newShapes(now)
	for _, line := range opening {
		d.Add(line[0], line[1])
	}
	return d, nil
}

// compile compiles folders below dir, as one.
func (d *Demo) compile(folders ...string) (*bundle.Bundle, *devpage.Diagnostics, error) {
	began := time.Now()
	var args []string
	for _, f := range folders {
		found, err := filepath.Glob(filepath.Join(d.dir, f, "*.sql"))
		if err != nil || len(found) == 0 {
			return nil, nil, fmt.Errorf("no SQL files in %s", filepath.Join(d.dir, f))
		}
		args = append(args, found...)
	}
	in := source.Read(args, source.Options{})
	b, ds := compile.Migrations(in.Migrations(), compile.Options{Compiler: "electric 0.4.0"})
	out := devpage.DiagnosticsOf(append(in.Diagnostics, ds...), in.Texts, len(args), d.clock(), time.Since(began))
	for i := range out.List {
		x := &out.List[i]
		x.Related = slices.Clone(x.Related)
		x.File = inSchema(x.File)
		for j := range x.Related {
			x.Related[j].File = inSchema(x.Related[j].File)
		}
	}
	if b != nil {
		for i := range b.Migrations {
			b.Migrations[i].File = inSchema(b.Migrations[i].File)
		}
	}
	return b, out, nil
}

// inSchema names a file as if it were in a project's schema folder.
func inSchema(file string) string { return "schema/" + filepath.Base(file) }

func applied(b *bundle.Bundle, n int, started time.Time) []devpage.Migration {
	list := devpage.MigrationsOf(b)
	for i := range list {
		list[i].State = devpage.Pending
		if i < n {
			list[i].State = devpage.Applied
			list[i].AppliedAt = started.Add(time.Duration(i-n)*73*time.Hour + 27*time.Minute)
		}
	}
	return list
}

func agreed(b *bundle.Bundle) *devpage.Agreement {
	place := func(name, about string) devpage.Place {
		return devpage.Place{Name: name, About: about, Version: b.Version, SchemaHash: b.SchemaHash, State: devpage.Same}
	}
	return &devpage.Agreement{
		Verdict: devpage.Same, Summary: "version 1751000000 is in the files, the bundle and the database",
		Places: []devpage.Place{
			place("files", fmt.Sprintf("schema/, %d migrations", len(b.Migrations))), place("bundle", "_electric/migrations"),
			place("recorded", "_electric.schema_versions"), place("live catalog", "media, PostgreSQL 15.14"),
		},
	}
}

// Run lets time go by until ctx ends.
func (d *Demo) Run(ctx context.Context, every time.Duration) {
	for {
		select {
		case <-time.After(every):
			d.tick()
		case <-ctx.Done():
			return
		}
	}
}

func (d *Demo) tick() {
	d.mu.Lock()
	d.lsn += 48 + d.dice.Int64N(900)
	busy := min(len(d.shapes), 1+d.dice.IntN(3))
	var told []string
	for range busy {
		x := &d.shapes[d.dice.IntN(len(d.shapes))]
		n := 1 + d.dice.Int64N(4)
		x.Entries, x.Rows, x.Bytes = x.Entries+n, x.Rows+d.dice.Int64N(2), x.Bytes+n*(180+d.dice.Int64N(240))
		x.Offset, x.ChangedAt = fmt.Sprintf("%d_%d", d.lsn, 2*n-2), d.clock()
		x.Waiting.LongPoll = max(0, x.Waiting.LongPoll+d.dice.IntN(3)-1)
		told = append(told, fmt.Sprintf("%s +%d", x.Table, n))
	}
	d.mu.Unlock()
	d.Add("debug", fmt.Sprintf("replicated transaction at %d: %s", d.lsn, strings.Join(told, ", ")))
	if d.dice.IntN(4) == 0 {
		line := chatter[d.dice.IntN(len(chatter))]
		d.Add(line[0], line[1])
	}
}

func (d *Demo) live(s *devpage.State) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s.Server.LSN = fmt.Sprint(d.lsn)
	all := &devpage.Shapes{Total: len(d.shapes), List: slices.Clone(d.shapes)}
	for _, x := range d.shapes {
		all.Waiting.LongPoll += x.Waiting.LongPoll
		all.Waiting.SSE += x.Waiting.SSE
	}
	s.Shapes = all
}
