package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/history"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/source"
	"github.com/electric-cli/electric/status"
)

type statusOptions struct {
	url  string
	json bool
}

func newStatusCmd(a *app) *cobra.Command {
	var o statusOptions
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say whether files, bundle, database and sync server are on one schema",
		Long: `Say of the SQL files, the bundle, what the database has recorded, its live catalog
and the sync server which version each is on, who is behind whom and what drifted;
of each table whether clients built on the bundle may read and write it; and whether
the database can be replicated.

Nothing is ever written. With --database-url a role that may only connect will do;
the settings' own database is looked at as electric daemon would replicate it.

Exit status: 0 it is safe to replicate, 1 it is not, 2 misuse of the command line,
3 the outside world failed.`,
		Example: `  electric status
  electric status --json | jq .safe
  electric status --database-url postgres://readonly@db.example.com/app`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			return worldOr(a.runStatus(cmd.Context(), c, o))
		},
	}
	databaseFlag(cmd, &o.url)
	cmd.Flags().BoolVar(&o.json, "json", false, "as JSON")
	return cmd
}

func (a *app) runStatus(ctx context.Context, c config.Config, o statusOptions) error {
	g := gatherer{app: a, config: c}
	world := g.world(ctx, o.url)
	g.bundleAndFiles()
	in, err := g.input(<-world)
	if err != nil {
		return err
	}
	r, err := status.Build(in)
	if err != nil {
		return outside(err)
	}
	if o.json {
		err = a.writeJSON(r)
	} else {
		err = status.Write(a.out, r, a.loud)
	}
	switch {
	case err != nil:
		return outside(err)
	case !r.Safe:
		return wrongInput()
	}
	return nil
}

// A gatherer collects what status compares: the world beside the files.
type gatherer struct {
	*app
	config  config.Config
	files   *source.Input // nil: there are none
	changed []string      // files that the bundle does not hold as they are
	bundle  *bundle.Bundle
	problem string // why there is no bundle
	project *project
	tried   bool // whether the files were compiled
}

// A view is what was read of the world.
type view struct {
	database *status.Database // but for its standing; nil: none was named
	sync     *status.Sync     // nil: nobody answers
	unseen   []string
	err      error
}

// world reads database and sync server, both at once.
func (g *gatherer) world(ctx context.Context, flag string) <-chan view {
	result := make(chan view, 1)
	sync := make(chan syncAnswers, 1)
	go func() { sync <- g.askSync(ctx, g.config) }()
	go func() {
		var v view
		var id database.ID
		url, ok, err := g.databaseURL(g.config, flag)
		if v.err = err; ok {
			v.database, v.err = g.lookAt(ctx, url)
		}
		if v.database != nil {
			id, v.database.Serving = v.database.Replication.ID, flag == "" || flag == configured
		}
		v.sync, v.unseen = (<-sync).beside(id)
		result <- v
	}()
	return result
}

// lookAt reads a database. It writes nothing.
func (g *gatherer) lookAt(ctx context.Context, url string) (*status.Database, error) {
	conn, err := g.connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	h, replication, err := database.Survey(ctx, conn, g.publication(g.config))
	if err != nil {
		return nil, err
	}
	live, err := inspect(ctx, conn, nil)
	if err != nil {
		return nil, err
	}
	return &status.Database{
		Address: database.Address(conn), Server: conn.PgConn().ParameterStatus("server_version"), Live: live, History: h, Replication: replication,
	}, nil
}

// bundleAndFiles reads both. The files are not compiled when the bundle was made
// of them.
func (g *gatherer) bundleAndFiles() {
	var err error
	if g.bundle, err = bundle.SketchFile(g.config.Out); err != nil {
		g.problem = err.Error()
		if errors.Is(err, fs.ErrNotExist) {
			g.problem = filepath.ToSlash(g.config.Out) + " does not exist: run electric migrate compile"
		}
	}
	if _, err := os.Stat(g.config.Migrations); err != nil {
		return
	}
	g.files = g.read(g.config, nil, string(g.config.Unmarked))
	if g.bundle == nil {
		return
	}
	for _, n := range staleFiles(g.bundle, g.files) {
		g.changed = append(g.changed, n.Span.File+" "+n.Message)
	}
}

