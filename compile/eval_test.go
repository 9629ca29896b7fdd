package compile

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// TestQueriesAsPostgres runs queries over the catalog and asks a server for the
// same rows: the same values as text, or the same SQLSTATE.
func TestQueriesAsPostgres(t *testing.T) {
	setup, err := os.ReadFile("testdata/eval_setup.sql")
	require.NoError(t, err)
	queries, err := os.ReadFile("testdata/eval_queries.sql")
	require.NoError(t, err)
	conn := connectTo(t, string(setup))
	s := New()
	for _, st := range parser.Split(string(setup)) {
		if r := s.Run(st); r.Err != nil {
			t.Fatalf("%s: %v", st.Text, r.Err)
		}
	}
	for _, st := range parser.Split(string(queries)) {
		want := askServer(conn, st.Text)
		got := askSession(s, st)
		assert.Equal(t, want, got, st.Text)
	}
}

// connectTo makes a database with a schema; the test is skipped without a server.
func connectTo(t *testing.T, setup string) *pgx.Conn {
	server := pgtest.Start(t)
	conn, err := pgx.Connect(context.Background(), server.Database(t))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	_, err = conn.Exec(context.Background(), setup)
	require.NoError(t, err)
	return conn
}

// askServer gives the rows that a server answers with, or its SQLSTATE.
func askServer(conn *pgx.Conn, text string) string {
	results, err := conn.PgConn().Exec(context.Background(), text).ReadAll()
	if err != nil {
		if e, ok := err.(*pgconn.PgError); ok {
			return "error " + e.Code
		}
		return err.Error()
	}
	var out []string
	for _, row := range results[0].Rows {
		var values []string
		for _, v := range row {
			if v == nil {
				values = append(values, "NULL")
			} else {
				values = append(values, string(v))
			}
		}
		out = append(out, strings.Join(values, " | "))
	}
	return strings.Join(out, "\n")
}

// askSession gives the rows that the executor computes, or the SQLSTATE.
func askSession(s *Session, st *parser.Statement) (answer string) {
	n, err := st.Node()
	if err != nil {
		return "error " + err.Code
	}
	err = pgerr.Catch(func() {
		q := s.analyzer().Query(n)
		answer = rowsText(s, q, s.executor().Run(q))
	})
	if err != nil {
		return "error " + err.Code
	}
	return answer
}

func rowsText(s *Session, q *query.Query, r eval.Result) string {
	if r.Open != "" {
		return "unknown: " + r.Open
	}
	var out []string
	for _, row := range r.Rows.Rows {
		var values []string
		i := 0
		for _, target := range q.TargetList {
			if target.Resjunk {
				continue
			}
			values = append(values, valueText(s, query.ExprType(target.Expr), row[i]))
			i++
		}
		out = append(out, strings.Join(values, " | "))
	}
	return strings.Join(out, "\n")
}

func valueText(s *Session, typ pg.OID, v query.Datum) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case eval.Unknown:
		return fmt.Sprintf("unknown (%s)", v.Why)
	}
	return datum.Out(s.catalog, typ, v)
}
