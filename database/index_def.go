package database

import (
	"slices"
	"strings"
)

// An opclass is an operator class.
type opclass struct {
	name      string
	isDefault bool
	input     oid  // the type it is for
	plain     bool // B-tree's own, default, and without options
}

func (b *builder) opclass(r *row) {
	id := r.oid()
	c := &opclass{name: r.text()}
	method := r.oid()
	c.isDefault, c.input = r.flag(), r.oid()
	c.plain = method == btree && c.isDefault && !r.flag()
	b.opclasses[id] = c
	if method == btree && c.isDefault {
		b.defaults[c.input] = id
	}
}

func (b *builder) cast(r *row) {
	from := r.oid()
	b.casts[from] = append(b.casts[from], r.oid())
}

// indexDef writes a definition as pg_get_indexdef does. ok is false unless that is certain: for a B-tree index over
// columns, with their types' own operator classes and their own collations.
func (b *builder) indexDef(x *index) (def string, ok bool) {
	var text strings.Builder
	text.WriteString("CREATE ")
	if x.Unique {
		text.WriteString("UNIQUE ")
	}
	text.WriteString("INDEX " + b.quote(x.Name) + " ON " + b.quote(x.relation.space) + "." + b.quote(x.relation.table.Name) + " USING btree (")
	for i, attnum := range x.columns {
		switch {
		case i == x.keys:
			text.WriteString(") INCLUDE (")
		case i > 0:
			text.WriteString(", ")
		}
		at := x.relation.at(attnum)
		if at < 0 {
			return "", false
		}
		a := &x.relation.attributes[at]
		text.WriteString(b.quote(x.relation.named(attnum)))
		if i >= x.keys {
			continue
		}
		if oid(x.collations[i]) != a.collation && x.collations[i] != 0 || !b.defaultClass(a.kind, oid(x.classes[i])) {
			return "", false
		}
		text.WriteString(keyOrder(x.Keys[i].Desc, x.Keys[i].NullsFirst))
	}
	text.WriteString(")")
	if x.NullsNotDistinct {
		text.WriteString(" NULLS NOT DISTINCT")
	}
	return text.String(), true
}

// keyOrder writes an order that is not the usual one.
func keyOrder(desc, nullsFirst bool) string {
	switch {
	case desc && nullsFirst:
		return " DESC"
	case desc:
		return " DESC NULLS LAST"
	case nullsFirst:
		return " NULLS FIRST"
	}
	return ""
}

// defaultClass reports whether an operator class is certainly what GetDefaultOpClass finds for a type: the one for it,
// else the only one for a type that it is as good as.
func (b *builder) defaultClass(t *columnType, id oid) bool {
	class := b.opclasses[id]
	if class == nil || !class.plain {
		return false
	}
	if exact, is := b.defaults[t.base]; is {
		return exact == id
	}
	casts := b.casts[t.base]
	switch {
	case t.base == typeVarchar: // text is preferred to character
		return class.input == typeText && !slices.ContainsFunc(casts, func(to oid) bool { return to != typeText && to != typeBpchar })
	case t.ref.IsArray:
		return class.input == typeAnyarray && len(casts) == 0
	case t.ref.TypeKind == "enum":
		return class.input == typeAnyenum && len(casts) == 0
	}
	return false
}

// quote writes an identifier as quote_identifier does.
func (b *builder) quote(name string) string {
	plain := name != "" && !b.keywords[name] && (name[0] < '0' || name[0] > '9')
	for i := range len(name) {
		c := name[i]
		plain = plain && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_')
	}
	if plain {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
