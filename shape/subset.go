package shape

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/electric-cli/electric/shape/where"
	"github.com/electric-cli/electric/shape/wire"
)

// A Subset is a part of a shape's rows, asked for once.
type Subset struct {
	Where         *where.Filter // besides the shape's own; nil for none
	Order         string        // of where.CompileOrder
	Limit, Offset string        // digits
}

func (q *Subset) sql(d *Definition) string {
	more := ""
	if q.Where != nil {
		joint := " WHERE ("
		if d.Where != nil {
			joint = " AND ("
		}
		more = joint + q.Where.SQL() + ")"
	}
	if q.Order != "" {
		more += " ORDER BY " + q.Order
	}
	if q.Limit != "" {
		more += " LIMIT " + q.Limit
	}
	if q.Offset != "" {
		more += " OFFSET " + q.Offset
	}
	return d.selectSQL(more)
}

// A Refused is a subset that Postgres refuses: the message is its own.
type Refused struct{ Message string }

func (r *Refused) Error() string { return r.Message }

// Subset writes the body of a subset's answer: rows as one state of the database
// has them, and which transactions that state sees. It sees all that clients have
// been told of: a row that one of those deleted does not come back.
func (e *Engine) Subset(ctx context.Context, s *Shape, q *Subset, w io.Writer) error {
	conn, snapshot, done, err := e.beginSubset(ctx, s)
	if err != nil {
		return e.unavailable(err)
	}
	defer done()
	mark := rand.Uint32N(1<<31-1) + 1 //nolint:gosec // it tells snapshots apart, no more
	rows := &subsetWriter{w: w, rows: s.encoder.NewCopyEncoder(mark), out: wire.SubsetMetadata(&snapshot, mark)}
	_, err = conn.Conn().PgConn().CopyTo(ctx, rows, "COPY ("+q.sql(&s.definition)+") TO STDOUT")
	var refused *pgconn.PgError
	switch {
	case rows.err != nil:
		return rows.err
	case errors.As(err, &refused) && blames(refused.Code):
		return &Refused{refused.Message}
	case err != nil:
		return e.unavailable(err)
	}
	return rows.end()
}

// beginSubset begins a subset's transaction. done is to be called when it was read.
func (e *Engine) beginSubset(ctx context.Context, s *Shape) (conn *pgxpool.Conn, snapshot wire.Snapshot, done func(), err error) {
	pins := s.sub != nil && cap(e.pinning) > 0
	if pins {
		select {
		case e.pinning <- struct{}{}:
		case <-ctx.Done():
			return nil, snapshot, nil, ctx.Err()
		}
	}
	if conn, err = e.pool.Acquire(ctx); err != nil {
		if pins {
			<-e.pinning
		}
		return nil, snapshot, nil, err
	}
	e.mu.Lock()
	told := e.recent.list()
	e.mu.Unlock()
	if pins {
		snapshot, done, err = e.pinned(ctx, s, conn, told)
		return conn, snapshot, done, err
	}
	done = func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), "ROLLBACK") // a connection that broke is not used again
		conn.Release()
	}
	if snapshot, err = beginSnapshotSeeing(ctx, conn, told); err != nil {
		done()
	}
	return conn, snapshot, done, err
}

// blames reports whether an error is the query's own fault: it is about data or
// types, or about what cannot be computed. All others pass, or the table has
// changed.
func blames(sqlstate string) bool {
	switch sqlstate[:2] {
	case "22", "54", "0A":
		return true
	case "42":
		return sqlstate != "42501" && sqlstate != "42P01" && sqlstate != "42703"
	}
	return false
}

// Scratch gives a file for an answer that is too large for memory. Who asked for
// it closes and removes it.
func (e *Engine) Scratch() (*os.File, error) { return e.store.Scratch() }

// subsetWriter writes a subset's rows, with commas between them.
type subsetWriter struct {
	w    io.Writer
	rows *wire.CopyEncoder
	out  []byte
	any  bool
	err  error
}

func (s *subsetWriter) Write(line []byte) (n int, err error) {
	n, s.err = s.row(line)
	return n, s.err
}

func (s *subsetWriter) row(line []byte) (int, error) {
	if s.any {
		s.out = append(s.out, ',')
	}
	s.any = true
	out, err := s.rows.Append(s.out, line)
	if err != nil {
		return 0, err
	}
	s.out = out[:len(out)-len(",\n")]
	if len(s.out) >= 64<<10 {
		return len(line), s.flush()
	}
	return len(line), nil
}

func (s *subsetWriter) flush() error {
	_, err := s.w.Write(s.out)
	s.out = s.out[:0]
	return err
}

func (s *subsetWriter) end() error {
	s.out = append(s.out, "]}"...)
	return s.flush()
}

// Natural reports whether a text is a number that LIMIT and OFFSET take.
func Natural(text string) (n int64, ok bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n >= 0
}
