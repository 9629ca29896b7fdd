package compile

import (
	"strings"

	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
)

// CommandTag gives what Postgres calls a statement, as psql shows it (CREATE TABLE,
// GRANT, SELECT): CreateCommandTag in utility.c. Of a text that is no statement it
// is the tag that its first words make, else its first word.
func CommandTag(s *parser.Statement) string {
	n, err := s.Node()
	if err != nil || n == nil {
		return leadingTag(s.Text)
	}
	tag := n.Tag()
	if of := kindTags[tag]; of != nil {
		return of(n)
	}
	if name := commandTags[tag]; name != "" {
		return name
	}
	return leadingTag(s.Text)
}

// leadingTag is the longest command tag that a text begins with.
func leadingTag(text string) string {
	lex, tag, words := parser.Lexer{Text: text}, "", []string{}
	for len(words) < longestTag {
		t := lex.Next()
		if t.Kind != parser.Word {
			break
		}
		words = append(words, strings.ToUpper(lex.Source(t)))
		if name := strings.Join(words, " "); eventTags[name] || otherTags[name] || tag == "" {
			tag = name
		}
	}
	return tag
}

// longestTag is the number of words that the longest tag has, as ALTER TEXT SEARCH
// CONFIGURATION.
const longestTag = 4

// commandTags are the tags of statements that have one alone.
var commandTags = map[string]string{
	"AlterCollationStmt": "ALTER COLLATION", "AlterDatabaseRefreshCollStmt": "ALTER DATABASE", "AlterDatabaseSetStmt": "ALTER DATABASE",
	"AlterDatabaseStmt": "ALTER DATABASE", "AlterDefaultPrivilegesStmt": "ALTER DEFAULT PRIVILEGES", "AlterDomainStmt": "ALTER DOMAIN",
	"AlterEnumStmt": "ALTER TYPE", "AlterEventTrigStmt": "ALTER EVENT TRIGGER", "AlterExtensionContentsStmt": "ALTER EXTENSION",
	"AlterExtensionStmt": "ALTER EXTENSION", "AlterFdwStmt": "ALTER FOREIGN DATA WRAPPER", "AlterForeignServerStmt": "ALTER SERVER",
	"AlterOpFamilyStmt": "ALTER OPERATOR FAMILY", "AlterOperatorStmt": "ALTER OPERATOR", "AlterPolicyStmt": "ALTER POLICY",
	"AlterPublicationStmt": "ALTER PUBLICATION", "AlterRoleSetStmt": "ALTER ROLE", "AlterRoleStmt": "ALTER ROLE", "AlterSeqStmt": "ALTER SEQUENCE",
	"AlterStatsStmt": "ALTER STATISTICS", "AlterSubscriptionStmt": "ALTER SUBSCRIPTION", "AlterSystemStmt": "ALTER SYSTEM",
	"AlterTSConfigurationStmt": "ALTER TEXT SEARCH CONFIGURATION", "AlterTSDictionaryStmt": "ALTER TEXT SEARCH DICTIONARY",
	"AlterTableSpaceOptionsStmt": "ALTER TABLESPACE", "AlterTypeStmt": "ALTER TYPE", "AlterUserMappingStmt": "ALTER USER MAPPING",
	"CallStmt": "CALL", "CheckPointStmt": "CHECKPOINT", "ClusterStmt": "CLUSTER", "CommentStmt": "COMMENT", "CompositeTypeStmt": "CREATE TYPE",
	"ConstraintsSetStmt": "SET CONSTRAINTS", "CopyStmt": "COPY", "CreateAmStmt": "CREATE ACCESS METHOD", "CreateCastStmt": "CREATE CAST",
	"CreateConversionStmt": "CREATE CONVERSION", "CreateDomainStmt": "CREATE DOMAIN", "CreateEnumStmt": "CREATE TYPE",
	"CreateEventTrigStmt": "CREATE EVENT TRIGGER", "CreateExtensionStmt": "CREATE EXTENSION", "CreateFdwStmt": "CREATE FOREIGN DATA WRAPPER",
	"CreateForeignServerStmt": "CREATE SERVER", "CreateForeignTableStmt": "CREATE FOREIGN TABLE", "CreateOpClassStmt": "CREATE OPERATOR CLASS",
	"CreateOpFamilyStmt": "CREATE OPERATOR FAMILY", "CreatePLangStmt": "CREATE LANGUAGE", "CreatePolicyStmt": "CREATE POLICY",
	"CreatePublicationStmt": "CREATE PUBLICATION", "CreateRangeStmt": "CREATE TYPE", "CreateRoleStmt": "CREATE ROLE", "CreateSchemaStmt": "CREATE SCHEMA",
	"CreateSeqStmt": "CREATE SEQUENCE", "CreateStatsStmt": "CREATE STATISTICS", "CreateStmt": "CREATE TABLE",
	"CreateSubscriptionStmt": "CREATE SUBSCRIPTION", "CreateTableSpaceStmt": "CREATE TABLESPACE", "CreateTransformStmt": "CREATE TRANSFORM",
	"CreateTrigStmt": "CREATE TRIGGER", "CreateUserMappingStmt": "CREATE USER MAPPING", "CreatedbStmt": "CREATE DATABASE",
	"DeclareCursorStmt": "DECLARE CURSOR", "DeleteStmt": "DELETE", "DoStmt": "DO", "DropOwnedStmt": "DROP OWNED", "DropRoleStmt": "DROP ROLE",
	"DropSubscriptionStmt": "DROP SUBSCRIPTION", "DropTableSpaceStmt": "DROP TABLESPACE", "DropUserMappingStmt": "DROP USER MAPPING",
	"DropdbStmt": "DROP DATABASE", "ExecuteStmt": "EXECUTE", "ExplainStmt": "EXPLAIN", "ImportForeignSchemaStmt": "IMPORT FOREIGN SCHEMA",
	"IndexStmt": "CREATE INDEX", "InsertStmt": "INSERT", "ListenStmt": "LISTEN", "LoadStmt": "LOAD", "LockStmt": "LOCK TABLE", "MergeStmt": "MERGE",
	"NotifyStmt": "NOTIFY", "PrepareStmt": "PREPARE", "ReassignOwnedStmt": "REASSIGN OWNED", "RefreshMatViewStmt": "REFRESH MATERIALIZED VIEW",
	"ReindexStmt": "REINDEX", "RuleStmt": "CREATE RULE", "SecLabelStmt": "SECURITY LABEL", "TruncateStmt": "TRUNCATE TABLE",
	"UnlistenStmt": "UNLISTEN", "UpdateStmt": "UPDATE", "VariableShowStmt": "SHOW", "ViewStmt": "CREATE VIEW",
}

