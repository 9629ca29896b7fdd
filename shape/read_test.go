package shape

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
)

// A gate counts queries, and lets them through when it is told to.
type gate struct {
	*pgxpool.Pool
	queries atomic.Int64
	open    chan struct{}
}

func (g *gate) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	g.queries.Add(1)
	<-g.open
	return g.Pool.Query(context.WithoutCancel(ctx), sql, args...) // its time was spent here
}

// Those who ask while a query runs get one together, which begins after they
// asked: tables that are made meanwhile are there.
func TestOneQueryAnswersAll(t *testing.T) {
	pool, err := pgxpool.New(t.Context(), pgtest.Start(t).Database(t))
	require.NoError(t, err)
	defer pool.Close()
	_, err = pool.Exec(t.Context(), "CREATE TABLE early (id int PRIMARY KEY)")
	require.NoError(t, err)
	g := &gate{Pool: pool, open: make(chan struct{})}
	r := &reader{from: g}

	var group sync.WaitGroup
	ask := func(name string, there bool) {
		group.Go(func() {
			found, err := r.byName(t.Context(), "public", name)
			if err != nil || (found != nil) != there || there && found.Name != name {
				t.Errorf("%s: found %v, %v", name, found, err)
			}
		})
	}
	waiting := func() int {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.next == nil {
			return 0
		}
		return len(r.next.names)
	}
	ask("early", true)
	require.Eventually(t, func() bool { return g.queries.Load() == 1 }, patience, 1e6)
	for i := range 20 {
		_, err := pool.Exec(t.Context(), fmt.Sprintf("CREATE TABLE late_%d (id int PRIMARY KEY)", i))
		require.NoError(t, err)
		ask(fmt.Sprintf("late_%d", i), true)
		ask(fmt.Sprintf("missing_%d", i), false)
		ask("early", true)
	}
	require.Eventually(t, func() bool { return waiting() == 60 }, patience, 1e6)
	close(g.open)
	group.Wait()
	require.EqualValues(t, 2, g.queries.Load())
}

// Who asks by OID gets those tables and no others.
func TestReadByOID(t *testing.T) {
	pool, err := pgxpool.New(t.Context(), pgtest.Start(t).Database(t))
	require.NoError(t, err)
	defer pool.Close()
	var oid uint32
	_, err = pool.Exec(t.Context(), `CREATE TABLE one (id int PRIMARY KEY); CREATE TABLE two (id int PRIMARY KEY); CREATE VIEW three AS TABLE one`)
	require.NoError(t, err)
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT 'one'::regclass::oid").Scan(&oid))
	r := &reader{from: pool}
	found, err := r.byOID(t.Context(), []uint32{oid, 4_000_000_000})
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, "one", found[oid].Name)

	three, err := r.byName(t.Context(), "public", "three")
	require.NoError(t, err)
	require.Nil(t, three, "a view is no shape's table")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = (&reader{from: &gate{Pool: pool, open: make(chan struct{})}}).byOID(ctx, []uint32{oid})
	require.ErrorIs(t, err, context.Canceled)
}
