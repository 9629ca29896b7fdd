package where

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/parser/ast"
)

var (
	seed    = flag.Uint64("where.seed", 1, "the seed of the oracle's rows and clauses")
	clauses = flag.Int("where.clauses", 2000, "how many clauses the oracle tries")
)

// oracleTable is what generate_test.go knows the columns of.
const oracleTable = `
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE items (id int4, k int4, small int2, big int8, price numeric, n2 numeric(12,2), f float8, f4 float4, title text, body text,
  name varchar(20), ok bool, hot bool, u uuid, u2 uuid, d date, d2 date, t time, ts timestamp, tz timestamptz, tags text[], nums int4[],
  bigs int8[], us uuid[], mood mood, iv interval, code char(5));
CREATE FUNCTION holds(clause text) RETURNS int8[] LANGUAGE plpgsql AS $$
DECLARE out int8[]; one int8; place int8;
BEGIN
  BEGIN
    EXECUTE 'SELECT coalesce(array_agg(n ORDER BY n), ''{}'') FROM numbered items WHERE (' || clause || ') IS TRUE' INTO out;
    RETURN out;
  EXCEPTION WHEN others THEN out := '{}';
  END;
  IF EXISTS (SELECT FROM pg_prepared_statements WHERE name = 'each') THEN
    DEALLOCATE each;
  END IF;
  BEGIN
    EXECUTE 'PREPARE each(int8) AS SELECT n FROM (SELECT * FROM numbered WHERE n = $1 OFFSET 0) items WHERE (' || clause || ') IS TRUE';
    EXECUTE 'EXPLAIN EXECUTE each(0)';
  EXCEPTION WHEN others THEN
    RETURN out;
  END;
  FOR place IN SELECT n FROM numbered LOOP
    BEGIN
      EXECUTE 'EXECUTE each(' || place || ')' INTO one;
      IF one IS NOT NULL THEN out := out || one; END IF;
    EXCEPTION WHEN others THEN NULL;
    END;
  END LOOP;
  RETURN out;
END $$;`

// An oracle is a server with the same rows as a test.
type oracle struct {
	conn  *pgx.Conn
	table *Table
	rows  [][][]byte
}

// connect opens a session with the display settings of shapes.
func connect(t testing.TB) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig(pgtest.Start(t).Database(t))
	require.NoError(t, err)
	for name, setting := range map[string]string{
		"bytea_output": "hex", "datestyle": "ISO, DMY", "timezone": "UTC", "extra_float_digits": "1", "intervalstyle": "iso_8601",
		"plan_cache_mode": "force_generic_plan",
	} {
		config.RuntimeParams[name] = setting
	}
	conn, err := pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// describe reads a table as a server has it.
