package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

const password = "Tr0ub4dor&3"

// noHost cannot be one: with a part longer than 63 bytes no name server is asked,
// which might not answer, or lie.
const noHost = "no-such-host-0123456789-0123456789-0123456789-0123456789-0123456789.invalid"

// databaseCommands are those that meet a database.
var databaseCommands = [][]string{
	{"migrate", "apply"}, {"migrate", "apply", "--dry-run"}, {"migrate", "apply", "--json"}, {"migrate", "compile", "--database-url", "URL"},
	{"status"}, {"status", "--json"}, {"status", "--verbose"}, {"info"}, {"info", "--json"},
}

// TestWorldFails: each failure of the world is told in a way that says what to
// do, with status 3, and the password is in nothing that is said.
func TestWorldFails(t *testing.T) {
	server := replicating(t)
	w := newWorkspace(t, map[string]string{"schema/1750000001_a.sql": "CREATE TABLE a (id int PRIMARY KEY);"})
	_, code := w.run("migrate", "compile")
	require.Zero(t, code)
	good, err := url.Parse(server.Database(t))
	require.NoError(t, err)
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	require.NoError(t, err)
	defer silent.Close()

	with := func(change func(*url.URL)) string {
		u := *good
		u.User = url.UserPassword("postgres", password)
		change(&u)
		return u.String()
	}
	tests := []struct{ name, url, want string }{
		{"nobody listens", with(func(u *url.URL) { u.Host = "127.0.0.1:1" }), "connection refused\n  = hint: Check that the server runs"},
		{"no such host", with(func(u *url.URL) { u.Host = noHost + ":5432" }), `there is no host "` + noHost + `"`},
		{"no such database", with(func(u *url.URL) { u.User = good.User; u.Path = "/nowhere" }), "[3D000]\n  = hint: Create it with createdb"},
		{"no such role", with(func(u *url.URL) { u.User = url.UserPassword("nobody_at_all", password) }), `role "nobody_at_all" does not exist`},
		{"no answer", with(func(u *url.URL) { u.Host = silent.Addr().String(); u.RawQuery = "connect_timeout=1" }), "the server does not answer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, command := range databaseCommands {
				args := append([]string{}, command...)
				for i := range args {
					args[i] = strings.ReplaceAll(args[i], "URL", tt.url)
				}
				w.url = tt.url
				out, code := w.run(args...)
				require.Equal(t, 3, code, "%v: %s", command, out)
				require.Contains(t, out, tt.want, "%v", command)
				require.NotContains(t, out, password, "%v", command)
				require.NotContains(t, out, url.QueryEscape(password), "%v", command)
			}
		})
	}
}

// TestWrongPassword asks a server that wants one.
func TestWrongPassword(t *testing.T) {
	server := replicating(t)
	w := newWorkspace(t, map[string]string{"schema/1750000001_a.sql": "CREATE TABLE a (id int PRIMARY KEY);"})
	w.url = server.DatabaseAlone(t)
	conn := w.open()
	var file string
	if err := conn.QueryRow(t.Context(), "SELECT current_setting('hba_file')").Scan(&file); err != nil {
		t.Skip("this server does not tell where pg_hba.conf is: ", err)
	}
	old, err := os.ReadFile(file)
	if err != nil || os.WriteFile(file, append([]byte("host all electric_app 127.0.0.1/32 scram-sha-256\n"), old...), 0o600) != nil {
		t.Skip("pg_hba.conf cannot be changed from here")
	}
	t.Cleanup(func() {
		_ = os.WriteFile(file, old, 0o600)
		_, _ = conn.Exec(context.Background(), "SELECT pg_reload_conf()") // the test's context has ended
	})
	_, err = conn.Exec(t.Context(), "CREATE ROLE electric_app LOGIN PASSWORD '"+password+"'; SELECT pg_reload_conf()")
	require.NoError(t, err)
	u, err := url.Parse(w.url)
	require.NoError(t, err)
	for _, tt := range []struct {
		user *url.Userinfo
		code int
		want string
	}{
		{url.UserPassword("electric_app", "wrong"+password), 3, "[28P01]\n  = hint: Check user and password in DATABASE_URL"},
		{url.User("electric_app"), 3, "[28P01]\n  = hint: No password was given"},
		{url.UserPassword("electric_app", password), 1, "not safe to replicate"},
	} {
		u.User = tt.user
		w.url = u.String()
		out, code := w.run("status")
		require.Equal(t, tt.code, code, out)
		require.Contains(t, out, tt.want)
		require.NotContains(t, out, password)
	}
}

