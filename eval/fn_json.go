package eval

import (
	"slices"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// jsonBuiltins are the functions over json and jsonb (jsonfuncs.c, jsonb_op.c).
// Values of json are shown in jsonb's spelling by those that take them apart.
var jsonBuiltins = map[string]builtin{
	"jsonb_object_field":        func(c *call) query.Datum { return c.path(false, c.args[1]) },
	"json_object_field":         func(c *call) query.Datum { return c.path(false, c.args[1]) },
	"jsonb_object_field_text":   func(c *call) query.Datum { return c.path(true, c.args[1]) },
	"json_object_field_text":    func(c *call) query.Datum { return c.path(true, c.args[1]) },
	"jsonb_array_element":       func(c *call) query.Datum { return c.path(false, c.args[1]) },
	"json_array_element":        func(c *call) query.Datum { return c.path(false, c.args[1]) },
	"jsonb_array_element_text":  func(c *call) query.Datum { return c.path(true, c.args[1]) },
	"json_array_element_text":   func(c *call) query.Datum { return c.path(true, c.args[1]) },
	"jsonb_extract_path":        func(c *call) query.Datum { return c.path(false, c.array(1).Values...) },
	"json_extract_path":         func(c *call) query.Datum { return c.path(false, c.array(1).Values...) },
	"jsonb_extract_path_text":   func(c *call) query.Datum { return c.path(true, c.array(1).Values...) },
	"json_extract_path_text":    func(c *call) query.Datum { return c.path(true, c.array(1).Values...) },
	"jsonb_typeof":              func(c *call) query.Datum { return jsonKinds[c.json(0).Kind] },
	"json_typeof":               func(c *call) query.Datum { return jsonKinds[c.json(0).Kind] },
	"jsonb_array_length":        jsonLength,
	"json_array_length":         jsonLength,
	"jsonb_exists":              func(c *call) query.Datum { return jsonHas(c.json(0), c.text(1)) },
	"jsonb_exists_any":          func(c *call) query.Datum { return jsonHasSome(c, false) },
	"jsonb_exists_all":          func(c *call) query.Datum { return jsonHasSome(c, true) },
	"jsonb_contains":            func(c *call) query.Datum { return jsonContains(c.json(0), c.json(1), true) },
	"jsonb_contained":           func(c *call) query.Datum { return jsonContains(c.json(1), c.json(0), true) },
	"jsonb_concat":              func(c *call) query.Datum { return jsonConcat(c.json(0), c.json(1)).String() },
	"jsonb_delete":              func(c *call) query.Datum { return jsonDelete(c.json(0), c.text(1)).String() },
	"jsonb_build_object":        func(c *call) query.Datum { return buildObject(c, true) },
	"jsonb_build_object_noargs": func(*call) query.Datum { return "{}" },
	"json_build_object":         func(c *call) query.Datum { return buildObject(c, false) },
	"json_build_object_noargs":  func(*call) query.Datum { return "{}" },
	"jsonb_build_array":         func(c *call) query.Datum { return buildArray(c, true) },
	"jsonb_build_array_noargs":  func(*call) query.Datum { return "[]" },
	"json_build_array":          func(c *call) query.Datum { return buildArray(c, false) },
	"json_build_array_noargs":   func(*call) query.Datum { return "[]" },
	"to_json":                   func(c *call) query.Datum { return c.x.toJSON(c.args[0], c.types[0], false) },
	"to_jsonb":                  func(c *call) query.Datum { return canonicalJSON(c.x.toJSON(c.args[0], c.types[0], true)) },
	"row_to_json":               func(c *call) query.Datum { return c.x.toJSON(c.args[0], c.types[0], false) },
	"array_to_json":             func(c *call) query.Datum { return c.x.toJSON(c.args[0], c.types[0], false) },
	"jsonb_object":              jsonObject,
	"jsonb_strip_nulls":         func(c *call) query.Datum { return stripNulls(c.json(0)).String() },
}

var jsonKinds = map[byte]string{'n': "null", 't': "boolean", 'f': "boolean", '#': "number", 's': "string", 'a': "array", 'o': "object"}

func (c *call) json(i int) *datum.JSON { return datum.ParseJSON(c.text(i)) }

// jsonWhat describes a value in messages about functions that want an object.
func jsonWhat(v *datum.JSON) string {
	switch v.Kind {
	case 'a':
		return "an array"
	case 'o':
		return "an object"
	}
	return "a scalar"
}

// jsonDatum gives an item as json or as text.
func jsonDatum(v *datum.JSON, asText bool) query.Datum {
	switch {
	case v == nil, asText && v.Kind == 'n':
		return nil
	case asText && v.Kind == 's':
		return v.Text
	}
	return v.String()
}

// path follows keys and indexes into the first argument.
func (c *call) path(asText bool, steps ...query.Datum) query.Datum {
	v := c.json(0)
	for _, step := range steps {
		if step == nil {
			return nil
		}
		if v = jsonStep(v, step); v == nil {
			return nil
		}
	}
	return jsonDatum(v, asText)
}

func jsonStep(v *datum.JSON, step query.Datum) *datum.JSON {
	if key, ok := step.(string); ok && v.Kind == 'o' {
		if i := slices.Index(v.Keys, key); i >= 0 {
			return v.Items[i]
		}
		return nil
	}
	n, ok := step.(int64)
	if s, isText := step.(string); isText {
		parsed, err := strconv.ParseInt(s, 10, 32)
		n, ok = parsed, err == nil
	}
	if !ok || v.Kind != 'a' {
		return nil
	}
	if n < 0 {
		n += int64(len(v.Items))
	}
	if n < 0 || n >= int64(len(v.Items)) {
		return nil
	}
	return v.Items[n]
}

func (x *Executor) subscriptJSON(f *frame, e *query.SubscriptingRef, v query.Datum) query.Datum {
	if e.Assign != nil || e.IsSlice {
		return Unknown{"an assignment to a part of a jsonb"}
	}
	item := datum.ParseJSON(text(v))
	for _, step := range x.list(f, e.Upper) {
		if u, ok := step.(Unknown); ok {
			return u
		}
		if step == nil {
			return nil
		}
		if item = jsonStep(item, step); item == nil {
			return nil
		}
	}
	return item.String()
}

func jsonLength(c *call) query.Datum {
	v := c.json(0)
	if v.Kind != 'a' {
		pgerr.Raise("22023", pgerr.NoPosition, "cannot get array length of a %s", map[bool]string{true: "non-array", false: "scalar"}[v.Kind == 'o'])
	}
	return int64(len(v.Items))
}

func jsonHas(v *datum.JSON, key string) bool {
	switch v.Kind {
	case 'o':
		return slices.Contains(v.Keys, key)
	case 'a':
		return slices.ContainsFunc(v.Items, func(i *datum.JSON) bool { return i.Kind == 's' && i.Text == key })
	}
	return v.Kind == 's' && v.Text == key
}

func jsonHasSome(c *call, all bool) query.Datum {
	v := c.json(0)
	for _, key := range c.array(1).Values {
		if key != nil && jsonHas(v, text(key)) != all {
			return !all
		}
	}
	return all
}

// jsonContains is @>. At the top an array contains a scalar that is in it.
func jsonContains(a, b *datum.JSON, top bool) bool {
	switch {
	case top && a.Kind == 'a' && b.Kind != 'a' && b.Kind != 'o':
		return slices.ContainsFunc(a.Items, func(i *datum.JSON) bool { return i.String() == b.String() })
	case a.Kind != b.Kind:
		return false
	case a.Kind == 'o':
		for i, key := range b.Keys {
			j := slices.Index(a.Keys, key)
			if j < 0 || !jsonContains(a.Items[j], b.Items[i], false) {
				return false
			}
		}
		return true
	case a.Kind == 'a':
		for _, item := range b.Items {
			if !slices.ContainsFunc(a.Items, func(i *datum.JSON) bool { return jsonContains(i, item, false) }) {
				return false
			}
		}
		return true
	}
	return a.String() == b.String()
}

func jsonConcat(a, b *datum.JSON) *datum.JSON {
	if a.Kind == 'o' && b.Kind == 'o' {
		return datum.ParseJSON(strings.TrimSuffix(a.String(), "}") + comma(a, b) + strings.TrimPrefix(b.String(), "{"))
	}
	out := &datum.JSON{Kind: 'a'}
	for _, v := range []*datum.JSON{a, b} {
		if v.Kind == 'a' {
			out.Items = append(out.Items, v.Items...)
		} else {
			out.Items = append(out.Items, v)
		}
	}
	return out
}

func comma(a, b *datum.JSON) string {
	if len(a.Items) > 0 && len(b.Items) > 0 {
		return ", "
	}
	return ""
}

func jsonDelete(v *datum.JSON, key string) *datum.JSON {
	if v.Kind != 'o' && v.Kind != 'a' {
		pgerr.Raise("22023", pgerr.NoPosition, "cannot delete from scalar")
	}
	out := &datum.JSON{Kind: v.Kind}
	for i, item := range v.Items {
		if v.Kind == 'o' && v.Keys[i] == key || v.Kind == 'a' && item.Kind == 's' && item.Text == key {
			continue
		}
		out.Items = append(out.Items, item)
		if v.Kind == 'o' {
			out.Keys = append(out.Keys, v.Keys[i])
		}
	}
	return out
}

func stripNulls(v *datum.JSON) *datum.JSON {
	out := &datum.JSON{Kind: v.Kind, Text: v.Text}
	for i, item := range v.Items {
		if v.Kind == 'o' {
			if item.Kind == 'n' {
				continue
			}
			out.Keys = append(out.Keys, v.Keys[i])
		}
		out.Items = append(out.Items, stripNulls(item))
	}
	return out
}

// canonicalJSON writes a JSON text as jsonb does.
func canonicalJSON(s string) query.Datum { return datum.ParseJSON(s).String() }

// spaces around separators: jsonb has none that matter, to_json has none.
func quoteJSON(s string) string {
	var out strings.Builder
	datum.QuoteJSON(&out, s)
	return out.String()
}

// toJSON writes any value as JSON (datum_to_json).
func (x *Executor) toJSON(v query.Datum, typ pg.OID, jsonb bool) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return itoa(v)
	case float64:
		s := datum.Out(x.c, typ, v)
		if strings.ContainsAny(s, "NI") {
			return quoteJSON(s)
		}
		return s
	case *query.Array:
		return x.arrayJSON(v, jsonb)
	case *query.Row:
		var parts []string
		for i, value := range v.Values {
			parts = append(parts, quoteJSON(v.Names[i])+":"+x.toJSON(value, v.Types[i], jsonb))
		}
		return "{" + strings.Join(parts, ",") + "}"
	case string:
		switch x.base(typ) {
		case pg.Numeric:
			if v != "NaN" && !strings.HasSuffix(v, "Infinity") {
				return v
			}
		case pg.Json, pg.Jsonb:
			return v
		case pg.Timestamp, pg.Timestamptz:
			return quoteJSON(strings.Replace(v, " ", "T", 1))
		}
	}
	return quoteJSON(datum.Out(x.c, typ, v))
}

