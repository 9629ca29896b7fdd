package describe_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
)

// described runs statements and describes what they made.
func described(t *testing.T, sql string) *metadata.Schema {
	t.Helper()
	s := compile.New()
	for _, st := range parser.Split(sql) {
		require.Nil(t, s.Run(st).Err, st.Text)
	}
	return s.Metadata()
}

// TestLeftOut: what is temporary, the system's or an extension's is not told.
func TestLeftOut(t *testing.T) {
	s := described(t, `
		CREATE EXTENSION hstore;
		CREATE TEMP TABLE scratch (id serial PRIMARY KEY);
		CREATE TYPE span AS RANGE (subtype = int);
		CREATE TABLE kept (id int PRIMARY KEY, tags hstore)`)
	require.Len(t, s.Extensions, 1)
	assert.Equal(t, "hstore", s.Extensions[0].Name)
	require.Len(t, s.Tables, 1)
	assert.Equal(t, "kept", s.Tables[0].Name)
	assert.Equal(t, "public.hstore", s.Tables[0].Columns[1].Type)
	assert.Empty(t, s.Sequences)
	assert.Empty(t, s.Functions, "neither hstore's nor the constructors of span")
	require.Len(t, s.Ranges, 1)
	assert.Equal(t, "span_multirange", s.Ranges[0].Multirange)
	assert.Empty(t, s.BaseTypes)
}

// TestQualified: names are written as with an empty search_path, whatever the
// session's is.
func TestQualified(t *testing.T) {
	s := described(t, `
		CREATE SCHEMA app;
		SET search_path = app, public;
		CREATE TYPE mood AS ENUM ('ok');
		CREATE TABLE a (m mood DEFAULT 'ok', id serial, CHECK (m = 'ok'));
		CREATE VIEW v AS SELECT m FROM a`)
	table := s.Table("app", "a")
	require.NotNil(t, table)
	assert.Equal(t, "'ok'::app.mood", table.Columns[0].Default)
	assert.Equal(t, "nextval('app.a_id_seq'::regclass)", table.Columns[1].Default)
	assert.Equal(t, "CHECK ((m = 'ok'::app.mood))", table.Checks[0].Def)
	assert.Equal(t, " SELECT a.m\n   FROM app.a;", s.View("app", "v").Definition)
	assert.Equal(t, &metadata.SequenceOwner{Schema: "app", Table: "a", Column: "id"}, s.Sequences[0].OwnedBy)
}

// TestInherited: partitions and children say where they come from.
func TestInherited(t *testing.T) {
	s := described(t, `
		CREATE TABLE parent (id int CHECK (id > 0));
		CREATE TABLE child (extra text) INHERITS (parent);
		CREATE TABLE whole (day date, n int) PARTITION BY RANGE (day);
		CREATE TABLE part PARTITION OF whole FOR VALUES FROM ('2020-01-01') TO (MAXVALUE)`)
	child := s.Table("public", "child")
	assert.Equal(t, []string{"public.parent"}, child.Inherits)
	assert.True(t, child.Columns[0].Inherited)
	assert.False(t, child.Columns[0].IsLocal)
	assert.True(t, child.Checks[0].Inherited)
	part := s.Table("public", "part")
	assert.Equal(t, "public.whole", part.PartitionOf)
	assert.Equal(t, "FOR VALUES FROM ('2020-01-01') TO (MAXVALUE)", part.PartitionBound)
	assert.Empty(t, part.Inherits)
	assert.Equal(t, "RANGE (day)", s.Table("public", "whole").PartitionKey)
}
