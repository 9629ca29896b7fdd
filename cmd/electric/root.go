package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/diag"
)

func newRootCmd(a *app) *cobra.Command {
	root := group(&cobra.Command{
		Use:   "electric",
		Short: "Compile, check and share the SQL schema of a local-first app",
		Long: `electric compiles plain SQL migrations into one bundle that servers and clients
share. It needs no database: it knows what Postgres would say.

` + exitHelp,
		Example: `  electric init                    # a first migration
  electric migrate compile         # migrations → bundle
  electric status                  # is everything on one schema?`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version,
	})
	flags := root.PersistentFlags()
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "show errors alone")
	flags.BoolVarP(&a.loud, "verbose", "v", false, "show reasons as well")
	flags.StringVar(&a.colour, "color", "auto", "use colour `WHEN`: auto, always or never")
	flags.StringVar(&a.configPath, "config", config.File, "configuration `FILE`")
	completes(root, "color", []string{"auto", "always", "never"})
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if !slices.Contains([]string{"auto", "always", "never"}, a.colour) {
			return misuse("--color cannot be %q: write auto, always or never", a.colour)
		}
		return nil
	}
	root.AddCommand(newMigrateCmd(a), newInitCmd(a), newVersionCmd(a), newStatusCmd(a), newInfoCmd(a), newConfigCmd(a), newDaemonCmd(a), newDevCmd(a))
	polish(root)
	return root
}

func newMigrateCmd(a *app) *cobra.Command {
	cmd := group(&cobra.Command{
		Use:   "migrate",
		Short: "Work on the SQL migrations",
		Long: `Work on the SQL migrations: write, list, check and compile them without a database,
apply them to one, and say what a change does to clients.

` + exitHelp,
		Example: `  electric migrate new "add songs"
  electric migrate compile
  electric migrate diff --against origin/main`,
	})
	cmd.AddCommand(newCompileCmd(a), newApplyCmd(a), newNewCmd(a), newListCmd(a), newExplainCmd(a), newDiffCmd(a))
	return cmd
}

// reportFlags adds the flags of a command that reports diagnostics.
func (a *app) reportFlags(cmd *cobra.Command, asJSON *bool) {
	var names []string
	for _, f := range diag.Formats {
		names = append(names, string(f))
	}
	cmd.Flags().StringVar(&a.reportFormat, "format", string(diag.Text), "diagnostics in this `FORMAT`: "+strings.Join(names, ", "))
	cmd.Flags().BoolVar(asJSON, "json", false, "short for --format=json")
	completes(cmd, "format", names)
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if *asJSON {
			a.reportFormat = string(diag.JSON)
		}
		if !slices.Contains(names, a.reportFormat) {
			return misuse("--format cannot be %q: write %s", a.reportFormat, strings.Join(names, ", "))
		}
		return nil
	}
}

// report shows diagnostics: text on stderr, the formats that programs read on
// stdout. --quiet leaves the errors.
func (a *app) report(ds []diag.Diagnostic, texts diag.Texts) error {
	if a.seen != nil {
		a.seen(ds, texts)
	}
	if a.quiet {
		ds = slices.DeleteFunc(slices.Clone(ds), func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
	}
	o := diag.Options{Format: diag.Format(a.reportFormat), Version: version}
	w := a.out
	if o.Format == diag.Text || o.Format == "" {
		w = a.err
		o.Colour = a.colours(w)
	}
	if err := diag.Write(w, ds, texts, o); err != nil {
		return outside(fmt.Errorf("write diagnostics: %w", err))
	}
	return nil
}

// colours reports whether text for w is coloured.
func (a *app) colours(w io.Writer) bool {
	switch a.colour {
	case "always":
		return true
	case "never":
		return false
	}
	return a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb" && a.terminal(w)
}

// note tells people something on stderr.
func (a *app) note(format string, args ...any) {
	if a.noted != nil {
		a.noted(fmt.Sprintf(format, args...))
	}
	if !a.quiet {
		fmt.Fprintf(a.err, format+"\n", args...)
	}
}

// configExists refuses a file that was named and is not there.
func (a *app) configExists() error {
	if _, err := os.Stat(a.configPath); err != nil && a.configPath != config.File {
		d := diag.Errorf(diag.WholeFile(filepath.ToSlash(a.configPath)), "no-such-file", "does not exist or cannot be read")
		d.Hint = "It is what --config names; without that flag " + config.File + " is read, where there is one."
		return a.refuse(d)
	}
	return nil
}

// loadConfig reads electric.yaml. Its mistakes are shown and end the command.
func (a *app) loadConfig() (config.Config, error) {
	if err := a.configExists(); err != nil {
		return config.Config{}, err
	}
	c, ds, texts := config.Load(a.configPath)
	if len(ds) == 0 {
		return c, nil
	}
	return c, errors.Join(a.report(ds, texts), wrongInput())
}
