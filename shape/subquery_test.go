package shape

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/replication"
	"github.com/electric-cli/electric/shape/where"
	"github.com/electric-cli/electric/shape/wire"
)

// reading makes a shape on t1 whose filter reads t2.
func reading(t testing.TB, clause string) (s *Shape, other *published) {
	own, read := numbers(1), numbers(2)
	d := Definition{Table: own, Columns: []int{0}, Reads: []*wire.Table{read}}
	o := where.Options{Tables: func(string, string) *where.Table { return FilterTable(read) }}
	f, refused := where.Compile(clause, nil, FilterTable(own), o)
	require.Nil(t, refused)
	d.Where = f
	s = &Shape{definition: d, encoder: wire.NewEncoder(own, d.Columns, false)}
	s.sub = newMaterialized(s, nil)
	r := &replication.Relation{OID: read.OID, Schema: read.Schema, Name: read.Name, Identity: 'f'}
	for _, c := range read.Columns {
		r.Columns = append(r.Columns, replication.Column{Name: c.Name, TypeOID: c.TypeOID, Typmod: c.Typmod})
	}
	return s, &published{Relation: r}
}

// row is a row of numbers(): "1 NULL".
func row(text string) wire.Row {
	if text == "" {
		return nil
	}
	var list wire.Row
	for _, field := range strings.Fields(text) {
		if field == "NULL" {
			list = append(list, nil)
		} else {
			list = append(list, []byte(field))
		}
	}
	return list
}

// What is noted of a change of a table that the filter reads: the values that it
// moves, that it may move any row, or nothing.
func TestChangesThatMatterToASubquery(t *testing.T) {
	const of7 = "b IN (SELECT b FROM t2 WHERE a = 7)"
	for _, c := range []struct{ clause, old, now, noted string }{
		{of7, "", "7 5", "5"},
		{of7, "7 5", "", "5"},
		{of7, "7 5", "7 6", "5 6"},
		{of7, "7 5", "8 6", "5"},
		{of7, "8 5", "7 6", "6"},
		{of7, "7 5", "7 5", ""},
		{of7, "", "8 5", ""},
		{of7, "8 5", "9 6", ""},
		{of7, "7 NULL", "7 5", "5"},
		{of7, "", "7 NULL", ""},
		{"b IN (SELECT b FROM t2 WHERE a > 7)", "8 5", "9 5", ""}, // it is there as before
		{"b IN (SELECT b FROM t2)", "7 5", "8 5", ""},
		{"b IN (SELECT b FROM t2)", "7 5", "7 6", "5 6"},
		{"b NOT IN (SELECT b FROM t2 WHERE a = 7)", "", "7 5", "all"},
		{"b NOT IN (SELECT b FROM t2 WHERE a = 7)", "", "7 NULL", "all"},
		{"b NOT IN (SELECT b FROM t2 WHERE a = 7)", "", "8 5", ""},
	} {
		s, other := reading(t, c.clause)
		matters := s.read(other, 2, &replication.Change{Relation: 2, Old: row(c.old), New: row(c.now)})
		n := &s.sub.noted
		var noted []string
		for _, m := range n.moved {
			noted = append(noted, string(m.values[0]))
		}
		if n.all {
			noted = []string{"all"}
		}
		name := fmt.Sprintf("%s: %q becomes %q", c.clause, c.old, c.now)
		require.Equal(t, c.noted, strings.Join(noted, " "), name)
		require.Equal(t, c.noted != "", matters, name)
	}
	s, other := reading(t, of7)
	require.True(t, s.read(other, 2, &replication.Change{Relation: 2, New: row("8 5"), NoOld: true}))
	require.True(t, s.sub.noted.all)
}

// A change of the shape's own table matters when the shape or its filter has one
// of the columns that are changed.
func TestChangesThatMatterToTheShape(t *testing.T) {
	s, _ := reading(t, "b IN (SELECT b FROM t2)")
	require.True(t, s.minds(rowChange{now: row("1 1")}))
	require.True(t, s.minds(rowChange{old: row("1 1")}))
	require.True(t, s.minds(rowChange{old: row("1 1"), now: row("1 2")}))
	require.True(t, s.minds(rowChange{old: row("1 1"), now: row("2 1")}))
	require.False(t, s.minds(rowChange{old: row("1 1"), now: row("1 1")}))
	s, _ = reading(t, "a IN (SELECT b FROM t2)") // b is in neither
	require.False(t, s.minds(rowChange{old: row("1 1"), now: row("1 2")}))
}

