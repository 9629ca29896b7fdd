package analyze

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// operatorExact finds an operator of exactly these operand types
// (OpernameGetOprid).
func (a *Analyzer) operatorExact(names []string, left, right pg.OID) *catalog.Operator {
	schema, name := a.deconstruct(names)
	if schema != "" && !a.explicitSchema(schema, true) {
		return nil
	}
	for _, o := range a.c.OperatorsNamed(schema, name) {
		if o.Left == left && o.Right == right {
			return o
		}
	}
	return nil
}

// operSignature names an operator with its operands' types.
func (a *Analyzer) operSignature(names []string, left, right pg.OID) string {
	s := strings.Join(names, ".") + " " + a.typeName(right)
	if left != 0 {
		s = a.typeName(left) + " " + s
	}
	return s
}

// oper finds the binary operator for operands of these types (oper). With
// missingOK it gives nil where it would refuse.
func (a *Analyzer) oper(names []string, left, right pg.OID, missingOK bool, location int) *catalog.Operator {
	if len(names) > 1 {
		at(location, func() {
			if schema, _ := a.deconstruct(names); schema != "" {
				a.explicitSchema(schema, false)
			}
		})
	}
	if o := a.binaryExact(names, left, right); o != nil {
		return o
	}
	multiple := false
	if list := a.operCandidates(names, 'b'); len(list) > 0 {
		if right == 0 {
			right = left
		} else if left == 0 {
			left = right
		}
		var o *catalog.Operator
		if o, multiple = a.selectOperator([]pg.OID{left, right}, list); o != nil {
			return o
		}
	}
	if !missingOK {
		a.operError(names, left, right, multiple, location)
	}
	return nil
}

// binaryExact takes an unknown operand for the other's type (binary_oper_exact).
func (a *Analyzer) binaryExact(names []string, left, right pg.OID) *catalog.Operator {
	unknown := false
	if left == pg.Unknown && right != 0 {
		left, unknown = right, true
	} else if right == pg.Unknown && left != 0 {
		right, unknown = left, true
	}
	if o := a.operatorExact(names, left, right); o != nil {
		return o
	}
	if unknown {
		if base := a.baseType(left); base != left {
			return a.operatorExact(names, base, base)
		}
	}
	return nil
}

// selectOperator is oper_select_candidate; multiple says that several fit.
func (a *Analyzer) selectOperator(types []pg.OID, list []*candidate) (o *catalog.Operator, multiple bool) {
	fit := a.matchingCandidates(types, list)
	switch len(fit) {
	case 0:
		return nil, false
	case 1:
		return a.c.Operator(fit[0].oid), false
	}
	if best := a.selectCandidate(types, fit); best != nil {
		return a.c.Operator(best.oid), false
	}
	return nil, true
}

// leftOper finds the prefix operator for an operand (left_oper).
func (a *Analyzer) leftOper(names []string, arg pg.OID, location int) *catalog.Operator {
	if len(names) > 1 {
		at(location, func() {
			if schema, _ := a.deconstruct(names); schema != "" {
				a.explicitSchema(schema, false)
			}
		})
	}
	if o := a.operatorExact(names, 0, arg); o != nil {
		return o
	}
	list := a.operCandidates(names, 'l')
	for _, c := range list {
		c.args = c.args[1:]
	}
	o, multiple := a.selectOperator([]pg.OID{arg}, list)
	if o == nil {
		a.operError(names, 0, arg, multiple, location)
	}
	return o
}

// CompatibleOperator finds a binary operator that takes operands of these
// types as they are, nil for none (compatible_oper_opid with noError).
func CompatibleOperator(c *catalog.Catalog, names []string, left, right pg.OID) *catalog.Operator {
	a := New(c)
	o := a.oper(names, left, right, true, noPosition)
	if o == nil || !a.binaryCoercible(left, o.Left) || !a.binaryCoercible(right, o.Right) {
		return nil
	}
	return o
}

