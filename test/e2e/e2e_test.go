// Package e2e shows that Electric's official npm clients work with the sync
// server as they are. The stories are told in JavaScript, in *.test.js beside
// this file, on what support/ offers them; this test gives them a Postgres and a
// server. Read them as examples of how apps use the clients.
//
//	make deps && go test ./test/e2e
//	ELECTRIC_URL=… DATABASE_URL=… ELECTRIC_BIN=… node --test --test-force-exit basics.test.js
//
// Node and what package.json names are needed: without either the test is skipped.
package e2e

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/freeport"
	"github.com/electric-cli/electric/internal/pgtest"
)

// timeout is what the stories may take together, on a machine with other things to do: less than what go test gives a
// package, so that the stories' own words are seen.
const timeout = 9 * time.Minute

func TestClients(t *testing.T) {
	node := needNode(t)
	database := pgtest.StartWith(t, pgtest.Options{Settings: []string{"wal_level=logical"}}).Database(t)
	binary := build(t)
	url := startServer(t, binary, database)

	stories, err := filepath.Glob("*.test.js")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	args := append([]string{"--test", "--test-force-exit", "--test-concurrency=4", "--test-reporter=spec"}, stories...)
	cmd := exec.CommandContext(ctx, node, args...)
	cmd.Env = append(os.Environ(), "ELECTRIC_URL="+url, "DATABASE_URL="+database, "ELECTRIC_BIN="+binary)
	cmd.WaitDelay = time.Second // what a story leaves running does not hold the output
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// needNode finds Node, and skips the test where the stories cannot run.
func needNode(t *testing.T) string {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("the clients need Node: install version 20 or newer")
	}
	if _, err := os.Stat(filepath.Join("node_modules", ".package-lock.json")); err != nil {
		t.Skip("the clients are not installed: run make deps")
	}
	// 20.14 is the first that ends when its tests do.
	supported := "const [a, b] = process.versions.node.split('.'); process.exit(a > 20 || a == 20 && b >= 14 ? 0 : 1)"
	if exec.Command(node, "-e", supported).Run() != nil {
		t.Skip("the clients' tests need Node 20.14 or newer")
	}
	return node
}

// build makes the command, which stories start, too.
func build(t *testing.T) string {
	binary := filepath.Join(t.TempDir(), "electric")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	out, err := exec.Command("go", "build", "-o", binary, "../../cmd/electric").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return binary
}

// environ is ours without what is meant for another server.
func environ() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "ELECTRIC_") || strings.HasPrefix(v, "PG") })
}

var listening = regexp.MustCompile(`listens on (http://\S+)`)

// startServer starts electric daemon until the test ends, and returns its URL. A
// chunk is 1 MB, so that a large table has several.
func startServer(t *testing.T, binary, database string) string {
	cmd := exec.Command(binary, "daemon", "--port", strconv.Itoa(freeport.For(t)))
	cmd.Dir = t.TempDir()
	cmd.Env = append(environ(), "DATABASE_URL="+database, "XDG_CONFIG_HOME="+cmd.Dir, "ELECTRIC_INSECURE=true",
		"ELECTRIC_ENABLE_INTEGRATION_TESTING=true", "ELECTRIC_SHAPE_CHUNK_BYTES_THRESHOLD=1000000")
	stderr, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	log := &tail{}
	found := make(chan string, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			if m := listening.FindStringSubmatch(lines.Text()); m != nil {
				select {
				case found <- m[1]:
				default: // it was found
				}
			}
			log.add(lines.Text())
		}
		_, _ = io.Copy(io.Discard, stderr)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		<-done
		_ = cmd.Wait() // that it was interrupted is known
		if t.Failed() {
			t.Logf("the server's log:\n%s", log)
		}
	})
	select {
	case url := <-found:
		return url
	case <-done:
		t.Fatalf("the server did not start:\n%s", log)
	case <-time.After(time.Minute):
		t.Fatal("the server does not listen after a minute")
	}
	return ""
}
