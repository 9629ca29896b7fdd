//go:build unix

package consistency

import (
	"context"
	"log/slog"
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/faultproxy"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/internal/shapeclient"
)

// A scenario is one story on a few tables: a fault that was found once, told
// again step by step.
type scenario struct {
	*run
	stream  *faultproxy.Proxy // the way of the stream of changes
	queries *faultproxy.Proxy // the way of all else
}

// newScenario makes a database with some SQL, and a server on it.
func newScenario(t *testing.T, sql string) *scenario {
	return tell(t, pgtest.StartWith(t, settings).Database(t), sql)
}

// newSlowScenario is for stories that wait for long: it has a Postgres for itself,
// which nobody else's open transactions hold up.
func newSlowScenario(t *testing.T, sql string) *scenario {
	t.Parallel()
	return tell(t, pgtest.StartAlone(t, settings).URL, sql)
}

// settings are for as many stories at once as a machine has processors.
var settings = pgtest.Options{Settings: []string{
	"wal_level=logical", "max_connections=400", "max_wal_senders=100", "max_replication_slots=100", "max_prepared_transactions=10",
}}

func tell(t *testing.T, database, sql string) *scenario {
	s := &scenario{run: &run{t: t, url: database}}
	s.connect()
	t.Cleanup(func() { s.released() })
	s.exec("CREATE TABLE marker (id int PRIMARY KEY, n int); INSERT INTO marker VALUES (1, 0)")
	s.exec(sql)
	u, err := url.Parse(s.url)
	require.NoError(t, err)
	way := func() (*faultproxy.Proxy, string) {
		proxy := faultproxy.New(t, u.Host)
		other := *u
		other.Host = proxy.Addr()
		return proxy, other.String()
	}
	var stream, queries string
	s.stream, stream = way()
	s.queries, queries = way()
	address := freeAddress(t)
	log := slog.New(slog.NewTextHandler(s.logFile(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.serve(&within{url: stream, queries: queries, address: address, dir: t.TempDir(), log: log}, address)
	s.client("marker", []string{"id"}, nil)
	s.settle(0)
	return s
}

// client follows a shape; change, when not nil, says more of it.
func (s *scenario) client(name string, key []string, change func(*shapeclient.Shape)) *follower {
	shape := shapeclient.Shape{Table: ident(name), Key: key}
	if change != nil {
		change(&shape)
	}
	f := &follower{table: s.read(name, key), client: shapeclient.New(shapeclient.Options{Base: s.base, Shape: shape}), kept: true}
	if shape.Where != "" {
		f.where = &clause{text: shape.Where, params: shape.Params}
	}
	s.add(f)
	return f
}

// read learns a table's columns from the catalog.
func (s *scenario) read(name string, key []string) *table {
	t := &table{name: name, key: key}
	for _, row := range s.exec("SELECT attname, format_type(atttypid, NULL), attgenerated FROM pg_attribute WHERE attrelid = " +
		literal(ident(name)) + "::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum")[0].Rows {
		c := &column{name: string(row[0]), typ: string(row[1]), generated: string(row[2]), unsynced: len(row[2]) > 0 && s.version() < 18}
		if c.typ == "boolean" {
			c.typ = "bool"
		}
		t.columns = append(t.columns, c)
	}
	return t
}

// aside runs SQL in a session of its own, at once.
func (s *scenario) aside(sql string) *pgconn.PgConn {
	conn := s.session()
	s.on(conn, sql)
	return conn
}

// released waits until Postgres has noticed that the server is gone, for as long
// as its slot is there the database cannot be dropped.
func (s *scenario) released() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for ; ctx.Err() == nil; time.Sleep(lookEvery) {
		results, err := s.conn.Exec(ctx, "SELECT FROM pg_replication_slots WHERE database = current_database()").ReadAll()
		if err != nil || len(results[0].Rows) == 0 {
			break
		}
	}
	_ = s.conn.Close(ctx)
}

// soon waits for something.
func (s *scenario) soon(what string, is func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(lookEvery) {
		require.True(s.t, time.Now().Before(deadline), what)
	}
}
