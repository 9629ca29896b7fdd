package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

const (
	crowdSize   = 10_000
	crowdRounds = 5
	crowdTime   = time.Second
	crowdMemory = 400 << 20
)

// crowd measures ten thousand clients that wait for one shape, each by a
// connection of its own: from sending COMMIT until the last of them has read the
// whole answer. That many open files have to be allowed.
func crowd(ctx context.Context, m *machine) ([]row, error) {
	url, conn, err := m.database(ctx, "CREATE TABLE notes (id bigint PRIMARY KEY, body text NOT NULL)", "INSERT INTO notes VALUES (0, 'first')")
	if err != nil {
		return nil, err
	}
	defer m.drop(ctx, conn) //nolint:errcheck // the server ends soon
	s, err := m.serve(ctx, url, "ELECTRIC_LONG_POLL_TIMEOUT=40000")
	if err != nil {
		return nil, err
	}
	defer s.stop()
	c := &crowded{server: s, conn: conn}
	defer c.close()
	if err := c.gather(); err != nil {
		return nil, err
	}
	for round := 1; round <= crowdRounds; round++ {
		if err := c.round(ctx, round); err != nil {
			return nil, err
		}
	}
	_, most, err := s.memory()
	if err != nil {
		return nil, err
	}
	slowest := quantile(c.last, 1)
	return []row{
		{
			"10,000 waiting clients, one write: all answered in ≤ 1 s", milliseconds(slowest), atMost(slowest, crowdTime),
			fmt.Sprintf("slowest of %d rounds; the last client of each %s; the first %s; the server worked for %s", crowdRounds,
				texts(c.last, milliseconds), texts(c.first, milliseconds), texts(c.worked, milliseconds)),
		},
		{
			"10,000 waiting clients: memory ≤ 400 MB", megabytes(most), atMost(most, int64(crowdMemory)),
			fmt.Sprintf("while they waited %s", texts(c.waiting, megabytes)),
		},
	}, nil
}

// A crowded is the crowd and what was measured.
type crowded struct {
	server  *server
	conn    *pgx.Conn
	pollers []*poller

	first, last []time.Duration
	waiting     []int64         // memory
	worked      []time.Duration // of the server, on all processors
}

func (c *crowded) close() {
	for _, p := range c.pollers {
		p.close()
	}
}

// gather connects all clients and fetches what there is.
func (c *crowded) gather() error {
	for range crowdSize {
		p, err := newPoller(c.server.address, "table=notes")
		if err != nil {
			return err
		}
		c.pollers = append(c.pollers, p)
	}
	var group errgroup.Group
	group.SetLimit(100)
	for _, p := range c.pollers {
		group.Go(p.catchUp)
	}
	return group.Wait()
}

func (c *crowded) round(ctx context.Context, id int) error {
	for _, p := range c.pollers {
		if err := p.ask(); err != nil {
			return err
		}
	}
	var group errgroup.Group
	var mu sync.Mutex
	var first, last time.Time
	for _, p := range c.pollers {
		group.Go(func() error {
			body, err := p.answer()
			if err == nil && !bytes.Contains(body, fmt.Appendf(nil, `"id":"%d"`, id)) {
				err = errors.New("an answer without the row: " + string(body))
			}
			mu.Lock()
			defer mu.Unlock()
			last = time.Now()
			if first.IsZero() {
				first = last
			}
			return err
		})
	}
	time.Sleep(2 * time.Second) // until all wait
	now, _, err := c.server.memory()
	if err != nil {
		return err
	}
	before := c.server.worked()
	began := time.Now()
	if _, err := c.conn.Exec(ctx, "INSERT INTO notes VALUES ($1, 'something to read')", id); err != nil {
		return err
	}
	if err := group.Wait(); err != nil {
		return err
	}
	c.first, c.last = append(c.first, first.Sub(began)), append(c.last, last.Sub(began))
	c.waiting, c.worked = append(c.waiting, now), append(c.worked, c.server.worked()-before)
	return nil
}
