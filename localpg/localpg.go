// Package localpg runs a private PostgreSQL for development: the one electric dev uses when it is given no other.
//
// The server's programs are found on the machine (see [Binaries]). The cluster is kept in a directory from one run to the
// next, with its port and its password, so that its URL stays the same. It has wal_level=logical and room for many
// replication slots, listens on 127.0.0.1 and on a Unix socket in a directory that others cannot enter, and asks for a
// password on both: other users of the machine reach the port as well. Writes survive a crash of the server or of the
// machine, except that the last few milliseconds of commits may be lost (fsync on, synchronous_commit off).
//
// The server lives as long as this process: it ends with it, kill -9 included (see package supervise). One process at a
// time has a directory. On Windows there is no server.
//
// PostgreSQL refuses to run as root. For root it runs as postgres or nobody, or as the owner of the data that is there.
// Where that user cannot enter the directory, as below root's home, the cluster is kept in /var/lib/electric instead, and
// a file named place in the directory says so.
//
// The directory holds:
//
//	data/          the cluster, made aside and renamed: it is whole, or not there
//	password, port what the URL is made of
//	socket/        the Unix socket, where the path is short enough for one
//	server.log     the server's log, of this run; .1 is what was before
//	lock           locked while in use; the process id of its user
//	place          where all this is instead
//	.gitignore     everything
//
// It imports supervise.
package localpg

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"github.com/electric-cli/electric/supervise"
)

// Options say which server to run. The zero value is that of a project in the current directory.
type Options struct {
	// Dir is where the cluster is kept; it is made if need be: ".electric/postgres".
	Dir string
	// Binaries is the directory of initdb and postgres; "" for those that [Binaries] finds.
	Binaries string
	// Settings are "name=value" lines of postgresql.conf. They go before those of this package, except for its
	// addresses, and those of the cluster's own files.
	Settings []string
	// Log gets a copy of the server's log, line by line; nil for nobody. Its errors are not looked at.
	Log io.Writer
	// Progress is told what takes its time or may surprise, a line each; nil for nobody.
	Progress func(message string)

	// outside is where clusters of root are that cannot be in Dir; "" for /var/lib/electric. Tests have their own.
	outside string
}

func (o Options) withDefaults() Options {
	if o.Dir == "" {
		o.Dir = filepath.Join(".electric", "postgres")
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	if o.outside == "" {
		o.outside = "/var/lib/electric"
	}
	return o
}

// Names that a cluster is made with.
const (
	superuser = "postgres"
	database  = "electric"
)

// A Server is a running PostgreSQL.
type Server struct {
	version  string
	port     int
	home     *home
	password string
	socket   string

	process *supervise.Process
	lines   *supervise.Lines
	why     reason // why it did not start
	log     *logFile
	lock    *flock.Flock

	stopping atomic.Bool
	ended    chan struct{}
	err      error // set before ended is closed
}

// Start makes the cluster if there is none, starts the server on it and returns once the database takes connections. When
// ctx ends before that, nothing is left running. Afterwards ctx does not matter.
//
// The first run takes about two seconds, later ones a tenth of one. Errors say what to do: no programs ([MissingError]),
// another process on the directory ([BusyError]), data of another major version, a full disk; the server's last words
// are part of those about it.
func Start(ctx context.Context, opts Options) (*Server, error) {
	if runtime.GOOS == "windows" {
		return nil, errors.New("on Windows electric runs no PostgreSQL of its own: set DATABASE_URL")
	}
	opts = opts.withDefaults()
	bin := opts.Binaries
	if bin == "" {
		var err error
		if bin, err = Binaries(); err != nil {
			return nil, err
		}
	}
	h, err := openHome(opts)
	if err != nil {
		return nil, err
	}
	lock, err := h.acquire()
	if err != nil {
		return nil, err
	}
	s, err := startLocked(ctx, opts, h, bin)
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	s.lock = lock
	go s.await()
	return s, nil
}

// startLocked is Start for whom the directory belongs to.
func startLocked(ctx context.Context, opts Options, h *home, bin string) (*Server, error) {
	c, err := openCluster(ctx, opts, h, bin)
	if err != nil {
		return nil, err
	}
	return c.start(ctx)
}

// await cleans up after the server, however it ends.
func (s *Server) await() {
	<-s.process.Ended()
	s.lines.Flush()
	if !s.stopping.Load() {
		s.err = fmt.Errorf("PostgreSQL ended by itself (%s); %s", exit(s.process.Err()), s.lastWords())
	}
	s.log.close()
	_ = s.lock.Unlock() // closing the file frees it in any case
	close(s.ended)
}

// exit says how a process ended.
func exit(err error) string {
	if err == nil {
		return "exit status 0"
	}
	return err.Error()
}

// lastWords are the last lines of the log, for an error message.
func (s *Server) lastWords() string {
	return fmt.Sprintf("the end of %s:\n%s", s.log.path, s.lines.Tail())
}

// URL is that of the database electric, as the superuser. It holds the password: see [Server.Address] for messages.
func (s *Server) URL() string { return s.url(database) }

func (s *Server) url(name string) string {
	u := url.URL{
		Scheme: "postgresql", User: url.UserPassword(superuser, s.password),
		Host: s.Address(), Path: "/" + name, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Address is host and port.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// Socket is the directory of the Unix socket, for psql -h; "" where the path is too long for one.
func (s *Server) Socket() string { return s.socket }

// Version is the server's version: 15.18.
func (s *Server) Version() string { return s.version }

// Dir is where the cluster is, which may be outside of Options.Dir.
func (s *Server) Dir() string { return s.home.dir }

// Removed reports whether somebody removed the cluster's files. Its server does not notice for a minute.
func (s *Server) Removed() bool {
	_, err := os.Stat(filepath.Join(s.home.data(), "PG_VERSION"))
	return errors.Is(err, fs.ErrNotExist)
}

// LogPath is the file of the server's log.
func (s *Server) LogPath() string { return s.log.path }

// PID is the process id of the server.
func (s *Server) PID() int { return s.process.PID() }

// Ended is closed when the server has ended and the directory is free again.
func (s *Server) Ended() <-chan struct{} { return s.ended }

// Err says why the server ended by itself, once Ended is closed; nil if it was stopped.
func (s *Server) Err() error {
	select {
	case <-s.ended:
		return s.err
	default:
		return nil
	}
}

// shutdown is how a server ends: fast, which lets it write a checkpoint, then at once, which costs a recovery at the next
// start. The server kills what is left of its processes after five seconds.
var shutdown = []supervise.Step{{Signal: "INT", Wait: 1200 * time.Millisecond}, {Signal: "QUIT", Wait: 6 * time.Second}}

// Stop ends the server and its connections, within two seconds, and returns what Err does. When ctx ends before the
// server, it is killed.
func (s *Server) Stop(ctx context.Context) error {
	s.stopping.Store(true)
	s.process.Stop(ctx)
	<-s.ended
	return s.err
}
