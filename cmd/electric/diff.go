package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/compat"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/source"
)

type diffOptions struct {
	before, after string // "" for what is usual
	against       string
	mode          string
	rules         []string
	json          bool
}

func newDiffCmd(a *app) *cobra.Command {
	var o diffOptions
	cmd := &cobra.Command{
		Use:   "diff A [B]",
		Short: "Say what the change from A to B does to clients that still are on A",
		Long: `Compare two schemas, A the one that clients know and B the one of their server,
and say of each table whether those clients can still read (server to client)
and write (client to server).

A and B are each a folder of migrations, a bundle, a git revision (main, v1.2,
HEAD~1: its folder of migrations is compiled), REV:PATH as git writes it (another
folder or a bundle in a revision), or the postgres:// URL of a database; postgres://
alone is the one that DATABASE_URL, .env and the other settings name. Where a file
or folder has the name of a revision, the file or folder is meant. Without B it is
the configured folder of migrations, or the bundle where there is none.

The modes are those of Confluent's schema registry, a client's rows being data
of the old schema and the server's data of the new one:
  backward   what old clients write, the new server accepts
  forward    what the new server sends, old clients can read
  full       both (the default)
  none       everything is acceptable
With -transitive behind it, B is compared with every version up to A.

A change that is meant is allowed by a comment at its statement:
  -- electric:allow column-removed because no released app reads it

Exit status: 0 compatible, 1 not, in the mode asked for, or the input is wrong,
2 misuse of the command line, 3 the outside world failed.`,
		Example: `  electric migrate diff --against origin/main      # in CI: does this branch break clients?
  electric migrate diff v1.2 HEAD --mode forward
  electric migrate diff _electric/migrations postgres://     # is the database behind?`,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) > 2:
				return misuse("diff compares two schemas, not %d", len(args))
			case o.against != "" && len(args) > 1:
				return misuse("--against stands for A: name B alone besides")
			case o.against == "" && len(args) == 0:
				return misuse("diff asks for what to compare with: name A, or use --against REV")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.against == "" {
				o.before, args = args[0], args[1:]
			}
			if len(args) > 0 {
				o.after = args[0]
			}
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			return a.runDiff(cmd.Context(), c, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.against, "against", "", "git revision `REV` whose migrations are A")
	flags.StringVar(&o.mode, "mode", "full", "what must not break, a `MODE`: "+strings.Join(compat.ModeNames(), ", "))
	flags.StringArrayVar(&o.rules, "rule", nil, "set what a rule says: `NAME=VERDICT`, or NAME=reads=VERDICT")
	completes(cmd, "mode", compat.ModeNames())
	a.reportFlags(cmd, &o.json)
	return cmd
}

func (a *app) runDiff(ctx context.Context, c config.Config, o diffOptions) error {
	mode, err := compat.ParseMode(o.mode)
	if err != nil {
		return misuse("--mode: %v", err)
	}
	levels, err := parseRules(o.rules)
	if err != nil {
		return err
	}
	before, err := a.side(ctx, c, o.beforeName(c))
	if err != nil {
		return err
	}
	after, err := a.side(ctx, c, o.afterName(c))
	if err != nil {
		return err
	}
	d := diff{before: before, after: after, modeName: o.mode, mode: mode, levels: levels}
	if err := d.compare(); err != nil {
		return err
	}
	if err := a.writeDiff(&d); err != nil {
		return err
	}
	if !d.ok() {
		return wrongInput()
	}
	return nil
}

func parseRules(list []string) (compat.Levels, error) {
	levels := compat.Levels{}
	for _, r := range list {
		name, verdict, ok := strings.Cut(r, "=")
		if !ok {
			return nil, misuse("--rule %q: write NAME=VERDICT, the verdict being one of %s", r, strings.Join(compat.Verdicts, ", "))
		}
		if err := levels.Set(name, verdict); err != nil {
			return nil, misuse("--rule: %v", err)
		}
	}
	return levels, nil
}

func (o *diffOptions) beforeName(c config.Config) string {
	if o.against != "" {
		return o.against + ":./" + c.Migrations
	}
	return o.before
}

// afterName is B: without one the folder, without that the bundle.
func (o *diffOptions) afterName(c config.Config) string {
	if o.after != "" {
		return o.after
	}
	if _, err := os.Stat(c.Migrations); err != nil {
		if _, err := os.Stat(c.Out); err == nil {
			return c.Out
		}
	}
	return c.Migrations
}