// MustCompatibleOperator is CompatibleOperator that refuses what there is not.
func MustCompatibleOperator(c *catalog.Catalog, names []string, left, right pg.OID, location int) *catalog.Operator {
	a := New(c)
	o := a.oper(names, left, right, false, location)
	if !a.binaryCoercible(left, o.Left) || !a.binaryCoercible(right, o.Right) {
		raise("42883", location, "operator requires run-time type coercion: %s", a.operSignature(names, left, right))
	}
	return o
}

func (a *Analyzer) operError(names []string, left, right pg.OID, multiple bool, location int) {
	signature := a.operSignature(names, left, right)
	if multiple {
		pgerr.New("42725", location, "operator is not unique: %s", signature).
			WithHint("Could not choose a best candidate operator. You might need to add explicit type casts.").Raise()
	}
	e := pgerr.New("42883", location, "operator does not exist: %s", signature)
	if left == 0 || right == 0 {
		e.WithHint("No operator matches the given name and argument type. You might need to add an explicit type cast.").Raise()
	}
	e.WithHint("No operator matches the given name and argument types. You might need to add explicit type casts.").Raise()
}

// makeOp analyses the use of an operator; left is nil for a prefix one (make_op).
func (s *state) makeOp(names []string, left, right query.Expr, lastSRF query.Expr, location int) *query.OpExpr {
	if right == nil {
		raise("42601", noPosition, "postfix operators are not supported")
	}
	var o *catalog.Operator
	var args []query.Expr
	var actual, declared []pg.OID
	if left == nil {
		typ := query.ExprType(right)
		o = s.leftOper(names, typ, location)
		args, actual, declared = []query.Expr{right}, []pg.OID{typ}, []pg.OID{o.Right}
	} else {
		lt, rt := query.ExprType(left), query.ExprType(right)
		o = s.oper(names, lt, rt, false, location)
		args, actual, declared = []query.Expr{left, right}, []pg.OID{lt, rt}, []pg.OID{o.Left, o.Right}
	}
	s.checkShell(o, names, location)
	result := s.enforceGeneric(actual, declared, o.Result, false)
	s.makeArguments(args, actual, declared)
	e := &query.OpExpr{Op: o.OID, Type: result, RetSet: s.procRetSet(o.Code), Args: args, Location: location}
	if e.RetSet {
		s.checkSRF(lastSRF, location)
		s.lastSRF = e
	}
	return e
}

func (s *state) checkShell(o *catalog.Operator, names []string, location int) {
	if o.Code == 0 {
		raise("42883", location, "operator is only a shell: %s", s.operSignature(names, o.Left, o.Right))
	}
}

func (a *Analyzer) procRetSet(fn pg.OID) bool {
	p := a.c.Proc(fn)
	return p != nil && p.RetSet
}

// makeArrayOp analyses x op ANY/ALL (array) (make_scalar_array_op).
func (s *state) makeArrayOp(names []string, useOr bool, left, right query.Expr, location int) query.Expr {
	lt, at := query.ExprType(left), query.ExprType(right)
	rt := pg.OID(pg.Unknown)
	if at != pg.Unknown {
		if rt = s.baseElementType(at); rt == 0 {
			raise("42809", location, "op ANY/ALL (array) requires array on right side")
		}
	}
	o := s.oper(names, lt, rt, false, location)
	s.checkShell(o, names, location)
	declared := []pg.OID{o.Left, o.Right}
	result := s.enforceGeneric([]pg.OID{lt, rt}, declared, o.Result, false)
	if result != pg.Bool {
		raise("42809", location, "op ANY/ALL (array) requires operator to yield boolean")
	}
	if s.procRetSet(o.Code) {
		raise("42809", location, "op ANY/ALL (array) requires operator not to return a set")
	}
	target := at
	if !isPolymorphic(declared[1]) {
		if target = s.arrayType(declared[1]); target == 0 {
			raise("42704", location, "could not find array type for data type %s", s.typeName(declared[1]))
		}
	}
	args := []query.Expr{left, right}
	s.makeArguments(args, []pg.OID{lt, at}, []pg.OID{declared[0], target})
	return &query.ScalarArrayOpExpr{Op: o.OID, UseOr: useOr, Args: args, Location: location}
}
