package eval

import (
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// setBuiltins are the functions that return sets.
var setBuiltins = map[string]setBuiltin{
	"array_unnest":                    arrayUnnest,
	"generate_series_int4":            integerSeries,
	"generate_series_int8":            integerSeries,
	"generate_series_step_int4":       integerSeries,
	"generate_series_step_int8":       integerSeries,
	"generate_series_numeric":         numericSeries,
	"generate_series_step_numeric":    numericSeries,
	"generate_series_timestamp":       func(c *call) Rows { return momentSeries(c, false) },
	"generate_series_timestamptz":     func(c *call) Rows { return momentSeries(c, true) },
	"generate_subscripts":             subscripts,
	"generate_subscripts_nodir":       subscripts,
	"regexp_split_to_table":           func(c *call) Rows { return regexTable(c, c.text(2)) },
	"regexp_split_to_table_no_flags":  func(c *call) Rows { return regexTable(c, "") },
	"regexp_matches":                  func(c *call) Rows { return regexMatches(c, c.text(2)) },
	"regexp_matches_no_flags":         func(c *call) Rows { return regexMatches(c, "") },
	"text_to_table":                   textTable,
	"text_to_table_null":              textTable,
	"jsonb_array_elements":            func(c *call) Rows { return jsonElements(c, false) },
	"jsonb_array_elements_text":       func(c *call) Rows { return jsonElements(c, true) },
	"json_array_elements":             func(c *call) Rows { return jsonElements(c, false) },
	"json_array_elements_text":        func(c *call) Rows { return jsonElements(c, true) },
	"jsonb_object_keys":               jsonKeys,
	"json_object_keys":                jsonKeys,
	"jsonb_each":                      func(c *call) Rows { return jsonEach(c, false) },
	"jsonb_each_text":                 func(c *call) Rows { return jsonEach(c, true) },
	"json_each":                       func(c *call) Rows { return jsonEach(c, false) },
	"json_each_text":                  func(c *call) Rows { return jsonEach(c, true) },
	"show_all_settings":               allSettings,
	"pg_available_extensions":         availableExtensions,
	"pg_available_extension_versions": availableVersions,
	"pg_get_publication_tables":       publishedTables,
	"pg_options_to_table":             optionsTable,
	"pg_partition_ancestors":          partitionAncestors,
	"pg_get_keywords":                 keywords,
	"aclexplode":                      func(*call) Rows { return Rows{Open: "privileges"} },
}

// column makes rows of one column.
func column(values []query.Datum) Rows {
	out := Rows{Rows: make([][]query.Datum, len(values))}
	for i, v := range values {
		out.Rows[i] = []query.Datum{v}
	}
	return out
}

func arrayUnnest(c *call) Rows { return column(c.array(0).Values) }

func integerSeries(c *call) Rows {
	step := int64(1)
	if len(c.args) > 2 {
		step = c.int(2)
	}
	if step == 0 {
		pgerr.Raise("22023", pgerr.NoPosition, "step size cannot equal zero")
	}
	var out Rows
	for n, last := c.int(0), c.int(1); step > 0 && n <= last || step < 0 && n >= last; n += step {
		out.Rows = append(out.Rows, []query.Datum{n})
		if c.x.step(1); len(out.Rows) > maxRows {
			return Rows{Open: "a long series"}
		}
		if (n+step > n) != (step > 0) {
			break
		}
	}
	return out
}

func numericSeries(c *call) Rows {
	n, ok1 := decimalOf(c.args[0])
	last, ok2 := decimalOf(c.args[1])
	step, _ := parseDecimal("1")
	ok3 := true
	if len(c.args) > 2 {
		step, ok3 = decimalOf(c.args[2])
	}
	if !ok1 || !ok2 || !ok3 {
		return Rows{Open: "a series"}
	}
	sign := step.unscaled.Sign()
	if sign == 0 {
		pgerr.Raise("22023", pgerr.NoPosition, "step size cannot equal zero")
	}
	var out Rows
	for ; n.cmp(last)*sign <= 0; n = n.add(step) {
		out.Rows = append(out.Rows, []query.Datum{n.String()})
		if c.x.step(1); len(out.Rows) > maxRows {
			return Rows{Open: "a long series"}
		}
	}
	return out
}

func subscripts(c *call) Rows {
	a, d := c.array(0), int(c.int(1))
	if d < 1 || d > len(a.Dims) {
		return Rows{}
	}
	var out []query.Datum
	for i := range a.Dims[d-1] {
		out = append(out, int64(a.Lower[d-1]+i))
	}
	if len(c.args) > 2 && isTrue(c.args[2]) {
		for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
			out[i], out[j] = out[j], out[i]
		}
	}
	return column(out)
}

