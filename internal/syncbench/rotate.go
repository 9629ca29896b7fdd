package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

const (
	rotations  = 20
	rotateMost = time.Second
)

// rotate measures, for one client that waits, the time from the commit of an ALTER
// TABLE that nothing is written after until it is told to fetch its shape again.
func rotate(ctx context.Context, m *machine) ([]row, error) {
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
	var times []time.Duration
	for n := range rotations {
		time.Sleep(time.Duration(n) * 37 * time.Millisecond) // at any time between two looks at the catalog
		took, err := rotateOnce(s, func() error {
			_, err := conn.Exec(ctx, fmt.Sprintf("ALTER TABLE notes ADD COLUMN c%d int", n))
			return err
		})
		if err != nil {
			return nil, err
		}
		times = append(times, took)
	}
	worst := quantile(times, 1)
	return []row{{"altered table to waiting client: ≤ 1 s", milliseconds(worst), atMost(worst, rotateMost),
		fmt.Sprintf("slowest of %d: %s", rotations, texts(times, milliseconds))}}, nil
}

// rotateOnce alters the table under a client of its own.
func rotateOnce(s *server, alter func() error) (time.Duration, error) {
	p, err := newPoller(s.address, "table=notes")
	if err != nil {
		return 0, err
	}
	defer p.close()
	if err := p.catchUp(); err != nil {
		return 0, err
	}
	if err := p.ask(); err != nil {
		return 0, err
	}
	if err := alter(); err != nil {
		return 0, err
	}
	began := time.Now()
	body, err := p.answer()
	took := time.Since(began)
	if err == nil || !strings.Contains(err.Error(), "must-refetch") {
		return 0, fmt.Errorf("the client is not told to fetch again: %s %w", body, err)
	}
	return took, nil
}
