package deparse

import (
	"fmt"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// systemColumns are the names of the negative attribute numbers.
var systemColumns = map[int16]string{
	query.SelfItemPointerAttr: "ctid", query.MinTransactionAttr: "xmin", query.MinCommandAttr: "cmin",
	query.MaxTransactionAttr: "xmax", query.MaxCommandAttr: "cmax", query.TableOIDAttr: "tableoid",
}

// variable writes a column, and gives its bare name; "" for a whole row. A
// whole row at the top of a list is cast, lest it be expanded (get_variable).
func (p *printer) variable(v *query.Var, levelsUp int, top bool) string {
	number, attribute := written(v)
	if p.alone() && v.Varlevelsup+levelsUp == 0 && attribute > 0 {
		return p.ownColumn(attribute)
	}
	p.scope()
	n := p.namespaces[v.Varlevelsup+levelsUp]
	entry, k := n.entries[number-1], n.columns[number-1]
	if entry.Kind == query.RTEJoin && entry.Alias == nil && attribute > 0 {
		if merged, ok := entry.JoinAliasVars[attribute-1].(*query.Var); ok {
			return p.variable(merged, v.Varlevelsup+levelsUp, top)
		}
	}
	column := ""
	switch {
	case attribute < 0:
		column = systemColumns[attribute]
	case attribute > 0:
		if int(attribute) <= len(k.names) {
			column = k.names[attribute-1]
		}
		if column == "" {
			column = droppedColumn
		}
	}
	if ref := n.names[number-1]; ref != "" && (p.varPrefix || column == "") {
		p.write(QuoteIdent(ref), ".")
	}
	if column != "" {
		p.write(QuoteIdent(column))
		return column
	}
	p.write("*")
	if top {
		p.write("::", FormatType(p.c, v.Vartype, v.Vartypmod))
	}
	return ""
}

// droppedColumn stands for a column that is not there any more.
const droppedColumn = "?dropped?column?"

// alone reports whether the expression is over one relation, and nothing in it
// asked for a namespace so far: a column's own name will do.
func (p *printer) alone() bool { return p.namespaces == nil && p.relation != nil && !p.varPrefix }

// ownColumn writes a column of the relation that the expression is over, as
// variable does from its namespace, which would take several objects for what is
// as a rule one name.
func (p *printer) ownColumn(attribute int16) string {
	column := droppedColumn
	if columns := p.relation.Columns; int(attribute) <= len(columns) && !columns[attribute-1].Dropped {
		column = columns[attribute-1].Name
	}
	p.write(QuoteIdent(column))
	return column
}

// written gives the entry and column that a Var was written with: those of an
// aliased join, not of the table inside it.
func written(v *query.Var) (entry int, attribute int16) {
	if v.Varnosyn > 0 {
		return v.Varnosyn, v.Varattnosyn
	}
	return v.Varno, v.Varattno
}

// fieldName finds the name of a composite value's field
// (get_name_for_var_field). levelsUp is how many queries out e was found.
func (p *printer) fieldName(e query.Expr, field int16, levelsUp int) string {
	if row, ok := e.(*query.RowExpr); ok && int(field) <= len(row.Colnames) {
		return row.Colnames[field-1]
	}
	v, ok := e.(*query.Var)
	if !ok || v.Vartype != pg.Record {
		return fieldOf(p.c, e, field)
	}
	p.scope()
	depth := v.Varlevelsup + levelsUp
	n := p.namespaces[depth]
	number, attribute := written(v)
	entry := n.entries[number-1]
	if attribute == 0 {
		return n.columns[number-1].names[field-1]
	}
	switch entry.Kind {
	case query.RTESubquery:
		return p.fieldOfTarget(entry.Subquery, attribute, field, depth)
	case query.RTEJoin:
		inner := entry.JoinAliasVars[attribute-1]
		if _, ok := inner.(*query.Var); ok {
			return p.fieldName(inner, field, depth)
		}
		return fieldOf(p.c, inner, field)
	case query.RTECTE:
		depth += entry.CTELevelsUp
		for _, cte := range p.namespaces[depth].ctes {
			if cte.Name == entry.CTEName {
				return p.fieldOfTarget(cte.Query, attribute, field, depth)
			}
		}
	}
	return fieldOf(p.c, e, field)
}

// fieldOfTarget looks for a field in column number of a subquery.
func (p *printer) fieldOfTarget(q *query.Query, number, field int16, depth int) string {
	targets := q.TargetList
	if len(q.Returning) > 0 {
		targets = q.Returning
	}
	for _, t := range targets {
		if t.Resno != number || t.Resjunk {
			continue
		}
		if _, ok := t.Expr.(*query.Var); !ok {
			return fieldOf(p.c, t.Expr, field)
		}
		outer := p.namespaces
		parents := outer[depth:]
		p.namespaces = append([]*namespace{newNamespace(p.c, q, parents, nil)}, parents...)
		defer func() { p.namespaces = outer }()
		return p.fieldName(t.Expr, field, 0)
	}
	return unknownField(field)
}

func unknownField(field int16) string { return fmt.Sprintf("f%d", field) }

// fieldOf finds a field's name by the value's type, or for a record by the
// function that returns it.
func fieldOf(c *catalog.Catalog, e query.Expr, field int16) string {
	if t := c.Type(baseType(c, query.ExprType(e))); t != nil && t.Kind == 'c' {
		if r := c.Relation(t.RelID); r != nil && int(field) <= len(r.Columns) {
			return r.Columns[field-1].Name
		}
	}
	if call, ok := e.(*query.FuncExpr); ok {
		if name := outParameter(c.Proc(call.Fn), field); name != "" {
			return name
		}
	}
	return unknownField(field)
}

// outParameter gives the name of a function's result column.
func outParameter(f *catalog.Proc, number int16) string {
	if f == nil {
		return ""
	}
	for i, mode := range []byte(f.ArgModes) {
		if mode != 'o' && mode != 'b' && mode != 't' {
			continue
		}
		if number--; number == 0 {
			if i < len(f.ArgNames) && f.ArgNames[i] != "" {
				return f.ArgNames[i]
			}
			return fmt.Sprintf("column%d", i+1)
		}
	}
	return ""
}

// param writes $n, or the parameter's name inside a function's body.
func (p *printer) param(e *query.Param) {
	if e.Kind == query.ParamVariable {
		p.write(QuoteIdent(e.Name))
		return
	}
	if len(p.namespaces) > 0 {
		outer := p.namespaces[len(p.namespaces)-1]
		if e.ID <= len(outer.argNames) { // even if that name is empty
			for _, n := range p.namespaces {
				if len(n.names) > 0 {
					p.write(QuoteIdent(outer.function), ".")
					break
				}
			}
			p.write(QuoteIdent(outer.argNames[e.ID-1]))
			return
		}
	}
	p.writef("$%d", e.ID)
}
