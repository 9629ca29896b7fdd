package analyze

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/deparse"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/query"
)

// TestViews makes a view of every query in testdata that can be one, and
// compares the query tree, written as SQL, with what a server has of it.
func TestViews(t *testing.T) {
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
	compared := 0
	for _, file := range caseFiles(t) {
		for _, q := range readCases(t, file) {
			if strings.Contains(q.want, "error ") || strings.Contains(q.sql, "'now'::") {
				continue
			}
			want, ok := serverView(t, conn, q.sql)
			if !ok {
				continue
			}
			compared++
			if got := oneLine(viewOf(t, c, q.sql)); got != want {
				t.Errorf("%s\n got: %s\nwant: %s", q.sql, got, want)
			}
		}
	}
	require.Greater(t, compared, 500)
}

func oneLine(s string) string { return strings.TrimSuffix(strings.Join(strings.Fields(s), " "), ";") }

// serverView gives a view's definition by a server; false when the query
// cannot be a view.
func serverView(t *testing.T, conn *pgx.Conn, sql string) (definition string, ok bool) {
	ctx := context.Background()
	tx, err := conn.Begin(ctx)
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback(ctx)) }()
	if _, err = tx.Exec(ctx, "CREATE VIEW v AS "+sql); err != nil {
		return "", false
	}
	_, err = tx.Exec(ctx, "SET LOCAL search_path = ''")
	require.NoError(t, err)
	require.NoError(t, tx.QueryRow(ctx, "SELECT pg_get_viewdef('public.v'::regclass)").Scan(&definition))
	return oneLine(definition), true
}

func viewOf(t *testing.T, c *catalog.Catalog, sql string) (definition string) {
	n, err := parser.Parse(sql)
	require.Nil(t, err)
	v := &catalog.Relation{Header: header("v"), Kind: catalog.View, Query: New(c).Query(n)}
	for _, te := range v.Query.TargetList {
		if !te.Resjunk {
			v.Columns = append(v.Columns, &catalog.Column{Num: te.Resno, Name: te.Resname, Type: query.ExprType(te.Expr), Typmod: query.ExprTypmod(te.Expr)})
		}
	}
	c.WithSearchPath([]string{}, func() { definition = deparse.ViewDef(c, v) })
	return definition
}
