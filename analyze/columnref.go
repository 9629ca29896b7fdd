package analyze

import (
	"strconv"
	"strings"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// columnRef analyses a name in an expression (transformColumnRef).
func (s *state) columnRef(n *ast.ColumnRef) query.Expr {
	s.kind.refuse("0A000", kindRules[s.kind].column, "", n.Location)
	fields, star := refFields(n)
	if s.Variables != nil && s.VariablesFirst && !star {
		if e := s.Variables(fields, n.Location); e != nil {
			return e
		}
	}
	e, missing := s.resolveColumn(n, fields, star)
	e = s.variableRef(e, fields, star, n.Location)
	if e == nil {
		missing()
	}
	return e
}

// refFields gives the names of a ColumnRef, and whether it ends in a star.
func refFields(n *ast.ColumnRef) (fields []string, star bool) {
	fields = ast.Strings(n.Fields)
	return fields, len(fields) < len(n.Fields)
}

// resolveColumn finds a column or row among the relations; when it gives nil,
// missing raises the reason.
func (s *state) resolveColumn(n *ast.ColumnRef, fields []string, star bool) (e query.Expr, missing func()) {
	count := len(n.Fields)
	if count == 1 {
		name := fields[0]
		missing = func() { s.missingColumn("", name, n.Location) }
		if e = s.columnVar(name, false, n.Location); e != nil {
			return e, missing
		}
		if item, level := s.refItem("", name, n.Location); item != nil {
			e = s.wholeRow(item, level, n.Location)
		}
		return e, missing
	}
	if count > 4 {
		return nil, func() {
			raise("42601", n.Location, "improper qualified name (too many dotted names): %s", nameList(fields, star))
		}
	}
	if count == 4 {
		if fields[0] != databaseName {
			return nil, func() {
				raise("0A000", n.Location, "cross-database references are not implemented: %s", nameList(fields, star))
			}
		}
		fields = fields[1:]
		count--
	}
	schema, relname := "", fields[0]
	if count == 3 {
		schema, relname = fields[0], fields[1]
	}
	item, level := s.refItem(schema, relname, n.Location)
	if item == nil {
		return nil, func() { s.missingRelation(schema, relname, n.Location) }
	}
	if star {
		return s.wholeRow(item, level, n.Location), nil
	}
	name := fields[count-1]
	missing = func() { s.missingColumn(relname, name, n.Location) }
	if e = s.scanItemForColumn(item, level, name, n.Location); e != nil {
		return e, missing
	}
	row := s.wholeRow(item, level, n.Location)
	return s.funcOrColumn([]string{name}, []query.Expr{row}, s.lastSRF, nil, false, n.Location), missing
}

func nameList(fields []string, star bool) string {
	list := strings.Join(fields, ".")
	if star {
		list += ".*"
	}
	return list
}

// variableRef looks for a variable or parameter of the name, as the hooks of
// PL/pgSQL and of SQL functions do after the columns. With a star it is the
// whole row, as f(row.*) has it.
func (s *state) variableRef(e query.Expr, fields []string, star bool, location int) query.Expr {
	if s.Variables != nil && (star || !s.VariablesFirst) && !(e != nil && s.ColumnsFirst) {
		v := s.Variables(fields, location)
		if star && v != nil && query.ExprType(v) != pg.Record && !s.isComplex(query.ExprType(v)) {
			v = nil // a scalar has no row
		}
		if v != nil && e != nil {
			pgerr.New("42702", location, `column reference "%s" is ambiguous`, strings.Join(fields, ".")).
				WithDetail("It could refer to either a PL/pgSQL variable or a table column.").Raise()
		}
		if v != nil {
			return v
		}
	}
	if e != nil || len(s.Params) == 0 {
		return e
	}
	return s.functionParam(fields, location)
}

// functionParam finds a SQL function's parameter: p, f.p, p.field or
// f.p.field (sql_fn_post_column_ref).
func (s *state) functionParam(fields []string, location int) query.Expr {
	byName := func(name string) query.Expr {
		for i, p := range s.Params {
			if p.Name != "" && p.Name == name {
				return s.param(i+1, location)
			}
		}
		return nil
	}
	if len(fields) > 3 {
		return nil
	}
	var e query.Expr
	rest := fields[1:]
	if len(fields) > 1 && fields[0] == s.Function {
		if e = byName(fields[1]); e != nil {
			rest = fields[2:]
		}
	}
	if e == nil && len(fields) < 3 {
		e = byName(fields[0])
	}
	if e == nil || len(rest) == 0 {
		return e
	}
	return s.funcOrColumn(rest, []query.Expr{e}, s.lastSRF, nil, false, location)
}

// wholeRow refers to a relation's row (transformWholeRowRef).
func (s *state) wholeRow(item *nsItem, level, location int) query.Expr {
	if item.names == item.rte.Eref {
		v := s.wholeRowVar(item.rte, item.index, level, true)
		v.Location = location
		return v
	}
	_, fields := s.expandRTE(item.rte, item.index, level, location)
	return &query.RowExpr{Args: fields[:len(item.names.Cols)], Type: pg.Record, Format: implicitCast, Colnames: item.names.Cols, Location: location}
}

// parseInt64 reads a decimal literal that fits into 64 bits.
func parseInt64(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

// rawLocation gives a raw node's place, -1 for none (exprLocation).
func rawLocation(n ast.Node) int {
	switch n := n.(type) {
	case *ast.ColumnRef:
		return n.Location
	case *ast.ParamRef:
		return n.Location
	case *ast.A_Const:
		return n.Location
	case *ast.FuncCall:
		return leftmost(n.Location, rawListLocation(n.Args))
	case *ast.A_Expr:
		return leftmost(n.Location, rawLocation(n.Lexpr))
	case *ast.A_Indirection:
		return rawLocation(n.Arg)
	case *ast.A_ArrayExpr:
		return n.Location
	case *ast.TypeCast:
		return leftmost(leftmost(rawLocation(n.Arg), n.TypeName.Location), n.Location)
	case *ast.CollateClause:
		return rawLocation(n.Arg)
	case *ast.BoolExpr:
		return leftmost(n.Location, rawListLocation(n.Args))
	case *ast.SubLink:
		return leftmost(rawLocation(n.Testexpr), n.Location)
	case *ast.CaseExpr:
		return n.Location
	case *ast.RowExpr:
		return n.Location
	case *ast.CoalesceExpr:
		return n.Location
	case *ast.MinMaxExpr:
		return n.Location
	case *ast.SQLValueFunction:
		return n.Location
	case *ast.XmlExpr:
		return leftmost(n.Location, rawListLocation(n.Args))
	case *ast.XmlSerialize:
		return n.Location
	case *ast.NullTest:
		return leftmost(n.Location, rawLocation(n.Arg))
	case *ast.BooleanTest:
		return leftmost(n.Location, rawLocation(n.Arg))
	case *ast.SetToDefault:
		return n.Location
	case *ast.NamedArgExpr:
		return leftmost(n.Location, rawLocation(n.Arg))
	case *ast.GroupingFunc:
		return n.Location
	case *ast.GroupingSet:
		return n.Location
	case *ast.ResTarget:
		return n.Location
	case *ast.SortBy:
		return rawLocation(n.Node)
	case *ast.WindowDef:
		return n.Location
	case *ast.RangeVar:
		return n.Location
	case *ast.TypeName:
		return n.Location
	case *ast.ColumnDef:
		return n.Location
	case *ast.List:
		return rawListLocation(n.Items)
	case *ast.MultiAssignRef:
		return rawLocation(n.Source)
	case *analysed:
		return query.Location(n.expr)
	}
	return -1
}

func rawListLocation(list []ast.Node) int {
	for _, n := range list {
		if loc := rawLocation(n); loc >= 0 {
			return loc
		}
	}
	return -1
}

func leftmost(a, b int) int {
	if a < 0 || b >= 0 && b < a {
		return b
	}
	return a
}

// RawLocation gives the place of a raw expression, -1 for none.
func RawLocation(n ast.Node) int { return rawLocation(n) }
