package deparse

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/query"
)

// from writes a FROM or USING clause (get_from_clause).
func (p *printer) from(q *query.Query, prefix string) {
	if q.Jointree == nil {
		return
	}
	first := true
	for _, item := range q.Jointree.From {
		if ref, ok := item.(*query.RangeTblRef); ok && !q.RangeTable[ref.Index-1].InFromCl {
			continue
		}
		if first {
			p.keyword(prefix, -indentStep, indentStep, 2)
			p.fromItem(item, q)
			first = false
			continue
		}
		p.write(", ")
		text := p.capture(func() { p.fromItem(item, q) })
		if p.style.indent {
			if strings.HasPrefix(text, "\n") {
				p.trimSpaces()
			} else if p.lineLength()+len(text) > 0 {
				p.keyword("", -indentStep, indentStep, indentVar)
			}
		}
		p.write(text)
	}
}

// fromItem writes one source of rows or a join (get_from_clause_item).
func (p *printer) fromItem(node query.JoinTree, q *query.Query) {
	switch node := node.(type) {
	case *query.RangeTblRef:
		p.source(node.Index, q.RangeTable[node.Index-1])
	case *query.JoinExpr:
		p.join(node, q)
	}
}

// source writes a table, subquery, function, VALUES or WITH query with its alias.
func (p *printer) source(index int, e *query.RangeTblEntry) {
	k := p.namespaces[0].columns[index-1]
	if e.Lateral {
		p.write("LATERAL ")
	}
	var definition *query.RangeTblFunction // whose column definition list follows the alias
	switch e.Kind {
	case query.RTERelation:
		p.write(only(e), p.relationName(e.Relation))
	case query.RTESubquery:
		p.write("(")
		p.subquery(e.Subquery, nil, true)
		p.write(")")
	case query.RTEFunction:
		definition = p.functions(e)
	case query.RTETableFunc:
		p.tableFunc(e.TableFunc)
	case query.RTEValues:
		p.write("(")
		p.values(e.Values)
		p.write(")")
	case query.RTECTE:
		p.write(QuoteIdent(e.CTEName))
	case query.RTENamedTuplestore:
		p.write(QuoteIdent(e.EnrName))
	}
	p.alias(index, e, false)
	if definition != nil {
		p.columnDefinitions(definition, k)
	} else {
		p.columnAliases(k)
	}
	if e.TableSample != nil {
		p.tableSample(e.TableSample)
	}
}

// only writes ONLY for a table without its children.
func only(e *query.RangeTblEntry) string {
	if e.Inh {
		return ""
	}
	return "ONLY "
}

// functions writes an entry's functions. It gives the one whose column
// definition list is still to come.
func (p *printer) functions(e *query.RangeTblEntry) *query.RangeTblFunction {
	first := e.Functions[0]
	var definition *query.RangeTblFunction
	switch {
	case len(e.Functions) == 1 && (len(first.ColNames) == 0 || !e.Ordinality):
		p.callInFrom(first.Expr)
		if len(first.ColNames) > 0 {
			definition = first
		}
	case !slices.ContainsFunc(e.Functions, notUnnest):
		p.write("UNNEST(")
		var args []query.Expr
		for _, f := range e.Functions {
			args = append(args, f.Expr.(*query.FuncExpr).Args...)
		}
		p.list(args, true)
		p.write(")")
	default:
		p.write("ROWS FROM(")
		for i, f := range e.Functions {
			if i > 0 {
				p.write(", ")
			}
			p.callInFrom(f.Expr)
			if len(f.ColNames) > 0 {
				p.write(" AS ")
				p.columnDefinitions(f, nil)
			}
		}
		p.write(")")
	}
	if e.Ordinality {
		p.write(" WITH ORDINALITY")
	}
	return definition
}

func notUnnest(f *query.RangeTblFunction) bool {
	call, ok := f.Expr.(*query.FuncExpr)
	return !ok || call.Fn != unnestProc || len(f.ColNames) > 0
}

