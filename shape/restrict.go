package shape

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/electric-cli/electric/shape/where"
	"github.com/electric-cli/electric/shape/wire"
)

// What a change costs should be as large as the change. Of a transaction that
// changed rows of the shape's own table, the query is about these; of one that
// changed what a subquery selects, about rows that its values move, where the
// filter's form says which those are.

// A selection is a SELECT of the filter's subqueries.
type selection struct {
	*where.Select
	table    *wire.Table
	computed bool // it reads columns that the stream has not
	bounded  bool // which rows it moves, its values say
}

func selectionsOf(d *Definition) map[uint32][]*selection {
	all := map[uint32][]*selection{}
	for _, q := range d.Where.Selects() {
		i := slices.IndexFunc(d.Reads, func(t *wire.Table) bool { return t.Schema == q.Schema && t.Name == q.Table })
		t := d.Reads[i]
		s := &selection{Select: q, table: t}
		s.computed = slices.ContainsFunc(q.Reads, func(column int) bool { return t.Columns[column].Generated })
		_, s.bounded = q.Moved("")
		all[t.OID] = append(all[t.OID], s)
	}
	return all
}

// matters reports whether a change of a row may matter to what is selected.
func (q *selection) matters(old, now wire.Row) bool {
	if (old == nil || q.Excludes(old)) && (now == nil || q.Excludes(now)) {
		return false
	}
	if old == nil || now == nil {
		return true
	}
	differs := func(column int) bool { return !wire.Equal(old[column], now[column]) }
	if !q.computed && !slices.ContainsFunc(q.Reads, differs) {
		return false
	}
	return slices.ContainsFunc(q.Columns, differs) || !q.Includes(old) || !q.Includes(now)
}

// A movedValue is what a subquery selects of a row that was changed.
type movedValue struct {
	of     *selection
	values wire.Row // in the order of its columns
}

// move notes what a subquery selected of a row, or selects now. A NULL moves
// nothing. It reports whether anything was noted.
func (n *pending) move(q *selection, row wire.Row) bool {
	if row == nil || q.Excludes(row) {
		return false
	}
	if !q.bounded {
		n.all = true
		return true
	}
	m := movedValue{of: q}
	key := fmt.Sprintf("%p", q)
	for _, column := range q.Columns {
		if row[column] == nil {
			return false
		}
		m.values = append(m.values, slices.Clone(row[column]))
		key += fmt.Sprintf(" %q", row[column])
	}
	if n.admits(key, len(key)) {
		n.moved = append(n.moved, m)
	}
	return true
}

// admits reports whether something is new, and not too much.
func (n *pending) admits(key string, size int) bool {
	if n.keys[key] {
		return false
	}
	if len(n.keys) == touchedRows {
		n.all = true
		return false
	}
	if n.keys == nil {
		n.keys = map[string]bool{}
	}
	n.keys[key] = true
	n.bytes += size + pendingSize
	return true
}

// suspectRows is how many rows that clients have a restricted query may be about.
const suspectRows = 100_000

var errTooMany = errors.New("too many rows may have moved")

// A restricted query is about the rows that some transactions may have moved.
type restricted struct {
	*differ
	conditions []string        // on the table: rows that it is about
	suspects   map[string]bool // keys of rows that clients may have, and were not found yet
}

// restrict says which rows some transactions may have moved.
func (d *differ) restrict(batch []*pending) *restricted {
	r := &restricted{differ: d, suspects: map[string]bool{}}
	var keys []wire.Row
	moved := map[*selection][]wire.Row{}
	for _, t := range batch {
		for _, row := range t.touched {
			if !r.suspects[row.key] {
				r.suspects[row.key] = true
				keys = append(keys, row.values)
			}
		}
		for _, m := range t.moved {
			moved[m.of] = append(moved[m.of], m.values)
		}
	}
	table := d.definition.Table
	if len(keys) > 0 {
		names := make([]string, len(table.Key))
		for i, name := range table.Names(table.Key) {
			names[i] = quoteIdent(name)
		}
		r.conditions = append(r.conditions, "("+strings.Join(names, ", ")+") IN ("+valuesSQL(table, table.Key, keys)+")")
	}
	for q, rows := range moved {
		condition, _ := q.Moved(valuesSQL(q.table, q.Columns, rows))
		r.conditions = append(r.conditions, condition)
	}
	return r
}

