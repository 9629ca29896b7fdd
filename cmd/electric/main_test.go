package main

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// busy is how long what takes a moment may take on a machine with other things to
// do. What is ruled out takes longer: a client is waited for 20 s, and Postgres for
// its clients without end.
const busy = 15 * time.Second

// patience is how long what has to come is waited for: all it rules out is that it
// never does.
const patience = 2 * time.Minute

var rewrite = flag.Bool("rewrite", false, "write what commands say into the stories' expectations")

func TestMain(m *testing.M) {
	testscript.Main(undisturbedTests{m}, map[string]func(){"electric": main})
}

// undisturbedTests do not see the settings of whoever runs them: which database and
// sync server theirs are.
type undisturbedTests struct{ m *testing.M }

func (t undisturbedTests) Run() int {
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		ours := strings.HasPrefix(name, "ELECTRIC_") && !strings.HasPrefix(name, "ELECTRIC_TEST_")
		if ours || name == "DATABASE_URL" || strings.HasPrefix(name, "PG") {
			_ = os.Unsetenv(name) // it is set
		}
	}
	return t.m.Run()
}

// TestStories runs testdata/*.txtar: each file is a story about a command.
func TestStories(t *testing.T) {
	schema, err := filepath.Abs("../../schema")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *rewrite,
		Setup: func(e *testscript.Env) error {
			e.Setenv("SCHEMA", schema)
			e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, ".cache"))
			e.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(e.WorkDir)) // no repository is around it, wherever that is
			e.Setenv("PROGRAM", filepath.SplitList(e.Getenv("PATH"))[0]) // the folder with electric alone
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"status": exitStatus},
		Condition: func(name string) (bool, error) {
			return name == "root" && os.Geteuid() == 0, nil
		},
	})
}

// exitStatus is the stories' command `status N COMMAND…`: the command ends with that exit status.
func exitStatus(ts *testscript.TestScript, not bool, args []string) {
	if not || len(args) < 2 {
		ts.Fatalf("usage: status N COMMAND…")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if want := args[0]; strconv.Itoa(got) != want {
		ts.Fatalf("exit status %d, not %s", got, want)
	}
}
