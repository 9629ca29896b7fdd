//go:build unix

package consistency

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/faultproxy"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/internal/shapeclient"
)

var (
	seedFlag         = flag.Uint64("seed", 1, "the seed of the run; 0 for a new one")
	transactionsFlag = flag.Int("transactions", 0, "how many transactions TestLong makes")
)

// A run is one test of one server.
type run struct {
	t         *testing.T
	r         *rand.Rand
	url       string // of the database, directly
	postgres  *pgtest.Alone
	proxy     *faultproxy.Proxy
	server    server
	base      string
	tables    []*table
	conn      *pgconn.PgConn // for Postgres's word; nil while it is down
	counts    counts
	followers []*follower
	retired   int      // how many are to be replaced
	attached  []string // partitions that may be detached
}

// newRun makes everything but a server.
func newRun(t *testing.T) *run {
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d: go test ./shape/internal/consistency -run '^%s$' -seed %d -transactions %d", seed, t.Name(), seed, *transactionsFlag)
	x := &run{t: t, r: rand.New(rand.NewPCG(seed, 0))}
	x.postgres = pgtest.StartAlone(t, pgtest.Options{Settings: []string{"wal_level=logical", "max_wal_senders=20", "max_replication_slots=20"}})
	x.url = x.postgres.URL
	u, err := url.Parse(x.url)
	require.NoError(t, err)
	x.proxy = faultproxy.New(t, u.Host)
	x.connect()
	x.exec(createTypes)
	x.tables = newSchema(x.r, x.version())
	for _, table := range x.tables {
		x.exec(table.create())
	}
	x.exec(makeLedger + "; CREATE TABLE marker (id int PRIMARY KEY, n int); INSERT INTO marker VALUES (1, 0)")
	return x
}

// through is the database's URL by way of the proxy.
func (x *run) through() string {
	u, err := url.Parse(x.url)
	require.NoError(x.t, err)
	u.Host = x.proxy.Addr()
	return u.String()
}

