package analyze

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// A detailCode is what kind of thing a call turned out to be (FuncDetailCode).
type detailCode int

const (
	detailNotFound detailCode = iota
	detailMultiple
	detailNormal
	detailProcedure
	detailAggregate
	detailWindow
	detailCoercion
)

// A funcDetail is the function that a call means.
type funcDetail struct {
	code     detailCode
	proc     *catalog.Proc
	result   pg.OID
	retset   bool
	nvargs   int
	variadic pg.OID
	declared []pg.OID // the parameters' types in the order of the arguments
	defaults []query.Expr
}

// funcDetail finds the function that a call means (func_get_detail). It
// numbers named arguments.
func (s *state) funcDetail(names []string, args []query.Expr, argnames []string, types []pg.OID, variadic, procCall bool) funcDetail {
	raw := s.funcCandidates(funcQuery{names: names, nargs: len(types), argnames: argnames, variadic: variadic, defaults: true, outArguments: procCall})
	var best *candidate
	for _, c := range raw {
		if slices.Equal(c.args[:len(types)], types) {
			best = c
			break
		}
	}
	if best == nil {
		if len(types) == 1 && len(args) == 1 && len(argnames) == 0 {
			if target := s.coercionCall(names, args[0], types[0]); target != 0 {
				return funcDetail{code: detailCoercion, result: target, declared: types}
			}
		}
		fit := s.matchingCandidates(types, raw)
		switch {
		case len(fit) == 1:
			best = fit[0]
		case len(fit) > 1:
			if best = s.selectCandidate(types, fit); best == nil {
				return funcDetail{code: detailMultiple}
			}
		}
	}
	if best == nil {
		return funcDetail{}
	}
	if best.oid == 0 {
		return funcDetail{code: detailMultiple}
	}
	if n := len(types); len(argnames) > 0 && !variadic && n > 0 && best.argnumbers[n-1] != n-1 {
		return funcDetail{}
	}
	return s.detailOf(best, args)
}

func (s *state) detailOf(best *candidate, args []query.Expr) funcDetail {
	p := best.proc
	d := funcDetail{proc: p, result: p.RetType, retset: p.RetSet, nvargs: best.nvargs, variadic: p.Variadic, declared: slices.Clone(best.args)}
	if best.argnumbers != nil {
		for i, arg := range args {
			if na, ok := arg.(*query.NamedArgExpr); ok {
				c := *na
				c.Number = best.argnumbers[i]
				args[i] = &c
			}
		}
	}
	if best.ndargs > 0 {
		d.defaults = s.defaultArguments(best)
	}
	switch p.Kind {
	case 'a':
		d.code = detailAggregate
	case 'p':
		d.code = detailProcedure
	case 'w':
		d.code = detailWindow
	default:
		d.code = detailNormal
	}
	return d
}

// defaultArguments gives the defaults that complete a call, in call order.
func (s *state) defaultArguments(best *candidate) []query.Expr {
	all := s.procDefaults(best.proc)
	if best.argnumbers == nil {
		return all[len(all)-best.ndargs:]
	}
	missing := best.argnumbers[len(best.args)-best.ndargs:]
	var out []query.Expr
	first := best.nominal - best.proc.NDefaults
	for i, e := range all {
		if slices.Contains(missing, first+i) {
			out = append(out, e)
		}
	}
	return out
}

// procDefaults gives a function's default arguments. A system function's are
// kept as text only: for those of user-visible calls their type is all that
// matters, so a NULL of the parameter's type stands for each.
func (s *state) procDefaults(p *catalog.Proc) []query.Expr {
	if len(p.Defaults) > 0 {
		return p.Defaults
	}
	var out []query.Expr
	for _, typ := range p.ArgTypes[len(p.ArgTypes)-p.NDefaults:] {
		out = append(out, &query.Const{Type: typ, Typmod: -1, Collation: s.typeCollation(typ), IsNull: true, Location: -1})
	}
	return out
}

// coercionCall gives the type that a call of one argument casts to, 0 when it
// is no cast.
func (s *state) coercionCall(names []string, arg query.Expr, from pg.OID) pg.OID {
	t := s.findType(names, false, true)
	if t == nil || !t.Defined || t.RelID != 0 {
		return 0
	}
	if _, isConst := arg.(*query.Const); isConst && from == pg.Unknown {
		return t.OID
	}
	switch path, _ := s.coercionPathway(t.OID, from, Explicit); path {
	case pathRelabel:
		return t.OID
	case pathIO:
		if cat, _ := s.category(t.OID); cat == 'S' && (from == pg.Record || s.isComplex(from)) {
			return 0
		}
		return t.OID
	}
	return 0
}

// makeArguments casts the arguments to the parameters (make_fn_arguments).
func (s *state) makeArguments(args []query.Expr, actual, declared []pg.OID) {
	for i, arg := range args {
		if actual[i] == declared[i] {
			continue
		}
		cast := func(e query.Expr) query.Expr {
			return s.coerceType(e, actual[i], declared[i], -1, Implicit, implicitCast, -1)
		}
		if na, ok := arg.(*query.NamedArgExpr); ok {
			c := *na
			c.Arg = cast(na.Arg)
			args[i] = &c
		} else {
			args[i] = cast(arg)
		}
	}
}
