package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// A pairOfChecks is a check of both tables, or of one.
type pairOfChecks struct {
	name          string
	columns       []string // that they name
	before, after *condition
}

// checkPairs brings together the checks of one name, then those of another name that say the same, then, if each side
// has one left over the same columns, these.
func (p *tables) checkPairs() (pairs []pairOfChecks) {
	before, after := enforced(p.before), enforced(p.after)
	for _, same := range []func(a, b *metadata.Check) bool{
		func(a, b *metadata.Check) bool { return a.Name == b.Name },
		func(a, b *metadata.Check) bool { return parseCondition(a.Def).text == parseCondition(b.Def).text },
		func(a, b *metadata.Check) bool { return sameSet(a.Columns, b.Columns) },
	} {
		before = slices.DeleteFunc(before, func(b *metadata.Check) bool {
			i := slices.IndexFunc(after, func(a *metadata.Check) bool { return same(b, a) })
			if i < 0 {
				return false
			}
			pairs = append(pairs, pairOfChecks{b.Name, slices.Concat(b.Columns, after[i].Columns), parseCondition(b.Def), parseCondition(after[i].Def)})
			after = slices.Delete(after, i, i+1)
			return true
		})
	}
	for _, b := range before {
		pairs = append(pairs, pairOfChecks{b.Name, b.Columns, parseCondition(b.Def), nil})
	}
	for _, a := range after {
		pairs = append(pairs, pairOfChecks{a.Name, a.Columns, nil, parseCondition(a.Def)})
	}
	slices.SortStableFunc(pairs, func(a, b pairOfChecks) int { return strings.Compare(a.name, b.name) })
	return pairs
}

// enforced are the checks that count for new rows. NOT VALID ones do.
func enforced(t *metadata.Table) (list []*metadata.Check) {
	for i := range t.Checks {
		if c := &t.Checks[i]; !strings.HasSuffix(c.Def, " NOT ENFORCED") {
			list = append(list, c)
		}
	}
	return list
}

// A checkChange says what became of a condition.
type checkChange int

const (
	checkSame checkChange = iota
	checkIsNew
	checkIsGone
	checkIsTighter
	checkIsLooser
	checkIsOther
)

func compareConditions(before, after *condition) checkChange {
	switch {
	case before == nil:
		return checkIsNew
	case after == nil:
		return checkIsGone
	}
	tighter, looser := after.implies(before), before.implies(after)
	switch {
	case tighter && looser:
		return checkSame
	case tighter:
		return checkIsTighter
	case looser:
		return checkIsLooser
	}
	return checkIsOther
}

// checks tells of the checks that became of a kind.
func (p *tables) checks(wanted checkChange, what string) (found []change) {
	for _, pair := range p.checkPairs() {
		if compareConditions(pair.before, pair.after) == wanted && !p.serversCheck(&pair, wanted) {
			found = append(found, pair.change(what))
		}
	}
	return found
}

func (c *pairOfChecks) change(what string) change {
	return change{message: fmt.Sprintf("check %q %s", c.name, what), before: c.before.String(), after: c.after.String()}
}

// serversCheck reports whether the rules about what is the server's alone tell of a check.
func (p *tables) serversCheck(c *pairOfChecks, became checkChange) bool {
	switch became {
	case checkIsNew:
		return p.meets(c)
	case checkIsGone, checkIsLooser, checkIsOther:
		return !p.inCopy(c.columns)
	}
	return false
}

func checkAdded(p *tables) []change     { return p.checks(checkIsNew, "added") }
func checkRemoved(p *tables) []change   { return p.checks(checkIsGone, "removed") }
func checkTightened(p *tables) []change { return p.checks(checkIsTighter, "allows less") }
func checkLoosened(p *tables) []change  { return p.checks(checkIsLooser, "allows more") }
func checkChanged(p *tables) []change   { return p.checks(checkIsOther, "is another one") }
