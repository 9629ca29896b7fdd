package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/diagram"
	"github.com/electric-cli/electric/status"
)

type infoOptions struct {
	url     string
	json    bool
	diagram string
}

func newInfoCmd(a *app) *cobra.Command {
	var o infoOptions
	cmd := &cobra.Command{
		Use:   "info",
		Short: "Tell about this program, the bundle, the database and the sync server; draw the schema",
		Long: `Tell which electric this is, what the bundle holds, how the database is set up for
replication, and how the sync server is. With --diagram, draw the bundle's tables
and relations instead.

` + exitHelp,
		Example: `  electric info
  electric info --diagram svg > schema.svg`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.diagram != "" && !slices.Contains(diagram.Formats, o.diagram) {
				return misuse("--diagram cannot be %q: write %s", o.diagram, strings.Join(diagram.Formats, ", "))
			}
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			if o.diagram != "" {
				return a.runDiagram(c, o.diagram)
			}
			return worldOr(a.runInfo(cmd.Context(), c, o))
		},
	}
	databaseFlag(cmd, &o.url)
	cmd.Flags().BoolVar(&o.json, "json", false, "as JSON")
	cmd.Flags().StringVar(&o.diagram, "diagram", "", "draw the schema in this `FORMAT`: "+strings.Join(diagram.Formats, ", "))
	completes(cmd, "diagram", diagram.Formats)
	return cmd
}

// runDiagram draws the bundle; without one, what the files come to.
func (a *app) runDiagram(c config.Config, format string) error {
	b, err := bundle.ReadFile(c.Out)
	if errors.Is(err, fs.ErrNotExist) {
		p, compileErr := a.compileProject(c, nil, string(c.Unmarked))
		if compileErr != nil {
			return compileErr
		}
		b, err = p.bundle, nil
	}
	if err != nil {
		return failure{exitInput, err}
	}
	text, err := diagram.Draw(format, &b.Schema)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(a.out, text); err != nil {
		return outside(fmt.Errorf("write the diagram: %w", err))
	}
	return nil
}

// An info is what the command tells.
type info struct {
	Format    int              `json:"format"`
	Program   programInfo      `json:"program"`
	Bundle    *bundleInfo      `json:"bundle"`
	Database  *database.Server `json:"database"`
	Recorded  *string          `json:"recorded_version"` // null: nothing is recorded, or it cannot be read
	Sync      *status.Sync     `json:"sync"`
	Published []string         `json:"shape_tables"` // tables in a publication of Electric's: shapes are on them, or were
	Unseen    []string         `json:"unseen"`
}

type programInfo struct {
	Name     string `json:"name"`
	Version  string `json:"version"`
	Path     string `json:"path"`
	Commit   string `json:"commit,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Postgres string `json:"postgres"` // whose behaviour the compiler has
}

type bundleInfo struct {
	Path       string   `json:"path"`
	Size       int64    `json:"size"` // bytes
	Compiler   string   `json:"compiler"`
	Version    string   `json:"version"`
	SchemaHash string   `json:"schema_hash"`
	SyncHash   string   `json:"sync_hash"`
	Migrations int      `json:"migrations"`
	Statements int      `json:"statements"`
	Tables     int      `json:"tables"`
	ForClients int      `json:"client_tables"`
	Columns    int      `json:"columns"`
	Relations  int      `json:"relations"`
	Extensions []string `json:"extensions"`
}

func (a *app) runInfo(ctx context.Context, c config.Config, o infoOptions) error {
	i := info{Format: 1, Program: program(), Published: []string{}, Unseen: []string{}}
	b, err := bundle.ReadFile(c.Out)
	switch {
	case err == nil:
		i.Bundle = describeBundle(c.Out, b)
	case !errors.Is(err, fs.ErrNotExist):
		i.Unseen = append(i.Unseen, err.Error())
	}
	asked := make(chan syncAnswers, 1)
	go func() { asked <- a.askSync(ctx, c) }()
	id, trouble := a.databaseInfo(ctx, c, o.url, b, &i)
	sync, unseen := (<-asked).beside(id)
	i.Sync, i.Unseen = sync, append(i.Unseen, unseen...)
	if o.json {
		err = a.writeJSON(i)
	} else {
		_, err = io.WriteString(a.out, i.text())
	}
	if err != nil {
		return outside(err)
	}
	return trouble
}

func program() programInfo {
	p := programInfo{
		Name: "electric", Version: version, Commit: buildCommit(), Go: runtime.Version(),
		Platform: runtime.GOOS + "/" + runtime.GOARCH, Postgres: "15",
	}
	p.Path, _ = os.Executable()
	return p
}

func describeBundle(path string, b *bundle.Bundle) *bundleInfo {
	s := summarize(b)
	i := &bundleInfo{
		Path: filepath.ToSlash(path), Compiler: b.Compiler, Version: b.Version, SchemaHash: b.SchemaHash, SyncHash: b.SyncHash,
		Migrations: s.Migrations, Tables: s.Tables, Columns: s.Columns, Relations: s.Relations, Extensions: b.Requires.Extensions,
		ForClients: len(b.Clients()),
	}
	if f, err := os.Stat(path); err == nil {
		i.Size = f.Size()
	}
	for _, m := range b.Migrations {
		for _, t := range m.Transactions {
			i.Statements += len(t.Statements)
		}
	}
	return i
}

// databaseInfo looks at the database, if one is named, and says which it is.
func (a *app) databaseInfo(ctx context.Context, c config.Config, flag string, b *bundle.Bundle, i *info) (id database.ID, err error) {
	url, ok, err := a.databaseURL(c, flag)
	if err != nil {
		return id, err
	}
	if !ok {
		i.Unseen = append(i.Unseen, "the database: none is named by DATABASE_URL, .env, electric.yaml, libpq's PG… variables or --database-url")
		return id, nil
	}
	conn, err := a.connect(ctx, url)
	if err != nil {
		return id, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	h, replication, err := database.Survey(ctx, conn, a.publication(c))
	if err != nil {
		return id, err
	}
	var tables []string
	if b != nil {
		for name := range b.Clients() {
			tables = append(tables, name[0]+"."+name[1])
		}
	}
	if i.Database, err = database.LookAt(ctx, conn, tables); err != nil {
		return replication.ID, err
	}
	for _, p := range i.Database.Publications {
		if strings.HasPrefix(p.Name, electricPublication) {
			i.Published = append(i.Published, p.Tables...)
		}
	}
	i.Unseen = append(append(i.Unseen, h.Unseen...), h.Problems...)
	if n := len(h.Rows); n > 0 {
		i.Recorded = &h.Rows[n-1].Version
	}
	return replication.ID, nil
}
