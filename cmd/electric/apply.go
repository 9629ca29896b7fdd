package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/history"
	"github.com/electric-cli/electric/status"
)

type applyOptions struct {
	args        []string
	url         string
	to          string
	dryRun      bool
	json        bool
	lockTimeout time.Duration
	shadow      shadowOptions
}

func newApplyCmd(a *app) *cobra.Command {
	var o applyOptions
	cmd := &cobra.Command{
		Use:   "apply [DIR|FILE…]",
		Short: "Apply pending migrations to a database",
		Long: `Apply pending migrations to a database, in order. The files are compiled first:
nothing is applied while there is a mistake in them. Each transaction block is one
transaction of the server, recorded in _electric.schema_versions with the last one
of its migration; whatever stops it, what is recorded is what was done, and the
next apply goes on from there. Only one apply works on a database at a time.

A migration that was applied must not change any more. One that was edited, lost
or that comes before an applied one is refused.

` + exitHelp,
		Example: `  electric migrate apply --dry-run
  DATABASE_URL=postgres://app@localhost/app electric migrate apply
  electric migrate apply --to 1749531800`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.args = args
			if err := o.shadow.validate(args); err != nil {
				return err
			}
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			return worldOr(a.runApply(cmd.Context(), c, o))
		},
	}
	flags := cmd.Flags()
	databaseFlag(cmd, &o.url)
	o.shadow.flags(cmd)
	flags.StringVar(&o.to, "to", "", "the last `VERSION` to apply (default the newest)")
	flags.BoolVar(&o.dryRun, "dry-run", false, "say what would be applied; change nothing")
	flags.DurationVar(&o.lockTimeout, "lock-timeout", database.DefaultLockTimeout, "how long (a `DURATION`) a statement waits for a lock; 0 for ever")
	a.reportFlags(cmd, &o.json)
	return cmd
}

func (a *app) runApply(ctx context.Context, c config.Config, o applyOptions) error {
	url, ok, err := a.databaseURL(c, o.url)
	if err != nil {
		return err
	}
	if !ok {
		return noDatabase()
	}
	p, err := a.settleProject(ctx, c, o.args, string(c.Unmarked), o.shadow)
	if err != nil {
		return err
	}
	target := p
	if o.to != "" {
		if target, err = a.upTo(ctx, c, p, o.to, o.shadow); err != nil {
			return err
		}
	}
	conn, err := a.connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	run := applyRun{app: a, options: o, url: url, project: p, target: target, conn: conn}
	return run.run(ctx)
}

// An applyRun is one apply.
type applyRun struct {
	*app
	options applyOptions
	url     string
	project *project // all migrations
	target  *project // those up to --to, without the last ones that are not written yet
	conn    *pgx.Conn
	lacks   map[string]bool // extensions that are passed over: a private database's
	partial bool            // it is a part of a command that tells itself where the database is
	applied []appliedMigration
}

// An appliedMigration is what --json says of one.
type appliedMigration struct {
	Version      string  `json:"version"`
	File         string  `json:"file"`
	Transactions int     `json:"transactions"`
	Milliseconds float64 `json:"milliseconds"`
}

func (r *applyRun) run(ctx context.Context) error {
	if !r.options.dryRun {
		if err := database.Lock(ctx, r.conn, func(holder string) {
			r.note("another apply is at work on this database, %s: waiting for it", holder)
		}); err != nil {
			return err
		}
	}
	h, err := database.ReadHistory(ctx, r.conn)
	if err != nil {
		return err
	}
	standing, err := r.check(ctx, h)
	if err != nil {
		return err
	}
	written := r.target.written(h)
	for _, m := range r.target.migrations[written:] {
		r.note("%s holds no statement yet: it is applied when it does", m.File.Path)
	}
	r.target = r.target.without(written)
	pending := standing.Pending
	for len(pending) > 0 && pending[len(pending)-1] >= len(r.target.migrations) {
		pending = pending[:len(pending)-1]
	}
	var unrunnable []diag.Diagnostic
	for _, i := range pending {
		unrunnable = append(unrunnable, r.project.migration(i).Unrunnable()...)
	}
	if len(unrunnable) > 0 {
		return r.finish(unrunnable)
	}
	if r.options.dryRun {
		return r.tellPlan(pending, h)
	}
	if len(pending) == 0 {
		r.conclude("nothing to apply: the database is at version %s", r.versionOf(standing.Last))
		return r.finish(nil)
	}
	return r.apply(ctx, pending, h)
}