// compiled compiles the files, once. Without files, or with mistakes in them,
// there is nothing.
func (g *gatherer) compiled() *project {
	if !g.tried && g.files != nil {
		g.tried = true
		quiet := *g.app
		quiet.quiet, quiet.err = true, discard{}
		quiet.reportFormat = string(diag.Text)
		g.project, _ = quiet.compileProject(g.config, nil, string(g.config.Unmarked))
	}
	return g.project
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

func (g *gatherer) input(v view) (status.Input, error) {
	in := status.Input{
		Bundle: g.bundle, Path: filepath.ToSlash(g.config.Out), Problem: g.problem, Sync: v.sync, Unseen: v.unseen, Database: v.database,
	}
	if v.err != nil {
		return in, v.err
	}
	in.Files = g.source()
	in.Versions = g.versions()
	in.More = func() []status.Version {
		if p := g.compiled(); p != nil {
			return p.versions()
		}
		return nil
	}
	in.Reference = g.reference
	in.Whole = func(live *metadata.Schema) (*bundle.Bundle, error) { return bundle.ReadBeside(g.config.Out, live) }
	in.Alike = func(live *metadata.Schema) bool { return bundle.AlikeFile(g.config.Out, live) }
	if in.Database != nil {
		in.Database.Live = g.ground().Without(in.Database.Live)
		in.Database.Standing = g.standing(in.Database.History)
	}
	return in, nil
}

// ground is what the database held before the first migration, by the newest word
// there is.
func (g *gatherer) ground() *metadata.Ground {
	if !g.fresh() {
		if p := g.compiled(); p != nil {
			return p.bundle.Ground()
		}
	}
	if g.bundle == nil {
		return nil
	}
	return g.bundle.Ground()
}

// fresh reports whether the bundle tells what the files come to.
func (g *gatherer) fresh() bool { return g.bundle != nil && len(g.changed) == 0 }

func (g *gatherer) source() *status.Source {
	if g.files == nil {
		return nil
	}
	s := &status.Source{Path: filepath.ToSlash(g.config.Migrations), Migrations: len(g.files.Files()), Changed: g.changed}
	b := g.bundle
	if !g.fresh() {
		p := g.compiled()
		if p == nil {
			s.Mistakes = 1
			return s
		}
		b = p.bundle
	}
	s.Version, s.SchemaHash, s.SyncHash = b.Version, b.SchemaHash, b.SyncHash
	return s
}

// versions are those of the files, else of the bundle, of which only the newest
// has a known scope.
func (g *gatherer) versions() (list []status.Version) {
	if !g.fresh() {
		if p := g.compiled(); p != nil {
			return p.versions()
		}
	}
	if g.bundle == nil {
		return nil
	}
	for _, m := range g.bundle.Migrations {
		list = append(list, status.Version{Version: m.Version, SchemaHash: m.SchemaHash, SyncHash: m.SyncHash})
	}
	if n := len(list); n > 0 {
		list[n-1].Scope = hash.Tables(g.bundle.Clients())
	}
	return list
}

// standing compares the record with the migrations. Those that hold no statement
// yet are not waited for.
func (g *gatherer) standing(h *history.History) history.Standing {
	s := history.Compare(h, g.migrations(h))
	if len(s.Pending) == 0 {
		return s
	}
	if p := g.compiled(); p != nil {
		written := p.written(h)
		s.Pending = slices.DeleteFunc(s.Pending, func(i int) bool { return i >= written })
	}
	return s
}

// migrations are what the record is compared with. Only a migration that is
// applied in part asks for a compile.
func (g *gatherer) migrations(h *history.History) (list []history.Migration) {
	if len(h.Progress) > 0 || !g.fresh() {
		if p := g.compiled(); p != nil {
			return p.history()
		}
	}
	if g.bundle == nil {
		return nil
	}
	for _, m := range g.bundle.Migrations {
		list = append(list, history.Migration{Version: m.Version, Name: m.Name, File: m.File, Checksum: m.Checksum})
	}
	return list
}

// reference is the schema of version i.
func (g *gatherer) reference(i int) (*metadata.Schema, hash.Tables) {
	p := g.compiled()
	if p == nil || i >= len(p.migrations) {
		return nil, nil
	}
	b := p.prefix(i + 1).bundle
	return b.Schema.Schema, hash.Tables(b.Clients())
}
