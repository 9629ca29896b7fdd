package compat

import (
	"math/big"
	"regexp"
	"slices"
	"strings"
)

// A condition is a CHECK's expression as a conjunction. Of most terms only the text is known; comparisons of the same
// expression with constants can be compared with each other.
type condition struct {
	text  string
	terms []term
}

// A term is one of the conditions that all must hold.
type term struct {
	text   string
	expr   string   // what is compared
	op     string   // = < <= > >=, or "in"; "" when it is none of these
	number *big.Rat // with < <= > >=
	values []string // with = and in, as Postgres writes them
}

// String is the expression, "" for none.
func (c *condition) String() string {
	if c == nil {
		return ""
	}
	return c.text
}

// parseCondition reads what pg_get_constraintdef says: "CHECK ((a > 0)) NOT VALID".
func parseCondition(def string) *condition {
	text := strings.TrimPrefix(def, "CHECK ")
	for _, suffix := range []string{" NOT ENFORCED", " NOT VALID", " NO INHERIT"} {
		text = strings.TrimSuffix(text, suffix)
	}
	c := &condition{text: bare(text)}
	c.add(c.text)
	return c
}

// add adds the terms of an expression.
func (c *condition) add(text string) {
	text = bare(text)
	parts := cut(text, " AND ")
	if len(parts) == 1 || len(cut(text, " OR ")) > 1 || len(cut(text, " BETWEEN ")) > 1 {
		c.terms = append(c.terms, parseTerm(text))
		return
	}
	for _, part := range parts {
		c.add(part)
	}
}

// implies reports whether all that c allows is allowed by d. False may also mean that it cannot be told.
func (c *condition) implies(d *condition) bool {
	for _, want := range d.terms {
		if !slices.ContainsFunc(c.terms, func(have term) bool { return have.implies(want) }) {
			return false
		}
	}
	return true
}

var (
	compared = regexp.MustCompile(`(?s)^(.+) (=|<=|>=|<|>) (.+)$`)
	anyOf    = regexp.MustCompile(`(?s)^\(*ARRAY\[(.*?)\]\)*(?:::[a-z ]+\[\])?\)*$`)
	constant = regexp.MustCompile(`^\(?'?(-?[0-9]+(?:\.[0-9]+)?)'?\)?(?:::[a-z ]+)?(?:\([0-9,]+\))?$`)
)

func parseTerm(text string) term {
	t := term{text: text}
	m := compared.FindStringSubmatch(text)
	if m == nil || !balanced(m[1]) || !balanced(m[3]) || len(cut(text, " OR ")) > 1 || len(cut(text, " AND ")) > 1 || strings.HasPrefix(text, "NOT ") {
		return t
	}
	operand := m[3]
	if list, found := strings.CutPrefix(operand, "ANY "); found && m[2] == "=" {
		if x := anyOf.FindStringSubmatch(list); x != nil {
			t.expr, t.op, t.values = bare(m[1]), "in", cut(x[1], ", ")
		}
		return t
	}
	if x := constant.FindStringSubmatch(operand); x != nil {
		if n, ok := new(big.Rat).SetString(x[1]); ok {
			t.number = n
		}
	}
	if isLiteral := t.number != nil || strings.HasPrefix(operand, "'"); !isLiteral {
		return t
	}
	t.expr, t.op = bare(m[1]), m[2]
	if m[2] == "=" {
		t.values = []string{operand}
	}
	return t
}

// implies reports whether what t allows is allowed by u.
func (t term) implies(u term) bool {
	switch {
	case t.text == u.text:
		return true
	case t.op == "" || u.op == "" || t.expr != u.expr:
		return false
	case t.values != nil && u.values != nil:
		return subset(t.values, u.values)
	case t.number == nil || u.number == nil:
		return false
	}
	order := t.number.Cmp(u.number)
	switch u.op {
	case ">":
		return order > 0 && slices.Contains([]string{">", ">=", "="}, t.op) || order == 0 && t.op == ">"
	case ">=":
		return order >= 0 && slices.Contains([]string{">", ">=", "="}, t.op)
	case "<":
		return order < 0 && slices.Contains([]string{"<", "<=", "="}, t.op) || order == 0 && t.op == "<"
	case "<=":
		return order <= 0 && slices.Contains([]string{"<", "<=", "="}, t.op)
	}
	return false
}

// bare takes off parentheses around the whole.
func bare(text string) string {
	for strings.HasPrefix(text, "(") && strings.HasSuffix(text, ")") && balanced(text[1:len(text)-1]) {
		text = text[1 : len(text)-1]
	}
	return text
}

// balanced reports whether parentheses pair up, strings left out.
func balanced(text string) bool {
	ok, depth := true, 0
	closed := walk(text, func(_, d int) bool {
		depth = d
		ok = ok && d >= 0
		return ok
	})
	return ok && closed && depth == 0
}

// cut cuts a text at a separator that is outside of parentheses, brackets and strings.
func cut(text, separator string) (parts []string) {
	start := 0
	walk(text, func(at, depth int) bool {
		if depth == 0 && at >= start && strings.HasPrefix(text[at:], separator) {
			parts = append(parts, text[start:at])
			start = at + len(separator)
		}
		return true
	})
	return append(parts, text[start:])
}

// walk calls visit for each byte outside of strings and quoted names, with how many parentheses and brackets are open
// behind it, until it says no. It reports whether the last string is closed.
func walk(text string, visit func(at, depth int) bool) (closed bool) {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '\'', '"':
			length := strings.IndexByte(text[i+1:], c)
			if length < 0 {
				return false
			}
			i += length + 1
			continue
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		}
		if !visit(i, depth) {
			break
		}
	}
	return true
}
