package compile

import (
	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// checkSQLResult compares what a SQL function's last statement yields with
// what the function returns (check_sql_fn_retval). nil stands for a statement
// that yields nothing.
func (s *Session) checkSQLResult(p *catalog.Proc, last *query.Query) {
	if p.RetType == pg.Void {
		return
	}
	mismatch := func(format string, args ...any) {
		pgerr.New("42P13", pgerr.NoPosition, "return type mismatch in function declared to return %s", s.formatType(p.RetType)).
			WithDetail(format, args...).Raise()
	}
	targets := resultTargets(last)
	if targets == nil {
		mismatch("Function's final statement must be SELECT or INSERT/UPDATE/DELETE RETURNING.")
	}
	t := s.catalog.Type(p.RetType)
	switch {
	case t.Kind == 'c' || p.RetType == pg.Record:
		if len(*targets) == 1 && p.Kind != 'p' && s.yields((*targets)[0], p.RetType) {
			return
		}
		s.checkRowResult(p, *targets, mismatch)
	case t.Kind == 'p':
		pgerr.Raise("42P13", pgerr.NoPosition, "return type %s is not supported for SQL functions", s.formatType(p.RetType))
	case len(*targets) != 1:
		mismatch("Final statement must return exactly one column.")
	case !s.yields((*targets)[0], p.RetType):
		mismatch("Actual return type is %s.", s.formatType(query.ExprType((*targets)[0].Expr)))
	}
}

// resultTargets gives the columns that a query yields; nil: it yields no rows.
func resultTargets(q *query.Query) *[]*query.TargetEntry {
	if q == nil {
		return nil
	}
	list := q.Returning
	switch q.Command {
	case ast.CMD_SELECT:
		list = q.TargetList
	case ast.CMD_INSERT, ast.CMD_UPDATE, ast.CMD_DELETE:
		if len(list) == 0 {
			return nil
		}
	default:
		return nil
	}
	var out []*query.TargetEntry
	for _, t := range list {
		if !t.Resjunk {
			out = append(out, t)
		}
	}
	return &out
}

func (s *Session) yields(t *query.TargetEntry, typ pg.OID) bool {
	return analyze.CanCoerce(s.catalog, query.ExprType(t.Expr), typ, analyze.Assignment)
}

// checkRowResult compares columns with those of the row that is returned.
func (s *Session) checkRowResult(p *catalog.Proc, targets []*query.TargetEntry, mismatch func(string, ...any)) {
	want := outputs(p)
	if p.RetType != pg.Record || len(want) == 0 {
		want = s.rowColumns(p.RetType)
	}
	if want == nil {
		return
	}
	for i, t := range targets {
		if i >= len(want) {
			mismatch("Final statement returns too many columns.")
		}
		if !s.yields(t, want[i].typ) {
			mismatch("Final statement returns %s instead of %s at column %d.", s.formatType(query.ExprType(t.Expr)), s.formatType(want[i].typ), i+1)
		}
	}
	if len(targets) < len(want) {
		mismatch("Final statement returns too few columns.")
	}
}

// rowColumns gives the columns of a composite type; nil for a record.
func (s *Session) rowColumns(typ pg.OID) []outputColumn {
	t := s.catalog.Type(typ)
	if t == nil || t.RelID == 0 {
		return nil
	}
	out := []outputColumn{}
	for _, col := range s.catalog.Relation(t.RelID).Live() {
		out = append(out, outputColumn{col.Name, col.Type})
	}
	return out
}
