package datum

import (
	"strings"
)

// write prints an item and what follows it (printJsonPathItem).
func (i *pathItem) write(out *strings.Builder, inKey, brackets bool) {
	open := func() {
		if brackets {
			out.WriteByte('(')
		}
	}
	shut := func() {
		if brackets {
			out.WriteByte(')')
		}
	}
	arg := func(n int) { i.args[n].write(out, false, i.args[n].priority() <= i.priority()) }
	dot := func() {
		if inKey {
			out.WriteByte('.')
		}
	}
	switch i.kind {
	case "word":
		out.WriteString(i.text)
	case "key":
		dot()
		QuoteJSON(out, i.text)
	case "string":
		QuoteJSON(out, i.text)
	case "variable":
		out.WriteByte('$')
		QuoteJSON(out, i.text)
	case "number":
		brackets = i.next != nil
		open()
		out.WriteString(i.text)
		shut()
	case "like_regex":
		open()
		arg(0)
		out.WriteString(" like_regex ")
		QuoteJSON(out, i.args[1].text)
		if i.text != "" {
			out.WriteString(` flag "` + i.text + `"`)
		}
		shut()
	case "unary +", "unary -":
		open()
		out.WriteString(i.kind[len("unary "):])
		arg(0)
		shut()
	case "filter":
		i.enclosed(out, "?(", ")")
	case "!":
		i.enclosed(out, "!(", ")")
	case "is unknown":
		i.enclosed(out, "(", ") is unknown")
	case "exists":
		i.enclosed(out, "exists (", ")")
	case "any array":
		out.WriteString("[*]")
	case "any key":
		dot()
		out.WriteByte('*')
	case "any path":
		dot()
		out.WriteString(i.text)
	case "subscripts":
		i.writeSubscripts(out)
	case "method":
		out.WriteString("." + i.text + "(")
		if len(i.args) > 0 {
			i.args[0].write(out, false, false)
		}
		out.WriteByte(')')
	default:
		open()
		arg(0)
		out.WriteString(" " + i.kind + " ")
		arg(1)
		shut()
	}
	if i.next != nil {
		i.next.write(out, true, true)
	}
}

func (i *pathItem) enclosed(out *strings.Builder, before, after string) {
	out.WriteString(before)
	i.args[0].write(out, false, false)
	out.WriteString(after)
}

func (i *pathItem) writeSubscripts(out *strings.Builder) {
	out.WriteByte('[')
	for n, element := range i.args {
		if n > 0 {
			out.WriteByte(',')
		}
		element.args[0].write(out, false, false)
		if len(element.args) > 1 {
			out.WriteString(" to ")
			element.args[1].write(out, false, false)
		}
	}
	out.WriteByte(']')
}
