package shape

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/shape/wire"
)

// The header follows what does no harm, for all columns and for some.
func TestHeaderFollows(t *testing.T) {
	table := numbers(1)
	table.Columns[0].TypeName, table.Columns[1].TypeName = "int8", "int8"
	now := &relation{Table: *numbers(1), identity: 'f'}
	now.Columns = append([]wire.Column(nil), table.Columns...)
	now.Columns[1].NotNull = true
	for name, c := range map[string]struct {
		columns   []int
		all       bool
		then, now string
	}{
		"all":  {[]int{0, 1}, true, `{"a":{"pk_index":0,"type":"int8"},"b":{"type":"int8"}}`, `{"a":{"pk_index":0,"type":"int8"},"b":{"not_null":true,"type":"int8"}}`},
		"some": {[]int{0}, false, `{"a":{"pk_index":0,"type":"int8"}}`, `{"a":{"pk_index":0,"type":"int8"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := &Shape{definition: Definition{Table: table, Columns: c.columns, All: c.all}}
			header := table.Header(c.columns)
			s.header.Store(&header)
			require.Equal(t, c.then, s.Header())
			require.Empty(t, s.altered(&relation{Table: *table}, now))
			require.Equal(t, c.now, s.Header())
		})
	}
}

// Twice a second, all shapes are compared with the catalog.
func BenchmarkOutdated(b *testing.B) {
	table := numbers(1)
	then := &relation{Table: *table, identity: 'f', logged: true}
	members := memberships{tables: map[uint32]membership{1: {row: 7}}}
	var shapes []*Shape
	for i := range 1000 {
		s := on(b, table, fmt.Sprintf("a = %d", i))
		s.definition.Columns, s.definition.All = []int{0, 1}, true
		s.relations, s.members = map[uint32]*relation{1: then}, members
		header := table.Header(s.definition.Columns)
		s.header.Store(&header)
		shapes = append(shapes, s)
	}
	b.ReportAllocs()
	for b.Loop() {
		l := &look{found: map[uint32]*relation{1: {Table: *table, identity: 'f', logged: true}}, members: members}
		for _, s := range shapes {
			if why := l.outdated(s); why != "" {
				b.Fatal(why)
			}
		}
	}
}

// Who applies migrations does not wait for a stream that may not come for long.
func TestReconcileWithoutStream(t *testing.T) {
	e, err := New(Options{URL: pgtest.Start(t).Database(t), Dir: t.TempDir()})
	require.NoError(t, err)
	defer e.Close() //nolint:errcheck // nothing is in it
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	e.Reconcile(ctx)
	require.NoError(t, ctx.Err())
}
