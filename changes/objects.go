package changes

import (
	"encoding/json"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// Objects say how one kind of object is told of. Its alterations are told as
// package metadata finds them.
type objects[T any] struct {
	word  string
	list  func(*metadata.Schema) *[]T
	name  func(*T) (schema, name string) // schema "": it is in none
	args  func(*T) string                // what else tells it from others; may be nil
	about func(*T) string                // of a new one; may be nil
	alike func(before, after *T) bool    // are they one object renamed? may be nil
}

func (o *objects[T]) fullName(x *T) string {
	schema, name := o.name(x)
	if schema != "" {
		name = dotted(schema, name)
	}
	if o.args != nil {
		name += o.args(x)
	}
	return name
}

// kind tells of the objects of a kind.
func kind[T any](c *comparer, before, after *metadata.Schema, o objects[T]) {
	p := pair(*o.list(before), *o.list(after), o.fullName)
	if o.alike != nil {
		for _, m := range p.match(o.alike) {
			c.add("rename %s %s to %s", o.word, o.fullName(m[0]), o.fullName(m[1]))
			c.renamed.add(o.fullName(m[0]), o.fullName(m[1]))
		}
	}
	for _, x := range p.gone {
		c.add("drop %s %s", o.word, o.fullName(x))
	}
	for _, x := range p.come {
		about := ""
		if o.about != nil {
			about = " " + o.about(x)
		}
		c.add("create %s %s%s", o.word, o.fullName(x), about)
	}
	for _, m := range p.both {
		a, b := &metadata.Schema{}, &metadata.Schema{}
		*o.list(a), *o.list(b) = []T{*m[0]}, []T{*m[1]}
		c.differences(o.word+" "+o.fullName(m[1]), a, b)
	}
}

// differences tells what package metadata finds of one object.
func (c *comparer) differences(object string, a, b *metadata.Schema) {
	_, name, _ := strings.Cut(object, " ")
	for _, d := range metadata.Diff(a, b) {
		what := strings.TrimSpace(strings.TrimPrefix(d.Path, object))
		switch {
		case c.renamed.same(d.A, d.B):
		case d.B == "exists":
			c.add("%s: add %s", name, what)
		case d.A == "exists":
			c.add("%s: drop %s", name, what)
		case what == "comment" && d.B != "null":
			c.add("%s: comment is %s", name, quoted(plain(d.B)))
		default:
			c.add("%s: %s is %s, was %s", name, what, plain(d.B), plain(d.A))
		}
	}
}

// plain is a JSON value for people.
func plain(value string) string {
	var text string
	switch {
	case value == "null" || value == "":
		return "none"
	case json.Unmarshal([]byte(value), &text) == nil:
		return text
	}
	return value
}

// others tells of everything that is neither a relation nor a type.
func (c *comparer) others(before, after *metadata.Schema) {
	kind(c, before, after, objects[metadata.Extension]{
		word: "extension", list: func(s *metadata.Schema) *[]metadata.Extension { return &s.Extensions },
		name:  func(x *metadata.Extension) (string, string) { return "", x.Name },
		about: func(x *metadata.Extension) string { return "in schema " + x.Schema },
	})
	c.functions(before, after)
	kind(c, before, after, objects[metadata.Operator]{
		word: "operator", list: func(s *metadata.Schema) *[]metadata.Operator { return &s.Operators },
		name: func(x *metadata.Operator) (string, string) { return x.Schema, x.Name },
		args: func(x *metadata.Operator) string { return list([]string{x.Left + when(x.Left == "", "none"), x.Right}) },
	})
	kind(c, before, after, objects[metadata.Collation]{
		word: "collation", list: func(s *metadata.Schema) *[]metadata.Collation { return &s.Collations },
		name: func(x *metadata.Collation) (string, string) { return x.Schema, x.Name },
	})
	kind(c, before, after, objects[metadata.Statistics]{
		word: "statistics", list: func(s *metadata.Schema) *[]metadata.Statistics { return &s.Statistics },
		name: func(x *metadata.Statistics) (string, string) { return x.Schema, x.Name },
	})
	kind(c, before, after, objects[metadata.EventTrigger]{
		word: "event trigger", list: func(s *metadata.Schema) *[]metadata.EventTrigger { return &s.EventTriggers },
		name:  func(x *metadata.EventTrigger) (string, string) { return "", x.Name },
		about: func(x *metadata.EventTrigger) string { return "on " + x.Event },
	})
	c.publications(before.Publications, after.Publications)
}

// functions tells of functions and procedures.
func (c *comparer) functions(before, after *metadata.Schema) {
	for _, word := range []string{"function", "procedure", "aggregate", "window"} {
		of := func(s *metadata.Schema) *metadata.Schema {
			one := &metadata.Schema{}
			for i := range s.Functions {
				if s.Functions[i].Kind == word {
					one.Functions = append(one.Functions, s.Functions[i])
				}
			}
			return one
		}
		kind(c, of(before), of(after), objects[metadata.Function]{
			word: strings.Replace(word, "window", "window function", 1),
			list: func(s *metadata.Schema) *[]metadata.Function { return &s.Functions },
			name: func(f *metadata.Function) (string, string) { return f.Schema, f.Name },
			args: func(f *metadata.Function) string { return "(" + f.IdentityArgs + ")" },
			about: func(f *metadata.Function) string {
				return when(f.Result != "", "returns "+f.Result+" ") + "in " + f.Language
			},
			alike: func(a, b *metadata.Function) bool {
				return a.IdentityArgs == b.IdentityArgs && a.Result == b.Result && a.Language == b.Language
			},
		})
	}
}
