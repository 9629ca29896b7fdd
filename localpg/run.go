package localpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/electric-cli/electric/supervise"
)

// settings of the server: replication for several engines at a time, a small footprint, and nothing that depends on the
// machine. A slot that nobody reads any more does not fill the disk. With synchronous_commit off, a commit reaches those
// who replicate after wal_writer_delay, which is 200 ms by default: too long for who watches his app.
var settings = []string{
	"wal_level=logical", "max_replication_slots=50", "max_wal_senders=50", "max_slot_wal_keep_size=4GB",
	"max_connections=100", "shared_buffers=32MB", "min_wal_size=32MB", "max_wal_size=256MB",
	"fsync=on", "synchronous_commit=off", "wal_writer_delay=2ms",
	"timezone=UTC", "log_timezone=UTC", "log_checkpoints=off", "logging_collector=off", "log_destination=stderr",
}

const (
	startTimeout = time.Minute // a recovery may take its time
	startTries   = 3
	leftoverWait = 5 * time.Second
	stoppingWait = 30 * time.Second // as leftoverWait, of one that says that it ends; on a busy machine its watcher is slow
	orphansPause = 20 * time.Millisecond
)

// start starts the server and waits until its database is there.
func (c *cluster) start(ctx context.Context) (*Server, error) {
	if err := c.clear(ctx); err != nil {
		return nil, err
	}
	deadline := time.Now().Add(leftoverWait)
	for try := 1; ; try++ {
		port, last, err := c.home.choosePort()
		if err != nil {
			return nil, err
		}
		if last != 0 && port != last {
			c.opts.Progress(fmt.Sprintf("port %d is taken by another program: the database moves to %d, and its URL changes", last, port))
		}
		s, err := c.launch(port)
		if err != nil {
			return nil, err
		}
		err = s.ready(ctx)
		if err == nil {
			err = c.home.keepPort(port, last)
		}
		if err == nil {
			return s, nil
		}
		s.abandon(ctx)
		switch text := err.Error(); {
		case try < startTries && strings.Contains(text, "Address already in use"): // since a moment ago
		case time.Now().Before(deadline) && strings.Contains(text, "shared memory block") && strings.Contains(text, "still in use"):
			endOrphans(c.home.data())
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(orphansPause):
			}
		default:
			return nil, err
		}
	}
}

// clear waits for a server to end that an electric left which was killed, and removes what such a server, or one that
// was killed itself, may have left: a file that names a process which by now may be another.
func (c *cluster) clear(ctx context.Context) error {
	data := c.home.data()
	began := time.Now()
	for told := false; ; told = true {
		pid := postmaster(data)
		if pid == 0 {
			break
		}
		if waited := time.Since(began); waited > stoppingWait || waited > leftoverWait && state(data) != isStopping {
			return fmt.Errorf("a PostgreSQL that this electric did not start, process %d, runs on %s: stop it first (kill -INT %d)", pid, data, pid)
		}
		if !told {
			c.opts.Progress(fmt.Sprintf("waiting for PostgreSQL, process %d, to end, which runs on %s", pid, data))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	if err := os.Remove(filepath.Join(data, "postmaster.pid")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.RemoveAll(c.home.path("socket"))
}

// launch starts the server.
func (c *cluster) launch(port int) (*Server, error) {
	s := &Server{version: c.version, port: port, home: c.home, password: c.password, ended: make(chan struct{})}
	var err error
	if s.socket, err = c.home.makeSocketDir(); err != nil {
		return nil, err
	}
	if s.log, err = openLog(c.home.path("server.log"), c.opts.Log); err != nil {
		return nil, err
	}
	s.lines = &supervise.Lines{To: func(line string) {
		s.why.note(line)
		s.log.write(line)
	}}
	s.process, err = supervise.Start(supervise.Command{
		Path: c.program("postgres"), Args: c.args(s), Env: environment(), Dir: "/",
		Account: c.home.account, Output: s.lines, End: shutdown,
	})
	if err != nil {
		s.log.close()
		return nil, err
	}
	return s, nil
}

// args are the server's arguments. Of several settings of a name the last counts, before those in the cluster's files.
func (c *cluster) args(s *Server) []string {
	socket := ""
	if s.socket != "" {
		socket = `"` + strings.ReplaceAll(s.socket, `"`, `""`) + `"`
	}
	args := []string{"-D", c.home.data()}
	for _, list := range [][]string{settings, c.opts.Settings, {
		"listen_addresses=127.0.0.1", fmt.Sprintf("port=%d", s.port), "unix_socket_directories=" + socket,
	}} {
		for _, setting := range list {
			args = append(args, "-c", setting)
		}
	}
	return args
}

// maxSocketPath is the most bytes a Unix socket's path has on every system: 104 on macOS, with its final zero.
const maxSocketPath = 103

// makeSocketDir makes the directory of the Unix socket, which only the server's account can enter; "" where the path
// would be too long.
func (h *home) makeSocketDir() (string, error) {
	dir := h.path("socket")
	if len(filepath.Join(dir, ".s.PGSQL.65535")) > maxSocketPath {
		return "", nil
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return dir, h.account.Own(dir)
}

// abandon ends a server that did not become ready.
func (s *Server) abandon(ctx context.Context) {
	s.process.Stop(context.WithoutCancel(ctx))
	s.log.close()
}

// errStarting is the trouble with a server that has not said that it is ready. Until it does, another one may answer at
// its port.
var errStarting = errors.New("it is starting")

// ready waits until the database takes connections, making it if it is not there.
func (s *Server) ready(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := errStarting
		if state(s.home.data()) == isReady {
			err = s.connect(limited, database)
		}
		if sqlstate(err) == "3D000" {
			err = s.createDatabase(limited)
		}
		switch code := sqlstate(err); {
		case err == nil:
			return nil
		case code == "28P01":
			return fmt.Errorf("the password of the database's user %s is not the one in %s: write it there, or use --reset", superuser, s.home.path("password"))
		case code != "" && code != "57P03": // 57P03: the database system is starting up
			return fmt.Errorf("the database is not ready: %w; %s", err, s.lastWords())
		}
		select {
		case <-s.process.Ended():
			s.lines.Flush()
			return fmt.Errorf("PostgreSQL did not start (%s%s); %s", s.why.words(), exit(s.process.Err()), s.lastWords())
		case <-limited.Done():
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("PostgreSQL takes no connections: %w; %s", err, s.lastWords())
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func sqlstate(err error) string {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return refused.Code
	}
	return ""
}

// connect tries to connect to a database, and runs statements there.
func (s *Server) connect(ctx context.Context, name string, statements ...string) error {
	config, err := pgconn.ParseConfig(s.url(name))
	if err != nil {
		return err
	}
	// What the environment's PG variables ask for is meant for another server.
	config.RuntimeParams, config.Fallbacks, config.ValidateConnect = nil, nil, nil
	conn, err := pgconn.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if err = conn.Exec(ctx, statement).Close(); err != nil {
			break
		}
	}
	return errors.Join(err, conn.Close(ctx))
}

// createDatabase makes the database, the first time or after somebody dropped it.
func (s *Server) createDatabase(ctx context.Context) error {
	err := s.connect(ctx, "postgres", "CREATE DATABASE "+database)
	if sqlstate(err) == "42P04" { // duplicate_database
		return nil
	}
	return err
}
