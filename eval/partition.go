package eval

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// partitionKeys computes a row's partition key; known is false when a part of
// it is not known, or when the table is partitioned by hash.
func (x *Executor) partitionKeys(parent *catalog.Relation, row []query.Datum) (keys []query.Datum, types []pg.OID, known bool) {
	if parent.PartitionKey == nil || parent.PartitionKey.Strategy == 'h' {
		return nil, nil, false
	}
	for _, k := range parent.PartitionKey.Keys {
		var v query.Datum
		typ := query.ExprType(k.Expr)
		if k.Column > 0 {
			v, typ = row[k.Column-1], parent.Columns[k.Column-1].Type
		} else {
			v = x.expr(&frame{row: tuple{row}}, k.Expr)
		}
		if IsUnknown(v) {
			return nil, nil, false
		}
		keys, types = append(keys, v), append(types, x.base(typ))
	}
	return keys, types, true
}

// inBound says whether a key lies in a bound that is not DEFAULT
// (get_partition_for_tuple).
func (x *Executor) inBound(b *catalog.PartitionBound, keys []query.Datum, types []pg.OID) bool {
	switch b.Strategy {
	case 'l':
		for _, c := range b.List {
			if keys[0] == nil && c.IsNull || keys[0] != nil && !c.IsNull && x.compare(keys[0], c.Value, types[0], c.Type) == 0 {
				return true
			}
		}
	case 'r':
		for _, k := range keys {
			if k == nil {
				return false
			}
		}
		return x.againstBound(keys, types, b.Lower) >= 0 && x.againstBound(keys, types, b.Upper) < 0
	}
	return false
}

// againstBound compares a key with a range's end.
func (x *Executor) againstBound(keys []query.Datum, types []pg.OID, bound []catalog.RangeDatum) int {
	for i, d := range bound {
		if d.Kind != 0 {
			return -d.Kind // below MAXVALUE, above MINVALUE
		}
		if c := x.compare(keys[i], d.Value.Value, types[i], d.Value.Type); c != 0 {
			return c
		}
	}
	return 0
}

// partitionOf finds the partition that a key belongs to; nil for none.
func (x *Executor) partitionOf(parent *catalog.Relation, keys []query.Datum, types []pg.OID) *catalog.Relation {
	var fallback *catalog.Relation
	for _, oid := range parent.Children {
		child := x.c.Relation(oid)
		switch {
		case child == nil || child.PartitionBound == nil:
		case child.PartitionBound.IsDefault:
			fallback = child
		case x.inBound(child.PartitionBound, keys, types):
			return child
		}
	}
	return fallback
}

// inColumnsOf gives a row of one relation in the columns of another one, by name.
func inColumnsOf(to, from *catalog.Relation, row []query.Datum) []query.Datum {
	out := make([]query.Datum, len(to.Columns))
	for i, col := range to.Columns {
		if own := from.ColumnNamed(col.Name); own != nil && !col.Dropped {
			out[i] = row[own.Num-1]
		}
	}
	return out
}

// verifyPartition asks that a partition's rows lie in its bounds.
func (x *Executor) verifyPartition(rel *catalog.Relation, rows [][]query.Datum) {
	from := rel
	for from.IsPartition && len(from.Inherits) == 1 {
		parent := x.c.Relation(from.Inherits[0])
		if parent == nil || from.PartitionBound == nil {
			return
		}
		for _, row := range rows {
			keys, types, known := x.partitionKeys(parent, inColumnsOf(parent, rel, row))
			if !known || x.partitionOf(parent, keys, types) == from {
				continue
			}
			if from.PartitionBound.IsDefault {
				pgerr.Raise("23514", pgerr.NoPosition, "updated partition constraint for default partition \"%s\" would be violated by some row", rel.Name)
			}
			pgerr.Raise("23514", pgerr.NoPosition, "partition constraint of relation \"%s\" is violated by some row", rel.Name)
		}
		from = parent
	}
}

// distribute inserts rows of a partitioned table into its partitions.
func (w *writing) distribute() {
	source, open := w.source()
	for _, row := range source {
		w.f.row = row
		fresh := w.newRow()
		leaf, known := w.route(fresh)
		if !known {
			w.scatter(w.rel)
			w.why = "the partition of a row of " + w.x.c.QualifiedName(w.rel)
			return
		}
		w.into(leaf, inColumnsOf(leaf, w.rel, fresh))
		w.returning(fresh)
	}
	if open != "" {
		w.scatter(w.rel)
		w.why = open
	}
}

// route finds the leaf that a row belongs to (ExecFindPartition).
func (w *writing) route(row []query.Datum) (leaf *catalog.Relation, known bool) {
	rel := w.rel
	for rel.Kind == catalog.PartitionedTable {
		keys, types, known := w.x.partitionKeys(rel, inColumnsOf(rel, w.rel, row))
		if !known {
			return nil, false
		}
		next := w.x.partitionOf(rel, keys, types)
		if next == nil {
			pgerr.Raise("23514", pgerr.NoPosition, "no partition of relation \"%s\" found for row", rel.Name)
		}
		rel = next
	}
	return rel, rel.Kind == catalog.Table
}

// into adds a row to a partition.
func (w *writing) into(leaf *catalog.Relation, row []query.Datum) {
	part := &writing{x: w.x, f: w.f, q: w.q, rel: leaf, unsure: w.unsure || rowTriggers(leaf, w.q.Command)}
	present := w.x.tableRows(leaf)
	part.checkRow(row)
	rows, keys := w.x.store.grow(present)
	part.checkUnique(rows, keys, row)
	part.written = [][]query.Datum{row}
	rows = append(rows, row)
	part.references(rows, keys)
	part.keep(rows, keys, firstOf(present.Open, part.why))
	w.x.run.reads[leaf.OID] = &Rows{Rows: rows, Open: present.Open, keys: keys}
}
