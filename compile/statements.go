package compile

import "github.com/electric-cli/electric/parser/ast"

// A statement says how one kind of statement is run.
type statement struct {
	run func(*Session, ast.Node)
	// alone gives the command's name when this statement refuses to run in a
	// transaction block, else "". nil: it never refuses.
	alone func(ast.Node) string
	// readOnly says that a read-only transaction allows it.
	readOnly bool
}

// on adapts a function of one node type to the tables of statements.
func on[N ast.Node](f func(*Session, N)) func(*Session, ast.Node) {
	return func(s *Session, n ast.Node) { f(s, n.(N)) }
}

// alone says that a statement never runs in a transaction block.
func alone(command string) func(ast.Node) string {
	return func(ast.Node) string { return command }
}

// relationStatements are the statements about transactions, settings, queries
// and relations; objectStatements (objects.go) are all the others.
var relationStatements map[string]statement

func init() {
	query := statement{run: func(s *Session, n ast.Node) { s.runQuery(n) }, readOnly: true}
	relationStatements = map[string]statement{
		"TransactionStmt":        {run: on((*Session).transactionStmt), readOnly: true},
		"VariableSetStmt":        {run: on((*Session).variableSet), readOnly: true},
		"VariableShowStmt":       {run: on((*Session).variableShow), readOnly: true},
		"ConstraintsSetStmt":     {run: on((*Session).setConstraints), readOnly: true},
		"DiscardStmt":            {run: on((*Session).discard), alone: discardAlone, readOnly: true},
		"CreateStmt":             {run: on((*Session).createTable)},
		"CreateTableAsStmt":      {run: on((*Session).createTableFrom)},
		"CreateForeignTableStmt": {run: on((*Session).createForeignTable)},
		"ViewStmt":               {run: on((*Session).createView)},
		"RefreshMatViewStmt":     {run: on((*Session).refresh)},
		"IndexStmt":              {run: on((*Session).createIndex), alone: indexAlone},
		"CreateSeqStmt":          {run: on((*Session).createSequence)},
		"AlterSeqStmt":           {run: on((*Session).alterSequence)},
		"CreateStatsStmt":        {run: on((*Session).createStatistics)},
		"AlterStatsStmt":         {run: on((*Session).alterStatistics)},
		"RuleStmt":               {run: on((*Session).createRule)},
		"AlterTableStmt":         {run: on((*Session).alterTable), alone: detachAlone},
		"AlterTableMoveAllStmt":  {run: on((*Session).moveAll)},
		"DropStmt":               {run: on((*Session).drop), alone: dropAlone},
		"RenameStmt":             {run: on((*Session).rename)},
		"AlterObjectSchemaStmt":  {run: on((*Session).setSchema)},
		"DoStmt":                 {run: on((*Session).doStmt), readOnly: true},
		"CallStmt":               {run: on((*Session).callStmt), readOnly: true},
		"SelectStmt":             {run: on((*Session).selectStmt), readOnly: true},
		"InsertStmt":             query,
		"UpdateStmt":             query,
		"DeleteStmt":             query,
		"MergeStmt":              query,
		"CopyStmt":               {run: on((*Session).copyStmt), readOnly: true},
		"TruncateStmt":           {run: on((*Session).truncate)},
		"LockStmt":               {run: on((*Session).lock), readOnly: true},
		"ClusterStmt":            {run: on((*Session).cluster)},
		"VacuumStmt":             {run: on((*Session).vacuum), alone: vacuumAlone, readOnly: true},
		"ReindexStmt":            {run: on((*Session).reindex), alone: reindexAlone},
		"ExplainStmt":            {run: on((*Session).explain), readOnly: true},
		"PrepareStmt":            {run: on((*Session).prepare), readOnly: true},
		"ExecuteStmt":            {run: on((*Session).executePrepared), readOnly: true},
		"DeallocateStmt":         {run: on((*Session).deallocate), readOnly: true},
		"DeclareCursorStmt":      {run: on((*Session).declareCursor), readOnly: true},
		"FetchStmt":              {run: on((*Session).fetch), readOnly: true},
		"ClosePortalStmt":        {run: on((*Session).closeCursor), readOnly: true},
	}
}

// indexAlone says when CREATE INDEX must be a transaction of its own.
func indexAlone(n ast.Node) string {
	if n.(*ast.IndexStmt).Concurrent {
		return "CREATE INDEX CONCURRENTLY"
	}
	return ""
}

func dropAlone(n ast.Node) string {
	if n.(*ast.DropStmt).Concurrent {
		return "DROP INDEX CONCURRENTLY"
	}
	return ""
}

func detachAlone(n ast.Node) string {
	for _, c := range n.(*ast.AlterTableStmt).Cmds {
		if p, ok := c.(*ast.AlterTableCmd).Def.(*ast.PartitionCmd); ok && p.Concurrent {
			return "ALTER TABLE ... DETACH CONCURRENTLY"
		}
	}
	return ""
}

// refused are the node types of the grammar that end in Stmt and subcommands
// of ALTER TABLE that no statement has at its top, or that we do not know,
// each with the words for it.
var refused = map[string]string{
	"RawStmt":                    "a raw statement",           // the parser's wrapping
	"SetOperationStmt":           "a set operation node",      // made by analysis
	"ReturnStmt":                 "RETURN",                    // in function bodies alone
	"PLAssignStmt":               "a PL/pgSQL assignment",     // in function bodies alone
	"ReplicaIdentityStmt":        "REPLICA IDENTITY",          // a part of ALTER TABLE
	"ALTER_TABLE_TYPE_UNDEFINED": "this ALTER TABLE command",  // no subcommand
	"AT_AddColumnToView":         "adding a column to a view", // CREATE OR REPLACE VIEW does it itself
	"AT_CookedColumnDefault":     "a ready default",           // LIKE does it itself
	"AT_ReAddIndex":              "making an index anew",      // ALTER COLUMN TYPE does it itself
	"AT_ReAddConstraint":         "making a constraint anew",
	"AT_ReAddDomainConstraint":   "making a domain constraint anew",
	"AT_ReAddComment":            "making a comment anew",
	"AT_ReAddStatistics":         "making statistics anew",
}
