package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/internal/pgtest"
)

// A machine is what measurements share: a Postgres, the binary, a folder.
type machine struct {
	electric string
	psql     string
	postgres string // its URL
	dir      string
	next     int
}

// settings of Postgres besides the tests' own. With synchronous_commit=off, which
// is one of theirs, a commit reaches nobody before wal_writer_delay, 200 ms.
var settings = []string{"wal_level=logical", "synchronous_commit=on"}

func newMachine(ctx context.Context, electric string) (*machine, error) {
	m := &machine{}
	var err error
	if m.electric, err = filepath.Abs(electric); err != nil {
		return nil, err
	}
	bin, err := pgtest.Binaries()
	if err != nil {
		return nil, err
	}
	if m.psql, err = exec.LookPath(filepath.Join(bin, "psql")); err != nil {
		if m.psql, err = exec.LookPath("psql"); err != nil {
			return nil, err
		}
	}
	if m.postgres, err = pgtest.Launch(pgtest.Options{Settings: settings}); err != nil {
		return nil, err
	}
	if m.dir, err = os.MkdirTemp("", "electric-syncbench-"); err != nil {
		return nil, err
	}
	return m, ctx.Err()
}

func (m *machine) close() { _ = os.RemoveAll(m.dir) }

// database makes a database with the tables that statements make, and gives its
// URL and a connection to it.
func (m *machine) database(ctx context.Context, statements ...string) (string, *pgx.Conn, error) {
	m.next++
	name := fmt.Sprintf("bench_%d", m.next)
	admin, err := pgx.Connect(ctx, m.postgres)
	if err != nil {
		return "", nil, err
	}
	defer admin.Close(ctx) //nolint:errcheck // it did its work
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		return "", nil, err
	}
	u, err := url.Parse(m.postgres)
	if err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	conn, err := pgx.Connect(ctx, u.String())
	if err != nil {
		return "", nil, err
	}
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return "", nil, fmt.Errorf("%w\n%s", err, sql)
		}
	}
	return u.String(), conn, nil
}

// drop drops the database of a connection.
func (m *machine) drop(ctx context.Context, conn *pgx.Conn) error {
	name := conn.Config().Database
	if err := conn.Close(ctx); err != nil {
		return err
	}
	admin, err := pgx.Connect(ctx, m.postgres)
	if err != nil {
		return err
	}
	defer admin.Close(ctx) //nolint:errcheck // it did its work
	_, err = admin.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
	return err
}
