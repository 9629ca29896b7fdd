package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/history"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/status"
)

// populateOptions are compile's for a database that was migrated by other means.
type populateOptions struct {
	databaseURL string
	at          string
}

func (o *populateOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.databaseURL, "database-url", "",
		"also record in the database at this `URL`, migrated by other means, the versions that its catalog proves")
	cmd.Flags().StringVar(&o.at, "at", "", "with --database-url: which `VERSION` it is, of those that the catalog cannot tell apart")
}

func (o *populateOptions) validate(readOnly bool) error {
	switch {
	case o.at != "" && o.databaseURL == "":
		return misuse("--at goes with --database-url")
	case o.databaseURL != "" && readOnly:
		return misuse("--database-url goes without --check and --watch")
	}
	return nil
}

// compileAndPopulate compiles, and records in a database what it is proven to be.
func (a *app) compileAndPopulate(ctx context.Context, c config.Config, o compileOptions) error {
	if err := a.runCompile(ctx, c, o); err != nil || o.databaseURL == "" {
		return err
	}
	p, err := a.compileProject(c, o.args, o.unmarked)
	if err != nil {
		return err
	}
	url, ok, err := a.databaseURL(c, o.databaseURL)
	if err != nil {
		return err
	}
	if !ok {
		return noDatabase()
	}
	return worldOr(a.populate(ctx, p, url, o.at))
}

// populate finds the version of a database and records it, and those before it.
func (a *app) populate(ctx context.Context, p *project, url, at string) error {
	conn, err := a.connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := database.Lock(ctx, conn, func(holder string) {
		a.note("an apply is at work on this database, %s: waiting for it", holder)
	}); err != nil {
		return err
	}
	h, err := database.ReadHistory(ctx, conn)
	if err != nil {
		return err
	}
	live, err := inspect(ctx, conn, p.bundle.Ground())
	if err != nil {
		return err
	}
	last, problems := a.prove(p, live, h, at)
	if len(problems) > 0 {
		if err := a.report(problems, p.input.Texts); err != nil {
			return err
		}
		return wrongInput()
	}
	var missing []bundle.Migration
	for _, m := range p.bundle.Migrations[:last+1] {
		if h.Row(m.Version) == nil {
			missing = append(missing, m)
		}
	}
	if len(missing) == 0 {
		a.note("database %s is at version %s, as recorded", database.Address(conn), p.bundle.Migrations[last].Version)
		return nil
	}
	if err := database.EnsureTables(ctx, conn); err != nil {
		return err
	}
	if err := database.Populate(ctx, conn, missing, compilerName); err != nil {
		return err
	}
	a.note("database %s is at version %s: recorded %s", database.Address(conn), p.bundle.Migrations[last].Version, count(len(missing), "version"))
	return nil
}

// prove finds the one version that a catalog is of.
func (a *app) prove(p *project, live *metadata.Schema, h *history.History, chosen string) (at int, problems []diag.Diagnostic) {
	standing := history.Compare(h, p.history())
	problems = append(status.RecordProblems(h), standing.Problems...)
	for _, part := range h.Progress {
		problems = append(problems, withHint(diag.Errorf(diag.Span{}, "migration-unfinished", "migration %s is applied in part", part.Version),
			"Run electric migrate apply to finish it."))
	}
	if len(problems) > 0 {
		return 0, problems
	}
	place := status.Locate(live, p.versions())
	if len(place.Versions) == 0 {
		return 0, []diag.Diagnostic{p.noVersion(live)}
	}
	candidates := p.narrow(live, place.Versions)
	if chosen != "" {
		candidates = slices.DeleteFunc(slices.Clone(candidates), func(i int) bool { return p.bundle.Migrations[i].Version != chosen })
	}
	switch len(candidates) {
	case 0:
		return 0, []diag.Diagnostic{withHint(diag.Errorf(diag.Span{}, "not-proven", "the database is not at version %s: its catalog is that of %s",
			chosen, strings.Join(place.VersionNames(), " or ")), "Leave --at away, or give it one of these.")}
	case 1:
		if at = candidates[0]; at < standing.Last {
			return 0, []diag.Diagnostic{withHint(diag.Errorf(diag.Span{}, "not-proven",
				"the database is at version %s, but version %s is recorded in it", p.bundle.Migrations[at].Version, p.bundle.Migrations[standing.Last].Version),
				"Somebody took changes back by hand: see electric status.")}
		}
		return at, nil
	}
	return 0, []diag.Diagnostic{p.ambiguous(candidates)}
}

