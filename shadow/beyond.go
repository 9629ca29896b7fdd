package shadow

import (
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// outside are the statements that change what belongs to a server as a whole, or
// reach out of it.
var outside = map[string]string{
	"CreateRoleStmt": "CREATE ROLE", "AlterRoleStmt": "ALTER ROLE", "DropRoleStmt": "DROP ROLE", "GrantRoleStmt": "GRANT of a role",
	"CreateTableSpaceStmt": "CREATE TABLESPACE", "AlterTableSpaceOptionsStmt": "ALTER TABLESPACE", "DropTableSpaceStmt": "DROP TABLESPACE",
	"CreatedbStmt": "CREATE DATABASE", "DropdbStmt": "DROP DATABASE", "AlterSystemStmt": "ALTER SYSTEM",
	"CreateSubscriptionStmt": "CREATE SUBSCRIPTION", "AlterTableMoveAllStmt": "ALTER … ALL IN TABLESPACE", "LoadStmt": "LOAD",
}

// sharedObjects are the kinds of what belongs to no database.
var sharedObjects = map[ast.ObjectType]string{
	ast.OBJECT_ROLE: "a role", ast.OBJECT_TABLESPACE: "a tablespace",
	ast.OBJECT_PARAMETER_ACL: "a parameter",
}

// beyond refuses a statement that reaches out of the database it runs in: on a
// server of others its work would stay, or touch theirs.
func beyond(st *parser.Statement) *pgerr.Error {
	node, err := st.Node()
	if err != nil || node == nil {
		return nil
	}
	what := outside[node.Tag()]
	switch n := node.(type) {
	case *ast.AlterRoleSetStmt:
		if what = "ALTER ROLE … SET"; n.Database != "" && n.Role == nil {
			what = ""
		}
	case *ast.GrantStmt:
		what = about("GRANT", n.Objtype)
	case *ast.CommentStmt:
		what = about("COMMENT", n.Objtype)
	case *ast.RenameStmt:
		if what = about("RENAME", n.RenameType); n.RenameType == ast.OBJECT_DATABASE {
			what = "ALTER DATABASE … RENAME"
		}
	case *ast.AlterOwnerStmt:
		what = about("OWNER TO", n.ObjectType)
	case *ast.SecLabelStmt:
		what = about("SECURITY LABEL", n.Objtype)
	case *ast.CopyStmt:
		if n.IsProgram || n.Filename != "" {
			what = "COPY with a file or program of the server's"
		}
	}
	if what == "" {
		return nil
	}
	return pgerr.New("beyond-database", pgerr.NoPosition, "%s reaches beyond the scratch database", what).
		WithHint("Use --shadow without a URL: a private Postgres has nobody else's things. On a server that is named, what belongs to no database would stay.")
}

func about(command string, kind ast.ObjectType) string {
	if what := sharedObjects[kind]; what != "" {
		return command + " on " + what
	}
	return ""
}
