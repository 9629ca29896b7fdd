package where

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// refusals are clauses and what Electric says of them. Most are of the field
// "where"; others have theirs before the message. $1 is 5.
var refusals = []struct{ clause, message string }{
	// Syntax: places count the characters of "SELECT 1 WHERE " too.
	{"1 x 1", `At location 17: syntax error at or near "x"`},
	{"title = 'é' x", `At location 27: syntax error at or near "x"`},
	{"", "At location 15: syntax error at end of input"},
	{"id =", "At location 19: syntax error at end of input"},
	{"true /*", `At location 20: unterminated /* comment at or near "/*"`},
	{"id = 5; DROP TABLE x", `unescaped ";" causing statement split`},
	{"true ORDER BY 1", "malformed query ending with SQL clauses"},
	{"true GROUP BY id", "malformed query ending with SQL clauses"},
	{"true LIMIT 5", "malformed query ending with SQL clauses"},
	{"true FOR UPDATE", "malformed query ending with SQL clauses"},
	{"true UNION SELECT 1", "malformed query ending with SQL clauses"},

	// Names.
	{"foo = 1", "At location 0: unknown reference foo"},
	{"id = 1 AND items.id = 1", "At location 11: unknown reference items.id"},
	{`"Foo" = 1`, `At location 0: unknown reference "Foo"`},
	{"ctid = '(0,1)'", "At location 0: unknown reference ctid"},
	{"items IS NULL", "At location 0: unknown reference items"},
	{"now() < tz", "At location 0: unknown or unsupported function now/0"},
	{"id = 1 AND length(title) = 1", "At location 11: unknown or unsupported function length/1"},
	{"public.lower(title) = 'a'", "At location 0: unknown or unsupported function public.lower/1"},
	{`"Lower"(title) = 'a'`, `At location 0: unknown or unsupported function "Lower"/1`},
	{"title ~ 'a'", `At location 6: unknown binary operator "~"`},
	{"doc->>'a' = 'b'", `At location 3: unknown binary operator "->>"`},
	{"!! ok", `At location 0: unknown unary operator "!!"`},
	{"id = $2", "At location 5: parameter $2 was not provided"},

	// Constructs.
	{"current_date = d", "At location 0: SQLValueFunction is not supported in this context"},
	{"CASE WHEN ok THEN true END", "At location 0: CaseExpr is not supported in this context"},
	{`title COLLATE "C" = 'a'`, "At location 6: CollateClause is not supported in this context"},
	{"count(*) > 1", "At location 0: aggregation is not supported in this context"},
	{"count(DISTINCT id) = 1", "At location 0: aggregation is not supported in this context"},
	{"lower(title) OVER () = 'a'", "At location 0: aggregation is not supported in this context"},
	{"concat(VARIADIC tags) = 'a'", "At location 0: explicit VARIADIC function calls are not currently supported"},
	{"nullif(id, 1) = 1", `At location 0: expression "=" of :AEXPR_NULLIF is not currently supported`},
	{"title SIMILAR TO 'a'", "At location 6: unknown or unsupported function similar_to_escape/1"},
	{"title LIKE 'a' ESCAPE 'b'", "At location 6: unknown or unsupported function like_escape/2"},
	{"id[1] = 1", "At location 0: A_Indirection is not supported in this context"},
	{"b'101' = 1", "At location 0: BitString values are not supported"},
	{"id = 12345678901", "At location 5: number 12345678901 is not supported as a literal; write it as '12345678901'::int8, or pass it as a parameter"},
	{"price > 1e10", "At location 8: number 1e10 is not supported as a literal; write it with a decimal point between digits, or pass it as a parameter"},

	// Types.
	{"id", "WHERE clause must return a boolean"},
	{"NULL", "WHERE clause must return a boolean"},
	{"'true'", "WHERE clause must return a boolean"},
	{"$1", "WHERE clause must return a boolean"},
	{"(id, title)", "WHERE clause must return a boolean"},
	{"id AND ok", "At location 0: reference id of type int4 is not castable to bool"},
	{"ok AND id + 1", `At location 0: function "+" returning int4 is not castable to bool`},
	{"'foo' OR ok", "At location 0: invalid syntax for type bool: foo"},
	{"1 IS TRUE", "At location 2: argument of IS TRUE must be bool, not int4"},
	{"title IS NOT UNKNOWN", "At location 6: argument of IS NOT UNKNOWN must be bool, not text"},
	{"id = 'abc'", "At location 5: invalid syntax for type int4: abc"},
	{"id IN ('1', 'a')", "At location 12: invalid syntax for type int4: a"},
	{"id = ' 5'", "At location 5: invalid syntax for type int4:  5"},
	{"small = '40000'", "At location 8: invalid syntax for type int2: 40000"},
	{"price = '.5'", "At location 8: invalid syntax for type numeric: .5"},
	{"ok = 'yes'", "At location 5: invalid syntax for type bool: yes"},
	{"u = 'a0eebc999c0b4ef8bb6d6bb9bd380a11'", "At location 4: invalid syntax for type uuid: a0eebc999c0b4ef8bb6d6bb9bd380a11"},
	{"d = '2024-1-1'", "At location 4: invalid syntax for type date: 2024-1-1"},
	{"d = 'today'", "At location 4: invalid syntax for type date: today"},
	{"d = '2023-02-29'", "At location 4: invalid syntax for type date: 2023-02-29"},
	{"t = '12:30'", "At location 4: invalid syntax for type time: 12:30"},
	{"ts > '2024-01-01'", "At location 5: invalid syntax for type timestamp: 2024-01-01"},
	{"tz > '2024-01-01 00:00:00'", "At location 5: invalid syntax for type timestamptz: 2024-01-01 00:00:00"},
	{"id = ANY ('{a}')", "At location 10: invalid syntax for type int4[]: {a}"},
	{"tags = '{a'", "At location 7: invalid syntax for type text[]: {a"},
	{"lower(id) = 'a'", "At location 0: Could not select a function overload for lower(int4)"},
	{"concat(id, 'a') = 'a'", "At location 0: Could not select a function overload for concat(int4, unknown)"},
	{"coalesce(id, title) = 1", "At location 0: Could not select a function overload for coalesce(int4, text)"},
	{"doc = '{}'", "At location 4: Could not select an operator overload"},
	{"ip = '1.1.1.1'", "At location 3: Could not select an operator overload"},
	{"dom = 1", "At location 4: Could not select an operator overload"},
	{"pair = pair", "At location 5: Could not select an operator overload"},
	{"d <> '2024-01-01'", "At location 2: Could not select an operator overload"},
	{"iv < '1 day'", "At location 3: Could not select an operator overload"},
	{"nums @> bigs", "At location 5: Could not select an operator overload"},
	{"nums || tags = nums", "At location 5: Could not select an operator overload"},
	{"3 > ANY (3)", "At location 9: argument of ANY must be an array"},
	{"id + ANY (nums)", "At location 3: ANY/ALL requires operator that returns bool"},
	{"id = ALL (tags)", "At location 3: Could not select an operator overload"},
	{"nums['a'] = 1", "At location 5: invalid syntax for type int8: a"},
	{"nums[title] = 1", "At location 5: text cannot be matched to int8"},
	{"ARRAY[1, title] = nums", "At location 0: ARRAY types text and int4 cannot be matched"},
	{"ARRAY[1, ARRAY['3', 2 + 2]] = nums", "At location 0: ARRAY types int4[] and int4 cannot be matched"},
	{"ARRAY[ARRAY[1], ARRAY[2.0]] = nums", "At location 6: int4[] cannot be matched to numeric[]"},
	{"status = 'open'", "At location 9: invalid syntax for type enum mood: open"},
	{"status = ANY ('{open}')", "At location 14: invalid syntax for type enum mood[]: {open}"},
	{"status < 'open'", "At location 7: Could not select an operator overload"},
	{"status = ANY (ARRAY['open'])", "At location 7: Could not select an operator overload"},
	{"'open' = ANY (moods)", "At location 7: Could not select an operator overload"},
	{"status = ANY (moods)", "At location 7: Could not select an operator overload"},
	{"moods && '{a}'", "At location 9: invalid syntax for type mood[]: {a}"},
	{"$1 > 5 AND $1 + 'test' > 10", "At location 16: invalid syntax for type int4: test"},

	// Casts.
	{"id::numeric = 1", "At location 4: unsupported type numeric"},
	{"title::text((SELECT 1)) = 'a'", "At location 7: type modifiers must be simple constants"},
	{"title::varchar(3)::text(x) = 'a'", "At location 19: type modifiers must be simple constants"},
	{"id::public.foo = 1", "At location 4: unsupported type public.foo"},
	{"'x'::char(3) = 'x'", "At location 5: unsupported type bpchar"},
	{"5.5::int4 = 5", "At location 0: unknown cast from type numeric to type int4"},
	{"name::int = 4", "At location 0: unknown cast from type varchar to type int4"},
	{"nums::text = '{1}'", "At location 0: unknown cast from type int4[] to type text"},
	{"moods::text[] = '{a}'", "At location 0: unknown cast from type mood[] to type text[]"},
	{"tz::text = 'x'", "At location 0: unknown cast from type timestamptz to type text"},
	{"'abc'::int = 1", `At location 0: could not cast value "abc" from text to int4`},
	{`E'a"\\b'::int = 1`, `At location 0: could not cast value "a\"\\b" from text to int4`},
	{"(-1)::bool", "At location 1: could not cast value -1 from int4 to bool"},
	{"NULL::text::int = 1", "At location 0: could not cast value nil from text to int4"},
	{"1::float8::text = '1'", "At location 0: could not cast value 1 from float8 to text"},
	{"interval '01:00:00' = iv", `At location 9: could not cast value "01:00:00" from text to interval`},

	// What cannot be worked out, in Electric's arithmetic or in PostgreSQL's.
	{"1/0 = id", "At location 0: Failed to apply function to constant arguments"},
	{"ok OR 1/0 = 1", "At location 0: Failed to apply function to constant arguments"},
	{"2147483647 + 1 > id", "At location 0: Failed to apply function to constant arguments"},
	{"|/ (-1.0) > 1", "At location 0: Failed to apply function to constant arguments"},

	// What Electric takes and no server does.
	{"ilike(title, 'a')", "At location 0: function ilike(text, unknown) does not exist"},
	{"d + big = d", "At location 2: operator does not exist: date + bigint"},

	// Subqueries.
	{"id = (SELECT id FROM projects)", "At location 5: only `value IN (SELECT ...)` sublinks are supported right now"},
	{"EXISTS (SELECT id FROM projects)", "At location 0: only `value IN (SELECT ...)` sublinks are supported right now"},
	{"id = ANY (SELECT id FROM projects)", "At location 3: only `value IN (SELECT ...)` sublinks are supported right now"},
	{"id + 1 IN (SELECT id FROM projects)", "At location 7: currently, left side of `IN (SELECT ...)` can only be a column reference or a list of column references"},
	{"1 IN (SELECT id FROM projects)", "At location 2: currently, left side of `IN (SELECT ...)` can only be a column reference or a list of column references"},
	{"id IN (SELECT owner FROM projects)", "At location 3: left side of `IN (SELECT ...)` has type int4 but subquery returns int8[]"},
	{"(id, title) IN (SELECT id, owner FROM projects)", "At location 12: left side of `IN (SELECT ...)` has type row of (int4, text) but subquery returns row of (int4, int8)[]"},
	{"id IN (SELECT max(id) FROM projects)", "At location 29: Expected a plain column reference"},
	{"id IN (SELECT p.id FROM projects p)", "At location 29: Expected a plain column reference"},
	{"id IN (SELECT id FROM projects, items)", "Expected a single table reference"},
	{"id IN (SELECT id FROM projects UNION SELECT id FROM items)", "Expected a single table reference"},
	{"id IN (VALUES (1))", "Expected a single table reference"},
	{"id IN (SELECT DISTINCT id FROM projects)", "SELECT statement must not contain any clauses"},
	{"id IN (SELECT id FROM projects ORDER BY id)", "SELECT statement must not contain any clauses"},
	{"id IN (SELECT id FROM projects LIMIT 1)", "SELECT statement must not contain any clauses"},
	{"id IN (SELECT id FROM projects WHERE nope = 1)", "At location 37: unknown reference nope"},
	{"id IN (SELECT id FROM projects WHERE id)", "WHERE clause must return a boolean"},
	{"id IN (SELECT id FROM nope.projects)", `table: Table "nope"."projects" does not exist. If the table name contains capitals or special characters you must quote it.`},
	{"id IN (SELECT nope, id, nix FROM projects)", "columns: The following columns are not found on the table: nope, nix"},
	{"id IN (SELECT gen FROM projects)", "columns: The following columns are generated and cannot be included in the shape: gen"},
	{"id IN (SELECT id FROM projects) OR NOT (ok AND id IN (select id from public.projects))",
		"a subquery dependency cannot be used with both positive and negative polarity in the same filter"},
	{"id IN (SELECT id FROM projects) AND " + strings.Repeat("(ok OR id = 1) AND ", 6) + "(ok OR id = 1)",
		"WHERE clause too complex for DNF decomposition (128 disjuncts exceeds limit of 100)"},

	// Limits.
	{"title = '" + strings.Repeat("a", 70000) + "'", "query of 70025 bytes is bigger than maximum size of 65536 bytes"},
	{"id = 1" + strings.Repeat("+1", 20000), "stack depth limit exceeded"},
	{strings.Repeat("(", 30000) + "ok" + strings.Repeat(")", 30000), "stack depth limit exceeded"},
}

