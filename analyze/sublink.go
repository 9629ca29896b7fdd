package analyze

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// subLink analyses a subquery in an expression (transformSubLink).
func (s *state) subLink(n *ast.SubLink) query.Expr {
	s.kind.refuse("0A000", kindRules[s.kind].subquery, "", n.Location)
	s.hasSubLinks = true
	q := s.subAnalyze(n.Subselect, nil, false, true)
	e := &query.SubLink{Type: n.SubLinkType, Subquery: q, Result: pg.Bool, Location: n.Location}
	switch n.SubLinkType {
	case ast.EXISTS_SUBLINK:
	case ast.EXPR_SUBLINK, ast.ARRAY_SUBLINK:
		if countNonJunk(q.TargetList) != 1 {
			raise("42601", n.Location, "subquery must return only one column")
		}
		e.Result = query.ExprType(q.TargetList[0].Expr)
		if s.linkNames == nil {
			s.linkNames = map[*ast.SubLink]string{}
		}
		s.linkNames[n] = q.TargetList[0].Resname
		if n.SubLinkType == ast.ARRAY_SUBLINK {
			elem := e.Result
			if e.Result = s.promotedArrayType(elem); e.Result == 0 {
				raise("42704", noPosition, "could not find array type for data type %s", s.typeName(elem))
			}
		}
	case ast.MULTIEXPR_SUBLINK:
		e.Result = pg.Record
	default:
		s.subLinkTest(e, n)
	}
	return e
}

// subLinkTest compares the left side with the subquery's columns.
func (s *state) subLinkTest(e *query.SubLink, n *ast.SubLink) {
	e.OperName = ast.Strings(n.OperName)
	if len(e.OperName) == 0 {
		e.OperName = []string{"="}
	}
	left := s.transform(n.Testexpr)
	list := []query.Expr{left}
	if row, ok := left.(*query.RowExpr); ok {
		list = row.Args
	}
	var right []query.Expr
	for _, t := range e.Subquery.TargetList {
		if !t.Resjunk {
			right = append(right, &query.SubParam{Column: int(t.Resno), Type: query.ExprType(t.Expr), Typmod: query.ExprTypmod(t.Expr), Collation: query.ExprCollation(t.Expr)})
		}
	}
	if len(list) < len(right) {
		raise("42601", n.Location, "subquery has too many columns")
	}
	if len(list) > len(right) {
		raise("42601", n.Location, "subquery has too few columns")
	}
	names := e.OperName
	if len(n.OperName) == 0 {
		e.OperName = nil
	}
	e.Testexpr = s.rowComparison(names, list, right, n.Location)
}

func countNonJunk(list []*query.TargetEntry) int {
	n := 0
	for _, t := range list {
		if !t.Resjunk {
			n++
		}
	}
	return n
}

// multiAssignRef analyses one column of UPDATE's (a, b) = source
// (transformMultiAssignRef).
func (s *state) multiAssignRef(n *ast.MultiAssignRef) query.Expr {
	if n.Colno == 1 {
		s.multiassign = append(s.multiassign, s.multiSource(n))
	}
	m := s.multiassign[len(s.multiassign)-1]
	if m.row != nil {
		e := m.row.Args[n.Colno-1]
		if n.Colno == n.Ncolumns {
			s.multiassign = s.multiassign[:len(s.multiassign)-1]
		}
		return e
	}
	t := m.sublink.Subquery.TargetList[n.Colno-1].Expr
	return &query.Param{Kind: query.ParamMultiExpr, ID: m.sublink.ID<<16 | n.Colno, Type: query.ExprType(t), Typmod: query.ExprTypmod(t),
		Collation: query.ExprCollation(t), Location: query.Location(t)}
}

func (s *state) multiSource(n *ast.MultiAssignRef) *multiAssign {
	switch source := n.Source.(type) {
	case *ast.SubLink:
		if source.SubLinkType != ast.EXPR_SUBLINK {
			break
		}
		link := *source
		link.SubLinkType = ast.MULTIEXPR_SUBLINK
		e := s.transform(&link).(*query.SubLink)
		if countNonJunk(e.Subquery.TargetList) != n.Ncolumns {
			raise("42601", e.Location, "number of columns does not match number of values")
		}
		s.sublinks++
		e.ID = s.sublinks
		return &multiAssign{sublink: e}
	case *ast.RowExpr:
		row := s.rowExpr(source, true)
		if len(row.Args) != n.Ncolumns {
			raise("42601", row.Location, "number of columns does not match number of values")
		}
		return &multiAssign{row: row}
	}
	raise("0A000", rawLocation(n.Source), "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression")
	return nil
}
