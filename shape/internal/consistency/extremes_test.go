//go:build unix

package consistency

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/internal/shapeclient"
)

// LSNs fill 64 bits: offsets are compared and written right at their beginning,
// in the middle, and near their end.
func TestPlacesInTheLog(t *testing.T) {
	for _, segment := range []string{"000000010000000000000004", "000000017FFFFFFF00000FFE", "00000001FFFFFFF000000001"} {
		t.Run(segment, func(t *testing.T) {
			t.Parallel()
			x := newRun(t)
			require.NoError(t, x.conn.Close(t.Context()))
			x.postgres.Stop(pgtest.Fast)
			x.postgres.Run("pg_resetwal", "--force", "--next-wal-file="+segment)
			x.postgres.Start()
			x.connect()
			x.serveWithin()
			x.write(2, 20)()
			x.follow(20)
			for range 3 {
				x.exec("SELECT pg_switch_wal()") // over the edge of 32 bits, and of 63
				x.write(3, 15)()
				x.settle(0)
			}
			x.finish()
		})
	}
}

// Whoever handles changes slowly slows Postgres down, and nothing else: the
// connection outlives wal_sender_timeout.
func TestSlowConsumerKeepsItsConnection(t *testing.T) {
	t.Parallel()
	x := newRun(t)
	x.exec("ALTER SYSTEM SET wal_sender_timeout = '2s'") // after half of it an answer is asked for, for which there is the other half
	x.exec("SELECT pg_reload_conf()")
	x.exec("INSERT INTO level_1 VALUES ('a', NULL, true, 'x'); INSERT INTO level_2 VALUES ('b', 'a', true, 'x')")
	x.serveWithin()
	x.follow(0)
	f := newFollower(x.r, x.base, x.tables[0])
	f.table = x.named("level_2")
	f.where = &clause{text: "parent_id IN (SELECT id FROM level_1 WHERE active)"}
	f.client = shapeclient.New(shapeclient.Options{Base: x.base, Shape: shapeclient.Shape{Table: "level_2", Where: f.where.text, Key: id, Repeats: true}})
	x.add(f)
	x.settle(0)
	before := f.client.Report()
	locker := x.session()
	for range 2 { // the shape's query waits for the lock, for less than it may
		x.on(locker, "BEGIN; LOCK TABLE level_2")
		x.exec("UPDATE level_1 SET active = NOT active; UPDATE ledger SET amount = amount")
		time.Sleep(3 * time.Second)
		x.on(locker, "COMMIT")
		x.settle(0)
	}
	require.Equal(t, before.Handle, f.client.Report().Handle, "the stream went on")
	x.finish()
}

// A slot that keeps more WAL than it may is invalidated: there is a new one, and
// clients begin anew.
func TestInvalidatedSlot(t *testing.T) {
	t.Parallel()
	x := newRun(t)
	for _, setting := range []string{"max_slot_wal_keep_size = '2MB'", "wal_sender_timeout = '10min'", "min_wal_size = '2MB'", "max_wal_size = '2MB'"} {
		x.exec("ALTER SYSTEM SET " + setting)
	}
	x.exec("SELECT pg_reload_conf()")
	x.serveWithin()
	x.write(2, 20)()
	x.follow(20)
	x.settle(0)
	x.proxy.Stall()
	x.write(3, 15)()
	for range 8 {
		x.exec("CREATE TABLE filler AS SELECT repeat('x', 1000) FROM generate_series(1, 3000)")
		x.exec("DROP TABLE filler")
		x.exec("CHECKPOINT")
	}
	require.Empty(t, x.exec("SELECT FROM pg_replication_slots WHERE wal_status <> 'lost'")[0].Rows, "the slot is lost, or gone with its connection")
	x.proxy.Heal()
	x.settle(0)
	x.finish()
}