// A transaction is noted up to a size: of a larger one, any row may have moved.
func TestTransactionsThatTouchManyRows(t *testing.T) {
	s, _ := reading(t, "b IN (SELECT b FROM t2)")
	for range 3 { // the same rows again are nothing new
		for n := range touchedRows {
			s.changed(rowChange{now: wire.Row{text(n), text(n)}})
		}
	}
	require.Len(t, s.sub.noted.touched, touchedRows)
	require.False(t, s.sub.noted.all)
	s.changed(rowChange{now: row("1000000 1")})
	require.True(t, s.sub.noted.all)
	require.Len(t, s.sub.noted.touched, touchedRows)
}

// Transactions wait for the keeper in order, and what is behind them is promised
// to nobody. When they are too many, the shape ends.
func TestWhatAShapeHasReached(t *testing.T) {
	s, _ := reading(t, "b IN (SELECT b FROM t2)")
	e := &Engine{}
	e.lsn.Store(100)
	require.EqualValues(t, 100, e.Reached(s))
	for _, lsn := range []uint64{50, 60, 120} {
		require.True(t, s.sub.enqueue(1, lsn, 0))
	}
	require.EqualValues(t, 49, e.Reached(s))
	s.sub.done(2)
	require.EqualValues(t, 100, e.Reached(s))
	e.lsn.Store(200)
	require.EqualValues(t, 119, e.Reached(s))
	s.sub.done(1)
	require.EqualValues(t, 200, e.Reached(s))
	require.Zero(t, s.sub.bytes)

	enqueued := 0
	for s.sub.enqueue(1, 300, 0) {
		enqueued++
	}
	require.Equal(t, pendingBytes/pendingSize, enqueued)
}

// One query is for as many transactions as change not too many rows.
func TestTransactionsThatAreDoneTogether(t *testing.T) {
	transactions := func(sizes ...int) (queue []*pending) {
		for _, n := range sizes {
			queue = append(queue, &pending{touched: make([]touchedRow, max(n, 0)), all: n < 0})
		}
		return queue
	}
	for _, c := range []struct {
		sizes []int
		n     int
	}{
		{[]int{1, 2, 3}, 3},
		{[]int{touchedRows, 1, 1}, 1},
		{[]int{600, 400, 1, 700}, 2},
		{[]int{1, -1, touchedRows, touchedRows}, 4}, // all rows are read in any case
	} {
		require.Len(t, together(transactions(c.sizes...)), c.n, "%v", c.sizes)
	}
}

// Values are what they were, whatever is in them.
func TestValuesAsSQL(t *testing.T) {
	table := numbers(1)
	table.Columns[1].TypeSchema, table.Columns[1].RawType = `od"d`, "ty'pe"
	require.Equal(t,
		`SELECT v.c0::"pg_catalog"."int8", v.c1::"od""d"."ty'pe" FROM unnest('{"1","2"}'::pg_catalog.text[], '{"it''s \"x\\","NULL"}'::pg_catalog.text[]) AS v (c0, c1)`,
		valuesSQL(table, []int{0, 1}, []wire.Row{{[]byte("1"), []byte(`it's "x\`)}, {[]byte("2"), []byte("NULL")}}))
}

// A pin is kept until the stream has come by it and nothing waits that it sees.
func TestPinsAreOver(t *testing.T) {
	taken := time.Now()
	p := &pin{taken: taken, snapshot: wire.Snapshot{Xmin: 10, Xmax: 20, LSN: 1010, Flushed: 1000}}
	seen, unseen := &pending{xid: 15, lsn: 900}, &pending{xid: 25, lsn: 1200}
	soon, flushed, late, long := taken.Add(lateTime/2), taken.Add(lateTime+1), taken.Add(pinTime+1), taken.Add(neededTime+1)
	for _, c := range []struct {
		position uint64
		queue    []*pending
		at       time.Time
		over     bool
	}{
		{999, nil, soon, false},
		{999, nil, flushed, false},
		{1000, nil, soon, false}, // what was committed asynchronously may still come
		{1000, nil, flushed, true},
		{1010, nil, soon, true},
		{999, nil, late, true},
		{1200, []*pending{unseen}, soon, true},
		{1200, []*pending{seen, unseen}, soon, false},
		{1200, []*pending{seen, unseen}, late, false},
		{1200, []*pending{seen, unseen}, long, true},
	} {
		require.Equal(t, c.over, p.over(c.position, c.queue, c.at), "%+v", c)
	}
}

// Snapshots are passed in the order in which they were taken; when the shape has
// ended, there are no new ones.
func TestPins(t *testing.T) {
	p := newPins()
	first, second := &pin{}, &pin{}
	require.True(t, p.add(first))
	require.True(t, p.add(second))
	require.Same(t, first, p.oldest())
	p.drop()
	require.Same(t, second, p.oldest())
	require.Equal(t, []*pin{second}, slices.Clone(p.end()))
	require.Nil(t, p.oldest())
	require.False(t, p.add(first))
}
