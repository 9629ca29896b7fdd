package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/history"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/source"
	"github.com/electric-cli/electric/status"
)

// verify compares what came out with what the compiler said would.
func (r *applyRun) verify(ctx context.Context) error {
	live, err := inspect(ctx, r.conn, r.target.bundle.Ground())
	if err != nil {
		return err
	}
	b := r.target.bundle
	scope := hash.Tables(b.Clients())
	if got := hash.Of(live, scope.Scope()); got != b.SchemaHash {
		return r.finish([]diag.Diagnostic{differs(b.Version, b.Schema.Schema, live, scope)})
	}
	r.conclude("the database is at version %s, schema %s", b.Version, b.SchemaHash)
	return r.finish(nil)
}

// differs warns of a database that is not what its version says.
func differs(version string, want, live *metadata.Schema, scope hash.Tables) diag.Diagnostic {
	d := diag.Warnf(diag.Span{}, "schema-differs", "the database differs from version %s, though all its migrations are applied", version)
	var lines []string
	for _, x := range status.DriftOf(want, live, scope) {
		lines = append(lines, x.String())
	}
	d.Detail = strings.Join(lines, "\n")
	d.Hint = "Somebody changed it by hand, or a migration does something else there: electric status shows it again."
	return d
}

// tellPlan is the dry run.
func (r *applyRun) tellPlan(pending []int, h *history.History) error {
	if r.options.json {
		list := []appliedMigration{}
		for _, i := range pending {
			m := r.project.migration(i)
			list = append(list, appliedMigration{Version: m.Version, File: m.File, Transactions: len(m.Units)})
		}
		return r.writeJSON(struct {
			Format      int                `json:"format"`
			OK          bool               `json:"ok"`
			WouldApply  []appliedMigration `json:"would_apply"`
			Diagnostics []diag.Record      `json:"diagnostics"`
		}{1, true, list, []diag.Record{}})
	}
	for _, i := range pending {
		m := r.project.migration(i)
		done := 0
		if part := h.Part(m.Version); part != nil {
			done = len(part.Done)
		}
		fmt.Fprintf(r.out, "%s (%s)\n", m.Path, planned(m.Units, done))
	}
	r.note("would apply %s; nothing was changed", count(len(pending), "migration"))
	return nil
}

// planned counts what would run of a migration.
func planned(units []source.Unit, done int) string {
	alone, statements := 0, 0
	for _, u := range units[done:] {
		statements += len(u.Statements)
		if u.Alone {
			alone++
		}
	}
	text := count(len(units)-done, "transaction") + ", " + count(statements, "statement")
	if alone > 0 {
		text += fmt.Sprintf(", %d of them outside of a transaction", alone)
	}
	if done > 0 {
		text += fmt.Sprintf("; %d transactions were applied before", done)
	}
	return text
}

// finish shows diagnostics, as JSON together with what was applied.
func (r *applyRun) finish(ds []diag.Diagnostic) error {
	ok := !diag.HasErrors(ds)
	if diag.Format(r.reportFormat) == diag.JSON {
		applied := r.applied
		if applied == nil {
			applied = []appliedMigration{}
		}
		if err := r.writeJSON(struct {
			Format      int                `json:"format"`
			OK          bool               `json:"ok"`
			Applied     []appliedMigration `json:"applied"`
			Diagnostics []diag.Record      `json:"diagnostics"`
		}{1, ok, applied, diag.Records(ds, r.project.input.Texts)}); err != nil {
			return outside(err)
		}
	} else if err := r.report(ds, r.project.input.Texts); err != nil {
		return err
	}
	if !ok {
		return wrongInput()
	}
	return nil
}

// progress shows, on a terminal, a line that the next one replaces.
func (r *applyRun) progress(format string, args ...any) {
	r.app.progress(fmt.Sprintf(format, args...))
}

func (r *applyRun) clearLine() { r.progress("") }
