package where

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// asking runs the statements of Query on a connection.
func asking(t testing.TB, conn *pgx.Conn) func(string, []any) ([]int64, bool, error) {
	return func(sql string, args []any) ([]int64, bool, error) {
		rows, err := conn.Query(t.Context(), sql, args...)
		require.NoError(t, err)
		places, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		var failed *pgconn.PgError
		if errors.As(err, &failed) && failed.Code[:2] == "22" {
			return nil, true, nil
		}
		return places, false, err
	}
}

// TestQuery asks a server about rows of a table whose names and types are
// chosen to get in the way: names of the statement's own, quotes, keywords,
// types of users, and values of every shape.
func TestQuery(t *testing.T) {
	conn := connect(t)
	_, err := conn.Exec(t.Context(), `
		CREATE SCHEMA "My schema";
		CREATE TYPE "My schema"."mood'""x" AS ENUM ('sad', 'it''s');
		CREATE DOMAIN posint AS int4 CHECK (VALUE > 0);
		CREATE TYPE pair AS (a int, b text);
		CREATE TABLE other (id int4, c0 text);
		INSERT INTO other VALUES (1, 'x'), (3, NULL);
		CREATE TABLE "q" (n int4, q text, c0 text, c1 int8, "we""ird" text, "select" bool, "My Enum" "My schema"."mood'""x",
			moods "My schema"."mood'""x"[], dom posint, pair pair, code char(5), "one" "char", bits bit(3), money2 numeric(5,2), doc jsonb,
			raw bytea, span interval, nums int4[], rng int4range, tz timestamptz, words text[]);
		INSERT INTO q VALUES
			(1, 'q', 'x', 5, '"', true, 'sad', '{sad,it''s}', 1, '(1,a)', 'ab', 'c', B'101', 1.50, '{"a": 1}', '\x00ff', '1 day', '{1,2}', '[1,2)', '2024-01-01 00:00:00+00', '{a,"b c"}'),
			(2, NULL, 'y', NULL, E'\\', false, 'it''s', '{NULL}', NULL, '(,)', '', '', B'000', NULL, 'null', '', '-1 mon', '{}', 'empty', NULL, '{}'),
			(3, 'Q', NULL, 0, '''', NULL, NULL, NULL, 7, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, 'infinity', NULL)`)
	require.NoError(t, err)
	table := describe(t, conn, "q")
	rows := textRows(t, conn, "SELECT * FROM q ORDER BY n")
	o := Options{Collation: Bytes, Tables: func(schema, name string) *Table {
		if schema == "public" && name == "other" {
			return describe(t, conn, name)
		}
		return nil
	}}
	for _, clause := range []string{
		"n > 1", "q = 'q' OR n = 3", "c0 = 'x'", "c1 = 5 OR c1 = 0", `"we""ird" = '"'`, `"we""ird" = E'\\'`, `"select"`, `NOT "select"`, `"My Enum"::text = 'it''s'`,
		`"My Enum" = "My Enum"`, "moods @> moods", "moods IS NULL", "dom IS NULL", "pair IS NULL", "pair IS NOT NULL", "code = 'ab'", `one IS NULL`, "bits IS NOT NULL",
		"money2 = 1.5", "doc IS NULL", "raw IS NULL", "span = '1 day'", "span = '-1 month'", "nums @> '{1}'", "nums = '{}'", "rng IS NULL", "tz > '2024-01-01 00:00:00Z'",
		"words[2] = 'b c'", "true", "1 = 2", "10 / n > 4 AND n < 3", "1 / (n - 2) < 1", "2 / c1 = 0 OR q = 'Q'", "upper(q) = 'Q'", "q ILIKE 'Q'",
		"n IN (SELECT id FROM other)", "c0 IN (SELECT c0 FROM other WHERE id < 3)", "n NOT IN (SELECT id FROM other WHERE c0 IS NOT NULL)", "(n, c0) IN (SELECT id, c0 FROM other)",
	} {
		f, err := Compile(clause, nil, table, o)
		require.Nil(t, err, clause)
		got, world := f.Ask(rows, asking(t, conn))
		require.NoError(t, world, clause)
		var want []bool
		for i := range rows {
			var in bool
			err := conn.QueryRow(t.Context(), "SELECT count(*) > 0 FROM (SELECT * FROM q ORDER BY n OFFSET $1 LIMIT 1) AS items WHERE "+f.SQL(), i).Scan(&in)
			want = append(want, err == nil && in)
			if match, known := f.Decide(rows[i]); known {
				require.Equal(t, want[i], match, "%s: row %d", clause, i+1)
			}
		}
		require.Equal(t, want, got, clause)
	}
}

func TestAskGivesUpWhenTheWorldFails(t *testing.T) {
	f := compile(t, "id = 1")
	calls := 0
	_, err := f.Ask(make([][][]byte, 0), func(string, []any) ([]int64, bool, error) { calls++; return nil, false, nil })
	require.NoError(t, err)
	require.Zero(t, calls)
	rows := [][][]byte{item(nil), item(nil)}
	_, err = f.Ask(rows, func(string, []any) ([]int64, bool, error) { calls++; return nil, false, errors.New("gone") })
	require.EqualError(t, err, "gone")
	require.Equal(t, 1, calls)
}