// conclude says where the database is.
func (r *applyRun) conclude(format string, args ...any) {
	if !r.partial {
		r.note(format, args...)
	}
}

func (r *applyRun) versionOf(i int) string {
	if i < 0 {
		return "none"
	}
	return r.project.bundle.Migrations[i].Version
}

// check refuses to work on a database whose record does not fit.
func (r *applyRun) check(ctx context.Context, h *history.History) (history.Standing, error) {
	standing := history.Compare(h, r.project.history())
	problems := status.RecordProblems(h)
	problems = append(problems, standing.Problems...)
	if len(problems) == 0 && len(h.Rows) == 0 && len(h.Progress) == 0 {
		d, err := r.unrecorded(ctx)
		if err != nil {
			return standing, err
		}
		problems = append(problems, d...)
	}
	if len(problems) > 0 {
		return standing, r.finish(problems)
	}
	return standing, nil
}

// unrecorded refuses a database that has tables of these migrations though
// nothing is recorded: applying them again would fail, or worse, not fail.
func (r *applyRun) unrecorded(ctx context.Context) ([]diag.Diagnostic, error) {
	live, err := inspect(ctx, r.conn, r.project.bundle.Ground())
	if err != nil {
		return nil, err
	}
	place := status.Locate(live, r.project.versions())
	if len(place.Known) == 0 {
		return nil, nil
	}
	d := diag.Errorf(diag.Span{}, "not-recorded", "database %s has tables of these migrations (%s), but no version is recorded in it",
		database.Address(r.conn), strings.Join(first(place.Known, 5), ", "))
	if len(place.Versions) > 0 {
		d.Detail = fmt.Sprintf("Its catalog is that of version %s.", strings.Join(place.VersionNames(), " or "))
		d.Hint = "Record it with electric migrate compile --database-url …, then apply what is pending."
	} else {
		d.Detail = "Its catalog is that of none of the versions."
		d.Hint = "See what differs with electric status; once it is at a version, record that with electric migrate compile --database-url …"
	}
	return []diag.Diagnostic{d}, nil
}

// first gives at most n of a list, and dots for the rest.
func first(list []string, n int) []string {
	if len(list) <= n {
		return list
	}
	return append(list[:n:n], "…")
}

// apply brings the pending migrations, one after the other.
func (r *applyRun) apply(ctx context.Context, pending []int, h *history.History) error {
	if err := database.EnsureTables(ctx, r.conn); err != nil {
		return err
	}
	applier := &database.Applier{
		Conn: r.conn, Compiler: compilerName, LockTimeout: r.options.lockTimeout, URL: r.url,
		Note: func(format string, args ...any) { r.clearLine(); r.note(format, args...) }, Lacks: r.lacks,
	}
	for n, i := range pending {
		m := r.project.migration(i)
		r.progress("applying %s (%d of %d)", m.Path, n+1, len(pending))
		started := r.now()
		refused, err := applier.Apply(ctx, m, h.Part(m.Version))
		r.clearLine()
		if err != nil || refused != nil {
			return r.stopped(i, applier.Done, refused, err)
		}
		took := r.now().Sub(started)
		r.applied = append(r.applied, appliedMigration{m.Version, m.File, len(m.Units), float64(took.Microseconds()) / 1000})
		r.note("applied %s (%s, %s)", m.Path, count(len(m.Units), "transaction"), took.Round(100*time.Microsecond))
	}
	if err := applier.Reset(ctx); err != nil {
		return err
	}
	return r.verify(ctx)
}

// stopped tells what there is and what there is not when a migration was not
// finished.
func (r *applyRun) stopped(i, done int, refused *diag.Diagnostic, err error) error {
	where := fmt.Sprintf("%s applied; stopped at %s", count(len(r.applied), "migration"), r.versionOf(i))
	if units := len(r.project.migration(i).Units); done > 0 {
		where += fmt.Sprintf(" behind %d of its %s", done, count(units, "transaction"))
	}
	if refused != nil {
		if err := r.finish([]diag.Diagnostic{*refused}); !isTold(err) {
			return err
		}
		r.note("%s; of the refused transaction nothing remains", where)
		return wrongInput()
	}
	if errors.Is(err, database.ErrInterrupted) {
		r.note("interrupted: %s; of the transaction that ran nothing remains", where)
	}
	return err
}

func isTold(err error) bool {
	var f failure
	return errors.As(err, &f) && f.err == nil
}
