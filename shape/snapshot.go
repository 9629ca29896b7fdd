package shape

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pglogrepl"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/electric-cli/electric/shape/replication"
	"github.com/electric-cli/electric/shape/wire"
)

// beginSQL begins a transaction that sees one state of the database, and sets
// how values are written in it. The first query after it takes the snapshot.
var beginSQL = func() string {
	var b strings.Builder
	b.WriteString("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
	for name, value := range replication.DisplaySettings {
		fmt.Fprintf(&b, "; SET LOCAL %s = '%s'", name, value)
	}
	for _, setting := range []string{
		"search_path = ''", "statement_timeout = 0", "idle_in_transaction_session_timeout = 0", "lock_timeout = 5000",
		"standard_conforming_strings = on", "transform_null_equals = off", "array_nulls = on", // clauses mean what they were checked to mean
		"row_security = off", // a policy that would hide rows is an error: changes do not know of policies
	} {
		b.WriteString("; SET LOCAL " + setting)
	}
	return b.String()
}()

const snapshotSQL = `SELECT pg_catalog.pg_snapshot_xmin(s), pg_catalog.pg_snapshot_xmax(s),
	pg_catalog.array_to_string(ARRAY(SELECT pg_catalog.pg_snapshot_xip(s)), ','), pg_catalog.pg_current_wal_insert_lsn(),
	pg_catalog.pg_current_wal_flush_lsn()
	FROM pg_catalog.pg_current_snapshot() AS s`

// beginSnapshot begins such a transaction and tells what it sees.
func beginSnapshot(ctx context.Context, conn *pgconn.PgConn) (s wire.Snapshot, err error) {
	if _, err := conn.Exec(ctx, beginSQL).ReadAll(); err != nil {
		return s, err
	}
	return readSnapshot(ctx, conn)
}

// readSnapshot tells what conn sees.
func readSnapshot(ctx context.Context, conn *pgconn.PgConn) (s wire.Snapshot, err error) {
	results, err := conn.Exec(ctx, snapshotSQL).ReadAll()
	if err != nil {
		return s, err
	}
	row := results[0].Rows[0]
	if s.Xmin, err = strconv.ParseUint(string(row[0]), 10, 64); err != nil {
		return s, err
	}
	if s.Xmax, err = strconv.ParseUint(string(row[1]), 10, 64); err != nil {
		return s, err
	}
	for _, text := range strings.Split(string(row[2]), ",") {
		if text == "" {
			continue
		}
		xid, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return s, err
		}
		s.Xip = append(s.Xip, xid)
	}
	for i, lsn := range []*uint64{&s.LSN, &s.Flushed} {
		parsed, err := pglogrepl.ParseLSN(string(row[3+i]))
		if err != nil {
			return s, err
		}
		*lsn = uint64(parsed)
	}
	return s, nil
}

// beginSnapshotSeeing begins one that sees all of these transactions, which have
// committed: other sessions see that a moment after the log of changes tells it.
func beginSnapshotSeeing(ctx context.Context, conn *pgxpool.Conn, xids []uint32) (s wire.Snapshot, err error) {
	for pause := time.Millisecond; ; pause = min(2*pause, 100*time.Millisecond) {
		if s, err = beginSnapshot(ctx, conn.Conn().PgConn()); err != nil || allSeen(&s, xids) {
			return s, err
		}
		if _, err = conn.Exec(ctx, "ROLLBACK"); err != nil {
			return s, err
		}
		if err = pauseFor(ctx, pause); err != nil {
			return s, err
		}
	}
}

// awaitVisible waits until other sessions see a transaction that the log of changes
// has told.
func (e *Engine) awaitVisible(ctx context.Context, xid uint32) error {
	conn, err := e.control.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	for pause := time.Millisecond; ; pause = min(2*pause, 100*time.Millisecond) {
		s, err := readSnapshot(ctx, conn.Conn().PgConn())
		if err != nil || s.Sees(xid) {
			return err
		}
		if err := pauseFor(ctx, pause); err != nil {
			return err
		}
	}
}

