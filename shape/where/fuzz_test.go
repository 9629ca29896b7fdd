package where

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// checkClause compiles what may be anything. Nothing may panic or hang; what is
// accepted has an SQL that is one expression, and the same one when it is read
// again; any bytes may come as a row.
func checkClause(t *testing.T, clause, param string) {
	f, err := Compile(clause, map[int]string{1: param}, items, options)
	if err != nil {
		require.NotEmpty(t, err.Message)
		return
	}
	tree, err := parseClause(f.SQL())
	if len(f.SQL())+len(prefix) <= maxText { // casts of parameters may make it longer than the clause was
		require.Nil(t, err, f.SQL())
		require.Equal(t, f.SQL(), sqlOf(tree))
	}
	garbage := make([][]byte, len(items.Columns))
	for i := range garbage {
		garbage[i] = []byte(param)
	}
	f.Decide(garbage)
	f.Decide(make([][]byte, len(items.Columns)))
	f.Query([][][]byte{garbage})
	f.Equal()
}

func FuzzCompile(f *testing.F) {
	for _, c := range refusals {
		if len(c.clause) < 1000 {
			f.Add(c.clause, "5")
		}
	}
	for _, clause := range accepted {
		f.Add(clause, "{1,2}")
	}
	g := &generator{Rand: rand.New(rand.NewPCG(1, 1))}
	for range 200 {
		clause := g.condition(2)
		clause = strings.NewReplacer(" k ", " id ", "hot", "ok", "body", "title", "n2", "price", "u2", "u", "d2", "d").Replace(clause)
		f.Add(clause, "2024-01-01")
	}
	f.Fuzz(checkClause)
}

func FuzzOrder(f *testing.F) {
	for _, c := range orders {
		f.Add(c.order)
	}
	f.Fuzz(func(t *testing.T, order string) {
		sql, err := CompileOrder(order, items, options)
		if err == nil {
			again, err := CompileOrder(sql, items, options)
			require.Nil(t, err, sql)
			require.Equal(t, sql, again)
		}
	})
}

func FuzzNames(f *testing.F) {
	for _, s := range []string{"", "a", `"a"`, `"a""b".c`, `a.b.c`, `"`, `""`, `"""`, "a,b", `"a,b",c`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if schema, table, message := ParseTable(s); message == "" {
			require.NotEmpty(t, schema)
			require.NotEmpty(t, table)
		}
		if names, message := ParseColumns(s); message == "" {
			require.NotContains(t, names, "")
		}
	})
}

// TestRepetitionIsBounded asks that what PostgreSQL's grammar copies is counted:
// nested, BETWEEN SYMMETRIC copies its left side four times at each level.
func TestRepetitionIsBounded(t *testing.T) {
	clause := "ok"
	for range 200 {
		clause = "(" + clause + ")::int4 BETWEEN SYMMETRIC 1 AND 2"
	}
	_, err := Compile(clause, nil, items, options)
	require.Equal(t, &Error{"where", "WHERE clause is too complex"}, err)
	clause = strings.TrimSuffix("id IN ("+strings.Repeat("1,", 20000), ",") + ")"
	compile(t, clause)
}

func TestFiltersAreSafeForConcurrentUse(t *testing.T) {
	f := compile(t, "title ILIKE 'a%' AND price > 1.5 AND ts + iv > ts AND tags && '{a}' AND id = ANY (nums)")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 50 {
				compile(t, "id = $1 AND id IN (SELECT id FROM projects)", "5")
				require.True(t, f.Match(item(map[string]string{
					"title": "Abc", "price": "2", "ts": "2024-01-01 00:00:00", "iv": "P1D", "tags": "{b,a}", "id": "1", "nums": "{2,1}",
				})))
			}
		})
	}
	all.Wait()
}
