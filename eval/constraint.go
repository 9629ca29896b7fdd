package eval

import (
	"maps"
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// Constraints over the rows that are known. Only what is certain is refused: a
// value that is not known violates nothing.

// checkRow asks a new row for what ExecConstraints asks.
func (w *writing) checkRow(row []query.Datum) {
	if w.unsure {
		return
	}
	for i, col := range w.rel.Columns {
		if col.NotNull && !col.Dropped && row[i] == nil {
			pgerr.Raise("23502", pgerr.NoPosition, "null value in column \"%s\" of relation \"%s\" violates not-null constraint", col.Name, w.rel.Name)
		}
	}
	for _, con := range w.rel.Constraints {
		if con.Kind == 'c' && con.Check != nil && isFalse(w.x.expr(&frame{row: tuple{row}}, con.Check)) {
			pgerr.Raise("23514", pgerr.NoPosition, "new row for relation \"%s\" violates check constraint \"%s\"", w.rel.Name, con.Name)
		}
	}
}

// checkUnique asks that a row's keys differ from those of other rows. Where
// that is not known, the write's outcome is not known either.
func (w *writing) checkUnique(rows [][]query.Datum, keys *keySet, row []query.Datum) {
	if w.unsure {
		return
	}
	for _, index := range w.rel.Indexes {
		info := index.IndexInfo
		if !info.Unique || !info.Immediate {
			continue
		}
		if !w.x.indexed(info, row) {
			continue
		}
		unsure := false
		few := w.x.byIndex(keys, w.rel, index).each(rows, row, func(at int) bool {
			equal, known := w.equalKeys(info, rows[at], row)
			if equal {
				pgerr.Raise("23505", pgerr.NoPosition, "duplicate key value violates unique constraint \"%s\"", index.Name)
			}
			unsure = unsure || !known
			return true
		})
		if unsure || !few {
			w.why = firstOf(w.why, "a conflict in "+w.x.c.QualifiedName(w.rel))
		}
	}
}

// indexed says whether a row certainly is in a partial index.
func (x *Executor) indexed(info *catalog.IndexInfo, row []query.Datum) bool {
	return info.Predicate == nil || isTrue(x.expr(&frame{row: tuple{row}}, info.Predicate))
}

// checkReferences asks for the rows that a row's foreign keys refer to; of a
// changed row, whose form before was old, only for those that changed.
func (x *Executor) checkReferences(rel *catalog.Relation, row, old []query.Datum) {
	for _, con := range rel.Constraints {
		if !x.checks(con) || x.store.isDeferred(con) || old != nil && x.sameKey(rel, con, row, old) {
			continue
		}
		x.checkReference(rel, con, row)
	}
}

// checks says whether a constraint is a foreign key that asks for referred
// rows: one made for a partition of the table that another one refers to only
// guards that partition's rows.
func (x *Executor) checks(con *catalog.Constraint) bool {
	if con.Kind != 'f' {
		return false
	}
	parent := x.c.Constraint(con.Parent)
	return parent == nil || parent.Relation != con.Relation
}

func (x *Executor) checkReference(rel *catalog.Relation, con *catalog.Constraint, row []query.Datum) {
	if x.missing(rel, con, row) {
		pgerr.Raise("23503", pgerr.NoPosition, "insert or update on table \"%s\" violates foreign key constraint \"%s\"", rel.Name, con.Name)
	}
}

// sameKey says whether a row's foreign key may be what it was.
func (x *Executor) sameKey(rel *catalog.Relation, con *catalog.Constraint, row, old []query.Datum) bool {
	for _, num := range con.Key {
		a, b := row[num-1], old[num-1]
		switch {
		case IsUnknown(a) || IsUnknown(b):
		case a == nil || b == nil:
			if a != b {
				return false
			}
		case x.compare(a, b, rel.Columns[num-1].Type, rel.Columns[num-1].Type) != 0:
			return false
		}
	}
	return true
}

// VerifyDeferred checks the deferrable foreign keys of all tables, at the end
// of a transaction.
func (x *Executor) VerifyDeferred() {
	y := x.begin()
	for _, oid := range slices.Sorted(maps.Keys(y.store.tables)) {
		rel := x.c.Relation(oid)
		if rel == nil || rel.Kind != catalog.Table || y.store.known(rel) == 0 {
			continue
		}
		for _, con := range rel.Constraints {
			if !x.checks(con) || !con.Deferrable || !con.Validated {
				continue
			}
			rows := y.tableRows(rel)
			if !y.store.visit(rel, rows) {
				break
			}
			for _, row := range rows.Rows {
				y.checkReference(rel, con, row)
			}
		}
	}
}

// missing says whether a row certainly refers to none.
func (x *Executor) missing(rel *catalog.Relation, con *catalog.Constraint, row []query.Datum) bool {
	nulls := 0
	for _, num := range con.Key {
		switch {
		case row[num-1] == nil:
			nulls++
		case IsUnknown(row[num-1]):
			return false
		}
	}
	if nulls > 0 {
		return con.Match == 'f' && nulls < len(con.Key)
	}
	foreign := x.c.Relation(con.Foreign)
	if foreign == nil {
		return false
	}
	if foreign == rel && x.refers(rel, con, row, foreign, row) {
		return false
	}
	return !x.found(rel, con, row, foreign, con.ForeignKey)
}

// found says whether a row may refer to one of a table's or its children's,
// whose key are these columns.
func (x *Executor) found(rel *catalog.Relation, con *catalog.Constraint, row []query.Datum, foreign *catalog.Relation, key []int16) bool {
	rows := x.tableRows(foreign)
	if rows.Open != "" {
		return true
	}
	if len(rows.Rows) > 0 && x.refersToOne(rel, con, row, foreign, key, rows) {
		return true
	}
	for _, oid := range foreign.Children {
		child := x.c.Relation(oid)
		if child == nil {
			continue
		}
		own, ok := columnsIn(child, foreign, key)
		if !ok || x.found(rel, con, row, child, own) {
			return true
		}
	}
	return false
}

// columnsIn gives a parent's columns as they are in a child.
func columnsIn(child, parent *catalog.Relation, columns []int16) (own []int16, ok bool) {
	for _, num := range columns {
		col := child.ColumnNamed(parent.Columns[num-1].Name)
		if col == nil {
			return nil, false
		}
		own = append(own, int16(col.Num))
	}
	return own, true
}

// refersToOne says whether a row may refer to one of these.
func (x *Executor) refersToOne(rel *catalog.Relation, con *catalog.Constraint, row []query.Datum, foreign *catalog.Relation, key []int16, rows *Rows) bool {
	l := x.byReference(rows.keySet(), lookupID{oid: con.OID}, foreign, key, rel, con.Key)
	found := false
	few := l.each(rows.Rows, moved(row, con.Key, key), func(at int) bool {
		found = x.refersBy(rel, con.Key, row, foreign, key, rows.Rows[at])
		return !found
	})
	return found || !few
}

// refers says whether a row may refer to another one.
func (x *Executor) refers(rel *catalog.Relation, con *catalog.Constraint, row []query.Datum, foreign *catalog.Relation, other []query.Datum) bool {
	return x.refersBy(rel, con.Key, row, foreign, con.ForeignKey, other)
}

func (x *Executor) refersBy(rel *catalog.Relation, columns []int16, row []query.Datum, foreign *catalog.Relation, key []int16, other []query.Datum) bool {
	for i, num := range columns {
		a, b := row[num-1], other[key[i]-1]
		switch {
		case IsUnknown(a) || IsUnknown(b):
			continue
		case a == nil || b == nil:
			return false
		case x.compare(a, b, rel.Columns[num-1].Type, foreign.Columns[key[i]-1].Type) != 0:
			return false
		}
	}
	return true
}

// checkReferenced refuses to take rows away that others certainly refer to.
// left are the rows that stay.
func (w *writing) checkReferenced(left *Rows) {
	for _, con := range catalog.All[*catalog.Constraint](w.x.c) {
		if con.Kind != 'f' || con.Foreign != w.rel.OID || w.x.store.isDeferred(con) {
			continue
		}
		action := con.OnDelete
		if w.q.Command == ast.CMD_UPDATE {
			action = con.OnUpdate
		}
		from := w.x.c.Relation(con.Relation)
		if from == nil || action != 'a' && action != 'r' || from.OID == w.rel.OID {
			continue
		}
		rows := w.x.tableRows(from)
		if len(rows.Rows) == 0 {
			continue
		}
		l := w.x.byReference(rows.keySet(), lookupID{oid: con.OID, referring: true}, from, con.Key, w.rel, con.ForeignKey)
		for _, row := range w.removed {
			l.each(rows.Rows, moved(row, con.ForeignKey, con.Key), func(at int) bool {
				other := rows.Rows[at]
				if w.certain(from, con, other, row) && !w.x.refersToOne(from, con, other, w.rel, con.ForeignKey, left) {
					pgerr.Raise("23503", pgerr.NoPosition, "update or delete on table \"%s\" violates foreign key constraint \"%s\" on table \"%s\"",
						w.rel.Name, con.Name, from.Name)
				}
				return true
			})
		}
	}
}

// certain says whether a row certainly refers to another one.
func (w *writing) certain(from *catalog.Relation, con *catalog.Constraint, row, other []query.Datum) bool {
	for _, num := range con.Key {
		if row[num-1] == nil || IsUnknown(row[num-1]) {
			return false
		}
	}
	for _, num := range con.ForeignKey {
		if IsUnknown(other[num-1]) {
			return false
		}
	}
	return w.x.refers(from, con, row, w.rel, other)
}

// Verify checks the rows known of a table and of its children against its
// constraints: after DDL that added one, what is violated is the new one.
func (x *Executor) Verify(rel *catalog.Relation) {
	y := x.begin()
	y.verify(rel)
}

func (x *Executor) verify(rel *catalog.Relation) {
	for _, child := range rel.Children {
		if c := x.c.Relation(child); c != nil {
			x.verify(c)
		}
	}
	if x.store == nil || rel.Kind != catalog.Table || x.store.known(rel) == 0 {
		return
	}
	x.settle(rel)
	rows := x.tableRows(rel).Rows
	x.verifyIndexes(rel, rows)
	x.verifyPartition(rel, rows)
	for _, row := range rows {
		for i, col := range rel.Columns {
			if col.NotNull && !col.Dropped && row[i] == nil {
				pgerr.Raise("23502", pgerr.NoPosition, "column \"%s\" of relation \"%s\" contains null values", col.Name, rel.Name)
			}
		}
		for _, con := range rel.Constraints {
			if con.Kind == 'c' && con.Validated && con.Check != nil && isFalse(x.expr(&frame{row: tuple{row}}, con.Check)) {
				pgerr.Raise("23514", pgerr.NoPosition, "check constraint \"%s\" of relation \"%s\" is violated by some row", con.Name, rel.Name)
			}
		}
	}
	for _, con := range rel.Constraints {
		for _, row := range rows {
			if x.checks(con) && con.Validated && !con.Deferrable {
				x.checkReference(rel, con, row)
			}
		}
	}
}

// verifyIndexes looks for equal keys in unique indexes.
func (x *Executor) verifyIndexes(rel *catalog.Relation, rows [][]query.Datum) {
	w := &writing{x: x, rel: rel}
	for _, index := range rel.Indexes {
		info := index.IndexInfo
		if !info.Unique {
			continue
		}
		l := x.byIndex(&keySet{}, rel, index)
		for i, row := range rows {
			if !x.indexed(info, row) {
				continue
			}
			l.each(rows[:i], row, func(at int) bool {
				if equal, _ := w.equalKeys(info, rows[at], row); equal {
					pgerr.Raise("23505", pgerr.NoPosition, "could not create unique index \"%s\"", index.Name)
				}
				return true
			})
		}
	}
}
