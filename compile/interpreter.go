package compile

import (
	"cmp"
	"slices"
	"time"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/describe"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// An interpreter is the Backend without a server: a session on a catalog. After
// each of a thousand migrations only what it changed is described again.
type interpreter struct {
	*Session
	tables map[pg.OID]*metadata.Table // every table, as described last
	owners map[pg.OID]pg.OID          // of what belongs to a table: the table. What is made is never given an OID that anything has
}

func newInterpreter(debug bool) *interpreter {
	in := interpret(New())
	in.KeepGoing, in.AnyDatabase, in.Debug = true, true, debug
	in.catalog.Changed() // a new database is no change
	return in
}

// interpret keeps what is described of a session's database.
func interpret(s *Session) *interpreter {
	return &interpreter{Session: s, tables: map[pg.OID]*metadata.Table{}, owners: map[pg.OID]pg.OID{}}
}

func (in *interpreter) Connect(at time.Time) { in.catalog.Clock = at }

func (in *interpreter) Prepare(extensions map[string]string) {
	in.Preparing = true
	if extensions != nil {
		in.Offered = extensions
	}
}

func (in *interpreter) Prepared() {
	in.Preparing = false
	in.BeginPrepared()
}

func (in *interpreter) Disconnect() { in.Reconnect() }

func (in *interpreter) Run(st *parser.Statement) *pgerr.Error { return in.Session.Run(st).Err }

func (in *interpreter) Begin() { in.open() }

// open opens a transaction unless one is open.
func (s *Session) open() {
	if s.tx.state == txNone {
		s.tx.state, s.tx.start = txBlock, s.catalog.Mark()
	}
}

func (in *interpreter) Commit() *pgerr.Error {
	err := pgerr.Catch(in.commit)
	if err != nil {
		in.rollback()
	}
	return err
}

func (in *interpreter) Rollback() { in.rollback() }

func (in *interpreter) Changes() Changes { return in.describe(in.dirty()) }

// describe describes anew what is dirty.
func (in *interpreter) describe(dirty []catalog.Address) (made Changes) {
	if in.typesChanged(dirty) {
		made.Types = describe.Types(in.catalog)
	}
	for _, a := range dirty {
		if a.Class == catalog.ClassRelation {
			made.Tables = in.table(a, made.Tables)
		}
	}
	return made
}

// table adds to list what is, or was, a table, described anew; of anything else
// there is nothing to tell.
func (in *interpreter) table(a catalog.Address, list []TableChange) []TableChange {
	if r, ok := in.catalog.Object(a).(*catalog.Relation); ok && describe.IsTable(in.catalog, r) {
		table := describe.Table(in.catalog, r)
		in.tables[a.OID] = table
		in.own(r)
		return append(list, TableChange{a.OID, table})
	}
	if in.tables[a.OID] == nil {
		return list
	}
	delete(in.tables, a.OID)
	return append(list, TableChange{a.OID, nil})
}

// dirty gives what changed; of what belongs to a table, the table too. Each is
// there once.
func (in *interpreter) dirty() []catalog.Address {
	changed := in.catalog.Changed()
	var tables []catalog.Address
	for _, a := range changed {
		if table, ok := in.owners[a.OID]; ok {
			tables = append(tables, catalog.Address{Class: catalog.ClassRelation, OID: table})
		}
		if a.Class == catalog.ClassRole { // policies name roles
			for table, m := range in.tables {
				if len(m.Policies) > 0 {
					tables = append(tables, catalog.Address{Class: catalog.ClassRelation, OID: table})
				}
			}
		}
	}
	changed = append(changed, tables...)
	slices.SortFunc(changed, func(a, b catalog.Address) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.OID, b.OID))
	})
	return slices.Compact(changed)
}

// typesChanged reports whether a type came, changed or went. Arrays and the row
// types of tables change with what they belong to.
func (in *interpreter) typesChanged(dirty []catalog.Address) bool {
	for _, a := range dirty {
		if a.Class != catalog.ClassType {
			continue
		}
		ty, ok := in.catalog.Object(a).(*catalog.Type)
		if !ok {
			return true
		}
		row := in.catalog.Relation(ty.RelID)
		if ty.Elem == 0 && (row == nil || row.Kind == catalog.CompositeType) {
			return true
		}
	}
	return false
}

// own notes what belongs to a table: its description has their texts in it.
func (in *interpreter) own(r *catalog.Relation) {
	for _, c := range r.Columns {
		if c.DefaultOID != 0 {
			in.owners[c.DefaultOID] = r.OID
		}
	}
	owned(in.owners, r.OID, r.Constraints)
	owned(in.owners, r.OID, r.Indexes)
	owned(in.owners, r.OID, r.Triggers)
	owned(in.owners, r.OID, r.Policies)
	owned(in.owners, r.OID, r.Rules)
}

func owned[T catalog.Object](owners map[pg.OID]pg.OID, table pg.OID, parts []T) {
	for _, p := range parts {
		owners[p.Address().OID] = table
	}
}

func (in *interpreter) Schema() *metadata.Schema {
	return describe.SchemaWith(in.catalog, describe.Known{Tables: in.tables})
}

func (in *interpreter) Attributes() func(pg.OID, string) bundle.Attribute {
	return func(table pg.OID, column string) bundle.Attribute {
		c := in.catalog.Relation(table).ColumnNamed(column)
		return bundle.Attribute{Dims: c.NDims, Typmod: int(c.Typmod)}
	}
}

func (in *interpreter) ColumnNames(rv *ast.RangeVar) (names []string) {
	rel := in.relation(rv)
	if rel == nil {
		return nil
	}
	names = []string{}
	for _, c := range rel.Live() {
		names = append(names, c.Name)
	}
	return names
}

// relation finds what is named; nil when it is not there.
func (s *Session) relation(rv *ast.RangeVar) (rel *catalog.Relation) {
	pgerr.Catch(func() { rel = s.lookup(rv, true) })
	return rel
}

func (in *interpreter) RelationNames() (names []string) {
	for _, rel := range catalog.All[*catalog.Relation](in.catalog) {
		switch rel.Kind {
		case catalog.Table, catalog.View, catalog.MaterializedView, catalog.PartitionedTable, catalog.ForeignTable, catalog.Sequence:
			names = append(names, rel.Name)
		}
	}
	return names
}

func (in *interpreter) TypeNames() (names []string) {
	for _, t := range catalog.All[*catalog.Type](in.catalog) {
		names = append(names, t.Name)
	}
	return names
}
