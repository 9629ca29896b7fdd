package compile

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// This file mirrors get_qual_from_partbound: a partition's bound as a
// condition on its rows, in SQL.

// addPartitionCheck keeps what DETACH CONCURRENTLY keeps of a bound: a check
// constraint, unless the partition took whatever the others left
// (DetachAddConstraintIfNeeded).
func (s *Session) addPartitionCheck(part, parent *catalog.Relation, bound *catalog.PartitionBound) {
	if bound == nil || bound.IsDefault {
		return
	}
	n, err := parser.Parse("SELECT " + strings.Join(s.partitionQual(parent, bound), " AND "))
	if err != nil {
		err.Raise()
	}
	check := &ast.Constraint{Contype: ast.CONSTR_CHECK, InitiallyValid: true,
		RawExpr: n.(*ast.SelectStmt).TargetList[0].(*ast.ResTarget).Val}
	if e := s.checkExpression(check.RawExpr, part); !s.implied(part, e) {
		s.addChecks(part, []*tableConstraint{{Constraint: check}}, false, true)
	}
}

// implied says whether a table's constraints demand each part of a condition
// already, word for word (ConstraintImpliedByRelConstraint, but for proofs).
func (s *Session) implied(r *catalog.Relation, e query.Expr) bool {
	var known []query.Expr
	for _, con := range r.Constraints {
		if con.Kind == 'c' && con.Validated {
			known = append(known, conjuncts(con.Check)...)
		}
	}
	for _, part := range conjuncts(e) {
		if n, ok := part.(*query.NullTest); ok && n.Type == ast.IS_NOT_NULL {
			if v, ok := n.Arg.(*query.Var); ok && v.Varattno > 0 && r.Columns[v.Varattno-1].NotNull {
				continue
			}
		}
		if !slices.ContainsFunc(known, func(k query.Expr) bool { return query.Equal(k, part) || s.narrower(k, part) }) {
			return false
		}
	}
	return true
}

// narrower says whether a comparison of a column with a constant is stricter
// than another one, so that the one implies the other.
func (s *Session) narrower(known, wanted query.Expr) bool {
	column, op, value := s.comparison(known)
	column2, op2, value2 := s.comparison(wanted)
	if value == nil || value2 == nil || column != column2 || value.Type != value2.Type {
		return false
	}
	order := datum.Compare(s.catalog, value.Type, value.Value, value2.Value)
	switch op2 {
	case ">=":
		return (op == ">=" || op == ">" || op == "=") && order >= 0
	case ">":
		return op == ">" && order >= 0 || (op == ">=" || op == "=") && order > 0
	case "<=":
		return (op == "<=" || op == "<" || op == "=") && order <= 0
	case "<":
		return op == "<" && order <= 0 || (op == "<=" || op == "=") && order < 0
	}
	return false
}

// comparison takes column op constant apart; value nil: it is something else.
func (s *Session) comparison(e query.Expr) (column int16, op string, value *query.Const) {
	o, ok := e.(*query.OpExpr)
	if !ok || len(o.Args) != 2 {
		return 0, "", nil
	}
	v, isVar := o.Args[0].(*query.Var)
	c, isConst := o.Args[1].(*query.Const)
	operator := s.catalog.Operator(o.Op)
	if !isVar || !isConst || c.IsNull || operator == nil || operator.Namespace != pg.PgCatalog {
		return 0, "", nil
	}
	return v.Varattno, operator.Name, c
}

// conjuncts gives the parts of a condition that AND joins.
func conjuncts(e query.Expr) []query.Expr {
	b, ok := e.(*query.BoolExpr)
	if !ok || b.Op != ast.AND_EXPR {
		return []query.Expr{e}
	}
	var out []query.Expr
	for _, arg := range b.Args {
		out = append(out, conjuncts(arg)...)
	}
	return out
}

