package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/listen"
	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/api"
)

// serverMemory is where collecting memory becomes urgent, in bytes, and how much
// garbage there may be otherwise, in percent of what is in use.
const (
	serverMemory  = 320 << 20
	serverGarbage = 75
)

// electricVersion is that of the sync service whose protocol this is.
const electricVersion = "1.4.0"

// stateDir is where what belongs to this machine is kept.
const stateDir = ".electric"

// makeStateDir makes that folder, out of git's sight.
func makeStateDir() error {
	if err := os.MkdirAll(stateDir, 0o755); err != nil {
		return outside(err)
	}
	if _, err := createFile(filepath.Join(stateDir, ".gitignore"), "*\n"); err != nil {
		return outside(err)
	}
	return nil
}

// A listening port.
type listening struct {
	listeners []net.Listener
	port      int
	address   string // "http://localhost:3000"
}

// anywhere are the addresses of a server that others reach, as Electric's own is.
func anywhere(s config.SyncServer) []string {
	if s.IPv6 {
		return []string{"::"}
	}
	return []string{"0.0.0.0"}
}

// thisMachine are the addresses of a server that only this machine reaches:
// whether localhost is the one or the other, clients differ in.
var thisMachine = []string{"127.0.0.1", "::1"}

// takePort listens. It comes before everything that would have to be undone when
// the port is taken. Of several addresses the first is enough.
func (a *app) takePort(ctx context.Context, s config.SyncServer, hosts []string) (*listening, error) {
	p := &listening{port: s.Port}
	for i, host := range hosts {
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(p.port)))
		switch {
		case err == nil:
			p.listeners = append(p.listeners, l)
			p.port = l.Addr().(*net.TCPAddr).Port
		case i == 0:
			return nil, outside(fmt.Errorf("listen on port %d: %w\n  = hint: Another server is there: end it, or choose another port with --port or ELECTRIC_PORT", s.Port, err))
		}
	}
	p.address = "http://localhost:" + strconv.Itoa(p.port)
	return p, nil
}

func (p *listening) close() {
	for _, l := range p.listeners {
		_ = l.Close()
	}
}

// syncExtras are what differs between the commands that serve.
type syncExtras struct {
	log     *slog.Logger
	root    http.Handler // for / and /_electric/
	noStore bool
	tables  <-chan struct{} // closed once the migrations are applied; nil: they are nobody's concern
}

// A syncService is the embedded sync server: an engine behind a port.
type syncService struct {
	*listening
	engine  *shape.Engine
	handler *api.Handler
	ca      *listen.Authority // nil: there is no HTTPS
	log     *slog.Logger

	patience time.Duration // with clients that stop reading
}

// openSync makes the sync server; when it fails, the port is closed.
func (a *app) openSync(s config.SyncServer, url string, port *listening, more syncExtras) (service *syncService, err error) {
	if err := makeStateDir(); err != nil {
		port.close()
		return nil, err
	}
	if s.CAFile != "" {
		if err := a.setenv("PGSSLROOTCERT", s.CAFile); err != nil {
			port.close()
			return nil, outside(err)
		}
	}
	debug.SetGCPercent(serverGarbage)
	debug.SetMemoryLimit(serverMemory)
	service = &syncService{listening: port, log: more.log, patience: s.SendTimeout}
	if dir, err := os.UserConfigDir(); err == nil {
		if service.ca, err = listen.OpenAuthority(filepath.Join(dir, "electric")); err != nil {
			a.note("there is no HTTPS: %v", err)
		}
	}
	dir := s.StorageDir
	if dir == "" {
		dir = filepath.Join(stateDir, "shapes")
	}
	service.engine, err = shape.New(shape.Options{
		URL: url, PooledURL: s.PooledURL, Stream: s.Stream, Manual: s.Manual, Dir: dir, Chunk: s.Chunk, MaxShapes: s.MaxShapes,
		PoolSize: s.PoolSize, Log: more.log, Tables: more.tables,
	})
	if err != nil {
		port.close()
		return nil, outside(err)
	}
	service.handler = api.New(service.engine, api.Options{
		Secret: s.Secret, Delete: s.Delete, MaxAge: s.MaxAge, StaleAge: s.StaleAge, LongPoll: s.LongPoll, ReadTimeout: s.ReadTimeout,
		Server: "ElectricSQL/" + electricVersion + " electric/" + version, Log: more.log, Root: more.root, NoStore: more.noStore,
	})
	return service, nil
}

// run serves until the context ends.
func (s *syncService) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.engine.Run(ctx) })
	for _, l := range s.listeners {
		group.Go(func() error {
			return listen.Serve(ctx, l, listen.Options{
				Handler: s.handler, Authority: s.ca, Patience: s.patience, Log: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
			})
		})
	}
	if err := group.Wait(); err != nil {
		return outside(err)
	}
	return nil
}

func (s *syncService) close() {
	s.listening.close()
	if err := s.engine.Close(); err != nil {
		s.log.Warn("clean up: " + err.Error())
	}
}
