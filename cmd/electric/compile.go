package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/platform"
	"github.com/electric-cli/electric/source"
)

type compileOptions struct {
	args     []string
	out      string
	stdout   bool
	check    bool
	watch    bool
	json     bool
	unmarked string
	setup    []string
	shadow   shadowOptions
	populateOptions
}

func newCompileCmd(a *app) *cobra.Command {
	var o compileOptions
	cmd := &cobra.Command{
		Use:   "compile [DIR|FILE…]",
		Short: "Compile SQL migrations into the bundle",
		Long: `Compile SQL migrations into the bundle, without a database. Every mistake that
Postgres would find is told, with its place; the bundle is written only when
there is none. Without arguments the configured folder is compiled.

` + exitHelp,
		Example: `  electric migrate compile schema/
  electric migrate compile --check          # in CI: is the committed bundle fresh?
  electric migrate compile --stdout | jq .schema
  electric migrate compile --shadow         # ask a scratch Postgres where the files alone do not tell`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.args = args
			if err := o.validate(); err != nil {
				return err
			}
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			o.settle(&c)
			if o.watch {
				return a.runWatch(cmd.Context(), c, o)
			}
			return a.compileAndPopulate(cmd.Context(), c, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&o.out, "out", "o", "", "the `FILE` to write the bundle to (default _electric/migrations)")
	flags.BoolVar(&o.stdout, "stdout", false, "write the bundle to stdout instead")
	flags.BoolVar(&o.check, "check", false, "write nothing; fail when the bundle is stale")
	flags.BoolVar(&o.watch, "watch", false, "compile again whenever a file changes")
	flags.StringVar(&o.unmarked, "unmarked", "", "`WHO` gets SQL outside of markers: "+strings.Join(source.UnmarkedValues, ", "))
	completes(cmd, "unmarked", source.UnmarkedValues)
	setupFlag(cmd, &o.setup)
	o.shadow.flags(cmd)
	o.populateOptions.flags(cmd)
	a.reportFlags(cmd, &o.json)
	return cmd
}

// setupFlag adds the flag of the commands that run SQL in memory.
func setupFlag(cmd *cobra.Command, setup *[]string) {
	cmd.Flags().StringArrayVar(setup, "setup", nil,
		"what the database holds before: a `FILE` of SQL to run first, or "+strings.Join(platform.Names(), ", ")+"; none for nothing")
	completes(cmd, "setup", append(platform.Names(), source.NoSetup))
}

func (o *compileOptions) validate() error {
	switch {
	case o.unmarked != "" && !slices.Contains(source.UnmarkedValues, o.unmarked):
		return misuse("--unmarked cannot be %q: write %s", o.unmarked, strings.Join(source.UnmarkedValues, ", "))
	case o.stdout && (o.check || o.watch || o.out != ""):
		return misuse("--stdout goes without --out, --check and --watch")
	case o.check && o.watch:
		return misuse("--check goes without --watch")
	}
	if o.shadow.on != "" && o.databaseURL != "" {
		return misuse("--shadow goes without --database-url")
	}
	return errors.Join(o.shadow.validate(o.args), o.populateOptions.validate(o.check || o.watch))
}

// settle fills in what the command line left to the configuration, and the
// configuration with what the command line says of the database.
func (o *compileOptions) settle(c *config.Config) {
	if len(o.setup) > 0 {
		c.Setup = o.setup
	}
	if o.out == "" {
		o.out = c.Out
	}
	if o.unmarked == "" {
		o.unmarked = string(c.Unmarked)
	}
	if len(o.args) == 0 {
		o.args = []string{c.Migrations}
	}
}

// A compiled is what a compile came to.
type compiled struct {
	summary     summary
	diagnostics []diag.Diagnostic
	data        []byte // the bundle; nil when there are errors, or when the file holds it
	byServer    bool   // a scratch Postgres said so: what it says tomorrow may be another thing
}

func (a *app) runCompile(ctx context.Context, c config.Config, o compileOptions) error {
	started := a.now()
	in := a.read(c, o.args, o.unmarked)
	slot := a.cacheSlot(in, o)
	if done, ok := slot.lookup(); ok {
		done.summary.Elapsed = a.now().Sub(started)
		return a.finish(o, done, in.Texts, "is up to date")
	}
	done, err := a.compile(ctx, c, in, o.shadow)
	if err != nil {
		return err
	}
	if diag.HasErrors(done.diagnostics) {
		return a.finish(o, done, in.Texts, "")
	}
	verb, err := a.deliver(ctx, o, &done, in)
	if err != nil {
		return err
	}
	if !diag.HasErrors(done.diagnostics) && !done.byServer {
		slot.store(done)
	}
	done.summary.Elapsed = a.now().Sub(started)
	return a.finish(o, done, in.Texts, verb)
}

// compile runs the migrations of in.
func (a *app) compile(ctx context.Context, c config.Config, in *source.Input, sh shadowOptions) (compiled, error) {
	migrations, setup := in.Migrations(), in.Setup()
	var done compiled
	if diag.HasErrors(in.Diagnostics) && len(migrations) == 0 {
		done.diagnostics = in.Diagnostics
		return done, nil
	}
	b, ds, byServer, err := a.settle(ctx, c, sh, migrations, compile.Options{Compiler: compilerName, Debug: a.debug(), Setup: setup})
	if err != nil {
		return done, err
	}
	done.byServer = byServer
	done.diagnostics = slices.Concat(in.Diagnostics, ds)
	if diag.HasErrors(done.diagnostics) {
		diag.Sort(done.diagnostics)
		return done, nil
	}
	done.summary = summarize(b)
	done.data = bundle.Encode(b)
	return done, nil
}

// deliver brings the bundle to where it was asked for, and says what became of
// the file.
func (a *app) deliver(ctx context.Context, o compileOptions, done *compiled, in *source.Input) (verb string, err error) {
	switch {
	case o.stdout:
		if _, err := a.out.Write(done.data); err != nil {
			return "", outside(fmt.Errorf("write the bundle: %w", err))
		}
		return "", nil
	case o.check:
		if stale, is := checkFresh(o.out, done.data, in); is {
			done.diagnostics = append(done.diagnostics, stale)
			return "", nil
		}
		return "is up to date", nil
	}
	written, err := bundle.WriteFile(ctx, o.out, done.data)
	switch {
	case errors.Is(err, bundle.ErrNewer):
		done.diagnostics = append(done.diagnostics, newerBundle(o.out, err))
		return "", nil
	case err != nil:
		return "", outside(err)
	case written:
		return "written", nil
	}
	return "is up to date", nil
}

// finish tells what a compile came to.
func (a *app) finish(o compileOptions, done compiled, texts diag.Texts, verb string) error {
	failed := diag.HasErrors(done.diagnostics)
	if err := a.reportCompile(o, done, texts); err != nil {
		return err
	}
	if failed {
		return wrongInput()
	}
	a.noteWarnings(done.summary)
	if verb != "" {
		a.note("%s %s: %s", filepath.ToSlash(o.out), verb, done.summary)
	} else {
		a.note("%s", done.summary)
	}
	return nil
}

// reportCompile shows the diagnostics; as JSON, together with the summary.
func (a *app) reportCompile(o compileOptions, done compiled, texts diag.Texts) error {
	if o.stdout {
		a.out = a.err // stdout is the bundle's
	}
	if diag.Format(a.reportFormat) != diag.JSON {
		return a.report(done.diagnostics, texts)
	}
	report := struct {
		Format      int           `json:"format"`
		OK          bool          `json:"ok"`
		Diagnostics []diag.Record `json:"diagnostics"`
		Summary     *summary      `json:"summary"`
	}{1, !diag.HasErrors(done.diagnostics), diag.Records(done.diagnostics, texts), &done.summary}
	if !report.OK {
		report.Summary = nil
	}
	if err := a.writeJSON(report); err != nil {
		return outside(err)
	}
	return nil
}

// checkFresh compares the bundle at path with what it should be.
func checkFresh(path string, data []byte, in *source.Input) (stale diag.Diagnostic, is bool) {
	span := diag.WholeFile(filepath.ToSlash(path))
	old, err := os.ReadFile(path)
	if err == nil && string(old) == string(data) {
		return stale, false
	}
	stale = diag.Errorf(span, "stale-bundle", "is stale")
	stale.Hint = "Run electric migrate compile and commit the bundle."
	before, readErr := bundle.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		stale = diag.Errorf(span, "no-bundle", "does not exist")
		stale.Hint = "Run electric migrate compile and commit the bundle."
	case errors.Is(readErr, bundle.ErrNewer):
		return newerBundle(path, readErr), true
	case readErr != nil:
		stale.Detail = readErr.Error()
	default:
		stale.Related = staleFiles(before, in)
		if len(stale.Related) == 0 {
			stale.Detail = fmt.Sprintf("No file changed since: it was made by %s or with other settings.", before.Compiler)
		}
	}
	return stale, true
}

// staleFiles names the files that a bundle does not hold as they are.
func staleFiles(before *bundle.Bundle, in *source.Input) (notes []diag.Note) {
	old := map[string]string{}
	var files []string // in order
	note := func(file, checksum string) {
		old[file] = checksum
		files = append(files, file)
	}
	if before.Setup != nil {
		for _, f := range before.Setup.Files {
			note(f.File, f.Checksum)
		}
	}
	for _, m := range before.Migrations {
		note(m.File, m.Checksum)
	}
	paths := slices.Concat(in.SetupPaths(), in.Paths())
	for i, f := range slices.Concat(in.SetupFiles(), in.Files()) {
		path := paths[i]
		checksum, known := old[path]
		delete(old, path)
		switch {
		case !known:
			notes = append(notes, diag.Note{Span: diag.WholeFile(f.Path), Message: "is new"})
		case checksum != f.Checksum:
			notes = append(notes, diag.Note{Span: diag.WholeFile(f.Path), Message: "changed"})
		}
	}
	for _, file := range files {
		if _, gone := old[file]; gone {
			notes = append(notes, diag.Note{Span: diag.WholeFile(file), Message: "is gone"})
		}
	}
	return notes
}