// valuesSQL is a query of rows of values of a table's columns.
func valuesSQL(t *wire.Table, columns []int, rows []wire.Row) string {
	var fields, arrays, names []string
	for i, column := range columns {
		c := &t.Columns[column]
		name := fmt.Sprintf("c%d", i)
		names = append(names, name)
		fields = append(fields, "v."+name+"::"+quoteIdent(c.TypeSchema)+"."+quoteIdent(c.RawType))
		texts := make([]string, len(rows))
		for j, row := range rows {
			texts[j] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `'`, `''`).Replace(string(row[i])) + `"`
		}
		arrays = append(arrays, "'{"+strings.Join(texts, ",")+"}'::pg_catalog.text[]")
	}
	return fmt.Sprintf("SELECT %s FROM unnest(%s) AS v (%s)", strings.Join(fields, ", "), strings.Join(arrays, ", "), strings.Join(names, ", "))
}

// compareSome compares the rows that some transactions may have moved, as conn's
// transaction has them, with those that clients have.
func (k *keeper) compareSome(ctx context.Context, conn *pgxpool.Conn, snapshot wire.Snapshot, batch []*pending) (map[string]bool, error) {
	d := newDiffer(k, batch[0])
	r := d.restrict(batch)
	for _, condition := range r.conditions {
		if err := r.suspect(ctx, conn, condition); err != nil {
			return nil, err
		}
	}
	d.found = r.suspects
	for _, condition := range r.conditions {
		if err := d.copy(ctx, conn, k.definition.selectSQL(" AND "+condition)); err != nil {
			return nil, err
		}
	}
	for _, key := range slices.Sorted(maps.Keys(r.suspects)) {
		line, err := k.m.rows.Remove([]byte(key))
		if err == nil && line != nil {
			err = d.gone(line)
		}
		if err != nil {
			return nil, err
		}
	}
	k.ahead = snapshot
	return d.told, nil
}

// suspect adds the rows to the suspects of which a condition holds, and that
// clients have.
func (r *restricted) suspect(ctx context.Context, conn *pgxpool.Conn, condition string) error {
	d := r.definition
	d.Columns, d.Where = d.Table.Key, nil
	keys := &keyReader{restricted: r, rows: wire.NewEncoder(d.Table, d.Columns, false).NewCopyEncoder(0)}
	_, err := conn.Conn().PgConn().CopyTo(ctx, keys, "COPY ("+d.selectSQL(" WHERE "+condition)+") TO STDOUT")
	switch {
	case keys.err != nil:
		return keys.err
	case err == nil && len(r.suspects) > suspectRows:
		return errTooMany
	}
	return err
}

// A keyReader takes COPY's output of rows' keys.
type keyReader struct {
	*restricted
	rows *wire.CopyEncoder
	err  error
}

func (k *keyReader) Write(line []byte) (int, error) {
	if k.err = k.row(line); k.err != nil {
		return 0, k.err
	}
	return len(line), nil
}

func (k *keyReader) row(line []byte) (err error) {
	if len(k.suspects) > suspectRows { // an error would end the connection
		return nil
	}
	if k.key, err = k.rows.KeyOf(k.key[:0], line); err != nil || k.suspects[string(k.key)] {
		return err
	}
	known, err := k.m.rows.Get(k.key)
	if err != nil || known == nil {
		return err
	}
	k.suspects[string(k.key)] = true
	return nil
}
