package compat

import (
	"slices"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// A typ is a column's type taken apart.
type typ struct {
	name      string // format_type's, without modifiers and brackets: "character varying", "public.mood"
	mods      []int  // of (12,2), or of varchar(20)
	array     bool
	enum      *metadata.Enum
	domain    *metadata.Domain
	composite *metadata.Composite
	rng       *metadata.Range
	base      *typ // of a domain
}

// typeNames finds the types of a schema by the text columns name them with.
type typeNames struct {
	enums      map[string]*metadata.Enum
	domains    map[string]*metadata.Domain
	composites map[string]*metadata.Composite
	ranges     map[string]*metadata.Range
}

func namesOf(s *metadata.Schema) typeNames {
	n := typeNames{
		map[string]*metadata.Enum{}, map[string]*metadata.Domain{},
		map[string]*metadata.Composite{}, map[string]*metadata.Range{},
	}
	for i := range s.Enums {
		note(n.enums, s.Enums[i].Schema, s.Enums[i].Name, &s.Enums[i])
	}
	for i := range s.Domains {
		note(n.domains, s.Domains[i].Schema, s.Domains[i].Name, &s.Domains[i])
	}
	for i := range s.Composites {
		note(n.composites, s.Composites[i].Schema, s.Composites[i].Name, &s.Composites[i])
	}
	for i := range s.Ranges {
		note(n.ranges, s.Ranges[i].Schema, s.Ranges[i].Name, &s.Ranges[i])
	}
	return n
}

// note files a type under every spelling: format_type quotes keywords, which are not known here.
func note[T any](m map[string]*T, schema, name string, object *T) {
	quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	for _, s := range []string{identifier(schema), quote(schema)} {
		for _, n := range []string{identifier(name), quote(name)} {
			m[s+"."+n] = object
		}
	}
}

// parse takes a type's text apart.
func (n typeNames) parse(text string) *typ {
	t := &typ{array: strings.HasSuffix(text, "[]")}
	text = strings.TrimRight(text, "[]")
	t.name, t.mods = modifiers(text)
	t.enum, t.domain = n.enums[t.name], n.domains[t.name]
	t.composite, t.rng = n.composites[t.name], n.ranges[t.name]
	if t.domain != nil {
		t.base = n.parse(t.domain.BaseType)
	}
	return t
}

// modifiers takes the numbers out of "timestamp(3) with time zone". What is not a number stays.
func modifiers(text string) (name string, mods []int) {
	open := strings.IndexByte(text, '(')
	end := strings.IndexByte(text, ')')
	if open < 0 || end < open || strings.HasPrefix(text, `"`) {
		return text, nil
	}
	for _, part := range strings.Split(text[open+1:end], ",") {
		m, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return text, nil
		}
		mods = append(mods, m)
	}
	return text[:open] + text[end+1:], mods
}

// element is an array's type without the array.
func (t *typ) element() *typ {
	e := *t
	e.array = false
	return &e
}

// under is the type below all domains.
func (t *typ) under() *typ {
	for !t.array && t.base != nil {
		t = t.base
	}
	return t
}

// uses lists the types that a value of t is made of: those it is called by, a domain's base, a composite's fields.
func (n typeNames) uses(text string, seen map[string]bool) (list []*typ) {
	t := n.parse(text)
	if seen[t.name] {
		return nil
	}
	seen[t.name] = true
	list = append(list, t)
	if t.domain != nil {
		list = append(list, n.uses(t.domain.BaseType, seen)...)
	}
	if t.composite != nil {
		for _, a := range t.composite.Attributes {
			list = append(list, n.uses(a.Type, seen)...)
		}
	}
	return list
}

// forms are the types that Electric's TypeScript client does not leave a string.
var forms = map[string]string{
	"smallint": "number", "integer": "number", "real": "number", "double precision": "number",
	"bigint": "bigint", "boolean": "boolean", "json": "json", "jsonb": "json",
}

// form is what a client's code gets: a JavaScript type, or a string of a certain layout. The client goes by the type's
// name in the electric-schema header, which for a domain is the domain's: a domain over a number arrives as a string.
func (t *typ) form() string {
	switch {
	case t.array:
		return "array of " + t.element().form()
	case t.base != nil:
		u := t.under()
		if forms[u.name] != "" && !u.array {
			return "string of " + u.name
		}
		return u.form()
	case forms[t.name] != "":
		return forms[t.name]
	case t.isText():
		return "text"
	case t.enum != nil:
		return "label"
	}
	return t.name
}

