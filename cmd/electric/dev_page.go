package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compat"
	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/devpage"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/history"
	"github.com/electric-cli/electric/shape"
)

// page makes the page, with what is known from the beginning.
func (d *dev) page(ctx context.Context) http.Handler {
	d.board.Set(func(s *devpage.State) { s.Server = d.serverState("electric dev", d.port, d.settings.Secret != "") })
	d.board.Set(func(s *devpage.State) {
		s.Server.Project, s.Server.Folder = projectName(), folderID()
		s.Server.Database = devpage.Database{URL: config.MaskURL(d.url), Private: d.private != nil}
	})
	return devpage.Handler(d.board, devpage.Options{Done: ctx.Done()})
}

func projectName() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	return filepath.Base(dir)
}

// serverState tells of a server that starts now.
func (a *app) serverState(command string, port *listening, secret bool) devpage.Server {
	now := a.now()
	return devpage.Server{
		Instance: strconv.FormatInt(now.UnixNano(), 36), Status: devpage.Starting, Command: command, Version: version,
		Engine: engineEmbedded, StartedAt: now, URL: port.address, Secret: secret,
		HTTPSURL: strings.Replace(port.address, "http:", "https:", 1),
	}
}

// showShapes has the page follow the engine.
func (d *dev) showShapes(ctx context.Context) {
	followEngine(ctx, d.board, d.service.engine)
	go tellDatabase(ctx, d.board, d.url, d.service.engine)
}

// followEngine fills in what changes often when somebody looks.
func followEngine(ctx context.Context, board *devpage.Board, e *shape.Engine) {
	board.Live = func(s *devpage.State) {
		state, holder, trouble := e.State()
		s.Server.Status, s.Server.Reason = string(state), holder
		if trouble != nil {
			s.Server.Reason = trouble.Error()
		}
		s.Server.LSN = strconv.FormatUint(e.LSN(), 10)
		s.Shapes = shapesOf(e.Shapes())
	}
	go func() {
		for {
			changed := e.Changed()
			board.Notify()
			select {
			case <-changed:
			case <-ctx.Done():
				return
			}
		}
	}()
}

// followHealth fills in what everybody may know: what /v1/health says.
func followHealth(board *devpage.Board, e *shape.Engine) {
	board.Live = func(s *devpage.State) {
		state, _, _ := e.State()
		s.Server.Status = string(state)
		s.Server.Database.Name, s.Server.Database.Server = "", ""
	}
}

func shapesOf(list []shape.Info) *devpage.Shapes {
	shapes := &devpage.Shapes{Total: len(list)}
	for _, i := range list {
		schema, table, _ := strings.Cut(i.Table, ".")
		waiting := devpage.Waiters{LongPoll: i.Waiting, SSE: i.Streaming}
		shapes.Waiting.LongPoll += waiting.LongPoll
		shapes.Waiting.SSE += waiting.SSE
		shapes.List = append(shapes.List, devpage.Shape{
			Handle: i.Handle, Schema: schema, Table: table, Where: i.Where, Columns: i.Columns, Replica: i.Replica,
			Offset: i.Stats.Offset.String(), Rows: i.Stats.Rows, Entries: i.Stats.Entries, Bytes: i.Stats.Bytes, Waiting: waiting,
			CreatedAt: i.Created, ChangedAt: i.Changed,
		})
	}
	return shapes
}

// showCycle tells the page what a cycle came to.
func (d *dev) showCycle(ctx context.Context, p *project, err error, took time.Duration) {
	diagnostics := devpage.DiagnosticsOf(d.told, d.texts, len(p.input.Files()), d.now(), took)
	migrations, agreement := d.standing(ctx, p, err)
	d.board.Set(func(s *devpage.State) {
		s.Diagnostics, s.Agreement = diagnostics, agreement
		if migrations != nil {
			s.Migrations = migrations
		}
		if d.last != nil && (s.Schema == nil || s.Schema.SchemaHash != d.last.SchemaHash || s.Schema.Version != d.last.Version) {
			s.Schema = devpage.SchemaOf(d.last)
		}
	})
}

