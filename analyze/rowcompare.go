package analyze

import (
	"slices"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// rowComparison analyses (a, b) op (c, d) (make_row_comparison_op).
func (s *state) rowComparison(names []string, largs, rargs []query.Expr, location int) query.Expr {
	if len(largs) != len(rargs) {
		raise("42601", location, "unequal number of entries in row expressions")
	}
	if len(largs) == 0 {
		raise("0A000", location, "cannot compare rows of zero length")
	}
	ops := make([]*query.OpExpr, len(largs))
	exprs := make([]query.Expr, len(largs))
	for i := range largs {
		ops[i] = s.makeOp(names, largs[i], rargs[i], s.lastSRF, location)
		if ops[i].Type != pg.Bool {
			raise("42804", location, "row comparison operator must yield type boolean, not type %s", s.typeName(ops[i].Type))
		}
		if returnsSet(ops[i]) {
			raise("42804", location, "row comparison operator must not return a set")
		}
		exprs[i] = ops[i]
	}
	if len(ops) == 1 {
		return ops[0]
	}
	kind, families := s.rowCompareKind(names, ops, location)
	switch kind {
	case query.RowCompareEQ:
		return &query.BoolExpr{Op: ast.AND_EXPR, Args: exprs, Location: location}
	case query.RowCompareNE:
		return &query.BoolExpr{Op: ast.OR_EXPR, Args: exprs, Location: location}
	}
	if slices.Contains(families, 0) {
		pgerr.New("0A000", location, "could not determine interpretation of row comparison operator %s", names[len(names)-1]).
			WithDetail("There are multiple equally-plausible candidates.").Raise()
	}
	e := &query.RowCompareExpr{Type: kind}
	for _, op := range ops {
		e.Ops = append(e.Ops, op.Op)
		e.Largs, e.Rargs = append(e.Largs, op.Args[0]), append(e.Rargs, op.Args[1])
	}
	return e
}

// rowCompareKind finds what all the operators are in btree's terms.
func (s *state) rowCompareKind(names []string, ops []*query.OpExpr, location int) (query.RowCompareType, []pg.OID) {
	maps := make([]map[query.RowCompareType]pg.OID, len(ops))
	for i, op := range ops {
		maps[i] = s.btreeInterpretation(op.Op)
	}
	for kind := query.RowCompareLT; kind <= query.RowCompareNE; kind++ {
		families := make([]pg.OID, len(ops))
		common := true
		for i, m := range maps {
			family, ok := m[kind]
			common = common && ok
			families[i] = family
		}
		if common {
			return kind, families
		}
	}
	pgerr.New("0A000", location, "could not determine interpretation of row comparison operator %s", names[len(names)-1]).
		WithHint("Row comparison operators must be associated with btree operator families.").Raise()
	return 0, nil
}

// btreeInterpretation gives the strategies an operator has in btree families;
// one whose negator is an equality is btree's missing "<>"
// (get_op_btree_interpretation).
func (a *Analyzer) btreeInterpretation(op pg.OID) map[query.RowCompareType]pg.OID {
	out := map[query.RowCompareType]pg.OID{}
	for _, m := range a.btreeAmops(op) {
		if kind := query.RowCompareType(m.Strategy); out[kind] == 0 {
			out[kind] = m.Family
		}
	}
	if len(out) > 0 {
		return out
	}
	if o := a.c.Operator(op); o != nil && o.Negator != 0 {
		for _, m := range a.btreeAmops(o.Negator) {
			if m.Strategy == 3 && out[query.RowCompareNE] == 0 {
				out[query.RowCompareNE] = m.Family
			}
		}
	}
	return out
}

// btreeAmops gives an operator's entries in btree families.
func (a *Analyzer) btreeAmops(op pg.OID) []pg.AmopRow { return a.amops(op, pg.BTree) }

// amops gives an operator's entries in the families of an access method.
func (a *Analyzer) amops(op, method pg.OID) []pg.AmopRow {
	var out []pg.AmopRow
	add := func(rows []pg.AmopRow) {
		for _, m := range rows {
			if m.Operator == op && m.Method == method {
				out = append(out, m)
			}
		}
	}
	if op < pg.FirstUserOID {
		add(systemAmops(op))
	}
	for _, f := range a.c.OpFamilies() {
		if f.Method == method {
			add(f.Ops)
		}
	}
	return out
}