// isText reports whether any text is a value, within the length the type allows.
func (t *typ) isText() bool {
	return t.name == "text" || t.name == "character varying" || strings.HasSuffix(t.name, ".citext") || t.name == "citext"
}

// isString reports whether a client's code gets a string.
func (t *typ) isString() bool {
	f := t.form()
	return !t.array && f != "number" && f != "bigint" && f != "boolean" && f != "json"
}

// readable reports whether a client that expects b copes with values of a.
func readable(a, b *typ) bool {
	if a.array && b.array {
		return readable(a.element(), b.element())
	}
	return within(a, b) && (a.form() == b.form() || b.form() == "text" && a.isString())
}

// within reports whether each value of a, as text, is a value of b that means the same. What a type of the same name
// allows in both schemas is for the rules on types.
func within(a, b *typ) bool {
	switch {
	case a.array != b.array:
		return false
	case a.array:
		return within(a.element(), b.element())
	case b.base != nil:
		if a.base != nil && a.name == b.name {
			return within(a.base, b.base)
		}
		return !b.domain.NotNull && len(b.domain.Checks) == 0 && within(a, b.base)
	case a.base != nil:
		return within(a.base, b)
	case a.enum != nil && b.enum != nil && a.name != b.name:
		return subset(a.enum.Labels, b.enum.Labels)
	case a.name == "character":
		return (b.isText() || b.name == "character") && fits(a.mods, b.mods)
	case a.isText():
		return b.isText() && fits(a.mods, b.mods) // character(n) pads
	case b.isText():
		return a.isString() && (b.mods == nil || a.length() <= b.mods[0])
	case a.name == b.name:
		return withinModifiers(a, b)
	}
	return withinOther(a, b)
}

// length is that of a type's longest text; very long when there is no limit.
func (t *typ) length() int {
	switch {
	case t.name == "uuid":
		return 36
	case t.enum != nil:
		n := 0
		for _, l := range t.enum.Labels {
			n = max(n, len([]rune(l)))
		}
		return n
	}
	return 1 << 30
}

// fits reports whether what has the modifiers a fits into b: no modifiers are no limit.
func fits(a, b []int) bool { return b == nil || a != nil && a[0] <= b[0] }

// withinModifiers compares two types of one name.
func withinModifiers(a, b *typ) bool {
	switch a.name {
	case "numeric":
		return digitsFit(a.mods, b.mods)
	case "bit", "bit varying":
		if a.name == "bit" {
			return slices.Equal(a.mods, b.mods) // exactly so many bits
		}
		return fits(a.mods, b.mods)
	}
	if b.mods == nil || slices.Equal(a.mods, b.mods) {
		return true
	}
	return (strings.HasPrefix(a.name, "time") || strings.HasPrefix(a.name, "interval")) && fits(a.mods, b.mods)
}

// digitsFit compares numeric(precision, scale): digits on both sides of the point must fit.
func digitsFit(a, b []int) bool {
	if b == nil {
		return true
	}
	if a == nil {
		return false
	}
	scale := func(m []int) int {
		if len(m) > 1 {
			return m[1]
		}
		return 0
	}
	return a[0]-scale(a) <= b[0]-scale(b) && scale(a) <= scale(b)
}

// wider lists, for types of different names, into which each one's values fit.
var wider = map[string][]string{
	"smallint": {"integer", "bigint", "real", "double precision", "numeric"},
	"integer":  {"bigint", "double precision", "numeric"},
	"bigint":   {"numeric"},
	"real":     {"double precision"},
	"json":     {"jsonb"}, // but for \u0000, which no client's JSON holds
	"jsonb":    {"json"},
	"date":     {"timestamp without time zone"},
	"bit":      {"bit varying"},
	"cidr":     {"inet"},
	"macaddr":  {"macaddr8"},
}

// integerDigits are those of the largest value.
var integerDigits = map[string]int{"smallint": 5, "integer": 10, "bigint": 19}

func withinOther(a, b *typ) bool {
	if !slices.Contains(wider[a.name], b.name) {
		return false
	}
	if b.name == "numeric" {
		return digitsFit([]int{integerDigits[a.name], 0}, b.mods)
	}
	return b.mods == nil || fits(a.mods, b.mods)
}

func subset(a, b []string) bool {
	for _, x := range a {
		if !slices.Contains(b, x) {
			return false
		}
	}
	return true
}
