package shadow

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/source"
)

// query answers with one text, asked of the tests' server.
func query(t *testing.T, address, sql string, args ...any) (text string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	require.NoError(t, conn.QueryRow(t.Context(), sql, args...).Scan(&text))
	return text
}

// scratchDatabases are those on the server of address.
func scratchDatabases(t *testing.T, address string) string {
	return query(t, address, "SELECT coalesce(string_agg(datname, ' '), '') FROM pg_database WHERE datname LIKE 'electric\\_shadow\\_%'")
}

// codes are what is told, as "code message".
func codes(ds []diag.Diagnostic) (list []string) {
	for _, d := range ds {
		list = append(list, d.Code+" "+d.Message)
	}
	return list
}

// TestServerDecides has what the compiler cannot know.
func TestServerDecides(t *testing.T) {
	for _, text := range []string{
		"DO $$ BEGIN IF random() >= 0 THEN CREATE TABLE made (id int); END IF; END $$;",
		"CREATE TABLE a (id int); DO $$ BEGIN FOR i IN 1..300000 LOOP PERFORM 1; END LOOP; CREATE TABLE made (id int); END $$;",
		"DO $$ BEGIN EXECUTE 'CREATE TABLE ' || CASE WHEN random() >= 0 THEN 'made' ELSE 'x' END || ' (id int)'; END $$;",
		"CREATE TABLE p (at timestamptz) PARTITION BY RANGE (at); CREATE TABLE made PARTITION OF p FOR VALUES FROM ('2024-01-01') TO (now() + random() * interval '1 day');",
	} {
		list := files(t, text)
		_, ds := compile.Migrations(list, compile.Options{})
		require.True(t, Undecided(ds), "%s: %+v", text, ds)
		b, ds, err := Migrations(t.Context(), list, compile.Options{}, on(t))
		require.NoError(t, err)
		require.Empty(t, ds)
		require.NotNil(t, b.Schema.Table("public", "made"), text)
	}
}

// TestRefusalFromWithin tells where in a body the server met the mistake.
func TestRefusalFromWithin(t *testing.T) {
	list := files(t, "SELECT 1;\nDO $$ BEGIN\n  PERFORM 1 / (random() * 0)::int;\nEND $$;")
	_, ds, err := Migrations(t.Context(), list, compile.Options{}, on(t))
	require.NoError(t, err)
	require.Equal(t, []string{"22012 division by zero"}, codes(ds))
	require.Contains(t, ds[0].Detail, "PL/pgSQL function inline_code_block line 2 at PERFORM")
	require.Equal(t, len("SELECT 1;\n"), ds[0].Span.Start)
	require.False(t, ds[0].Undecided)
}

// TestRowsOfCopy sends the rows that psql would send.
func TestRowsOfCopy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dump.sql")
	require.NoError(t, os.WriteFile(path, []byte("CREATE TABLE a (id int, b text);\nCOPY a FROM stdin;\n1\tx\n2\t\\N\n\\.\n"+
		"COPY a (id) FROM stdin;\n\\.\nDO $$ BEGIN IF (SELECT string_agg(id || coalesce(b, '-'), ' ') FROM a) = '1x 2-' THEN CREATE TABLE made (id int); END IF; END $$;"), 0o644))
	b, ds, err := Migrations(t.Context(), source.Read([]string{path}, source.Options{}).Migrations(), compile.Options{}, on(t))
	require.NoError(t, err)
	require.Empty(t, ds)
	require.NotNil(t, b.Schema.Table("public", "made"))
}

// TestEndlessStatement ends it, and goes on behind it. The timeout is for the
// other statements as well, which a busy machine does not end at once.
func TestEndlessStatement(t *testing.T) {
	o := on(t)
	o.Timeout = 3 * time.Second
	list := files(t, "SET statement_timeout = 0;\nDO $$ BEGIN LOOP END LOOP; END $$;\nCREATE TABLE a (id int);\nCREATE TABLE a (id int);")
	_, ds, err := Migrations(t.Context(), list, compile.Options{}, o)
	require.NoError(t, err)
	require.Equal(t, []string{
		"shadow-timeout the scratch Postgres had not ended this statement after 3s", `42P07 relation "a" already exists`,
	}, codes(ds))
	require.Empty(t, scratchDatabases(t, o.URL))
}

