// Command bench measures whole processes: `electric migrate compile` on a
// thousand generated migrations, cold and unchanged, beside `sqlc compile` on
// the same files, in turns, so that both see the same machine.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// migration is about 550 bytes of SQL, as people write it.
const migration = `-- Migration %[1]d: what the app keeps of a thing.
CREATE TABLE things_%04[1]d (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  title text NOT NULL CHECK (char_length(title) > 0),
  amount numeric(12,2) NOT NULL DEFAULT 0,
  metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX things_%04[1]d_title_idx ON things_%04[1]d (title);
CREATE INDEX things_%04[1]d_by_artist_idx ON things_%04[1]d ((metadata->>'artist'));

ALTER TABLE things_%04[1]d ADD COLUMN note text;
`

func main() {
	log.SetFlags(0)
	electric := flag.String("electric", "bin/electric", "the electric to measure")
	sqlc := flag.String("sqlc", "bin/sqlc", "the sqlc to compare with; empty: none")
	files := flag.Int("files", 1000, "how many migrations")
	rounds := flag.Int("rounds", 11, "how often")
	flag.Parse()
	if err := run(*electric, *sqlc, *files, *rounds); err != nil {
		log.Fatalf("bench: %v", err)
	}
}

func run(electric, sqlc string, files, rounds int) error {
	dir, err := os.MkdirTemp("", "electric-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	size, err := generate(dir, files)
	if err != nil {
		return err
	}
	fmt.Printf("%d migrations, %d bytes each, median of %d rounds\n", files, size/files, rounds)
	b := bench{dir: dir, cache: filepath.Join(dir, "cache")}
	var cold, warm, other []time.Duration
	for range rounds {
		cold = append(cold, b.cold(absolute(electric)))
		warm = append(warm, b.time(absolute(electric), "migrate", "compile", "schema"))
		if sqlc != "" {
			other = append(other, b.time(absolute(sqlc), "compile"))
		}
		if b.err != nil {
			return b.err
		}
	}
	fmt.Printf("electric migrate compile, cold       %8.1f ms\n", milliseconds(median(cold)))
	fmt.Printf("electric migrate compile, unchanged  %8.1f ms\n", milliseconds(median(warm)))
	if sqlc != "" {
		fmt.Printf("sqlc compile                         %8.1f ms\n", milliseconds(median(other)))
		fmt.Printf("cold beside sqlc                     %8.2f times as fast\n", float64(median(other))/float64(median(cold)))
	}
	return nil
}

// generate writes the migrations, and a project for sqlc over them.
func generate(dir string, files int) (size int, err error) {
	write := func(name, text string) {
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644)
		}
	}
	for _, d := range []string{"schema", "queries"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			return 0, err
		}
	}
	for i := range files {
		text := fmt.Sprintf(migration, i)
		size += len(text)
		write(fmt.Sprintf("schema/%d_create_things_%04d.sql", 1700000000+i, i), text)
	}
	write("queries/one.sql", "-- name: One :one\nSELECT id FROM things_0000 LIMIT 1;\n")
	write("sqlc.yaml", `version: "2"
sql:
  - engine: postgresql
    schema: schema
    queries: queries
    gen:
      go: {package: db, out: db}
`)
	return size, err
}

// A bench runs commands; the first failure stays.
type bench struct {
	dir, cache string
	err        error
}

// cold compiles with neither a bundle nor a remembered compile there.
func (b *bench) cold(electric string) time.Duration {
	for _, d := range []string{b.cache, filepath.Join(b.dir, "_electric")} {
		if err := os.RemoveAll(d); err != nil && b.err == nil {
			b.err = err
		}
	}
	return b.time(electric, "migrate", "compile", "schema")
}

func (b *bench) time(program string, args ...string) time.Duration {
	cmd := exec.Command(program, args...)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+b.cache)
	started := time.Now()
	out, err := cmd.CombinedOutput()
	elapsed := time.Since(started)
	if err != nil && b.err == nil {
		b.err = fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, out)
	}
	return elapsed
}

func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
