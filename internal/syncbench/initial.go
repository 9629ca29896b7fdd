package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"time"
)

// songs is a table of rows of 200 bytes, as COPY writes them: a key, a UUID,
// texts with a quote or a line feed now and then, numbers, times, JSON.
const songs = `CREATE TABLE songs (
	id bigint PRIMARY KEY, public_id uuid NOT NULL, title text NOT NULL, notes text, price numeric(12,2) NOT NULL,
	explicit boolean NOT NULL, released date, created_at timestamptz NOT NULL, metadata jsonb NOT NULL)`

const fillSongs = `INSERT INTO songs SELECT n, md5(n::text)::uuid, 'Song number ' || n,
	CASE n %% 4 WHEN 0 THEN NULL WHEN 1 THEN E'first line\nsecond line' ELSE 'they said "play it again"' END,
	n %% 100000 / 100.0, n %% 3 = 0, DATE '1960-01-01' + (n %% 20000)::int, TIMESTAMPTZ '2024-01-01 00:00Z' + n * interval '7.123 s',
	jsonb_build_object('artist', 'Artist ' || n %% 5000, 'tags', jsonb_build_array('a', 'b'), 'plays', n)
	FROM generate_series(1, %d) n`

const (
	initialRows   = 1_000_000
	initialRounds = 5
)

// initial measures the first sync of a million rows, and the same from the
// server's log, beside psql's COPY of the table. Every round has a new server.
//
// Throughput is the table's bytes, as COPY writes them, a second, until the
// client has the last chunk. It compares as the times do.
func initial(ctx context.Context, m *machine) ([]row, error) {
	url, conn, err := m.database(ctx, songs, fmt.Sprintf(fillSongs, initialRows), "VACUUM ANALYZE songs")
	if err != nil {
		return nil, err
	}
	defer m.drop(ctx, conn) //nolint:errcheck // the server ends soon
	r := &initialRun{machine: m, url: url}
	for round := range initialRounds + 1 {
		if err := r.round(ctx, round == 0); err != nil {
			return nil, err
		}
	}
	return r.rows(), nil
}

// An initialRun is what was measured, round by round.
type initialRun struct {
	*machine
	url                string
	size               int64 // of COPY's output
	fetched                  // by curl
	most               int64 // memory
	copied, first, log []time.Duration
	worked             []time.Duration // by the server for the first sync
}

// round is one round. The first one is not timed: it counts what arrives.
func (r *initialRun) round(ctx context.Context, count bool) error {
	s, err := r.serve(ctx, r.url)
	if err != nil {
		return err
	}
	defer s.stop()
	if count {
		return r.count(ctx, s)
	}
	began := time.Now()
	if err := r.copy(ctx, nil); err != nil {
		return err
	}
	copied, before := time.Now(), s.worked()
	if r.fetched, err = s.curl(ctx, "songs", r.chunks, nil); err != nil {
		return err
	}
	first, after := time.Now(), s.worked()
	if _, err = s.curl(ctx, "songs", r.chunks, nil); err != nil {
		return err
	}
	r.copied, r.worked = append(r.copied, copied.Sub(began)), append(r.worked, after-before)
	r.first = append(r.first, first.Sub(copied))
	r.log = append(r.log, time.Since(first))
	_, most, err := s.memory()
	r.most = max(r.most, most)
	return err
}

// copy runs COPY by psql.
func (r *initialRun) copy(ctx context.Context, out *counter) error {
	cmd := exec.CommandContext(ctx, r.psql, "-X", "-q", r.url, "-c", "COPY songs TO STDOUT")
	if out != nil {
		cmd.Stdout = out
	}
	return cmd.Run()
}

// count makes sure that curl gets every row.
func (r *initialRun) count(ctx context.Context, s *server) error {
	table := &counter{what: []byte("\n")}
	if err := r.copy(ctx, table); err != nil {
		return err
	}
	r.size = table.bytes
	messages := &counter{what: []byte(`"operation":"insert"`)}
	var err error
	if r.fetched, err = s.curl(ctx, "songs", 0, messages); err != nil {
		return err
	}
	if table.n != initialRows || messages.n != initialRows {
		return fmt.Errorf("COPY gives %d rows, and curl %d, of %d", table.n, messages.n, initialRows)
	}
	return nil
}

func (r *initialRun) rows() []row {
	var first, log []float64
	for i := range r.copied {
		first = append(first, float64(r.copied[i])/float64(r.first[i]))
		log = append(log, float64(r.first[i])/float64(r.log[i]))
	}
	speed := func(times []time.Duration) float64 { return float64(r.size) / 1e6 / quantile(times, 0.5).Seconds() }
	half, again := quantile(first, 0.5), max(quantile(log, 0.5)/5, speed(r.log)/500)
	return []row{
		{
			"first sync of 1,000,000 rows at ≥ 0.5 × COPY", fmt.Sprintf("%.2f × COPY, %.0f MB/s", half, speed(r.first)), atLeast(half, 0.5),
			fmt.Sprintf("%s of COPY, %s to curl in %d chunks, %s memory at most; COPY %s; sync %s; ratios %s; the server worked for %s", megabytes(r.size), megabytes(r.fetched.bytes), r.chunks, megabytes(r.most),
				texts(r.copied, milliseconds), texts(r.first, milliseconds), texts(first, twoDigits), texts(r.worked, milliseconds)),
		},
		{
			"again, from the log, at ≥ 500 MB/s or 5 × the first", fmt.Sprintf("%.0f MB/s, %.1f × the first", speed(r.log), quantile(log, 0.5)), again,
			fmt.Sprintf("sync %s; on the wire %.0f MB/s", texts(r.log, milliseconds), float64(r.fetched.bytes)/1e6/quantile(r.log, 0.5).Seconds()),
		},
	}
}

func twoDigits(f float64) string { return fmt.Sprintf("%.2f", f) }

// A counter counts a text in what is written to it.
type counter struct {
	what  []byte
	n     int
	bytes int64
	rest  []byte // of the last piece, in which the text may begin
}

func (c *counter) Write(data []byte) (int, error) {
	c.bytes += int64(len(data))
	text := append(c.rest, data...)
	c.n += bytes.Count(text, c.what)
	// Of the text itself there is no beginning at its end, so no match is counted twice.
	c.rest = bytes.Clone(text[max(len(text)-len(c.what)+1, 0):])
	return len(data), nil
}