// standing tells of each migration what the database knows of it, and whether
// everybody is on one schema.
func (d *dev) standing(ctx context.Context, p *project, trouble error) ([]devpage.Migration, *devpage.Agreement) {
	a := &devpage.Agreement{Verdict: devpage.Same, Summary: "files, bundle and database are on one schema"}
	if trouble != nil {
		a.Verdict, a.Summary = devpage.Differs, "the files are not what is served"
		for _, x := range d.told {
			if x.Severity == diag.Error {
				a.Reasons = append(a.Reasons, reason(x))
			}
		}
	}
	if p.bundle == nil {
		a.Places = []devpage.Place{{Name: "files", About: filepath.ToSlash(d.config.Migrations) + ", with mistakes", State: devpage.Unknown}}
		return nil, a
	}
	b := p.bundle
	files := devpage.Place{
		Name: "files", About: fmt.Sprintf("%s, %s", filepath.ToSlash(d.config.Migrations), count(len(b.Migrations), "migration")),
		Version: b.Version, SchemaHash: b.SchemaHash, State: devpage.Same,
	}
	out := devpage.Place{Name: "bundle", About: filepath.ToSlash(d.config.Out), Version: b.Version, SchemaHash: b.SchemaHash, State: devpage.Same}
	list := devpage.MigrationsOf(b)
	place := devpage.Place{Name: "database", About: config.MaskURL(d.url), State: devpage.Unknown}
	if h, err := d.history(ctx); err == nil {
		place = d.databasePlace(h, p, list, place)
		if trouble != nil && place.State == devpage.Same { // of one schema, by other files
			place.State = devpage.Differs
		}
	}
	a.Places = []devpage.Place{files, out, place}
	return list, a
}

// reason is a diagnostic in one line.
func reason(x diag.Diagnostic) string {
	if x.Span.File == "" {
		return x.Message
	}
	return x.Span.File + ": " + x.Message
}

// history reads what the database recorded.
func (d *dev) history(ctx context.Context) (*history.History, error) {
	conn, err := database.Connect(ctx, d.url, database.ConnectOptions{})
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing more is asked of it
	d.board.Set(func(s *devpage.State) {
		s.Server.Database.Name = conn.Config().Database
		s.Server.Database.Server, _, _ = strings.Cut(conn.PgConn().ParameterStatus("server_version"), " ")
	})
	return database.ReadHistory(ctx, conn)
}

// databasePlace completes the migrations, and says where the database is.
func (d *dev) databasePlace(h *history.History, p *project, list []devpage.Migration, place devpage.Place) devpage.Place {
	place.State = devpage.Missing
	for i := range list {
		row := h.Row(list[i].Version)
		switch {
		case row == nil:
			list[i].State = devpage.Pending
			continue
		case row.Checksum != list[i].Checksum:
			list[i].State = devpage.Edited
		default:
			list[i].State = devpage.Applied
		}
		list[i].AppliedAt = row.AppliedAt
		place.Version, place.SchemaHash = row.Version, row.SchemaHash
	}
	if place.Version != "" {
		place.State = devpage.Differs
		if place.SchemaHash == p.bundle.SchemaHash {
			place.State = devpage.Same
		}
	}
	for _, x := range d.told {
		for i := range list {
			if x.Severity == diag.Error && list[i].State == devpage.Pending && p.migrations[i].File.Path == x.Span.File {
				list[i].State, list[i].Problem = devpage.Failed, x.Message
			}
		}
	}
	return place
}

// signs of changes by what they are to clients.
var signs = map[compat.Verdict]string{compat.Same: "~", compat.Compatible: "~", compat.Breaking: "!"}

// showChange tells the page what a new version changed.
func (d *dev) showChange(before, after *bundle.Bundle, r *compat.Report, took time.Duration) {
	change := &devpage.Change{At: d.now(), Title: versionName(before) + " → " + after.Version, Took: float64(took.Microseconds()) / 1000}
	for _, t := range r.Tables {
		for _, f := range t.Findings {
			change.Lines = append(change.Lines, devpage.ChangeLine{Sign: signs[max(f.Reads, f.Writes)], Text: t.Schema + "." + t.Name + ": " + f.Message})
		}
	}
	d.board.Set(func(s *devpage.State) { s.Change = change })
}