func pauseFor(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// whileThere gives a context that ends with the shape.
func (s *Shape) whileThere() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for {
			changed := s.Log.Changed()
			if s.Gone() {
				cancel()
				return
			}
			select {
			case <-changed:
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx, cancel
}

// fill writes the rows of a shape's snapshot, whose transaction conn is in.
func (e *Engine) fill(conn *pgxpool.Conn, s *Shape) {
	defer conn.Release()
	ctx, cancel := s.whileThere() // a shape that ended needs no rows
	defer cancel()
	if s.sub != nil {
		defer s.sub.finish()
	}
	err := e.writeRows(ctx, conn.Conn().PgConn(), s)
	if err == nil {
		err = s.Log.EndSnapshot(wire.SnapshotEndMessage(&s.snapshot))
	}
	if err != nil {
		s.Log.Abandon()
		if !s.Gone() {
			s.fail(e.snapshotTrouble(err))
			e.rotate("its snapshot could not be taken: "+err.Error(), s)
		}
		_ = conn.Conn().Close(context.Background())
		return
	}
	if _, err := conn.Exec(ctx, "COMMIT"); err != nil {
		_ = conn.Conn().Close(context.Background())
	}
	e.notify()
}

// writeRows copies a shape's rows into its log.
func (e *Engine) writeRows(ctx context.Context, conn *pgconn.PgConn, s *Shape) error {
	if s.definition.ChangesOnly && s.sub == nil {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	slow := time.AfterFunc(e.options.FirstRow, func() { cancel(tooSlow(e.options.FirstRow)) })
	defer slow.Stop()
	w := &rowWriter{shape: s, rows: s.encoder.NewCopyEncoder(0), slow: slow}
	_, err := conn.CopyTo(ctx, w, "COPY ("+s.definition.selectSQL("")+") TO STDOUT")
	var u *Unavailable
	switch {
	case w.err != nil:
		return w.err
	case errors.As(context.Cause(ctx), &u):
		return u
	}
	return err
}

// tooSlow is a snapshot whose first row, or end without any, has not come in time.
func tooSlow(limit time.Duration) *Unavailable {
	return &Unavailable{
		Message: fmt.Sprintf("Snapshot query took too long to return data (cancelled after %dms). Please ensure snapshot queries are "+
			"using an index to avoid taking up all database connections.", limit.Milliseconds()),
		After: 10 * time.Second, Known: true,
	}
}

// A rowWriter takes COPY's output: each Write is a row.
type rowWriter struct {
	shape *Shape
	rows  *wire.CopyEncoder
	slow  *time.Timer // until the first row
	err   error
}

func (w *rowWriter) Write(line []byte) (int, error) {
	if w.slow != nil {
		w.slow.Stop()
		w.slow = nil
	}
	if w.err = w.row(line); w.err != nil {
		return 0, w.err
	}
	return len(line), nil
}

func (w *rowWriter) row(line []byte) error {
	s := w.shape
	if !s.definition.ChangesOnly {
		buffer, err := w.rows.Append(s.Log.Buffer(), line)
		if err != nil {
			return err
		}
		if err := s.Log.AppendedRow(buffer); err != nil {
			return err
		}
	}
	if s.sub != nil {
		return s.sub.first(w.rows, line)
	}
	return nil
}

// unavailable puts a failure of the database into Electric's words.
func (e *Engine) unavailable(err error) error {
	var u *Unavailable
	var refused *pgconn.PgError
	switch {
	case errors.As(err, &u), errors.Is(err, errTableChanged):
		return err
	case errors.As(err, &refused):
		return e.snapshotTrouble(err)
	}
	return &Unavailable{Message: "Database is unreachable", After: 2 * time.Second, Code: "database_unreachable"}
}

// snapshotTrouble says why a snapshot could not be taken.
func (e *Engine) snapshotTrouble(err error) error {
	var refused *pgconn.PgError
	var u *Unavailable
	if errors.As(err, &u) {
		return err
	}
	if !errors.As(err, &refused) {
		if errors.Is(err, context.DeadlineExceeded) {
			return &Unavailable{Message: "Snapshot query took too long to start reading from the database", After: 10 * time.Second, Known: true}
		}
		return &Unavailable{Message: "Unable to create initial snapshot: " + err.Error(), After: 10 * time.Second, Known: true}
	}
	switch refused.Code {
	case "42P01", "42703", "42883": // undefined table, column, function
		return errTableChanged
	case "55P03": // lock_not_available
		return &Unavailable{Message: "Snapshot timed out while waiting for a table lock", After: 10 * time.Second, Known: true}
	case "57P01", "57P02", "57P03", "53300":
		return &Unavailable{Message: "Database is unreachable", After: 2 * time.Second, Code: "database_unreachable"}
	}
	return &Unavailable{Message: "Unable to create initial snapshot: " + refused.Message, After: 10 * time.Second, Known: true}
}
