package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	liveRounds  = 500
	liveMedian  = 5 * time.Millisecond
	liveSlowest = 25 * time.Millisecond // 99 of 100 are faster
)

// live measures, for one client that waits, the time from sending COMMIT until
// it has read the whole answer.
func live(ctx context.Context, m *machine) ([]row, error) {
	url, conn, err := m.database(ctx, "CREATE TABLE notes (id bigint PRIMARY KEY, body text NOT NULL)", "INSERT INTO notes VALUES (0, 'first')")
	if err != nil {
		return nil, err
	}
	defer m.drop(ctx, conn) //nolint:errcheck // the server ends soon
	s, err := m.serve(ctx, url)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	p, err := newPoller(s.address, "table=notes")
	if err != nil {
		return nil, err
	}
	defer p.close()
	if err := p.catchUp(); err != nil {
		return nil, err
	}
	var times []time.Duration
	for id := 1; id <= liveRounds; id++ {
		if err := p.ask(); err != nil {
			return nil, err
		}
		time.Sleep(4 * time.Millisecond) // until the request waits
		tx, err := conn.Begin(ctx)
		if err != nil {
			return nil, err
		}
		if _, err := tx.Exec(ctx, "INSERT INTO notes VALUES ($1, 'something to read')", id); err != nil {
			return nil, err
		}
		arrived := make(chan error, 1)
		var at time.Time
		go func() {
			body, err := p.answer()
			at = time.Now()
			if err == nil && !bytes.Contains(body, fmt.Appendf(nil, `"id":"%d"`, id)) {
				err = errors.New("an answer without the row: " + string(body))
			}
			arrived <- err
		}()
		began := time.Now()
		if err := errors.Join(tx.Commit(ctx), <-arrived); err != nil {
			return nil, err
		}
		times = append(times, at.Sub(began))
	}
	median, slowest := quantile(times, 0.5), quantile(times, 0.99)
	raw := fmt.Sprintf("%d commits: fastest %s, 90 %% %s, slowest %s", len(times), milliseconds(quantile(times, 0)), milliseconds(quantile(times, 0.9)),
		milliseconds(quantile(times, 1)))
	return []row{
		{"commit to client, one row: median ≤ 5 ms", milliseconds(median), atMost(median, liveMedian), raw},
		{"commit to client, one row: p99 ≤ 25 ms", milliseconds(slowest), atMost(slowest, liveSlowest), raw},
	}, nil
}
