package database

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// lockKey is the advisory lock of whoever writes to Schema: "electric" in ASCII.
// Advisory locks belong to one database.
const lockKey int64 = 0x656c656374726963

// lockPoll is how often the lock is asked for while somebody else has it. To
// queue for it would deadlock: a CREATE INDEX CONCURRENTLY of the other one waits
// for every statement that runs, and the queueing is one.
const lockPoll = 200 * time.Millisecond

// Lock takes the lock of those who write to Schema, waiting as long as another
// session has it: waiting is told once who that is. The lock ends with the
// connection, whatever becomes of this process, and not before what the
// connection does has ended.
func Lock(ctx context.Context, conn *pgx.Conn, waiting func(holder string)) error {
	for told := false; ; {
		var locked bool
		err := conn.QueryRow(ctx, "SELECT pg_catalog.pg_try_advisory_lock($1)", pgx.QueryExecModeExec, lockKey).Scan(&locked)
		switch {
		case err != nil:
			return failed(conn, "could not take the lock", err)
		case locked:
			return nil
		case !told && waiting != nil:
			waiting(lockHolder(ctx, conn))
			told = true
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockPoll):
		}
	}
}

// Unlock gives the lock back.
func Unlock(ctx context.Context, conn *pgx.Conn) {
	_, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_catalog.pg_advisory_unlock($1)", pgx.QueryExecModeExec, lockKey)
}

// lockHolder tells who has the lock, as far as this role may know.
func lockHolder(ctx context.Context, conn *pgx.Conn) string {
	var pid int
	var application, user, since string
	err := conn.QueryRow(ctx, `SELECT l.pid, coalesce(a.application_name, ''), coalesce(a.usename, ''),
			coalesce(to_char(a.backend_start, 'HH24:MI:SS'), '')
		FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
		WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
			AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
			AND (l.classid::bigint << 32) | l.objid::bigint = $1`, pgx.QueryExecModeExec, lockKey).
		Scan(&pid, &application, &user, &since)
	if err != nil {
		return "another session"
	}
	text := fmt.Sprintf("process %d of the server (application %q, user %q", pid, application, user)
	if since != "" {
		text += ", since " + since
	}
	return text + ")"
}