// serveWithin has the server run in this process.
func (x *run) serveWithin() {
	address := freeAddress(x.t)
	log := slog.New(slog.NewTextHandler(x.logFile(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	x.serve(&within{url: x.through(), address: address, dir: x.t.TempDir(), log: log}, address)
}

// serveBinary has the program itself run.
func (x *run) serveBinary() {
	address := freeAddress(x.t)
	x.serve(&binary{url: x.through(), address: address, dir: x.t.TempDir(), log: x.logFile()}, address)
}

func (x *run) serve(s server, address string) {
	x.server, x.base = s, "http://"+address
	s.start(x.t)
	x.t.Cleanup(func() { s.kill(x.t) })
}

// logFile takes the server's log, and shows its end when the test fails.
func (x *run) logFile() *os.File {
	path := filepath.Join(x.t.TempDir(), "log")
	f, err := os.Create(path)
	require.NoError(x.t, err)
	x.t.Cleanup(func() {
		_ = f.Close()
		if text, err := os.ReadFile(path); err == nil && x.t.Failed() {
			x.t.Logf("the server's log ends:\n%s", text[max(0, len(text)-4000):])
		}
	})
	return f
}

func (x *run) connect() {
	conn, err := pgconn.Connect(x.t.Context(), x.url)
	require.NoError(x.t, err)
	x.conn = conn
	x.exec(displaySettings)
}

// version is the major version of Postgres.
func (x *run) version() int {
	major, _, _ := strings.Cut(x.conn.ParameterStatus("server_version"), ".")
	n, err := strconv.Atoi(major)
	require.NoError(x.t, err)
	return n
}

// session is another one, for locks.
func (x *run) session() *pgconn.PgConn {
	conn, err := pgconn.Connect(x.t.Context(), x.url)
	require.NoError(x.t, err)
	x.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func (x *run) on(conn *pgconn.PgConn, sql string) {
	x.t.Helper()
	_, err := conn.Exec(x.t.Context(), sql).ReadAll()
	require.NoError(x.t, err, sql)
}

func (x *run) named(name string) *table {
	return x.tables[slices.IndexFunc(x.tables, func(t *table) bool { return t.name == name })]
}

func (x *run) exec(sql string) []*pgconn.Result {
	x.t.Helper()
	results, err := x.conn.Exec(x.t.Context(), sql).ReadAll()
	require.NoError(x.t, err, sql)
	return results
}

// follow starts clients: on each table some, and on the ledger and the marker.
func (x *run) follow(n int) {
	ledger := &table{name: "ledger", key: []string{"id"}, columns: []*column{{name: "id", typ: "int", notNull: true}, {name: "amount", typ: "int", notNull: true}}}
	marker := &table{name: "marker", key: []string{"id"}, columns: []*column{{name: "id", typ: "int", notNull: true}, {name: "n", typ: "int"}}}
	for _, sse := range []bool{false, true} {
		f := &follower{table: ledger}
		f.client = shapeclient.New(shapeclient.Options{
			Base: x.base, SSE: sse, Shape: shapeclient.Shape{Table: "ledger", Key: ledger.key}, UpToDate: balanced,
		})
		f.kept = true
		x.add(f)
	}
	f := &follower{table: marker, kept: true}
	f.client = shapeclient.New(shapeclient.Options{Base: x.base, Shape: shapeclient.Shape{Table: "marker", Key: marker.key}})
	x.add(f)
	for i := range n {
		x.add(newFollower(x.r, x.base, x.tables[i%len(x.tables)]))
	}
}

func (x *run) add(f *follower) {
	f.start(x.t)
	x.followers = append(x.followers, f)
}

// balanced is false of a ledger of which half a transaction has arrived.
func balanced(rows map[string]shapeclient.Row) error {
	sum := 0
	for _, row := range rows {
		n, err := strconv.Atoi(*row["amount"])
		if err != nil {
			return err
		}
		sum += n
	}
	if sum != ledgerSum {
		return fmt.Errorf("the ledger's sum is %d: half a transaction is there", sum)
	}
	return nil
}

// write has sessions make transactions at the same time.
func (x *run) write(sessions, transactions int) (wait func()) {
	var all sync.WaitGroup
	var tables []*table
	for _, t := range x.tables {
		tables = append(tables, t.clone())
	}
	for range sessions {
		w := &writer{r: rand.New(rand.NewPCG(x.r.Uint64(), 0)), url: x.url, tables: tables, counts: &x.counts}
		all.Go(func() {
			defer w.close()
			for range transactions {
				w.transaction(x.t.Context())
			}
		})
	}
	return all.Wait
}

// patience is how long what is sure to come may take, on a busy machine.
const patience = time.Minute

// lookEvery is the pause between two looks at a client.
const lookEvery = 20 * time.Millisecond

// settle waits until every client has everything, then compares. Rows may differ
// for a while when grace is not zero: some changes of tables are not in the
// stream, and are noticed only then. That while is counted in looks, for each of
// which the server and Postgres are asked, not by the clock: where others have the
// processor, all three are slower.
func (x *run) settle(grace time.Duration) {
	x.t.Helper()
	lsn := x.lsn()
	stop := x.mark()
	defer stop()
	deadline := time.Now().Add(3 * patience)
	for _, f := range x.followers {
		for late := time.Duration(0); ; time.Sleep(lookEvery) {
			require.NoError(x.t, f.failed(), "%s", f)
			rows, err := f.client.CaughtUp(x.t.Context(), lsn)
			require.NoError(x.t, err, "%s", f)
			if rows != nil && f.table.name == "marker" {
				break // it changes all the time
			}
			if rows == nil {
				require.True(x.t, time.Now().Before(deadline), "%s does not catch up: %+v", f, f.client.Report())
				continue
			}
			want, err := f.expected(x.t.Context(), x.conn)
			require.NoError(x.t, err)
			wrong := difference(want, rows)
			if wrong == "" {
				break
			}
			late += lookEvery
			require.LessOrEqual(x.t, late, grace, "%s: %s\n%+v", f, wrong, f.client.Report())
		}
	}
}

func (x *run) lsn() uint64 {
	text := string(x.exec("SELECT pg_current_wal_insert_lsn() - '0/0'")[0].Rows[0][0])
	lsn, err := strconv.ParseUint(text, 10, 64)
	require.NoError(x.t, err)
	return lsn
}

// mark writes a row now and then, which tells the server how far the log of
// changes has come.
func (x *run) mark() (stop func()) {
	ctx, cancel := context.WithCancel(x.t.Context())
	var done sync.WaitGroup
	done.Go(func() {
		conn, err := pgconn.Connect(ctx, x.url)
		if err != nil {
			return
		}
		defer conn.Close(context.Background()) //nolint:errcheck // nothing more is asked of it
		for ctx.Err() == nil {
			_, _ = conn.Exec(ctx, "UPDATE public.marker SET n = n + 1").ReadAll()
			select {
			case <-ctx.Done():
			case <-time.After(200 * time.Millisecond):
			}
		}
	})
	return func() { cancel(); done.Wait() }
}

// finish ends the clients, and tells how it went.
func (x *run) finish() {
	restarts, retries := 0, 0
	var all []error
	for _, f := range x.followers {
		all = append(all, f.stop())
		r := f.client.Report()
		restarts, retries = restarts+r.Restarts, retries+r.Retries
	}
	require.NoError(x.t, errors.Join(all...))
	x.t.Logf("%d clients, %s; %d times a client began anew, %d requests were tried again", len(x.followers), &x.counts, restarts, retries)
}

// retire ends the clients that an alteration would leave without what they name.
func (x *run) retire(which func(*follower) bool) {
	x.t.Helper()
	x.followers = slices.DeleteFunc(x.followers, func(f *follower) bool {
		if f.kept || !which(f) {
			return false
		}
		require.NoError(x.t, f.stop(), "%s", f)
		x.retired++
		return true
	})
}

// replenish starts as many clients as were retired.
func (x *run) replenish() {
	for ; x.retired > 0; x.retired-- {
		x.add(newFollower(x.r, x.base, pick(x.r, x.tables)))
	}
}
