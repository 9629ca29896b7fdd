package compile

import (
	"slices"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/deparse"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// What DDL asks of packages analyze and deparse.

func (s *Session) analyzer() *analyze.Analyzer { return analyze.New(s.catalog) }

// columnDefault analyses a column's default or generation expression.
func (s *Session) columnDefault(r *catalog.Relation, col *catalog.Column, raw ast.Node) query.Expr {
	if col.Generated == 0 {
		return s.analyzer().Default(raw, col.Type, col.Typmod, col.Name, false)
	}
	e := s.analyzer().Default(raw, col.Type, col.Typmod, col.Name, true, analyze.Table(r)...)
	analyze.CheckNestedGenerated(r, e)
	return e
}

func (s *Session) checkExpression(raw ast.Node, r *catalog.Relation) query.Expr {
	return s.analyzer().Check(raw, r)
}

func (s *Session) indexExpression(raw ast.Node, r *catalog.Relation) query.Expr {
	return s.analyzer().Expr(raw, analyze.KindIndexExpression, analyze.Table(r)...)
}

func (s *Session) indexPredicate(raw ast.Node, r *catalog.Relation) query.Expr {
	return s.analyzer().Where(raw, analyze.KindIndexPredicate, "WHERE", analyze.Table(r)...)
}

func (s *Session) partitionExpression(raw ast.Node, r *catalog.Relation) query.Expr {
	return s.analyzer().Expr(raw, analyze.KindPartitionExpression, analyze.Table(r)...)
}

func (s *Session) usingExpression(raw ast.Node, r *catalog.Relation) query.Expr {
	return s.analyzer().Expr(raw, analyze.KindAlterColTransform, analyze.Table(r)...)
}

// expressionName names an index column for its expression (FigureIndexColname).
func (s *Session) expressionName(raw ast.Node) string { return analyze.IndexColumnName(raw) }

// analyseQuery analyses a query or DML statement.
func (s *Session) analyseQuery(n ast.Node) *query.Query { return s.analyzer().Query(n) }

// assignable casts an expression by assignment; nil: there is no such cast.
func (s *Session) assignable(e query.Expr, typ pg.OID, typmod int32) query.Expr {
	return s.analyzer().CoerceTo(e, typ, typmod, analyze.Assignment, ast.COERCE_IMPLICIT_CAST, -1)
}

// canCoerceImplicitly mirrors can_coerce_type for implicit casts.
func (s *Session) canCoerceImplicitly(from, to []pg.OID) bool {
	return analyze.CanCoerceAll(s.catalog, from, to, analyze.Implicit)
}

func (s *Session) compatibleOperator(name []string, left, right pg.OID) *catalog.Operator {
	return analyze.MustCompatibleOperator(s.catalog, name, left, right, pgerr.NoPosition)
}

// defaultOpClass gives a type's default operator class; 0: none.
func (s *Session) defaultOpClass(typ, am pg.OID) pg.OID {
	if oc := analyze.DefaultOpClass(s.catalog, typ, am); oc != nil {
		return oc.OID
	}
	return 0
}

// stripImplicit takes the casts that nobody wrote off an expression
// (strip_implicit_coercions).
func (s *Session) stripImplicit(e query.Expr) query.Expr {
	for {
		var arg query.Expr
		form := ast.COERCION_FORM_UNDEFINED
		switch x := e.(type) {
		case *query.FuncExpr:
			if len(x.Args) > 0 {
				arg, form = x.Args[0], x.Format
			}
		case *query.RelabelType:
			arg, form = x.Arg, x.Format
		case *query.CoerceViaIO:
			arg, form = x.Arg, x.Format
		case *query.ArrayCoerceExpr:
			arg, form = x.Arg, x.Format
		case *query.ConvertRowtypeExpr:
			arg, form = x.Arg, x.Format
		case *query.CoerceToDomain:
			arg, form = x.Arg, x.Format
		}
		if form != ast.COERCE_IMPLICIT_CAST {
			return e
		}
		e = arg
	}
}

// columnsOf gives the columns that an expression over one table uses.
func columnsOf(e query.Expr) []int16 {
	if e == nil {
		return nil
	}
	return analyze.Columns(e, 1)
}

func hasWholeRow(e query.Expr) bool { return slices.Contains(columnsOf(e), 0) }

// renumber gives an expression over another table's columns
// (map_variable_attnos).
func renumber(e query.Expr, numbers []int16) query.Expr {
	return query.Mutate(e, func(x query.Expr, level int) query.Expr {
		v, ok := x.(*query.Var)
		if !ok || v.Varno != 1 || v.Varlevelsup != level || v.Varattno <= 0 || int(v.Varattno) > len(numbers) {
			return nil
		}
		copied := *v
		copied.Varattno = numbers[v.Varattno-1]
		return &copied
	})
}

// mapColumns is renumber for what must not refer to the whole row.
func (s *Session) mapColumns(e query.Expr, numbers []int16, what, name string, from *catalog.Relation) query.Expr {
	if hasWholeRow(e) {
		err := pgerr.New("0A000", pgerr.NoPosition, "cannot convert whole-row table reference")
		switch what {
		case "USING expression":
			err = err.WithDetail("USING expression contains a whole-row table reference.")
		case "Index":
			err = err.WithDetail("Index \"%s\" contains a whole-row table reference.", name)
		default:
			err = err.WithDetail("%s \"%s\" contains a whole-row reference to table \"%s\".", what, name, from.Name)
		}
		err.Raise()
	}
	return renumber(e, numbers)
}

// reparse gives the raw tree of an expression that is stored, so that it can
// be analysed again.
func (s *Session) reparse(e query.Expr, r *catalog.Relation) ast.Node {
	n, err := parser.Parse("SELECT " + deparse.Expr(s.catalog, e, r))
	if err != nil {
		err.Raise()
	}
	return n.(*ast.SelectStmt).TargetList[0].(*ast.ResTarget).Val
}

// deparse writes an expression as SQL.
func (s *Session) deparse(e query.Expr, r *catalog.Relation) string {
	return deparse.Expr(s.catalog, e, r)
}

// describe names an object as messages do (getObjectDescription).
func (s *Session) describe(a catalog.Address) string { return deparse.Describe(s.catalog, a) }

func (s *Session) formatTypeMod(typ pg.OID, typmod int32) string {
	return deparse.FormatType(s.catalog, typ, typmod)
}

func (s *Session) formatOperator(oid pg.OID) string { return deparse.Operator(s.catalog, oid) }

func (s *Session) collationName(oid pg.OID) string {
	if c := s.catalog.Collation(oid); c != nil {
		return c.Name
	}
	return ""
}

// locationOf gives the place of a raw expression.
func locationOf(n ast.Node) int { return analyze.RawLocation(n) }

// queryRelations gives the relations that a query reads or writes, at any depth.
func queryRelations(q *query.Query) []pg.OID {
	var out []pg.OID
	seen := map[*query.Query]bool{}
	var visit func(q *query.Query)
	visit = func(q *query.Query) {
		if q == nil || seen[q] {
			return
		}
		seen[q] = true
		for _, rte := range q.RangeTable {
			if rte.Kind == query.RTERelation {
				out = append(out, rte.Relation)
			}
			visit(rte.Subquery)
		}
		for _, cte := range q.CTEs {
			visit(cte.Query)
		}
		query.WalkQuery(q, func(e query.Expr, _ int) bool {
			if l, ok := e.(*query.SubLink); ok {
				visit(l.Subquery)
			}
			return true
		})
	}
	visit(q)
	return out
}

// mutable says whether an expression calls functions that are not immutable,
// once simple SQL functions are replaced by their bodies.
func (s *Session) mutable(e query.Expr) bool { return analyze.PlannedMutable(s.catalog, e) }

// newerSyntax refuses what the grammar knows and PostgreSQL 15 does not, at
// the statement's token of this number.
func (s *Session) newerSyntax(token int) {
	tokens := parser.Tokens(s.text)
	if token >= len(tokens) {
		pgerr.Raise("42601", len(s.text), "syntax error at end of input")
	}
	t := tokens[token]
	pgerr.Raise("42601", t.Start, "syntax error at or near \"%s\"", s.text[t.Start:t.End])
}
