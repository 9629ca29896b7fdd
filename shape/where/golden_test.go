package where

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/pg"
)

// golden holds clauses over one row and whether it is in; "ask" where that is
// the server's to say. The first ones are differences that the oracle found
// while this package was written, the others corners worth keeping.
var golden = []struct {
	clause string
	row    map[string]string
	want   string
}{
	// The planner drops a strict function's call that has a NULL constant, and
	// with it what would fail in its other arguments.
	{"NOT (NULL BETWEEN SYMMETRIC title::int4 AND NULL AND title IS NOT DISTINCT FROM tags[-1])", map[string]string{"title": "t", "tags": "{a}"}, "in"},
	{"id >= (NULL + id / small) OR ok", map[string]string{"id": "1", "small": "0", "ok": "t"}, "in"},
	{"(price IN (1.5, NULL, NULL * (id / small))) IS NULL", map[string]string{"price": "1", "id": "1", "small": "0"}, "in"},
	// It also drops what is joined with a constant that decides.
	{"least(small, title::int4) = 1 OR '{2,1,1}' IS NOT NULL", map[string]string{"small": "0", "title": "ÉA"}, "in"},
	{"1 = 2 AND 1 / 0 = 1", nil, "out"},
	{"ok OR (id / small = 1 OR true)", map[string]string{"id": "1", "small": "0"}, "in"},
	// A constant that is not worked out here may fail in planning.
	{"ok OR price IS DISTINCT FROM ('-1.5' ^ 0.5)", map[string]string{"ok": "t", "price": "0"}, "ask"},
	// Versions differ in whether infinite timestamps have a difference.
	{"ts - ts = '1 day'", map[string]string{"ts": "infinity"}, "ask"},

	// Failing is being out, in the order of evaluation.
	{"id / small = 1", map[string]string{"id": "1", "small": "0"}, "out"},
	{"NOT id / small = 1", map[string]string{"id": "1", "small": "0"}, "out"},
	{"ok OR id / small = 1", map[string]string{"ok": "t", "id": "1", "small": "0"}, "in"},
	{"id / small = 1 OR ok", map[string]string{"ok": "t", "id": "1", "small": "0"}, "out"},
	{"small <> 0 AND id / small = 1 OR ok", map[string]string{"ok": "t", "id": "1", "small": "0"}, "in"},
	{"coalesce(id, id / small) = 1", map[string]string{"id": "1", "small": "0"}, "in"},
	{"id + 1 > id", map[string]string{"id": "2147483647"}, "out"},
	{"- small < 0", map[string]string{"small": "-32768"}, "out"},
	{"id / (- 1) > 0", map[string]string{"id": "-2147483648"}, "out"},
	{"f * f > 1", map[string]string{"f": "1e200"}, "out"},
	{"title::int = 5", map[string]string{"title": " 5 "}, "in"},
	{"title::int = 5", map[string]string{"title": "5x"}, "ask"}, // 0x… is a number in later versions
	{"title::int = 5", map[string]string{"title": "five"}, "out"},
	{"title::int = 5", map[string]string{"title": "5,"}, "out"},

	// Three-valued logic.
	{"id = 1", nil, "out"},
	{"NOT id = 1", nil, "out"},
	{"(id = 1) IS UNKNOWN", nil, "in"},
	{"id IN (1, NULL)", map[string]string{"id": "2"}, "out"},
	{"NOT id IN (1, NULL)", map[string]string{"id": "2"}, "out"},
	{"id NOT IN (1, 3)", map[string]string{"id": "2"}, "in"},
	{"id <> ALL ('{}')", nil, "in"},
	{"id = ANY (nums)", map[string]string{"id": "1", "nums": "{NULL,1}"}, "in"},
	{"id IS DISTINCT FROM 1", nil, "in"},
	{"ok OR NULL", map[string]string{"ok": "true"}, "in"},

	// Numbers.
	{"price = 1.50", map[string]string{"price": "1.5"}, "in"},
	{"price > 99999999999999999999.5", map[string]string{"price": "NaN"}, "in"},
	{"price = price AND price + 1 = price", map[string]string{"price": "Infinity"}, "in"},
	{"price / 3 = 0.33333333333333333333", map[string]string{"price": "1"}, "in"},
	{"f = f AND f > 1.0", map[string]string{"f": "NaN"}, "in"},
	{"f = 0", map[string]string{"f": "-0"}, "in"},
	{"f4 = 0.1", map[string]string{"f4": "0.1"}, "out"}, // 0.1 is a float8 here
	{"f4 = '0.1'", map[string]string{"f4": "0.1"}, "in"},
	{"big > id AND small < big", map[string]string{"big": "9223372036854775807", "id": "1", "small": "-1"}, "in"},

	// Texts.
	{"title LIKE 'a%c'", map[string]string{"title": "a\nbc"}, "in"},
	{"title LIKE '_'", map[string]string{"title": "日"}, "in"},
	{`title LIKE E'a\\%'`, map[string]string{"title": "a%"}, "in"},
	{`NOT title LIKE E'a\\'`, map[string]string{"title": "a"}, "in"},
	{`NOT title LIKE E'a\\'`, map[string]string{"title": "ab"}, "out"}, // fails: the pattern ends with an escape
	{"title ILIKE 'É'", map[string]string{"title": "é"}, "ask"},
	{"title ILIKE 'a%'", map[string]string{"title": "ABC"}, "in"},
	{"title ILIKE 'a%'", map[string]string{"title": "É"}, "ask"},
	{"lower(title) = 'abc'", map[string]string{"title": "ABC"}, "in"},
	{"title < 'a'", map[string]string{"title": "B"}, "in"}, // by bytes
	{"code = 'a'", map[string]string{"code": "a  "}, "in"},
	{"name || title = 'ab' AND concat(name, NULL, title) = 'ab'", map[string]string{"name": "a", "title": "b"}, "in"},

	// Moments.
	{"d < '2024-02-29'", map[string]string{"d": "0044-03-15 BC"}, "in"},
	{"d > '9999-12-31'", map[string]string{"d": "10000-01-01"}, "in"},
	{"d + 1 = '2024-02-29'", map[string]string{"d": "2024-02-28"}, "in"},
	{"d > ts", map[string]string{"d": "infinity", "ts": "infinity"}, "out"},
	{"ts + interval '1 month' = '2024-02-29 12:00:00'", map[string]string{"ts": "2024-01-31 12:00:00"}, "in"},
	{"ts - iv = '2023-02-28 00:00:00'", map[string]string{"ts": "2024-02-29 00:00:00", "iv": "P1Y"}, "in"},
	{"tz = '2024-01-31 12:00:00.25+02'", map[string]string{"tz": "2024-01-31 10:00:00.25+00"}, "in"},
	{"t + iv = '01:00:00'", map[string]string{"t": "23:00:00", "iv": "PT2H"}, "in"},
	{"iv = '30 days'", map[string]string{"iv": "P1M"}, "in"},
	{"iv = '24 hours'", map[string]string{"iv": "P1D"}, "in"},
	{"iv * 1.5 = '1 month 15 days'", map[string]string{"iv": "P1M"}, "in"},
	{"justify_interval(iv) = iv", map[string]string{"iv": "P1M-1DT-1H"}, "in"},

	// Arrays.
	{"nums = '{5,6}'", map[string]string{"nums": "[0:1]={5,6}"}, "out"},
	{"nums[0] = 5", map[string]string{"nums": "[0:1]={5,6}"}, "in"},
	{"nums @> '{}' AND NOT nums @> '{NULL}'", map[string]string{"nums": "{NULL,1}"}, "in"},
	{"nums[2:][1:1] = '{{3}}'", map[string]string{"nums": "{{1,2},{3,4}}"}, "in"},
	{"nums[1] IS NULL AND nums[1][2] = 2", map[string]string{"nums": "{{1,2},{3,4}}"}, "in"},
	{"array_ndims(nums) IS NULL AND nums || 1 = '{1}'", map[string]string{"nums": "{}"}, "in"},
	{"nums || 1 = '{1}'", nil, "in"}, // || takes NULL
	{"array_append(nums, 1) = '{1}'", map[string]string{"nums": "{{1}}"}, "out"},
	{"tags = ARRAY['a b', NULL, 'NULL', '\"']", map[string]string{"tags": `{"a b",NULL,"NULL","\""}`}, "in"},

	// Types of users.
	{"status::text = 'sad'", map[string]string{"status": "sad"}, "in"},
	{"status = status", map[string]string{"status": "sad"}, "ask"},
	{"dom IS NOT NULL", map[string]string{"dom": "5"}, "in"},
	{"pair IS NULL", nil, "in"},
	{"pair IS NULL", map[string]string{"pair": "(,)"}, "ask"},
	{"id = 1 AND pair IS NULL", map[string]string{"id": "2", "pair": "(,)"}, "out"},
}

