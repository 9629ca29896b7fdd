package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
)

// tablesOfErrors are those that TestInvalidRequests asks for.
var tablesOfErrors = []string{
	items,
	"CREATE TABLE pair (b int, a int, c int, PRIMARY KEY (a, b))",
	"CREATE TABLE empty ()",
	"CREATE TABLE keyless (a int, b int, c int)",
	"CREATE VIEW viewed AS SELECT * FROM items",
	"CREATE MATERIALIZED VIEW stored AS SELECT * FROM items",
	"CREATE TYPE mood AS ENUM ('sad', 'happy')",
	"CREATE TABLE moods (id int PRIMARY KEY, m mood)",
}

// Every request here is refused with 400. A row's parameters are added to those of
// a request that would be answered; "name" alone takes one away.
func TestInvalidRequests(t *testing.T) {
	unreplicated := "STORED"
	if pgtest.StartWith(t, logical).Version >= 18 {
		unreplicated = "VIRTUAL"
	}
	s := start(t, append(tablesOfErrors, strings.ReplaceAll(
		"CREATE TABLE made (id int PRIMARY KEY, g int GENERATED ALWAYS AS (id + 1) KIND, h int GENERATED ALWAYS AS (id + 2) KIND)", "KIND", unreplicated))...)
	noTable := func(name string) string {
		return "Table " + name + " does not exist. If the table name contains capitals or special characters you must quote it."
	}
	where := func(clause, text string) invalidRow {
		return invalidRow{"where " + clause, []string{"where", clause}, one("where", text)}
	}
	subset := func(params []string, errors map[string]any) invalidRow {
		return invalidRow{"subset " + strings.Join(params, " "), params, map[string]any{"subset": errors}}
	}
	for _, row := range []invalidRow{
		// What is read without the database, in its stages.
		{"no offset", []string{"-offset"}, one("offset", "can't be blank")},
		{"blank offset", []string{"offset", " "}, one("offset", "can't be blank")},
		{"bad offset", []string{"offset", "invalid"}, one("offset", "has invalid format")},
		{"negative offset", []string{"offset", "0_-1"}, one("offset", "has invalid format")},
		{"half an offset", []string{"offset", "10"}, one("offset", "has invalid format")},
		{"offset of three", []string{"offset", "1_2_3"}, one("offset", "has invalid format")},
		{"offset with space", []string{"offset", "1_2 "}, one("offset", "has invalid format")},
		{"fractional offset", []string{"offset", "10_32.1"}, one("offset", "has invalid format")},
		{"no handle", []string{"offset", "0_0"}, one("handle", "can't be blank when offset != -1")},
		{"blank handle", []string{"offset", "0_inf", "handle", ""}, one("handle", "can't be blank when offset != -1")},
		{"live from -1", []string{"live", "true"}, one("live", "can't be true when offset == -1")},
		{"bare live from -1", []string{"live", ""}, one("live", "can't be true when offset == -1")},
		{"live from now", []string{"live", "1", "offset", "now"}, one("live", "can't be true when offset is 'now'")},
		{"live_sse alone", []string{"live_sse", "true"}, one("live_sse", "can't be true unless live is also true")},
		{"its old name", []string{"experimental_live_sse", "true"}, one("live_sse", "can't be true unless live is also true")},
		{"the new name counts", []string{"live_sse", "true", "experimental_live_sse", "false"}, one("live_sse", "can't be true unless live is also true")},
		{"replica", []string{"replica", "half"}, one("replica", "is invalid")},
		{"log", []string{"log", "all"}, one("log", "is invalid")},
		{"compaction", []string{"experimental_compaction", "maybe"}, one("experimental_compaction", "is invalid")},
		{"params that are a text", []string{"params", "1"}, one("params", "is invalid")},
		{"a where that is a map", []string{"where[a]", "1"}, one("where", "is invalid")},
		{"a handle that is a list", []string{"handle[]", "1"}, one("handle", "is invalid")},
		{"NUL", []string{"table", "it\x00ms"}, one("table", "is invalid")},
		{"invalid UTF-8", []string{"where", "value = '\xff'"}, one("where", "is invalid")},
		{
			"one stage tells all it finds",
			[]string{"-offset", "replica", "half", "columns", "id,", "table", "none", "live_sse", "true"},
			map[string]any{
				"offset": []string{"can't be blank"}, "replica": []string{"is invalid"},
				"columns": []string{"Invalid zero-length delimited identifier"},
			},
		},
		{"the offset's form comes before the handle", []string{"offset", "x", "live_sse", "true"}, one("offset", "has invalid format")},
		{"the handle comes before live", []string{"offset", "1_1", "live_sse", "true", "-table"}, one("handle", "can't be blank when offset != -1")},
		{"live comes before live_sse", []string{"live", "true", "live_sse", "true", "-table"}, one("live", "can't be true when offset == -1")},
		{"live_sse comes before the table", []string{"live_sse", "true", "-table"}, one("live_sse", "can't be true unless live is also true")},
		{"the table comes before the subset", []string{"table", "none", "subset__limit", "0"}, one("table", noTable(`"public"."none"`))},

		// Tables.
		{"no table", []string{"-table"}, one("table", "can't be blank")},
		{"blank table", []string{"table", "  "}, one("table", "can't be blank")},
		{"no schema", []string{"table", ".items"}, one("table", "Invalid zero-length delimited identifier")},
		{"no name", []string{"table", "public."}, one("table", "Invalid zero-length delimited identifier")},
		{"empty quotes", []string{"table", `""`}, one("table", "Invalid zero-length delimited identifier")},
		{"special characters", []string{"table", "it@ms"}, one("table", "Invalid unquoted identifier contains special characters: it@ms")},
		{"a digit first", []string{"table", "1tems"}, one("table", "Invalid unquoted identifier contains special characters: 1tems")},
		{"a quote within", []string{"table", `"it"ms"`}, one("table", `Invalid identifier with unescaped quote: it"ms`)},
		{"long name", []string{"table", long64}, one("table", "Identifier is too long (max length is 63)")},
		{"three names", []string{"table", "a.b.c"}, one("table", "Invalid relation identifier, too many delimiters: a.b.c")},
		{"unknown", []string{"table", "nonexistent"}, one("table", noTable(`"public"."nonexistent"`))},
		{"unknown schema", []string{"table", "Other.ITEMS"}, one("table", noTable(`"other"."items"`))},
		{"quoted capitals", []string{"table", `"Items"`}, one("table", noTable(`"public"."Items"`))},
		{"other letters", []string{"table", "_val1d_schëmaΦ$.Φtàble"}, one("table", noTable(`"_val1d_schëmaΦ$"."Φtàble"`))},
		{"a view", []string{"table", "viewed"}, one("table", noTable(`"public"."viewed"`))},
		{"a materialised view", []string{"table", "stored"}, one("table", noTable(`"public"."stored"`))},
		{"no columns", []string{"table", "empty"}, one("table", noTable(`"public"."empty"`))},
		{"a system catalog's view", []string{"table", "pg_catalog.pg_tables"}, one("table", noTable(`"pg_catalog"."pg_tables"`))},

		// Columns.
		{"without the key", []string{"columns", "value"}, one("columns", "The list of columns must include all primary key columns, missing: id")},
		{"without the keys", []string{"table", "pair", "columns", "c"}, one("columns", "The list of columns must include all primary key columns, missing: a, b")},
		{"without a key, all are", []string{"table", "keyless", "columns", "b"}, one("columns", "The list of columns must include all primary key columns, missing: a, c")},
		{
			"queryable, without a key", []string{"table", "keyless", "queryable_columns", "a,b"},
			one("queryable_columns", "The list of queryable columns must include all primary key columns, missing: c"),
		},
		{"unknown columns", []string{"columns", "id,a,b"}, one("columns", "The following columns are not found on the table: a, b")},
		{"the key comes first", []string{"columns", "a"}, one("columns", "The list of columns must include all primary key columns, missing: id")},
		{"twice", []string{"columns", "id,id"}, one("columns", "The following columns are not found on the table: id")},
		{"a bad name", []string{"columns", `id,"na"me"`}, one("columns", `Invalid unquoted identifier contains special characters: id,"na"me"`)},
		{"space is no part of a name", []string{"columns", "id, value"}, one("columns", "Invalid unquoted identifier contains special characters:  value")},
		{"an empty list", []string{"columns", ","}, one("columns", "Invalid zero-length delimited identifier")},
		{
			"all, generated ones too",
			[]string{"table", "made"},
			one("columns", "The following columns are generated and cannot be included in the shape: g, h. "+
				"You can exclude them from the shape by explicitly listing which columns to fetch in the 'columns' query param"),
		},
		{
			"generated", []string{"table", "made", "columns", "h,id"},
			one("columns", "The following columns are generated and cannot be included in the shape: h"),
		},
		{
			"generated and queryable", []string{"table", "made", "queryable_columns", "id,g"},
			one("columns", "The following columns are generated and cannot be included in the shape: g. "+
				"You can exclude them from the shape by explicitly listing which columns to fetch in the 'columns' query param"),
		},
		{
			"queryable without the key", []string{"queryable_columns", "value"},
			one("queryable_columns", "The list of queryable columns must include all primary key columns, missing: id"),
		},
		{
			"unknown queryable", []string{"queryable_columns", "id,nope"},
			one("queryable_columns", "The following queryable columns are not found on the table: nope"),
		},
		{
			"not queryable", []string{"queryable_columns", "id", "columns", "id,value"},
			one("columns", "The following columns are not found on the table: value"),
		},

		// The filter. Package where has the rest.
		where("1 x 1", `At location 17: syntax error at or near "x"`),
		where("foo = 1", "At location 0: unknown reference foo"),
		where("items.id = 1", "At location 0: unknown reference items.id"),
		where("id", "WHERE clause must return a boolean"),
		where("id = 1; DROP TABLE items", `unescaped ";" causing statement split`),
		where("id = 1 ORDER BY id", "malformed query ending with SQL clauses"),
		where("id = $1", "At location 5: parameter $1 was not provided"),
		where("id = 'abc'", "At location 5: invalid syntax for type int4: abc"),
		where("now() > now()", "At location 0: unknown or unsupported function now/0"),
		{"params by name", []string{"where", "id = $1", "params[a]", "1"}, one("params", "Parameters can only use numbers as keys")},
		{"params with a gap", []string{"where", "id = $1", "params[2]", "1"}, one("params", "Parameters must be numbered sequentially, starting from 1")},
		{"a subquery's column", []string{"where", "id IN (SELECT nope FROM pair)"}, one("columns", "The following columns are not found on the table: nope")},
		{"a subquery's table", []string{"where", "id IN (SELECT id FROM none)"}, one("table", noTable(`"public"."none"`))},
		{
			"both polarities",
			[]string{"where", "id IN (SELECT a FROM pair) OR NOT id IN (SELECT a FROM pair)"},
			one("where", "a subquery dependency cannot be used with both positive and negative polarity in the same filter"),
		},
		{
			"compaction with subqueries", []string{"where", "id IN (SELECT a FROM pair)", "experimental_compaction", "true"},
			one("experimental_compaction", "can't be enabled for shapes with subqueries"),
		},
		{"too long", []string{"where", "value = '" + strings.Repeat("a", 70_000) + "'"}, one("where", "query of 70025 bytes is bigger than maximum size of 65536 bytes")},

		// Subsets.
		{"a subset that is none", []string{"subset", "1"}, one("subset", "is invalid")},
		subset([]string{"subset__limit", "1"}, one("order_by", "order_by is required when limit or offset is present")),
		subset([]string{"subset__offset", "1", "subset__order_by", ""}, one("order_by", "order_by is required when limit or offset is present")),
		subset([]string{"subset__limit", "0", "subset__order_by", "id"}, one("limit", "must be greater than 0")),
		subset([]string{"subset__limit", "ten", "subset__order_by", "id"}, one("limit", "is invalid")),
		subset([]string{"subset__limit", "1.5", "subset__order_by", "id"}, one("limit", "is invalid")),
		subset([]string{"subset__offset", "-1", "subset__order_by", "id"}, one("offset", "must be greater than or equal to 0")),
		subset([]string{"subset__limit", "0", "subset__offset", "-1"}, map[string]any{
			"limit": []string{"must be greater than 0"}, "offset": []string{"must be greater than or equal to 0"},
			"order_by": []string{"order_by is required when limit or offset is present"},
		}),
		subset([]string{"subset__params", "[1]"}, one("params", "params must be a JSON object")),
		subset([]string{"subset__params", "{"}, one("params", "params must be valid JSON")),
		subset([]string{"subset__where", "id = $1", "subset__params", `{"a": 1}`}, one("params", "Parameters can only use numbers as keys")),
		subset([]string{"subset__where", "id = $1", "subset__params", `{"2": 1}`}, one("params", "Parameters must be numbered sequentially, starting from 1")),
		subset([]string{"subset__where", "nope = 1"}, one("where", "At location 0: unknown reference nope")),
		subset([]string{"subset__where", "1 x 1"}, one("where", `At location 17: syntax error at or near "x"`)),
		subset([]string{"subset__where", "id IN (SELECT a FROM pair)"}, one("where", "Subqueries are not allowed in subsets")),
		subset([]string{"subset__where", "value = '" + strings.Repeat("a", 70_000) + "'"}, one("where", "query of 70025 bytes is bigger than maximum size of 65536 bytes")),
		subset([]string{"subset__where", "value = 'a'", "queryable_columns", "id"}, one("where", "At location 0: unknown reference value")),
		subset([]string{"subset__order_by", "value", "queryable_columns", "id"}, one("order_by", "At location 18: unknown reference value")),
		subset([]string{"subset__order_by", "nope", "subset__where", "nope"}, one("order_by", "At location 18: unknown reference nope")),
		subset([]string{"subset__where", "m = 'angry'", "table", "moods"}, map[string]any{"where": `invalid input value for enum public.mood: "angry"`}),
	} {
		t.Run(row.name[:min(len(row.name), 60)], func(t *testing.T) { row.check(t, s) })
	}
}