func TestRefusals(t *testing.T) {
	for _, c := range refusals {
		want := Error{"where", c.message}
		if field, message, ok := strings.Cut(c.message, ": "); ok && (field == "table" || field == "columns") {
			want = Error{field, message}
		}
		_, err := Compile(c.clause, map[int]string{1: "5"}, items, options)
		require.NotNil(t, err, shortened(c.clause))
		require.Equal(t, want, *err, shortened(c.clause))
	}
}

func shortened(s string) string { return s[:min(len(s), 100)] }

func TestParametersAreNumberedFromOne(t *testing.T) {
	_, err := Compile("id = $2", map[int]string{2: "5"}, items, options)
	require.Equal(t, &Error{"params", "Parameters must be numbered sequentially, starting from 1"}, err)
	_, err = Compile("id = $1", map[int]string{1: "5", 3: "6"}, items, options)
	require.Equal(t, &Error{"params", "Parameters must be numbered sequentially, starting from 1"}, err)
	_, err = Compile("title = $1", map[int]string{1: "a\x00b"}, items, options)
	require.Equal(t, &Error{"params", `$1: invalid byte sequence for encoding "UTF8": 0x00`}, err)
	_, err = Compile("title = $1", map[int]string{1: "a\xff"}, items, options)
	require.Equal(t, &Error{"params", `$1: invalid byte sequence for encoding "UTF8": 0xff`}, err)

	params, err := ParseParams(map[string]string{"1": "a", "2": "b"})
	require.Nil(t, err)
	require.Equal(t, map[int]string{1: "a", 2: "b"}, params)
	_, err = ParseParams(map[string]string{"one": "a"})
	require.Equal(t, &Error{"params", "Parameters can only use numbers as keys"}, err)
}

