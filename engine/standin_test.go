//go:build unix

package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/supervise"
)

// Variables by which the test binary plays other programs. None is Electric's, so that they come through.
const (
	role   = "STANDIN"        // electric, docker, or parent
	folder = "STANDIN_FOLDER" // where what was played is written down, a file each
	mood   = "STANDIN_MOOD"   // what the stand-in does besides
)

func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "electric":
		writeDown(os.Args[1:])
		playElectric()
	case "docker":
		playDocker(os.Args[1:])
	case "parent":
		playParent()
	default:
		os.Exit(m.Run())
	}
}

// A record is a call of a stand-in.
type record struct {
	PID  int
	Args []string
	Env  map[string]string
}

// String leaves the environment out of messages.
func (r record) String() string { return fmt.Sprint(r.PID, r.Args) }

func writeDown(args []string) {
	r := record{PID: os.Getpid(), Args: args, Env: map[string]string{}}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		r.Env[name] = value
	}
	data, err := json.Marshal(r)
	if err == nil {
		name := filepath.Join(os.Getenv(folder), fmt.Sprintf("%020d.json", time.Now().UnixNano()))
		err = os.WriteFile(name, data, 0o600)
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(9)
	}
}

// playElectric serves /v1/health: it starts, waits, and is active.
func playElectric() {
	fmt.Println("connecting to " + os.Getenv("DATABASE_URL") + " with " + os.Getenv("ELECTRIC_SECRET"))
	switch os.Getenv(mood) {
	case "refuse":
		fmt.Fprintln(os.Stderr, "** (RuntimeError) cannot parse "+os.Getenv("DATABASE_URL"))
		os.Exit(1)
	case "crash":
		go crashWhenTold()
	}
	answers := []struct {
		code   int
		status string
	}{{202, "starting"}, {202, "waiting"}, {200, "active"}}
	var asked atomic.Int64
	http.HandleFunc("GET /v1/health", func(w http.ResponseWriter, _ *http.Request) {
		answer := answers[min(int(asked.Add(1))-1, len(answers)-1)]
		w.WriteHeader(answer.code)
		fmt.Fprintf(w, `{"status":%q}`, answer.status)
	})
	fmt.Println(http.ListenAndServe("127.0.0.1:"+os.Getenv("ELECTRIC_PORT"), nil))
	os.Exit(3)
}

// crash is a file in the folder: the stand-in in that mood ends when it is there, and removes it.
const crash = "crash"

func crashWhenTold() {
	for os.Remove(filepath.Join(os.Getenv(folder), crash)) != nil {
		time.Sleep(10 * time.Millisecond)
	}
	os.Exit(2)
}

// playDocker runs the stand-in of Electric for an image, on the published port.
func playDocker(args []string) {
	writeDown(args)
	switch args[0] {
	case "version":
		switch os.Getenv(mood) {
		case "desktop":
			fmt.Println("Docker Desktop 4.50.0 (200000)")
		case "down":
			fmt.Fprintln(os.Stderr, "Cannot connect to the Docker daemon")
			os.Exit(1)
		default:
			fmt.Println("Docker Engine - Community")
		}
	case "run":
		for i, arg := range args {
			if arg == "--publish" {
				_ = os.Setenv("ELECTRIC_PORT", strings.Split(args[i+1], ":")[1])
			}
		}
		playElectric()
	}
}

// playParent runs the release in the folder until it is killed.
func playParent() {
	port, err := strconv.Atoi(os.Getenv("PARENT_PORT"))
	if err != nil {
		panic(err)
	}
	e, err := Find(context.Background(), Options{Bin: filepath.Join(os.Getenv(folder), "release"), Port: port, OnState: func(s supervise.State) {
		if s.Phase == supervise.Ready {
			fmt.Println("ready", s.PID)
		}
	}})
	if err != nil {
		panic(err)
	}
	_ = e.Run(context.Background())
}

// A stage is what a test needs to watch the stand-ins.
type stage struct {
	t       *testing.T
	folder  string
	release string // its directory
	docker  string
}

// newStage makes a release and a docker that are the test binary.
func newStage(t *testing.T, moodNow string) *stage {
	t.Helper()
	s := &stage{t: t, folder: t.TempDir()}
	s.release, s.docker = filepath.Join(s.folder, "release"), filepath.Join(s.folder, "docker")
	require.NoError(t, os.MkdirAll(filepath.Join(s.release, "bin"), 0o700))
	for path, name := range map[string]string{filepath.Join(s.release, "bin", "electric"): "electric", s.docker: "docker"} {
		script := fmt.Sprintf("#!/bin/sh\n%s=%s exec '%s' \"$@\"\n", role, name, os.Args[0])
		require.NoError(t, os.WriteFile(path, []byte(script), 0o700))
	}
	t.Setenv(folder, s.folder)
	t.Setenv(mood, moodNow)
	return s
}

// records are the calls so far.
func (s *stage) records() (list []record) {
	names, err := filepath.Glob(filepath.Join(s.folder, "*.json"))
	require.NoError(s.t, err)
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(s.t, err)
		var r record
		require.NoError(s.t, json.Unmarshal(data, &r))
		list = append(list, r)
	}
	return list
}

// runs says whether there is a process of this id that has not ended.
func runs(pid int) bool {
	out, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && !strings.HasPrefix(strings.TrimSpace(string(out)), "Z")
}
