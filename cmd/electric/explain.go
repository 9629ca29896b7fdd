package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/platform"
	"github.com/electric-cli/electric/source"
)

type explainOptions struct {
	args     []string // folders and files
	setup    []string
	json     bool
	hash     bool
	syncHash bool
	at       string
	shadow   shadowOptions
	alone    bool // what stands before is said: nothing else is looked for
}

func newExplainCmd(a *app) *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain [DIR|FILE…]",
		Short: "Say what each statement does, or why Postgres would refuse it",
		Long: `Run migrations on a fresh in-memory database that holds what the setup says, going
on after errors; say of each statement what it changes or why Postgres would refuse
it. Without arguments the configured folder is explained. Files are run as psql would
run them, statement by statement; of those of goose and dbmate, the part that is the
way up. One file alone runs on what the migrations before it in its folder make,
unless --setup says what stands before.

With --hash or --sync-hash it prints the text that the bundle's schema hash or sync
hash is made of, for the last version or the one that --at names, so that two hashes
that differ can be explained by a diff. It takes a bundle as well. The hash itself is
the SHA-256 of the lines that are not indented; it is told on stderr.

` + exitHelp,
		Example: `  electric migrate explain schema/1749530140_create_songs.sql
  electric migrate explain --setup before.sql change.sql    # on these alone
  electric migrate explain --hash --at 1749530140 > before.txt
  electric migrate explain --hash | diff before.txt -
  electric migrate explain --sync-hash _electric/migrations`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.args = args
			if err := errors.Join(o.validate(), o.shadow.validate(args)); err != nil {
				return err
			}
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			if len(o.args) == 0 {
				o.args = []string{c.Migrations}
			}
			if len(o.setup) > 0 {
				c.Setup = o.setup
			}
			if o.hash || o.syncHash {
				return a.runExplainHash(cmd.Context(), c, o)
			}
			o.alone = len(o.setup) > 0 || len(o.args) != 1 || !isSQL(o.args[0])
			o.setup = c.Setup
			if p, _, ok := source.Recognized(o.args); ok && len(o.setup) == 0 {
				o.setup = []string{p.Name}
			}
			return a.runExplain(cmd.Context(), c, o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.json, "json", false, "as JSON; of statements, with the schema at the end")
	setupFlag(cmd, &o.setup)
	o.shadow.flags(cmd)
	flags.BoolVar(&o.hash, "hash", false, "print the text that the schema hash is made of")
	flags.BoolVar(&o.syncHash, "sync-hash", false, "print the text that the sync hash is made of")
	flags.StringVar(&o.at, "at", "", "of the `VERSION` that the text is printed (default the last)")
	return cmd
}

// isSQL reports whether an argument is a file of SQL.
func isSQL(arg string) bool {
	info, err := os.Stat(arg)
	return err == nil && info.Mode().IsRegular() && strings.HasSuffix(arg, ".sql")
}

func (o *explainOptions) validate() error {
	switch hashes := o.hash || o.syncHash; {
	case o.hash && o.syncHash:
		return misuse("--hash and --sync-hash are two texts: ask for one of them")
	case !hashes && o.at != "":
		return misuse("--at goes with --hash or --sync-hash")
	}
	return nil
}

func (a *app) runExplain(ctx context.Context, c config.Config, o explainOptions) error {
	x := explainer{session: compile.New(), texts: diag.Texts{}, list: []explained{}}
	x.session.TellChanges = true
	x.session.Debug = a.debug()
	x.watcher = newWatcher(x.session)
	read := source.Options{Unmarked: c.Unmarked}
	x.prepare(o.setup)
	before := 0
	if !o.alone {
		var where, refused string
		if before, where, refused = x.earlier(o.args[0], read); before > 0 && !o.json {
			a.note("%s before it in %s ran first%s", count(before, "migration"), filepath.ToSlash(where), refused)
		}
	}
	x.watcher.look(nil)
	x.run(o.args, read, x.note)
	x.schema = x.session.Metadata()
	if o.shadow.on != "" && x.doubts > 0 {
		if err := a.settleExplained(ctx, c, o.shadow, &x); err != nil {
			return err
		}
	}
	if err := a.writeExplained(o, &x); err != nil {
		return err
	}
	if x.absent && len(o.setup) == 0 && before == 0 && !o.json {
		a.note("explain begins with an empty database: name the files that come before as well, or give them with --setup")
	}
	if diag.HasErrors(x.problems) || x.refused {
		return wrongInput()
	}
	return nil
}

