package compile

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// Statements that change rows, storage or the session, not the schema.

// truncate interprets TRUNCATE, as ExecuteTruncate.
func (s *Session) truncate(n *ast.TruncateStmt) {
	var tables []*catalog.Relation
	for _, node := range n.Relations {
		rv := node.(*ast.RangeVar)
		r := s.lookup(rv, false)
		s.checkTruncatable(r)
		if !rv.Inh && r.Kind == catalog.PartitionedTable {
			pgerr.New("42809", pgerr.NoPosition, "cannot truncate only a partitioned table").
				WithHint("Do not specify the ONLY keyword, or use TRUNCATE ONLY on the partitions directly.").Raise()
		}
		family := []*catalog.Relation{r}
		if rv.Inh {
			family = s.inheritors(r)
		}
		for _, t := range family {
			if !slices.Contains(tables, t) {
				tables = append(tables, t)
			}
		}
	}
	if n.Behavior == ast.DROP_CASCADE {
		tables = s.referrers(tables)
	}
	for _, t := range tables {
		for _, con := range s.foreignKeysTo(t) {
			from := s.catalog.Relation(con.Relation)
			if slices.Contains(tables, from) {
				continue
			}
			pgerr.New("0A000", pgerr.NoPosition, "cannot truncate a table referenced in a foreign key constraint").
				WithDetail("Table \"%s\" references \"%s\".", from.Name, t.Name).
				WithHint("Truncate table \"%s\" at the same time, or use TRUNCATE ... CASCADE.", from.Name).Raise()
		}
	}
	s.emptied(tables)
}

// referrers adds the tables whose foreign keys lead to some tables
// (heap_truncate_find_FKs).
func (s *Session) referrers(tables []*catalog.Relation) []*catalog.Relation {
	for i := 0; i < len(tables); i++ {
		for _, con := range s.foreignKeysTo(tables[i]) {
			if from := s.catalog.Relation(con.Relation); !slices.Contains(tables, from) {
				tables = append(tables, from)
			}
		}
	}
	return tables
}

// emptied notes that tables have no rows any more.
func (s *Session) emptied(tables []*catalog.Relation) {
	for _, t := range tables {
		s.executor().Store().Empty(t)
	}
}

func (s *Session) checkTruncatable(r *catalog.Relation) {
	if r.Kind != catalog.Table && r.Kind != catalog.PartitionedTable && r.Kind != catalog.ForeignTable {
		pgerr.Raise("42809", pgerr.NoPosition, "\"%s\" is not a table", r.Name)
	}
	s.checkPrivilege(r, aclTruncate)
	checkNotSystem(r)
}

// lock interprets LOCK TABLE.
func (s *Session) lock(n *ast.LockStmt) {
	s.requireTransactionBlock("LOCK TABLE")
	for _, node := range n.Relations {
		r := s.lookup(node.(*ast.RangeVar), false)
		if r.Kind != catalog.Table && r.Kind != catalog.PartitionedTable && r.Kind != catalog.View {
			notSupportedFor(r, "cannot lock relation \"%s\"")
		}
		s.checkLock(r, n.Mode)
	}
}

// The lock modes of lockdefs.h that LOCK TABLE distinguishes.
const (
	accessShareLock  = 1
	rowExclusiveLock = 3
)

// checkLock demands a privilege that goes with the lock (LockTableAclCheck).
func (s *Session) checkLock(r *catalog.Relation, mode int) {
	privileges := []uint32{aclUpdate, aclDelete, aclTruncate}
	if mode <= rowExclusiveLock {
		privileges = append(privileges, aclInsert)
	}
	if mode == accessShareLock {
		privileges = append(privileges, aclSelect)
	}
	for _, p := range privileges {
		if s.hasPrivilege(r, p) {
			return
		}
	}
	s.noPrivilege(s.objectType(r), r.Name)
}

// setConstraints interprets SET CONSTRAINTS, as AfterTriggerSetState.
func (s *Session) setConstraints(n *ast.ConstraintsSetStmt) {
	if !s.InTransaction() && s.depth == 0 {
		s.warning("25P01", "SET CONSTRAINTS can only be used in transaction blocks")
	}
	for _, node := range n.Constraints {
		rv := node.(*ast.RangeVar)
		checkCatalogName(rv)
		path := s.catalog.Path()
		if rv.Schemaname != "" {
			path = path[:0:0]
			path = append(path, s.requireSchema(rv.Schemaname))
		}
		found := false
		for _, con := range catalog.All[*catalog.Constraint](s.catalog) {
			if con.Name != rv.Relname || !slices.Contains(path, con.Namespace) || con.Relation == 0 {
				continue
			}
			if !con.Deferrable {
				pgerr.Raise("42809", pgerr.NoPosition, "constraint \"%s\" is not deferrable", rv.Relname)
			}
			found = true
			s.executor().Store().Defer(con.OID, n.Deferred)
		}
		if !found {
			pgerr.Raise("42704", pgerr.NoPosition, "constraint \"%s\" does not exist", rv.Relname)
		}
	}
	if len(n.Constraints) == 0 {
		s.executor().Store().Defer(0, n.Deferred)
	}
	if !n.Deferred {
		s.executor().VerifyDeferred()
	}
}

