// Package pgtest gives tests a real PostgreSQL.
//
// The server is the one ELECTRIC_TEST_DATABASE_URL names, or one started from binaries found on this machine (see
// [Binaries]): once for a test binary, on a free port of 127.0.0.1, without fsync, gone when the test binary ends, even
// when it is killed. Without either the test is skipped with a message that says what to install.
//
// What comes first in $PATH is taken: scripts/test-postgres runs suites on another version. A test that only makes sense on
// some versions looks at [Server.Version], and skips with a message.
//
//	server := pgtest.Start(t)
//	url := server.Database(t) // empty, UTF8, C.UTF-8, dropped after the test
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// databaseURL names the environment variable of an existing server; its user must be a superuser.
const databaseURL = "ELECTRIC_TEST_DATABASE_URL"

// A Server is a running PostgreSQL.
type Server struct {
	// Version is the server's major version.
	Version int

	url    *url.URL
	mu     sync.Mutex // guards admin and holder
	admin  *pgx.Conn
	alone  sync.Mutex // held by the test that may create roles
	holder testing.TB // that test
}

// Options say what a test needs of its server.
type Options struct {
	// Settings are "name=value" lines of postgresql.conf, such as "wal_level=logical".
	Settings []string
}

// shared holds the servers of this test binary by their settings.
var shared struct {
	sync.Mutex
	servers map[string]*Server
}

// Start returns the test binary's server, starting it the first time.
func Start(t testing.TB) *Server {
	t.Helper()
	return StartWith(t, Options{})
}

// StartWith is Start for a server with settings of its own, shared by all who ask for the same ones.
func StartWith(t testing.TB, opts Options) *Server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	key := strings.Join(opts.Settings, "\n")
	if s := shared.servers[key]; s != nil {
		return s
	}
	s, err := connect(t.Context(), opts)
	var missing *missingError
	if errors.As(err, &missing) {
		t.Skip(missing.Error())
	}
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	if shared.servers == nil {
		shared.servers = map[string]*Server{}
	}
	shared.servers[key] = s
	return s
}

// missingError says what a machine lacks.
type missingError struct{ what string }

func (e *missingError) Error() string { return e.what }

func connect(ctx context.Context, opts Options) (*Server, error) {
	address := os.Getenv(databaseURL)
	if address == "" {
		var err error
		if address, err = startCluster(opts.Settings); err != nil {
			return nil, err
		}
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", databaseURL, err)
	}
	s := &Server{url: u}
	// The connection lives as long as the test binary, longer than the test whose context this is.
	if s.admin, err = pgx.Connect(context.WithoutCancel(ctx), address); err != nil {
		return nil, err
	}
	if err := s.check(ctx, opts.Settings); err != nil {
		return nil, err
	}
	return s, nil
}

// check reads the version and whether the settings asked for are those of the server.
func (s *Server) check(ctx context.Context, settings []string) error {
	err := s.admin.QueryRow(ctx, "SELECT current_setting('server_version_num')::int / 10000").Scan(&s.Version)
	if err != nil {
		return err
	}
	for _, setting := range settings {
		name, want, _ := strings.Cut(setting, "=")
		var got string
		if err := s.admin.QueryRow(ctx, "SELECT current_setting($1)", name).Scan(&got); err != nil {
			return err
		}
		if os.Getenv(databaseURL) != "" && got != want {
			return &missingError{fmt.Sprintf("%s: the server of %s has %q", setting, databaseURL, got)}
		}
	}
	return nil
}

var databases atomic.Int64

// Database makes an empty database and returns its URL; it is dropped when the test ends. Roles belong to the server,
// not to the database: a test that creates some uses [Server.DatabaseAlone].
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("electric_test_%d_%d", os.Getpid(), databases.Add(1))
	if err := s.create(name); err != nil {
		t.Fatalf("create database: %v", err)
	}
	t.Cleanup(func() {
		if err := s.drop(name); err != nil {
			t.Errorf("drop database: %v", err)
		}
	})
	u := *s.url
	u.Path = "/" + name
	return u.String()
}

// DatabaseAlone is Database for a test that creates roles: it waits for others of its kind to end, and drops the new
// roles after the test's databases.
func (s *Server) DatabaseAlone(t testing.TB) string {
	t.Helper()
	if s.heldBy(t) {
		return s.Database(t)
	}
	s.alone.Lock()
	s.hold(t)
	t.Cleanup(func() {
		s.hold(nil)
		s.alone.Unlock()
	})
	before, err := s.roles()
	if err != nil {
		t.Fatalf("read roles: %v", err)
	}
	t.Cleanup(func() {
		after, err := s.roles()
		if err != nil {
			t.Errorf("read roles: %v", err)
		}
		for _, role := range after {
			if slices.Contains(before, role) {
				continue
			}
			if err := s.exec("DROP ROLE " + pgx.Identifier{role}.Sanitize()); err != nil {
				t.Errorf("drop role: %v", err)
			}
		}
	})
	return s.Database(t)
}

func (s *Server) heldBy(t testing.TB) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.holder == t
}

func (s *Server) hold(t testing.TB) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holder = t
}

func (s *Server) roles() ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows, err := s.admin.Query(context.Background(), "SELECT rolname::text FROM pg_catalog.pg_roles")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// create makes a database as the corpora's truths had it. Where the operating system does not know C.UTF-8, C will do:
// it orders by bytes, too.
func (s *Server) create(name string) error {
	const statement = "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE '%s' LC_CTYPE '%s'"
	err := s.exec(fmt.Sprintf(statement, name, "C.UTF-8", "C.UTF-8"))
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) && strings.Contains(pgErr.Message, "locale") {
		err = s.exec(fmt.Sprintf(statement, name, "C", "C"))
	}
	return err
}

// drop drops a database. The server ends sessions for that, but not those that have a replication slot: one whose client
// has gone it may not have missed yet.
func (s *Server) drop(name string) error {
	const objectInUse = "55006"
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		err := s.exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")
		var pgErr *pgconn.PgError
		if !errors.As(err, &pgErr) || pgErr.Code != objectInUse || time.Now().After(deadline) {
			return err
		}
	}
}

// exec runs one statement on the server's own connection; a test that was cancelled cleans up all the same.
func (s *Server) exec(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.admin.Exec(ctx, statement)
	return err
}
