package analyze

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// operation analyses an operator in one of its forms.
func (s *state) operation(n *ast.A_Expr) query.Expr {
	switch n.Kind {
	case ast.AEXPR_OP_ANY, ast.AEXPR_OP_ALL:
		left, right := s.transform(n.Lexpr), s.transform(n.Rexpr)
		return s.makeArrayOp(ast.Strings(n.Name), n.Kind == ast.AEXPR_OP_ANY, left, right, n.Location)
	case ast.AEXPR_DISTINCT, ast.AEXPR_NOT_DISTINCT:
		return s.distinct(n)
	case ast.AEXPR_NULLIF:
		return s.nullIf(n)
	case ast.AEXPR_IN:
		return s.in(n)
	case ast.AEXPR_BETWEEN, ast.AEXPR_NOT_BETWEEN, ast.AEXPR_BETWEEN_SYM, ast.AEXPR_NOT_BETWEEN_SYM:
		return s.between(n)
	}
	return s.plainOperation(n)
}

// plainOperation is transformAExprOp.
func (s *state) plainOperation(n *ast.A_Expr) query.Expr {
	names := ast.Strings(n.Name)
	if row, ok := n.Lexpr.(*ast.RowExpr); ok {
		switch right := n.Rexpr.(type) {
		case *ast.SubLink:
			if right.SubLinkType == ast.EXPR_SUBLINK {
				link := *right
				link.SubLinkType, link.Testexpr, link.OperName, link.Location = ast.ROWCOMPARE_SUBLINK, row, n.Name, n.Location
				return s.transform(&link)
			}
		case *ast.RowExpr:
			l, r := s.rowExpr(row, false), s.rowExpr(right, false)
			return s.rowComparison(names, l.Args, r.Args, n.Location)
		}
	}
	lastSRF := s.lastSRF
	left := s.transform(n.Lexpr)
	right := s.transform(n.Rexpr)
	return s.makeOp(names, left, right, lastSRF, n.Location)
}

func isNullConstant(n ast.Node) bool {
	c, ok := n.(*ast.A_Const)
	return ok && c.Isnull
}

// distinct is transformAExprDistinct.
func (s *state) distinct(n *ast.A_Expr) query.Expr {
	test := func(arg ast.Node) query.Expr {
		t := &query.NullTest{Arg: s.transform(arg), Type: ast.IS_NOT_NULL, Location: n.Location}
		if n.Kind == ast.AEXPR_NOT_DISTINCT {
			t.Type = ast.IS_NULL
		}
		return t
	}
	if isNullConstant(n.Rexpr) {
		return test(n.Lexpr)
	}
	if isNullConstant(n.Lexpr) {
		return test(n.Rexpr)
	}
	left := s.transform(n.Lexpr)
	right := s.transform(n.Rexpr)
	names := ast.Strings(n.Name)
	l, lok := left.(*query.RowExpr)
	r, rok := right.(*query.RowExpr)
	var e query.Expr
	if lok && rok {
		e = s.rowDistinct(names, l, r, n.Location)
	} else {
		e = s.makeDistinct(names, left, right, n.Location)
	}
	if n.Kind == ast.AEXPR_NOT_DISTINCT {
		e = &query.BoolExpr{Op: ast.NOT_EXPR, Args: []query.Expr{e}, Location: n.Location}
	}
	return e
}

func (s *state) rowDistinct(names []string, l, r *query.RowExpr, location int) query.Expr {
	if len(l.Args) != len(r.Args) {
		raise("42601", location, "unequal number of entries in row expressions")
	}
	var e query.Expr
	for i := range l.Args {
		cmp := s.makeDistinct(names, l.Args[i], r.Args[i], location)
		if e == nil {
			e = cmp
		} else {
			e = &query.BoolExpr{Op: ast.OR_EXPR, Args: []query.Expr{e, cmp}, Location: location}
		}
	}
	if e == nil {
		return &query.Const{Type: pg.Bool, Typmod: -1, Value: false, Location: -1}
	}
	return e
}

func (s *state) makeDistinct(names []string, left, right query.Expr, location int) query.Expr {
	op := s.makeOp(names, left, right, s.lastSRF, location)
	if op.Type != pg.Bool {
		raise("42804", location, "IS DISTINCT FROM requires = operator to yield boolean")
	}
	if op.RetSet {
		raise("42804", location, "%s must not return a set", "IS DISTINCT FROM")
	}
	return &query.DistinctExpr{OpExpr: *op}
}

