package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/platform"
	"github.com/electric-cli/electric/source"
)

type explainOptions struct {
	files []string
	setup []string
	json  bool
	hash  bool
}

func newExplainCmd(a *app) *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain FILE…",
		Short: "Say what each statement does, or why Postgres would refuse it",
		Long: `Run files as psql would, statement by statement in autocommit and going on after
errors, on a fresh in-memory database that holds what the setup says; say of each
statement what it changes or why Postgres would refuse it.

` + exitHelp,
		Example: `  electric migrate explain schema/1749530140_create_songs.sql
  electric migrate explain --setup before.sql change.sql
  electric migrate explain --hash schema/*.sql > schema.txt     # two of these can be diffed`,
		Args: arguments(1, math.MaxInt, "at least one FILE"),
		RunE: func(_ *cobra.Command, args []string) error {
			o.files = args
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			if len(o.setup) == 0 {
				o.setup = c.Setup
			}
			if p, _, ok := source.Recognized(args); ok && len(o.setup) == 0 {
				o.setup = []string{p.Name}
			}
			return a.runExplain(o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.json, "json", false, "as JSON, with the schema at the end")
	setupFlag(cmd, &o.setup)
	flags.BoolVar(&o.hash, "hash", false, "print the text that the schema hash is made of")
	return cmd
}

// An explained is what became of one statement.
type explained struct {
	N        int      `json:"n"`
	File     string   `json:"file"`
	Offset   int      `json:"offset"` // its first byte
	End      int      `json:"end"`    // its semicolon's
	Kind     string   `json:"kind"`
	OK       bool     `json:"ok"`
	SQLState *string  `json:"sqlstate"`
	Message  *string  `json:"message"`
	Position *int     `json:"position"` // characters from the statement's start, from 1
	Detail   string   `json:"detail,omitempty"`
	Hint     string   `json:"hint,omitempty"`
	Changes  []string `json:"changes"`
}

func (a *app) runExplain(o explainOptions) error {
	x := explainer{session: compile.New(), texts: diag.Texts{}, list: []explained{}}
	x.session.TellChanges = true
	x.session.Debug = a.debug()
	x.prepare(o.setup)
	for _, path := range o.files {
		x.run(source.Script, path, x.note)
	}
	if err := a.report(x.problems, x.texts); err != nil {
		return err
	}
	if err := a.writeExplained(o, &x); err != nil {
		return outside(err)
	}
	if len(x.problems) > 0 || x.refused {
		return wrongInput()
	}
	return nil
}

// An explainer runs scripts and keeps what became of their statements.
type explainer struct {
	session  *compile.Session
	texts    diag.Texts
	problems []diag.Diagnostic
	list     []explained
	refused  bool
	hint     bool // what a platform makes is told
}

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
		x.run(source.SetupScript, name, func(source.Line, compile.Result) {})
	}
	x.session.Preparing = false
	x.session.BeginPrepared()
}

// run runs a script in a session of its own.
func (x *explainer) run(read func(string) ([]source.Line, diag.Texts, []diag.Diagnostic), path string, tell func(source.Line, compile.Result)) {
	lines, texts, problems := read(path)
	maps.Copy(x.texts, texts)
	x.problems = append(x.problems, problems...)
	statements := make([]*parser.Statement, len(lines))
	for i, l := range lines {
		statements[i] = l.Statement
	}
	parser.ParseAll(statements)
	for _, l := range lines {
		tell(l, x.session.Run(l.Statement))
	}
	x.session.Reconnect()
}

func (x *explainer) note(l source.Line, r compile.Result) {
	s := l.Statement
	e := explained{N: len(x.list) + 1, File: l.File.Path, Offset: s.Offset, End: s.End, Kind: s.Kind(), OK: r.Err == nil, Changes: r.Changes}
	if e.Changes == nil {
		e.Changes = []string{}
	}
	if err := r.Err; err != nil {
		x.refused = true
		e.SQLState, e.Message, e.Detail, e.Hint = &err.Code, &err.Message, err.Detail, err.Hint
		if hint := compile.MissingHint(err); hint != "" && x.hint {
			e.Hint = hint
		}
		if err.Position >= 0 {
			p := utf8.RuneCountInString(s.Text[:min(err.Position, len(s.Text))]) + 1
			e.Position = &p
		}
	}
	x.list = append(x.list, e)
}

func (a *app) writeExplained(o explainOptions, x *explainer) error {
	switch {
	case o.hash:
		schema := x.session.Metadata()
		_, err := fmt.Fprintf(a.out, "%s\n%s", hash.Of(schema, hash.Scope{}), hash.Text(schema, hash.Scope{}))
		return err
	case o.json:
		e := json.NewEncoder(a.out)
		e.SetEscapeHTML(false)
		return e.Encode(struct {
			Statements []explained      `json:"statements"`
			Schema     *metadata.Schema `json:"schema"`
		}{x.list, x.session.Metadata()})
	}
	for _, e := range x.list {
		if _, err := fmt.Fprint(a.out, e.text(x.texts[e.File])); err != nil {
			return err
		}
	}
	return nil
}

// text shows a statement on a line, and below it what it changes or why not.
func (e explained) text(source string) string {
	var b strings.Builder
	p := diag.PositionOf(source, e.Offset)
	verdict := "ok"
	if !e.OK {
		verdict = *e.SQLState
	}
	fmt.Fprintf(&b, "%s:%d:%d: %s: %s\n", e.File, p.Line, p.Column, verdict, e.Kind)
	if !e.OK {
		fmt.Fprintf(&b, "    %s\n", *e.Message)
	}
	for _, line := range []string{e.Detail, e.Hint} {
		if line != "" {
			fmt.Fprintf(&b, "    %s\n", line)
		}
	}
	for _, c := range e.Changes {
		fmt.Fprintf(&b, "    %s\n", c)
	}
	return b.String()
}