func describe(t testing.TB, conn *pgx.Conn, name string) *Table {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT attname::text, t.oid, atttypmod, n.nspname::text, t.typname::text, t.typtype::text,
		CASE WHEN t.typsubscript = 'array_subscript_handler'::regproc THEN t.typelem ELSE 0 END, coalesce(co.collname, '')::text
		FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid JOIN pg_namespace n ON n.oid = t.typnamespace
		LEFT JOIN pg_collation co ON co.oid = attcollation
		WHERE attrelid = $1::regclass AND attnum > 0 ORDER BY attnum`, name)
	require.NoError(t, err)
	table := &Table{Schema: "public", Name: name}
	table.Columns, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (c Column, err error) {
		var kind, collation string
		err = r.Scan(&c.Name, &c.Type.OID, &c.Type.Typmod, &c.Type.Schema, &c.Type.Name, &kind, &c.Type.Elem, &collation)
		c.Type.Kind, c.Collation = kind[0], Bytes
		return c, err
	})
	require.NoError(t, err)
	return table
}

// newOracle fills the table with random rows, a quarter of the values NULL.
func newOracle(t testing.TB, r *rand.Rand, count int) *oracle {
	t.Helper()
	conn := connect(t)
	_, err := conn.Exec(t.Context(), oracleTable)
	require.NoError(t, err)
	o := &oracle{conn: conn, table: describe(t, conn, "items")}
	for range count {
		var values []string
		for _, col := range o.table.Columns {
			values = append(values, randomValue(r, col))
		}
		_, err := conn.Exec(t.Context(), "INSERT INTO items VALUES ("+strings.Join(values, ", ")+")")
		require.NoError(t, err)
	}
	_, err = conn.Exec(t.Context(), "CREATE TABLE numbered AS SELECT items.*, row_number() OVER () AS n FROM items")
	require.NoError(t, err)
	o.rows = textRows(t, conn, "SELECT * FROM numbered ORDER BY n")
	for i := range o.rows {
		o.rows[i] = o.rows[i][:len(o.table.Columns)]
	}
	return o
}

// textRows gives a query's rows as their types' texts.
func textRows(t testing.TB, conn *pgx.Conn, sql string) [][][]byte {
	t.Helper()
	results, err := conn.PgConn().Exec(t.Context(), sql).ReadAll()
	require.NoError(t, err)
	return results[len(results)-1].Rows
}

// special are values that no literal of generate_test.go has.
var special = map[string][]string{
	"numeric": {"NaN", "Infinity", "-Infinity", "1e50", "-0.00"}, "float8": {"NaN", "Infinity", "-Infinity", "-0", "1e308"},
	"float4": {"NaN", "Infinity", "-0"}, "date": {"infinity", "-infinity", "0044-03-15 BC", "10000-01-01"},
	"timestamp":   {"infinity", "-infinity", "0044-03-15 01:02:03 BC", "20000-01-01 00:00:00.000001"},
	"timestamptz": {"infinity", "-infinity", "0044-03-15 01:02:03+00 BC"}, "time": {"24:00:00"},
	"_int4": {"[0:1]={5,6}", "{NULL}"}, "_text": {`[2:3]={a,b}`, `{"a,b","{}","",NULL,"null"}`},
}

func randomValue(r *rand.Rand, col Column) string {
	if r.IntN(4) == 0 {
		return "NULL"
	}
	name := col.Type.Name
	list := literalsOf[strings.Replace(strings.TrimPrefix(name, "_"), " ", "", -1)+map[bool]string{true: "[]"}[col.Type.Elem != 0]]
	list = append(append([]string{}, list...), special[name]...)
	if name == "mood" {
		list = []string{"sad", "ok", "happy"}
	}
	text := list[r.IntN(len(list))]
	if col.Name == "n2" {
		text = []string{"1.50", "-1.5", "0", "9.99", "2", "1000000"}[r.IntN(6)]
	}
	return "E'" + strings.ReplaceAll(text, `\`, `\\`) + "'"
}

// holds asks the server for which rows clauses hold.
func (o *oracle) holds(t testing.TB, sqls []string) [][]int64 {
	t.Helper()
	rows, err := o.conn.Query(t.Context(), "SELECT holds(c) FROM unnest($1::text[]) WITH ORDINALITY AS q(c, n) ORDER BY n", sqls)
	require.NoError(t, err)
	out, err := pgx.CollectRows(rows, pgx.RowTo[[]int64])
	require.NoError(t, err)
	return out
}

// sameTypes says whether the server takes a clause and types its parameters as
// Electric does.
func (o *oracle) sameTypes(t testing.TB, clause string, params []string) bool {
	description, err := o.conn.PgConn().Prepare(t.Context(), "", "SELECT FROM items WHERE "+clause, nil)
	if err != nil {
		return false
	}
	c, tree := checkedClause(t, clause, params, o.table)
	require.NotNil(t, tree)
	for i, oid := range description.ParamOIDs {
		typ := builtinType(oid)
		if typ == nil || columnType(Type{OID: oid, Name: typ.Name, Elem: uint32(elementType(typ.OID))}) != c.resolved[i+1].typ {
			return false
		}
	}
	return true
}

// checkedClause runs the checker alone; the tree is nil when it refuses.
func checkedClause(t testing.TB, clause string, params []string, table *Table) (*checker, ast.Node) {
	t.Helper()
	tree, err := parseClause(clause)
	require.Nil(t, err)
	c := newChecker(table, numbered(params), Options{})
	if _, err = c.check(tree); err != nil {
		return c, nil
	}
	return c, tree
}

// refuses asks that a clause which Electric's rules take and Compile refuses is
// one that the server cannot plan either.
func (o *oracle) refuses(t testing.TB, clause string, params []string, refusal *Error) {
	c, tree := checkedClause(t, clause, params, o.table)
	if tree == nil {
		return
	}
	c.substitute(&tree)
	_, err := o.conn.Exec(t.Context(), "EXPLAIN SELECT FROM items WHERE "+sqlOf(tree))
	require.Error(t, err, "%s\nrefused: %s", sqlOf(tree), refusal)
}

// inline puts a clause's parameters in as literals whose type the server finds.
func inline(clause string, params []string) string {
	for n := len(params); n > 0; n-- {
		clause = strings.ReplaceAll(clause, fmt.Sprintf("$%d", n), "E'"+strings.NewReplacer(`\`, `\\`, "'", "''").Replace(params[n-1])+"'")
	}
	return clause
}

// TestOracle compares random clauses with a server: the clause as given, its
// SQL, what Decide says of each row, and what Query finds.
func TestOracle(t *testing.T) {
	t.Logf("seed %d", *seed)
	r := rand.New(rand.NewPCG(*seed, 0))
	o := newOracle(t, r, 30)
	g := &generator{Rand: r}
	var filters []*Filter
	var given, ours []string
	var typed []bool
	refused := 0
	for len(filters) < *clauses {
		g.params = nil
		clause := g.condition(2)
		f, err := Compile(clause, numbered(g.params), o.table, Options{Collation: Bytes})
		if err != nil {
			refused++
			o.refuses(t, clause, g.params, err)
			continue
		}
		filters, given, ours = append(filters, f), append(given, inline(clause, g.params)), append(ours, f.SQL())
		typed = append(typed, o.sameTypes(t, clause, g.params))
	}
	native, askedRows, total := 0, 0, 0
	wants, sames := o.holds(t, given), o.holds(t, ours)
	for i, f := range filters {
		if typed[i] {
			require.Equal(t, wants[i], sames[i], "rows of\n%s\nand of\n%s", given[i], ours[i])
		}
		in := map[int64]bool{}
		for _, n := range sames[i] {
			in[n] = true
		}
		if i%20 == 0 {
			o.asks(t, f, in)
		}
		if f.Native() {
			native++
		}
		for n, row := range o.rows {
			total++
			match, known := f.Decide(row)
			if !known {
				askedRows++
				require.False(t, f.Native(), "native, yet asked: %s", ours[i])
			} else if match != in[int64(n+1)] {
				t.Errorf("row %d: %v, the server says %v\n%s\n%s\nrow %s", n+1, match, !match, given[i], ours[i], o.show(f, row))
				break
			}
		}
	}
	t.Logf("%d clauses, %d native; %d of %d rows left to the server; %d refused", len(filters), native, askedRows, total, refused)
}

// asks compares what Query finds.
func (o *oracle) asks(t testing.TB, f *Filter, in map[int64]bool) {
	got, err := f.Ask(o.rows, asking(t, o.conn))
	require.NoError(t, err, f.SQL())
	for n := range o.rows {
		require.Equal(t, in[int64(n+1)], got[n], "row %d of %s", n+1, f.SQL())
	}
}

func (o *oracle) show(f *Filter, row [][]byte) string {
	var out []string
	for _, i := range f.columns {
		text := "NULL"
		if row[i] != nil {
			text = "'" + string(row[i]) + "'"
		}
		out = append(out, o.table.Columns[i].Name+"="+text)
	}
	return strings.Join(out, " ")
}
