package shape

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/electric-cli/electric/shape/wire"
)

// How many changes of a transaction wait for Postgres's word at most.
const (
	queueRows  = 1000
	queueBytes = 1 << 20
)

// enqueue keeps a change of a shape whose filter only Postgres can decide.
func (c *consumer) enqueue(s *Shape, change rowChange) {
	h := &s.consumer
	if len(h.queue) == 0 {
		c.undecided = append(c.undecided, s)
	}
	h.queue = append(h.queue, change)
	for _, row := range [2]wire.Row{change.old, change.now} {
		for _, value := range row {
			h.bytes += len(value)
		}
	}
	if len(h.queue) >= queueRows || h.bytes >= queueBytes {
		c.ask(s)
	}
}

// decide asks Postgres about all changes that wait.
func (c *consumer) decide() {
	for _, s := range c.undecided {
		if len(s.consumer.queue) > 0 {
			c.ask(s)
		}
	}
	c.undecided = c.undecided[:0]
}

// askTimeout bounds how long a question may take; the shape ends after it.
const askTimeout = 30 * time.Second

// ask has Postgres decide which rows of a shape's queue are in the shape.
func (c *consumer) ask(s *Shape) {
	h := &s.consumer
	queue := h.queue
	h.queue, h.bytes = nil, 0
	var rows []wire.Row
	for _, change := range queue {
		for _, row := range [2]wire.Row{change.old, change.now} {
			if row != nil {
				rows = append(rows, row)
			}
		}
	}
	ctx, cancel := context.WithTimeout(c.ctx, askTimeout)
	defer cancel()
	in, err := c.matching(ctx, s, rows)
	if err != nil {
		c.rotate(fmt.Sprintf("Postgres could not decide its filter: %v", err), s)
		return
	}
	n := 0
	next := func(row wire.Row) bool {
		if row == nil {
			return false
		}
		n++
		return in[n-1]
	}
	for _, change := range queue {
		before := next(change.old)
		c.apply(s, change, before, next(change.now))
	}
}

// matching asks Postgres which rows are in a shape. Its filter may fail on a row:
// that one is not in it.
func (e *Engine) matching(ctx context.Context, s *Shape, rows []wire.Row) ([]bool, error) {
	return s.definition.Where.Ask(rows, func(sql string, args []any) (places []int64, fails bool, err error) {
		err = e.inSettings(ctx, func(tx pgx.Tx) error {
			found, err := tx.Query(ctx, sql, args...)
			if err != nil {
				return err
			}
			places, err = pgx.CollectRows(found, pgx.RowTo[int64])
			return err
		})
		var refused *pgconn.PgError
		if errors.As(err, &refused) && strings.HasPrefix(refused.Code, dataException) {
			return nil, true, nil
		}
		return places, false, err
	})
}

// dataException begins the SQLSTATEs of values that a filter fails on.
const dataException = "22"

// inSettings runs f in a transaction in which values are written as in the log.
func (e *Engine) inSettings(ctx context.Context, f func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, e.control, pgx.TxOptions{BeginQuery: beginSQL}, f)
}
