package compile

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
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
	s.addChecks(part, []*tableConstraint{{Constraint: check}}, false, true)
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
