package shape

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/where"
	"github.com/electric-cli/electric/shape/wire"
)

// numbers is a table of two numbers.
func numbers(oid uint32) *wire.Table {
	column := func(name string) wire.Column {
		return wire.Column{Name: name, TypeOID: 20, Typmod: -1, TypeSchema: "pg_catalog", RawType: "int8", TypeKind: 'b'}
	}
	return &wire.Table{OID: oid, Schema: "public", Name: fmt.Sprintf("t%d", oid), Columns: []wire.Column{column("a"), column("b")}, Key: []int{0}}
}

// on makes a shape on a table, without anything but its definition.
func on(t testing.TB, table *wire.Table, clause string) *Shape {
	s := &Shape{definition: Definition{Table: table}}
	if clause != "" {
		f, refused := where.Compile(clause, nil, FilterTable(table), where.Options{})
		require.Nil(t, refused)
		s.definition.Where = f
	}
	return s
}

func text(n int) []byte { return []byte(strconv.Itoa(n)) }

// Shapes come and go; a change is for those whose value the row has or had, and
// for those that are not found by a value.
func TestRoutes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	tables := []*wire.Table{numbers(1), numbers(2)}
	clauses := map[string]func(a, b int) bool{"": nil, "a > 3": nil}
	for n := range 5 {
		clauses[fmt.Sprintf("a = %d", n)] = func(a, _ int) bool { return a == n }
		clauses[fmt.Sprintf("b = %d AND a > 1", n)] = func(_, b int) bool { return b == n }
	}
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range clauses {
			if !yield(name) {
				return
			}
		}
	})
	current := &routes{}
	type entry struct {
		shape *Shape
		has   func(a, b int) bool
		table *wire.Table
	}
	var entries []entry
	for step := range 2000 {
		if n := len(entries); n > 0 && random.IntN(5) < 2 {
			i := random.IntN(n)
			current = current.without(entries[i].shape)
			entries = slices.Delete(entries, i, i+1)
		} else {
			clause, table := names[random.IntN(len(names))], tables[random.IntN(2)]
			s := on(t, table, clause)
			current = current.with(s)
			entries = append(entries, entry{s, clauses[clause], table})
		}
		table, a, b, before := tables[random.IntN(2)], random.IntN(6), random.IntN(6), random.IntN(6)
		old, now := wire.Row{text(before), text(b)}, wire.Row{text(a), text(b)}
		want := map[*Shape]int{}
		for _, e := range entries {
			if e.table == table && (e.has == nil || e.has(a, b) || e.has(before, b)) {
				want[e.shape] = 1
			}
		}
		got := map[*Shape]int{}
		for _, r := range current.tables[table.OID] {
			require.NotEmpty(t, r.all)
			r.each(old, now, func(s *Shape) { got[s]++ })
		}
		require.Equal(t, want, got, "step %d", step)
	}
	for _, e := range entries {
		current = current.without(e.shape)
	}
	require.Empty(t, current.tables)
	require.Empty(t, current.readers)
}

// Inserts have no old row, deletes no new one, and NULL equals nothing but is no
// reason to fail.
func TestRoutesOfInsertsAndDeletes(t *testing.T) {
	table := numbers(1)
	one, two := on(t, table, "a = 1"), on(t, table, "a = 2")
	r := (&routes{}).with(one).with(two).tables[1][0]
	for name, c := range map[string]struct {
		old, now wire.Row
		want     []*Shape
	}{
		"insert":        {nil, wire.Row{text(1), nil}, []*Shape{one}},
		"delete":        {wire.Row{text(2), nil}, nil, []*Shape{two}},
		"update":        {wire.Row{text(1), nil}, wire.Row{text(2), nil}, []*Shape{one, two}},
		"insert NULL":   {nil, wire.Row{nil, nil}, nil},
		"update of two": {wire.Row{text(2), nil}, wire.Row{text(2), text(1)}, []*Shape{two}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []*Shape
			r.each(c.old, c.now, func(s *Shape) { got = append(got, s) })
			require.Equal(t, c.want, got)
		})
	}
}

// Routes that the consumer has taken do not change under it.
func TestRoutesThatAreRead(t *testing.T) {
	table := numbers(1)
	first, second := on(t, table, ""), on(t, table, "")
	taken := (&routes{}).with(first)
	later := taken.with(second).without(first)
	require.Equal(t, []*Shape{first}, taken.on([]uint32{1}))
	require.Equal(t, []*Shape{second}, later.on([]uint32{1}))
}

func BenchmarkRegister(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			var shapes []*Shape
			for i := range n {
				shapes = append(shapes, on(b, numbers(1), fmt.Sprintf("a = %d", i)))
			}
			for b.Loop() {
				r := &routes{}
				for _, s := range shapes {
					r = r.with(s)
				}
			}
		})
	}
}
