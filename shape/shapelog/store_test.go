package shapelog

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// names lists a folder.
func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range files {
		list = append(list, f.Name())
	}
	return list
}

// Logs of two processes, here two stores, are in folders of their own, which go
// with them.
func TestStores(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "a", "b")
	one, err := Open(parent)
	require.NoError(t, err)
	two, err := Open(parent)
	require.NoError(t, err)
	require.Len(t, names(t, parent), 2)
	finish(t, one.New(100))
	finish(t, two.New(100))
	finish(t, two.New(100))
	require.Len(t, names(t, two.dir), 3, "two snapshots and the lock")

	require.NoError(t, one.Close())
	require.Equal(t, []string{filepath.Base(two.dir)}, names(t, parent))
	require.NoError(t, two.Close())
	require.Empty(t, names(t, parent))
}

// A folder that somebody removed is made again.
func TestRenew(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "shapes")
	s, err := Open(parent)
	require.NoError(t, err)
	finish(t, s.New(100))
	require.False(t, s.Lost())
	require.NoError(t, os.RemoveAll(parent))
	require.True(t, s.Lost())
	require.NoError(t, s.Renew())
	require.False(t, s.Lost())
	finish(t, s.New(100))
	other, err := Open(parent)
	require.NoError(t, err)
	require.Len(t, names(t, s.dir), 2, "it is locked: another process does not take it for a leftover")
	require.NoError(t, other.Close())
	require.NoError(t, s.Close())
	require.Empty(t, names(t, parent))
}

// What a process leaves that was killed, the next one removes; other files of the
// folder are none of its business.
func TestLeftovers(t *testing.T) {
	if parent := os.Getenv("SHAPELOG_TEST_LEAVE"); parent != "" {
		leave(t, parent)
		return
	}
	parent := t.TempDir()
	other := filepath.Join(parent, "other")
	require.NoError(t, os.Mkdir(other, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(other, "file"), nil, 0o600))

	cmd := exec.Command(os.Args[0], "-test.run", "^TestLeftovers$")
	cmd.Env = append(os.Environ(), "SHAPELOG_TEST_LEAVE="+parent)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	hold, err := cmd.StdinPipe()
	require.NoError(t, err)
	defer hold.Close()
	require.NoError(t, cmd.Start())
	said := bufio.NewScanner(stdout)
	require.True(t, said.Scan())
	left := said.Text()
	require.Len(t, names(t, left), 2, "a snapshot and the lock")

	while, err := Open(parent)
	require.NoError(t, err)
	require.NoError(t, while.Close())
	require.Contains(t, names(t, parent), filepath.Base(left), "its process lives")

	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	require.Contains(t, names(t, parent), filepath.Base(left))
	s, err := Open(parent)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"other", filepath.Base(s.dir)}, names(t, parent))
	require.NoError(t, s.Close())
	require.Equal(t, []string{"file"}, names(t, other))
}

// leave is the process that is killed.
func leave(t *testing.T, parent string) {
	s, err := Open(parent)
	require.NoError(t, err)
	finish(t, s.New(100))
	fmt.Println(s.dir)
	_, _ = os.Stdin.Read(make([]byte, 1)) // until the test ends
}

func TestNoFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := Open(file)
	require.ErrorContains(t, err, "make the folder of shape logs")
}
