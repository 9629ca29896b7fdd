package deparse_test

import (
	"context"
	"flag"
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
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

var rewrite = flag.Bool("rewrite", false, "write what deparse prints into testdata")

const viewsFile = "testdata/views.txt"

// A viewCase is one query of testdata/views.txt and the texts of a view of it,
// without and with pretty printing.
type viewCase struct{ sql, def, pretty string }

// viewCases reads "query, ----, definition, ----, pretty definition, ====".
func viewCases(t *testing.T) []viewCase {
	t.Helper()
	data, err := os.ReadFile(viewsFile)
	require.NoError(t, err)
	var cases []viewCase
	for _, block := range strings.Split(strings.TrimSuffix(string(data), "====\n"), "====\n") {
		parts := strings.Split(strings.Trim(block, "\n"), "\n----\n")
		c := viewCase{sql: parts[0]}
		if len(parts) == 3 {
			c.def, c.pretty = parts[1], parts[2]
		}
		cases = append(cases, c)
	}
	return cases
}

// tables makes a catalog with the tables of testdata/setup.sql.
func tables(t *testing.T) (c *catalog.Catalog, setup string) {
	t.Helper()
	data, err := os.ReadFile("testdata/setup.sql")
	require.NoError(t, err)
	c = catalog.New()
	for _, s := range parser.Split(string(data)) {
		node, perr := parser.Parse(s.Text)
		require.Nil(t, perr)
		if n, ok := node.(*ast.CreateStmt); ok {
			addTable(c, n)
		}
	}
	sequence := &catalog.Relation{Header: header("s"), Kind: catalog.Sequence, Persistence: 'p', SeqInfo: &catalog.SequenceInfo{Type: pg.Int8}}
	c.Add(sequence)
	return c, string(data)
}

func header(name string) catalog.Header {
	return catalog.Header{Name: name, Namespace: pg.Public, Owner: catalog.Superuser}
}

func addTable(c *catalog.Catalog, n *ast.CreateStmt) {
	r := &catalog.Relation{Header: header(n.Relation.Relname), Kind: catalog.Table, Persistence: 'p', ReplicaIdentity: 'd'}
	for i, elt := range n.TableElts {
		def := elt.(*ast.ColumnDef)
		typ, typmod := analyze.TypeName(c, def.TypeName)
		r.Columns = append(r.Columns, &catalog.Column{Num: int16(i + 1), Name: def.Colname, Type: typ, Typmod: typmod,
			Collation: analyze.ColumnCollation(c, def, typ), IsLocal: true, Statistics: -1})
	}
	c.Add(r)
	row := &catalog.Type{Header: header(r.Name), Kind: 'c', Category: 'C', Defined: true, Delim: ',', Len: -1, RelID: r.OID,
		Input: "record_in", Output: "record_out"}
	c.Add(row)
	r.Type = row.OID
}

// TestViews compares what deparse prints with testdata.
func TestViews(t *testing.T) {
	c, _ := tables(t)
	cases := viewCases(t)
	for i, v := range cases {
		_, def, pretty := ourView(t, c, v.sql)
		if *rewrite {
			cases[i].def, cases[i].pretty = def, pretty
			continue
		}
		require.Equal(t, v.def, def, v.sql)
		require.Equal(t, v.pretty, pretty, v.sql)
	}
	if *rewrite {
		writeCases(t, cases)
	}
}

func writeCases(t *testing.T, cases []viewCase) {
	t.Helper()
	var out strings.Builder
	for _, v := range cases {
		fmt.Fprintf(&out, "%s\n----\n%s\n----\n%s\n====\n", v.sql, v.def, v.pretty)
	}
	require.NoError(t, os.WriteFile(viewsFile, []byte(out.String()), 0o644))
}

// TestViewsOnServer compares testdata with what a server prints.
func TestViewsOnServer(t *testing.T) {
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
	for _, v := range viewCases(t) {
		view, _, _ := ourView(t, c, v.sql)
		def, pretty, err := theirView(ctx, conn, v.sql, view)
		require.NoError(t, err, v.sql)
		require.Equal(t, def, v.def, v.sql)
		require.Equal(t, pretty, v.pretty, v.sql)
	}
}

// theirView makes a view on the server and gives its definitions.
func theirView(ctx context.Context, conn *pgx.Conn, sql string, view *catalog.Relation) (def, pretty string, err error) {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return "", "", err
	}
	defer tx.Rollback(ctx)
	names := make([]string, len(view.Columns))
	for i, col := range view.Columns {
		names[i] = deparse.QuoteIdent(col.Name)
	}
	list := ""
	if len(names) > 0 {
		list = "(" + strings.Join(names, ", ") + ")"
	}
	if _, err = tx.Exec(ctx, "CREATE TEMP VIEW v"+list+" AS "+sql); err != nil {
		return "", "", err
	}
	err = tx.QueryRow(ctx, "SELECT set_config('search_path', '', true), pg_get_viewdef('pg_temp.v'::regclass), pg_get_viewdef('pg_temp.v'::regclass, true)").
		Scan(nil, &def, &pretty)
	return def, pretty, err
}

// ourView makes a view of a query and prints it. A column whose name another
// one has is called c with its number.
func ourView(t *testing.T, c *catalog.Catalog, sql string) (view *catalog.Relation, def, pretty string) {
	t.Helper()
	node, perr := parser.Parse(sql)
	require.Nil(t, perr, sql)
	view = &catalog.Relation{Header: catalog.Header{OID: 1 << 30, Name: "v"}, Kind: catalog.View}
	err := pgerr.Catch(func() {
		view.Query = analyze.New(c).Query(node)
		taken := map[string]bool{}
		for _, target := range view.Query.TargetList {
			if target.Resjunk {
				continue
			}
			name := target.Resname
			if taken[name] {
				name = fmt.Sprintf("c%d", len(view.Columns)+1)
			}
			taken[name] = true
			view.Columns = append(view.Columns, &catalog.Column{Name: name})
		}
		c.WithSearchPath(nil, func() {
			def, pretty = deparse.ViewDef(c, view), deparse.ViewDefPretty(c, view)
		})
	})
	require.Nil(t, err, sql)
	return view, def, pretty
}
