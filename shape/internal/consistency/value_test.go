//go:build unix

package consistency

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// palette are the types of random columns.
var palette = []string{
	"int", "bigint", "smallint", "numeric", "numeric(8,2)", "float8", "real", "bool", "text", "text", "varchar(20)", "char(5)", "date",
	"time", "timestamp", "timestamptz", "timestamptz(3)", "interval", "uuid", "json", "jsonb", "bytea", "text[]", "int[]", "bool[]",
	"mood", "mood[]", "small", "pair", "inet", "int4range", "int[][]",
}

// texts are what texts are made of, and compared with.
var texts = []string{
	"", "a", "b", "ab", "aB", "A", "it's", `say "hi"`, "a/b", "//", "line\nfeed", "tab\tcr\r", `back\slash`, `\N`, "é", "日本", "𝄞", "%", "_x",
	"null", "NULL", "true", "\u2028", "\x01\x7f\v\f\b", " ", "a ", "{}", `","lsn":"1","op_position":2`,
}

// pools are the values of each type, as the texts of literals.
var pools = map[string][]string{
	"int":            {"-1", "0", "1", "2", "3", "5", "7", "20", "2147483647"},
	"bigint":         {"-1", "0", "1", "2", "9007199254740993", "-9223372036854775807"},
	"smallint":       {"-1", "0", "1", "2", "7", "32767"},
	"numeric":        {"0", "1", "1.0", "1.10", "-2.5", "NaN", "1e20", "0.000001", "2"},
	"numeric(8,2)":   {"0", "1", "1.5", "-2.25", "99999.99"},
	"float8":         {"0", "-0", "1", "1.5", "NaN", "Infinity", "-Infinity", "1e300", "0.1"},
	"real":           {"0", "1", "1.5", "NaN", "Infinity", "0.1"},
	"bool":           {"true", "false"},
	"text":           texts,
	"varchar(20)":    texts,
	"char(5)":        {"", "a", "ab", "abcde"},
	"date":           {"2024-02-29", "1999-12-31", "infinity", "0044-03-15 BC"},
	"time":           {"00:00", "12:34:56.789", "24:00"},
	"timestamp":      {"2024-02-29 12:00", "1999-12-31 23:59:59.999999", "-infinity"},
	"timestamptz":    {"2024-02-29 12:00+02", "1999-12-31 23:59:59.5-11", "infinity"},
	"timestamptz(3)": {"2024-02-29 12:00:00.1236+02", "1999-12-31 23:59:59.5-11"},
	"interval":       {"1 day", "-1 year 2 mons", "25:00:00", "0"},
	"uuid":           {"00000000-0000-0000-0000-000000000001", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12"},
	"json":           {`{"b" : 1,  "a":[]}`, "null", `"x\u00e9\""`, "[1, 2]"},
	"jsonb":          {`{"b" : 1,  "a":[]}`, "null", `"x\u00e9\""`, "[1, 2]"},
	"bytea":          {`\x`, `\x00ff27`, `\x5c225c`},
	"text[]":         {"{}", "{a,b}", `{"a,b","say \"hi\"",NULL,""}`, "{{a,b},{c,d}}", `{a/b,"back\\slash"}`},
	"int[]":          {"{}", "{1,2}", "{1,NULL,3}", "[0:1]={5,6}", "{2}"},
	"int[][]":        {"{}", "{{1,2},{3,4}}"},
	"bool[]":         {"{t,f}", "{}", "{NULL}"},
	"mood":           {"sad", "ok", `it's "fine"`},
	"mood[]":         {"{sad,ok}", `{"it's \"fine\""}`, "{}"},
	"small":          {"0", "1", "2", "999"},
	"pair":           {"(1,a)", `(2,"say ""hi""")`, "(,)"},
	"inet":           {"10.0.0.1", "10.0.0.0/8", "::1"},
	"int4range":      {"[1,5)", "empty", "(,3]"},
	"level_id":       levelIDs(),
}

func levelIDs() (list []string) {
	for i := range 12 {
		list = append(list, fmt.Sprintf("l%d", i))
	}
	return list
}

// value is a random value of a column, as SQL.
func value(r *rand.Rand, c *column) string {
	if !c.notNull && chance(r, 15) {
		return "NULL"
	}
	switch {
	case c.name == "long" && chance(r, 60):
		return fmt.Sprintf("repeat(%s, %d)", literal(strings.Repeat("x", r.IntN(30))+pick(r, texts)), 1+r.IntN(400))
	case c.name == "bin" && chance(r, 60): // not to be compressed: it is stored apart
		return fmt.Sprintf("(SELECT string_agg(sha256((i + %d)::text::bytea), '' ORDER BY i) FROM generate_series(1, 100) i)", r.IntN(1000))
	case c.typ == "int" && c.notNull: // of a key
		return fmt.Sprint(r.IntN(40))
	}
	return literal(pick(r, pools[c.typ]))
}

// sqlType is what CREATE TABLE calls a type.
func sqlType(typ string) string {
	if typ == "level_id" {
		return "text"
	}
	return typ
}
