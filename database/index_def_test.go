package database

import (
	"context"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
)

// indexed are tables with indexes of every kind that matters to what is written of one.
const indexed = `
CREATE SCHEMA "Odd space";
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN email AS text;
CREATE DOMAIN many AS int[];
CREATE COLLATION natural_order (provider = libc, locale = 'C');
CREATE TABLE t (
	id int PRIMARY KEY, big bigint UNIQUE, body text, short varchar(20), fixed char(3), feeling mood, tags text[], price numeric(8,2),
	address email, numbers many, span int4range, doc jsonb, "Mixed Case" text, "select" int, "order" int, name text, "1st" int,
	"é" int, c text COLLATE "C", at timestamptz, gone int, n name
);
ALTER TABLE t DROP COLUMN gone;
CREATE INDEX plain ON t (id, body, short, fixed, price, at, n);
CREATE INDEX enums ON t (feeling, tags);
CREATE INDEX own_collation ON t (c);
CREATE INDEX words ON t ("select", "order", name, "Mixed Case", "1st", "é");
CREATE INDEX "Quoted ""name""" ON t (id);
CREATE INDEX orders ON t (id DESC, big DESC NULLS LAST, body NULLS FIRST, price NULLS LAST);
CREATE UNIQUE INDEX covering ON t (id, big) INCLUDE (body, "select");
CREATE INDEX domains ON t (address);
CREATE TABLE "Odd space"."user" (id int PRIMARY KEY, "t""q" int);
CREATE INDEX ON "Odd space"."user" ("t""q");

CREATE INDEX left_pattern ON t (body text_pattern_ops);
CREATE INDEX left_foreign_class ON t (body bpchar_ops);
CREATE INDEX left_short_class ON t (short bpchar_ops);
CREATE INDEX left_collation ON t (body COLLATE "C");
CREATE INDEX left_our_collation ON t (body COLLATE natural_order);
CREATE INDEX left_range ON t (span);
CREATE INDEX left_array_domain ON t (numbers);

CREATE INDEX told_expression ON t (lower(body), id);
CREATE INDEX told_partial ON t (id) WHERE big > 0;
CREATE INDEX told_gin ON t USING gin (doc jsonb_path_ops);
CREATE INDEX told_hash ON t USING hash (id);
CREATE INDEX told_options ON t (id) WITH (fillfactor = 70);
CREATE TABLE parted (id int, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX told_parted ON parted (day);
`

// What is written here of an index is what the server writes of it, and the server is asked when that is not certain.
func TestIndexDefinitionsAreTheServers(t *testing.T) {
	left := checkDefinitions(t, indexed)
	require.Equal(t, []string{
		"left_array_domain", "left_collation", "left_foreign_class", "left_our_collation", "left_pattern", "left_range", "left_short_class",
	}, left)
}

// With another default operator class, or a cast that makes a type as good as another, nothing is certain any more.
func TestIndexDefinitionsWithOperatorClassesOfTheUser(t *testing.T) {
	left := checkDefinitions(t, `
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (feeling mood, short varchar(3));
CREATE INDEX before ON t (feeling);
CREATE OPERATOR CLASS mood_ops DEFAULT FOR TYPE mood USING btree AS
	OPERATOR 1 < (anyenum, anyenum), OPERATOR 2 <= (anyenum, anyenum), OPERATOR 3 = (anyenum, anyenum),
	OPERATOR 4 >= (anyenum, anyenum), OPERATOR 5 > (anyenum, anyenum), FUNCTION 1 (mood, mood) enum_cmp(anyenum, anyenum);
CREATE INDEX after ON t (feeling);
CREATE INDEX explicit ON t (feeling enum_ops);
CREATE TYPE word;
CREATE FUNCTION word_in(cstring) RETURNS word LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION word_out(word) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE word (INPUT = word_in, OUTPUT = word_out, LIKE = text);
CREATE CAST (varchar AS word) WITHOUT FUNCTION AS IMPLICIT;
CREATE INDEX words ON t (short);
`)
	require.Equal(t, []string{"before", "explicit", "words"}, left)
}

// checkDefinitions compares the definitions of all indexes, and returns the names of those that the server was asked for.
func checkDefinitions(t *testing.T, statements string) (left []string) {
	conn, err := pgx.Connect(t.Context(), pgtest.Start(t).Database(t))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	_, err = conn.Exec(t.Context(), statements, pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)

	b := newBuilder()
	s, err := inspectWith(t.Context(), conn, Options{}, b)
	require.NoError(t, err)
	got := map[string]string{}
	for _, table := range s.Tables {
		for _, x := range table.Indexes {
			got[table.Schema+"."+x.Name] = x.Def
		}
	}
	_, err = conn.Exec(t.Context(), "SET search_path = ''")
	require.NoError(t, err)
	rows, err := conn.Query(t.Context(), `SELECT n.nspname || '.' || c.relname, pg_get_indexdef(c.oid) FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('i', 'I') AND n.nspname IN ('public', 'Odd space')`)
	require.NoError(t, err)
	want := map[string]string{}
	var name, def string
	_, err = pgx.ForEachRow(rows, []any{&name, &def}, func() error {
		want[name] = def
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, want)
	require.Equal(t, want, got)
	for _, id := range b.left {
		left = append(left, b.indexes[id].Name)
	}
	slices.Sort(left)
	return left
}
