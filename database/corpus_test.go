package database_test

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
)

const corpus = "../../shared/corpus"

// A truth tells how a corpus was applied and what came of it.
type truth struct {
	Apply []struct {
		File string
		As   string // transaction, statement
	}
	Roles []string
	metadata.Schema
}

func readTruth(t *testing.T, dir string) truth {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	require.NoError(t, err)
	var want truth
	require.NoError(t, json.Unmarshal(data, &want))
	return want
}

// newDatabase makes a database in which the corpus's extensions can be made.
func newDatabase(t *testing.T, server *pgtest.Server, want *truth) (url string) {
	t.Helper()
	if len(want.Roles) > 0 {
		url = server.DatabaseAlone(t)
	} else {
		url = server.Database(t)
	}
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	for _, extension := range want.Extensions {
		var known bool
		err := conn.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = $1)",
			extension.Name).Scan(&known)
		require.NoError(t, err)
		switch {
		case known:
		case extension.Name == "vector":
			_, err := conn.PgConn().Exec(t.Context(), vectorStandIn).ReadAll()
			require.NoError(t, err)
		default:
			t.Skipf("the server lacks the extension %s (apt install postgresql-contrib postgresql-15-postgis-3)",
				extension.Name)
		}
	}
	return url
}

//go:embed testdata/vector.sql
var vectorStandIn string

// apply runs a file in a session and a transaction of its own; a file that cannot run in one runs again statement by
// statement.
func apply(ctx context.Context, url, text string) (as string, err error) {
	statements := parser.Split(text)
	if err := session(ctx, url, statements, true); err == nil {
		return "transaction", nil
	}
	return "statement", session(ctx, url, statements, false)
}

func session(ctx context.Context, url string, statements []*parser.Statement, transaction bool) error {
	conn, err := pgconn.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx) //nolint:errcheck // an open transaction ends with it
	run := func(text string) error { return conn.Exec(ctx, text).Close() }
	if transaction {
		if err := run("BEGIN"); err != nil {
			return err
		}
	}
	for _, s := range statements {
		if err := run(s.Text); err != nil {
			return fmt.Errorf("at byte %d: %w", s.Offset, err)
		}
	}
	if transaction {
		return run("COMMIT") // with nothing but a warning when the file did that itself
	}
	return nil
}