func (x *Executor) arrayJSON(a *query.Array, jsonb bool) string {
	pos := 0
	var level func(d int) string
	level = func(d int) string {
		if d == len(a.Dims) {
			pos++
			return x.toJSON(a.Values[pos-1], a.Elem, jsonb)
		}
		var parts []string
		for range a.Dims[d] {
			parts = append(parts, level(d+1))
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	if len(a.Dims) == 0 {
		return "[]"
	}
	return level(0)
}

func buildObject(c *call, jsonb bool) query.Datum {
	values, types := c.spread(0)
	if len(values)%2 != 0 {
		pgerr.Raise("22023", pgerr.NoPosition, "argument list must have even number of elements")
	}
	var parts []string
	for i := 0; i < len(values); i += 2 {
		if values[i] == nil {
			if jsonb {
				pgerr.Raise("22023", pgerr.NoPosition, "argument %d: key must not be null", i+1)
			}
			pgerr.Raise("22004", pgerr.NoPosition, "argument %d cannot be null", i+1)
		}
		parts = append(parts, quoteJSON(datum.Out(c.x.c, types[i], values[i]))+" : "+c.x.toJSON(values[i+1], types[i+1], jsonb))
	}
	s := "{" + strings.Join(parts, ", ") + "}"
	if jsonb {
		return canonicalJSON(s)
	}
	return s
}

func buildArray(c *call, jsonb bool) query.Datum {
	values, types := c.spread(0)
	parts := make([]string, len(values))
	for i, v := range values {
		parts[i] = c.x.toJSON(v, types[i], jsonb)
	}
	s := "[" + strings.Join(parts, ", ") + "]"
	if jsonb {
		return canonicalJSON(s)
	}
	return s
}

func jsonObject(c *call) query.Datum {
	list := c.array(0).Values
	if len(list)%2 != 0 {
		pgerr.Raise("2202E", pgerr.NoPosition, "array must have even number of elements")
	}
	var parts []string
	for i := 0; i < len(list); i += 2 {
		if list[i] == nil {
			pgerr.Raise("22004", pgerr.NoPosition, "null value not allowed for object key")
		}
		parts = append(parts, quoteJSON(text(list[i]))+": "+c.x.toJSON(list[i+1], pg.Text, true))
	}
	return canonicalJSON("{" + strings.Join(parts, ", ") + "}")
}

// jsonScalar casts a jsonb to a bool or number.
func jsonScalar(c *call) query.Datum {
	v := c.json(0)
	isBool := v.Kind == 't' || v.Kind == 'f'
	if c.result == pg.Bool && isBool {
		return v.Kind == 't'
	}
	if c.result != pg.Bool && v.Kind == '#' {
		if _, isInt := integerNames[c.result]; isInt {
			d, _ := parseDecimal(v.Text)
			return d.integer(c.result)
		}
		return datum.In(c.x.c, c.result, -1, v.Text)
	}
	kind := jsonKinds[v.Kind]
	if kind == "array" || kind == "object" {
		kind = "array or object"
		if v.Kind == 'a' {
			kind = "array"
		} else {
			kind = "object"
		}
	}
	pgerr.Raise("22023", pgerr.NoPosition, "cannot cast jsonb %s to type %s", kind, datum.TypeName(c.x.c, c.result))
	return nil
}

func (a *aggregation) jsonAgg(jsonb bool) query.Datum {
	if len(a.inputs) == 0 {
		return nil
	}
	parts := make([]string, len(a.inputs))
	for i, row := range a.inputs {
		parts[i] = a.x.toJSON(row[0], a.types[0], jsonb)
	}
	s := "[" + strings.Join(parts, ", ") + "]"
	if jsonb {
		return canonicalJSON(s)
	}
	return s
}

func (a *aggregation) objectAgg(jsonb bool) query.Datum {
	if len(a.inputs) == 0 {
		return nil
	}
	var parts []string
	for _, row := range a.inputs {
		if row[0] == nil {
			pgerr.Raise("22023", pgerr.NoPosition, "field name must not be null")
		}
		parts = append(parts, quoteJSON(datum.Out(a.x.c, a.types[0], row[0]))+" : "+a.x.toJSON(row[1], a.types[1], jsonb))
	}
	s := "{ " + strings.Join(parts, ", ") + " }"
	if jsonb {
		return canonicalJSON(s)
	}
	return s
}
