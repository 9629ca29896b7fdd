package analyze

import "github.com/electric-cli/electric/parser/ast"

// columnName names an output column that has no alias (FigureColname).
func (s *state) columnName(n ast.Node) string {
	name, _ := figureName(n, s.linkNames)
	if name == "" {
		return "?column?"
	}
	return name
}

// figureColumnName is FigureColname for expressions without subqueries.
func figureColumnName(n ast.Node) string {
	name, _ := figureName(n, nil)
	if name == "" {
		return "?column?"
	}
	return name
}

// IndexColumnName names an index expression's column, "" when nothing suggests
// a name (FigureIndexColname).
func IndexColumnName(n ast.Node) string {
	name, _ := figureName(n, nil)
	return name
}

// figureName gives a name and how much it is worth: 2 for a good one, 1 for a
// stopgap, 0 for none (FigureColnameInternal). links has the names of scalar
// subqueries' columns.
func figureName(n ast.Node, links map[*ast.SubLink]string) (string, int) {
	switch n := n.(type) {
	case *ast.ColumnRef:
		return lastName(n.Fields)
	case *ast.A_Indirection:
		if name, strength := lastName(n.Indirection); strength > 0 {
			return name, strength
		}
		return figureName(n.Arg, links)
	case *ast.FuncCall:
		return lastName(n.Funcname)
	case *ast.A_Expr:
		if n.Kind == ast.AEXPR_NULLIF {
			return "nullif", 2
		}
	case *ast.TypeCast:
		name, strength := figureName(n.Arg, links)
		if strength <= 1 && n.TypeName != nil {
			name, _ = lastName(n.TypeName.Names)
			return name, 1
		}
		return name, strength
	case *ast.CollateClause:
		return figureName(n.Arg, links)
	case *ast.GroupingFunc:
		return "grouping", 2
	case *ast.SubLink:
		return sublinkName(n, links)
	case *ast.CaseExpr:
		name, strength := figureName(n.Defresult, links)
		if strength <= 1 {
			return "case", 1
		}
		return name, strength
	case *ast.A_ArrayExpr:
		return "array", 2
	case *ast.RowExpr:
		return "row", 2
	case *ast.CoalesceExpr:
		return "coalesce", 2
	case *ast.MinMaxExpr:
		if n.Op == ast.IS_GREATEST {
			return "greatest", 2
		}
		return "least", 2
	case *ast.SQLValueFunction:
		return valueFunctionNames[n.Op], 2
	case *ast.XmlExpr:
		if name := xmlNames[n.Op]; name != "" {
			return name, 2
		}
	case *ast.XmlSerialize:
		return "xmlserialize", 2
	}
	return "", 0
}

func lastName(list []ast.Node) (string, int) {
	names := ast.Strings(list)
	if len(names) == 0 {
		return "", 0
	}
	return names[len(names)-1], 2
}

func sublinkName(n *ast.SubLink, links map[*ast.SubLink]string) (string, int) {
	switch n.SubLinkType {
	case ast.EXISTS_SUBLINK:
		return "exists", 2
	case ast.ARRAY_SUBLINK:
		return "array", 2
	case ast.EXPR_SUBLINK:
		if name := links[n]; name != "" {
			return name, 2
		}
	}
	return "", 0
}

var valueFunctionNames = map[ast.SQLValueFunctionOp]string{
	ast.SVFOP_CURRENT_DATE: "current_date", ast.SVFOP_CURRENT_TIME: "current_time", ast.SVFOP_CURRENT_TIME_N: "current_time",
	ast.SVFOP_CURRENT_TIMESTAMP: "current_timestamp", ast.SVFOP_CURRENT_TIMESTAMP_N: "current_timestamp",
	ast.SVFOP_LOCALTIME: "localtime", ast.SVFOP_LOCALTIME_N: "localtime", ast.SVFOP_LOCALTIMESTAMP: "localtimestamp",
	ast.SVFOP_LOCALTIMESTAMP_N: "localtimestamp", ast.SVFOP_CURRENT_ROLE: "current_role", ast.SVFOP_CURRENT_USER: "current_user",
	ast.SVFOP_USER: "user", ast.SVFOP_SESSION_USER: "session_user", ast.SVFOP_CURRENT_CATALOG: "current_catalog",
	ast.SVFOP_CURRENT_SCHEMA: "current_schema",
}

var xmlNames = map[ast.XmlExprOp]string{
	ast.IS_XMLCONCAT: "xmlconcat", ast.IS_XMLELEMENT: "xmlelement", ast.IS_XMLFOREST: "xmlforest", ast.IS_XMLPARSE: "xmlparse",
	ast.IS_XMLPI: "xmlpi", ast.IS_XMLROOT: "xmlroot", ast.IS_XMLSERIALIZE: "xmlserialize",
}
