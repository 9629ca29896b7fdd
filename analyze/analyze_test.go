package analyze

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

var rewrite = flag.Bool("rewrite", false, "write the answers in testdata anew from a PostgreSQL 15 server")

// A queryCase is one statement of a testdata file and PostgreSQL's answer: the
// result's columns, or the error.
type queryCase struct{ sql, want string }

// readCases reads statements with their answers: a statement, a line ----, the
// answer, an empty line.
func readCases(t *testing.T, path string) []queryCase {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var cases []queryCase
	for _, block := range strings.Split(strings.TrimSpace(string(data)), "\n\n") {
		sql, want, _ := strings.Cut(block, "\n----")
		cases = append(cases, queryCase{strings.TrimSpace(sql), strings.TrimSpace(want)})
	}
	return cases
}

func writeCases(t *testing.T, path string, cases []queryCase) {
	var b strings.Builder
	for i, c := range cases {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "%s\n----\n%s\n", c.sql, c.want)
	}
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
}

func caseFiles(t *testing.T) []string {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

// TestQueries compares our answers with PostgreSQL's, as testdata has them.
func TestQueries(t *testing.T) {
	c := testCatalog(t)
	for _, file := range caseFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			for _, q := range readCases(t, file) {
				if got := answer(c, q.sql); got != q.want {
					t.Errorf("%s\n got: %s\nwant: %s", q.sql, got, q.want)
				}
			}
		})
	}
}

// TestServer makes sure that the answers in testdata are a server's.
func TestServer(t *testing.T) {
	server := pgtest.Start(t)
	if server.Version != 15 {
		t.Skipf("the answers are PostgreSQL 15's, not %d's", server.Version)
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server.Database(t))
	require.NoError(t, err)
	defer conn.Close(ctx)
	setup, err := os.ReadFile("testdata/setup.sql")
	require.NoError(t, err)
	_, err = conn.Exec(ctx, string(setup))
	require.NoError(t, err)
	for _, file := range caseFiles(t) {
		cases := readCases(t, file)
		for i, q := range cases {
			got := serverAnswer(t, conn, q.sql)
			if *rewrite {
				cases[i].want = got
			} else if got != q.want {
				t.Errorf("%s\nserver: %s\n  want: %s", q.sql, got, q.want)
			}
		}
		if *rewrite {
			writeCases(t, file, cases)
		}
	}
}

func serverAnswer(t *testing.T, conn *pgx.Conn, sql string) string {
	ctx := context.Background()
	d, err := conn.Prepare(ctx, "", sql)
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return errorText(refused.Code, int(refused.Position), refused.Message, refused.Detail, refused.Hint)
	}
	require.NoError(t, err)
	var cols []string
	for _, f := range d.Fields {
		var name string
		err := conn.QueryRow(ctx, "SELECT format_type($1, $2)", f.DataTypeOID, f.TypeModifier).Scan(&name)
		require.NoError(t, err)
		cols = append(cols, f.Name+" "+name)
	}
	return strings.Join(cols, ", ")
}

func errorText(code string, position int, message, detail, hint string) string {
	s := fmt.Sprintf("%d error %s: %s", position, code, message)
	if detail != "" {
		s += "\nDETAIL: " + detail
	}
	if hint != "" {
		s += "\nHINT: " + hint
	}
	return s
}

// answer is serverAnswer of ours.
func answer(c *catalog.Catalog, sql string) (out string) {
	n, err := parser.Parse(sql)
	var q *query.Query
	if err == nil {
		err = pgerr.Catch(func() {
			a := New(c)
			a.UnknownParams, a.Text = true, sql
			q = a.Query(n)
			a.Rewrite(q)
			a.ParamTypes()
		})
	}
	if err != nil {
		position := 0
		if err.Position >= 0 {
			position = utf8.RuneCountInString(sql[:err.Position]) + 1
		}
		return errorText(err.Code, position, err.Message, err.Detail, err.Hint)
	}
	targets := q.TargetList
	if q.Command != ast.CMD_SELECT {
		targets = q.Returning
	}
	var cols []string
	for _, t := range targets {
		if !t.Resjunk {
			// The protocol describes a domain as its base type.
			typ, typmod := New(c).baseTypeAndTypmod(query.ExprType(t.Expr), query.ExprTypmod(t.Expr))
			cols = append(cols, t.Resname+" "+datum.FormatType(c, typ, typmod))
		}
	}
	return strings.Join(cols, ", ")
}

// testCatalog enters what testdata/setup.sql creates, as far as names and
// types go.
func testCatalog(t *testing.T) *catalog.Catalog {
	c := catalog.New()
	setup, err := os.ReadFile("testdata/setup.sql")
	require.NoError(t, err)
	for _, s := range parser.Split(string(setup)) {
		n, err := parser.Parse(s.Text)
		require.Nil(t, err, s.Text)
		if n != nil {
			setUp(t, c, n)
		}
	}
	return c
}

