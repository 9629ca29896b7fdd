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
	in := make([]bool, len(rows))
	if len(rows) == 0 {
		return in, nil
	}
	places, err := e.askFor(ctx, s, rows)
	var refused *pgconn.PgError
	switch {
	case errors.As(err, &refused) && strings.HasPrefix(refused.Code, "22"): // data exceptions
		if len(rows) == 1 {
			return in, nil
		}
		half := len(rows) / 2
		first, err := e.matching(ctx, s, rows[:half])
		if err != nil {
			return nil, err
		}
		second, err := e.matching(ctx, s, rows[half:])
		return append(first, second...), err
	case err != nil:
		return nil, err
	}
	for _, place := range places {
		in[place-1] = true
	}
	return in, nil
}

// askFor gives the places, from 1, of the rows that are in a shape.
func (e *Engine) askFor(ctx context.Context, s *Shape, rows []wire.Row) (places []int64, err error) {
	sql, args := s.definition.Where.Query(rows)
	err = e.inSettings(ctx, func(tx pgx.Tx) error {
		found, err := tx.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		places, err = pgx.CollectRows(found, pgx.RowTo[int64])
		return err
	})
	return places, err
}

// inSettings runs f in a transaction in which values are written as in the log.
func (e *Engine) inSettings(ctx context.Context, f func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, e.control, pgx.TxOptions{BeginQuery: beginSQL}, f)
}
