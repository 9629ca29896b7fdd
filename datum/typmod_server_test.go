package datum_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// typeNames are ways to write types, with modifiers that are fine and others.
var typeNames = []string{
	"varchar", "varchar(10)", "character varying (3)", "varchar(0)", "varchar(-1)", "varchar(10485760)", "varchar(10485761)", "varchar(1,2)",
	"char(3)", "character(5)", "char(0)", "bpchar", "bpchar(3)", "text", "text(3)", "name", `"char"`, "int", "int4", "int(3)",
	"numeric", "numeric(5)", "numeric(5,2)", "numeric(5,-2)", "numeric(0)", "numeric(1001)", "numeric(5,1001)", "decimal(3,1)", "dec(3)",
	"timestamp", "timestamp(3)", "timestamp(7)", "timestamp(3) with time zone", "timestamptz(0)", "timestamp(-1)",
	"time(2)", "time(2) with time zone", "timetz(1)", "interval", "bit(3)", "bit varying(5)", "varbit(3)", "bit(0)",
	"int[]", "text[][]", "varchar(3)[]", "numeric(4,1)[]", "date", "double precision", "real", "float", "bool", "boolean", "uuid", "jsonb",
	"smallint", "bigint", "regclass", "pg_catalog.int4", "pg_catalog.varchar(3)", "nope", "nope.nope", "timestamp without time zone",
	"national character varying(3)", "nchar(2)", "money", "xml", "inet", "int4range", "tsvector", "oidvector", "int2vector", "record",
}

// TestTypeNames compares types' names, typmods and printed forms with a server's.
func TestTypeNames(t *testing.T) {
	conn := connect15(t)
	ctx := context.Background()
	c := catalog.New()
	for _, name := range typeNames {
		want := "ERROR"
		tx, err := conn.Begin(ctx)
		require.NoError(t, err)
		_, err = tx.Exec(ctx, "CREATE FUNCTION pg_temp.f(x "+name+") RETURNS void LANGUAGE plpgsql AS 'BEGIN END'; CREATE TEMP TABLE t (x "+name+")")
		if err == nil {
			err = tx.QueryRow(ctx, "SELECT format_type(atttypid, atttypmod) || ' ' || format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'x'").Scan(&want)
			require.NoError(t, err)
		}
		require.NoError(t, tx.Rollback(ctx))
		got := "ERROR"
		if pgerr.Catch(func() {
			oid, typmod := datum.ParseType(c, name)
			if pg.Bpchar == oid && typmod < 0 && name != "bpchar" || pg.Bit == oid && typmod < 0 {
				typmod = 5 // a bare char is char(1) to the grammar; parseTypeString leaves that to it
			}
			if t := c.Type(oid); t.Kind != 'p' {
				got = datum.FormatType(c, oid, typmod) + " " + datum.TypeName(c, oid)
			}
		}) != nil {
			got = "ERROR"
		}
		if got != want {
			t.Errorf("%s: want %s, got %s", name, want, got)
		}
	}
}

// limited are literals for input functions that are given a typmod.
var limited = []struct {
	function string
	typ      pg.OID
	typmods  []int32
	literals []string
}{
	{"varcharin", pg.Varchar, []int32{-1, 5, 7}, []string{"", "a", "abc", "abcd", "abc  ", "äöü", "äöüß"}},
	{"bpcharin", pg.Bpchar, []int32{-1, 5, 7}, []string{"", "a", "abc", "abcd", "abc  ", "äöü"}},
	{"numeric_in", pg.Numeric, []int32{-1, 4<<16 + 2 + 4, 3<<16 + 4, 2<<16 + 2046 + 4}, []string{"0", "1.005", "1.004", "-1.005", "99.99", "99.995", "99.994", "999.5", "999.4", "1e3", "NaN", "Infinity", "-0.001", "12345", "149", "150"}},
	{"timestamp_in", pg.Timestamp, []int32{-1, 0, 3, 6}, []string{"2020-01-01 10:00:00.5", "2020-01-01 10:00:00.4999", "1990-01-01 10:00:00.5", "2020-12-31 23:59:59.9999999", "infinity"}},
	{"timestamptz_in", pg.Timestamptz, []int32{-1, 0, 2}, []string{"2020-01-01 10:00:00.555+02", "1999-01-01 00:00:00.005"}},
	{"time_in", pg.Time, []int32{-1, 0, 2}, []string{"10:00:00.555", "23:59:59.9999"}},
	{"timetz_in", pg.Timetz, []int32{-1, 1}, []string{"10:00:00.555+01"}},
	{"interval_in", pg.Interval, []int32{-1, 4<<16 | 0xFFFF, 2<<16 | 0xFFFF, 6<<16 | 0xFFFF, 8<<16 | 0xFFFF, 1032<<16 | 0xFFFF, 7176<<16 | 0xFFFF, 6144<<16 | 0xFFFF, 4096<<16 | 2, 0x7FFF<<16 | 3},
		[]string{"1", "1.5", "1-2", "1 day 02:03:04.56789", "3 years 2 mons", "10:20", "100", "-5", "1 2", "1 year 3 days 04:05:06"}},
	{"bit_in", pg.Bit, []int32{-1, 3}, []string{"101", "1", "1010", "x1"}},
	{"varbit_in", pg.Varbit, []int32{-1, 3}, []string{"101", "1", "1010", ""}},
}