// kindTags give the tags of statements whose tag depends on what they are about.
var kindTags = map[string]func(ast.Node) string{
	"AlterFunctionStmt":      tagOf(func(n *ast.AlterFunctionStmt) string { return alterTag(n.Objtype) }),
	"AlterObjectDependsStmt": tagOf(func(n *ast.AlterObjectDependsStmt) string { return alterTag(n.ObjectType) }),
	"AlterObjectSchemaStmt":  tagOf(func(n *ast.AlterObjectSchemaStmt) string { return alterTag(n.ObjectType) }),
	"AlterOwnerStmt":         tagOf(func(n *ast.AlterOwnerStmt) string { return alterTag(n.ObjectType) }),
	"AlterTableMoveAllStmt":  tagOf(func(n *ast.AlterTableMoveAllStmt) string { return alterTag(n.Objtype) }),
	"AlterTableStmt":         tagOf(func(n *ast.AlterTableStmt) string { return alterTag(n.Objtype) }),
	"RenameStmt":             tagOf(renameTag),
	"DropStmt":               tagOf(func(n *ast.DropStmt) string { return "DROP " + objectWords(n.RemoveType) }),
	"DefineStmt":             tagOf(func(n *ast.DefineStmt) string { return "CREATE " + objectWords(n.Kind) }),
	"CreateFunctionStmt": tagOf(func(n *ast.CreateFunctionStmt) string {
		return either(n.IsProcedure, "CREATE PROCEDURE", "CREATE FUNCTION")
	}),
	"CreateTableAsStmt": tagOf(createTableAsTag),
	"SelectStmt":        tagOf(func(n *ast.SelectStmt) string { return either(n.IntoClause != nil, "SELECT INTO", "SELECT") }),
	"GrantStmt":         tagOf(func(n *ast.GrantStmt) string { return either(n.IsGrant, "GRANT", "REVOKE") }),
	"GrantRoleStmt":     tagOf(func(n *ast.GrantRoleStmt) string { return either(n.IsGrant, "GRANT ROLE", "REVOKE ROLE") }),
	"TransactionStmt":   tagOf(func(n *ast.TransactionStmt) string { return transactionTags[n.Kind] }),
	"VariableSetStmt":   tagOf(variableSetTag),
	"DiscardStmt":       tagOf(func(n *ast.DiscardStmt) string { return discardTags[n.Target] }),
	"VacuumStmt":        tagOf(func(n *ast.VacuumStmt) string { return either(n.IsVacuumcmd, "VACUUM", "ANALYZE") }),
	"FetchStmt":         tagOf(func(n *ast.FetchStmt) string { return either(n.Ismove, "MOVE", "FETCH") }),
	"ClosePortalStmt": tagOf(func(n *ast.ClosePortalStmt) string {
		return either(n.Portalname == "", "CLOSE CURSOR ALL", "CLOSE CURSOR")
	}),
	"DeallocateStmt": tagOf(func(n *ast.DeallocateStmt) string { return either(n.Name == "", "DEALLOCATE ALL", "DEALLOCATE") }),
}

