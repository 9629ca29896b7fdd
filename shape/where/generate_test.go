package where

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A generator makes random clauses over the table of the oracle.
type generator struct {
	*rand.Rand
	params []string // of the clause that is being made
}

// columnsOf lists the oracle's columns by type.
var columnsOf = map[string][]string{
	"int2": {"small"}, "int4": {"id", "k"}, "int8": {"big"}, "numeric": {"price", "n2"}, "float8": {"f"}, "float4": {"f4"},
	"text": {"title", "body"}, "varchar": {"name"}, "bool": {"ok", "hot"}, "uuid": {"u", "u2"}, "date": {"d", "d2"},
	"time": {"t"}, "timestamp": {"ts"}, "timestamptz": {"tz"}, "text[]": {"tags"}, "int4[]": {"nums"}, "uuid[]": {"us"}, "int8[]": {"bigs"},
	"enum": {"mood"}, "interval": {"iv"}, "bpchar": {"code"},
}

// literalsOf lists texts by type, those at the ends of their range included.
var literalsOf = map[string][]string{
	"int2":        {"0", "1", "-1", "2", "3", "7", "32767", "-32768"},
	"int4":        {"0", "1", "-1", "2", "3", "5", "7", "100", "2147483647", "-2147483648"},
	"int8":        {"0", "1", "-1", "2", "5", "3000000000", "9223372036854775807", "-9223372036854775808"},
	"numeric":     {"0", "1", "1.0", "1.50", "-1.5", "2", "9.99", "0.000001", "12345678901234567890.5", "100000000000000000000000"},
	"float8":      {"0", "1", "-1.5", "0.1", "2.5", "1e10", "1e300", "-1e-300", "0.30000000000000004"},
	"float4":      {"0", "1", "-1.5", "0.1", "2.5", "1e10", "3e38"},
	"text":        {"", "a", "abc", "ABC", "aBc", "b", "foo", "foobar", "%", "a%c", "x_y", "it''s", `back\slash`, "é", "ÉA", "日本", "5", "t", "2024-02-29"},
	"bpchar":      {"", "a", "abc", "b  ", "B"},
	"varchar":     {"", "a", "abc", "Abc", "foo", "b"},
	"bool":        {"t", "f", "true", "false"},
	"uuid":        {"00000000-0000-0000-0000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "ffffffff-ffff-ffff-ffff-ffffffffffff"},
	"date":        {"2024-01-31", "2024-02-29", "2023-12-31", "2000-01-01", "1999-12-31", "0001-01-01", "9999-12-31"},
	"time":        {"00:00:00", "12:30:15", "23:59:59.999999", "01:02:03.5"},
	"timestamp":   {"2024-01-31 12:00:00", "2024-02-29 00:00:00", "1999-12-31 23:59:59.999999", "2000-01-01 00:00:00", "2024-01-31T12:00:00.5"},
	"timestamptz": {"2024-01-31 12:00:00+00", "2024-02-29 00:00:00+00", "2024-01-31 12:00:00.25+02", "2000-01-01 00:00:00Z"},
	"interval":    {"1 day", "1 month", "1 year 2 months 3 days", "PT2H", "P1Y2M3DT4H5M6.5S", "-1 day", "90 minutes", "30 days", "720 hours", "2 hours 0.5 seconds"},
	"text[]":      {"{}", "{a}", "{a,b}", "{b,a,a}", "{abc,NULL}", `{"x y","q\"z"}`, "{{a,b},{c,d}}", `{"NULL",null}`},
	"int4[]":      {"{}", "{1}", "{1,2}", "{2,1,1}", "{1,NULL}", "{{1,2},{3,4}}", "{5,7}"},
	"int8[]":      {"{}", "{1}", "{1,2}", "{5,NULL}"},
	"uuid[]":      {"{}", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"},
}

func (g *generator) one(list []string) string { return list[g.IntN(len(list))] }

func (g *generator) pick(options ...func() string) string { return options[g.IntN(len(options))]() }

// column names a column of a type.
func (g *generator) column(typ string) string { return g.one(columnsOf[typ]) }

// literal writes a constant: quoted or bare, typed or not, or a parameter.
func (g *generator) literal(typ string) string {
	text := g.one(literalsOf[typ])
	quoted := "'" + text + "'"
	if strings.Contains(text, `\`) {
		quoted = "E'" + strings.ReplaceAll(text, `\`, `\\`) + "'"
	}
	plain := strings.ReplaceAll(text, "''", "'")
	switch g.IntN(10) {
	case 0, 1, 2:
		if n := len(g.params); g.IntN(4) > 0 {
			g.params = append(g.params, plain)
			return fmt.Sprintf("$%d", n+1)
		}
		return "NULL"
	case 3, 4, 5:
		if typ == "bool" {
			return g.one([]string{"true", "false"})
		}
		if (typ == "int4" || typ == "numeric") && len(text) < 10 && !strings.HasPrefix(text, "-") {
			return text
		}
	case 6, 7:
		if typ != "numeric" && typ != "varchar" && typ != "bpchar" {
			return quoted + "::" + typ
		}
	}
	return quoted
}

// value writes an expression of a type.
func (g *generator) value(typ string, depth int) string {
	if depth <= 0 || g.IntN(3) == 0 {
		if g.IntN(3) == 0 {
			return g.literal(typ)
		}
		return g.column(typ)
	}
	sub := func(typ string) string { return g.value(typ, depth-1) }
	switch g.IntN(12) {
	case 0:
		return fmt.Sprintf("coalesce(%s, %s)", sub(typ), sub(typ))
	case 1:
		return fmt.Sprintf("%s(%s, %s, %s)", g.one([]string{"greatest", "least"}), g.column(typ), sub(typ), sub(typ))
	}
	switch typ {
	case "int2", "int4", "int8":
		return g.pick(
			func() string {
				return fmt.Sprintf("(%s %s %s)", sub(typ), g.one([]string{"+", "-", "*", "/", "&", "|", "#"}), sub(g.one([]string{typ, "int2"})))
			},
			func() string { return fmt.Sprintf("(%s%s)", g.one([]string{"- ", "@ ", "~ ", "+ "}), g.column(typ)) },
			func() string { return fmt.Sprintf("array_ndims(%s)", g.column("int4[]")) },
			func() string {
				return fmt.Sprintf("(%s)[%s]", sub("int4[]"), g.one([]string{"1", "2", "0", "1][2", "id"}))
			},
			func() string { return fmt.Sprintf("(%s - %s)", g.column("date"), g.column("date")) },
			func() string { return fmt.Sprintf("%s::int4", g.column("bool")) },
			func() string { return fmt.Sprintf("%s::int4", g.column("text")) },
		)
	case "numeric", "float4", "float8":
		return g.pick(
			func() string {
				return fmt.Sprintf("(%s %s %s)", sub(typ), g.one([]string{"+", "-", "*"}), sub(g.one([]string{typ, "int4"})))
			},
			func() string { return fmt.Sprintf("(%s / %s)", sub(typ), sub(typ)) },
			func() string { return fmt.Sprintf("(%s%s)", g.one([]string{"- ", "@ ", "+ "}), g.column(typ)) },
			func() string { return fmt.Sprintf("(|/ %s)", sub("float8")) },
			func() string { return fmt.Sprintf("(%s ^ %s)", sub(typ), g.one([]string{"2", "0.5", "0"})) },
		)
	case "text", "varchar":
		return g.pick(
			func() string { return fmt.Sprintf("%s(%s)", g.one([]string{"lower", "upper"}), sub("text")) },
			func() string { return fmt.Sprintf("(%s || %s)", sub("text"), sub("text")) },
			func() string { return fmt.Sprintf("concat(%s, %s)", g.column("text"), sub("text")) },
			func() string {
				return fmt.Sprintf("%s::text", g.column(g.one([]string{"int4", "bool", "date", "uuid", "enum", "numeric", "timestamp", "time", "int8", "float8"})))
			},
			func() string {
				return fmt.Sprintf("(%s)[%s]", g.column("text[]"), g.one([]string{"1", "2", "-1", "1][1"}))
			},
		)
	case "date":
		return fmt.Sprintf("(%s %s %s)", g.column("date"), g.one([]string{"+", "-"}), g.one([]string{"1", "30", "id", "3650000"}))
	case "time":
		return fmt.Sprintf("(%s %s %s)", g.column("time"), g.one([]string{"+", "-"}), sub("interval"))
	case "timestamp":
		return g.pick(
			func() string {
				return fmt.Sprintf("(%s %s %s)", g.column("timestamp"), g.one([]string{"+", "-"}), sub("interval"))
			},
			func() string {
				return fmt.Sprintf("(%s %s %s)", g.column("date"), g.one([]string{"+", "-"}), sub("interval"))
			},
			func() string { return fmt.Sprintf("(%s + %s)", g.column("date"), g.column("time")) },
			func() string { return fmt.Sprintf("(%s + %s)", g.column("time"), g.column("date")) },
			func() string { return fmt.Sprintf("(%s + %s)", g.column("interval"), g.column("timestamp")) },
			func() string { return fmt.Sprintf("(%s AT TIME ZONE 'Europe/Berlin')", g.column("timestamptz")) },
		)
	case "timestamptz":
		return fmt.Sprintf("(%s %s %s)", g.column("timestamptz"), g.one([]string{"+", "-"}), g.column("interval"))
	case "interval":
		return g.pick(
			func() string {
				return fmt.Sprintf("(%s %s %s)", g.column("interval"), g.one([]string{"+", "-"}), sub("interval"))
			},
			func() string { return fmt.Sprintf("(%s - %s)", g.column("timestamp"), g.column("timestamp")) },
			func() string {
				return fmt.Sprintf("(%s - timestamptz '2024-01-31 12:00:00+00')", g.column("timestamptz"))
			},
			func() string { return fmt.Sprintf("(%s * 1.5)", g.column("interval")) },
			func() string {
				return fmt.Sprintf("%s(%s)", g.one([]string{"justify_days", "justify_hours", "justify_interval"}), g.column("interval"))
			},
		)
	case "text[]", "int4[]", "int8[]", "uuid[]":
		elem := strings.TrimSuffix(typ, "[]")
		return g.pick(
			func() string { return fmt.Sprintf("(%s || %s)", sub(typ), sub(typ)) },
			func() string { return fmt.Sprintf("array_append(%s, %s)", g.column(typ), sub(elem)) },
			func() string { return fmt.Sprintf("array_prepend(%s, %s)", g.column(elem), g.column(typ)) },
			func() string { return fmt.Sprintf("array_cat(%s, %s)", g.column(typ), sub(typ)) },
			func() string { return fmt.Sprintf("ARRAY[%s, %s]", g.column(elem), sub(elem)) },
			func() string {
				return fmt.Sprintf("(%s)[%s:%s]", g.column(typ), g.one([]string{"", "1", "0", "2"}), g.one([]string{"", "1", "2", "3"}))
			},
		)
	}
	return g.column(typ)
}

var comparable = []string{"bpchar", "int2", "int4", "int8", "numeric", "float8", "float4", "text", "varchar", "uuid", "date", "time", "timestamp", "timestamptz"}

// condition writes a boolean expression.
func (g *generator) condition(depth int) string {
	if depth > 0 && g.IntN(2) == 0 {
		return g.pick(
			func() string { return fmt.Sprintf("(%s AND %s)", g.condition(depth-1), g.condition(depth-1)) },
			func() string { return fmt.Sprintf("(%s OR %s)", g.condition(depth-1), g.condition(depth-1)) },
			func() string { return fmt.Sprintf("NOT %s", g.condition(depth-1)) },
			func() string {
				return fmt.Sprintf("((%s) IS %s)", g.condition(depth-1), g.one([]string{"TRUE", "FALSE", "NOT TRUE", "NOT FALSE", "UNKNOWN", "NOT UNKNOWN", "NULL", "NOT NULL"}))
			},
		)
	}
	typ := g.one(comparable)
	value := func(typ string) string { return g.value(typ, 2) }
	return g.pick(
		func() string {
			return fmt.Sprintf("%s %s %s", g.column(typ), g.one([]string{"=", "<", ">", "<=", ">=", "="}), value(typ))
		},
		func() string {
			return fmt.Sprintf("%s %s %s", value(typ), g.one([]string{"=", "<>", "<", ">", "<=", ">="}), value(typ))
		},
		func() string {
			return fmt.Sprintf("%s %s %s", g.column(typ), g.one([]string{"IS DISTINCT FROM", "IS NOT DISTINCT FROM"}), value(typ))
		},
		func() string {
			return fmt.Sprintf("(%s %sBETWEEN %s%s AND %s)", value(typ), g.one([]string{"", "NOT "}), g.one([]string{"", "SYMMETRIC "}), value(typ), value(typ))
		},
		func() string {
			return fmt.Sprintf("%s %sIN (%s, %s, %s)", g.column(typ), g.one([]string{"", "NOT "}), g.literal(typ), g.literal(typ), value(typ))
		},
		func() string {
			return fmt.Sprintf("%s IS %sNULL", value(g.one([]string{typ, "int4[]", "interval"})), g.one([]string{"", "NOT "}))
		},
		func() string {
			return fmt.Sprintf("%s %s %s", value("text"), g.one([]string{"LIKE", "NOT LIKE", "ILIKE", "NOT ILIKE", "~~"}), g.pattern())
		},
		func() string {
			return g.one([]string{"ok", "hot", "NOT ok", "ok = hot", "ok <> true", "coalesce(ok, false)", "like(title, 'a%')", "true", "ok IS NOT DISTINCT FROM hot", "ok = 't'"})
		},
		func() string { return g.arrays() },
		func() string {
			return fmt.Sprintf("%s %s %s", g.column("int4"), g.one([]string{"=", "<", ">="}), value(g.one([]string{"int8", "numeric", "float8", "int2"})))
		},
		func() string {
			return fmt.Sprintf("%s %s %s", value("interval"), g.one([]string{"=", "<>", "IS DISTINCT FROM"}), value("interval"))
		},
		func() string {
			return fmt.Sprintf("%s %s %s", g.column("date"), g.one([]string{"=", "<", ">="}), g.column("timestamp"))
		},
		func() string { return fmt.Sprintf("mood::text = '%s'", g.one([]string{"sad", "happy", "none"})) },
	)
}

func (g *generator) pattern() string {
	patterns := []string{"a%", "%c", "%b%", "abc", "_", "a_c", "%", "", "%%", "a%b%c", `a\%c`, `%\`, "é%", "_本", "FOO%", "%o_b%", "b", `back\\%`}
	p := g.one(patterns)
	if strings.Contains(p, `\`) {
		p = "E'" + strings.ReplaceAll(p, `\`, `\\`) + "'"
	} else {
		p = "'" + p + "'"
	}
	if g.IntN(6) == 0 {
		return g.column("text")
	}
	return p
}

func (g *generator) arrays() string {
	typ := g.one([]string{"text[]", "int4[]", "uuid[]", "int8[]"})
	elem := strings.TrimSuffix(typ, "[]")
	return g.pick(
		func() string {
			return fmt.Sprintf("%s %s %s (%s)", g.value(elem, 1), g.one([]string{"=", "<>", "<", ">="}), g.one([]string{"ANY", "ALL"}), g.value(typ, 1))
		},
		func() string {
			return fmt.Sprintf("%s %s %s", g.column(typ), g.one([]string{"@>", "<@", "&&", "=", "<>", "IS DISTINCT FROM"}), g.value(typ, 2))
		},
		func() string { return fmt.Sprintf("%s = ANY (%s)", g.column(elem), g.literal(typ)) },
		func() string {
			return fmt.Sprintf("%s %s ANY (%s)", g.column("text"), g.one([]string{"LIKE", "ILIKE", "~~"}), "ARRAY['a%', '%c']")
		},
		func() string { return fmt.Sprintf("%s = ANY (%s)", g.column("int8"), g.column("int4[]")) },
	)
}
