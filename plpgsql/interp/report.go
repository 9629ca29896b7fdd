package interp

import (
	"strings"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// reports gives the columns of the rows that EXPLAIN and SHOW yield, as those of
// a query (UtilityTupleDescriptor); nil for a statement that is not one of them.
func reports(n ast.Node) *query.Query {
	switch n := n.(type) {
	case *ast.ExplainStmt:
		return reportOf(explainType(n), "QUERY PLAN")
	case *ast.VariableShowStmt:
		if strings.EqualFold(n.Name, "all") {
			return reportOf(pg.Text, "name", "setting", "description")
		}
		return reportOf(pg.Text, n.Name)
	}
	return nil
}

// explainType is the type of EXPLAIN's rows (ExplainResultDesc).
func explainType(n *ast.ExplainStmt) pg.OID {
	typ := pg.OID(pg.Text)
	for _, o := range n.Options {
		d, ok := o.(*ast.DefElem)
		if !ok || d.Defname != "format" {
			continue
		}
		switch s, _ := d.Arg.(*ast.String); {
		case s != nil && strings.EqualFold(s.Sval, "json"):
			typ = pg.Json
		case s != nil && strings.EqualFold(s.Sval, "xml"):
			typ = pg.Xml
		default:
			typ = pg.Text
		}
	}
	return typ
}

func reportOf(typ pg.OID, names ...string) *query.Query {
	q := &query.Query{Command: ast.CMD_SELECT}
	for i, name := range names {
		q.TargetList = append(q.TargetList, &query.TargetEntry{
			Expr: &query.Const{Type: typ, Typmod: -1, IsNull: true}, Resno: int16(i + 1), Resname: name,
		})
	}
	return q
}

// report runs EXPLAIN or SHOW and gives its rows. What is explained is analysed
// by a, which sees what the session does not: variables and parameters.
func (fr *frame) report(a *analyze.Analyzer, n ast.Node, text string) eval.Result {
	r := eval.Result{}
	switch n := n.(type) {
	case *ast.ExplainStmt:
		r.Open = "the plan that EXPLAIN shows"
		explained := *n
		if isQuery(n.Query) {
			a.Rewrite(a.Query(n.Query))
			explained.Query = &ast.SelectStmt{}
		}
		fr.utility(&explained, text)
	case *ast.VariableShowStmt:
		fr.utility(n, text)
		value, known := fr.in.host.Setting(n.Name)
		if !known {
			r.Open = "the settings that SHOW lists"
			break
		}
		r.Rows.Rows = [][]query.Datum{{value}}
	}
	return r
}
