package deparse

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/query"
)

// columnName gives the name of a target's column.
func columnName(r *catalog.Relation, number int16) string {
	return QuoteIdent(r.Columns[number-1].Name)
}

// insert writes INSERT (get_insert_query_def).
func (p *printer) insert(q *query.Query, namesVisible bool) {
	p.with(q)
	var sub, values *query.RangeTblEntry
	for _, e := range q.RangeTable {
		switch e.Kind {
		case query.RTESubquery:
			sub = e
		case query.RTEValues:
			values = e
		}
	}
	entry := q.RangeTable[q.Result-1]
	target := p.c.Relation(entry.Relation)
	p.begin()
	p.write("INSERT INTO ", name(p.c, target))
	p.alias(q.Result, entry, true)
	p.write(" ")
	assigned := p.insertColumns(q.TargetList, target)
	if len(assigned) > 0 {
		p.write(" ")
	}
	p.write(overrides[q.Override])
	switch {
	case sub != nil:
		p.subquery(sub.Subquery, nil, false)
	case values != nil:
		p.values(values.Values)
	case len(assigned) > 0:
		p.keyword("VALUES (", -indentStep, indentStep, 2)
		p.topLevelList(assigned, false)
		p.write(")")
	default:
		p.write("DEFAULT VALUES")
	}
	if q.OnConflict != nil {
		p.onConflict(q, entry)
	}
	p.returning(q, namesVisible)
}

// overrides are the OVERRIDING clauses of INSERT.
var overrides = map[ast.OverridingKind]string{
	ast.OVERRIDING_SYSTEM_VALUE: "OVERRIDING SYSTEM VALUE ", ast.OVERRIDING_USER_VALUE: "OVERRIDING USER VALUE ",
}

// insertColumns writes the list of columns and gives the values for them.
func (p *printer) insertColumns(targets []*query.TargetEntry, r *catalog.Relation) []query.Expr {
	var assigned []query.Expr
	for _, t := range targets {
		if t.Resjunk {
			continue
		}
		if len(assigned) == 0 {
			p.write("(")
		} else {
			p.write(", ")
		}
		p.write(columnName(r, t.Resno))
		assigned = append(assigned, p.indirection(t.Expr))
	}
	if len(assigned) > 0 {
		p.write(")")
	}
	return assigned
}

func (p *printer) onConflict(q *query.Query, entry *query.RangeTblEntry) {
	k := q.OnConflict
	p.write(" ON CONFLICT")
	switch {
	case len(k.Arbiters) > 0:
		p.write("(")
		for i, a := range k.Arbiters {
			if i > 0 {
				p.write(", ")
			}
			p.arbiter(a)
		}
		p.write(")")
		if k.ArbiterCond != nil {
			p.unprefixed(func() {
				p.keyword(" WHERE ", -indentStep, indentStep, 1)
				p.expr(k.ArbiterCond, false)
			})
		}
	case k.Constraint != 0:
		p.write(" ON CONSTRAINT ", QuoteIdent(p.c.Constraint(k.Constraint).Name))
	}
	if k.Action == ast.ONCONFLICT_NOTHING {
		p.write(" DO NOTHING")
		return
	}
	p.write(" DO UPDATE SET ")
	p.assignments(q, k.Set, entry)
	if k.Where != nil {
		p.keyword(" WHERE ", -indentStep, indentStep, 1)
		p.expr(k.Where, false)
	}
}

// unprefixed runs f with columns printed by their bare names.
func (p *printer) unprefixed(f func()) {
	saved := p.varPrefix
	p.varPrefix = false
	f()
	p.varPrefix = saved
}

func (p *printer) arbiter(a query.InferenceElem) {
	_, isVar := a.Expr.(*query.Var)
	call, isCall := a.Expr.(*query.FuncExpr)
	bare := isVar || isCall && call.Format == ast.COERCE_EXPLICIT_CALL
	p.unprefixed(func() {
		if !bare {
			p.write("(")
		}
		p.expr(a.Expr, false)
		if !bare {
			p.write(")")
		}
	})
	if a.Collid != 0 {
		p.write(" COLLATE ", collationName(p.c, a.Collid))
	}
	if a.OpClass != 0 {
		p.write(opClassSuffix(p.c, a.OpClass, p.c.OpClass(a.OpClass).InType))
	}
}

func (p *printer) returning(q *query.Query, namesVisible bool) {
	if len(q.Returning) > 0 {
		p.keyword(" RETURNING", -indentStep, indentStep, 1)
		p.targets(q.Returning, nil, namesVisible)
	}
}

