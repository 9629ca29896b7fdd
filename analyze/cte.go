package analyze

import (
	"slices"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// withClause analyses WITH (transformWithClause).
func (s *state) withClause(w *ast.WithClause) []*query.CommonTableExpr {
	items := make([]*cteItem, len(w.Ctes))
	for i, n := range w.Ctes {
		raw := n.(*ast.CommonTableExpr)
		if _, ok := raw.Ctequery.(*ast.MergeStmt); ok {
			raise("0A000", raw.Location, "MERGE not supported in WITH query")
		}
		for _, m := range w.Ctes[i+1:] {
			if other := m.(*ast.CommonTableExpr); other.Ctename == raw.Ctename {
				raise("42712", other.Location, `WITH query name "%s" specified more than once`, other.Ctename)
			}
		}
		if _, ok := raw.Ctequery.(*ast.SelectStmt); !ok {
			s.hasModifyingCTE = true
		}
		items[i] = &cteItem{raw: raw, id: i, cte: &query.CommonTableExpr{Name: raw.Ctename, AliasCols: ast.Strings(raw.Aliascolnames),
			Materialized: raw.Ctematerialized, Location: raw.Location}}
	}
	if w.Recursive {
		items = sortCTEs(items)
		checkRecursion(items)
		for _, item := range items {
			s.ctes = append(s.ctes, item.cte)
		}
		for _, item := range items {
			s.analyzeCTE(item)
		}
		return s.ctes
	}
	for _, item := range items {
		s.futureCTEs = append(s.futureCTEs, item.raw)
	}
	for _, item := range items {
		s.analyzeCTE(item)
		s.ctes = append(s.ctes, item.cte)
		s.futureCTEs = s.futureCTEs[1:]
	}
	return s.ctes
}

// analyzeCTE analyses one WITH query (analyzeCTE).
func (s *state) analyzeCTE(item *cteItem) {
	cte, raw := item.cte, item.raw
	s.searchAndCycle(cte, raw)
	q := s.subAnalyze(raw.Ctequery, cte, false, true)
	cte.Query = q
	if q.Command != ast.CMD_SELECT && s.parent != nil {
		raise("0A000", cte.Location, "WITH clause containing a data-modifying statement must be at the top level")
	}
	if !cte.Recursive {
		s.cteColumns(cte, cteTargets(q))
	} else {
		s.checkRecursiveColumns(cte, cteTargets(q))
	}
	if cte.Search != nil || cte.Cycle != nil {
		checkSearchForm(cte)
		checkSearchColumns(cte, raw)
	}
}

// searchAndCycle notes SEARCH and CYCLE and types CYCLE's marks.
func (s *state) searchAndCycle(cte *query.CommonTableExpr, raw *ast.CommonTableExpr) {
	if n := raw.SearchClause; n != nil {
		cte.Search = &query.CTESearch{Cols: ast.Strings(n.SearchColList), BreadthFirst: n.SearchBreadthFirst, SeqColumn: n.SearchSeqColumn}
	}
	n := raw.CycleClause
	if n == nil {
		return
	}
	c := &query.CTECycle{Cols: ast.Strings(n.CycleColList), MarkColumn: n.CycleMarkColumn, PathColumn: n.CyclePathColumn}
	c.MarkValue, c.MarkDefault = s.expr(n.CycleMarkValue, KindCycleMark), s.expr(n.CycleMarkDefault, KindCycleMark)
	c.MarkType, _ = s.commonType([]query.Expr{c.MarkValue, c.MarkDefault}, "CYCLE")
	c.MarkValue = s.coerceToCommon(c.MarkValue, c.MarkType, "CYCLE/SET/TO")
	c.MarkDefault = s.coerceToCommon(c.MarkDefault, c.MarkType, "CYCLE/SET/DEFAULT")
	pair := []query.Expr{c.MarkValue, c.MarkDefault}
	c.MarkTypmod = commonTypmod(pair, c.MarkType)
	c.MarkColl = s.commonCollation(pair, true)
	eq := s.typeOperators(c.MarkType).eq
	if eq == 0 {
		raise("42883", noPosition, "could not identify an equality operator for type %s", s.typeName(c.MarkType))
	}
	if o := s.c.Operator(eq); o == nil || o.Negator == 0 {
		raise("42883", noPosition, "could not identify an inequality operator for type %s", s.typeName(c.MarkType))
	}
	cte.Cycle = c
}

// cteColumns takes a WITH query's columns from its output
// (analyzeCTETargetList).
func (s *state) cteColumns(cte *query.CommonTableExpr, list []*query.TargetEntry) {
	cte.ColNames = slices.Clone(cte.AliasCols)
	columns := 0
	for _, t := range list {
		if t.Resjunk {
			continue
		}
		columns++
		if columns > len(cte.AliasCols) {
			cte.ColNames = append(cte.ColNames, t.Resname)
		}
		typ, typmod, coll := query.ExprType(t.Expr), query.ExprTypmod(t.Expr), query.ExprCollation(t.Expr)
		if cte.Recursive && typ == pg.Unknown {
			typ, typmod = pg.Text, -1
			if coll == 0 {
				coll = pg.DefaultCollation
			}
		}
		cte.ColTypes, cte.ColTypmods, cte.ColColls = append(cte.ColTypes, typ), append(cte.ColTypmods, typmod), append(cte.ColColls, coll)
	}
	if columns < len(cte.AliasCols) {
		raise("42P10", cte.Location, `WITH query "%s" has %d columns available but %d columns specified`, cte.Name, columns, len(cte.AliasCols))
	}
}

// checkRecursiveColumns compares the whole's columns with the first term's.
func (s *state) checkRecursiveColumns(cte *query.CommonTableExpr, list []*query.TargetEntry) {
	i := 0
	for _, t := range list {
		if t.Resjunk || i >= len(cte.ColTypes) {
			continue
		}
		typ, typmod, coll := query.ExprType(t.Expr), query.ExprTypmod(t.Expr), query.ExprCollation(t.Expr)
		if typ != cte.ColTypes[i] || typmod != cte.ColTypmods[i] {
			pgerr.New("42804", query.Location(t.Expr), `recursive query "%s" column %d has type %s in non-recursive term but type %s overall`,
				cte.Name, i+1, s.typmodName(cte.ColTypes[i], cte.ColTypmods[i]), s.typmodName(typ, typmod)).
				WithHint("Cast the output of the non-recursive term to the correct type.").Raise()
		}
		if coll != cte.ColColls[i] {
			pgerr.New("42P21", query.Location(t.Expr), `recursive query "%s" column %d has collation "%s" in non-recursive term but collation "%s" overall`,
				cte.Name, i+1, s.collationName(cte.ColColls[i]), s.collationName(coll)).
				WithHint("Use the COLLATE clause to set the collation of the non-recursive term.").Raise()
		}
		i++
	}
}

func checkSearchForm(cte *query.CommonTableExpr) {
	if !cte.Recursive {
		raise("42601", cte.Location, "WITH query is not recursive")
	}
	op := cte.Query.SetOps.(*query.SetOperationStmt)
	if _, ok := op.Left.(*query.RangeTblRef); !ok {
		raise("0A000", noPosition, "with a SEARCH or CYCLE clause, the left side of the UNION must be a SELECT")
	}
	if _, ok := op.Right.(*query.RangeTblRef); !ok {
		raise("42601", noPosition, "with a SEARCH or CYCLE clause, the right side of the UNION must be a SELECT")
	}
}

func checkSearchColumns(cte *query.CommonTableExpr, raw *ast.CommonTableExpr) {
	list := func(word string, cols []string, place int) {
		for i, col := range cols {
			if !slices.Contains(cte.ColNames, col) {
				raise("42601", place, `%s column "%s" not in WITH query column list`, word, col)
			}
			if slices.Contains(cols[:i], col) {
				raise("42701", place, `%s column "%s" specified more than once`, word, col)
			}
		}
	}
	unused := func(word, name string, place int) {
		if slices.Contains(cte.ColNames, name) {
			raise("42601", place, `%s column name "%s" already used in WITH query column list`, word, name)
		}
	}
	if c := cte.Search; c != nil {
		list("search", c.Cols, raw.SearchClause.Location)
		unused("search sequence", c.SeqColumn, raw.SearchClause.Location)
	}
	c := cte.Cycle
	if c == nil {
		return
	}
	place := raw.CycleClause.Location
	list("cycle", c.Cols, place)
	unused("cycle mark", c.MarkColumn, place)
	unused("cycle path", c.PathColumn, place)
	if c.MarkColumn == c.PathColumn {
		raise("42601", place, "cycle mark column name and cycle path column name are the same")
	}
	if cte.Search != nil && cte.Search.SeqColumn == c.MarkColumn {
		raise("42601", raw.SearchClause.Location, "search sequence column name and cycle mark column name are the same")
	}
	if cte.Search != nil && cte.Search.SeqColumn == c.PathColumn {
		raise("42601", raw.SearchClause.Location, "search sequence column name and cycle path column name are the same")
	}
}