// tagOf adapts a function of one node type.
func tagOf[N ast.Node](f func(N) string) func(ast.Node) string {
	return func(n ast.Node) string { return f(n.(N)) }
}

func either(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}

// alterTag is AlterObjectTypeCommandTag.
func alterTag(kind ast.ObjectType) string { return "ALTER " + objectWords(kind) }

// objectWords are the words that tags have for a kind of object; a part of one has its whole's.
func objectWords(kind ast.ObjectType) string {
	if words, ok := otherObjectWords[kind]; ok {
		return words
	}
	return strings.ReplaceAll(strings.TrimPrefix(kind.String(), "OBJECT_"), "_", " ")
}

// otherObjectWords are those that the kind's own name does not have.
var otherObjectWords = map[ast.ObjectType]string{
	ast.OBJECT_ATTRIBUTE: "TYPE", ast.OBJECT_COLUMN: "TABLE", ast.OBJECT_TABCONSTRAINT: "TABLE", ast.OBJECT_DOMCONSTRAINT: "DOMAIN",
	ast.OBJECT_FDW: "FOREIGN DATA WRAPPER", ast.OBJECT_FOREIGN_SERVER: "SERVER", ast.OBJECT_LARGEOBJECT: "LARGE OBJECT",
	ast.OBJECT_OPCLASS: "OPERATOR CLASS", ast.OBJECT_OPFAMILY: "OPERATOR FAMILY", ast.OBJECT_MATVIEW: "MATERIALIZED VIEW",
	ast.OBJECT_STATISTIC_EXT: "STATISTICS", ast.OBJECT_TSCONFIGURATION: "TEXT SEARCH CONFIGURATION",
	ast.OBJECT_TSDICTIONARY: "TEXT SEARCH DICTIONARY", ast.OBJECT_TSPARSER: "TEXT SEARCH PARSER", ast.OBJECT_TSTEMPLATE: "TEXT SEARCH TEMPLATE",
}

// renameTag: a column's tag is that of the relation it is in.
func renameTag(n *ast.RenameStmt) string {
	if n.RenameType == ast.OBJECT_COLUMN {
		return alterTag(n.RelationType)
	}
	return alterTag(n.RenameType)
}

func createTableAsTag(n *ast.CreateTableAsStmt) string {
	switch {
	case n.Objtype == ast.OBJECT_MATVIEW:
		return "CREATE MATERIALIZED VIEW"
	case n.IsSelectInto:
		return "SELECT INTO"
	}
	return "CREATE TABLE AS"
}

func variableSetTag(n *ast.VariableSetStmt) string {
	return either(n.Kind == ast.VAR_RESET || n.Kind == ast.VAR_RESET_ALL, "RESET", "SET")
}

var transactionTags = map[ast.TransactionStmtKind]string{
	ast.TRANS_STMT_BEGIN: "BEGIN", ast.TRANS_STMT_START: "START TRANSACTION", ast.TRANS_STMT_COMMIT: "COMMIT", ast.TRANS_STMT_ROLLBACK: "ROLLBACK",
	ast.TRANS_STMT_ROLLBACK_TO: "ROLLBACK", ast.TRANS_STMT_SAVEPOINT: "SAVEPOINT", ast.TRANS_STMT_RELEASE: "RELEASE",
	ast.TRANS_STMT_PREPARE: "PREPARE TRANSACTION", ast.TRANS_STMT_COMMIT_PREPARED: "COMMIT PREPARED", ast.TRANS_STMT_ROLLBACK_PREPARED: "ROLLBACK PREPARED",
}

var discardTags = map[ast.DiscardMode]string{
	ast.DISCARD_ALL: "DISCARD ALL", ast.DISCARD_PLANS: "DISCARD PLANS", ast.DISCARD_SEQUENCES: "DISCARD SEQUENCES", ast.DISCARD_TEMP: "DISCARD TEMP",
}