// partitionQual gives the conditions, to be joined by AND.
func (s *Session) partitionQual(parent *catalog.Relation, bound *catalog.PartitionBound) []string {
	switch bound.Strategy {
	case 'l':
		return s.listQual(parent, bound)
	case 'r':
		return s.rangeQual(parent, bound)
	}
	pgerr.Raise("0A000", pgerr.NoPosition, "DETACH PARTITION ... CONCURRENTLY of a hash partition is not supported")
	return nil
}

// partitionKeyText writes a column of a partition key.
func (s *Session) partitionKeyText(parent *catalog.Relation, i int) string {
	key := parent.PartitionKey.Keys[i]
	if key.Column > 0 {
		return quoteIdentifier(parent.Columns[key.Column-1].Name)
	}
	return "(" + s.deparse(key.Expr, parent) + ")"
}

func (s *Session) listQual(parent *catalog.Relation, bound *catalog.PartitionBound) []string {
	key := s.partitionKeyText(parent, 0)
	var values []string
	hasNull := false
	for _, c := range bound.List {
		if c.IsNull {
			hasNull = true
		} else {
			values = append(values, s.deparse(c, nil))
		}
	}
	in := ""
	switch len(values) {
	case 0:
	case 1:
		in = key + " = " + values[0]
	default:
		in = key + " = ANY (ARRAY[" + strings.Join(values, ", ") + "])"
	}
	switch {
	case hasNull && in != "":
		return []string{"(" + key + " IS NULL OR " + in + ")"}
	case hasNull:
		return []string{key + " IS NULL"}
	}
	return []string{key + " IS NOT NULL", in}
}

func (s *Session) rangeQual(parent *catalog.Relation, bound *catalog.PartitionBound) []string {
	var quals []string
	count := len(parent.PartitionKey.Keys)
	for i := range count {
		quals = append(quals, s.partitionKeyText(parent, i)+" IS NOT NULL")
	}
	first := 0
	for ; first < count; first++ {
		lower, upper := bound.Lower[first], bound.Upper[first]
		if lower.Kind != boundValue || upper.Kind != boundValue || s.compareBound(parent, first, lower.Value, upper.Value) != 0 {
			break
		}
		quals = append(quals, s.partitionKeyText(parent, first)+" = "+s.deparse(lower.Value, nil))
	}
	for _, side := range []struct {
		datums       []catalog.RangeDatum
		open, closed string // the last column's operator
		infinite     int    // the kind that makes it closed
	}{{bound.Lower, " > ", " >= ", boundMin}, {bound.Upper, " < ", " <= ", boundMax}} {
		closedAtEnd := side.infinite == boundMin
		if arms := s.rangeArms(parent, side.datums, first, side.open, side.closed, side.infinite, closedAtEnd); len(arms) > 0 {
			quals = append(quals, "("+strings.Join(arms, " OR ")+")")
		}
	}
	return quals
}

// rangeArms gives the alternatives of one end of a range: the first remaining
// column alone, the first two, and so on.
func (s *Session) rangeArms(parent *catalog.Relation, datums []catalog.RangeDatum, first int, open, closed string, infinite int, closedAtEnd bool) []string {
	var arms []string
	for last := first; last < len(datums) && datums[last].Kind == boundValue; last++ {
		var conditions []string
		for i := first; i < last; i++ {
			conditions = append(conditions, s.partitionKeyText(parent, i)+" = "+s.deparse(datums[i].Value, nil))
		}
		operator := open
		if last+1 < len(datums) && datums[last+1].Kind == infinite || last+1 == len(datums) && closedAtEnd {
			operator = closed
		}
		conditions = append(conditions, s.partitionKeyText(parent, last)+operator+s.deparse(datums[last].Value, nil))
		arm := strings.Join(conditions, " AND ")
		if len(conditions) > 1 {
			arm = "(" + arm + ")"
		}
		arms = append(arms, arm)
	}
	return arms
}
