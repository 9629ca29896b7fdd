package where

import (
	"fmt"

	"github.com/electric-cli/electric/parser"
)

// maxDisjuncts bounds a clause with subqueries, brought to disjunctive normal
// form.
const maxDisjuncts = 100

// checkPolarity refuses what Electric cannot follow changes of: a subquery that
// is wanted and not wanted, and too many disjuncts.
func checkPolarity(root *node) {
	links := false
	eachLink(root, func(*node) { links = true })
	if !links {
		return
	}
	if n := disjuncts(root, false); n > maxDisjuncts {
		raise(plain(fmt.Sprintf("WHERE clause too complex for DNF decomposition (%d disjuncts exceeds limit of %d)", n, maxDisjuncts)))
	}
	seen := map[string]bool{}
	polarities(root, false, func(s *selected, negated bool) {
		if before, ok := seen[s.text]; ok && before != negated {
			raise(plain("a subquery dependency cannot be used with both positive and negative polarity in the same filter"))
		}
		seen[s.text] = negated
	})
}

func eachLink(n *node, f func(*node)) {
	if n.link != nil {
		f(n)
	}
	for _, arg := range n.args {
		eachLink(arg, f)
	}
}

// disjuncts counts what the normal form has, up to a number beyond which the
// exact count tells nothing.
func disjuncts(n *node, negated bool) int {
	const enough = 1 << 30
	switch {
	case n.kind != function || n.folds:
		return 1
	case n.name == "not":
		return disjuncts(n.args[0], !negated)
	case n.name == "and" && negated || n.name == "or" && !negated:
		sum := 0
		for _, arg := range n.args {
			sum = min(sum+disjuncts(arg, negated), enough)
		}
		return sum
	case n.name == "and" || n.name == "or":
		product := 1
		for _, arg := range n.args {
			product = min(product*disjuncts(arg, negated), enough)
		}
		return product
	}
	return 1
}

// polarities tells for each subquery whether an odd number of NOTs is above it.
func polarities(n *node, negated bool, f func(*selected, bool)) {
	if n.link != nil {
		f(n.link, negated)
	}
	if n.kind == function && n.name == "not" {
		negated = !negated
	}
	for _, arg := range n.args {
		polarities(arg, negated, f)
	}
}

// checkEncoding refuses a parameter that no server takes.
func checkEncoding(n int, text string) *Error {
	if err := parser.CheckEncoding(text); err != nil {
		return &Error{"params", fmt.Sprintf("$%d: %s", n, err.Message)}
	}
	return nil
}
