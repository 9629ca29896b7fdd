package analyze

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
)

// A candidate is a function or operator that a call may mean (FuncCandidateList).
type candidate struct {
	oid        pg.OID // 0: two functions that cannot be told apart
	pathpos    int
	nominal    int // parameters as declared
	nvargs     int // arguments that go into the VARIADIC array
	ndargs     int // arguments that defaults supply
	argnumbers []int
	args       []pg.OID
	proc       *catalog.Proc
}

// A funcQuery says what FuncnameGetCandidates is to look for.
type funcQuery struct {
	names           []string
	nargs           int // -1: any number
	argnames        []string
	variadic        bool
	defaults        bool
	outArguments    bool
	missingSchemaOK bool
}

// funcCandidates finds the functions of a name that take so many arguments,
// those of earlier schemas in place of their like in later ones
// (FuncnameGetCandidates).
func (a *Analyzer) funcCandidates(q funcQuery) []*candidate {
	schema, name := a.deconstruct(q.names)
	if schema != "" && !a.explicitSchema(schema, q.missingSchemaOK) {
		return nil
	}
	var list []*candidate
	special := false
	for _, p := range a.c.ProcsNamed(schema, name) {
		n, isSpecial := matchArguments(p, q)
		if n == nil {
			continue
		}
		special = special || isSpecial
		if schema == "" {
			n.pathpos = slices.Index(a.c.Path(), p.Namespace)
		}
		if len(list) > 0 && (special || schema == "") {
			list = addCandidate(list, n)
		} else {
			list = append(list, n)
		}
	}
	return list
}

// addCandidate adds n unless an earlier candidate takes the same arguments;
// then the better one stays, or one that is marked as ambiguous.
func addCandidate(list []*candidate, n *candidate) []*candidate {
	given := len(n.args) - n.ndargs
	for i, old := range list {
		if len(old.args)-old.ndargs != given || !slices.Equal(old.args[:given], n.args[:given]) {
			continue
		}
		switch {
		case n.pathpos > old.pathpos:
			return list
		case n.pathpos < old.pathpos:
			return append(slices.Delete(list, i, i+1), n)
		case n.nvargs > 0 && old.nvargs == 0:
			return list
		case n.nvargs == 0 && old.nvargs > 0:
			return append(slices.Delete(list, i, i+1), n)
		}
		old.oid = 0
		return list
	}
	return append(list, n)
}

// matchArguments makes a candidate of p if it takes the arguments by their
// number and names, nil if it does not.
func matchArguments(p *catalog.Proc, q funcQuery) (n *candidate, special bool) {
	types := p.ArgTypes
	if q.outArguments && p.AllArgTypes != nil {
		types = p.AllArgTypes
	}
	pronargs := len(types)
	useDefaults := false
	if pronargs > q.nargs && q.defaults {
		if q.nargs+p.NDefaults < pronargs {
			return nil, false
		}
		useDefaults = true
	}
	variadic := false
	var argnumbers []int
	if len(q.argnames) > 0 {
		if p.Variadic != 0 && q.variadic || pronargs != q.nargs && !useDefaults {
			return nil, false
		}
		if argnumbers = matchNames(p, q, pronargs); argnumbers == nil {
			return nil, false
		}
		special = true
	} else {
		variadic = pronargs <= q.nargs && q.variadic && p.Variadic != 0
		if q.nargs >= 0 && pronargs != q.nargs && !variadic && !useDefaults {
			return nil, false
		}
		special = variadic || useDefaults
	}
	n = &candidate{oid: p.OID, nominal: pronargs, argnumbers: argnumbers, proc: p, args: types}
	switch {
	case argnumbers != nil:
		n.args = make([]pg.OID, pronargs)
		for i, num := range argnumbers {
			n.args[i] = types[num]
		}
	case variadic:
		n.nvargs = q.nargs - pronargs + 1
		n.args = slices.Clone(types[:pronargs-1])
		for len(n.args) < q.nargs {
			n.args = append(n.args, p.Variadic)
		}
	}
	if useDefaults {
		n.ndargs = pronargs - q.nargs
	}
	return n, special
}

// matchNames finds which parameter each argument of a call with named ones
// goes to; nil when the call does not fit (MatchNamedCall).
func matchNames(p *catalog.Proc, q funcQuery, pronargs int) []int {
	if len(p.ArgNames) == 0 {
		return nil
	}
	positional := q.nargs - len(q.argnames)
	given := make([]bool, pronargs)
	numbers := make([]int, 0, pronargs)
	for i := 0; i < positional; i++ {
		numbers = append(numbers, i)
		given[i] = true
	}
	for _, name := range q.argnames {
		at := -1
		pos := 0
		for i, parameter := range p.ArgNames {
			if !q.outArguments && i < len(p.ArgModes) && (p.ArgModes[i] == 'o' || p.ArgModes[i] == 't') {
				continue
			}
			if parameter != "" && parameter == name {
				at = pos
				break
			}
			pos++
		}
		if at < 0 || at >= pronargs || given[at] {
			return nil
		}
		given[at] = true
		numbers = append(numbers, at)
	}
	for pos := positional; pos < pronargs; pos++ {
		if given[pos] {
			continue
		}
		if pos < pronargs-p.NDefaults {
			return nil
		}
		numbers = append(numbers, pos)
	}
	return numbers
}

