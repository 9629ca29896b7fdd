package api_test

import (
	"encoding/hex"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCompositeKey(t *testing.T) {
	s := start(t, `CREATE TABLE foo (second text NOT NULL, first text NOT NULL, fourth text, third text NOT NULL, PRIMARY KEY (first, second, third))`,
		`INSERT INTO foo (first, second, third, fourth) VALUES ('a', 'b/x', 'c"', 'd')`)
	first := s.get("table", "foo", "offset", "-1")
	require.Equal(t, `"public"."foo"/"a"/"b//x"/"c""`, first.messages()[0].Key)
	require.JSONEq(t, `{"first":{"not_null":true,"pk_index":0,"type":"text"},"second":{"not_null":true,"pk_index":1,"type":"text"},`+
		`"third":{"not_null":true,"pk_index":2,"type":"text"},"fourth":{"type":"text"}}`, first.header.Get("electric-schema"))
	r, _ := s.read("table", "foo")
	s.sql(`INSERT INTO foo (first, second, third, fourth) VALUES ('e', 'f', 'g', 'h'); UPDATE foo SET fourth = NULL WHERE first = 'a'`)
	messages := r.next().messages()
	require.Equal(t, []string{"insert first=e fourth=h second=f third=g", `update first=a fourth=NULL second=b/x third=c"`, "up-to-date"}, briefs(messages))
	require.Equal(t, `"public"."foo"/"e"/"f"/"g"`, messages[0].Key)
	require.Equal(t, `"public"."foo"/"a"/"b//x"/"c""`, messages[1].Key)
}

// allTypes are columns, a value as SQL has it, and as clients get it: from the
// snapshot and from the stream of changes alike.
var allTypes = []struct{ column, typ, sql, text string }{
	{"txt", "varchar", `'test'`, "test"},
	{"padded", "char(5)", `'ab'`, "ab   "},
	{"i2", "int2", `-32768`, "-32768"},
	{"i4", "int4", `2147483647`, "2147483647"},
	{"i8", "int8", `9223372036854775807`, "9223372036854775807"},
	{"num", "numeric(30,4)", `12345678901234567890.5`, "12345678901234567890.5000"},
	{"f4", "float4", `1.1`, "1.1"},
	{"f8", "float8", `0.1::float8 + 0.2::float8`, "0.30000000000000004"},
	{"inf", "float8", `'-inf'`, "-Infinity"},
	{"yes", "bool", `true`, "true"},
	{"no", "bool", `false`, "false"},
	{"js", "json", `'{"foo":  "bar"}'`, `{"foo":  "bar"}`},
	{"jsb", "jsonb", `'{"foo":"bar"}'`, `{"foo": "bar"}`},
	{"blob", "bytea", `'\x0001fffe'`, `\x0001fffe`},
	{"u", "uuid", `'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'`, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
	{"d", "date", `'2024-02-29'`, "2024-02-29"},
	{"tm", "time(3)", `'12:34:56.789'`, "12:34:56.789"},
	{"ts", "timestamp", `'2024-02-29 12:34:56.789'`, "2024-02-29 12:34:56.789"},
	{"tz", "timestamptz", `'2024-02-29 12:34:56+02'`, "2024-02-29 10:34:56+00"},
	{"iv", "interval", `'1 year 2 days 03:04:05'`, "P1Y2DT3H4M5S"},
	{"bits", "bit(3)", `B'101'`, "101"},
	{"net", "inet", `'10.0.0.1/8'`, "10.0.0.1/8"},
	{"rng", "int4range", `'[1,5)'`, "[1,5)"},
	{"pt", "point", `'(1.5,2)'`, "(1.5,2)"},
	{"mny", "xml", `'<a/>'`, "<a/>"},
	{"ints", "int8[]", `'{1,NULL,3}'`, "{1,NULL,3}"},
	{"ints2", "int8[][]", `'{{1,2,3},{4,5,6}}'`, "{{1,2,3},{4,5,6}}"},
	{"doubles", "float8[]", `'{1.2,-3.2,inf,-inf,nan}'`, "{1.2,-3.2,Infinity,-Infinity,NaN}"},
	{"bools", "bool[]", `'{t,f,t}'`, "{t,f,t}"},
	{"moods", "mood[]", `'{sad,ok}'`, "{sad,ok}"},
	{"feels", "mood", `'happy'`, "happy"},
	{"c", "complex", `'(1.1,2.2)'`, "(1.1,2.2)"},
	{"cs", "complex[]", `ARRAY['(1.1,2.2)','(3.3,4.4)']::complex[]`, `{"(1.1,2.2)","(3.3,4.4)"}`},
	{"pos", "posint", `5`, "5"},
	{"poss", "posint[]", `'{5,9,2}'`, "{5,9,2}"},
	{"jss", "jsonb[]", `ARRAY['{"foo":"bar"}','{"bar":"baz"}']::jsonb[]`, `{"{\"foo\": \"bar\"}","{\"bar\": \"baz\"}"}`},
	{"txts", "text[]", `ARRAY['a b','"','\',NULL,'']`, `{"a b","\"","\\",NULL,""}`},
	{"odd", "text", `E'tab\tline\nquote"back\\slash \u00e9 😀 \u0001 </script>'`, "tab\tline\nquote\"back\\slash é 😀 \x01 </script>"},
	{`Cap"s`, "text", `''`, ""},
}

// foreignSettings are how a database may have values written otherwise.
const foreignSettings = `DO $$ DECLARE setting text; BEGIN
	FOREACH setting IN ARRAY ARRAY['timezone = Japan', 'datestyle = German', 'intervalstyle = sql_standard', 'bytea_output = escape', 'extra_float_digits = 0'] LOOP
		EXECUTE format('ALTER DATABASE %I SET %s', current_database(), setting);
	END LOOP;
END $$`

func TestAllTypes(t *testing.T) {
	create, empty, full := "CREATE TABLE everything (id int PRIMARY KEY", "INSERT INTO everything (id) VALUES (2)", "UPDATE everything SET "
	columns, values := "id", "1"
	want := map[string]string{"id": "1"}
	for i, c := range allTypes {
		name := quoted(c.column)
		create += ", " + name + " " + c.typ
		columns, values = columns+", "+name, values+", "+c.sql
		if i > 0 {
			full += ", "
		}
		full += name + " = " + c.sql
		want[c.column] = c.text
	}
	s := start(t, "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')", "CREATE TYPE complex AS (r float8, i float8)",
		"CREATE DOMAIN posint AS int CHECK (VALUE > 0)", create+")", "INSERT INTO everything ("+columns+") VALUES ("+values+")", empty, foreignSettings)
	require.Equal(t, want, texts(s.get("table", "everything", "where", "id = 1", "offset", "-1").messages()[0].Value))
	require.Equal(t, want, texts(s.get("table", "everything", "subset__where", "id = 1", "offset", "-1").subset().Data[0].Value))

	r, _ := s.read("table", "everything", "where", "id = 2")
	s.sql(full + " WHERE id = 2")
	want["id"] = "2"
	messages := r.next().messages()
	require.Equal(t, "update", messages[0].Headers.Operation)
	require.Equal(t, want, texts(messages[0].Value))

	s.sql("INSERT INTO everything (" + columns + ") VALUES (" + values + ") ON CONFLICT (id) DO NOTHING; DELETE FROM everything WHERE id = 1")
	s.sql("UPDATE everything SET id = 3 WHERE id = 2; UPDATE everything SET id = 2 WHERE id = 3")
	messages = r.next().messages()
	require.Equal(t, []string{"delete id=2"}, briefs(messages[:1]))
	require.Equal(t, want, texts(messages[1].Value), "an insert by the stream of changes")
}

func quoted(name string) string {
	text := `"`
	for _, c := range name {
		if c == '"' {
			text += `"`
		}
		text += string(c)
	}
	return text + `"`
}

// texts are values of which none is NULL.
func texts(values map[string]*string) map[string]string {
	list := map[string]string{}
	for name, value := range values {
		if value != nil {
			list[name] = *value
		}
	}
	return list
}

// The schema header tells what clients need to parse values.
func TestSchemaHeader(t *testing.T) {
	s := start(t, "CREATE TYPE mood AS ENUM ('sad')", "CREATE DOMAIN posint AS int", `CREATE TABLE typed (
		id uuid, part int, v varchar(10), c char(4), n numeric(10,2), n0 numeric, b bit(3), vb bit varying(7), tm time(3), tz timestamptz(2), ts timestamp,
		iv interval minute to second, ivp interval(2), ints int[], grid text[][], vs varchar(5)[], m mood, ms mood[], p posint, "Ünïcode" text,
		PRIMARY KEY (part, id))`)
	require.JSONEq(t, `{
		"id": {"type":"uuid","pk_index":1,"not_null":true}, "part": {"type":"int4","pk_index":0,"not_null":true},
		"v": {"type":"varchar","max_length":10}, "c": {"type":"bpchar","length":4}, "n": {"type":"numeric","precision":10,"scale":2},
		"n0": {"type":"numeric"}, "b": {"type":"bit","length":3}, "vb": {"type":"varbit","length":7}, "tm": {"type":"time","precision":3},
		"tz": {"type":"timestamptz","precision":2}, "ts": {"type":"timestamp"}, "iv": {"type":"interval","fields":"MINUTE TO SECOND"},
		"ivp": {"type":"interval","precision":2}, "ints": {"type":"int4","dims":1}, "grid": {"type":"text","dims":2},
		"vs": {"type":"varchar","dims":1,"max_length":5}, "m": {"type":"mood"}, "ms": {"type":"mood","dims":1}, "p": {"type":"posint"}, "Ünïcode": {"type":"text"}
	}`, s.get("table", "typed", "offset", "-1").header.Get("electric-schema"))
	require.JSONEq(t, `{"id":{"type":"uuid","pk_index":1,"not_null":true},"part":{"type":"int4","pk_index":0,"not_null":true},"m":{"type":"mood"}}`,
		s.get("table", "typed", "offset", "-1", "columns", "id,m,part").header.Get("electric-schema"))
}

func TestLargeValues(t *testing.T) {
	const size = 10_000_000
	random := rand.NewChaCha8([32]byte{1})
	blob := func() ([]byte, string) {
		b := make([]byte, size)
		_, _ = random.Read(b)
		return b, `\x` + hex.EncodeToString(b)
	}
	s := start(t, "CREATE TABLE large (id int PRIMARY KEY, blob bytea, note text)")
	value, want := blob()
	_, err := s.db.Exec(t.Context(), "INSERT INTO large VALUES (1, $1, 'a')", value)
	require.NoError(t, err)
	first := s.get("table", "large", "offset", "-1")
	require.Len(t, first.messages(), 1, "it fills a chunk")
	require.Equal(t, want, *first.messages()[0].Value["blob"])
	r := &reader{s: s, definition: []string{"table", "large"}}
	r.moved(first)
	next := r.ask()
	require.Equal(t, []string{"snapshot-end"}, next.brief())
	r.moved(next)
	require.Equal(t, []string{"up-to-date"}, r.ask().brief())

	value, want = blob()
	_, err = s.db.Exec(t.Context(), "UPDATE large SET blob = $1", value)
	require.NoError(t, err)
	messages := r.next().messages()
	require.Equal(t, want, *messages[0].Value["blob"])
	require.NotContains(t, messages[0].Value, "note")

	// A value that is stored elsewhere is not sent again, nor missed.
	s.sql("UPDATE large SET note = 'b'")
	var later []string
	for len(later) == 0 || later[len(later)-1] != "up-to-date" {
		later = append(later, r.next().brief()...)
	}
	require.Equal(t, []string{"update id=1 note=b", "up-to-date"}, later)
	s.sql("UPDATE large SET id = 2")
	messages = r.next().messages()
	require.Equal(t, []string{"delete id=1"}, briefs(messages[:1]))
	require.Equal(t, want, *messages[1].Value["blob"])
}

// Names of objects are written with their schemas, in first rows and in changes
// alike, whatever the search path is.
func TestNamesOfObjects(t *testing.T) {
	s := start(t, "CREATE TYPE mood AS ENUM ('sad')", "CREATE FUNCTION f(int) RETURNS int LANGUAGE SQL AS 'SELECT $1'",
		"CREATE TABLE items (c regclass PRIMARY KEY, t regtype, f regprocedure)", "INSERT INTO items VALUES ('items', 'mood', 'f(int)')")
	r, lines := s.read("table", "items")
	require.Equal(t, []string{"insert c=public.items f=public.f(integer) t=public.mood", "snapshot-end", "up-to-date"}, lines)
	s.sql("UPDATE items SET f = NULL; DELETE FROM items; INSERT INTO items VALUES ('items', 'mood', 'f(int)')")
	require.Equal(t, []string{"update c=public.items f=NULL", "delete c=public.items", "insert c=public.items f=public.f(integer) t=public.mood", "up-to-date"}, r.next().brief())
}
