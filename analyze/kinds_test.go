package analyze

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// A ddlKind is a place for an expression in a DDL statement.
type ddlKind struct {
	name    string
	sql     string // with the expression at %
	analyse func(a *Analyzer, n ast.Node, users *catalog.Relation)
}

func condition(kind ExprKind, construct string) func(*Analyzer, ast.Node, *catalog.Relation) {
	return func(a *Analyzer, n ast.Node, users *catalog.Relation) { a.Where(n, kind, construct, Table(users)...) }
}

// ddlKinds are the kinds of expression that DDL has.
var ddlKinds = []ddlKind{
	{"default", "ALTER TABLE users ALTER COLUMN name SET DEFAULT (%)", func(a *Analyzer, n ast.Node, _ *catalog.Relation) {
		a.Default(n, pg.Text, -1, "name", false)
	}},
	{"check", "ALTER TABLE users ADD CHECK (%)", func(a *Analyzer, n ast.Node, users *catalog.Relation) { a.Check(n, users) }},
	{"generated", "ALTER TABLE users ADD COLUMN g text GENERATED ALWAYS AS (%) STORED", func(a *Analyzer, n ast.Node, users *catalog.Relation) {
		a.Default(n, pg.Text, -1, "g", true, Table(users)...)
	}},
	{"index", "CREATE INDEX ON users ((%))", func(a *Analyzer, n ast.Node, users *catalog.Relation) {
		a.Expr(n, KindIndexExpression, Table(users)...)
	}},
	{"predicate", "CREATE INDEX ON users (id) WHERE %", condition(KindIndexPredicate, "WHERE")},
	{"policy", "CREATE POLICY p ON users USING (%)", condition(KindPolicy, "POLICY")},
	{"trigger", "CREATE TRIGGER t BEFORE UPDATE ON users FOR EACH ROW WHEN (%) EXECUTE FUNCTION suppress_redundant_updates_trigger()",
		func(a *Analyzer, n ast.Node, users *catalog.Relation) {
			a.Where(n, KindTriggerWhen, "WHEN", OldNew(users, true, true)...)
		}},
	{"domain", "CREATE DOMAIN d AS int CHECK (%)", func(a *Analyzer, n ast.Node, _ *catalog.Relation) { a.DomainCheck(n, pg.Int4, -1, 0) }},
	{"parameter", "CREATE FUNCTION ff(x text DEFAULT %) RETURNS text LANGUAGE sql AS 'select x'", func(a *Analyzer, n ast.Node, _ *catalog.Relation) {
		a.FunctionDefault(n, pg.Text)
	}},
	{"statistics", "CREATE STATISTICS s ON (%), code FROM users", func(a *Analyzer, n ast.Node, users *catalog.Relation) {
		a.Expr(n, KindStatsExpression, Table(users)...)
	}},
	{"using", "ALTER TABLE users ALTER COLUMN name TYPE text USING %", func(a *Analyzer, n ast.Node, users *catalog.Relation) {
		a.Expr(n, KindAlterColTransform, Table(users)...)
	}},
	{"call", "CALL doit(%)", func(a *Analyzer, n ast.Node, _ *catalog.Relation) {
		a.Call(&ast.FuncCall{Funcname: operatorName("doit"), Args: []ast.Node{n}, Location: 5})
	}},
}

// ddlExprs are tried in each place.
var ddlExprs = []string{
	"id", "name", "age > 1", "nosuch", "id = 'x'", "true", "1", "'x'", "null", "count(*) > 1", "sum(id)", "row_number() over () > 1",
	"generate_series(1, 2)", "(select 1)", "id in (select 1)", "exists (select 1)", "lower(name)", "now()", "users.born", "users", "u.id",
	"old.id = new.id", "value > 1", "value", "default", "$1", "grouping(id)", "ctid = '(0,1)'", "tableoid = 1", "nosuch(id)", "id::nosuch",
	"name collate \"C\"", "(place).a", "users is null", "name || id", "random()", "current_user", "'{a}'::text[]", "array[1]", "row(1, 2)",
}

// refusedLater are the codes of what DDL finds after the analysis.
var refusedLater = map[string]bool{"42P17": true, "0A000": true, "42704": true, "42P16": true, "42P10": true, "42611": true}

// TestKinds compares refusals in DDL's places for expressions with a server's.
func TestKinds(t *testing.T) {
	server := pgtest.Start(t)
	if server.Version != 15 {
		t.Skipf("compares with PostgreSQL 15, not %d", server.Version)
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server.Database(t))
	require.NoError(t, err)
	defer conn.Close(ctx)
	setup, err := os.ReadFile("testdata/setup.sql")
	require.NoError(t, err)
	_, err = conn.Exec(ctx, string(setup))
	require.NoError(t, err)
	c := testCatalog(t)
	users := c.RelationNamed("", "users")
	for _, kind := range ddlKinds {
		t.Run(kind.name, func(t *testing.T) {
			for _, e := range ddlExprs {
				sql := strings.Replace(kind.sql, "%", e, 1)
				want, later := serverVerdict(t, conn, sql)
				got := kind.verdict(c, e, users)
				if strings.HasPrefix(want, "0 ") && got != "ok" {
					// ALTER TABLE knows no places.
					_, got, _ = strings.Cut(got, " ")
					got = "0 " + got
				}
				if got != want && !(later && got == "ok") {
					t.Errorf("%s\n got: %s\nwant: %s", sql, got, want)
				}
			}
		})
	}
}

// serverVerdict runs a statement and takes it back. later says that its
// refusal may come after the analysis.
func serverVerdict(t *testing.T, conn *pgx.Conn, sql string) (verdict string, later bool) {
	ctx := context.Background()
	tx, err := conn.Begin(ctx)
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback(ctx)) }()
	_, err = tx.Exec(ctx, sql)
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		require.NoError(t, err)
		return "ok", false
	}
	return errorText(refused.Code, int(refused.Position), refused.Message, refused.Detail, refused.Hint), refusedLater[refused.Code] && refused.Position == 0
}

// verdict is serverVerdict of ours: the expression is analysed where it stands
// in the statement.
func (k ddlKind) verdict(c *catalog.Catalog, e string, users *catalog.Relation) string {
	prefix := k.sql[:strings.Index(k.sql, "%")]
	const call = "SELECT f("
	text := call + e + ")"
	if pad := len(prefix) - len(call); pad > 0 {
		text = strings.Repeat(" ", pad) + text
	} else {
		text = "SELECT (" + e + ")"
		text = strings.Repeat(" ", max(len(prefix)-len("SELECT ("), 0)) + text
	}
	sel, err := parser.Parse(text)
	if err == nil {
		n := sel.(*ast.SelectStmt).TargetList[0].(*ast.ResTarget).Val
		if f, ok := n.(*ast.FuncCall); ok && strings.Contains(text, call) {
			n = f.Args[0]
		}
		err = pgerr.Catch(func() { k.analyse(New(c), n, users) })
	}
	if err == nil {
		return "ok"
	}
	position := 0
	if err.Position >= 0 {
		position = utf8.RuneCountInString(text[:err.Position]) + 1 + len(prefix) - strings.Index(text, e)
	}
	return errorText(err.Code, position, err.Message, err.Detail, err.Hint)
}
