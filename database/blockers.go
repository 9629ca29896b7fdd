package database

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// A blocker is a session that another one waits for.
type blocker struct {
	PID         int
	Application string
	User        string
	State       string
	Query       string
	Since       time.Duration // how long its transaction is open
}

const blockersQuery = `
SELECT b.pid, coalesce(a.application_name, ''), coalesce(a.usename, ''), coalesce(a.state, ''), coalesce(a.query, ''),
    coalesce((extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::bigint, 0)
FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids($1)) b(pid)
LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid`

// watchAfter is how long a statement runs before it is looked whether it waits
// for somebody, watchEvery how often from then on.
const (
	watchAfter = 400 * time.Millisecond
	watchEvery = time.Second
)

// A watch looks, over a connection of its own, who blocks the applier's
// statement: once the lock timeout has run out, the server does not know any more.
type watch struct {
	applier *Applier
	pid     uint32
	cancel  context.CancelFunc
	ended   sync.WaitGroup
	last    []blocker
}

// watch begins to look after the statement that runs next.
func (a *Applier) watch(ctx context.Context) *watch {
	ctx, cancel := context.WithCancel(ctx)
	w := &watch{applier: a, pid: a.Conn.PgConn().PID(), cancel: cancel}
	first := watchAfter
	if a.LockTimeout > 0 {
		first = min(first, a.LockTimeout/2)
	}
	w.ended.Go(func() { w.run(ctx, first) })
	return w
}

// stop ends the watch and gives those who blocked last.
func (w *watch) stop() []blocker {
	w.cancel()
	w.ended.Wait()
	return w.last
}

func (w *watch) run(ctx context.Context, first time.Duration) {
	var conn *pgx.Conn
	defer func() {
		if conn != nil {
			_ = conn.Close(context.WithoutCancel(ctx))
		}
	}()
	for wait := first; ; wait = watchEvery {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		if conn == nil {
			var err error
			if conn, err = Connect(ctx, w.applier.URL, ConnectOptions{}); err != nil {
				return // then nobody is named
			}
		}
		if found := w.look(ctx, conn); len(found) > 0 {
			if w.last == nil {
				w.applier.Note("waiting for %s", found[0])
			}
			w.last = found
		}
	}
}

func (w *watch) look(ctx context.Context, conn *pgx.Conn) (list []blocker) {
	rows, err := conn.Query(ctx, blockersQuery, pgx.QueryExecModeExec, int32(w.pid))
	if err != nil {
		return nil
	}
	defer rows.Close()
	for rows.Next() {
		var b blocker
		var since int64
		if rows.Scan(&b.PID, &b.Application, &b.User, &b.State, &b.Query, &since) != nil {
			return nil
		}
		b.Since = time.Duration(since) * time.Millisecond
		list = append(list, b)
	}
	return list
}

func (b blocker) String() string {
	var about []string
	for _, f := range []struct{ name, value string }{{"application", b.Application}, {"user", b.User}} {
		if f.value != "" {
			about = append(about, fmt.Sprintf("%s %q", f.name, f.value))
		}
	}
	if b.State != "" {
		state := b.State
		if b.Since > 0 {
			state += " since " + b.Since.Round(100*time.Millisecond).String()
		}
		about = append(about, state)
	}
	text := fmt.Sprintf("process %d of the server", b.PID)
	if len(about) > 0 {
		text += " (" + strings.Join(about, ", ") + ")"
	}
	return text
}

// queryWidth is how much of a blocker's query is shown, in bytes.
const queryWidth = 200

// tellBlockers says who was in the way, and what to do about it.
func tellBlockers(timeout time.Duration, list []blocker) (detail, hint string) {
	lines := []string{fmt.Sprintf("It waited %s for a lock that another session has.", timeout)}
	for _, b := range list {
		line := b.String()
		switch query := oneLine(b.Query); {
		case query == "" || query == "<insufficient privilege>":
			line += "; its query is not shown to this role"
		case len(query) > queryWidth:
			line += ": " + strings.ToValidUTF8(query[:queryWidth], "") + "..."
		default:
			line += ": " + query
		}
		lines = append(lines, line)
	}
	hint = fmt.Sprintf("Run apply again when it has ended, wait longer with --lock-timeout, or end it: SELECT pg_terminate_backend(%d);", list[0].PID)
	return strings.Join(lines, "\n"), hint
}
