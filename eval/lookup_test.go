package eval

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// find gives the positions that a lookup yields for a key.
func find(l *lookup, rows [][]query.Datum, key ...query.Datum) (at []int, few bool) {
	few = l.each(rows, key, func(i int) bool { at = append(at, i); return true })
	return at, few
}

func newLookup(types ...pg.OID) *lookup {
	x := New(catalog.New(), nil, nil)
	return (&keySet{}).lookup(lookupID{}, func() *lookup {
		l := &lookup{}
		for i, typ := range types {
			l.columns = append(l.columns, keyColumn{i, x.keyKind(typ)})
		}
		return l
	})
}

// TestLookupFindsWhatIsEqual asks that no row whose key may be equal is missed.
func TestLookupFindsWhatIsEqual(t *testing.T) {
	for _, c := range []struct {
		typ       pg.OID
		kept, key query.Datum
		found     bool
	}{
		{pg.Int4, int64(7), int64(7), true},
		{pg.Int4, int64(7), int64(70), false},
		{pg.Numeric, "7.50", "7.5", true},
		{pg.Numeric, "70", "7", false},
		{pg.Numeric, "7.00", "7", true},
		{pg.Bpchar, "a  ", "a", true},
		{pg.Text, "a ", "a", false},
		{pg.Timestamptz, "2024-01-01 00:00:00+00", "2024-01-01 01:00:00+01", true},
		{pg.Text, Unknown{"chance"}, "a", true},
		{pg.Text, "a", Unknown{"chance"}, true},
		{pg.Text, nil, "a", false},
		{pg.Text, "a", nil, false},
		{pg.Int4, "7", int64(7), true}, // kept in another form: compared
	} {
		at, few := find(newLookup(c.typ), [][]query.Datum{{c.kept}}, c.key)
		require.True(t, few)
		require.Equal(t, c.found, len(at) == 1, c)
	}
}

func TestLookupKeepsColumnsApart(t *testing.T) {
	at, _ := find(newLookup(pg.Text, pg.Text), [][]query.Datum{{"a", "bc"}, {"ab", "c"}}, "ab", "c")
	require.Equal(t, []int{1}, at)
}

func TestLookupGrowsAndIsBounded(t *testing.T) {
	l := newLookup(pg.Text)
	var rows [][]query.Datum
	for i := range 2 * maxCandidates {
		rows = append(rows, []query.Datum{fmt.Sprint(i % 3)})
		_, few := find(l, rows, "0")
		require.Equal(t, i/3+1 <= maxCandidates, few)
	}
	for range 2 * maxCandidates {
		rows = append(rows, []query.Datum{"0"})
	}
	_, few := find(l, rows, "0")
	require.False(t, few)
	at, few := find(l, rows, "none")
	require.True(t, few)
	require.Empty(t, at)
}
