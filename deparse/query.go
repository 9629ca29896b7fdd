package deparse

import (
	"bytes"
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// subquery writes a query inside another (get_query_def). columns are the
// names its output must have, nil for its own; namesVisible says whether
// somebody sees them.
func (p *printer) subquery(q *query.Query, columns []string, namesVisible bool) {
	p.scope()
	p.query(q, p.namespaces, columns, namesVisible, nil)
}

// query writes a query with a printer of its own, inside the parents' scope.
func (p *printer) query(q *query.Query, parents []*namespace, columns []string, namesVisible bool, hidden []string) {
	inner := &printer{c: p.c, style: p.style, out: p.out, level: p.level}
	inner.namespaces = append([]*namespace{newNamespace(p.c, q, parents, hidden)}, parents...)
	inner.varPrefix = len(parents) > 0 || len(q.RangeTable)+len(hidden) != 1
	switch q.Command {
	case ast.CMD_SELECT:
		inner.selectQuery(q, columns, namesVisible)
	case ast.CMD_UPDATE:
		inner.update(q, namesVisible)
	case ast.CMD_INSERT:
		inner.insert(q, namesVisible)
	case ast.CMD_DELETE:
		inner.delete(q, namesVisible)
	case ast.CMD_MERGE:
		inner.merge(q)
	case ast.CMD_NOTHING:
		inner.write("NOTHING")
	case ast.CMD_UTILITY:
		inner.utility(q)
	}
	p.out = inner.out
}

// utility writes NOTIFY, the only utility statement a rule can have.
func (p *printer) utility(q *query.Query) {
	n, ok := q.Utility.(*ast.NotifyStmt)
	if !ok {
		pgerr.Raise("XX000", pgerr.NoPosition, "unexpected utility statement type")
	}
	p.keyword("", 0, indentStep, 1)
	p.write("NOTIFY ", QuoteIdent(n.Conditionname))
	if n.Payload != "" {
		p.write(", ", quoteSimple(n.Payload))
	}
}

func (p *printer) selectQuery(q *query.Query, columns []string, namesVisible bool) {
	p.with(q)
	p.windows, p.windowList = q.Windows, q.TargetList
	if q.SetOps != nil {
		p.setOperation(q.SetOps, q, columns, namesVisible)
	} else {
		p.basicSelect(q, columns, namesVisible)
	}
	if len(q.Sort) > 0 {
		p.keyword(" ORDER BY ", -indentStep, indentStep, 1)
		p.orderBy(q.Sort, q.TargetList, q.SetOps != nil)
	}
	if q.LimitOffset != nil {
		p.keyword(" OFFSET ", -indentStep, indentStep, 0)
		p.expr(q.LimitOffset, false)
	}
	p.limit(q)
	for _, mark := range q.RowMarks {
		if !mark.PushedDown {
			p.rowMark(mark)
		}
	}
}

func (p *printer) limit(q *query.Query) {
	switch k, _ := q.LimitCount.(*query.Const); {
	case q.LimitCount == nil:
	case q.LimitOption == ast.LIMIT_OPTION_WITH_TIES:
		p.keyword(" FETCH FIRST ", -indentStep, indentStep, 0)
		p.write("(")
		p.expr(q.LimitCount, false)
		p.write(") ROWS WITH TIES")
	case k != nil && k.IsNull:
		p.keyword(" LIMIT ", -indentStep, indentStep, 0)
		p.write("ALL")
	default:
		p.keyword(" LIMIT ", -indentStep, indentStep, 0)
		p.expr(q.LimitCount, false)
	}
}

// lockWords are the words of the strengths of row locks.
var lockWords = map[ast.LockClauseStrength]string{
	ast.LCS_FORKEYSHARE: " FOR KEY SHARE", ast.LCS_FORSHARE: " FOR SHARE",
	ast.LCS_FORNOKEYUPDATE: " FOR NO KEY UPDATE", ast.LCS_FORUPDATE: " FOR UPDATE",
}

func (p *printer) rowMark(mark *query.RowMarkClause) {
	p.keyword(lockWords[mark.Strength], -indentStep, indentStep, 0)
	p.write(" OF ", QuoteIdent(p.namespaces[0].names[mark.Index-1]))
	switch mark.WaitPolicy {
	case ast.LockWaitError:
		p.write(" NOWAIT")
	case ast.LockWaitSkip:
		p.write(" SKIP LOCKED")
	}
}

// begin is the space that every command of an indented query begins with.
func (p *printer) begin() {
	if p.style.indent {
		p.level += indentStep
		p.write(" ")
	}
}

func (p *printer) basicSelect(q *query.Query, columns []string, namesVisible bool) {
	p.begin()
	if values := simpleValues(q, columns); values != nil {
		p.values(values.Values)
		return
	}
	if q.IsReturn {
		p.write("RETURN")
	} else {
		p.write("SELECT")
	}
	p.distinct(q)
	p.targets(q.TargetList, columns, namesVisible)
	p.from(q, " FROM ")
	if q.Jointree != nil && q.Jointree.Quals != nil {
		p.keyword(" WHERE ", -indentStep, indentStep, 1)
		p.expr(q.Jointree.Quals, false)
	}
	if len(q.Group) > 0 || len(q.GroupingSets) > 0 {
		p.group(q)
	}
	if q.Having != nil {
		p.keyword(" HAVING ", -indentStep, indentStep, 0)
		p.expr(q.Having, false)
	}
	p.windowClause(q)
}

func (p *printer) distinct(q *query.Query) {
	if len(q.Distinct) == 0 {
		return
	}
	p.write(" DISTINCT")
	if q.HasDistinctOn {
		p.write(" ON (")
		p.sortGroups(q.Distinct, q.TargetList)
		p.write(")")
	}
}

// simpleValues gives the entry of a query that is nothing but VALUES, nil for
// another (get_simple_values_rte).
func simpleValues(q *query.Query, columns []string) *query.RangeTblEntry {
	var result *query.RangeTblEntry
	for _, e := range q.RangeTable {
		switch {
		case e.Kind == query.RTEValues && e.InFromCl && result == nil:
			result = e
		case e.Kind == query.RTERelation && !e.InFromCl:
		default:
			return nil
		}
	}
	if result == nil || len(q.TargetList) != len(result.Eref.Cols) {
		return nil
	}
	for i, t := range q.TargetList {
		name := t.Resname
		if i < len(columns) {
			name = columns[i]
		}
		if t.Resjunk || name != result.Eref.Cols[i] {
			return nil
		}
	}
	return result
}

func (p *printer) values(lists [][]query.Expr) {
	p.write("VALUES ")
	for i, list := range lists {
		if i > 0 {
			p.write(", ")
		}
		p.write("(")
		for j, e := range list {
			if j > 0 {
				p.write(",")
			}
			p.topLevel(e, false)
		}
		p.write(")")
	}
}

// targets writes an output list, one column to a line when lines are indented
// (get_target_list).
func (p *printer) targets(list []*query.TargetEntry, columns []string, namesVisible bool) {
	separator, number, multiline := " ", 0, false
	for _, t := range list {
		if t.Resjunk {
			continue
		}
		p.write(separator)
		separator = ", "
		number++
		text := p.capture(func() { p.target(t, columns, number, namesVisible) })
		if p.style.indent {
			if strings.HasPrefix(text, "\n") {
				p.trimSpaces()
			} else if number > 1 && (p.lineLength()+len(text) > 0 || multiline) {
				p.keyword("", -indentStep, indentStep, indentVar)
			}
			multiline = strings.Contains(strings.TrimPrefix(text, "\n"), "\n")
		}
		p.write(text)
	}
}

// lineLength measures what stands on the present line.
func (p *printer) lineLength() int { return len(p.out) - bytes.LastIndexByte(p.out, '\n') - 1 }

func (p *printer) target(t *query.TargetEntry, columns []string, number int, namesVisible bool) {
	shown, known := "?column?", !namesVisible
	if v, ok := t.Expr.(*query.Var); ok {
		shown = p.variable(v, 0, true)
		known = shown != ""
	} else {
		p.expr(t.Expr, true)
	}
	name := t.Resname
	if number <= len(columns) {
		name = columns[number-1]
	}
	if name != "" && (!known || shown != name) {
		p.write(" AS ", QuoteIdent(name))
	}
}

// with writes the WITH clause (get_with_clause).
func (p *printer) with(q *query.Query) {
	if len(q.CTEs) == 0 {
		return
	}
	p.begin()
	if q.Recursive {
		p.write("WITH RECURSIVE ")
	} else {
		p.write("WITH ")
	}
	for i, cte := range q.CTEs {
		if i > 0 {
			p.write(", ")
		}
		p.cte(cte)
	}
	if p.style.indent {
		p.level -= indentStep
		p.keyword("", 0, 0, 0)
	} else {
		p.write(" ")
	}
}

func (p *printer) cte(cte *query.CommonTableExpr) {
	p.write(QuoteIdent(cte.Name))
	if len(cte.AliasCols) > 0 {
		p.write("(", identList(cte.AliasCols), ")")
	}
	p.write(" AS ")
	switch cte.Materialized {
	case ast.CTEMaterializeAlways:
		p.write("MATERIALIZED ")
	case ast.CTEMaterializeNever:
		p.write("NOT MATERIALIZED ")
	}
	p.write("(")
	if p.style.indent {
		p.keyword("", 0, 0, 0)
	}
	p.subquery(cte.Query, nil, true)
	if p.style.indent {
		p.keyword("", 0, 0, 0)
	}
	p.write(")")
	if s := cte.Search; s != nil {
		order := "DEPTH"
		if s.BreadthFirst {
			order = "BREADTH"
		}
		p.write(" SEARCH ", order, " FIRST BY ", identList(s.Cols), " SET ", QuoteIdent(s.SeqColumn))
	}
	if k := cte.Cycle; k != nil {
		p.write(" CYCLE ", identList(k.Cols), " SET ", QuoteIdent(k.MarkColumn))
		if !isBool(k.MarkValue, true) || !isBool(k.MarkDefault, false) {
			p.write(" TO ")
			p.expr(k.MarkValue, false)
			p.write(" DEFAULT ")
			p.expr(k.MarkDefault, false)
		}
		p.write(" USING ", QuoteIdent(k.PathColumn))
	}
}

func isBool(e query.Expr, value bool) bool {
	k, ok := e.(*query.Const)
	return ok && !k.IsNull && k.Value == value
}

func identList(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = QuoteIdent(n)
	}
	return strings.Join(quoted, ", ")
}

