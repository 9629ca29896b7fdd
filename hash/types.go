package hash

import (
	"strings"

	"github.com/electric-cli/electric/metadata"
)

func typeKey(kind, schema, name string) string { return kind + " " + qualified(schema, name) }

// nameTypes notes under which texts columns name the types of s: format_type
// quotes keywords, which we do not know, so both spellings are noted.
func (b *Builder) nameTypes(s *metadata.Schema) {
	note := func(kind, schema, name string) {
		key := typeKey(kind, schema, name)
		for _, sc := range []string{identifier(schema), quote(schema)} {
			for _, n := range []string{identifier(name), quote(name)} {
				b.names[sc+"."+n] = key
			}
		}
	}
	for _, t := range s.Enums {
		note("enum", t.Schema, t.Name)
	}
	for _, t := range s.Domains {
		note("domain", t.Schema, t.Name)
	}
	for _, t := range s.Composites {
		note("composite", t.Schema, t.Name)
	}
	for _, t := range s.Ranges {
		note("range", t.Schema, t.Name)
		b.names[qualified(t.Schema, t.Multirange)] = typeKey("range", t.Schema, t.Name)
	}
}

// typeOf gives the keys of the type a column has.
func (b *Builder) typeOf(t metadata.TypeRef) []string { return b.typeNamed(t.Type) }

// typeNamed gives the key of a type by its text, as a list of none or one.
func (b *Builder) typeNamed(text string) []string {
	text = strings.TrimRight(text, "[]")
	if i := strings.IndexByte(text, '('); i > 0 && strings.HasSuffix(text, ")") {
		text = text[:i]
	}
	if key, ok := b.names[text]; ok {
		return []string{key}
	}
	return nil
}

// enum tells the labels in their order, which is a part of what the type is.
func enum(t *metadata.Enum) *object {
	var l lines
	for _, label := range t.Labels {
		l.add("label", label)
	}
	body := strings.Join(l, "")
	return newObject(typeKey("enum", t.Schema, t.Name), [parts]string{body, body}, nil)
}

func (b *Builder) domain(t *metadata.Domain) *object {
	var full, sync lines
	sync.add("type", t.BaseType)
	full.add("type", t.BaseType, after("collate", t.Collation), when(t.NotNull, "not null"), after("default", t.Default))
	for _, c := range t.Checks {
		full.add("check", strings.TrimPrefix(c.Def, "CHECK "))
	}
	return newObject(typeKey("domain", t.Schema, t.Name), [parts]string{full.sorted(), sync.sorted()}, b.typeNamed(t.BaseType))
}

// composite tells the attributes in their order, in which a row's text has them.
func (b *Builder) composite(t *metadata.Composite) *object {
	var l lines
	var uses []string
	for _, a := range t.Attributes {
		uses = append(uses, b.typeNamed(a.Type)...)
		l.add("attribute", identifier(a.Name), a.Type, after("collate", a.Collation))
	}
	body := strings.Join(l, "")
	return newObject(typeKey("composite", t.Schema, t.Name), [parts]string{body, body}, uses)
}

func (b *Builder) rangeType(t *metadata.Range) *object {
	var l lines
	l.add("subtype", t.Subtype)
	body := strings.Join(l, "")
	return newObject(typeKey("range", t.Schema, t.Name), [parts]string{body, body}, b.typeNamed(t.Subtype))
}
