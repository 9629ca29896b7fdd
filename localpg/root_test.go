//go:build unix

package localpg

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/supervise"
)

// Below root's home the server's user cannot go: the database is kept outside, and found there again.
func TestRootsDatabaseIsKeptOutsideOfItsHome(t *testing.T) {
	root(t)
	opts := empty(t)
	home := t.TempDir()
	require.NoError(t, os.Chmod(home, 0o700))
	opts.Dir = filepath.Join(home, "media-library", ".electric", "postgres")
	var told []string
	opts.Progress = func(message string) { told = append(told, message) }

	s := run(t, opts)
	require.Equal(t, opts.outside, filepath.Dir(s.Dir()))
	require.Contains(t, filepath.Base(s.Dir()), "media-library-")
	require.Equal(t, "the user "+account(t).String()+" cannot enter "+opts.Dir+": the database is kept in "+s.Dir(), told[0])
	place, err := os.ReadFile(filepath.Join(opts.Dir, "place"))
	require.NoError(t, err)
	require.Equal(t, s.Dir()+"\n", string(place))
	url := s.URL()
	query(t, url, "CREATE TABLE songs (id int)")
	stop(t, s)

	told = nil
	require.NoError(t, os.Chmod(home, 0o755)) // no reason to look elsewhere
	s = run(t, opts)
	require.Equal(t, url, s.URL())
	require.Equal(t, "songs", query(t, s.URL(), "SELECT to_regclass('songs')"))
	require.Empty(t, told)
	stop(t, s)

	require.NoError(t, reset(opts))
	require.NoDirExists(t, s.home.data())
	require.NoError(t, os.RemoveAll(s.Dir())) // as in a new container
	stop(t, run(t, opts))
}

func TestRootWithoutAnyPlace(t *testing.T) {
	root(t)
	opts := empty(t)
	opts.Dir = filepath.Join(t.TempDir(), "pg")
	require.NoError(t, os.Chmod(filepath.Dir(opts.Dir), 0o700))
	require.NoError(t, os.WriteFile(opts.outside, nil, 0o600))
	_, err := Start(t.Context(), opts)
	require.ErrorContains(t, err, "cannot enter "+opts.Dir+", and there is no other place for the database: ")
	require.ErrorContains(t, err, "run electric as another user than root, or set DATABASE_URL")
}

// A database that a user made is run by root as that user.
func TestRootRunsTheDataOfOthersAsThem(t *testing.T) {
	root(t)
	opts := made(t)
	require.NoError(t, supervise.Account{}.Command("chown", "-R", "65534", filepath.Join(opts.Dir, "data")).Run())
	s := run(t, opts)
	owner, err := supervise.Owner(s.Socket())
	require.NoError(t, err)
	require.Equal(t, 65534, owner.ID())
}