// TestStatementThatCannotBeCancelled catches the cancellation. The connection is
// given up, and the server's process ended with the database.
func TestStatementThatCannotBeCancelled(t *testing.T) {
	o := on(t)
	o.Timeout = 300 * time.Millisecond
	list := files(t, "DO $$ BEGIN LOOP BEGIN LOOP END LOOP; EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;")
	_, _, err := Migrations(t.Context(), list, compile.Options{}, o)
	require.ErrorContains(t, err, `the scratch Postgres was lost in "DO $$ BEGIN LOOP BEGIN LOOP END LOOP; EXCEPTION`)
	require.Empty(t, scratchDatabases(t, o.URL))
	require.Equal(t, "0", query(t, o.URL, "SELECT count(*)::text FROM pg_stat_activity WHERE query LIKE 'DO $$ BEGIN LOOP BEGIN%'"))
}

// TestInterrupted leaves no database, in whatever it is interrupted.
func TestInterrupted(t *testing.T) {
	o := on(t)
	for _, after := range []time.Duration{0, 20 * time.Millisecond, 100 * time.Millisecond, 400 * time.Millisecond, time.Second} {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(after, cancel)
		_, _, err := Migrations(ctx, files(t, "CREATE TABLE a (id int); SELECT pg_sleep(20);"), compile.Options{}, o)
		require.ErrorIs(t, err, context.Canceled, "after %s", after)
		require.Empty(t, scratchDatabases(t, o.URL))
	}
}

// TestConnectionLost is a failure of the world, not a mistake in the files.
func TestConnectionLost(t *testing.T) {
	o := on(t)
	b, ds, err := Migrations(t.Context(), files(t, "CREATE TABLE a (id int);\nSELECT pg_terminate_backend(pg_backend_pid());\nCREATE TABLE b (id int);"), compile.Options{}, o)
	require.ErrorContains(t, err, `the scratch Postgres was lost in "SELECT pg_terminate_backend(pg_backend_pid())"`)
	require.True(t, database.IsWorld(err))
	require.Nil(t, b)
	require.Empty(t, ds)
	require.Empty(t, scratchDatabases(t, o.URL))
}

// TestOtherDatabases are out of reach of statements that name them.
func TestOtherDatabases(t *testing.T) {
	o := on(t)
	u, err := url.Parse(o.URL)
	require.NoError(t, err)
	other := strings.TrimPrefix(u.Path, "/")
	text := strings.ReplaceAll(`ALTER DATABASE OTHER SET work_mem = '1MB'; ALTER DATABASE OTHER CONNECTION LIMIT 3; COMMENT ON DATABASE OTHER IS 'mine';
		GRANT ALL ON DATABASE OTHER, "OTHER" TO public; ALTER ROLE ALL IN DATABASE OTHER SET work_mem = '2MB';`, "OTHER", other)
	const state = `SELECT ROW(datacl, datconnlimit, shobj_description(d.oid, 'pg_database'), (SELECT array_agg(s) FROM pg_db_role_setting s WHERE setdatabase = d.oid))::text
		FROM pg_database d WHERE datname = current_database()`
	before := query(t, o.URL, state)
	_, ds, err := Migrations(t.Context(), files(t, text), compile.Options{}, o)
	require.NoError(t, err)
	require.Empty(t, ds)
	require.Equal(t, before, query(t, o.URL, state))
}

// TestBeyondTheDatabase refuses what would stay on a server of others, and tells
// what nobody could see coming.
func TestBeyondTheDatabase(t *testing.T) {
	server := pgtest.Start(t)
	o := on(t)
	o.URL = server.DatabaseAlone(t) // drops the roles
	for text, what := range map[string]string{
		"CREATE ROLE shadow_r": "CREATE ROLE", "CREATE USER shadow_r": "CREATE ROLE", "ALTER ROLE postgres NOLOGIN": "ALTER ROLE", "DROP ROLE nosuch": "DROP ROLE",
		"GRANT pg_read_all_data TO public": "GRANT of a role", "ALTER ROLE postgres SET work_mem = '1MB'": "ALTER ROLE … SET", "ALTER ROLE ALL SET work_mem = '1MB'": "ALTER ROLE … SET",
		"CREATE DATABASE shadow_d": "CREATE DATABASE", "DROP DATABASE postgres": "DROP DATABASE", "ALTER DATABASE postgres RENAME TO x": "ALTER DATABASE … RENAME",
		"CREATE TABLESPACE t LOCATION '/tmp'": "CREATE TABLESPACE", "ALTER SYSTEM SET work_mem = '1MB'": "ALTER SYSTEM", "COMMENT ON ROLE postgres IS 'x'": "COMMENT on a role",
		"GRANT CREATE ON TABLESPACE pg_default TO public": "GRANT on a tablespace", "ALTER ROLE postgres RENAME TO x": "RENAME on a role",
		"COPY (SELECT 1) TO PROGRAM 'cat'": "COPY with a file or program of the server's", "COPY (SELECT 1) TO '/tmp/shadow_x'": "COPY with a file or program of the server's",
		"CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p": "CREATE SUBSCRIPTION",
	} {
		_, ds, err := Migrations(t.Context(), files(t, text), compile.Options{}, o)
		require.NoError(t, err)
		require.Equal(t, []string{"beyond-database " + what + " reaches beyond the scratch database"}, codes(ds), text)
	}
	b, ds, err := Migrations(t.Context(), files(t, "DO $$ BEGIN CREATE ROLE shadow_hidden; END $$;"), compile.Options{}, o)
	require.NoError(t, err)
	require.NotNil(t, b)
	require.Len(t, ds, 1)
	require.Equal(t, diag.Warning, ds[0].Severity)
	require.Contains(t, ds[0].Message, "while the migrations ran, the role shadow_hidden came on the server of \"electric_test_")
}

