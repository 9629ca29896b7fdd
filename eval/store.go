package eval

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// A Store keeps the rows of users' tables, as far as the migrations themselves
// wrote them: a table that a migration creates is empty, and what is inserted
// into it by statements that can be computed is known. After a write that
// cannot be computed the table's rows are unknown, for good or until a TRUNCATE
// or an unconditional DELETE.
type Store struct {
	c      *catalog.Catalog
	tables map[pg.OID]*content
	// deferred holds what SET CONSTRAINTS said in this transaction, of a
	// constraint or with 0 of all.
	deferred map[pg.OID]bool
	visited  map[pg.OID]int // rows read so far, by table
}

// Defer keeps what SET CONSTRAINTS says of a constraint; 0: of all of them.
func (s *Store) Defer(con pg.OID, deferred bool) {
	if con == 0 || s.deferred == nil {
		s.deferred = map[pg.OID]bool{}
	}
	s.deferred[con] = deferred
}

// EndTransaction forgets what SET CONSTRAINTS said.
func (s *Store) EndTransaction() { s.deferred = nil }

// isDeferred says whether a constraint is checked when the transaction ends.
func (s *Store) isDeferred(con *catalog.Constraint) bool {
	if !con.Deferrable {
		return false
	}
	for _, oid := range []pg.OID{con.OID, con.Parent, 0} {
		if deferred, said := s.deferred[oid]; said && (oid != 0 || con.OID != 0) {
			return deferred
		}
	}
	return con.Deferred
}

// A content is what is known of a table's rows. It is not changed but replaced,
// so that a rollback brings the old one back.
type content struct {
	rows  [][]query.Datum // by attnum-1
	types []pg.OID        // of the columns, when the rows were written
	why   string          // not empty: the rows are unknown, for this reason
	keys  *keySet
}

// Bounds of what one table's rows may cost: how many are kept, and how many are
// read by all statements together. Beyond them the table is unknown.
const (
	maxKept    = 10_000
	maxVisited = 1_000_000
)

// visit counts rows that are read and gives false where a table costs too much:
// its rows are then unknown.
func (s *Store) visit(rel *catalog.Relation, rows *Rows) bool {
	if s == nil || len(rows.Rows) == 0 {
		return true
	}
	if s.visited[rel.OID] += len(rows.Rows); s.visited[rel.OID] > maxVisited {
		s.Forget(rel)
		return false
	}
	return true
}

// NewStore makes a store for a catalog's tables, in which all are empty.
func NewStore(c *catalog.Catalog) *Store {
	return &Store{c: c, tables: map[pg.OID]*content{}, visited: map[pg.OID]int{}}
}

// read gives a table's own rows in its present columns. A column that was added
// or whose type changed since they were written is unknown in them.
func (s *Store) read(x *Executor, rel *catalog.Relation) *Rows {
	t := s.tables[rel.OID]
	switch {
	case t == nil && rel.OID < pg.FirstUserOID: // an extension's
		return &Rows{Open: "the rows of " + x.c.QualifiedName(rel)}
	case t == nil:
		return &Rows{}
	case rel.OnCommit == ast.ONCOMMIT_DELETE_ROWS:
		return &Rows{Open: "the rows of " + x.c.QualifiedName(rel)}
	}
	if t.why != "" {
		return &Rows{Open: t.why}
	}
	if t.present(rel) {
		return &Rows{Rows: t.rows, keys: t.keys}
	}
	out := &Rows{}
	name := x.c.QualifiedName(rel)
	for _, row := range t.rows {
		x.step(1)
		now := make([]query.Datum, len(rel.Columns))
		for i, col := range rel.Columns {
			switch {
			case col.Dropped:
			case i < len(row) && i < len(t.types) && t.types[i] == col.Type:
				now[i] = row[i]
			default:
				now[i] = Unknown{"column " + col.Name + " of the older rows of " + name}
			}
		}
		out.Rows = append(out.Rows, now)
	}
	return out
}