func TestGolden(t *testing.T) {
	for _, c := range golden {
		match, known := compile(t, c.clause).Decide(item(c.row))
		got := map[bool]string{true: "in", false: "out"}[match]
		if !known {
			got = "ask"
		}
		require.Equal(t, c.want, got, "%s %v", c.clause, c.row)
	}
}

// TestGoldenIsTheServersAnswer asks a server.
func TestGoldenIsTheServersAnswer(t *testing.T) {
	conn := connect(t)
	_, err := conn.Exec(t.Context(), "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN posint AS int; CREATE TYPE pair AS (a int, b text)")
	require.NoError(t, err)
	for _, c := range golden {
		if c.want == "ask" {
			continue
		}
		var fields []string
		for _, col := range items.Columns {
			name := typeName(col.Type)
			if pg.TypeByOID(pg.OID(col.Type.OID)) == nil {
				name = col.Type.Name
			}
			text := "NULL"
			if value, ok := c.row[col.Name]; ok {
				text = "E'" + strings.NewReplacer(`\`, `\\`, "'", "''").Replace(value) + "'"
			}
			fields = append(fields, fmt.Sprintf("%s::%s AS %s", text, name, quoteAlways(col.Name)))
		}
		var n int
		err := conn.QueryRow(t.Context(), "SELECT count(*) FROM (SELECT "+strings.Join(fields, ", ")+" OFFSET 0) AS items WHERE "+compile(t, c.clause).SQL()).Scan(&n)
		require.Equal(t, c.want == "in", err == nil && n == 1, "%s %v: %v", c.clause, c.row, err)
	}
}

// TestCollations asks that texts are compared here only where that is right.
func TestCollations(t *testing.T) {
	with := func(kind Collation) *Table {
		c := col("title", "text")
		c.Collation = kind
		return &Table{Schema: "public", Name: "t", Columns: []Column{c}}
	}
	for _, c := range []struct {
		clause string
		kind   Collation
		native bool
	}{
		{"title = 'a'", Linguistic, true},
		{"title LIKE 'a%'", Linguistic, true},
		{"title IN ('a', 'b')", Linguistic, true},
		{"title < 'a'", Linguistic, false},
		{"greatest(title, 'a') = 'a'", Linguistic, false},
		{"title < 'a'", Bytes, true},
		{"greatest(title, 'a') = 'a'", Bytes, true},
		{"title = 'a'", Foreign, false},
		{"title LIKE 'a%'", Foreign, false},
		{"title IN ('a', 'b')", Foreign, false},
		{"title IS NULL", Foreign, true},
	} {
		f, err := Compile(c.clause, nil, with(c.kind), Options{})
		require.Nil(t, err)
		require.Equal(t, c.native, f.Native(), "%s %d", c.clause, c.kind)
		_, _, indexed := f.Equal()
		require.Equal(t, c.native && c.clause == "title = 'a'", indexed, "%s %d", c.clause, c.kind)
	}
}

func TestCollationOf(t *testing.T) {
	for _, c := range []struct {
		provider      byte
		locale        string
		deterministic bool
		want          Collation
	}{
		{'c', "C", true, Bytes}, {'c', "POSIX", true, Bytes}, {'c', "C.UTF-8", true, Bytes}, {'b', "C.UTF8", true, Bytes},
		{'c', "en_US.UTF-8", true, Linguistic}, {'i', "de-x-icu", true, Linguistic}, {'i', "C", true, Linguistic},
		{'c', "tr_TR.UTF-8", true, Foreign}, {'i', "az-Latn", true, Foreign}, {'i', "und-u-ks-level2", false, Foreign},
	} {
		require.Equal(t, c.want, CollationOf(c.provider, c.locale, c.deterministic), c.locale)
	}
}