// accepted are clauses that Electric takes, each with something of interest.
var accepted = []string{
	"TRUE", "1=1", "id = 5;", "true -- a comment", "id OPERATOR(pg_catalog.=) 5", "pg_catalog.lower(title) = 'a'",
	"id = big", "id < price", "small = f", "f4 < 1.5", "id = '+5'", "price = '-1e5'", "f > 1.5e10",
	"ok = 't'", "ok = 'fal'", "u = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'",
	"d = ' 2024-02-29 '", "d = 'epoch'", "t = '10:30:00 PM'", "t = '23:59:59.5Z'", "ts = '2024-02-29T12:00:00.123456789'",
	"tz > '2024-02-29 12:00:00+0530'", "ts > d", "d + 1 = '2024-02-29'", "d + interval '1 month' > ts", "t + iv = t", "d + t > ts", "t + d > ts",
	"iv = '1 year 2 months 3 days'", "iv <> 'P1Y2M3DT4H5M6S'", "iv = 'P0001-02-03T04:05:06'", "iv = '3 4:05:06'", "iv = '1-2'", "iv * 1.5 = '1 day'",
	"tz AT TIME ZONE 'Europe/Berlin' > ts", "justify_interval(iv) = iv", "tz - tz = '1 day'",
	"title LIKE 'a%' AND title NOT ILIKE '%b' OR like(title, 'c')", "title || name = 'ab'", "concat(title, 'x', NULL) = 'x'", "upper(name) = 'A'",
	"id IN (1, 2, NULL)", "id NOT IN (1)", "id BETWEEN 1 AND 2", "id NOT BETWEEN SYMMETRIC 2 AND 1",
	"id IS DISTINCT FROM NULL", "title IS NOT DISTINCT FROM 'a'", "(id = NULL) IS UNKNOWN", "ok IS NOT FALSE", "NULL IS NULL", "(id, title) IS NULL",
	"id = ANY ('{1,2}')", "id = ANY (ARRAY[1,2])", "title = ANY (tags)", "4.1 > ALL ('{{1},{2}}'::int[])", "title LIKE ANY (ARRAY['a%'])",
	"nums @> '{1}' AND nums <@ ARRAY[1,2] AND nums && nums", "tags || title = tags", "1 || nums = nums", "array_append(nums, 1) = nums", "array_ndims(nums) = 1",
	"nums[1] = 1", "nums['1'] = 1", "nums[1.4] = 1", "nums[1:2][1] = '{}'", "(nums || 5)[:] <> '{}'",
	"coalesce(title, name, 'x') = 'x'", "greatest(id, big, 2.5) > 1", "least(d, '2024-01-01') = d",
	"ok::int = 1", "id::bool", "title::int4 = 5", "id::text = '5'", "NULL::int = 5", "true::int::bool", "status::text = 'sad'", "tags::varchar[] IS NULL", "ARRAY[title]::uuid[] = '{}'",
	"status = status", "status IS NULL", "moods @> moods", "dom IS NOT NULL", "doc IS NULL", "pair IS NULL", "code = 'a'",
	"id IN (SELECT id FROM projects)", "id IN (SELECT id FROM other.projects WHERE active) OR big NOT IN (SELECT owner FROM projects)",
	"(id, title) IN (SELECT id, title FROM projects)", "id IN (SELECT id FROM projects) AND NOT (big IN (SELECT owner FROM projects))",
	"5 # 3 = id AND ~ id = 1 AND id | 1 = id & 3", "@ price = 1.5 AND |/ f > 1.5 AND price ^ 2.0 > 1.0", "- id = + id",
}

func TestAccepted(t *testing.T) {
	for _, clause := range accepted {
		_, err := Compile(clause, nil, items, options)
		require.Nil(t, err, clause)
	}
}