// An explainer runs scripts and keeps what became of their statements.
type explainer struct {
	session  *compile.Session
	watcher  *watcher
	texts    diag.Texts
	problems []diag.Diagnostic
	list     []explained
	refused  bool
	changed  bool                  // by any statement
	absent   bool                  // something was not there before anything was changed
	hint     bool                  // what a platform makes is told
	scripts  [][]*parser.Statement // all that ran; those of list come last
	doubts   int                   // statements that only a server can tell of
	schema   *metadata.Schema
}

// absent are the SQLSTATEs of what is not there: schema, table, function, type.
var absent = []string{"3F000", "42P01", "42883", "42704"}

// prepare runs what the database holds before.
func (x *explainer) prepare(setup []string) {
	names := source.SetupNames(setup)
	if len(names) == 0 {
		x.hint = true
		return
	}
	x.session.Preparing = true
	for _, name := range names {
		if p, ok := platform.Find(name); ok {
			x.session.Offered = p.Extensions
		}
		lines, texts, problems := source.SetupScript(name)
		x.read(texts, problems)
		x.script(lines, time.Time{}, func(_ source.Line, r compile.Result) { x.undecided(r.Err) })
	}
	x.session.Preparing = false
	x.session.BeginPrepared()
}

// earlier runs the migrations that stand before a file in its folder, and says how
// many, and if some of their statements were refused.
func (x *explainer) earlier(file string, o source.Options) (n int, dir, refused string) {
	programs, dir := source.Earlier(file, o)
	failed := 0
	for _, p := range programs {
		x.unseen(p.Lines, p.Instant, func(_ source.Line, r compile.Result) {
			if x.undecided(r.Err); r.Err != nil {
				failed++
			}
		})
	}
	if failed > 0 {
		refused = fmt.Sprintf("; %s of them refused: explain the folder to see which", count(failed, "statement"))
	}
	return len(programs), dir, refused
}

// run runs what args name, each file in a session of its own.
func (x *explainer) run(args []string, o source.Options, tell func(source.Line, compile.Result)) {
	programs, texts, problems := source.Programs(args, o)
	x.read(texts, problems)
	for _, p := range programs {
		x.script(p.Lines, p.Instant, tell)
	}
}

// read keeps texts that were read, and what was wrong with them.
func (x *explainer) read(texts diag.Texts, problems []diag.Diagnostic) {
	for name, text := range texts {
		x.texts[name] = text
	}
	x.problems = append(x.problems, problems...)
}

// script runs a file in a session of its own, as if it were now.
func (x *explainer) script(lines []source.Line, now time.Time, tell func(source.Line, compile.Result)) {
	x.unseen(lines, now, tell)
	x.watcher.look(nil) // temporary tables are gone, and what was not committed
}

// unseen is script without a look at what has changed.
func (x *explainer) unseen(lines []source.Line, now time.Time, tell func(source.Line, compile.Result)) {
	statements := make([]*parser.Statement, len(lines))
	for i, l := range lines {
		statements[i] = l.Statement
	}
	parser.ParseAll(statements)
	x.scripts = append(x.scripts, statements)
	x.session.Catalog().Clock = now
	x.program(lines, tell)
	x.session.Reconnect()
}

// program runs lines, those of a transaction block in a transaction. There a
// statement that fails undoes itself alone, so that those behind it are told of.
func (x *explainer) program(lines []source.Line, tell func(source.Line, compile.Result)) {
	for i, l := range lines {
		if begins := l.Block != 0 && (i == 0 || lines[i-1].Block != l.Block); begins {
			x.control("BEGIN")
			x.session.KeepGoing = true
		}
		r := x.session.Run(l.Statement)
		if ends := l.Block != 0 && (i+1 == len(lines) || lines[i+1].Block != l.Block); ends {
			if end := x.control("COMMIT"); r.Err == nil {
				r.Err = end.Err
			}
			x.session.KeepGoing = false
		}
		tell(l, r)
	}
}

// control runs a statement that no file has.
func (x *explainer) control(sql string) (r compile.Result) {
	for _, st := range parser.Split(sql) {
		r = x.session.Run(st)
	}
	return r
}

func (a *app) writeExplained(o explainOptions, x *explainer) error {
	if o.json {
		ds := append(x.problems, x.refusals()...)
		err := a.writeJSON(struct {
			Format      int              `json:"format"`
			OK          bool             `json:"ok"`
			Statements  []explained      `json:"statements"`
			Schema      *metadata.Schema `json:"schema"`
			Diagnostics []diag.Record    `json:"diagnostics"`
		}{1, !diag.HasErrors(ds), x.list, x.schema, diag.Records(ds, x.texts)})
		if err != nil {
			return outside(err)
		}
		return nil
	}
	if err := a.report(x.problems, x.texts); err != nil {
		return err
	}
	for _, e := range x.list {
		if _, err := fmt.Fprint(a.out, e.text(x.texts[e.File])); err != nil {
			return outside(err)
		}
	}
	return nil
}