// TestNoRights: a role that may only connect sees the catalogs, names what it
// could not see, and is told what it lacks when it would write.
func TestNoRights(t *testing.T) {
	server := replicating(t)
	w := newWorkspace(t, map[string]string{"schema/1750000001_a.sql": "CREATE TABLE a (id int PRIMARY KEY);"})
	w.url = server.DatabaseAlone(t)
	owner := w.open()
	role := fmt.Sprintf("guest_%d", os.Getpid())
	_, err := owner.Exec(t.Context(), "CREATE ROLE "+role+" LOGIN PASSWORD '"+password+"'")
	require.NoError(t, err)
	u, err := url.Parse(w.url)
	require.NoError(t, err)
	u.User = url.UserPassword(role, password)
	guest := *w
	guest.url = u.String()

	out, code := w.run("migrate", "compile")
	require.Zero(t, code, out)
	out, code = guest.run("migrate", "apply")
	require.Equal(t, 3, code, out)
	require.Contains(t, out, "permission denied for database")
	require.Contains(t, out, fmt.Sprintf("The role %q lacks the right", role))
	require.NotContains(t, out, password)

	out, code = w.run("migrate", "apply")
	require.Zero(t, code, out)
	out, code = guest.run("status", "--database-url", guest.url) // to look is enough
	require.Zero(t, code, out)
	require.Contains(t, out, "live      1750000001")
	require.Contains(t, out, fmt.Sprintf("_electric.schema_versions: role %q has no right to read it", role))
	require.Contains(t, out, "\nsafe to replicate")
	out, code = guest.run("status") // electric daemon would connect as this role
	require.Equal(t, 1, code, out)
	require.Contains(t, out, fmt.Sprintf("not safe to replicate:\n  role %q may not replicate: ALTER ROLE %q REPLICATION, or name a role that may\n", role, role))
	require.Contains(t, out, fmt.Sprintf("  role %q may not make the publication that replication needs", role))
	out, code = guest.run("info")
	require.Zero(t, code, out)
	out, code = guest.run("migrate", "apply")
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "grant USAGE on schema _electric")
}

// TestSyncServer asks one for its health; a secret in its URL is not shown.
func TestSyncServer(t *testing.T) {
	var state atomic.Value
	state.Store("active")
	sync := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains([]string{"/v1/health", "/_electric/state"}, r.URL.Path) || r.Method != http.MethodGet {
			t.Errorf("%s %s: status writes nothing", r.Method, r.URL)
		}
		if r.URL.Path != "/v1/health" { // Electric's own has no page
			http.NotFound(w, r)
			return
		}
		w.Header().Set("electric-server", "ElectricSQL/1.2.3")
		fmt.Fprintf(w, `{"status":%q}`, state.Load())
	}))
	defer sync.Close()
	w := newWorkspace(t, map[string]string{"schema/1750000001_a.sql": "CREATE TABLE a (id int PRIMARY KEY);"})
	_, code := w.run("migrate", "compile")
	require.Zero(t, code)
	_, code = w.run("migrate", "apply")
	require.Zero(t, code)
	for _, want := range []string{"sync      active      -                " + sync.URL + ", ElectricSQL/1.2.3", "is not active yet: starting"} {
		var out strings.Builder
		cmd := w.command(&out, "status")
		cmd.Env = append(cmd.Env, "ELECTRIC_URL="+strings.Replace(sync.URL, "http://", "http://user:"+url.QueryEscape(password)+"@", 1)+"/?secret="+url.QueryEscape(password))
		require.NoError(t, cmd.Run(), out.String())
		require.Contains(t, out.String(), want)
		require.Contains(t, out.String(), "not seen:\n  which database the sync server at "+sync.URL+" serves: it does not tell\n")
		require.NotContains(t, out.String(), password)
		require.NotContains(t, out.String(), url.QueryEscape(password))
		state.Store("starting")
	}
}

// TestPasswordInNoFile looks through everything the commands leave behind.
func TestPasswordInNoFile(t *testing.T) {
	w := newWorkspace(t, map[string]string{"schema/1750000001_a.sql": "CREATE TABLE a (id int PRIMARY KEY);"})
	u, err := url.Parse(w.url)
	require.NoError(t, err)
	u.User = url.UserPassword(u.User.Username(), password)
	w.url = u.String()
	for _, command := range databaseCommands {
		args := append([]string{}, command...)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "URL", w.url)
		}
		out, code := w.run(args...)
		require.NotEqual(t, 3, code, out)
		require.NotContains(t, out, password)
	}
	require.NoError(t, filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		require.NotContains(t, string(data), password, path)
		return err
	}))
}
