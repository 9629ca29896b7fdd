package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/source"
)

type listOptions struct {
	args []string
	json bool
}

func newListCmd(a *app) *cobra.Command {
	var o listOptions
	cmd := &cobra.Command{
		Use:   "list [DIR|FILE…]",
		Short: "List the migrations in the order they run",
		Long: `List the migrations in the order they run, with version, name, file and how many
transactions and statements clients get of them.

` + exitHelp,
		Example: `  electric migrate list
  electric migrate list --json | jq -r '.migrations[-1].version'`,
		RunE: func(_ *cobra.Command, args []string) error {
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			o.args = args
			return a.runList(c, o)
		},
	}
	cmd.Flags().BoolVar(&o.json, "json", false, "as JSON")
	return cmd
}

// A listed is one line of the list.
type listed struct {
	Version    string `json:"version"`
	Name       string `json:"name"`
	File       string `json:"file"`
	Checksum   string `json:"checksum"`
	Blocks     int    `json:"blocks"`            // marked transactions
	Client     int    `json:"client_statements"` // statements that clients get
	ServerOnly int    `json:"server_statements"` // those they do not
}

func (a *app) runList(c config.Config, o listOptions) error {
	in := a.read(c, o.args, string(c.Unmarked))
	list := []listed{}
	for _, m := range in.Migrations() {
		list = append(list, describe(m))
	}
	if err := a.tellList(list, in, o.json); err != nil {
		return err
	}
	if diag.HasErrors(in.Diagnostics) {
		return wrongInput()
	}
	return nil
}

// tellList writes the list, and what is wrong with the files.
func (a *app) tellList(list []listed, in *source.Input, asJSON bool) error {
	var err error
	if asJSON {
		err = a.writeJSON(struct {
			Format      int           `json:"format"`
			OK          bool          `json:"ok"`
			Migrations  []listed      `json:"migrations"`
			Diagnostics []diag.Record `json:"diagnostics"`
		}{1, !diag.HasErrors(in.Diagnostics), list, diag.Records(in.Diagnostics, in.Texts)})
	} else {
		if err := a.report(in.Diagnostics, in.Texts); err != nil {
			return err
		}
		err = a.writeList(list)
	}
	if err != nil {
		return outside(err)
	}
	return nil
}

func (a *app) writeList(list []listed) error {
	width := 0
	for _, l := range list {
		width = max(width, len(l.Version))
	}
	for _, l := range list {
		if _, err := fmt.Fprintf(a.out, "%-*s  %s  (%s)\n", width, l.Version, l.File, l.counts()); err != nil {
			return err
		}
	}
	return nil
}

func (l listed) counts() string {
	s := count(l.Client, "statement")
	if l.Blocks > 0 {
		s = count(l.Blocks, "block") + ", " + s
	}
	if l.ServerOnly > 0 {
		s += fmt.Sprintf(", %d for the server alone", l.ServerOnly)
	}
	return s
}

// count writes a number and its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func describe(m source.Migration) listed {
	l := listed{Version: m.Version, Name: m.Name, File: m.Path, Checksum: m.File.Checksum}
	for _, s := range m.Sections {
		if s.Marked {
			l.Blocks++
		}
		if s.Client {
			l.Client += len(s.Statements)
		} else {
			l.ServerOnly += len(s.Statements)
		}
	}
	return l
}

// read finds the migrations that a command line names, or the configured ones.
func (a *app) read(c config.Config, args []string, unmarked string) *source.Input {
	if len(args) == 0 {
		args = []string{c.Migrations}
	}
	wd, _ := os.Getwd() // without it, absolute paths are shortened
	return source.Read(args, source.Options{Unmarked: source.Unmarked(unmarked), WorkingDir: wd, Setup: c.Setup})
}

// writeJSON writes v to stdout, readable.
func (a *app) writeJSON(v any) error {
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
