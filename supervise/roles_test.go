//go:build unix

package supervise_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/supervise"
)

// role names the environment variable by which the test binary plays another program.
const role = "SUPERVISE_TEST_ROLE"

// roles are the programs that the test binary plays.
var roles = map[string]func(){
	// sleeper says its pid and ends by TERM.
	"sleeper": func() {
		fmt.Println("pid", os.Getpid())
		time.Sleep(time.Hour)
	},
	// stubborn ignores TERM.
	"stubborn": func() {
		signal.Ignore(syscall.SIGTERM)
		fmt.Println("pid", os.Getpid())
		time.Sleep(time.Hour)
	},
	// family starts a sleeper of its own and waits.
	"family": func() {
		fmt.Println("pid", os.Getpid())
		cmd := playing("sleeper")
		cmd.Stdout = os.Stdout
		_ = cmd.Run()
		time.Sleep(time.Hour)
	},
	// parent starts the program that its first argument names, and waits to be killed. A second one names a file that is
	// made afterwards.
	"parent": func() {
		var after []string
		if len(os.Args) > 2 {
			after = []string{"touch", os.Args[2]}
		}
		_, err := supervise.Start(supervise.Command{
			Path: os.Args[0], Env: environ(os.Args[1]), Output: os.Stdout,
			End: []supervise.Step{{Signal: "TERM", Wait: 500 * time.Millisecond}}, After: after,
		})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		time.Sleep(time.Hour)
	},
}

// patience is how long something may take that has to come, on a busy machine.
const patience = 3 * time.Minute

func TestMain(m *testing.M) {
	if play := roles[os.Getenv(role)]; play != nil {
		play()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func environ(name string) []string { return append(os.Environ(), role+"="+name) }

// playing is the test binary as another program.
func playing(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = environ(name)
	return cmd
}

// readPIDs reads "pid N" lines until there are so many.
func readPIDs(t *testing.T, lines *bufio.Scanner, count int) (pids []int) {
	t.Helper()
	for len(pids) < count && lines.Scan() {
		text, found := strings.CutPrefix(lines.Text(), "pid ")
		require.True(t, found, lines.Text())
		pid, err := strconv.Atoi(text)
		require.NoError(t, err)
		pids = append(pids, pid)
	}
	require.Len(t, pids, count)
	return pids
}

// runs says whether there is a process of this id that has not ended. One that has, but that nobody asked for its exit
// status, is called a zombie; there are such in containers.
func runs(pid int) bool {
	out, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && !strings.HasPrefix(strings.TrimSpace(string(out)), "Z")
}

func requireGone(t *testing.T, within time.Duration, pids ...int) {
	t.Helper()
	for _, pid := range pids {
		if !runs(pid) {
			continue
		}
		require.Eventually(t, func() bool { return !runs(pid) }, within, 20*time.Millisecond, "process %d", pid)
	}
}
