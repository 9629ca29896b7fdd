package replication

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/database"
)

// patience is how long making a slot may take before somebody is told why.
const patience = time.Second

// watchBlockers tells who keeps a slot from being made: it waits for every
// transaction that is open in the whole cluster. It also has the server write
// what the wait is for, which an idle server does only now and then.
func watchBlockers(ctx context.Context, o Options, pid uint32) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if sleep(ctx, patience) != nil {
			return
		}
		conn, err := database.Connect(ctx, o.URL, database.ConnectOptions{})
		if err != nil {
			return
		}
		defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing more is asked of it
		for told := ""; ; {
			if text := blockers(ctx, conn, pid); text != told && text != "" && o.Note != nil {
				o.Note("starting: the replication slot waits for open transactions to end: %s", text)
				told = text
			}
			nudge(ctx, conn)
			if sleep(ctx, patience) != nil {
				return
			}
		}
	}()
	return func() { cancel(); <-done }
}

// blockers names the open transactions that have written: of sessions, and those
// that were prepared and belong to none.
func blockers(ctx context.Context, conn *pgx.Conn, pid uint32) string {
	rows, err := conn.Query(ctx, `
		SELECT format('process %s of %s (%s) in %s since %s', pid, coalesce(usename, '?'), coalesce(nullif(application_name, ''), 'no name'),
			coalesce(datname, '?'), date_trunc('second', xact_start)), xact_start AS since
		FROM pg_catalog.pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> $1
		UNION ALL
		SELECT format('the prepared transaction %L of %s in %s since %s', gid, owner, database, date_trunc('second', prepared)), prepared
		FROM pg_catalog.pg_prepared_xacts ORDER BY since LIMIT 5`, pid)
	if err != nil {
		return ""
	}
	var list []string
	var text string
	if _, err := pgx.ForEachRow(rows, []any{&text, nil}, func() error {
		list = append(list, text)
		return nil
	}); err != nil {
		return ""
	}
	return strings.Join(list, ", ")
}

// nudge has a server of version 16 and later log its running transactions.
func nudge(ctx context.Context, conn *pgx.Conn) {
	var version string
	if conn.QueryRow(ctx, "SELECT current_setting('server_version_num')").Scan(&version) == nil && version >= "160000" {
		_, _ = conn.Exec(ctx, "SELECT pg_catalog.pg_log_standby_snapshot()") // without the privilege it takes longer
	}
}

func escapeQuotes(text string) string { return strings.ReplaceAll(text, "'", "''") }