// An invalidRow is a request that is refused.
type invalidRow struct {
	name   string
	params []string
	errors map[string]any
}

func (row invalidRow) check(t *testing.T, s *server) {
	params := []string{"table", "items", "offset", "-1"}
	for i := 0; i < len(row.params); i++ {
		if name, away := strings.CutPrefix(row.params[i], "-"); away {
			params = without(params, name)
			continue
		}
		params = append(without(params, row.params[i]), row.params[i], row.params[i+1])
		i++
	}
	a := s.get(params...)
	require.Equal(t, http.StatusBadRequest, a.status, a.body)
	jsonEqual(t, invalid(row.errors), a.body)
	refusal(t, a)
	require.Empty(t, a.handle())

	head := s.do(http.MethodHead, path(params...), "")
	require.Equal(t, http.StatusBadRequest, head.status)
	require.Empty(t, head.body)
	refusal(t, head)
}

// refusal checks the headers of an error.
func refusal(t *testing.T, a answer) {
	t.Helper()
	for name, want := range map[string]string{
		"content-type": "application/json", "cache-control": "no-store", "surrogate-control": "no-store",
		"electric-server": "ElectricSQL/test", "electric-has-data": "", "electric-offset": "", "electric-schema": "", "etag": "",
		"access-control-allow-origin": "*", "access-control-allow-methods": "GET, POST, HEAD, DELETE, OPTIONS",
		"access-control-expose-headers": "electric-cursor,electric-handle,electric-has-data,electric-offset,electric-schema," +
			"electric-up-to-date,electric-internal-known-error,retry-after",
	} {
		require.Equal(t, want, a.header.Get(name), name)
	}
}
