package api_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/shape"
)

// The log of changes tells a transaction before other sessions see it: a moment
// before, or for as long as a standby takes that its commit waits for. A partition
// that it made is not in the catalog until then; its rows are the root's all the
// same.
func TestPartitionThatNobodySeesYet(t *testing.T) {
	postgres := pgtest.StartAlone(t, logical)
	s := startWith(t, options{Options: shape.Options{URL: postgres.URL}, SQL: partitioned})
	r, _ := s.read("table", "parts")

	s.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
	s.reloaded("synchronous_standby_names", "nobody")
	writer := s.connect()
	committed := make(chan error, 1)
	go func() {
		_, err := writer.PgConn().Exec(t.Context(), `CREATE TABLE parts_300 PARTITION OF parts FOR VALUES FROM (200) TO (300);
			INSERT INTO parts VALUES (7, 270)`).ReadAll()
		committed <- err
	}()
	require.Eventually(t, func() bool {
		var waits bool
		err := s.db.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep')").Scan(&waits)
		return err == nil && waits
	}, patience, tick)
	time.Sleep(200 * time.Millisecond) // the stream has told it by now
	s.sql("ALTER SYSTEM RESET synchronous_standby_names")
	s.reloaded("synchronous_standby_names", "")
	require.NoError(t, <-committed)

	require.Equal(t, []string{"insert a=7 b=270", "up-to-date"}, r.next().brief())
}

// reloaded has the server read its configuration, and waits until a setting is
// what it is to be.
func (s *server) reloaded(name, value string) {
	s.t.Helper()
	s.sql("SELECT pg_reload_conf()")
	require.Eventually(s.t, func() bool {
		var now string
		err := s.db.QueryRow(s.t.Context(), "SELECT current_setting($1)", name).Scan(&now)
		return err == nil && now == value
	}, patience, tick)
}