// TestNoRight says what a role lacks.
func TestNoRight(t *testing.T) {
	server := pgtest.Start(t)
	address := server.DatabaseAlone(t)
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), "CREATE ROLE shadow_guest LOGIN PASSWORD 'Tr0ub4dor&3'")
	require.NoError(t, err)
	u, err := url.Parse(address)
	require.NoError(t, err)
	u.User = url.UserPassword("shadow_guest", "Tr0ub4dor&3")
	_, _, err = Migrations(t.Context(), files(t, "SELECT 1"), compile.Options{}, Options{URL: u.String()})
	var trouble *database.Trouble
	require.True(t, errors.As(err, &trouble))
	require.Contains(t, err.Error(), "could not make a scratch database")
	require.Contains(t, err.Error(), `Let the role "shadow_guest" create databases`)
	require.NotContains(t, err.Error(), "Tr0ub4dor")

	_, err = conn.Exec(t.Context(), "ALTER ROLE shadow_guest CREATEDB") // nothing else is needed
	require.NoError(t, err)
	b, ds, err := Migrations(t.Context(), files(t, "CREATE TABLE a (id int PRIMARY KEY)"), compile.Options{}, Options{URL: u.String()})
	require.NoError(t, err)
	require.Empty(t, ds)
	require.Len(t, b.Schema.Tables, 1)
}

// TestLeftoversAreTold names a database that nobody is at work on, and not one
// in use.
func TestLeftoversAreTold(t *testing.T) {
	o := on(t)
	name := namePrefix + "abcdefghijklmnopqrstuvwx23"
	conn, err := pgx.Connect(t.Context(), o.URL)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	_, err = conn.Exec(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := conn.Exec(context.Background(), "DROP DATABASE "+name)
		require.NoError(t, err)
	})
	var told []string
	o.Note = func(message string) { told = append(told, message) }
	run := func() {
		told = nil
		_, _, err := Migrations(t.Context(), files(t, "SELECT 1"), compile.Options{}, o)
		require.NoError(t, err)
	}
	run()
	require.Equal(t, []string{"a --shadow that was killed left a database on this server; remove it with: DROP DATABASE " + name}, told)
	_, err = conn.Exec(t.Context(), "SET application_name = '"+name+"'")
	require.NoError(t, err)
	run()
	require.Empty(t, told)
	require.Equal(t, name, scratchDatabases(t, o.URL), "it is not touched")
}

// TestChangesElsewhere tells what matters of two looks at a server.
func TestChangesElsewhere(t *testing.T) {
	before := holdings{"the role a": "1", "the role b": "1", "the database x": "1", "the database y": "1"}
	after := holdings{"the role b": "2", "the role c": "1", "the database y": "2", "the database z": "1"}
	require.Equal(t, []string{"the database y changed", "the role a went", "the role b changed", "the role c came"}, before.changes(after))
	require.Empty(t, before.changes(before))
}

// TestMissingExtension says where it could be had.
func TestMissingExtension(t *testing.T) {
	_, ds, err := Migrations(t.Context(), files(t, "CREATE EXTENSION nosuch"), compile.Options{}, on(t))
	require.NoError(t, err)
	require.Equal(t, []string{`0A000 extension "nosuch" is not available`}, codes(ds))
	require.Equal(t, "Install it where the scratch Postgres runs, or name a server that has it: --shadow=URL.", ds[0].Hint)
	require.Contains(t, ds[0].Detail, "nosuch.control")
}

func TestOtherVersionsAreTold(t *testing.T) {
	require.Empty(t, foreign("15.18 (Debian 15.18-1)"))
	require.Equal(t, "warning: the scratch Postgres is version 17.2; without --shadow it is 15 that answers, and the two differ in places", foreign("17.2"))
}
