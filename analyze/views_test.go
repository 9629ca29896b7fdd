package analyze

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
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
			want, needs, ok := serverView(t, conn, q.sql)
			if !ok {
				continue
			}
			compared++
			v := viewOf(t, c, q.sql)
			got := ""
			c.WithSearchPath([]string{}, func() { got = oneLine(deparse.ViewDef(c, v)) })
			if got != want {
				t.Errorf("%s\n got: %s\nwant: %s", q.sql, got, want)
			}
			if got := referenceNames(c, QueryReferences(c, v.Query)); !slices.Equal(got, needs) {
				t.Errorf("%s needs\n got: %s\nwant: %s", q.sql, got, needs)
			}
		}
	}
	require.Greater(t, compared, 500)
}

func oneLine(s string) string { return strings.TrimSuffix(strings.Join(strings.Fields(s), " "), ";") }

// needed lists what a view's rule depends on, as class and name.
const needed = `SELECT coalesce(array_agg(DISTINCT n ORDER BY n), '{}') FROM (
	SELECT i.type || ' ' || (CASE WHEN i.type LIKE 'function%' THEN p.proname ELSE i.identity END) COLLATE "C" AS n
	FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
	CROSS JOIN LATERAL pg_identify_object(d.refclassid, d.refobjid, d.refobjsubid) i
	LEFT JOIN pg_proc p ON p.oid = d.refobjid
	WHERE r.ev_class = 'public.v'::regclass AND d.deptype = 'n' AND d.refobjid <> 'public.v'::regclass AND d.refobjid >= 16384) s`

// referenceNames is needed of ours.
func referenceNames(c *catalog.Catalog, list []catalog.Address) []string {
	names := []string{}
	for _, a := range list {
		switch o := c.Object(catalog.Address{Class: a.Class, OID: a.OID}).(type) {
		case *catalog.Relation:
			kind := map[byte]string{catalog.Table: "table", catalog.View: "view", catalog.CompositeType: "composite type"}[o.Kind]
			if c.Pinned(a) {
				continue
			}
			if a.Sub != 0 {
				rte := &query.RangeTblEntry{Kind: query.RTERelation, Relation: o.OID}
				names = append(names, kind+" column public."+o.Name+"."+attributeName(c, rte, a.Sub))
			} else {
				names = append(names, kind+" public."+o.Name)
			}
		case *catalog.Type:
			if !c.Pinned(a) {
				names = append(names, "type "+datum.QualifiedTypeName(c, o.OID))
			}
		case *catalog.Proc:
			if !c.Pinned(a) {
				names = append(names, "function "+o.Name)
			}
		case *catalog.Constraint:
			names = append(names, "table constraint "+o.Name+" on public."+strings.TrimSuffix(o.Name, "_pkey"))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// serverView gives a view's definition by a server and what it depends on;
// false when the query cannot be a view.
func serverView(t *testing.T, conn *pgx.Conn, sql string) (definition string, needs []string, ok bool) {
	ctx := context.Background()
	tx, err := conn.Begin(ctx)
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback(ctx)) }()
	if _, err = tx.Exec(ctx, "CREATE VIEW v AS "+sql); err != nil {
		return "", nil, false
	}
	_, err = tx.Exec(ctx, "SET LOCAL search_path = ''")
	require.NoError(t, err)
	require.NoError(t, tx.QueryRow(ctx, "SELECT pg_get_viewdef('public.v'::regclass)").Scan(&definition))
	require.NoError(t, tx.QueryRow(ctx, needed).Scan(&needs))
	return oneLine(definition), needs, true
}

func viewOf(t *testing.T, c *catalog.Catalog, sql string) *catalog.Relation {
	n, err := parser.Parse(sql)
	require.Nil(t, err)
	v := &catalog.Relation{Header: header("v"), Kind: catalog.View, Query: New(c).Query(n)}
	for _, te := range v.Query.TargetList {
		if !te.Resjunk {
			v.Columns = append(v.Columns, &catalog.Column{Num: te.Resno, Name: te.Resname, Type: query.ExprType(te.Expr), Typmod: query.ExprTypmod(te.Expr)})
		}
	}
	return v
}