// A diff is a comparison of two sides and what it came to.
type diff struct {
	before, after *side
	modeName      string
	mode          compat.Mode
	levels        compat.Levels

	report      compat.Report
	earlier     []earlier // of a transitive mode, oldest first
	diagnostics []diag.Diagnostic
	texts       diag.Texts
}

// An earlier is the comparison with a version before A.
type earlier struct {
	version string
	report  compat.Report
}

func (d *diff) compare() error {
	d.texts = diag.Texts{}
	d.before.clear(d.after)
	d.after.clear(d.before)
	d.report = d.check(d.before, true)
	if !d.mode.Transitive {
		return nil
	}
	prefixes, err := d.prefixes()
	if err != nil {
		return err
	}
	for _, p := range prefixes {
		d.earlier = append(d.earlier, earlier{p.label, d.check(p, false)})
	}
	return nil
}

// clear leaves out of a database what the other side's migrations build on.
func (s *side) clear(other *side) {
	if s.live && other.bundle != nil {
		s.schema = other.bundle.Ground().Without(s.schema)
	}
}

// check compares a side with B.
func (d *diff) check(before *side, last bool) compat.Report {
	newer, certain := d.after.newerThan(before)
	script := compat.ReadScript(newer, before.schema)
	o := compat.Options{
		BeforeClients: before.clientsBeside(d.after), AfterClients: d.after.clientsBeside(before),
		Levels: d.levels, Live: before.live || d.after.live,
	}
	if certain {
		o.Renames = script.Renames
	}
	r := compat.Check(before.schema, d.after.schema, o)
	problems := script.Apply(&r)
	if last {
		d.diagnostics = problems
	}
	for file, text := range script.Texts() {
		d.texts[file] = text
	}
	return r
}

// prefixes are the schemas of the versions before A, oldest first, those left out that changed nothing. The migrations
// run once more, and their schema is kept on the way.
func (d *diff) prefixes() (list []*side, err error) {
	setup, migrations, of := d.before.setup, d.before.migrations, d.before.bundle
	if migrations == nil {
		setup, migrations = d.after.setup, d.after.migrations
	}
	if migrations == nil || of == nil {
		return nil, misuse("--mode %s asks for the migrations: %s has none to recompile", d.modeName, d.before.label)
	}
	migrations = migrations[:min(len(migrations), len(of.Migrations))]
	for i, m := range migrations {
		if m.Version != of.Migrations[i].Version {
			return nil, failure{exitInput, fmt.Errorf("--mode %s: %s has version %s where %s has %s", d.modeName,
				d.before.label, of.Migrations[i].Version, d.after.label, m.Version)}
		}
	}
	kept := map[int]*side{}
	var trace compile.Trace
	trace.Each = func(i int, schema *metadata.Schema) {
		if i+1 < len(migrations) && of.Migrations[i].SchemaHash != of.Migrations[i+1].SchemaHash {
			s := &side{label: migrations[i].Version, schema: schema, recorded: checksums(of.Migrations[:i+1])}
			list, kept[i] = append(list, s), s
		}
	}
	if _, ds := compile.Migrations(migrations, compile.Options{Compiler: compilerName, Trace: &trace, Setup: setup}); diag.HasErrors(ds) {
		return nil, outside(fmt.Errorf("compile the versions up to %s: %s", of.Version, ds[0].Message))
	}
	for i, s := range kept {
		s.clients = compat.Clients(trace.Scopes[i])
	}
	return list, nil
}

// ok reports whether the mode accepts everything.
func (d *diff) ok() bool {
	if diag.HasErrors(d.diagnostics) || !d.mode.Accepts(&d.report) {
		return false
	}
	for i := range d.earlier {
		if !d.mode.Accepts(&d.earlier[i].report) {
			return false
		}
	}
	return true
}

// newerThan gives B's migrations that A has not, or has with another text. It is not certain which these are when A is a
// database that does not tell.
func (s *side) newerThan(before *side) (newer []source.Migration, certain bool) {
	for _, m := range s.migrations {
		if checksum, ok := before.recorded[m.Version]; !ok || checksum != m.File.Checksum {
			newer = append(newer, m)
		}
	}
	return newer, before.recorded != nil
}
