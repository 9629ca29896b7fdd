package eval

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// The answers of a server are compared in package compile, which can make a
// schema. Here is what a server does not know: values that are not known.

func ask(t *testing.T, text string) (query.Datum, *pgerr.Error) {
	t.Helper()
	c := catalog.New()
	n, err := parser.Split(text)[0].Node()
	require.Nil(t, err)
	var v query.Datum
	err = pgerr.Catch(func() {
		r := New(c, nil, NewStore(c)).Run(analyze.New(c).Query(n))
		if v = (Unknown{r.Open}); r.Open == "" {
			v = r.Rows.Rows[0][0]
		}
	})
	return v, err
}

func TestUnknownSpreadsUnlessDecided(t *testing.T) {
	for text, want := range map[string]query.Datum{
		"SELECT now() > '2020-01-01' AND false":                                                   false,
		"SELECT now() > '2020-01-01' OR true":                                                     true,
		"SELECT random() > 1 OR NULL":                                                             Unknown{"the function random"},
		"SELECT coalesce(1, random())":                                                            float64(1),
		"SELECT EXISTS (SELECT 1 FROM pg_statistic)":                                              Unknown{"the rows of pg_catalog.pg_statistic"},
		"SELECT EXISTS (SELECT 1 FROM pg_statistic WHERE 1 = 2)":                                  false,
		"SELECT 1 IN (SELECT 1 UNION ALL SELECT staattnum FROM pg_statistic)":                     true,
		"SELECT count(*) FROM pg_statistic":                                                       Unknown{"the rows of pg_catalog.pg_statistic"},
		"SELECT bool_or(x) FROM (SELECT true UNION ALL SELECT stainherit FROM pg_statistic) s(x)": true,
		"SELECT pg_typeof(now())":                                                                 query.Datum(catalogType("timestamptz")),
		"SELECT current_setting('work_mem')":                                                      Unknown{"the setting work_mem"},
	} {
		got, err := ask(t, text)
		require.Nil(t, err, text)
		require.Equal(t, want, got, text)
	}
}

func catalogType(name string) query.Datum { return catalog.New().TypeNamed("pg_catalog", name).OID }

// TestBounded asks that what grows without end is refused, and soon.
func TestBounded(t *testing.T) {
	for _, text := range []string{
		"WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT count(*) FROM t",
		"SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b",
		"SELECT length(repeat('x', 1000000000))",
		"SELECT count(*) FROM pg_attribute a, pg_proc b, pg_class c",
	} {
		v, err := ask(t, text)
		_, unknown := v.(Unknown)
		require.True(t, err != nil || unknown, text)
	}
}

func TestTranslateRegexp(t *testing.T) {
	for pattern, want := range map[string]string{
		`\yfoo\y`: `\bfoo\b`, `^[^[:space:]]+$`: `^[^[:space:]]+$`, `[][a]`: `[]\[a]`, `a\.b`: `a\.b`,
	} {
		got, ok := translateRegexp(pattern)
		require.True(t, ok, pattern)
		require.Equal(t, want, got, pattern)
	}
	for _, pattern := range []string{`(a)\1`, `a(?=b)`} {
		_, ok := translateRegexp(pattern)
		require.False(t, ok, pattern)
	}
}
