package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/shadow"
	"github.com/electric-cli/electric/source"
)

type explainOptions struct {
	files  []string
	setup  []string
	json   bool
	hash   bool
	shadow shadowOptions
}

func newExplainCmd(a *app) *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain FILE…",
		Short: "Say what each statement does, or why Postgres would refuse it",
		Long: `Run files as psql would, statement by statement in autocommit and going on after
errors, on a fresh in-memory database; say of each statement what it changes or
why Postgres would refuse it.

` + exitHelp,
		Example: `  electric migrate explain schema/1749530140_create_songs.sql
  electric migrate explain --setup before.sql change.sql
  electric migrate explain --hash schema/*.sql > schema.txt     # two of these can be diffed`,
		Args: arguments(1, math.MaxInt, "at least one FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.files = args
			if err := o.shadow.validate(args); err != nil {
				return err
			}
			return a.runExplain(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.json, "json", false, "as JSON, with the schema at the end")
	flags.StringArrayVar(&o.setup, "setup", nil, "a `FILE` to run first, in a session of its own")
	o.shadow.flags(cmd)
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

func (a *app) runExplain(ctx context.Context, o explainOptions) error {
	x := explainer{session: compile.New(), texts: diag.Texts{}, list: []explained{}}
	x.session.TellChanges = true
	x.session.Debug = a.debug()
	for _, path := range o.setup {
		x.run(path, func(_ source.Line, r compile.Result) { x.undecided(r.Err) })
	}
	for _, path := range o.files {
		x.run(path, x.note)
	}
	x.schema = x.session.Metadata()
	if o.shadow.on != "" && x.doubts > 0 {
		if err := a.settleExplained(ctx, o.shadow, &x); err != nil {
			return err
		}
	}
	if err := a.report(x.problems, x.texts); err != nil {
		return err
	}
	if err := a.writeExplained(o, &x); err != nil {
		return outside(err)
	}
	if x.absent && len(o.setup) == 0 && !o.json {
		a.note("explain begins with an empty database: name the files that come before as well, or give them with --setup")
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
	absent   bool                  // something that a statement names is not there
	scripts  [][]*parser.Statement // all that ran; those of list come last
	doubts   int                   // statements that only a server can tell of
	schema   *metadata.Schema
}

// absent are the SQLSTATEs of what is not there: schema, table, function, type.
var absent = []string{"3F000", "42P01", "42883", "42704"}

// run runs a script in a session of its own.
func (x *explainer) run(path string, tell func(source.Line, compile.Result)) {
	lines, texts, problems := source.Script(path)
	maps.Copy(x.texts, texts)
	x.problems = append(x.problems, problems...)
	statements := make([]*parser.Statement, len(lines))
	for i, l := range lines {
		statements[i] = l.Statement
	}
	parser.ParseAll(statements)
	x.scripts = append(x.scripts, statements)
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
	e.answer(s, r.Err)
	if x.undecided(r.Err) {
		e.Hint = strings.TrimSpace(e.Hint + " " + compile.ShadowHint)
	}
	x.refused = x.refused || !e.OK
	x.absent = x.absent || r.Err != nil && slices.Contains(absent, r.Err.Code)
	x.list = append(x.list, e)
}

// undecided counts what only a server can tell.
func (x *explainer) undecided(err *pgerr.Error) bool {
	if err == nil || !compile.Undecided(err) {
		return false
	}
	x.doubts++
	return true
}

// answer notes what Postgres holds against a statement; nil for nothing.
func (e *explained) answer(s *parser.Statement, err *pgerr.Error) {
	e.OK, e.SQLState, e.Message, e.Position, e.Detail, e.Hint = err == nil, nil, nil, nil, "", ""
	if err == nil {
		return
	}
	e.SQLState, e.Message, e.Detail, e.Hint = &err.Code, &err.Message, err.Detail, err.Hint
	if err.Position >= 0 {
		p := utf8.RuneCountInString(s.Text[:min(err.Position, len(s.Text))]) + 1
		e.Position = &p
	}
}

// settleExplained takes a scratch Postgres's word for every statement. What those
// change that only it understands is seen in the schema alone.
func (a *app) settleExplained(ctx context.Context, o shadowOptions, x *explainer) error {
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	so, err := a.shadowServer(c, o, x.doubts)
	if err != nil {
		return err
	}
	answers, schema, err := shadow.Explain(ctx, x.scripts, so)
	if err = a.shadowFailure(err); err != nil {
		return err
	}
	x.schema, x.refused = schema, false
	statements, verdicts := slices.Concat(x.scripts...), slices.Concat(answers...)
	before := len(statements) - len(x.list) // those of --setup
	for i := range x.list {
		e, verdict := &x.list[i], verdicts[before+i]
		if e.answer(statements[before+i], verdict); verdict != nil {
			e.Changes, x.refused = []string{}, true
		}
	}
	return nil
}

func (a *app) writeExplained(o explainOptions, x *explainer) error {
	switch {
	case o.hash:
		for _, e := range x.list { // a schema without them is another one
			if !e.OK {
				fmt.Fprint(a.err, e.text(x.texts[e.File]))
			}
		}
		_, err := fmt.Fprintf(a.out, "%s\n%s", hash.Of(x.schema, hash.Scope{}), hash.Text(x.schema, hash.Scope{}))
		return err
	case o.json:
		e := json.NewEncoder(a.out)
		e.SetEscapeHTML(false)
		return e.Encode(struct {
			Statements []explained      `json:"statements"`
			Schema     *metadata.Schema `json:"schema"`
		}{x.list, x.schema})
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
