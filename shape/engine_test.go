package shape

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/shape/replication"
)

// patience is how long a test waits for what is sure to come.
const patience = time.Minute

// The publication goes with the server that made it, but not when another one has
// taken over meanwhile. Postgres may be a while about the end of this one's stream.
func TestPublicationGoesWithTheLastServer(t *testing.T) {
	for name, c := range map[string]struct{ locked, takenOver bool }{
		"last":              {false, false},
		"last, in a moment": {true, false},
		"taken over":        {true, true},
	} {
		t.Run(name, func(t *testing.T) {
			url := pgtest.Start(t).DatabaseAlone(t)
			conn, err := pgx.Connect(t.Context(), url)
			require.NoError(t, err)
			defer conn.Close(t.Context())
			_, err = conn.Exec(t.Context(), `CREATE PUBLICATION electric_publication_default;
				COMMENT ON PUBLICATION electric_publication_default IS 'made by electric dev or electric daemon, which drops it when it ends'`)
			require.NoError(t, err)
			e, err := New(Options{URL: url, Dir: t.TempDir()})
			require.NoError(t, err)
			e.created = true
			holder, err := pgx.Connect(t.Context(), url)
			require.NoError(t, err)
			goes := make(chan error, 1)
			if c.locked {
				_, err = holder.Exec(t.Context(), "SELECT pg_advisory_lock("+replication.LockKey("default")+")")
				require.NoError(t, err)
			}
			if c.locked && !c.takenOver {
				e.former = holder.PgConn().PID()
				time.AfterFunc(missTime/5, func() { goes <- holder.Close(context.Background()) })
			}
			require.NoError(t, e.Close())
			if e.former == 0 {
				goes <- holder.Close(t.Context())
			}
			require.NoError(t, <-goes)
			var stays bool
			require.NoError(t, conn.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_publication)").Scan(&stays))
			require.Equal(t, c.takenOver, stays)
		})
	}
}

// A table that somebody has locked stays in the publication for now: shapes of
// others do not wait with it.
func TestRetractWaitsForNobody(t *testing.T) {
	url := pgtest.Start(t).DatabaseAlone(t)
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	exec := func(sql string) {
		_, err := conn.Exec(t.Context(), sql)
		require.NoError(t, err)
	}
	exec("CREATE TABLE free (id int); CREATE TABLE locked (id int); CREATE PUBLICATION electric_publication_default FOR TABLE free, locked")
	e, err := New(Options{URL: url, Dir: t.TempDir()})
	require.NoError(t, err)
	defer e.Close() //nolint:errcheck // nothing is in it
	retract := func() (left []string) {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		require.NoError(t, e.retract(ctx))
		rows, err := e.control.Query(t.Context(), "SELECT prrelid::regclass::text FROM pg_publication_rel")
		require.NoError(t, err)
		left, err = pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		return left
	}
	exec("BEGIN; LOCK TABLE locked")
	require.Equal(t, []string{"locked"}, retract())
	exec("COMMIT")
	require.Empty(t, retract())
}
