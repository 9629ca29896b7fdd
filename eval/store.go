package eval

import (
	"github.com/electric-cli/electric/catalog"
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
}

// A content is what is known of a table's rows. It is not changed but replaced,
// so that a rollback brings the old one back.
type content struct {
	rows  [][]query.Datum // by attnum-1
	types []pg.OID        // of the columns, when the rows were written
	why   string          // not empty: the rows are unknown, for this reason
}

// maxKept bounds the rows kept of one table.
const maxKept = 5000

// NewStore makes a store for a catalog's tables, in which all are empty.
func NewStore(c *catalog.Catalog) *Store { return &Store{c: c, tables: map[pg.OID]*content{}} }

// read gives a table's own rows in its present columns. A column that was added
// or changed since they were written is unknown in them.
func (s *Store) read(x *Executor, rel *catalog.Relation) *Rows {
	t := s.tables[rel.OID]
	switch {
	case t == nil && rel.OID < pg.FirstUserOID: // an extension's
		return &Rows{Open: "the rows of " + x.c.QualifiedName(rel)}
	case t == nil:
		return &Rows{}
	}
	if t.why != "" {
		return &Rows{Open: t.why}
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
			case i >= len(t.types) && col.Default == nil && col.Identity == 0:
				now[i] = nil
			default:
				now[i] = Unknown{"column " + col.Name + " of the older rows of " + name}
			}
		}
		out.Rows = append(out.Rows, now)
	}
	return out
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
			s.tables[rel.OID] = old
		} else {
			delete(s.tables, rel.OID)
		}
	})
}

// Write gives a table rows, by attnum.
func (s *Store) write(rel *catalog.Relation, rows [][]query.Datum) {
	types := make([]pg.OID, len(rel.Columns))
	for i, col := range rel.Columns {
		types[i] = col.Type
	}
	s.replace(rel, &content{rows: rows, types: types})
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
		s.write(rel, nil)
	}
}

// Fill gives a table the rows of a query whose columns are the table's: CREATE
// TABLE AS.
func (s *Store) Fill(rel *catalog.Relation, rows Rows) {
	if rows.Open != "" {
		s.Forget(rel)
		return
	}
	s.write(rel, rows.Rows)
}
