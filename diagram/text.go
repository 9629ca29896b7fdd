package diagram

import (
	"fmt"
	"html"
	"strings"
	"unicode"
)

// mermaid writes an erDiagram.
func mermaid(g *graph) string {
	var b strings.Builder
	b.WriteString("erDiagram\n")
	for _, t := range g.tables {
		fmt.Fprintf(&b, "    %s {\n", mermaidName(t.title()))
		for _, r := range t.rows {
			line := mermaidWord(r.kind) + " " + mermaidWord(r.name)
			if keys := r.keys(); len(keys) > 0 {
				line += " " + strings.Join(keys, ", ")
			}
			if r.nullable {
				line += ` "may be null"`
			}
			fmt.Fprintf(&b, "        %s\n", line)
		}
		b.WriteString("    }\n")
	}
	for _, e := range g.edges {
		many, one := "}o", "||"
		if e.one {
			many = "|o"
		}
		if e.optional {
			one = "o|"
		}
		fmt.Fprintf(&b, "    %s %s--%s %s : %q\n", mermaidName(e.from.title()), many, one, mermaidName(e.to.title()),
			strings.ReplaceAll(e.from.rows[e.fromRow].name, `"`, "'"))
	}
	return b.String()
}

// mermaidName quotes the name of an entity.
func mermaidName(name string) string {
	if mermaidWord(name) == name {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, "'") + `"`
}

// mermaidWord makes one word of a type or a column's name: Mermaid takes letters,
// digits, underscores, hyphens, parentheses and brackets in them.
func mermaidWord(text string) string {
	word := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_()[]", r) {
			return r
		}
		return '_'
	}, strings.ReplaceAll(text, ",", "_"))
	if first := []rune(word + "_")[0]; !unicode.IsLetter(first) && first != '_' {
		word = "_" + word
	}
	return word
}

// dot writes a graph for Graphviz: each table is a box with a port for every
// column.
func dot(g *graph) string {
	var b strings.Builder
	b.WriteString("digraph schema {\n  rankdir=RL;\n  graph [nodesep=0.4, ranksep=1.2];\n")
	b.WriteString("  node [shape=plain, fontname=\"Helvetica\", fontsize=11];\n  edge [arrowsize=0.8, color=\"#64748b\"];\n\n")
	names := map[*table]string{}
	for i, t := range g.tables {
		names[t] = fmt.Sprintf("t%d", i)
		fmt.Fprintf(&b, "  t%d [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"4\">\n", i)
		fmt.Fprintf(&b, "    <tr><td colspan=\"3\" bgcolor=\"#e2e8f0\"><b>%s</b></td></tr>\n", html.EscapeString(t.title()))
		for j, r := range t.rows {
			fmt.Fprintf(&b, "    <tr><td align=\"left\" port=\"l%d\">%s</td><td align=\"left\">%s</td><td align=\"left\" port=\"r%d\">%s</td></tr>\n",
				j, html.EscapeString(strings.Join(r.keys(), " ")), html.EscapeString(r.name), j, html.EscapeString(r.typeText()))
		}
		b.WriteString("  </table>>];\n")
	}
	b.WriteByte('\n')
	for _, e := range g.edges {
		tail := "crow"
		if e.one {
			tail = "tee"
		}
		head := "tee"
		if e.optional {
			head = "odottee"
		}
		fmt.Fprintf(&b, "  %s:l%d -> %s:r%d [dir=both, arrowtail=%s, arrowhead=%s, tooltip=%q];\n",
			names[e.from], e.fromRow, names[e.to], e.toRow, tail, head, e.name)
	}
	b.WriteString("}\n")
	return b.String()
}

// typeText tells a column's type, and whether it may be null.
func (r row) typeText() string {
	if r.nullable {
		return r.kind + "?"
	}
	return r.kind
}
