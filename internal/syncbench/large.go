package main

import (
	"context"
	"fmt"
	"time"
)

const (
	largeRows   = 1_000_000
	largeMemory = 200 << 20
)

// large measures the memory that a table of 1 GB costs the server.
func large(ctx context.Context, m *machine) ([]row, error) {
	url, conn, err := m.database(ctx, "CREATE TABLE documents (id bigint PRIMARY KEY, body text NOT NULL)",
		"ALTER TABLE documents ALTER body SET STORAGE PLAIN",
		fmt.Sprintf("INSERT INTO documents SELECT n, repeat(md5(n::text), 31) FROM generate_series(1, %d) n", largeRows))
	if err != nil {
		return nil, err
	}
	defer m.drop(ctx, conn) //nolint:errcheck // the server ends soon
	var size int64
	if err := conn.QueryRow(ctx, "SELECT pg_table_size('documents')").Scan(&size); err != nil {
		return nil, err
	}
	s, err := m.serve(ctx, url)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	began := time.Now()
	sent, err := s.curl(ctx, "documents", 0, nil)
	if err != nil {
		return nil, err
	}
	took := time.Since(began)
	now, most, err := s.memory()
	if err != nil {
		return nil, err
	}
	return []row{{
		"a table of 1 GB: memory ≤ 200 MB", megabytes(most), atMost(most, int64(largeMemory)),
		fmt.Sprintf("table %s, %s to curl in %d chunks and %.1f s, memory afterwards %s", megabytes(size), megabytes(sent.bytes), sent.chunks, took.Seconds(), megabytes(now)),
	}}, nil
}
