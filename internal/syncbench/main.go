// Command syncbench measures the sync server: the real binary as a process of
// its own, beside a private Postgres, both on this machine, as is the load.
//
// Each row of its table is a bar, what was measured, and by how much that is
// better than the bar: 1 or more is met. Postgres is the tests' one, with fsync
// off, which makes its writes faster and its reads no faster. What is compared is
// measured in turns, so that both see the same machine. It exits with 1 when a
// bar is missed.
//
//   - initial.go: the first sync of a million rows, by curl, beside psql's COPY
//   - live.go: from commit to one client that waits
//   - crowd.go: ten thousand clients that wait for one shape
//   - many.go: a thousand shapes, a thousand writes a second
//   - large.go: memory while a table of 1 GB is synced
//   - rotate.go: from an altered table to the client that has to fetch it again
//   - interrupt.go: from Ctrl-C to the end of electric dev
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
)

// A measurement fills rows of the table.
type measurement struct {
	name string // for -only
	run  func(context.Context, *machine) ([]row, error)
}

var measurements = []measurement{
	{"initial", initial},
	{"live", live},
	{"crowd", crowd},
	{"many", many},
	{"large", large},
	{"rotate", rotate},
	{"interrupt", interrupt},
}

func main() {
	log.SetFlags(0)
	electric := flag.String("electric", "bin/electric", "the electric to measure")
	only := flag.String("only", "", "measure one of: initial, live, crowd, many, large, rotate, interrupt")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	met, err := run(ctx, *electric, *only)
	stop()
	if err != nil {
		log.Fatalf("syncbench: %v", err)
	}
	if !met {
		os.Exit(1)
	}
}

func run(ctx context.Context, electric, only string) (met bool, err error) {
	chosen := measurements
	if only != "" {
		chosen = slices.DeleteFunc(slices.Clone(measurements), func(m measurement) bool { return m.name != only })
		if len(chosen) == 0 {
			return false, fmt.Errorf("there is no measurement %q", only)
		}
	}
	m, err := newMachine(ctx, electric)
	if err != nil {
		return false, err
	}
	defer m.close()
	fmt.Printf("%d processors, %s\n", runtime.NumCPU(), load())
	var table []row
	for _, measure := range chosen {
		fmt.Printf("%s:\n", measure.name)
		rows, err := measure.run(ctx, m)
		if err != nil {
			return false, fmt.Errorf("%s: %w", measure.name, err)
		}
		for _, r := range rows {
			fmt.Printf("  %s\n    %s\n", r.bar, r.raw)
		}
		table = append(table, rows...)
	}
	fmt.Printf("%s\n\n", load())
	return write(os.Stdout, table), nil
}

// load says what else the machine does: figures in seconds are those of a machine
// that is there for this alone.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return err.Error()
	}
	return "load average " + strings.TrimSpace(string(text))
}
