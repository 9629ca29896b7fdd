package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

const (
	manyShapes  = 1000
	manyWrites  = 1000 // a second
	manyWriters = 4    // connections
	manyTime    = 20 * time.Second
	manyLag     = 100 * time.Millisecond
)

// many measures a thousand shapes of one row each, a client waiting for each,
// while a thousand transactions a second write one row each: from sending an
// UPDATE until its client has read it. A server that is too slow by one write in
// a hundred is 200 ms behind at the end: the lag grows when the last third's
// median is above 100 ms and more than half as large again as the first one's.
func many(ctx context.Context, m *machine) ([]row, error) {
	address, conn, err := m.database(ctx, "CREATE TABLE things (id bigint PRIMARY KEY, sent text NOT NULL)",
		fmt.Sprintf("INSERT INTO things SELECT n, '' FROM generate_series(1, %d) n", manyShapes))
	if err != nil {
		return nil, err
	}
	defer m.drop(ctx, conn) //nolint:errcheck // the server ends soon
	s, err := m.serve(ctx, address)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	r := &manyRun{server: s, url: address}
	defer r.close()
	if err := r.gather(); err != nil {
		return nil, err
	}
	if err := r.write(ctx); err != nil {
		return nil, err
	}
	_, most, err := s.memory()
	if err != nil {
		return nil, err
	}
	return []row{r.row(most)}, nil
}

// A manyRun is the shapes' clients and what they saw.
type manyRun struct {
	server  *server
	url     string
	pollers []*poller
	made    time.Duration // for making the shapes
	wrote   time.Duration
	worked  time.Duration // by the server, meanwhile

	mu   sync.Mutex
	lags []lag
	end  error
}

// A lag is how long a write took to arrive.
type lag struct {
	sent time.Time
	took time.Duration
}

func (r *manyRun) close() {
	for _, p := range r.pollers {
		p.close()
	}
}

// gather makes the shapes, and has the client of each wait.
func (r *manyRun) gather() error {
	began := time.Now()
	var group errgroup.Group
	group.SetLimit(20)
	for id := 1; id <= manyShapes; id++ {
		q := url.Values{"table": {"things"}, "where": {"id = $1"}, "params[1]": {strconv.Itoa(id)}}
		p, err := newPoller(r.server.address, q.Encode())
		if err != nil {
			return err
		}
		r.pollers = append(r.pollers, p)
		group.Go(p.catchUp)
	}
	if err := group.Wait(); err != nil {
		return err
	}
	r.made = time.Since(began)
	for _, p := range r.pollers {
		if err := p.ask(); err != nil {
			return err
		}
		go r.follow(p)
	}
	return nil
}

// follow reads answer after answer, until the connection is closed.
func (r *manyRun) follow(p *poller) {
	for {
		body, err := p.answer()
		now := time.Now()
		if err == nil {
			err = p.ask()
		}
		r.mu.Lock()
		if err != nil {
			r.end = errors.Join(r.end, err)
			r.mu.Unlock()
			return
		}
		for {
			_, rest, found := bytes.Cut(body, []byte(`"sent":"`))
			if !found {
				break
			}
			text, rest, _ := bytes.Cut(rest, []byte(`"`))
			nanoseconds, err := strconv.ParseInt(string(text), 10, 64)
			if err != nil {
				r.end = err
			}
			sent := time.Unix(0, nanoseconds)
			r.lags = append(r.lags, lag{sent, now.Sub(sent)})
			body = rest
		}
		r.mu.Unlock()
	}
}

// write writes at the rate, and waits until everything has arrived.
func (r *manyRun) write(ctx context.Context) error {
	const total = int(manyTime/time.Second) * manyWrites
	began, before := time.Now(), r.server.worked()
	group, ctx := errgroup.WithContext(ctx)
	for w := range manyWriters {
		group.Go(func() error {
			conn, err := pgx.Connect(ctx, r.url)
			if err != nil {
				return err
			}
			defer conn.Close(ctx) //nolint:errcheck // it did its work
			for n := w; n < total; n += manyWriters {
				time.Sleep(time.Until(began.Add(time.Duration(n) * time.Second / manyWrites)))
				now := strconv.FormatInt(time.Now().UnixNano(), 10)
				if _, err := conn.Exec(ctx, "UPDATE things SET sent = $1 WHERE id = $2", now, n*7%manyShapes+1); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	r.wrote, r.worked = time.Since(began), r.server.worked()-before
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		r.mu.Lock()
		n, err := len(r.lags), r.end
		r.mu.Unlock()
		switch {
		case err != nil:
			return err
		case n == total:
			return nil
		case time.Now().After(deadline):
			return fmt.Errorf("%d of %d writes have arrived", n, total)
		}
	}
}

func (r *manyRun) row(most int64) row {
	r.mu.Lock()
	defer r.mu.Unlock()
	began := r.lags[0].sent
	for _, l := range r.lags {
		if l.sent.Before(began) {
			began = l.sent
		}
	}
	var thirds [3][]time.Duration
	for _, l := range r.lags {
		third := min(int(3*l.sent.Sub(began)/manyTime), 2)
		thirds[third] = append(thirds[third], l.took)
	}
	text := func(list []time.Duration) string {
		return milliseconds(quantile(list, 0.5)) + "/" + milliseconds(quantile(list, 0.99))
	}
	first, last := quantile(thirds[0], 0.5), quantile(thirds[2], 0.5)
	rate := float64(len(r.lags)) / r.wrote.Seconds()
	ratio := min(atMost(last, max(first*3/2, manyLag)), atLeast(rate, 0.98*manyWrites))
	return row{
		"1,000 shapes, 1,000 writes a second: no growing lag", fmt.Sprintf("%s at first, %s at last", milliseconds(first), milliseconds(last)), ratio,
		fmt.Sprintf("%.0f writes a second for %.0f s; lags, median/p99 of each third: %s; the server worked for %s; the shapes made in %s; memory %s", rate,
			r.wrote.Seconds(), texts(thirds[:], text), milliseconds(r.worked), milliseconds(r.made), megabytes(most)),
	}
}
