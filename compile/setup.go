package compile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/platform"
	"github.com/electric-cli/electric/source"
)

// A setup is SQL that runs before the first migration and describes what the
// database holds by then: the platform's schemas and roles, what an init script
// made. Later statements may refer to it; it is neither the clients' nor the
// bundle's. See docs/decisions/0008-setup.md.

// A ground is what the setup made.
type ground struct {
	whole  *metadata.Schema // all of it; nil without a setup
	tables map[pg.OID]bool
	paths  map[string]bool // of all else
	*metadata.Ground
}

// prepare runs the setup, each file in a session of its own.
func (d *driver) prepare() {
	if d.setup == 0 {
		return
	}
	for i := range d.setup {
		d.wait(i)
		m := &d.list[i]
		var offered map[string]string
		if p, ok := platform.Find(m.Path); ok && p.SQL == m.File.Text {
			offered = p.Extensions
		}
		d.backend.Prepare(offered)
		for j := range m.Sections {
			r := run{driver: d, section: &m.Sections[j]}
			r.all()
			d.describe(&m.Sections[j])
		}
		d.backend.Disconnect()
		d.at++
	}
	d.backend.Prepared()
	if diag.HasErrors(d.diagnostics) {
		return
	}
	d.ground = groundOf(d.tracker, d.backend.Schema())
}

func groundOf(t *tracker, s *metadata.Schema) ground {
	g := ground{whole: s, tables: map[pg.OID]bool{}, paths: map[string]bool{}, Ground: metadata.GroundOf(s)}
	for oid := range t.tables {
		g.tables[oid] = true
	}
	s.Filter(func(o metadata.Object) bool {
		g.paths[o.Path] = true
		return true
	})
	return g
}

// schema describes what the migrations made so far.
func (d *driver) schema() *metadata.Schema {
	whole := d.backend.Schema()
	if d.ground.whole == nil {
		return whole
	}
	again := map[string]bool{} // tables that migrations dropped and made anew
	for oid, t := range d.tracker.tables {
		if !d.ground.tables[oid] {
			again["table "+t.Schema+"."+t.Name] = true
		}
	}
	g := d.ground.Ground
	g.Own = []string{}
	return whole.Filter(func(o metadata.Object) bool {
		if d.ground.paths[o.Path] && !again[o.Path] && o.Path != "schema public" {
			return false
		}
		if g.Holds(o) {
			g.Own = append(g.Own, o.Path)
		}
		return true
	})
}

// setup is what the bundle tells of it; nil without one.
func (g *ground) setup(list []source.Migration) *bundle.Setup {
	if g.whole == nil {
		return nil
	}
	s := &bundle.Setup{Ground: *g.Ground}
	for _, m := range list {
		f := bundle.SetupFile{File: m.Path, Checksum: m.File.Checksum}
		for _, x := range m.Includes {
			f.Includes = append(f.Includes, bundle.Include{File: x.Path, Checksum: x.Checksum})
		}
		s.Files = append(s.Files, f)
	}
	return s
}

// keepForSessions notes what ALTER DATABASE or ROLE … SET sets for the sessions
// that begin later: those of the migrations, when a setup says it.
func (s *Session) keepForSessions(n *ast.VariableSetStmt) {
	if !s.Preparing || n == nil {
		return
	}
	kept := s.settings.kept
	s.catalog.OnRollback(func() { s.settings.kept = kept })
	s.settings.kept = map[string]string{}
	for name, value := range kept {
		s.settings.kept[name] = value
	}
	if n.Kind == ast.VAR_SET_VALUE {
		s.settings.kept[n.Name] = settingText(n.Name, n.Args)
	} else {
		delete(s.settings.kept, n.Name)
	}
}

// BeginPrepared begins a session that has what statements set for later ones
// while Preparing was true.
func (s *Session) BeginPrepared() {
	for name, value := range s.settings.kept {
		s.settings.defaults[name] = value
	}
	s.Reconnect()
	for name := range s.settings.kept {
		s.settingChanged(name)
	}
}

// missing are the messages about what a platform may have, the kind and the name
// in them. A relation's is its schema's.
var missing = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(schema|role|publication|relation|extension) "([^".]+)(?:\.[^"]*)?" (?:does not exist|is not available)$`)
})

// MissingHint tells of what is not there which platform has it, and how to say
// that the database is one of those; "" when none has it.
func MissingHint(err *pgerr.Error) string {
	if err == nil || !missingObject[err.Code] && err.Code != "0A000" {
		return ""
	}
	m := missing().FindStringSubmatch(err.Message)
	if m == nil {
		return ""
	}
	kind, name := m[1], m[2]
	if kind == "relation" {
		if !strings.Contains(err.Message, ".") {
			return ""
		}
		kind = "schema"
	}
	p, ok := platform.Maker(kind, name)
	if !ok {
		return ""
	}
	return fmt.Sprintf("A %s database has it: write setup: %s into electric.yaml, or give --setup %s.", p.Title, p.Name, p.Name)
}

// within leaves out the relations to tables that are not in the schema: the
// ground's.
func within(s *metadata.Schema, list []bundle.Relation) []bundle.Relation {
	return slices.DeleteFunc(list, func(r bundle.Relation) bool {
		return s.Table(r.From.Schema, r.From.Table) == nil || s.Table(r.To.Schema, r.To.Table) == nil
	})
}
