package main

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/devpage"
)

type daemonOptions struct {
	url    string
	port   string
	engine string
}

func newDaemonCmd(a *app) *cobra.Command {
	var o daemonOptions
	cmd := &cobra.Command{
		Use:   "daemon",
		Short: "Serve the database's tables to Electric's clients",
		Long: `Serve the tables of a Postgres database as shapes, by Electric's HTTP API, so that
Electric's official clients sync from it. It is made for development and tests.
Settings are Electric's own, by Electric's names: electric config lists them.

Either ELECTRIC_SECRET or ELECTRIC_INSECURE=true is needed. No replication slot is
left when it ends, however that happens; tables keep REPLICA IDENTITY FULL.

` + exitHelp,
		Example: `  ELECTRIC_INSECURE=true DATABASE_URL=postgres://app@localhost/app electric daemon
  curl 'http://localhost:3000/v1/shape?table=songs&offset=-1'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkEngine(o.engine); err != nil {
				return err
			}
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			return worldOr(a.runDaemon(cmd.Context(), c, o))
		},
	}
	databaseFlag(cmd, &o.url)
	serveFlags(cmd, &o.port, &o.engine)
	return cmd
}

func (a *app) runDaemon(ctx context.Context, c config.Config, o daemonOptions) error {
	url, ok, err := a.namedDatabase(c, o.url)
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
	log := slog.New(a.lineHandler(levelOf(s)))
	if o.engine == engineElectric {
		return a.daemonElectric(ctx, c, s, url, log)
	}
	port, err := a.takePort(ctx, s, anywhere(s))
	if err != nil {
		return err
	}
	board := devpage.NewBoard(logLines)
	service, err := a.openSync(s, url, port, syncExtras{
		log: slog.New(slog.NewMultiHandler(log.Handler(), board.Handler(slog.LevelDebug))), root: a.daemonPage(ctx, c, s, url, port, board),
	})
	if err != nil {
		return err
	}
	defer service.close()
	if s.Secret == "" {
		followEngine(ctx, board, service.engine)
	} else {
		followHealth(board, service.engine)
	}
	go tellDatabase(ctx, board, url, service.engine)
	remove, err := publishServer(port.address, port.address)
	if err != nil {
		return err
	}
	defer remove()
	a.note("electric listens on %s", port.address)
	return service.run(ctx)
}

// daemonElectric runs the user's own Electric.
func (a *app) daemonElectric(ctx context.Context, c config.Config, s config.SyncServer, url string, log *slog.Logger) error {
	e, err := a.findElectric(ctx, c, s, url, false, s.Port, log, nil)
	if err != nil {
		return err
	}
	remove, err := publishServer(e.URL(), "")
	if err != nil {
		return err
	}
	defer remove()
	a.note("running %s, which listens on %s", e, e.URL())
	if err := e.Run(ctx); err != nil {
		return outside(err)
	}
	return nil
}

// logLines is how much of its log a server keeps for the page.
const logLines = 1000

// daemonPage is the page of a server that needs no secret: what it shows is for
// everybody then. One that needs a secret tells everybody only who it is.
func (a *app) daemonPage(ctx context.Context, c config.Config, s config.SyncServer, url string, port *listening, board *devpage.Board) http.Handler {
	server := a.serverState("electric daemon", port, s.Secret != "")
	server.Folder = folderID()
	if s.Secret != "" {
		server.URL, server.HTTPSURL = "", ""
		board.Set(func(state *devpage.State) { state.Server = server })
		return stateAlone(ctx, board)
	}
	server.Project, server.Database.URL = projectName(), config.MaskURL(url)
	if parsed, err := pgx.ParseConfig(url); err == nil {
		server.Database.Name = parsed.Database
	}
	board.Set(func(state *devpage.State) { state.Server = server })
	if b, err := bundle.ReadFile(c.Out); err == nil {
		board.Set(func(state *devpage.State) {
			state.Schema, state.Migrations = devpage.SchemaOf(b), devpage.MigrationsOf(b)
		})
	}
	return devpage.Handler(board, devpage.Options{Done: ctx.Done()})
}

// syncSettings reads Electric's settings. What is wrong with them is shown and
// ends the command.
func (a *app) syncSettings(c config.Config, port string) (config.SyncServer, error) {
	r := a.settings(c, "")
	r.Flags["ELECTRIC_PORT"] = port
	s, problems := r.SyncServer()
	if len(problems) > 0 {
		return s, a.refuseSettings(c, r, problems)
	}
	return s, nil
}
