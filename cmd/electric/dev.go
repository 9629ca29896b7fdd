package main

import (
	"context"
	"log/slog"
	"strings"
	"sync"

	"github.com/fsnotify/fsnotify"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/devpage"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/localpg"
)

type devOptions struct {
	url    string
	port   string
	engine string
	reset  bool
}

func newDevCmd(a *app) *cobra.Command {
	var o devOptions
	cmd := &cobra.Command{
		Use:   "dev",
		Short: "Compile, apply and serve, and do it again at every change",
		Long: `Compile the migrations, apply them to the development database, serve its tables to
Electric's clients, and do it again whenever a file changes. Mistakes are shown,
and the last good state goes on being served.

Without a DATABASE_URL it runs a Postgres of its own under .electric/, kept from
one run to the next. --reset starts that one over: with the migrations as they
are now, and the rows of seeds.sql if there is one beside them.

A page at the server's address shows schema, migrations, shapes and log.

` + exitHelp,
		Example: `  electric dev
  electric dev --reset               # after a change of an applied migration
  electric dev --engine electric     # with your installed Electric`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkEngine(o.engine); err != nil {
				return err
			}
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			return worldOr(a.runDev(cmd.Context(), c, o))
		},
	}
	databaseFlag(cmd, &o.url)
	serveFlags(cmd, &o.port, &o.engine)
	cmd.Flags().BoolVar(&o.reset, "reset", false, "start the private database over")
	return cmd
}

// A dev is one run of the command.
type dev struct {
	*app
	config   config.Config
	options  devOptions
	settings config.SyncServer
	log      *slog.Logger
	board    *devpage.Board

	url     string
	private *localpg.Server // nil: the database is somebody else's
	port    *listening
	service *syncService // nil with another engine

	pageAddress string // where the page is

	cycles sync.Mutex // one cycle at a time
	cycled bool       // there was one
	done   string     // inputKey of the last one that nothing but the files can change
	away   away       // what kept the last one from the database; none if it came through
	opened sync.Once
	tables chan struct{}  // closed when clients may ask for tables
	last   *bundle.Bundle // what the database is at
	fresh  bool           // the private database is empty: it gets the seeds
	told   []diag.Diagnostic

	otherSetup string // the setup of which was told that the private database was made with another one
	texts      diag.Texts
}

func (a *app) runDev(ctx context.Context, c config.Config, o devOptions) (err error) {
	s, err := a.syncSettings(c, o.port)
	if err != nil {
		return err
	}
	own := *a
	d := &dev{app: &own, config: c, options: o, settings: s, board: devpage.NewBoard(logLines), tables: make(chan struct{}), texts: diag.Texts{}}
	own.seen = d.collect
	own.noted = func(text string) {
		if text = strings.TrimSpace(text); text != "" {
			d.board.Add("info", text)
		}
	}
	d.log = slog.New(slog.NewMultiHandler(a.lineHandler(levelOf(s)), d.board.Handler(slog.LevelDebug)))
	if d.port, err = a.takePort(ctx, s, thisMachine); err != nil {
		return err
	}
	defer d.port.close()
	err = d.openDatabase(ctx)
	switch {
	case err != nil && ctx.Err() != nil: // ended as it ends later on
		return nil
	case err != nil:
		return err
	}
	defer func() { d.closeDatabase(err) }()
	return d.serve(ctx)
}

// collect notes the diagnostics of a cycle, for the page.
func (d *dev) collect(ds []diag.Diagnostic, texts diag.Texts) {
	d.told = append(d.told, ds...)
	for name, text := range texts {
		d.texts[name] = text
	}
}

// serve runs everything until the context ends or something does that nothing
// goes on without.
func (d *dev) serve(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	if err := d.openEngine(ctx, group); err != nil {
		return err
	}
	defer d.closeEngine()
	remove, err := publishServer(d.port.address, d.pageAddress)
	if err != nil {
		return err
	}
	defer remove()
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return outside(err)
	}
	defer watcher.Close()
	if err := d.arm(watcher); err != nil {
		return err
	}
	settings := d.settingsFiles()
	group.Go(func() error { return d.watchSettings(ctx, settings) })
	d.cycle(ctx)
	if ctx.Err() == nil { // nothing that ends it has come up
		d.greet()
	}
	group.Go(func() error { return d.watch(ctx, watcher) })
	if d.private != nil {
		group.Go(func() error { return d.watchDatabase(ctx) })
	}
	return d.cause(group.Wait())
}

// openEngine starts who serves.
func (d *dev) openEngine(ctx context.Context, group *errgroup.Group) (err error) {
	if d.options.engine == engineElectric {
		return d.runElectric(ctx, group)
	}
	d.pageAddress = d.port.address
	d.service, err = d.openSync(d.settings, d.url, d.port, syncExtras{log: d.log, root: d.page(ctx), noStore: true, tables: d.tables})
	if err != nil {
		return err
	}
	d.showShapes(ctx)
	group.Go(func() error { return d.service.run(ctx) })
	return nil
}

func (d *dev) closeEngine() {
	if d.service != nil {
		d.service.close()
	}
}

// greet tells where things are.
func (d *dev) greet() {
	d.note("")
	d.note("  sync server  %s", d.port.address)
	d.note("  page         %s/", d.pageAddress)
	if d.service != nil && d.service.ca != nil {
		d.note("  HTTPS        %s (for browsers: trust %s once)", strings.Replace(d.port.address, "http:", "https:", 1), d.service.ca.Path)
	}
	if d.private != nil {
		d.note("  database     %s (a Postgres of its own; its URL is in %s)", d.private.Address(), d.urlFile())
	} else {
		d.note("  database     %s", config.MaskURL(d.url))
	}
	if table := d.anyTable(); table != "" {
		d.note("  try          curl '%s/v1/shape?table=%s&offset=-1'", d.port.address, table)
	}
	d.note("")
}

// anyTable is a table that clients have, for an example.
func (d *dev) anyTable() string {
	if d.last == nil {
		return ""
	}
	for _, t := range d.last.Schema.Schema.Tables {
		if _, ok := d.last.Clients()[[2]string{t.Schema, t.Name}]; ok {
			return t.Name
		}
	}
	return ""
}
