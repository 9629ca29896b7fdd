package deparse_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/deparse"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// attributes lists the columns of the test's tables.
const attributes = `SELECT c.relname, c.relkind::text, a.attname, a.atttypid, a.atttypmod, a.attcollation
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'S') AND a.attnum > 0 ORDER BY c.oid, a.attnum`

// tables makes a catalog with the tables that the server has.
func tables(t *testing.T, ctx context.Context, conn *pgx.Conn) *catalog.Catalog {
	t.Helper()
	c := catalog.New()
	rows, err := conn.Query(ctx, attributes)
	require.NoError(t, err)
	for rows.Next() {
		var table, kind string
		var col catalog.Column
		var typ, collation uint32
		require.NoError(t, rows.Scan(&table, &kind, &col.Name, &typ, &col.Typmod, &collation))
		col.Type, col.Collation, col.IsLocal, col.Statistics = pg.OID(typ), pg.OID(collation), true, -1
		r := c.RelationNamed("public", table)
		if r == nil {
			r = &catalog.Relation{Header: catalog.Header{Name: table, Namespace: pg.Public, Owner: catalog.Superuser},
				Kind: kind[0], Persistence: 'p', ReplicaIdentity: 'd'}
			c.Add(r)
			row := &catalog.Type{Header: catalog.Header{Name: table, Namespace: pg.Public, Owner: catalog.Superuser},
				Kind: 'c', Category: 'C', Defined: true, Delim: ',', Len: -1, RelID: r.OID, Input: "record_in", Output: "record_out"}
			c.Add(row)
			r.Type = row.OID
		}
		col.Num = int16(len(r.Columns) + 1)
		r.Columns = append(r.Columns, &col)
	}
	require.NoError(t, rows.Err())
	return c
}

// TestViews compares the definitions of views with a server's.
func TestViews(t *testing.T) {
	server := pgtest.Start(t)
	if server.Version != 15 {
		t.Skipf("the texts are PostgreSQL 15's, the server is %d", server.Version)
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server.Database(t))
	require.NoError(t, err)
	defer conn.Close(ctx)
	setup, err := os.ReadFile("testdata/setup.sql")
	require.NoError(t, err)
	_, err = conn.Exec(ctx, string(setup)+"; CREATE SEQUENCE s")
	require.NoError(t, err)
	c := tables(t, ctx, conn)

	queries, err := os.ReadFile("testdata/queries.sql")
	require.NoError(t, err)
	for _, sql := range strings.Split(strings.TrimSpace(string(queries)), "\n") {
		compareView(t, ctx, conn, c, sql)
	}
}

// definitions makes a view on the server, with the names c1, c2, … for its
// columns if it has its own ones twice, and gives its definitions.
func definitions(ctx context.Context, conn *pgx.Conn, sql string, named int) (want, pretty string, err error) {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return "", "", err
	}
	defer tx.Rollback(ctx)
	if _, err = tx.Exec(ctx, "CREATE TEMP VIEW pg_temp_v"+columnList(named)+" AS "+sql); err != nil {
		return "", "", err
	}
	err = tx.QueryRow(ctx, "SELECT set_config('search_path', '', true), pg_get_viewdef('pg_temp.pg_temp_v'::regclass), pg_get_viewdef('pg_temp.pg_temp_v'::regclass, true)").
		Scan(nil, &want, &pretty)
	return want, pretty, err
}

func columnList(n int) string {
	if n == 0 {
		return ""
	}
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("c%d", i+1)
	}
	return "(" + strings.Join(names, ", ") + ")"
}

func compareView(t *testing.T, ctx context.Context, conn *pgx.Conn, c *catalog.Catalog, sql string) {
	t.Helper()
	view, got, gotPretty := ourView(t, c, sql, false)
	want, pretty, err := definitions(ctx, conn, sql, 0)
	if err != nil && strings.Contains(err.Error(), "more than once") {
		want, pretty, err = definitions(ctx, conn, sql, len(view.Columns))
		_, got, gotPretty = ourView(t, c, sql, true)
	}
	if err != nil {
		t.Errorf("the server refuses %s: %v", sql, err)
		return
	}
	if got != want {
		t.Errorf("%s\n--- want\n%s\n--- got\n%s", sql, want, got)
	} else if gotPretty != pretty {
		t.Errorf("pretty: %s\n--- want\n%s\n--- got\n%s", sql, pretty, gotPretty)
	}
}

// ourView makes a view of a query and prints it.
func ourView(t *testing.T, c *catalog.Catalog, sql string, named bool) (view *catalog.Relation, def, pretty string) {
	t.Helper()
	node, perr := parser.Parse(sql)
	require.Nil(t, perr, sql)
	view = &catalog.Relation{Header: catalog.Header{OID: 1 << 30, Name: "v"}, Kind: catalog.View}
	err := pgerr.Catch(func() {
		view.Query = analyze.New(c).Query(node)
		for _, target := range view.Query.TargetList {
			if target.Resjunk {
				continue
			}
			col := &catalog.Column{Name: target.Resname}
			view.Columns = append(view.Columns, col)
			if named {
				col.Name = fmt.Sprintf("c%d", len(view.Columns))
			}
		}
		c.WithSearchPath(nil, func() {
			def, pretty = deparse.ViewDef(c, view), deparse.ViewDefPretty(c, view)
		})
	})
	if err != nil {
		return view, "ERROR " + err.Error(), ""
	}
	return view, def, pretty
}