// vacuumOptions and analyzeOptions are what VACUUM and ANALYZE take in parentheses.
var (
	vacuumOptions  = optionNames("verbose skip_locked analyze freeze full disable_page_skipping index_cleanup process_toast truncate parallel")
	analyzeOptions = optionNames("verbose skip_locked")
	explainOptions = optionNames("analyze verbose costs buffers wal settings timing summary format generic_plan")
	reindexOptions = optionNames("verbose concurrently tablespace")
	clusterOptions = optionNames("verbose")
)

func optionNames(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

func checkUtilityOptions(list []ast.Node, known map[string]bool, command string) {
	for _, n := range list {
		if d := n.(*ast.DefElem); !known[d.Defname] {
			pgerr.Raise("42601", d.Location, "unrecognized %s option \"%s\"", command, d.Defname)
		}
	}
}

// vacuum interprets VACUUM and ANALYZE.
func (s *Session) vacuum(n *ast.VacuumStmt) {
	command, known := "ANALYZE", analyzeOptions
	if n.IsVacuumcmd {
		command, known = "VACUUM", vacuumOptions
	}
	checkUtilityOptions(n.Options, known, command)
	analyze, full := !n.IsVacuumcmd, false
	for _, o := range n.Options {
		switch d := o.(*ast.DefElem); d.Defname {
		case "analyze":
			analyze = s.defBool(d)
		case "full":
			full = s.defBool(d)
		case "parallel":
			if d.Arg == nil {
				pgerr.Raise("42601", d.Location, "parallel option requires a value between 0 and %d", 1024)
			}
			if i := s.defInt(d); i < 0 || i > 1024 {
				pgerr.Raise("42601", d.Location, "parallel workers for vacuum must be between 0 and %d", 1024)
			} else if full && i > 0 {
				pgerr.Raise("0A000", pgerr.NoPosition, "VACUUM FULL cannot be performed in parallel")
			}
		}
	}
	for _, node := range n.Rels {
		rel := node.(*ast.VacuumRelation)
		if len(rel.VaCols) > 0 && !analyze {
			pgerr.Raise("0A000", pgerr.NoPosition, "ANALYZE option must be specified when a column list is provided")
		}
		r := s.lookup(rel.Relation, false)
		seen := map[string]bool{}
		for _, name := range ast.Strings(rel.VaCols) {
			if r.ColumnNamed(name) == nil {
				pgerr.Raise("42703", pgerr.NoPosition, "column \"%s\" of relation \"%s\" does not exist", name, r.Name)
			}
			if seen[name] {
				pgerr.Raise("42701", pgerr.NoPosition, "column \"%s\" of relation \"%s\" appears more than once", name, r.Name)
			}
			seen[name] = true
		}
	}
}

func vacuumAlone(n ast.Node) string {
	if n.(*ast.VacuumStmt).IsVacuumcmd {
		return "VACUUM"
	}
	return ""
}

// cluster interprets CLUSTER.
func (s *Session) cluster(n *ast.ClusterStmt) {
	checkUtilityOptions(n.Params, clusterOptions, "CLUSTER")
	if n.Relation == nil {
		s.preventInTransactionBlock("CLUSTER")
		return
	}
	r := s.lookup(n.Relation, false)
	s.checkOwner(r)
	if r.Kind != catalog.Table && r.Kind != catalog.MaterializedView && r.Kind != catalog.PartitionedTable {
		pgerr.Raise("42809", pgerr.NoPosition, "\"%s\" is not a table or materialized view", r.Name)
	}
	if n.Indexname != "" {
		index := s.clusterableIndex(r, n.Indexname)
		if r.Kind != catalog.PartitionedTable {
			s.markClustered(r, index)
			return
		}
		s.preventInTransactionBlock("CLUSTER")
		return
	}
	if !slices.ContainsFunc(r.Indexes, func(i *catalog.Relation) bool { return i.IndexInfo.Clustered }) {
		pgerr.Raise("42704", pgerr.NoPosition, "there is no previously clustered index for table \"%s\"", r.Name)
	}
}

// reindexAlone says when REINDEX must be a transaction of its own.
func reindexAlone(n ast.Node) string {
	r := n.(*ast.ReindexStmt)
	for _, p := range r.Params {
		if d := p.(*ast.DefElem); d.Defname == "concurrently" {
			if on, ok := parseBool(constantText(d.Arg)); d.Arg == nil || ok && on {
				return "REINDEX CONCURRENTLY"
			}
		}
	}
	switch r.Kind {
	case ast.REINDEX_OBJECT_SCHEMA:
		return "REINDEX SCHEMA"
	case ast.REINDEX_OBJECT_SYSTEM:
		return "REINDEX SYSTEM"
	case ast.REINDEX_OBJECT_DATABASE:
		return "REINDEX DATABASE"
	}
	return ""
}

// reindex interprets REINDEX.
func (s *Session) reindex(n *ast.ReindexStmt) {
	checkUtilityOptions(n.Params, reindexOptions, "REINDEX")
	switch n.Kind {
	case ast.REINDEX_OBJECT_INDEX:
		r := s.lookup(n.Relation, false)
		if r.IndexInfo == nil {
			pgerr.Raise("42809", pgerr.NoPosition, "\"%s\" is not an index", r.Name)
		}
		s.checkOwner(r)
		if r.Kind == catalog.PartitionedIndex {
			s.preventInTransactionBlock("REINDEX INDEX")
		}
	case ast.REINDEX_OBJECT_TABLE:
		r := s.lookup(n.Relation, false)
		if r.Kind != catalog.Table && r.Kind != catalog.MaterializedView && r.Kind != catalog.PartitionedTable {
			pgerr.Raise("42809", pgerr.NoPosition, "\"%s\" is not a table or materialized view", r.Name)
		}
		s.checkOwner(r)
		if r.Kind == catalog.PartitionedTable {
			s.preventInTransactionBlock("REINDEX TABLE")
		}
	case ast.REINDEX_OBJECT_SCHEMA:
		if schema := s.catalog.Schema(s.requireSchema(n.Name)); !s.owns(schema) {
			s.notOwner(ast.OBJECT_SCHEMA, n.Name)
		}
	default:
		if n.Name != "" && n.Name != databaseName {
			pgerr.Raise("0A000", pgerr.NoPosition, "can only reindex the currently open database")
		}
	}
}

// explain interprets EXPLAIN.
func (s *Session) explain(n *ast.ExplainStmt) {
	on := map[string]bool{}
	for _, o := range n.Options {
		d := o.(*ast.DefElem)
		switch {
		case !explainOptions[d.Defname] || d.Defname == "generic_plan":
			pgerr.Raise("42601", d.Location, "unrecognized EXPLAIN option \"%s\"", d.Defname)
		case d.Defname == "format":
			if format := strings.ToLower(s.defString(d)); !optionNames("text xml json yaml")[format] {
				pgerr.Raise("22023", d.Location, "unrecognized value for EXPLAIN option \"%s\": \"%s\"", d.Defname, s.defString(d))
			}
		default:
			on[d.Defname] = s.defBool(d)
		}
	}
	for _, name := range []string{"wal", "timing"} {
		if on[name] && !on["analyze"] {
			pgerr.Raise("22023", pgerr.NoPosition, "EXPLAIN option %s requires ANALYZE", strings.ToUpper(name))
		}
	}
	if _, creates := n.Query.(*ast.CreateTableAsStmt); creates && on["analyze"] {
		s.run(n.Query)
		return
	}
	if sel, ok := n.Query.(*ast.SelectStmt); ok && sel.IntoClause != nil {
		if on["analyze"] {
			s.run(sel)
			return
		}
		plain := *sel
		plain.IntoClause = nil
		s.checkUtilityQuery(&plain)
		return
	}
	s.checkUtilityQuery(n.Query)
}

// discard interprets DISCARD.
func (s *Session) discard(n *ast.DiscardStmt) {
	if n.Target == ast.DISCARD_ALL || n.Target == ast.DISCARD_TEMP {
		s.dropTemporary()
	}
	if n.Target == ast.DISCARD_ALL {
		s.keepSettings()
		clear(s.settings.session)
		clear(s.settings.local)
		s.settingChanged("search_path")
		s.setRole(catalog.Superuser)
		clear(s.prepared)
		clear(s.cursors)
	}
}

func discardAlone(n ast.Node) string {
	if n.(*ast.DiscardStmt).Target == ast.DISCARD_ALL {
		return "DISCARD ALL"
	}
	return ""
}

// dropTemporary removes everything from the temporary schema
// (RemoveTempRelations).
func (s *Session) dropTemporary() {
	schema := s.catalog.SchemaOID("pg_temp")
	if schema == 0 {
		return
	}
	s.performDeletion(catalog.Address{Class: catalog.ClassNamespace, OID: schema}, ast.DROP_CASCADE,
		deletionInternal|deletionQuiet|deletionSkipOriginal|deletionSkipExtensions)
}

// moveAll interprets ALTER TABLE ALL IN TABLESPACE.
func (s *Session) moveAll(n *ast.AlterTableMoveAllStmt) {
	s.checkTablespace(n.OrigTablespacename)
	s.checkTablespace(n.NewTablespacename)
	for _, r := range catalog.All[*catalog.Relation](s.catalog) {
		want := droppables[n.Objtype].kind
		if r.Tablespace == n.OrigTablespacename && r.Tablespace != "" && r.Kind == want {
			s.catalog.Touch(r)
			r.Tablespace = n.NewTablespacename
		}
	}
}
