package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/shadow"
	"github.com/electric-cli/electric/source"
)

// private stands, as the value of --shadow, for a Postgres of its own.
const private = "private"

// shadowOptions are those of commands that may ask a scratch Postgres.
type shadowOptions struct {
	on string // "" for no; private; or the URL of a server
}

func (o *shadowOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.on, "shadow", "", "settle what cannot be decided without a server by running the files on a scratch Postgres: "+
		"a private one, or, with --shadow=URL, a database made and dropped on the server at this `URL` (postgres:// stands for the configured one)")
	cmd.Flags().Lookup("shadow").NoOptDefVal = private
}

// validate refuses what is no server. args are the command's: a URL among them
// was meant for the flag.
func (o *shadowOptions) validate(args []string) error {
	at := slices.IndexFunc(args, isAddress)
	switch {
	case o.on == private && at >= 0:
		return misuse("--shadow takes its URL behind an equals sign: --shadow=postgres://…")
	case o.on != "" && o.on != private && !isAddress(o.on):
		return misuse("--shadow=%s is no server: write --shadow alone for a private one, or --shadow=postgres://user@host/name", o.on)
	}
	return nil
}

func isAddress(text string) bool {
	return strings.HasPrefix(text, "postgres://") || strings.HasPrefix(text, "postgresql://") || strings.Contains(text, "host=")
}

// settle runs migrations; where they hang on what only a server knows and the
// user allows it, on a scratch Postgres. byServer says that the answer is its.
func (a *app) settle(ctx context.Context, c config.Config, o shadowOptions, list []source.Migration, co compile.Options) (b *bundle.Bundle, ds []diag.Diagnostic, byServer bool, err error) {
	b, ds = compile.Migrations(list, co)
	if o.on == "" || !shadow.Undecided(ds) {
		return b, ds, false, nil
	}
	so, err := a.shadowServer(c, o, undecided(ds))
	if err != nil {
		return nil, nil, true, err
	}
	if co.Trace != nil {
		*co.Trace = compile.Trace{Each: co.Trace.Each}
	}
	b, ds, err = shadow.Migrations(ctx, list, co, so)
	return b, ds, true, a.shadowFailure(err)
}

func undecided(ds []diag.Diagnostic) (n int) {
	for _, d := range ds {
		if d.Undecided {
			n++
		}
	}
	return n
}

// shadowServer says why a server is asked, about so many statements, and finds
// which.
func (a *app) shadowServer(c config.Config, o shadowOptions, doubts int) (so shadow.Options, err error) {
	a.note("%s cannot be decided without a server: a scratch Postgres runs the files", count(doubts, "statement"))
	so = shadow.Options{Progress: a.progress, Note: func(message string) { a.note("%s", message) }}
	if o.on != private {
		so.Named = true
		so.URL, _, err = a.databaseOf(c, o.on, "flag --shadow")
	}
	return so, err
}

// shadowFailure ends the line of progress, and the command if the world failed.
func (a *app) shadowFailure(err error) error {
	a.progress("")
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		err = database.ErrInterrupted
	}
	return outside(err)
}

// progress shows, on a terminal, a line that the next one replaces.
func (a *app) progress(message string) {
	if !a.quiet && a.terminal(a.err) {
		fmt.Fprint(a.err, "\r\x1b[K"+message)
	}
}