// callInFrom writes an expression where only a call can stand
// (get_rule_expr_funccall).
func (p *printer) callInFrom(e query.Expr) {
	if looksLikeFunction(e) {
		p.expr(e, true)
		return
	}
	p.write("CAST(")
	p.expr(e, false)
	p.write(" AS ", FormatType(p.c, query.ExprType(e), query.ExprTypmod(e)), ")")
}

// alias writes an entry's alias where it needs one (get_rte_alias).
func (p *printer) alias(index int, e *query.RangeTblEntry, as bool) {
	name := p.namespaces[0].names[index-1]
	need := e.Alias != nil || p.namespaces[0].columns[index-1].printAliases
	switch e.Kind {
	case query.RTERelation:
		need = need || name != p.c.Relation(e.Relation).Name
	case query.RTEFunction, query.RTESubquery, query.RTEValues:
		need = true
	case query.RTECTE:
		need = need || name != e.CTEName
	}
	if !need {
		return
	}
	if as {
		p.write(" AS ", QuoteIdent(name))
	} else {
		p.write(" ", QuoteIdent(name))
	}
}

func (p *printer) columnAliases(k *columns) {
	if k.printAliases && len(k.current) > 0 {
		p.write("(", identList(k.current), ")")
	}
}

// columnDefinitions writes AS (name type, …) (get_from_clause_coldeflist).
func (p *printer) columnDefinitions(f *query.RangeTblFunction, k *columns) {
	p.write("(")
	for i, name := range f.ColNames {
		if k != nil {
			name = k.names[i]
		}
		if i > 0 {
			p.write(", ")
		}
		p.write(QuoteIdent(name), " ", FormatType(p.c, f.ColTypes[i], f.ColTypmods[i]))
		if t := p.c.Type(f.ColTypes[i]); f.ColColls[i] != 0 && t != nil && f.ColColls[i] != t.Collation {
			p.write(" COLLATE ", collationName(p.c, f.ColColls[i]))
		}
	}
	p.write(")")
}

func (p *printer) tableSample(s *query.TableSample) {
	p.write(" TABLESAMPLE ", p.functionName(s.Handler), " (")
	p.list(s.Args, false)
	p.write(")")
	if s.Repeatable != nil {
		p.write(" REPEATABLE (")
		p.expr(s.Repeatable, false)
		p.write(")")
	}
}

// joinWords are the words of the kinds of join; an inner one without a
// condition is a CROSS JOIN.
var joinWords = map[ast.JoinType]string{
	ast.JOIN_INNER: " JOIN ", ast.JOIN_LEFT: " LEFT JOIN ", ast.JOIN_FULL: " FULL JOIN ", ast.JOIN_RIGHT: " RIGHT JOIN ",
}

func (p *printer) join(j *query.JoinExpr, q *query.Query) {
	k := p.namespaces[0].columns[j.Index-1]
	rightJoin, rightIsJoin := j.Right.(*query.JoinExpr)
	parenRight := p.style.paren && rightIsJoin && rightJoin.Alias == nil
	parens := !p.style.paren || j.Alias != nil
	if parens {
		p.write("(")
	}
	p.fromItem(j.Left, q)
	word := joinWords[j.Type]
	if j.Type == ast.JOIN_INNER && j.Quals == nil {
		word = " CROSS JOIN "
	}
	p.keyword(word, -indentStep, indentStep, indentJoin)
	if parenRight {
		p.write("(")
	}
	p.fromItem(j.Right, q)
	if parenRight {
		p.write(")")
	}
	p.joinCondition(j, k)
	if parens {
		p.write(")")
	}
	if j.Alias != nil {
		p.write(" ", QuoteIdent(p.namespaces[0].names[j.Index-1]))
		p.columnAliases(k)
	}
}

func (p *printer) joinCondition(j *query.JoinExpr, k *columns) {
	switch {
	case len(j.Using) > 0:
		p.write(" USING (", identList(k.usingNames), ")")
		if j.JoinUsingAlias != nil {
			p.write(" AS ", QuoteIdent(j.JoinUsingAlias.Name))
		}
	case j.Quals != nil:
		p.write(" ON ")
		p.open()
		p.expr(j.Quals, false)
		p.close()
	case j.Type != ast.JOIN_INNER:
		p.write(" ON TRUE")
	}
}