// operCandidates finds the operators of a name and kind (OpernameGetCandidates).
func (a *Analyzer) operCandidates(names []string, kind byte) []*candidate {
	schema, name := a.deconstruct(names)
	if schema != "" {
		a.explicitSchema(schema, false)
	}
	var list []*candidate
	earlier := pg.OID(0)
	mixed := false
	for _, o := range a.c.OperatorsNamed(schema, name) {
		if o.Kind != kind {
			continue
		}
		if earlier != 0 && earlier != o.Namespace {
			mixed = true
		}
		earlier = o.Namespace
		args := []pg.OID{o.Left, o.Right}
		if mixed && slices.ContainsFunc(list, func(c *candidate) bool { return slices.Equal(c.args, args) }) {
			continue
		}
		list = append(list, &candidate{oid: o.OID, args: args})
	}
	return list
}

// matchingCandidates leaves those whose parameters the arguments can be cast
// to (func_match_argtypes).
func (a *Analyzer) matchingCandidates(types []pg.OID, list []*candidate) []*candidate {
	var out []*candidate
	for _, c := range list {
		if a.canCoerceAll(types, c.args[:len(types)], Implicit) {
			out = append(out, c)
		}
	}
	return out
}

// keepBest leaves the candidates that score best.
func keepBest(list []*candidate, score func(*candidate) int) []*candidate {
	var out []*candidate
	best := 0
	for _, c := range list {
		n := score(c)
		switch {
		case n > best || out == nil:
			best, out = n, []*candidate{c}
		case n == best:
			out = append(out, c)
		}
	}
	return out
}

// selectCandidate picks the best of several candidates, nil when there is none
// (func_select_candidate).
func (a *Analyzer) selectCandidate(types []pg.OID, list []*candidate) *candidate {
	base := make([]pg.OID, len(types))
	unknowns := 0
	for i, t := range types {
		base[i] = pg.Unknown
		if t == pg.Unknown {
			unknowns++
		} else {
			base[i] = a.baseType(t)
		}
	}
	list = keepBest(list, func(c *candidate) int { return exactMatches(base, c) })
	if len(list) == 1 {
		return list[0]
	}
	list = keepBest(list, func(c *candidate) int { return a.preferredMatches(base, c) })
	if len(list) == 1 {
		return list[0]
	}
	if unknowns == 0 {
		return nil
	}
	list = a.matchUnknowns(base, list)
	if len(list) == 1 {
		return list[0]
	}
	if unknowns < len(types) {
		return a.likeKnown(base, list)
	}
	return nil
}

func exactMatches(base []pg.OID, c *candidate) int {
	n := 0
	for i, t := range base {
		if t != pg.Unknown && c.args[i] == t {
			n++
		}
	}
	return n
}

func (a *Analyzer) preferredMatches(base []pg.OID, c *candidate) int {
	n := 0
	for i, t := range base {
		if t == pg.Unknown {
			continue
		}
		slot, _ := a.category(t)
		cat, preferred := a.category(c.args[i])
		if c.args[i] == t || preferred && cat == slot {
			n++
		}
	}
	return n
}

// matchUnknowns leaves the candidates whose parameters in the places of
// unknown arguments are of the category that all agree on, or of strings.
func (a *Analyzer) matchUnknowns(base []pg.OID, list []*candidate) []*candidate {
	slots := make([]byte, len(base))
	preferred := make([]bool, len(base))
	for i, t := range base {
		if t != pg.Unknown {
			continue
		}
		conflict := false
		for _, c := range list {
			cat, pref := a.category(c.args[i])
			switch {
			case slots[i] == 0 || cat != slots[i] && cat == 'S':
				slots[i], preferred[i] = cat, pref
			case cat == slots[i]:
				preferred[i] = preferred[i] || pref
			default:
				conflict = true
			}
		}
		if conflict && slots[i] != 'S' {
			return list
		}
	}
	var out []*candidate
	for _, c := range list {
		keep := true
		for i, t := range base {
			if t != pg.Unknown {
				continue
			}
			cat, pref := a.category(c.args[i])
			keep = keep && cat == slots[i] && (pref || !preferred[i])
		}
		if keep {
			out = append(out, c)
		}
	}
	if out == nil {
		return list
	}
	return out
}

// likeKnown takes unknown arguments for the type that all known ones have and
// gives the only candidate that then fits.
func (a *Analyzer) likeKnown(base []pg.OID, list []*candidate) *candidate {
	known := pg.OID(pg.Unknown)
	for _, t := range base {
		if t == pg.Unknown {
			continue
		}
		if known != pg.Unknown && known != t {
			return nil
		}
		known = t
	}
	same := make([]pg.OID, len(base))
	for i := range same {
		same[i] = known
	}
	if fit := a.matchingCandidates(same, list); len(fit) == 1 {
		return fit[0]
	}
	return nil
}
