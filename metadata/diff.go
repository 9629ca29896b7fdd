package metadata

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// A Difference is one thing two schemas do not agree on.
type Difference struct {
	Path string // "table public.orders column total type"
	A, B string // the values as JSON; for a whole object "exists", or "" where it is missing
}

func (d Difference) String() string {
	return d.Path + ": " + shown(d.A) + " | " + shown(d.B)
}

func shown(value string) string {
	if value == "" {
		return "nothing"
	}
	return value
}

// Diff lists what a and b differ in, tables first member by member; it is empty when they mean the same. What makes no
// difference to a schema's meaning is left out: positions of columns (their order counts), whether an index is valid
// or clustered, whether a materialized view is populated, an extension's version, the layout of a view's definition,
// the order of options, roles and the like. An absent value equals false, "" and an empty list.
func Diff(a, b *Schema) []Difference {
	var d differ
	d.object("", tree(a), tree(b))
	return d.found
}

// tree returns the schema as encoding/json sees it: the walk below is one for all kinds of objects.
func tree(s *Schema) map[string]any {
	var m map[string]any
	dec := json.NewDecoder(strings.NewReader(string(s.AppendJSON(nil))))
	dec.UseNumber()
	if err := dec.Decode(&m); err != nil {
		panic("metadata: own JSON cannot be read: " + err.Error())
	}
	return m
}

// sections says, for each list of named objects, what to call one of them.
var sections = map[string]string{
	"schemas": "schema", "extensions": "extension", "tables": "table", "views": "view", "sequences": "sequence",
	"enums": "enum", "domains": "domain", "composites": "composite type", "ranges": "range", "base_types": "base type",
	"functions": "function", "operators": "operator", "collations": "collation", "statistics": "statistics",
	"event_triggers": "event trigger", "publications": "publication",
	"columns": "column", "attributes": "attribute", "uniques": "unique", "foreign_keys": "foreign key",
	"checks": "check", "exclusions": "exclusion", "not_nulls": "not null", "indexes": "index", "triggers": "trigger",
	"policies": "policy", "rules": "rule",
}

var (
	ignored = map[string]bool{
		"attnum": true, "ordinal": true, "valid": true, "clustered": true, "populated": true, "version": true,
	}
	unordered = map[string]bool{"options": true, "config": true, "roles": true, "tags": true, "tables": true}
)

type differ struct{ found []Difference }

func (d *differ) add(path, a, b string) {
	d.found = append(d.found, Difference{strings.TrimSpace(path), a, b})
}

// object compares two objects key by key.
func (d *differ) object(path string, a, b map[string]any) {
	keys := slices.Collect(maps.Keys(a))
	for k := range b {
		if _, both := a[k]; !both {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		if ignored[k] {
			continue
		}
		la, lb := objects(a[k]), objects(b[k])
		if sections[k] != "" && (la != nil || lb != nil) {
			d.members(path, k, la, lb)
			continue
		}
		if k == "primary_key" && a[k] != nil && b[k] != nil {
			d.object(path+" primary key", a[k].(map[string]any), b[k].(map[string]any))
			continue
		}
		d.value(path, k, a[k], b[k])
	}
}

// objects returns the list of objects v is, or nil.
func objects(v any) []map[string]any {
	list, _ := v.([]any)
	var found []map[string]any
	for _, x := range list {
		if m, ok := x.(map[string]any); ok {
			found = append(found, m)
		}
	}
	return found
}

// members compares two lists of named objects.
func (d *differ) members(path, section string, a, b []map[string]any) {
	inB := make(map[string]map[string]any, len(b))
	for _, m := range b {
		inB[label(m)] = m
	}
	seen := make(map[string]bool, len(a))
	var orderA, orderB []string
	for _, m := range a {
		name := label(m)
		seen[name] = true
		at := path + " " + sections[section] + " " + name
		other, both := inB[name]
		if !both {
			d.add(at, "exists", "")
			continue
		}
		orderA = append(orderA, name)
		d.object(at, m, other)
	}
	for _, m := range b {
		name := label(m)
		if seen[name] {
			orderB = append(orderB, name)
			continue
		}
		d.add(path+" "+sections[section]+" "+name, "", "exists")
	}
	if section == "columns" || section == "attributes" {
		if !slices.Equal(orderA, orderB) {
			d.add(path+" "+sections[section]+" order", text(orderA), text(orderB))
		}
	}
}

// label is what an object is matched by: its name, and what else tells it from others of that name.
func label(m map[string]any) string {
	str := func(key string) string { s, _ := m[key].(string); return s }
	name := str("name")
	if s := str("schema"); s != "" && m["version"] == nil { // an extension's schema is a property
		name = s + "." + name
	}
	if args, ok := m["identity_args"].(string); ok {
		name += "(" + args + ")"
	}
	if _, ok := m["right"]; ok {
		name += "(" + str("left") + ", " + str("right") + ")"
	}
	return name
}

// value compares two values that are told of as a whole.
func (d *differ) value(path, key string, a, b any) {
	a, b = canonical(path, key, a), canonical(path, key, b)
	if reflect.DeepEqual(a, b) {
		return
	}
	if key == "primary_key" {
		d.add(path+" primary key", presence(a), presence(b))
		return
	}
	d.add(path+" "+strings.ReplaceAll(key, "_", " "), text(a), text(b))
}

func presence(v any) string {
	if v == nil {
		return ""
	}
	return "exists"
}

// canonical is a value in the form that is compared: absent values are nil, lists without an order are sorted.
func canonical(path, key string, v any) any {
	switch x := v.(type) {
	case nil:
		if usuallyTrue(key) {
			return true
		}
	case bool:
		if !x && !usuallyTrue(key) && key != "nullable" {
			return nil
		}
	case string:
		if key == "definition" {
			x = strings.Join(strings.Fields(x), " ")
		}
		if x == "" || key == "comment" && path == " schema public" && x == "standard public schema" {
			return nil
		}
		return x
	case []any:
		if len(x) == 0 {
			return nil
		}
		list := make([]any, len(x))
		for i := range x {
			list[i] = canonical(path, "", x[i])
		}
		if unordered[key] || key == "columns" && strings.Contains(path, " check ") {
			slices.SortFunc(list, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		}
		return list
	case map[string]any:
		m := make(map[string]any, len(x))
		for k, v := range x {
			if c := canonical(path, k, v); c != nil {
				m[k] = c
			}
		}
		return m
	}
	return v
}

func text(v any) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic("metadata: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}
