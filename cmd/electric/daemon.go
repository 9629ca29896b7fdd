package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/listen"
	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/api"
)

type daemonOptions struct {
	url  string
	port string
}

func newDaemonCmd(a *app) *cobra.Command {
	var o daemonOptions
	cmd := &cobra.Command{
		Use:   "daemon",
		Short: "Serve the database's tables to Electric's clients",
		Long: `Serve the tables of a Postgres database as shapes, by Electric's HTTP API, so that
Electric's official clients sync from it. It is made for development and tests.
Settings are Electric's own, by Electric's names: electric config lists them.

Either ELECTRIC_SECRET or ELECTRIC_INSECURE=true is needed. Nothing stays in the
database when it ends: the replication slot is temporary.

` + exitHelp,
		Example: `  ELECTRIC_INSECURE=true DATABASE_URL=postgres://app@localhost/app electric daemon
  curl 'http://localhost:3000/v1/shape?table=songs&offset=-1'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			return worldOr(a.runDaemon(cmd.Context(), c, o))
		},
	}
	databaseFlag(cmd, &o.url)
	cmd.Flags().StringVar(&o.port, "port", "", "the `PORT` to listen on (default $ELECTRIC_PORT, else 3000)")
	return cmd
}

// serverMemory is where collecting memory becomes urgent, in bytes, and how much
// garbage there may be otherwise, in percent of what is in use.
const (
	serverMemory  = 160 << 20
	serverGarbage = 75
)

func (a *app) runDaemon(ctx context.Context, c config.Config, o daemonOptions) error {
	url, ok, err := a.databaseURL(c, o.url)
	if err != nil {
		return err
	}
	if !ok {
		return noDatabase()
	}
	s, err := a.syncSettings(c, o.port)
	if err != nil {
		return err
	}
	if s.Secret == "" && !s.Insecure {
		return misuse("either ELECTRIC_SECRET or ELECTRIC_INSECURE=true is needed: the second lets everybody read every table")
	}
	service, err := a.openSync(ctx, s, url)
	if err != nil {
		return err
	}
	defer service.close()
	a.note("electric listens on %s", service.address)
	return service.run(ctx)
}

// syncSettings reads Electric's settings. What is wrong with them is shown and
// ends the command.
func (a *app) syncSettings(c config.Config, port string) (config.SyncServer, error) {
	r := a.settings(c, "")
	r.Flags["ELECTRIC_PORT"] = port
	s, problems := r.SyncServer()
	if len(problems) > 0 {
		texts := c.Texts()
		for name, text := range r.Env.Texts() {
			texts[name] = text
		}
		return s, errors.Join(a.report(problems, texts), wrongInput())
	}
	return s, nil
}

// A syncService is the embedded sync server: an engine behind a port.
type syncService struct {
	engine   *shape.Engine
	handler  *api.Handler
	listener net.Listener
	ca       *listen.Authority
	address  string // http://…
	log      *slog.Logger
}

// openSync takes the port first: nothing is to be undone when it is taken.
func (a *app) openSync(ctx context.Context, s config.SyncServer, url string) (*syncService, error) {
	debug.SetGCPercent(serverGarbage)
	debug.SetMemoryLimit(serverMemory)
	host := "0.0.0.0"
	if s.IPv6 {
		host = "::"
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(s.Port)))
	if err != nil {
		return nil, outside(fmt.Errorf("listen on port %d: %w", s.Port, err))
	}
	service := &syncService{
		listener: l, log: a.logger(s), address: "http://localhost:" + strconv.Itoa(l.Addr().(*net.TCPAddr).Port),
	}
	if dir, err := os.UserConfigDir(); err == nil {
		if service.ca, err = listen.OpenAuthority(filepath.Join(dir, "electric")); err != nil {
			a.note("there is no HTTPS: %v", err)
		}
	}
	dir := s.StorageDir
	if dir == "" {
		dir = filepath.Join(".electric", "shapes")
	}
	service.engine, err = shape.New(shape.Options{
		URL: url, PooledURL: s.PooledURL, Stream: s.Stream, Manual: s.Manual, Dir: dir, Chunk: s.Chunk, MaxShapes: s.MaxShapes,
		PoolSize: s.PoolSize, Log: service.log,
	})
	if err != nil {
		l.Close()
		return nil, outside(err)
	}
	service.handler = api.New(service.engine, api.Options{
		Secret: s.Secret, Delete: s.Delete, MaxAge: s.MaxAge, StaleAge: s.StaleAge, LongPoll: s.LongPoll, ReadTimeout: s.ReadTimeout,
		Server: "ElectricSQL/" + electricVersion + " electric/" + version, Log: service.log,
	})
	return service, nil
}

// electricVersion is that of the sync service whose protocol this is.
const electricVersion = "1.4.0"

// run serves until the context ends.
func (s *syncService) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.engine.Run(ctx) })
	group.Go(func() error {
		return listen.Serve(ctx, s.listener, listen.Options{
			Handler: http.Handler(s.handler), Authority: s.ca, Log: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		})
	})
	if err := group.Wait(); err != nil {
		return outside(err)
	}
	return nil
}

func (s *syncService) close() {
	_ = s.listener.Close()
	if err := s.engine.Close(); err != nil {
		s.log.Warn("clean up: " + err.Error())
	}
}

// logLevels are Electric's; those above error are as rare as it.
var logLevels = map[string]slog.Level{
	"debug": slog.LevelDebug, "info": slog.LevelInfo, "notice": slog.LevelInfo, "warning": slog.LevelWarn,
}

// logger writes the server's log to stderr.
func (a *app) logger(s config.SyncServer) *slog.Logger {
	level, ok := logLevels[s.LogLevel]
	if !ok {
		level = slog.LevelError
	}
	return slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: level}))
}
