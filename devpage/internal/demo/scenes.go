package demo

import (
	"fmt"
	"slices"
	"time"

	"github.com/electric-cli/electric/devpage"
)

// scenes are what Scene can show.
var scenes = map[string]func(*Demo) error{
	"mend":    func(d *Demo) error { return d.compiled("schema") },
	"break":   func(d *Demo) error { return d.compiled("schema", "broken") },
	"pending": (*Demo).pending,
	"apply":   (*Demo).apply,
	"hostile": (*Demo).hostile,
	"starting": func(d *Demo) error {
		return d.status(devpage.Starting, "waiting for a transaction of psql (pid 4711) to end")
	},
	"active": func(d *Demo) error { return d.status(devpage.Active, "") },
	"quiet":  (*Demo).quiet,
	"large":  (*Demo).large,
}

// Scene shows something that happens to people.
func (d *Demo) Scene(name string) error {
	scene := scenes[name]
	if scene == nil {
		return fmt.Errorf("no scene %q", name)
	}
	return scene(d)
}

func (d *Demo) status(status, reason string) error {
	d.Set(func(s *devpage.State) { s.Server.Status, s.Server.Reason = status, reason })
	return nil
}

// compiled shows what a compile of folders has to say.
func (d *Demo) compiled(folders ...string) error {
	_, diagnostics, err := d.compile(folders...)
	if err != nil {
		return err
	}
	d.Set(func(s *devpage.State) {
		s.Diagnostics = diagnostics
		if s.Agreement != nil {
			s.Agreement = beside(s.Agreement, diagnostics)
		}
	})
	if diagnostics.Errors > 0 {
		d.Add("error", fmt.Sprintf("%d errors in schema/: the database stays as it is", diagnostics.Errors))
	}
	return nil
}

// beside tells whether the files agree with the rest: not while they have
// mistakes.
func beside(old *devpage.Agreement, diagnostics *devpage.Diagnostics) *devpage.Agreement {
	a := *old
	a.Places = slices.Clone(old.Places)
	files, bundle := &a.Places[0], &a.Places[1]
	files.About = fmt.Sprintf("schema/, %d migrations", diagnostics.Files)
	if diagnostics.Errors == 0 {
		a.Verdict, a.Summary, a.Reasons = devpage.Same, "version 1751000000 is in the files, the bundle and the database", nil
		files.State, files.Version, files.SchemaHash, bundle.State = devpage.Same, bundle.Version, bundle.SchemaHash, devpage.Same
		return &a
	}
	a.Verdict, a.Summary = devpage.Differs, "the files do not compile; the rest stays on version 1751000000"
	files.State, files.Version, files.SchemaHash, bundle.State = devpage.Unknown, "", "", devpage.Differs
	return &a
}

// pending compiles the next migration, which the database does not have.
func (d *Demo) pending() error {
	b, diagnostics, err := d.compile("schema", "next")
	if err != nil {
		return err
	}
	d.Set(func(s *devpage.State) {
		old := s.Agreement.Places
		s.Diagnostics, s.Schema = diagnostics, devpage.SchemaOf(b)
		s.Migrations = applied(b, len(b.Migrations)-1, s.Server.StartedAt)
		next := agreed(b)
		next.Verdict, next.Summary = devpage.Differs, "the database is 1 migration behind the bundle"
		next.Reasons = []string{"1 migration is not recorded as applied: run electric migrate apply"}
		next.Places = append(next.Places[:2:2], old[2:]...)
		next.Places[2].State = devpage.Differs
		s.Agreement = next
	})
	return nil
}

// apply brings the database to the next migration.
func (d *Demo) apply() error {
	b, diagnostics, err := d.compile("schema", "next")
	if err != nil {
		return err
	}
	d.Set(func(s *devpage.State) {
		s.Diagnostics, s.Schema, s.Agreement = diagnostics, devpage.SchemaOf(b), agreed(b)
		s.Migrations = applied(b, len(b.Migrations), s.Server.StartedAt)
		s.Change = &devpage.Change{At: d.clock(), Title: "applied 1752000000_add_lyrics", Took: 12.7, Lines: []devpage.ChangeLine{
			{Sign: "+", Text: "table lyrics, 4 columns"}, {Sign: "+", Text: "column songs.bpm numeric(5,1)"},
			{Sign: "+", Text: "column songs.explicit boolean not null"}, {Sign: "!", Text: "shapes on songs begin anew: 1 of 5"},
		}}
	})
	return nil
}

