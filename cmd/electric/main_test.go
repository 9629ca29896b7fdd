package main

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// busy is how long what takes a moment may take on a machine with other things to
// do. What is ruled out takes longer: a client is waited for 20 s, and Postgres for
// its clients without end.
const busy = 10 * time.Second

var rewrite = flag.Bool("rewrite", false, "write what commands say into the stories' expectations")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"electric": main})
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
			return nil
		},
		Condition: func(name string) (bool, error) {
			return name == "root" && os.Geteuid() == 0, nil
		},
	})
}