func setUp(t *testing.T, c *catalog.Catalog, n ast.Node) {
	a := New(c)
	switch n := n.(type) {
	case *ast.CreateStmt:
		addTable(c, n.Relation.Relname, n.TableElts)
	case *ast.CompositeTypeStmt:
		addTable(c, n.Typevar.Relname, n.Coldeflist).Kind = catalog.CompositeType
	case *ast.CreateEnumStmt:
		e := addType(c, &catalog.Type{Header: header(ast.Strings(n.TypeName)[0]), Len: 4, Kind: 'e', Category: 'E', Defined: true, Input: "enum_in", Output: "enum_out"})
		for _, l := range ast.Strings(n.Vals) {
			e.Labels = append(e.Labels, catalog.EnumLabel{Label: l})
		}
	case *ast.CreateDomainStmt:
		base, typmod := a.TypeName(n.TypeName)
		b := c.Type(base)
		addType(c, &catalog.Type{Header: header(ast.Strings(n.Domainname)[0]), Len: b.Len, Kind: 'd', Category: b.Category, Defined: true,
			BaseType: base, Typmod: typmod, Collation: b.Collation, Input: "domain_in", Output: b.Output, Delim: ','})
	case *ast.CreateFunctionStmt:
		addFunction(c, n)
	case *ast.ViewStmt:
		q := a.Query(n.Query)
		v := &catalog.Relation{Header: header(n.View.Relname), Kind: catalog.View, Query: q}
		for i, te := range q.TargetList {
			v.Columns = append(v.Columns, &catalog.Column{Num: int16(i + 1), Name: te.Resname, Type: query.ExprType(te.Expr),
				Typmod: query.ExprTypmod(te.Expr), Collation: query.ExprCollation(te.Expr)})
		}
		addRowType(c, v)
	default:
		t.Fatalf("setup.sql: %s", n.Tag())
	}
}

func header(name string) catalog.Header {
	return catalog.Header{Name: name, Namespace: pg.Public, Owner: catalog.Superuser}
}

func addType(c *catalog.Catalog, typ *catalog.Type) *catalog.Type {
	typ.Delim, typ.Typmod = ',', max(typ.Typmod, -1)
	if typ.Kind != 'd' {
		typ.Typmod = -1
	}
	c.Add(typ)
	arr := &catalog.Type{Header: header("_" + typ.Name), Len: -1, Kind: 'b', Category: 'A', Defined: true, Elem: typ.OID, Delim: ',',
		Subscript: "array_subscript_handler", Typmod: -1, Input: "array_in", Output: "array_out", Storage: 'x', Collation: typ.Collation}
	c.Add(arr)
	typ.Array = arr.OID
	return typ
}

func addRowType(c *catalog.Catalog, r *catalog.Relation) {
	r.OID = c.NewOID()
	typ := addType(c, &catalog.Type{Header: header(r.Name), Len: -1, Kind: 'c', Category: 'C', Defined: true, RelID: r.OID, Input: "record_in", Output: "record_out", Storage: 'x'})
	r.Type = typ.OID
	c.Add(r)
}

func addTable(c *catalog.Catalog, name string, elements []ast.Node) *catalog.Relation {
	r := &catalog.Relation{Header: header(name), Kind: catalog.Table, Persistence: 'p'}
	for _, e := range elements {
		def := e.(*ast.ColumnDef)
		typ, typmod := TypeName(c, def.TypeName)
		col := &catalog.Column{Num: int16(len(r.Columns) + 1), Name: def.Colname, Type: typ, Typmod: typmod, Collation: ColumnCollation(c, def, typ)}
		for _, k := range def.Constraints {
			switch k := k.(*ast.Constraint); k.Contype {
			case ast.CONSTR_PRIMARY:
				con := &catalog.Constraint{Header: header(name + "_pkey"), Kind: 'p', Key: []int16{col.Num}}
				c.Add(con)
				r.Constraints = append(r.Constraints, con)
				r.Indexes = append(r.Indexes, &catalog.Relation{IndexInfo: &catalog.IndexInfo{Unique: true, Immediate: true, Primary: true, KeyCount: 1, Keys: []catalog.IndexKey{{Column: col.Num}}}})
			case ast.CONSTR_IDENTITY:
				col.Identity = k.GeneratedWhen[0]
			case ast.CONSTR_GENERATED:
				col.Generated = 's'
			}
		}
		r.Columns = append(r.Columns, col)
	}
	addRowType(c, r)
	return r
}

func addFunction(c *catalog.Catalog, n *ast.CreateFunctionStmt) {
	names := ast.Strings(n.Funcname)
	p := &catalog.Proc{Header: header(names[len(names)-1]), Kind: 'f', Volatile: 'v', Lang: pg.LangSQL, RetType: pg.Void}
	if n.IsProcedure {
		p.Kind = 'p'
	}
	outs := 0
	for _, f := range n.Parameters {
		fp := f.(*ast.FunctionParameter)
		typ, _ := TypeName(c, fp.ArgType)
		mode := map[ast.FunctionParameterMode]byte{ast.FUNC_PARAM_OUT: 'o', ast.FUNC_PARAM_INOUT: 'b', ast.FUNC_PARAM_VARIADIC: 'v', ast.FUNC_PARAM_TABLE: 't'}[fp.Mode]
		if mode == 0 {
			mode = 'i'
		}
		p.AllArgTypes, p.ArgModes, p.ArgNames = append(p.AllArgTypes, typ), p.ArgModes+string(mode), append(p.ArgNames, fp.Name)
		if mode == 'o' || mode == 'b' || mode == 't' {
			outs++
			p.RetType = typ
		}
		if mode == 'o' || mode == 't' {
			continue
		}
		p.ArgTypes = append(p.ArgTypes, typ)
		if mode == 'v' {
			p.Variadic = New(c).elementType(typ)
		}
		if fp.Defexpr != nil {
			p.Defaults = append(p.Defaults, New(c).FunctionDefault(fp.Defexpr, typ))
			p.NDefaults++
		}
	}
	if outs > 1 {
		p.RetType = pg.Record
	}
	if n.ReturnType != nil {
		p.RetSet = n.ReturnType.Setof
		if outs <= 1 {
			p.RetType, _ = TypeName(c, n.ReturnType)
		}
	}
	if strings.Trim(p.ArgModes, "i") == "" {
		p.AllArgTypes, p.ArgModes = nil, ""
	}
	c.Add(p)
}