func (s *state) nullIf(n *ast.A_Expr) query.Expr {
	left := s.transform(n.Lexpr)
	right := s.transform(n.Rexpr)
	op := s.makeOp(ast.Strings(n.Name), left, right, s.lastSRF, n.Location)
	if op.Type != pg.Bool {
		raise("42804", n.Location, "NULLIF requires = operator to yield boolean")
	}
	if op.RetSet {
		raise("42804", n.Location, "%s must not return a set", "NULLIF")
	}
	op.Type = query.ExprType(op.Args[0])
	return &query.NullIfExpr{OpExpr: *op}
}

// in analyses IN over a list: an array of all that has no columns, then a
// comparison for each of the others (transformAExprIn).
func (s *state) in(n *ast.A_Expr) query.Expr {
	names := ast.Strings(n.Name)
	useOr := names[0] != "<>"
	left := s.transform(n.Lexpr)
	var all, withVars, without []query.Expr
	for _, item := range n.Rexpr.(*ast.List).Items {
		e := s.transform(item)
		all = append(all, e)
		if hasLocalVars(e) {
			withVars = append(withVars, e)
		} else {
			without = append(without, e)
		}
	}
	var result query.Expr
	if len(without) > 1 {
		if arr := s.inArray(left, without); arr != nil {
			result = s.makeArrayOp(names, useOr, left, arr, n.Location)
			all = withVars
		}
	}
	for _, e := range all {
		cmp := s.inComparison(names, left, e, n.Location)
		if result == nil {
			result = cmp
			continue
		}
		op := ast.OR_EXPR
		if !useOr {
			op = ast.AND_EXPR
		}
		result = &query.BoolExpr{Op: op, Args: []query.Expr{result, cmp}, Location: n.Location}
	}
	return result
}

// inArray makes the array of an IN list, nil when the elements have no common
// type.
func (s *state) inArray(left query.Expr, list []query.Expr) query.Expr {
	all := append([]query.Expr{left}, list...)
	scalar, _ := s.commonType(all, "")
	if scalar == 0 || scalar == pg.Record || !s.verifyCommonType(scalar, all) {
		return nil
	}
	array := s.arrayType(scalar)
	if array == 0 {
		return nil
	}
	return &query.ArrayExpr{Type: array, ElemType: scalar, Elements: s.coerceAllToCommon(list, scalar, "IN"), Location: -1}
}

func (s *state) inComparison(names []string, left, right query.Expr, location int) query.Expr {
	var cmp query.Expr
	l, lok := left.(*query.RowExpr)
	r, rok := right.(*query.RowExpr)
	if lok && rok {
		cmp = s.rowComparison(names, query.CopyExpr(l).(*query.RowExpr).Args, r.Args, location)
	} else {
		cmp = s.makeOp(names, query.CopyExpr(left), right, s.lastSRF, location)
	}
	return s.coerceToBoolean(cmp, "IN")
}

// hasLocalVars is contain_vars_of_level(e, 0).
func hasLocalVars(e query.Expr) bool { return containsVarsOfLevel(e, 0) }

// between rewrites BETWEEN as comparisons (transformAExprBetween).
func (s *state) between(n *ast.A_Expr) query.Expr {
	bounds := n.Rexpr.(*ast.List).Items
	low, high := bounds[0], bounds[1]
	op := func(name string, right ast.Node) ast.Node {
		return &ast.A_Expr{Kind: ast.AEXPR_OP, Name: operatorName(name), Lexpr: n.Lexpr, Rexpr: right, Location: n.Location}
	}
	join := func(op ast.BoolExprType, args ...ast.Node) ast.Node {
		return &ast.BoolExpr{Boolop: op, Args: args, Location: n.Location}
	}
	switch n.Kind {
	case ast.AEXPR_BETWEEN:
		return s.transform(join(ast.AND_EXPR, op(">=", low), op("<=", high)))
	case ast.AEXPR_NOT_BETWEEN:
		return s.transform(join(ast.OR_EXPR, op("<", low), op(">", high)))
	case ast.AEXPR_BETWEEN_SYM:
		return s.transform(join(ast.OR_EXPR, join(ast.AND_EXPR, op(">=", low), op("<=", high)), join(ast.AND_EXPR, op(">=", high), op("<=", low))))
	}
	return s.transform(join(ast.AND_EXPR, join(ast.OR_EXPR, op("<", low), op(">", high)), join(ast.OR_EXPR, op("<", high), op(">", low))))
}