const tryInput = `CREATE FUNCTION pg_temp.input(fn text, lit text, typmod int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r text;
BEGIN
  EXECUTE format('SELECT format(''%%s'', %s(%L::cstring, 0, %s))', fn, lit, typmod) INTO r;
  RETURN r;
EXCEPTION WHEN others THEN RETURN 'ERROR ' || SQLSTATE || ' ' || SQLERRM;
END $$`

func TestTypmods(t *testing.T) {
	conn := connect15(t)
	ctx := context.Background()
	_, err := conn.Exec(ctx, tryInput)
	require.NoError(t, err)
	c := catalog.New()
	for _, l := range limited {
		for _, typmod := range l.typmods {
			for _, literal := range l.literals {
				var want, got string
				require.NoError(t, conn.QueryRow(ctx, "SELECT pg_temp.input($1, $2, $3)", l.function, literal, typmod).Scan(&want))
				if e := pgerr.Catch(func() { got = datum.Out(c, l.typ, datum.In(c, l.typ, typmod, literal)) }); e != nil {
					got = "ERROR " + e.Code + " " + e.Message
				}
				if got != want {
					t.Errorf("%s %q typmod %d: want %s, got %s", l.function, literal, typmod, want, got)
				}
			}
		}
	}
}

// TestOrder compares Compare with the server's ORDER BY.
func TestOrder(t *testing.T) {
	conn := connect15(t)
	ctx := context.Background()
	c := catalog.New()
	byType := map[string][]string{}
	types, literals := cases(t)
	for i, typ := range types {
		byType[typ] = append(byType[typ], literals[i])
	}
	for _, typ := range []string{"boolean", "smallint", "integer", "bigint", "numeric", "double precision", "real", "text", "varchar", "uuid",
		"date", "timestamp", "timestamptz", "time", "timetz", "interval", "inet", "cidr", "pg_lsn", "money", "bytea", "integer[]"} {
		oid, _ := datum.ParseType(c, typ)
		var accepted []string
		for _, l := range byType[typ] {
			if pgerr.Catch(func() { datum.In(c, oid, -1, l) }) == nil && l != "now" {
				accepted = append(accepted, l)
			}
		}
		rows, err := conn.Query(ctx, "SELECT l FROM unnest($1::text[]) l ORDER BY l::"+typ, accepted)
		require.NoError(t, err)
		sorted, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err, typ)
		for i := 1; i < len(sorted); i++ {
			a, b := datum.In(c, oid, -1, sorted[i-1]), datum.In(c, oid, -1, sorted[i])
			if datum.Compare(c, oid, a, b) > 0 {
				t.Errorf("%s: %q is before %q", typ, sorted[i-1], sorted[i])
			}
		}
	}
}

// connect15 gives a connection to a PostgreSQL 15 in UTC.
func connect15(t *testing.T) *pgx.Conn {
	t.Helper()
	server := pgtest.Start(t)
	if server.Version != 15 {
		t.Skipf("the texts are PostgreSQL 15's, the server is %d", server.Version)
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server.Database(t))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(ctx) })
	_, err = conn.Exec(ctx, "SET timezone = 'UTC'")
	require.NoError(t, err)
	return conn
}