// Hostile is a name that a page must show, not obey.
const Hostile = `<img src=x onerror="window.hacked=1">'"\`

// hostile fills every text with it.
func (d *Demo) hostile() error {
	d.Set(func(s *devpage.State) {
		s.Server.Project, s.Server.Reason, s.Server.Database.Name = Hostile, Hostile, Hostile
		s.Server.URL = "javascript:window.hacked=1"
		schema := *s.Schema
		schema.Tables = append([]devpage.Table{{
			Schema: Hostile, Name: Hostile, Client: true, Comment: Hostile, Header: Hostile, Checks: []string{Hostile}, Indexes: []string{Hostile},
			Columns: []devpage.Column{{Name: Hostile, Type: Hostile, Default: Hostile, Comment: Hostile, Primary: true}}, PrimaryKey: []string{Hostile},
		}}, schema.Tables...)
		s.Schema = &schema
		s.Migrations = append([]devpage.Migration{{Version: Hostile, Name: Hostile, File: Hostile, Checksum: Hostile, State: Hostile, Problem: Hostile}}, s.Migrations...)
		s.Agreement = &devpage.Agreement{Verdict: Hostile, Summary: Hostile, Reasons: []string{Hostile},
			Places: []devpage.Place{{Name: Hostile, About: Hostile, Version: Hostile, SchemaHash: Hostile, State: Hostile}}}
		s.Change = &devpage.Change{At: d.clock(), Title: Hostile, Lines: []devpage.ChangeLine{{Sign: Hostile, Text: Hostile}}}
		diagnostic := devpage.Diagnostic{Excerpt: &devpage.Excerpt{Line: 1, Before: Hostile, Marked: Hostile, After: Hostile}}
		diagnostic.Severity, diagnostic.Code, diagnostic.Message, diagnostic.File = Hostile, Hostile, Hostile, Hostile
		diagnostic.Label, diagnostic.Detail, diagnostic.Hint = Hostile, Hostile, Hostile
		s.Diagnostics = &devpage.Diagnostics{At: d.clock(), Files: 1, Errors: 1, List: []devpage.Diagnostic{diagnostic}}
	})
	d.mu.Lock()
	d.shapes = append(d.shapes, devpage.Shape{Handle: Hostile, Schema: Hostile, Table: Hostile, Where: Hostile, Columns: []string{Hostile},
		Params: map[string]string{Hostile: Hostile}, Replica: Hostile, Offset: Hostile, CreatedAt: d.clock()})
	d.mu.Unlock()
	d.Add(Hostile, Hostile)
	return nil
}

// quiet is a server that knows little yet.
func (d *Demo) quiet() error {
	d.Set(func(s *devpage.State) { *s = devpage.State{Server: s.Server} })
	d.mu.Lock()
	d.shapes = nil
	d.mu.Unlock()
	return nil
}

// large is a schema of 300 tables, and as many shapes.
func (d *Demo) large() error {
	d.Set(func(s *devpage.State) {
		schema := *s.Schema
		for i := range 300 {
			t := schema.Tables[i%12]
			t.Name = fmt.Sprintf("%s_%03d", t.Name, i)
			schema.Tables = append(schema.Tables, t)
			r := devpage.Relation{Name: "fk" + t.Name}
			r.From.Schema, r.From.Table, r.From.Columns = t.Schema, t.Name, []string{t.Columns[0].Name}
			to := schema.Tables[12+i/3]
			r.To.Schema, r.To.Table, r.To.Columns = to.Schema, to.Name, []string{to.Columns[0].Name}
			schema.Relations = append(schema.Relations, r)
		}
		s.Schema = &schema
	})
	d.mu.Lock()
	for i := range 300 {
		x := d.shapes[i%5]
		x.Handle, x.Where = fmt.Sprintf("%d-%d", 60000000+i, time.Now().UnixMicro()), fmt.Sprintf("library = %d", i)
		d.shapes = append(d.shapes, x)
	}
	d.mu.Unlock()
	d.Notify()
	return nil
}