// setOperation writes UNION, INTERSECT and EXCEPT (get_setop_query).
func (p *printer) setOperation(node query.SetOpNode, q *query.Query, columns []string, namesVisible bool) {
	if ref, ok := node.(*query.RangeTblRef); ok {
		sub := q.RangeTable[ref.Index-1].Subquery
		need := len(sub.CTEs) > 0 || len(sub.Sort) > 0 || len(sub.RowMarks) > 0 || sub.LimitOffset != nil || sub.LimitCount != nil
		if need {
			p.write("(")
		}
		p.subquery(sub, columns, namesVisible)
		if need {
			p.write(")")
		}
		return
	}
	op := node.(*query.SetOperationStmt)
	left, nested := op.Left.(*query.SetOperationStmt)
	need := nested && (left.Op != op.Op || left.All != op.All)
	indent := 0
	if need {
		p.write("(")
		indent = indentStep
		p.keyword("", indent, 0, 0)
	}
	p.setOperation(op.Left, q, columns, namesVisible)
	switch {
	case need:
		p.keyword(") ", -indent, 0, 0)
	case p.style.indent:
		p.keyword("", 0, 0, 0)
	default:
		p.write(" ")
	}
	p.write(map[ast.SetOperation]string{ast.SETOP_UNION: "UNION ", ast.SETOP_INTERSECT: "INTERSECT ", ast.SETOP_EXCEPT: "EXCEPT "}[op.Op])
	if op.All {
		p.write("ALL ")
	}
	_, need = op.Right.(*query.SetOperationStmt)
	indent = 0
	if need {
		p.write("(")
		indent = indentStep
	}
	p.keyword("", indent, 0, 0)
	p.setOperation(op.Right, q, columns, false)
	if p.style.indent {
		p.level -= indent
	}
	if need {
		p.keyword(")", 0, 0, 0)
	}
}

