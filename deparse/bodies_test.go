package deparse_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/deparse"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// bodies are bodies of functions f(x int, y text, int), as statements of BEGIN
// ATOMIC or an expression of RETURN.
var bodies = []string{
	"BEGIN ATOMIC SELECT x, y, $3, f.x FROM u WHERE a = x; END",
	"BEGIN ATOMIC INSERT INTO u (a, b) VALUES (x, y); SELECT 1; END",
	"BEGIN ATOMIC INSERT INTO u DEFAULT VALUES; SELECT 1; END",
	"BEGIN ATOMIC INSERT INTO u AS z (a, b) VALUES (1, 'x'), (x, DEFAULT) RETURNING z.a, b AS q; END",
	"BEGIN ATOMIC INSERT INTO u (a, w) SELECT a, b FROM t WHERE a > f.x ORDER BY 1; SELECT 1; END",
	"BEGIN ATOMIC INSERT INTO k (id, n) VALUES (x, 1) ON CONFLICT (id) DO UPDATE SET n = k.n + excluded.n, note = y WHERE k.n < 3; SELECT 1; END",
	"BEGIN ATOMIC INSERT INTO k VALUES (1) ON CONFLICT DO NOTHING; SELECT 1; END",
	"BEGIN ATOMIC INSERT INTO k (id) OVERRIDING USER VALUE VALUES (1) ON CONFLICT (id) WHERE n > 1 DO NOTHING; SELECT 1; END",
	"BEGIN ATOMIC WITH q AS (SELECT a FROM t) INSERT INTO u (a) SELECT a FROM q RETURNING *; END",
	"BEGIN ATOMIC UPDATE u SET a = x, b = upper(b) WHERE v = 1; SELECT 1; END",
	"BEGIN ATOMIC UPDATE u SET a = z.a FROM t z JOIN old USING (a) WHERE z.a = u.v RETURNING u.a, z.b; END",
	"BEGIN ATOMIC UPDATE u p SET (a, b) = (SELECT a, b FROM t WHERE t.a = p.a), v = DEFAULT; SELECT 1; END",
	"BEGIN ATOMIC UPDATE ONLY t SET g[1] = f.x, g[2:3] = '{1,2}', f['a'] = '1'; SELECT 1; END",
	"BEGIN ATOMIC DELETE FROM u WHERE a = x; SELECT 1; END",
	"BEGIN ATOMIC DELETE FROM u q USING t, old o WHERE q.a = t.a AND o.a = q.v RETURNING q.*; END",
	"BEGIN ATOMIC WITH d AS (DELETE FROM u WHERE a = x RETURNING *) SELECT count(*) FROM d; END",
	"BEGIN ATOMIC MERGE INTO u USING t ON u.a = t.a WHEN MATCHED AND t.b = y THEN UPDATE SET b = t.b WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (a, b) VALUES (t.a, t.b); SELECT 1; END",
	"BEGIN ATOMIC MERGE INTO u AS m USING (SELECT 1 AS one) s ON m.a = s.one WHEN NOT MATCHED THEN INSERT DEFAULT VALUES WHEN MATCHED THEN DO NOTHING; SELECT 1; END",
	"BEGIN ATOMIC VALUES (x, y); END",
	"RETURN x + 1",
	"RETURN (SELECT max(a) FROM u WHERE b = y)",
	"RETURN CASE WHEN x > 1 THEN y ELSE 'z' END",
}

// TestBodiesOnServer compares the bodies of SQL functions with a server's.
func TestBodiesOnServer(t *testing.T) {
	server := pgtest.Start(t)
	if server.Version != 15 {
		t.Skipf("the texts are PostgreSQL 15's, the server is %d", server.Version)
	}
	c, setup := tables(t)
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server.Database(t))
	require.NoError(t, err)
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, setup)
	require.NoError(t, err)
	for _, body := range bodies {
		sql := "CREATE FUNCTION f(x int, y text, int) RETURNS SETOF record LANGUAGE sql " + body
		if body[0] == 'R' {
			sql = "CREATE FUNCTION f(x int, y text, int) RETURNS text LANGUAGE sql " + body
		}
		tx, err := conn.Begin(ctx)
		require.NoError(t, err)
		var want string
		_, err = tx.Exec(ctx, sql)
		if !assert.NoError(t, err, body) {
			require.NoError(t, tx.Rollback(ctx))
			continue
		}
		require.NoError(t, tx.QueryRow(ctx, "SELECT set_config('search_path', '', true), pg_get_function_sqlbody($1::text::regproc)", "public.f").Scan(nil, &want))
		require.NoError(t, tx.Rollback(ctx))
		assert.Equal(t, want, ourBody(t, c, sql), body)
	}
}

// ourBody analyses a function's body and prints it.
func ourBody(t *testing.T, c *catalog.Catalog, sql string) (text string) {
	t.Helper()
	node, perr := parser.Parse(sql)
	require.Nil(t, perr, sql)
	f := &catalog.Proc{Header: catalog.Header{Name: "f"}, Kind: 'f', ArgTypes: []pg.OID{pg.Int4, pg.Text, pg.Int4}, ArgNames: []string{"x", "y", ""}}
	analysed := func(n ast.Node) *query.Query {
		a := analyze.New(c)
		a.Function = "f"
		for i, typ := range f.ArgTypes {
			a.Params = append(a.Params, analyze.Param{Name: f.ArgNames[i], Type: typ})
		}
		return a.Query(n)
	}
	err := pgerr.Catch(func() {
		switch body := node.(*ast.CreateFunctionStmt).SqlBody.(type) {
		case *ast.List:
			for _, n := range body.Items[0].(*ast.List).Items {
				f.Body = append(f.Body, analysed(n))
			}
		default:
			f.Body = append(f.Body, analysed(body))
		}
		c.WithSearchPath(nil, func() { text = deparse.FuncSQLBody(c, f) })
	})
	require.Nil(t, err, sql)
	return text
}