func regexTable(c *call, flags string) Rows {
	parts, ok := regexSplit(c, flags)
	if !ok {
		return Rows{Open: unsupportedRegexp.Why}
	}
	return column(texts(parts))
}

func textTable(c *call) Rows {
	parts, _ := splitText(c)
	return column(parts)
}

func jsonElements(c *call, asText bool) Rows {
	v := datum.ParseJSON(c.text(0))
	if v.Kind != 'a' {
		what := "a scalar"
		if v.Kind == 'o' {
			what = "a non-array"
		}
		pgerr.Raise("22023", pgerr.NoPosition, "cannot extract elements from %s", what)
	}
	var out []query.Datum
	for _, item := range v.Items {
		out = append(out, jsonDatum(item, asText))
	}
	return column(out)
}

func jsonKeys(c *call) Rows {
	v := datum.ParseJSON(c.text(0))
	if v.Kind != 'o' {
		pgerr.Raise("22023", pgerr.NoPosition, "cannot call %s on %s", c.proc.Name, jsonWhat(v))
	}
	return column(texts(v.Keys))
}

func jsonEach(c *call, asText bool) Rows {
	v := datum.ParseJSON(c.text(0))
	if v.Kind != 'o' {
		pgerr.Raise("22023", pgerr.NoPosition, "cannot call %s on a non-object", c.proc.Name)
	}
	var out Rows
	for i, item := range v.Items {
		out.Rows = append(out.Rows, []query.Datum{v.Keys[i], jsonDatum(item, asText)})
	}
	return out
}

// allSettings yields the columns of pg_settings that are known.
func allSettings(c *call) Rows {
	var out Rows
	for i := range pg.Settings {
		s := &pg.Settings[i]
		row := make([]query.Datum, 17)
		for j := range row {
			row[j] = Unknown{"a column of pg_settings"}
		}
		value := query.Datum(Unknown{"a setting"})
		if c.x.host != nil {
			if v, known := c.x.host.Setting(s.Name); known {
				value = v
			}
		}
		row[0], row[1], row[2], row[6], row[7], row[12] = s.Name, value, tableName(s.Unit), s.Context, s.Type, s.Boot
		out.Rows = append(out.Rows, row)
	}
	return out
}

func availableExtensions(*call) Rows {
	var out Rows
	for i := range pg.Extensions {
		e := &pg.Extensions[i]
		out.Rows = append(out.Rows, []query.Datum{e.Name, e.Version, Unknown{"an extension's comment"}})
	}
	return out
}

func availableVersions(*call) Rows {
	var out Rows
	for i := range pg.Extensions {
		e := &pg.Extensions[i]
		for _, v := range e.Versions {
			out.Rows = append(out.Rows, []query.Datum{e.Name, v, Unknown{"an extension's properties"}, Unknown{"an extension's properties"},
				e.Relocatable, tableName(e.Schema), orNull(textArray(e.Requires)), Unknown{"an extension's comment"}})
		}
	}
	return out
}

// publishedTables lists what a publication publishes.
func publishedTables(c *call) Rows {
	var out Rows
	publications(c.x, c.text(0), func(table pg.OID, columns []int16, where query.Expr) {
		var attrs query.Datum
		if len(columns) > 0 {
			attrs = vector(columns)
		}
		out.Rows = append(out.Rows, []query.Datum{table, attrs, nodeValue(where, table)})
	})
	return out
}

func optionsTable(c *call) Rows {
	var out Rows
	for _, v := range c.array(0).Values {
		name, value, found := cutOption(text(v))
		if found {
			out.Rows = append(out.Rows, []query.Datum{name, value})
		} else {
			out.Rows = append(out.Rows, []query.Datum{name, nil})
		}
	}
	return out
}

func partitionAncestors(c *call) Rows {
	var out []query.Datum
	for r := c.x.c.Relation(oid(c.args[0])); r != nil; {
		out = append(out, r.OID)
		if len(r.Inherits) == 0 {
			break
		}
		r = c.x.c.Relation(r.Inherits[0])
	}
	return column(out)
}

func keywords(*call) Rows {
	var out Rows
	for i := range pg.Keywords {
		k := &pg.Keywords[i]
		out.Rows = append(out.Rows, []query.Datum{k.Word, char(k.Category), k.BareLabel, Unknown{"a description"}, Unknown{"a description"}})
	}
	return out
}