func withHint(d diag.Diagnostic, hint string) diag.Diagnostic {
	d.Hint = hint
	return d
}

// narrow leaves, of versions that have the same hash, those that the rest of the
// catalog fits best: functions, views, triggers and the like are not hashed.
func (p *project) narrow(live *metadata.Schema, candidates []int) (best []int) {
	if len(candidates) == 1 {
		return candidates
	}
	fewest := -1
	for _, i := range candidates {
		short := p.prefix(i + 1)
		n := 0
		for _, d := range status.Differences(short.bundle.Schema.Schema, live, hash.Tables(short.bundle.Clients())) {
			if !d.OnlyNew || p.makes(d.What) {
				n++
			}
		}
		switch {
		case fewest < 0 || n < fewest:
			fewest, best = n, []int{i}
		case n == fewest:
			best = append(best, i)
		}
	}
	return best
}

// makes reports whether an object that only the database has is one that a later
// migration makes: else it is somebody else's and tells nothing.
func (p *project) makes(what string) bool {
	empty := &metadata.Schema{}
	return slices.ContainsFunc(metadata.Diff(p.bundle.Schema.Schema, empty), func(d metadata.Difference) bool { return d.Path == what })
}

// noVersion tells in what a catalog differs from the version it is nearest to.
func (p *project) noVersion(live *metadata.Schema) diag.Diagnostic {
	nearest, list := -1, []status.Drift(nil)
	for i := len(p.migrations) - 1; i >= 0 && i >= len(p.migrations)-nearestTries; i-- {
		short := p.prefix(i + 1)
		scope := hash.Tables(short.bundle.Clients())
		drift := status.DriftOf(short.bundle.Schema.Schema, live, scope)
		drift = append(drift, unexpected(p, short, live)...)
		if nearest < 0 || len(drift) < len(list) {
			nearest, list = i, drift
		}
	}
	d := diag.Errorf(diag.Span{}, "no-version", "the catalog of the database is that of none of the versions: nothing was recorded")
	d.Hint = "Bring it to a version by hand, then run this again; electric status shows the same differences."
	if nearest < 0 {
		return d
	}
	lines := []string{fmt.Sprintf("It is nearest to version %s (%s), from which it differs in:", p.bundle.Migrations[nearest].Version, p.migrations[nearest].File.Path)}
	for _, x := range list {
		lines = append(lines, x.String())
	}
	d.Detail = strings.Join(lines, "\n")
	return d
}

// nearestTries is how many of the newest versions are compared in full to find
// the nearest.
const nearestTries = 50

// unexpected are tables that another version knows and the database has.
func unexpected(p, short *project, live *metadata.Schema) (list []status.Drift) {
	scope, others := short.bundle.Clients(), map[[2]string]bool{}
	for _, s := range p.trace.Scopes {
		for name := range s {
			if _, known := scope[name]; !known {
				others[name] = true
			}
		}
	}
	for i := range live.Tables {
		t := &live.Tables[i]
		if others[[2]string{t.Schema, t.Name}] {
			list = append(list, status.Drift{Table: t.Schema + "." + t.Name, What: "table " + t.Schema + "." + t.Name, Live: "exists", Counts: true})
		}
	}
	return list
}

// ambiguous refuses to choose between versions that a catalog cannot tell apart.
func (p *project) ambiguous(candidates []int) diag.Diagnostic {
	var names []string
	for _, i := range candidates {
		names = append(names, p.bundle.Migrations[i].Version)
	}
	d := diag.Errorf(diag.Span{}, "not-proven", "the catalog cannot tell versions %s apart: nothing was recorded", strings.Join(names, " and "))
	for _, i := range candidates[1:] {
		d.Related = append(d.Related, diag.Note{Span: diag.WholeFile(p.migrations[i].File.Path), Message: "changes nothing that a catalog shows, only rows perhaps"})
	}
	d.Hint = fmt.Sprintf("Say which it is: --at %s when all of them have run, --at %s when only the first has.", names[len(names)-1], names[0])
	return d
}
