package deparse

import (
	"strconv"

	"github.com/electric-cli/electric/query"
)

// sortGroups writes a list of references to output columns.
func (p *printer) sortGroups(list []*query.SortGroupClause, targets []*query.TargetEntry) {
	for i, s := range list {
		if i > 0 {
			p.write(", ")
		}
		p.sortGroup(s.Ref, targets, false)
	}
}

// sortGroup writes an output column that ORDER BY or GROUP BY refers to, and
// gives it (get_rule_sortgroupclause). Calls are put between parentheses, lest
// they be taken for something else.
func (p *printer) sortGroup(ref int, targets []*query.TargetEntry, number bool) query.Expr {
	var target *query.TargetEntry
	for _, t := range targets {
		if t.Ref == ref {
			target = t
		}
	}
	if number {
		p.write(strconv.Itoa(int(target.Resno)))
		return target.Expr
	}
	switch e := target.Expr.(type) {
	case *query.Const:
		p.constant(e, 1)
	case *query.Var:
		p.expr(e, true)
	default:
		need := p.style.paren
		switch e.(type) {
		case *query.FuncExpr, *query.Aggref, *query.WindowFunc:
			need = true
		}
		if need {
			p.write("(")
		}
		p.expr(e, true)
		if need {
			p.write(")")
		}
	}
	return target.Expr
}

// orderBy writes the list of ORDER BY (get_rule_orderby).
func (p *printer) orderBy(list []*query.SortGroupClause, targets []*query.TargetEntry, number bool) {
	for i, s := range list {
		if i > 0 {
			p.write(", ")
		}
		e := p.sortGroup(s.Ref, targets, number)
		less, greater := sortOperators(p.c, query.ExprType(e))
		switch {
		case s.SortOp == less:
			if s.NullsFirst {
				p.write(" NULLS FIRST")
			}
		case s.SortOp == greater:
			p.write(" DESC")
			if !s.NullsFirst {
				p.write(" NULLS LAST")
			}
		default:
			p.write(" USING ", p.operatorName(s.SortOp))
			if s.NullsFirst {
				p.write(" NULLS FIRST")
			} else {
				p.write(" NULLS LAST")
			}
		}
	}
}

func (p *printer) group(q *query.Query) {
	p.keyword(" GROUP BY ", -indentStep, indentStep, 1)
	if q.GroupDistinct {
		p.write("DISTINCT ")
	}
	p.groupBy = true
	if len(q.GroupingSets) == 0 {
		p.sortGroups(q.Group, q.TargetList)
	}
	for i, set := range q.GroupingSets {
		if i > 0 {
			p.write(", ")
		}
		p.groupingSet(set, q.TargetList, true)
	}
	p.groupBy = false
}

// groupingSet writes an element of GROUP BY (get_rule_groupingset).
func (p *printer) groupingSet(set *query.GroupingSet, targets []*query.TargetEntry, omitParens bool) {
	omitInner := true
	switch set.Kind {
	case query.GroupingSetEmpty:
		p.write("()")
		return
	case query.GroupingSetSimple:
		parens := !omitParens || len(set.Refs) != 1
		if parens {
			p.write("(")
		}
		for i, ref := range set.Refs {
			if i > 0 {
				p.write(", ")
			}
			p.sortGroup(ref, targets, false)
		}
		if parens {
			p.write(")")
		}
		return
	case query.GroupingSetRollup:
		p.write("ROLLUP(")
	case query.GroupingSetCube:
		p.write("CUBE(")
	case query.GroupingSetSets:
		p.write("GROUPING SETS (")
		omitInner = false
	}
	for i, inner := range set.Content {
		if i > 0 {
			p.write(", ")
		}
		p.groupingSet(inner, targets, omitInner)
	}
	p.write(")")
}

// windowClause writes the named windows.
func (p *printer) windowClause(q *query.Query) {
	first := true
	for _, w := range q.Windows {
		if w.Name == "" {
			continue
		}
		if first {
			p.keyword(" WINDOW ", -indentStep, indentStep, 1)
		} else {
			p.write(", ")
		}
		first = false
		p.write(QuoteIdent(w.Name), " AS ")
		p.windowSpec(w, q.TargetList)
	}
}

// The bits of WindowClause.FrameOptions (FRAMEOPTION_ in parsenodes.h).
const (
	frameNonDefault      = 0x00001
	frameRange           = 0x00002
	frameRows            = 0x00004
	frameGroups          = 0x00008
	frameBetween         = 0x00010
	frameStartUnbounded  = 0x00020
	frameEndUnbounded    = 0x00100
	frameStartCurrentRow = 0x00200
	frameEndCurrentRow   = 0x00400
	frameStartPreceding  = 0x00800
	frameEndPreceding    = 0x01000
	frameStartFollowing  = 0x02000
	frameEndFollowing    = 0x04000
	frameExcludeCurrent  = 0x08000
	frameExcludeGroup    = 0x10000
	frameExcludeTies     = 0x20000
)

// windowSpec writes what stands between OVER's parentheses (get_rule_windowspec).
func (p *printer) windowSpec(w *query.WindowClause, targets []*query.TargetEntry) {
	p.write("(")
	separator := ""
	space := func() { p.write(separator); separator = " " }
	if w.RefName != "" {
		space()
		p.write(QuoteIdent(w.RefName))
	}
	if len(w.Partition) > 0 && w.RefName == "" {
		space()
		p.write("PARTITION BY ")
		p.sortGroups(w.Partition, targets)
	}
	if len(w.Order) > 0 && !w.CopiedOrder {
		space()
		p.write("ORDER BY ")
		p.orderBy(w.Order, targets, false)
	}
	if w.FrameOptions&frameNonDefault != 0 {
		space()
		p.frame(w)
	}
	p.write(")")
}

func (p *printer) frame(w *query.WindowClause) {
	has := func(bit int) bool { return w.FrameOptions&bit != 0 }
	switch {
	case has(frameRange):
		p.write("RANGE ")
	case has(frameRows):
		p.write("ROWS ")
	case has(frameGroups):
		p.write("GROUPS ")
	}
	if has(frameBetween) {
		p.write("BETWEEN ")
	}
	p.frameBound(w.StartOffset, has(frameStartUnbounded), has(frameStartCurrentRow), has(frameStartPreceding), "UNBOUNDED PRECEDING")
	if has(frameBetween) {
		p.write(" AND ")
		p.frameBound(w.EndOffset, has(frameEndUnbounded), has(frameEndCurrentRow), has(frameEndPreceding), "UNBOUNDED FOLLOWING")
	}
	switch {
	case has(frameExcludeCurrent):
		p.write(" EXCLUDE CURRENT ROW")
	case has(frameExcludeGroup):
		p.write(" EXCLUDE GROUP")
	case has(frameExcludeTies):
		p.write(" EXCLUDE TIES")
	}
}

func (p *printer) frameBound(offset query.Expr, unbounded, current, preceding bool, unboundedWords string) {
	switch {
	case unbounded:
		p.write(unboundedWords)
	case current:
		p.write("CURRENT ROW")
	default:
		p.expr(offset, false)
		if preceding {
			p.write(" PRECEDING")
		} else {
			p.write(" FOLLOWING")
		}
	}
}