func (p *printer) where(q *query.Query) {
	if q.Jointree != nil && q.Jointree.Quals != nil {
		p.keyword(" WHERE ", -indentStep, indentStep, 1)
		p.expr(q.Jointree.Quals, false)
	}
}

// command writes the head of UPDATE, DELETE or MERGE with its target.
func (p *printer) command(q *query.Query, words string) *query.RangeTblEntry {
	p.with(q)
	entry := q.RangeTable[q.Result-1]
	p.begin()
	p.write(words, only(entry), name(p.c, p.c.Relation(entry.Relation)))
	p.alias(q.Result, entry, false)
	return entry
}

// update writes UPDATE (get_update_query_def).
func (p *printer) update(q *query.Query, namesVisible bool) {
	entry := p.command(q, "UPDATE ")
	p.write(" SET ")
	p.assignments(q, q.TargetList, entry)
	p.from(q, " FROM ")
	p.where(q)
	p.returning(q, namesVisible)
}

// assignments writes the list of SET; columns assigned from one subquery
// together are put between parentheses (get_update_query_targetlist_def).
func (p *printer) assignments(q *query.Query, targets []*query.TargetEntry, entry *query.RangeTblEntry) {
	var pending []*query.SubLink
	for _, t := range targets {
		if s, ok := t.Expr.(*query.SubLink); ok && t.Resjunk && s.Type == ast.MULTIEXPR_SUBLINK {
			pending = append(pending, s)
		}
	}
	r := p.c.Relation(entry.Relation)
	var current *query.SubLink
	remaining, separator := 0, ""
	for _, t := range targets {
		if t.Resjunk {
			continue
		}
		p.write(separator)
		separator = ", "
		if current == nil && len(pending) > 0 && isMultiAssigned(t.Expr) {
			current, pending = pending[0], pending[1:]
			remaining = visibleTargets(current.Subquery)
			p.write("(")
		}
		p.write(columnName(r, t.Resno))
		value := p.indirection(t.Expr)
		if current != nil {
			if remaining--; remaining > 0 {
				continue
			}
			p.write(")")
			value, current = current, nil
		}
		p.write(" = ")
		p.expr(value, false)
	}
}

// isMultiAssigned says whether an assigned value is a column of a subquery that
// assigns several columns.
func isMultiAssigned(e query.Expr) bool {
	for {
		switch x := stripImplicit(e).(type) {
		case *query.FieldStore:
			e = x.Newvals[0]
		case *query.SubscriptingRef:
			if x.Assign == nil {
				return false
			}
			e = x.Assign
		case *query.Param:
			return x.Kind == query.ParamMultiExpr
		default:
			return false
		}
	}
}

func visibleTargets(q *query.Query) int {
	n := 0
	for _, t := range q.TargetList {
		if !t.Resjunk {
			n++
		}
	}
	return n
}

func (p *printer) delete(q *query.Query, namesVisible bool) {
	p.command(q, "DELETE FROM ")
	p.from(q, " USING ")
	p.where(q)
	p.returning(q, namesVisible)
}

// merge writes MERGE (get_merge_query_def).
func (p *printer) merge(q *query.Query) {
	entry := p.command(q, "MERGE INTO ")
	p.from(q, " USING ")
	p.keyword(" ON ", -indentStep, indentStep, 2)
	p.expr(q.Jointree.Quals, false)
	for _, action := range q.MergeWhens {
		p.keyword(" WHEN ", -indentStep, indentStep, 2)
		if !action.Matched {
			p.write("NOT ")
		}
		p.write("MATCHED")
		if action.Qual != nil {
			p.keyword(" AND ", -indentStep, indentStep, 3)
			p.expr(action.Qual, false)
		}
		p.keyword(" THEN ", -indentStep, indentStep, 3)
		p.mergeAction(q, action, entry)
	}
}

func (p *printer) mergeAction(q *query.Query, action *query.MergeAction, entry *query.RangeTblEntry) {
	switch action.Command {
	case ast.CMD_INSERT:
		p.write("INSERT")
		if len(action.TargetList) > 0 {
			p.write(" ")
		}
		assigned := p.insertColumns(action.TargetList, p.c.Relation(entry.Relation))
		if o := overrides[action.Override]; o != "" {
			p.write(" ", o[:len(o)-1])
		}
		if len(assigned) == 0 {
			p.write(" DEFAULT VALUES")
			return
		}
		p.keyword(" VALUES (", -indentStep, indentStep, 4)
		p.topLevelList(assigned, false)
		p.write(")")
	case ast.CMD_UPDATE:
		p.write("UPDATE SET ")
		p.assignments(q, action.TargetList, entry)
	case ast.CMD_DELETE:
		p.write("DELETE")
	case ast.CMD_NOTHING:
		p.write("DO NOTHING")
	}
}