// viewColumns gives the names of a view's columns, dropped ones included.
func viewColumns(r *catalog.Relation) []string {
	names := make([]string, len(r.Columns))
	for i, col := range r.Columns {
		names[i] = col.Name
	}
	return names
}

// ViewDef writes a view's query as pg_get_viewdef(oid) does.
func ViewDef(c *catalog.Catalog, r *catalog.Relation) string {
	p := &printer{c: c, style: style{indent: true}}
	p.view(r)
	return string(p.out)
}

// ViewDefPretty writes a view's query as pg_get_viewdef(oid, true) does.
func ViewDefPretty(c *catalog.Catalog, r *catalog.Relation) string {
	p := &printer{c: c, style: style{indent: true, paren: true, schema: true}}
	p.view(r)
	return string(p.out)
}

// view writes a view's query. PostgreSQL 15 keeps entries for OLD and NEW in it.
func (p *printer) view(r *catalog.Relation) {
	if r.Query == nil { // the system's: its text is all that is known
		if row := pg.RelationByOID(r.OID); row != nil {
			p.write(row.ViewDef)
		}
		return
	}
	hidden := []string{"old", "new"}
	if len(r.Query.RangeTable) > 1 && slices.Equal([]string{entryName(p.c, r.Query.RangeTable[0])}, hidden[:1]) && !r.Query.RangeTable[0].InFromCl {
		hidden = nil
	}
	p.query(r.Query, nil, viewColumns(r), true, hidden)
	p.write(";")
}
