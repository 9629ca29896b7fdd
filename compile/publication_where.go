package compile

import (
	"strconv"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// firstUserOID is where objects begin that are not PostgreSQL's own
// (FirstNormalObjectId).
const firstUserOID pg.OID = 16384

// oidText writes an OID, for names that nobody sees.
func oidText(oid pg.OID) string { return strconv.Itoa(int(oid)) }

// checkPublishedWhere analyses a row filter (TransformPubWhereClauses).
func (s *Session) checkPublishedWhere(p *catalog.Publication, t *publishedTable) {
	if t.where == nil {
		return
	}
	if !p.ViaRoot && t.rel.Kind == catalog.PartitionedTable {
		pgerr.New("22023", pgerr.NoPosition, `cannot use publication WHERE clause for relation "%s"`, t.rel.Name).
			WithDetail("WHERE clause cannot be used for a partitioned table when publish_via_partition_root is false.").Raise()
	}
	t.row.Where = s.publicationFilter(t.where, t.rel)
	query.Walk(t.row.Where, func(e query.Expr) bool {
		if detail := s.filterProblem(e); detail != "" {
			pgerr.New("0A000", query.Location(e), "invalid publication WHERE expression").WithDetail("%s", detail).Raise()
		}
		return true
	})
}

// filterProblem says why a node cannot be in a row filter
// (check_simple_rowfilter_expr_walker).
func (s *Session) filterProblem(e query.Expr) string {
	const functions = "User-defined or built-in mutable functions are not allowed."
	switch e := e.(type) {
	case *query.Var:
		if e.Varattno < 0 {
			return "System columns are not allowed."
		}
	case *query.OpExpr:
		return s.filterOperator(e.Op)
	case *query.DistinctExpr:
		return s.filterOperator(e.Op)
	case *query.NullIfExpr:
		return s.filterOperator(e.Op)
	case *query.ScalarArrayOpExpr:
		return s.filterOperator(e.Op)
	case *query.FuncExpr:
		if p := s.catalog.Proc(e.Fn); e.Fn >= firstUserOID || p.Volatile != 'i' {
			return functions
		}
	case *query.RowCompareExpr:
		for _, op := range e.Ops {
			if detail := s.filterOperator(op); detail != "" {
				return detail
			}
		}
	case *query.CoerceViaIO:
		return functions
	case *query.Const, *query.BoolExpr, *query.RelabelType, *query.CollateExpr, *query.CaseExpr, *query.CaseTestExpr,
		*query.ArrayExpr, *query.RowExpr, *query.CoalesceExpr, *query.MinMaxExpr, *query.XmlExpr, *query.NullTest, *query.BooleanTest:
	default:
		return "Only columns, constants, built-in operators, built-in data types, built-in collations, and immutable built-in functions are allowed."
	}
	switch {
	case query.ExprType(e) >= firstUserOID:
		return "User-defined types are not allowed."
	case query.ExprCollation(e) >= firstUserOID:
		return "User-defined collations are not allowed."
	}
	return ""
}

func (s *Session) filterOperator(oid pg.OID) string {
	switch op := s.catalog.Operator(oid); {
	case oid >= firstUserOID:
		return "User-defined operators are not allowed."
	case s.catalog.Proc(op.Code).Volatile != 'i':
		return "User-defined or built-in mutable functions are not allowed."
	}
	return ""
}

// dependPublished records what a published table's row needs.
func (s *Session) dependPublished(p *catalog.Publication, t *publishedTable) {
	m := publishedMember(catalog.ClassPublicationRel, p, t.rel.OID)
	m.OID = t.row.OID
	s.enterMember(m)
	s.catalog.Depend(m.Address(), p.Address(), catalog.DependAuto)
	s.catalog.Depend(m.Address(), t.rel.Address(), catalog.DependAuto)
	if t.row.Where != nil {
		s.needs(m.Address(), t.row.Where, t.rel.OID)
	}
	for _, num := range t.row.Columns {
		s.catalog.Depend(m.Address(), t.rel.Column(num), catalog.DependNormal)
	}
}