// present says whether rows were written in a table's present columns.
func (t *content) present(rel *catalog.Relation) bool {
	if len(t.types) != len(rel.Columns) {
		return false
	}
	for i, col := range rel.Columns {
		if t.types[i] != col.Type || col.Dropped {
			return false
		}
	}
	return true
}

// settle brings the rows of a table up to its present columns: what was added
// has its default, as ALTER TABLE fills it in.
func (x *Executor) settle(rel *catalog.Relation) {
	t := x.store.tables[rel.OID]
	if t == nil || t.why != "" || len(t.types) >= len(rel.Columns) {
		return
	}
	had := len(t.types)
	w := &writing{x: x, rel: rel, f: &frame{}}
	rows := x.store.read(x, rel).Rows
	for _, row := range rows {
		for i := had; i < len(row); i++ {
			if row[i] = nil; !rel.Columns[i].Dropped && rel.Columns[i].Generated == 0 {
				row[i] = w.byDefault(rel.Columns[i])
			}
		}
		w.generate(row)
	}
	x.store.write(rel, rows, nil)
}

// replace gives a table new rows, undoably.
func (s *Store) replace(rel *catalog.Relation, t *content) {
	if len(t.rows) > maxKept {
		t = &content{why: "the rows of " + s.c.QualifiedName(rel) + ", which are many"}
	}
	old, had := s.tables[rel.OID]
	s.tables[rel.OID] = t
	s.c.OnRollback(func() {
		if had {
			if old.keys != nil {
				old.keys.reset(len(old.rows))
			}
			s.tables[rel.OID] = old
		} else {
			delete(s.tables, rel.OID)
		}
	})
}

// write gives a table rows, by attnum. keys finds rows in them; nil: a new one
// will.
func (s *Store) write(rel *catalog.Relation, rows [][]query.Datum, keys *keySet) {
	if keys == nil {
		keys = &keySet{}
	}
	keys.grown = len(rows)
	if t := s.tables[rel.OID]; t != nil && t.why == "" && t.present(rel) {
		s.replace(rel, &content{rows: rows, types: t.types, keys: keys})
		return
	}
	types := make([]pg.OID, len(rel.Columns))
	for i, col := range rel.Columns {
		types[i] = col.Type
	}
	s.replace(rel, &content{rows: rows, types: types, keys: keys})
}

// grow gives a statement a table's rows to add to, with what finds rows by
// their keys. Where no other statement added to them, nothing is copied: the
// rows behind those that are there belong to nobody.
func (s *Store) grow(present *Rows) ([][]query.Datum, *keySet) {
	keys := present.keys
	if keys == nil || keys.grown != len(present.Rows) {
		return slices.Clone(present.Rows), &keySet{grown: busy}
	}
	keys.grown = busy
	s.c.OnRollback(func() { keys.reset(len(present.Rows)) })
	return present.Rows, keys
}

// Forget makes a table's rows unknown.
func (s *Store) Forget(rel *catalog.Relation) {
	if t := s.tables[rel.OID]; t != nil && t.why != "" {
		return
	}
	s.replace(rel, &content{why: "the rows of " + s.c.QualifiedName(rel)})
}

// ForgetAll makes the rows of all tables unknown.
func (s *Store) ForgetAll() {
	for _, rel := range catalog.All[*catalog.Relation](s.c) {
		if rel.OID >= firstNormalOID && rel.Kind == catalog.Table {
			s.Forget(rel)
		}
	}
}

// Empty makes a table empty: TRUNCATE.
func (s *Store) Empty(rel *catalog.Relation) {
	if t := s.tables[rel.OID]; t != nil {
		s.write(rel, nil, nil)
	}
}

// Fill gives a table the rows of a query whose columns are the table's: CREATE
// TABLE AS.
func (s *Store) Fill(rel *catalog.Relation, rows Rows) {
	if rows.Open != "" {
		s.Forget(rel)
		return
	}
	s.write(rel, rows.Rows, nil)
}
