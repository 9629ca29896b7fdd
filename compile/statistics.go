package compile

import (
	"slices"
	"strconv"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// This file mirrors statscmds.c.

// maxStatistics is STATS_MAX_DIMENSIONS.
const maxStatistics = 8

// createStatistics interprets CREATE STATISTICS.
func (s *Session) createStatistics(n *ast.CreateStatsStmt) {
	if len(n.Defnames) == 0 {
		s.newerSyntax(2)
	}
	if len(n.Relations) != 1 {
		pgerr.Raise("0A000", pgerr.NoPosition, "only a single relation is allowed in CREATE STATISTICS")
	}
	rv, ok := n.Relations[0].(*ast.RangeVar)
	if !ok {
		pgerr.Raise("0A000", pgerr.NoPosition, "only a single relation is allowed in CREATE STATISTICS")
	}
	r := s.lookup(rv, false)
	exprs := make([]query.Expr, len(n.Exprs))
	for i, e := range n.Exprs {
		if el := e.(*ast.StatsElem); el.Expr != nil {
			exprs[i] = s.analyzer().Expr(el.Expr, analyze.KindStatsExpression, analyze.Table(r)...)
		}
	}
	switch r.Kind {
	case catalog.Table, catalog.MaterializedView, catalog.ForeignTable, catalog.PartitionedTable:
	default:
		notSupportedFor(r, "cannot define statistics for relation \"%s\"")
	}
	s.checkOwner(r)
	st := &catalog.Statistics{Relation: r.OID, Target: -1}
	st.Owner = s.catalog.CurrentUser
	s.nameStatistics(st, n, r)
	if s.catalog.Named(catalog.ClassStatistics, st.Namespace, st.Name) != nil {
		if n.IfNotExists {
			s.notice("42710", "statistics object \"%s\" already exists, skipping", st.Name)
			return
		}
		pgerr.Raise("42710", pgerr.NoPosition, "statistics object \"%s\" already exists", st.Name)
	}
	if len(n.Exprs) > maxStatistics {
		pgerr.Raise("54011", pgerr.NoPosition, "cannot have more than %d columns in statistics", maxStatistics)
	}
	for i, e := range n.Exprs {
		s.addStatisticsElement(st, r, e.(*ast.StatsElem), exprs[i])
	}
	s.statisticsKinds(st, ast.Strings(n.StatTypes))
	slices.Sort(st.Columns)
	for i := 1; i < len(st.Columns); i++ {
		if st.Columns[i] == st.Columns[i-1] {
			pgerr.Raise("42701", pgerr.NoPosition, "duplicate column name in statistics definition")
		}
	}
	for i, e := range st.Exprs {
		if slices.ContainsFunc(st.Exprs[i+1:], func(x query.Expr) bool { return query.Equal(e, x) }) {
			pgerr.Raise("42701", pgerr.NoPosition, "duplicate expression in statistics definition")
		}
	}
	s.addStatistics(st)
	s.changed("create statistics %s", st.Name)
}

// nameStatistics gives new statistics their schema and name.
func (s *Session) nameStatistics(st *catalog.Statistics, n *ast.CreateStatsStmt, r *catalog.Relation) {
	if len(n.Defnames) > 0 {
		st.Namespace, st.Name = s.createIn(n.Defnames)
		return
	}
	var names []string
	for _, e := range n.Exprs {
		if el := e.(*ast.StatsElem); el.Name != "" {
			names = append(names, el.Name)
		} else {
			names = append(names, "expr")
		}
	}
	st.Namespace, st.Name = r.Namespace, s.chooseStatisticsName(r, names)
}

// chooseStatisticsName mirrors ChooseExtendedStatisticName.
func (s *Session) chooseStatisticsName(r *catalog.Relation, columns []string) string {
	addition := foreignKeyAddition(columns)
	for pass := 0; ; pass++ {
		label := "stat"
		if pass > 0 {
			label += strconv.Itoa(pass)
		}
		name := makeObjectName(r.Name, addition, label)
		if s.catalog.Named(catalog.ClassStatistics, r.Namespace, name) == nil {
			return name
		}
	}
}

func (s *Session) addStatisticsElement(st *catalog.Statistics, r *catalog.Relation, el *ast.StatsElem, e query.Expr) {
	var col *catalog.Column
	if el.Name != "" {
		col = r.ColumnNamed(el.Name)
		if col == nil {
			if isSystemColumn(el.Name) {
				pgerr.Raise("0A000", pgerr.NoPosition, "statistics creation on system columns is not supported")
			}
			pgerr.Raise("42703", pgerr.NoPosition, "column \"%s\" does not exist", el.Name)
		}
	} else if v, ok := e.(*query.Var); ok {
		if v.Varattno <= 0 {
			pgerr.Raise("0A000", pgerr.NoPosition, "statistics creation on system columns is not supported")
		}
		col = r.Columns[v.Varattno-1]
	}
	if col != nil {
		if lt, _, _ := analyze.TypeOperators(s.catalog, col.Type); lt == 0 {
			pgerr.Raise("0A000", pgerr.NoPosition, "column \"%s\" cannot be used in statistics because its type %s has no default btree operator class", col.Name, s.formatType(col.Type))
		}
		st.Columns = append(st.Columns, col.Num)
		return
	}
	if slices.ContainsFunc(columnsOf(e), func(num int16) bool { return num <= 0 }) {
		pgerr.Raise("0A000", pgerr.NoPosition, "statistics creation on system columns is not supported")
	}
	st.Exprs = append(st.Exprs, e)
}

var statisticsKindNames = map[string]byte{"ndistinct": 'd', "dependencies": 'f', "mcv": 'm'}

func (s *Session) statisticsKinds(st *catalog.Statistics, names []string) {
	kinds := map[byte]bool{}
	for _, name := range names {
		kind, ok := statisticsKindNames[name]
		if !ok {
			pgerr.Raise("42601", pgerr.NoPosition, "unrecognized statistics kind \"%s\"", name)
		}
		kinds[kind] = true
	}
	count := len(st.Columns) + len(st.Exprs)
	if len(st.Exprs) == 1 && len(st.Columns) == 0 {
		if len(names) > 0 {
			pgerr.Raise("42601", pgerr.NoPosition, "when building statistics on a single expression, statistics kinds may not be specified")
		}
	} else if count < 2 {
		pgerr.Raise("42P17", pgerr.NoPosition, "extended statistics require at least 2 columns")
	}
	if count >= 2 {
		for _, kind := range []byte("dfm") {
			if len(names) == 0 || kinds[kind] {
				st.Kinds = append(st.Kinds, kind)
			}
		}
	}
	if len(st.Exprs) > 0 {
		st.Kinds = append(st.Kinds, 'e')
	}
}

// addStatistics enters statistics and what they need.
func (s *Session) addStatistics(st *catalog.Statistics) {
	s.catalog.Add(st)
	me, r := st.Address(), s.catalog.Relation(st.Relation)
	for _, num := range st.Columns {
		s.catalog.Depend(me, r.Column(num), catalog.DependAuto)
	}
	for _, e := range st.Exprs {
		s.dependOnExpr(me, e, r.OID, catalog.DependNormal, catalog.DependAuto)
	}
	if len(st.Columns) == 0 {
		s.catalog.Depend(me, r.Address(), catalog.DependAuto)
	}
	s.catalog.Depend(me, catalog.Address{Class: catalog.ClassNamespace, OID: st.Namespace}, catalog.DependNormal)
}

// alterStatistics interprets ALTER STATISTICS … SET STATISTICS.
func (s *Session) alterStatistics(n *ast.AlterStatsStmt) {
	schema, name := splitName(n.Defnames)
	if schema != "" && !n.MissingOk {
		s.namespaceOf(schema)
	}
	if n.Stxstattarget < -1 {
		pgerr.Raise("22023", pgerr.NoPosition, "statistics target %d is too low", n.Stxstattarget)
	}
	target := min(n.Stxstattarget, 10000)
	if target != n.Stxstattarget {
		s.warning("22023", "lowering statistics target to %d", target)
	}
	st := s.catalog.StatisticsNamed(schema, name)
	if st == nil {
		if !n.MissingOk {
			pgerr.Raise("42704", pgerr.NoPosition, "statistics object \"%s\" does not exist", dotted(n.Defnames))
		}
		s.notice("00000", "statistics object \"%s\" does not exist, skipping", dotted(n.Defnames))
		return
	}
	s.checkOwner(st)
	s.catalog.Touch(st)
	st.Target = target
}

// statisticsOf gives the extended statistics on a table.
func (s *Session) statisticsOf(r *catalog.Relation) []*catalog.Statistics {
	var out []*catalog.Statistics
	for _, d := range s.catalog.Dependents(r.Address()) {
		if st, ok := s.catalog.Object(d.Dependent).(*catalog.Statistics); ok && st.Relation == r.OID && !slices.Contains(out, st) {
			out = append(out, st)
		}
	}
	slices.SortFunc(out, func(a, b *catalog.Statistics) int { return int(int64(a.OID) - int64(b.OID)) })
	return out
}

// copyStatistics gives a table statistics like another's (LIKE INCLUDING
// STATISTICS).
func (s *Session) copyStatistics(from, to *catalog.Relation, comments bool) {
	numbers := columnNumbers(to, from)
	for _, old := range s.statisticsOf(from) {
		st := &catalog.Statistics{Relation: to.OID, Kinds: old.Kinds, Target: -1}
		st.Owner, st.Namespace = s.catalog.CurrentUser, to.Namespace
		var names []string
		for _, num := range old.Columns {
			st.Columns = append(st.Columns, numbers[num-1])
			names = append(names, from.Columns[num-1].Name)
		}
		for _, e := range old.Exprs {
			st.Exprs = append(st.Exprs, renumber(e, numbers))
			names = append(names, "expr")
		}
		slices.Sort(st.Columns)
		st.Name = s.chooseStatisticsName(to, names)
		s.addStatistics(st)
		if text := s.catalog.Comment(old.Address()); text != "" && comments {
			s.catalog.SetComment(st.Address(), text)
		}
	}
}

// remakeStatistics gives what makes statistics anew that are about to be dropped.
func (s *Session) remakeStatistics(old *catalog.Statistics, r *catalog.Relation) func() {
	st := *old
	var raws []ast.Node
	for _, e := range old.Exprs {
		raws = append(raws, s.reparse(e, r))
	}
	comment := s.catalog.Comment(old.Address())
	return func() {
		made := &catalog.Statistics{Relation: st.Relation, Columns: st.Columns, Kinds: st.Kinds, Target: st.Target}
		made.Name, made.Namespace, made.Owner = st.Name, st.Namespace, st.Owner
		for _, raw := range raws {
			made.Exprs = append(made.Exprs, s.analyzer().Expr(raw, analyze.KindStatsExpression, analyze.Table(r)...))
		}
		s.addStatistics(made)
		if comment != "" {
			s.catalog.SetComment(made.Address(), comment)
		}
	}
}
