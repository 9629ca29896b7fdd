//go:build unix

package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/freeport"
)

// dockerRun plays an engine in Docker and returns its calls of docker.
func dockerRun(t *testing.T, moodNow string, opts Options) []record {
	t.Helper()
	s := newStage(t, moodNow)
	opts.Docker = s.docker
	lines, _, err := play(t, opts, isReady)
	require.NoError(t, err)
	require.NotContains(t, strings.Join(lines, "\n"), "p%40ss")
	calls := s.records()
	require.Len(t, calls, 3, fmt.Sprint(calls))
	require.Equal(t, []string{"version", "--format", "{{.Server.Platform.Name}}"}, calls[0].Args)
	require.Equal(t, "run", calls[1].Args[0])
	require.Equal(t, []string{"--rm", "--name"}, calls[1].Args[1:3])
	require.Equal(t, []string{"rm", "--force", calls[1].Args[3]}, calls[2].Args) // whatever became of the client
	require.False(t, runs(calls[1].PID))
	return calls
}

var settingsByName = []string{
	"--env", "DATABASE_URL", "--env", "ELECTRIC_LOG_COLORS", "--env", "ELECTRIC_MAX_SHAPES", "--env", "ELECTRIC_PORT",
	"--env", "ELECTRIC_SECRET", "--env", "RELEASE_DISTRIBUTION",
}

// Docker Desktop's containers are in a virtual machine, from where this one has a name.
func TestDockerDesktopReachesThisMachineByItsName(t *testing.T) {
	port := freeport.For(t)
	run := dockerRun(t, "desktop", Options{Port: port})[1]
	want := append([]string{"--publish", fmt.Sprintf("127.0.0.1:%d:3000", port), "--add-host", "host.docker.internal:host-gateway"}, settingsByName...)
	require.Equal(t, append(want, "electricsql/electric:latest"), run.Args[4:])
	require.Equal(t, "postgresql://postgres:p%40ss@host.docker.internal:5432/electric?sslmode=disable", run.Env["DATABASE_URL"])
	require.Equal(t, apiSecret, run.Env["ELECTRIC_SECRET"])
	for _, arg := range run.Args {
		require.NotContains(t, arg, apiSecret)
		require.NotContains(t, arg, "p%40ss")
	}
}

// A container on this machine's kernel can have its network, and only so reaches what listens on 127.0.0.1.
func TestNativeDockerGetsTheNetworkForALocalDatabase(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere Docker is in a virtual machine")
	}
	port := freeport.For(t)
	run := dockerRun(t, "", Options{Port: port, Image: "electricsql/electric:1.2.3"})[1]
	want := append([]string{"--network", "host"}, settingsByName...)
	require.Equal(t, append(want, "electricsql/electric:1.2.3"), run.Args[4:])
	require.Equal(t, databaseURL, run.Env["DATABASE_URL"])
	require.Equal(t, fmt.Sprint(port), run.Env["ELECTRIC_PORT"])

	run = dockerRun(t, "", Options{Port: port, Settings: map[string]string{"DATABASE_URL": "postgresql://db.example.com/app"}})[1]
	require.Equal(t, []string{"--publish", fmt.Sprintf("127.0.0.1:%d:3000", port)}, run.Args[4:6])
	require.Equal(t, "postgresql://db.example.com/app", run.Env["DATABASE_URL"])
}

func TestFilesAndFoldersOfThisMachine(t *testing.T) {
	ca := filepath.Join(t.TempDir(), "ca,1.pem")
	require.NoError(t, os.WriteFile(ca, nil, 0o600))
	run := dockerRun(t, "desktop", Options{Settings: map[string]string{
		"DATABASE_URL": "postgresql://db.example.com/app", "ELECTRIC_DATABASE_CA_CERTIFICATE_FILE": ca, "ELECTRIC_STORAGE_DIR": "./persistent",
	}})[1]
	require.Contains(t, run.Args, `type=bind,"source=`+ca+`",target=/mnt/electric_database_ca_certificate_file,readonly`)
	require.Equal(t, "/mnt/electric_database_ca_certificate_file", run.Env["ELECTRIC_DATABASE_CA_CERTIFICATE_FILE"])
	require.NotContains(t, run.Args, "ELECTRIC_STORAGE_DIR")
	require.NotContains(t, run.Env, "ELECTRIC_STORAGE_DIR")
}

func TestNoElectricAtAll(t *testing.T) {
	_, err := Find(t.Context(), Options{Port: 1, Docker: "docker-that-is-nowhere"})
	require.EqualError(t, err, "no Electric to run: set ELECTRIC_BIN to the bin/electric of a release, or install Docker; "+
		"the embedded engine needs neither")
	s := newStage(t, "down")
	_, err = Find(t.Context(), Options{Port: 1, Docker: s.docker})
	require.EqualError(t, err, "Docker does not work, and ELECTRIC_BIN is not set: exit status 1\nCannot connect to the Docker daemon")
}

func TestURLsFromInside(t *testing.T) {
	for value, want := range map[string]string{
		"postgresql://u:p@localhost/db":        "postgresql://u:p@host.docker.internal/db",
		"postgres://u@127.0.0.1:5433/db?a=b":   "postgres://u@host.docker.internal:5433/db?a=b",
		"postgresql://[::1]:5433/db":           "postgresql://host.docker.internal:5433/db",
		"postgresql://[::1]/db":                "postgresql://host.docker.internal/db",
		"postgresql://LOCALHOST/db":            "postgresql://host.docker.internal/db",
		"postgresql://db.example.com:5432/db":  "postgresql://db.example.com:5432/db",
		"postgresql://localhost.example.com/a": "postgresql://localhost.example.com/a",
		"http://127.0.0.9:4318":                "http://host.docker.internal:4318",
		"localhost":                            "host.docker.internal",
		"statsd":                               "statsd",
		"":                                     "",
	} {
		got, err := fromInside(value)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := fromInside("postgresql://u:secret@host:port/db")
	require.EqualError(t, err, "is not a URL")
}
