package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// This file mirrors createas.c and matview.c.

// createTableFrom interprets CREATE TABLE AS, SELECT INTO and CREATE
// MATERIALIZED VIEW.
func (s *Session) createTableFrom(n *ast.CreateTableAsStmt) {
	q := s.sourceQuery(n.Query)
	matview := n.Objtype == ast.OBJECT_MATVIEW
	if matview {
		s.checkMatviewQuery(n, q)
	}
	namespace, persistence := s.creation(n.Into.Rel)
	if n.IfNotExists && s.catalog.Named(catalog.ClassRelation, namespace, n.Into.Rel.Relname) != nil {
		s.notice("42P07", "relation \"%s\" already exists, skipping", n.Into.Rel.Relname)
		return
	}
	columns := s.intoColumns(q, ast.Strings(n.Into.ColNames))
	if n.Into.OnCommit > ast.ONCOMMIT_NOOP && persistence != 't' {
		pgerr.Raise("42P16", pgerr.NoPosition, "ON COMMIT can only be used on temporary tables")
	}
	s.checkTablespace(n.Into.TableSpaceName)
	r := &catalog.Relation{Header: catalog.Header{Name: n.Into.Rel.Relname, Namespace: namespace, Owner: s.catalog.CurrentUser},
		Kind: catalog.Table, Persistence: persistence, ReplicaIdentity: 'd', Populated: true, OnCommit: n.Into.OnCommit}
	if matview {
		r.Kind, r.Query, r.Populated = catalog.MaterializedView, q, !n.Into.SkipData
	}
	r.Options = s.relationOptions(nil, n.Into.Options, "", false)
	r.ToastOptions = s.relationOptions(nil, n.Into.Options, "toast", false)
	checkOptions(r.Options, optHeap)
	checkOptions(r.ToastOptions, optToast)
	s.tableAccessMethod(r, n.Into.AccessMethod)
	s.addRelation(r, columns)
	if n.Into.OnCommit == ast.ONCOMMIT_DROP || n.Into.OnCommit == ast.ONCOMMIT_DELETE_ROWS {
		s.settings.onCommitDrop = true
	}
	if matview {
		s.dependOnQuery(r.Address(), q)
	}
	if !n.Into.SkipData {
		s.fill(r, q)
	}
	s.changed("create %s %s", kindWords[r.Kind], r.Name)
}

// sourceQuery analyses the query that makes a table; EXECUTE's is the prepared
// statement's.
func (s *Session) sourceQuery(n ast.Node) *query.Query {
	e, ok := n.(*ast.ExecuteStmt)
	if !ok {
		return s.analyseQuery(n)
	}
	q, types := s.analyzer().Prepare(s.preparedStatement(e.Name))
	s.analyzer().Execute(e.Name, e.Params, types)
	return q
}

// checkMatviewQuery refuses queries that a materialised view cannot hold.
func (s *Session) checkMatviewQuery(n *ast.CreateTableAsStmt, q *query.Query) {
	refuse := func(format string) { pgerr.Raise("0A000", pgerr.NoPosition, "%s", format) }
	switch {
	case q.HasModifyingCTE:
		refuse("materialized views must not use data-modifying statements in WITH")
	case s.usesTemporary(q):
		refuse("materialized views must not use temporary tables or views")
	case n.Into.Rel.Relpersistence == "u":
		refuse("materialized views cannot be unlogged")
	}
}

// intoColumns gives the columns of the new table, under the names the
// statement lists (create_ctas_nodata, intorel_startup).
func (s *Session) intoColumns(q *query.Query, names []string) []*newColumn {
	columns := s.queryColumns(q, false)
	for i, col := range columns {
		if i < len(names) {
			col.Name = names[i]
		}
		if col.Collation == 0 && s.typeCollation(col.Type) != 0 {
			pgerr.New("42P22", pgerr.NoPosition, "no collation was derived for column \"%s\" with collatable type %s", col.Name, s.formatType(col.Type)).
				WithHint("Use the COLLATE clause to set the collation explicitly.").Raise()
		}
	}
	if len(names) > len(columns) {
		pgerr.Raise("42601", pgerr.NoPosition, "too many column names were specified")
	}
	return columns
}

// refresh interprets REFRESH MATERIALIZED VIEW.
func (s *Session) refresh(n *ast.RefreshMatViewStmt) {
	r := s.lookup(n.Relation, false)
	if r.Kind != catalog.Table && r.Kind != 't' && r.Kind != catalog.MaterializedView && r.Kind != catalog.PartitionedTable {
		pgerr.Raise("42809", pgerr.NoPosition, "\"%s\" is not a table or materialized view", r.Name)
	}
	s.checkOwner(r)
	if r.Kind != catalog.MaterializedView {
		pgerr.Raise("0A000", pgerr.NoPosition, "\"%s\" is not a materialized view", r.Name)
	}
	if n.Concurrent && !r.Populated {
		pgerr.Raise("0A000", pgerr.NoPosition, "CONCURRENTLY cannot be used when the materialized view is not populated")
	}
	if n.Concurrent && n.SkipData {
		pgerr.Raise("42601", pgerr.NoPosition, "CONCURRENTLY and WITH NO DATA options cannot be used together")
	}
	if n.Concurrent && !hasFullUniqueIndex(r) {
		pgerr.New("55000", pgerr.NoPosition, "cannot refresh materialized view \"%s\" concurrently", s.qualifiedName(r)).
			WithHint("Create a unique index with no WHERE clause on one or more columns of the materialized view.").Raise()
	}
	if r.Populated == n.SkipData {
		s.catalog.Touch(r)
		r.Populated = !n.SkipData
	}
}

// hasFullUniqueIndex says whether rows can be told apart by an index over
// columns alone (is_usable_unique_index).
func hasFullUniqueIndex(r *catalog.Relation) bool {
	for _, index := range r.Indexes {
		info := index.IndexInfo
		usable := info.Unique && info.Valid && info.Immediate && info.Predicate == nil && len(info.Keys) > 0
		for _, key := range info.Keys {
			usable = usable && key.Column > 0
		}
		if usable {
			return true
		}
	}
	return false
}

// qualifiedName writes a relation's name with its schema, quoted.
func (s *Session) qualifiedName(r *catalog.Relation) string {
	return quoteIdentifier(s.catalog.SchemaName(r.Namespace)) + "." + quoteIdentifier(r.Name)
}
