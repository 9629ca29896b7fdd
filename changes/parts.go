package changes

import (
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// A part is something with a name that belongs to a table: what it is called, and
// what else there is to say of it.
type part struct {
	name, text string
	unique     string // "unique " of an index that is
	state      string // whether it works: "" as usual, else notValid or what was done to a trigger
	comment    string
}

// members tells of the parts of one kind.
func (c *comparer) members(table, kind string, before, after []part) {
	p := pair(before, after, func(x *part) string { return x.name })
	for _, m := range p.match(func(a, b *part) bool { return c.renamed.same(a.text, b.text) }) {
		c.add("%s: rename %s %s to %s", table, kind, m[0].name, m[1].name)
	}
	for _, x := range p.gone {
		c.add("%s: drop %s %s", table, kind, x.name)
	}
	for _, x := range p.come {
		c.add("%s: add %s%s %s %s", table, x.unique, kind, x.name, x.text+when(x.state == notValid, " "+notValid))
		if x.state != "" && x.state != notValid {
			c.add("%s: %s %s %s", table, x.state, kind, x.name)
		}
		c.comment(table, kind+" "+x.name, "", x.comment)
	}
	for _, m := range p.both {
		a, b := m[0], m[1]
		if !c.renamed.same(a.text, b.text) {
			c.add("%s: change %s %s to %s", table, kind, b.name, b.text)
		}
		switch {
		case a.state == notValid && b.state == "":
			c.add("%s: validate %s %s", table, kind, b.name)
		case a.state != b.state && b.state == "":
			c.add("%s: enable %s %s", table, kind, b.name)
		case a.state != b.state:
			c.add("%s: %s %s %s", table, b.state, kind, b.name)
		}
		c.comment(table, kind+" "+b.name, a.comment, b.comment)
	}
}

// notValid is the state of a constraint that old rows were not checked for.
const notValid = "NOT VALID"

func constraints(t *metadata.Table) (parts []part) {
	if k := t.PrimaryKey; k != nil {
		parts = append(parts, part{name: k.Name, text: keyText("PRIMARY KEY", k), comment: k.Comment})
	}
	for i := range t.Uniques {
		u := &t.Uniques[i]
		parts = append(parts, part{name: u.Name, text: keyText("UNIQUE"+when(u.NullsNotDistinct, " NULLS NOT DISTINCT"), &u.Key), comment: u.Comment})
	}
	for i := range t.ForeignKeys {
		f := &t.ForeignKeys[i]
		parts = append(parts, part{name: f.Name, text: foreignKeyText(f), state: when(!f.Validated, notValid), comment: f.Comment})
	}
	for _, x := range t.Checks {
		parts = append(parts, checkPart(x.Name, x.Def, x.Validated, x.Comment))
	}
	for _, x := range t.Exclusions {
		parts = append(parts, part{name: x.Name, text: x.Def, comment: x.Comment})
	}
	for _, x := range t.NotNulls {
		parts = append(parts, part{name: x.Name, text: "NOT NULL " + list(x.Columns), state: when(!x.Validated, notValid), comment: x.Comment})
	}
	return parts
}

func checkPart(name, def string, validated bool, comment string) part {
	return part{name: name, text: strings.TrimSuffix(def, " "+notValid), state: when(!validated, notValid), comment: comment}
}

func keyText(word string, k *metadata.Key) string {
	return word + " " + list(k.Columns) + when(len(k.Include) > 0, " INCLUDE "+list(k.Include)) + deferrable(k.Deferrable, k.InitiallyDeferred)
}

func foreignKeyText(f *metadata.ForeignKey) string {
	return "FOREIGN KEY " + list(f.Columns) + " REFERENCES " + dotted(f.RefSchema, f.RefTable) + list(f.RefColumns) +
		when(f.Match == "FULL", " MATCH FULL") +
		when(f.OnUpdate != "NO ACTION", " ON UPDATE "+f.OnUpdate) + when(f.OnDelete != "NO ACTION", " ON DELETE "+f.OnDelete) +
		when(len(f.OnDeleteSetColumns) > 0, " "+list(f.OnDeleteSetColumns)) + deferrable(f.Deferrable, f.InitiallyDeferred)
}

func deferrable(can, initially bool) string {
	return when(can, " DEFERRABLE") + when(initially, " INITIALLY DEFERRED")
}

// indexes are those that serve no constraint.
func indexes(list []metadata.Index) (parts []part) {
	for _, x := range list {
		if x.Constraint != "" {
			continue
		}
		_, text, _ := strings.Cut(x.Def, " USING ")
		parts = append(parts, part{name: x.Name, text: "using " + text, unique: when(x.Unique, "unique "), comment: x.Comment})
	}
	return parts
}

func triggers(list []metadata.Trigger) (parts []part) {
	for _, x := range list {
		_, text, _ := strings.Cut(x.Def, "TRIGGER ")
		text = strings.TrimPrefix(strings.TrimPrefix(text, x.Name), `"`+x.Name+`"`)
		parts = append(parts, part{name: x.Name, text: strings.TrimSpace(text), state: triggerStates[x.Enabled], comment: x.Comment})
	}
	return parts
}

var triggerStates = map[string]string{"origin": "", "disabled": "disable", "replica": "enable replica", "always": "enable always"}

func policies(t *metadata.Table) (parts []part) {
	for _, x := range t.Policies {
		text := when(!x.Permissive, "as restrictive ") + "for " + x.Command + " to " + strings.Join(x.Roles, ", ") +
			when(x.Using != "", " using "+x.Using) + when(x.WithCheck != "", " with check "+x.WithCheck)
		parts = append(parts, part{name: x.Name, text: text, comment: x.Comment})
	}
	return parts
}

func rules(list []metadata.Rule) (parts []part) {
	for _, x := range list {
		_, text, _ := strings.Cut(x.Def, " AS ")
		parts = append(parts, part{name: x.Name, text: strings.TrimSuffix(strings.TrimSpace(text), ";")})
	}
	return parts
}
