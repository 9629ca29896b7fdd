package compile

import (
	"strings"
	"unicode/utf8"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
)

// nameLimit is the most bytes a name has: NAMEDATALEN - 1.
const nameLimit = 63

// truncateIdentifier cuts a name to what PostgreSQL keeps of it, at a
// character's boundary.
func truncateIdentifier(name string) string {
	return clip(name, nameLimit)
}

// clip gives at most n bytes of text, whole characters only (pg_mbcliplen).
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// quoteIdentifier writes a name as SQL needs it, as quote_identifier.
func quoteIdentifier(name string) string {
	plain := name != "" && (name[0] == '_' || name[0] >= 'a' && name[0] <= 'z')
	for i := 0; plain && i < len(name); i++ {
		c := name[i]
		plain = c == '_' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
	}
	if plain {
		if k := pg.Keyword(name); k != nil && k.Category != 'U' {
			plain = false
		}
	}
	if plain {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// statementName says what a statement is, for messages: its command tag where
// that needs no look at the catalog, else the node's name.
func statementName(n ast.Node) string {
	if name, ok := statementNames[n.Tag()]; ok {
		return name
	}
	return strings.TrimSuffix(n.Tag(), "Stmt")
}

// statementNames are the command tags of statements that have one alone.
var statementNames = map[string]string{
	"CreateStmt": "CREATE TABLE", "IndexStmt": "CREATE INDEX", "ViewStmt": "CREATE VIEW", "CreateSeqStmt": "CREATE SEQUENCE",
	"AlterTableStmt": "ALTER TABLE", "CreateFunctionStmt": "CREATE FUNCTION", "CreateTrigStmt": "CREATE TRIGGER",
	"CreateTableAsStmt": "CREATE TABLE AS", "CreateSchemaStmt": "CREATE SCHEMA", "RuleStmt": "CREATE RULE",
	"TruncateStmt": "TRUNCATE TABLE", "InsertStmt": "INSERT", "UpdateStmt": "UPDATE", "DeleteStmt": "DELETE", "MergeStmt": "MERGE",
	"CreateSubscriptionStmt": "CREATE SUBSCRIPTION", "AlterSubscriptionStmt": "ALTER SUBSCRIPTION", "CommentStmt": "COMMENT",
	"DropSubscriptionStmt": "DROP SUBSCRIPTION", "CreatedbStmt": "CREATE DATABASE", "DropdbStmt": "DROP DATABASE",
	"CreateTableSpaceStmt": "CREATE TABLESPACE", "DropTableSpaceStmt": "DROP TABLESPACE", "AlterSystemStmt": "ALTER SYSTEM",
	"SecLabelStmt": "SECURITY LABEL", "LoadStmt": "LOAD", "GrantStmt": "GRANT", "RenameStmt": "ALTER", "DropStmt": "DROP",
}
