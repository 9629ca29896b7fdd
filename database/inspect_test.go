package database_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
)

var rewrite = flag.Bool("rewrite", false, "write what the server says into testdata")

// open connects to a new database and runs the statements in it.
func open(t *testing.T, statements string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), pgtest.Start(t).Database(t))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	for _, s := range parser.Split(statements) {
		_, err := conn.PgConn().Exec(t.Context(), s.Text).ReadAll()
		require.NoError(t, err, s.Text)
	}
	return conn
}

// features are statements for the versions that know them.
func features(t *testing.T, version int) string {
	t.Helper()
	var text strings.Builder
	for v := 14; v <= version; v++ {
		data, err := os.ReadFile(fmt.Sprintf("testdata/features.%d.sql", v))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		require.NoError(t, err)
		text.Write(data)
	}
	return text.String()
}

// TestInspectFeatures reads objects of every kind. features.json is what PostgreSQL 15 says; for each other version a
// file lists the differences from that.
func TestInspectFeatures(t *testing.T) {
	conn := open(t, features(t, pgtest.Start(t).Version))
	got, err := database.Inspect(t.Context(), conn)
	require.NoError(t, err)

	golden := filepath.Join("testdata", "features.json")
	var out bytes.Buffer
	if version := pgtest.Start(t).Version; version == 15 {
		require.NoError(t, metadata.Write(&out, got))
	} else {
		data, err := os.ReadFile(golden)
		require.NoError(t, err)
		of15, err := metadata.Read(bytes.NewReader(data))
		require.NoError(t, err)
		for _, d := range metadata.Diff(of15, got) {
			fmt.Fprintln(&out, d)
		}
		golden = filepath.Join("testdata", fmt.Sprintf("features.%d.diff", version))
	}
	if *rewrite {
		require.NoError(t, os.WriteFile(golden, out.Bytes(), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), out.String())
}

func TestInspectLeavesNothingBehind(t *testing.T) {
	conn := open(t, "CREATE SCHEMA _electric; CREATE TABLE _electric.schema_versions (version text); CREATE TABLE a (id int)")
	path := func() (path string) {
		require.NoError(t, conn.QueryRow(t.Context(), "SHOW search_path").Scan(&path))
		return path
	}

	before := path()
	s, err := database.Inspect(t.Context(), conn)
	require.NoError(t, err)
	require.NotNil(t, s.Table("_electric", "schema_versions"))
	require.Equal(t, before, path())
	require.Equal(t, byte('I'), conn.PgConn().TxStatus())

	// In an open transaction what it did so far is seen, and nothing of it is lost.
	_, err = conn.Exec(t.Context(), "BEGIN; CREATE TABLE b (id int)", pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
	s, err = database.InspectWith(t.Context(), conn, database.Options{Exclude: []string{"_electric"}})
	require.NoError(t, err)
	require.Len(t, s.Tables, 2)
	require.Len(t, s.Schemas, 1)
	require.Equal(t, before, path())
	_, err = conn.Exec(t.Context(), "INSERT INTO b VALUES (1); COMMIT", pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
}

// A pooler may give the connection to somebody else after each transaction.
func TestInspectPreparesNothing(t *testing.T) {
	conn := open(t, "CREATE TABLE a (id int PRIMARY KEY, body text CHECK (body <> ''))")
	_, err := database.ReadHistory(t.Context(), conn)
	require.NoError(t, err)
	_, err = database.Inspect(t.Context(), conn)
	require.NoError(t, err)
	var prepared int
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_prepared_statements", pgx.QueryExecModeExec).Scan(&prepared))
	require.Zero(t, prepared)
}

// A migration that holds a table delays nothing, unless the table has what can only be told by opening it.
func TestInspectWaitsForNoTable(t *testing.T) {
	conn := open(t, `CREATE TABLE a (id int PRIMARY KEY DEFAULT 1, body text DEFAULT 'x' NOT NULL, at timestamptz DEFAULT now());
		CREATE INDEX ON a (body, at DESC)`)
	holder, err := pgx.ConnectConfig(t.Context(), conn.Config())
	require.NoError(t, err)
	t.Cleanup(func() { holder.Close(context.Background()) })
	_, err = holder.Exec(t.Context(), "BEGIN; LOCK TABLE a IN ACCESS EXCLUSIVE MODE", pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "SET lock_timeout = '2s'")
	require.NoError(t, err)
	s, err := database.Inspect(t.Context(), conn)
	require.NoError(t, err)
	require.Equal(t, "CREATE INDEX a_body_at_idx ON public.a USING btree (body, at DESC)", s.Table("public", "a").Indexes[0].Def)
}

// A role without any right to an object sees what its owner sees.
func TestInspectNeedsNoRights(t *testing.T) {
	conn := open(t, features(t, pgtest.Start(t).Version))
	want, err := database.Inspect(t.Context(), conn)
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "CREATE ROLE electric_inspect_nobody; SET ROLE electric_inspect_nobody", pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := conn.Exec(context.Background(), "RESET ROLE; DROP ROLE electric_inspect_nobody", pgx.QueryExecModeSimpleProtocol)
		require.NoError(t, err)
	})
	got, err := database.Inspect(t.Context(), conn)
	require.NoError(t, err)
	require.JSONEq(t, string(want.AppendJSON(nil)), string(got.AppendJSON(nil)))
}

func TestInspectTellsWhatWentWrong(t *testing.T) {
	conn := open(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := database.Inspect(ctx, conn)
	require.ErrorIs(t, err, context.Canceled)
	require.True(t, strings.HasPrefix(err.Error(), "inspect database: "), err)
}

func TestInspectWhatCameWith18(t *testing.T) {
	version := pgtest.Start(t).Version
	if version < 18 {
		t.Skipf("the server is PostgreSQL %d", version)
	}
	s, err := database.Inspect(t.Context(), open(t, features(t, version)))
	require.NoError(t, err)
	since, within := s.Table("public", "since18"), s.Table("public", "within18")
	require.True(t, since.PrimaryKey.Period)
	require.Equal(t, "VIRTUAL", since.Column("twice").Generated)
	require.Equal(t, "(id * 2)", since.Column("twice").GeneratedExpr)
	require.Empty(t, since.Column("twice").Default)
	require.False(t, since.Checks[0].Enforced)
	require.Equal(t, metadata.NotNull{
		Name: "always_there", Columns: []string{"named"}, NoInherit: true, Validated: true, IsLocal: true,
	}, since.NotNulls[0])
	require.True(t, within.ForeignKeys[0].Period)
	require.Equal(t, []string{"id", "during"}, within.ForeignKeys[0].RefColumns)
	require.False(t, within.NotNulls[0].Validated)
}
