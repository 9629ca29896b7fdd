package main

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/platform"
)

// prepare makes of a private database that is new what the migrations expect to
// find, and gives the extensions of the platform that its server lacks. In a
// database that is named the platform has done it.
func (d *dev) prepare(ctx context.Context, p *project) (lacks map[string]bool, err error) {
	if d.private == nil {
		return nil, nil
	}
	conn, err := d.connect(ctx, d.url) // one of its own: what it sets for sessions is for later ones
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing more is asked of it
	if lacks, err = database.Lacking(ctx, conn, p.offered()); err != nil {
		return nil, err
	}
	ran, err := database.ReadSetup(ctx, conn)
	want := database.SetupDigest(p.setup)
	if err != nil || ran == want {
		return lacks, err
	}
	h, err := database.ReadHistory(ctx, conn)
	if err != nil {
		return nil, err
	}
	if ran == "" && len(h.Rows) == 0 && len(h.Progress) == 0 {
		return lacks, d.runSetup(ctx, conn, p)
	}
	if d.otherSetup != want {
		d.otherSetup = want
		d.note("the private database was made with another setup: start it over with electric dev --reset")
	}
	return lacks, nil
}

// runSetup runs the setup. What the server refuses is told as of a migration.
func (d *dev) runSetup(ctx context.Context, conn *pgx.Conn, p *project) error {
	script, err := database.RunSetup(ctx, conn, p.setup)
	if err != nil {
		return err
	}
	if len(script.Diagnostics) > 0 {
		if err := d.report(script.Diagnostics, script.Texts); err != nil {
			return err
		}
	}
	if diag.HasErrors(script.Diagnostics) {
		d.note("the private database is not set up: nothing of %s remains", p.setupNames())
		return wrongInput()
	}
	d.note("set up the private database: %s (%s)", p.setupNames(), count(script.Statements, "statement"))
	return nil
}

// offered are the extensions of the platform that the setup is.
func (p *project) offered() map[string]string {
	for _, m := range p.setup {
		if known, ok := platform.Find(m.Path); ok {
			return known.Extensions
		}
	}
	return nil
}

// setupNames names the setup's files.
func (p *project) setupNames() string {
	var names []string
	for _, m := range p.setup {
		names = append(names, m.Path)
	}
	return strings.Join(names, ", ")
}
