package database

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/history"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/source"
)

// DefaultLockTimeout is how long a statement waits for a lock before it gives up
// and lets those behind it pass.
const DefaultLockTimeout = 5 * time.Second

// A Migration is one to apply.
type Migration struct {
	bundle.Migration
	Path  string // as messages name its file
	Units []source.Unit
}

// Digests are what progress knows the units by.
func Digests(units []source.Unit) []string {
	list := make([]string, 0, len(units))
	for _, u := range units {
		list = append(list, digest(u))
	}
	return list
}

func digest(u source.Unit) string {
	var texts []string
	for _, s := range u.Statements {
		texts = append(texts, s.Text)
	}
	return history.Digest(texts)
}

// An Applier applies migrations over one connection, which has to hold the lock;
// see Lock.
//
// Each unit of a migration is one transaction of the server. The last one brings
// the migration's row of schema_versions; one before it, the note in
// apply_progress that it is done. So what is recorded is what was done, wherever
// a connection breaks. A statement that refuses a transaction is noted before it
// runs, and looked after when it is not known to have ended; see recover.go.
type Applier struct {
	Conn        *pgx.Conn
	Compiler    string
	LockTimeout time.Duration // 0 waits for ever
	URL         string        // for a second connection, which looks who blocks the first
	Note        func(format string, args ...any)
	Lacks       map[string]bool // extensions whose statements are passed over: see Lacking

	Done int // units of the last migration that are committed, set by Apply
}

// ErrInterrupted is what a cancelled context makes of Apply.
var ErrInterrupted = errors.New("interrupted")

// Apply brings what is missing of a migration, part telling what is not. What
// the server refuses is a diagnostic: of the unit it is in nothing remains.
func (a *Applier) Apply(ctx context.Context, m *Migration, part *history.Progress) (*diag.Diagnostic, error) {
	r := &application{Applier: a, migration: m}
	if part != nil {
		r.done, r.running = len(part.Done), part.Running
	}
	defer func() { a.Done = r.done }()
	if err := r.session(ctx); err != nil {
		return nil, err
	}
	for !r.recorded {
		if d, err := r.next(ctx); d != nil || err != nil {
			return d, interrupted(ctx, err)
		}
	}
	return nil, nil
}

// interrupted tells the end of a context from other failures.
func interrupted(ctx context.Context, err error) error {
	if err != nil && (ctx.Err() != nil || errors.Is(err, context.Canceled)) {
		return ErrInterrupted
	}
	return err
}

// An application is a migration on its way.
type application struct {
	*Applier
	migration *Migration
	done      int    // units that are committed
	running   string // the statement that was begun alone by an apply before this one
	recorded  bool
}

// resetSession makes a session as good as new, but for its advisory locks:
// DISCARD ALL would give back ours.
const resetSession = "SET SESSION AUTHORIZATION DEFAULT; RESET ALL; CLOSE ALL; UNLISTEN *; DISCARD PLANS; DISCARD SEQUENCES; DISCARD TEMP"

// Reset undoes what migrations did to the session.
func (a *Applier) Reset(ctx context.Context) error {
	err := a.Conn.PgConn().Exec(ctx, resetSession).Close()
	if err == nil {
		err = a.Conn.DeallocateAll(ctx)
	}
	if err != nil {
		return failed(a.Conn, "could not reset the session", err)
	}
	return nil
}

// session gives each migration a session of its own, as psql would, and repeats
// what the units that are done did to theirs.
func (r *application) session(ctx context.Context) error {
	if err := r.Reset(ctx); err != nil {
		return err
	}
	if err := r.exec(ctx, fmt.Sprintf("SET lock_timeout = '%dms'", r.LockTimeout.Milliseconds())); err != nil {
		return failed(r.Conn, "could not set lock_timeout", err)
	}
	if r.done > 0 {
		r.Note("%s: %d of %d transactions were applied before; going on behind them", r.migration.Path, r.done, len(r.migration.Units))
	}
	for _, u := range r.migration.Units[:r.done] {
		for _, s := range u.Statements {
			if !keepsForSession(s) {
				continue
			}
			if err := r.exec(ctx, s.Text); err != nil {
				return failed(r.Conn, "could not repeat "+s.Text, err)
			}
		}
	}
	return nil
}

// next runs the next unit, or records a migration whose last unit cannot bring
// the record along.
func (r *application) next(ctx context.Context) (*diag.Diagnostic, error) {
	units := r.migration.Units
	if r.done == len(units) {
		return r.transaction(ctx, source.Unit{File: r.file()}, true)
	}
	u := units[r.done]
	if u.Alone {
		return r.alone(ctx, u)
	}
	return r.transaction(ctx, u, r.done == len(units)-1)
}

func (r *application) file() *source.File {
	return &source.File{Path: r.migration.Path}
}

// transaction runs a unit and records it in one transaction.
func (r *application) transaction(ctx context.Context, u source.Unit, last bool) (*diag.Diagnostic, error) {
	if err := r.exec(ctx, "BEGIN"); err != nil {
		return nil, failed(r.Conn, "could not begin a transaction", err)
	}
	for _, s := range u.Statements {
		if d, err := r.statement(ctx, u, s); d != nil || err != nil {
			rollback(ctx, r.Conn)
			return d, err
		}
	}
	if err := r.record(ctx, u, last); err != nil {
		rollback(ctx, r.Conn)
		return nil, err
	}
	// From here on the outcome is the server's: an interruption waits for it.
	if err := r.exec(context.WithoutCancel(ctx), "COMMIT"); err != nil {
		var refused *pgconn.PgError
		if errors.As(err, &refused) {
			rollback(ctx, r.Conn)
			d := r.refusal(u, nil, refused)
			return &d, nil
		}
		return nil, failed(r.Conn, "the connection broke at COMMIT, so that it is not known whether the transaction was committed", err)
	}
	if len(u.Statements) > 0 {
		r.done++
	}
	r.recorded = last
	return nil, nil
}

// statement runs one statement. A refusal is a diagnostic.
func (r *application) statement(ctx context.Context, u source.Unit, s *parser.Statement) (*diag.Diagnostic, error) {
	if name := extensionOf(s); r.Lacks[name] {
		r.Note("%s: extension %q is passed over: this server does not have it", r.migration.Path, name)
		return nil, nil
	}
	w := r.watch(ctx)
	err := r.exec(ctx, s.Text)
	blockers := w.stop()
	if err == nil {
		return nil, nil
	}
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || ctx.Err() != nil {
		return nil, failed(r.Conn, "could not run a statement of "+r.migration.Path, err)
	}
	d := r.refusal(u, s, refused)
	if refused.Code == lockNotAvailable && len(blockers) > 0 {
		d.Detail, d.Hint = tellBlockers(r.LockTimeout, blockers)
	}
	return &d, nil
}

// asConnected makes a transaction that of the user who connected.
const asConnected = "SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE"

// record notes, in the open transaction, what the transaction does. Whatever the
// migration's SQL made of role and search path, this runs as the user who
// connected.
func (r *application) record(ctx context.Context, u source.Unit, last bool) error {
	if err := r.exec(ctx, asConnected); err != nil {
		return failed(r.Conn, "could not go back to the role that connected", err)
	}
	var err error
	if last {
		err = recordVersion(ctx, r.Conn, &r.migration.Migration, r.Compiler)
	} else {
		err = r.progress(ctx, u, "")
	}
	var server *pgconn.PgError
	if errors.As(err, &server) && server.Code == "23505" {
		return &Trouble{
			Message: fmt.Sprintf("migration %s was recorded by somebody else meanwhile", r.migration.Version),
			Hint:    "Nothing was done twice. Run the command again; connect to the server itself, not through a pooler that shares sessions.",
			cause:   err,
		}
	}
	if err != nil {
		return failed(r.Conn, "could not record migration "+r.migration.Version, err)
	}
	return nil
}

const insertVersion = `INSERT INTO _electric.schema_versions (version, name, checksum, schema_hash, sync_hash, compiler)
	VALUES ($1, $2, $3, $4, $5, $6)`

// recordVersion records a migration as a whole.
func recordVersion(ctx context.Context, conn *pgx.Conn, m *bundle.Migration, compiler string) error {
	if _, err := conn.Exec(ctx, insertVersion, pgx.QueryExecModeExec,
		m.Version, m.Name, m.Checksum, m.SchemaHash, m.SyncHash, compiler); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, "DELETE FROM _electric.apply_progress WHERE version = $1", pgx.QueryExecModeExec, m.Version)
	return err
}

const noteProgress = `INSERT INTO _electric.apply_progress AS p (version, name, checksum, done, running)
	VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (version) DO UPDATE
	SET checksum = excluded.checksum, done = excluded.done, running = excluded.running, updated_at = pg_catalog.now()
	WHERE pg_catalog.cardinality(p.done) = $6`

// progress notes that u is done, or that running has begun.
func (r *application) progress(ctx context.Context, u source.Unit, running string) error {
	done := Digests(r.migration.Units[:r.done])
	if running == "" {
		done = append(done, digest(u))
	}
	m := &r.migration.Migration
	tag, err := r.Conn.Exec(ctx, noteProgress, pgx.QueryExecModeExec, m.Version, m.Name, m.Checksum, done, running, r.done)
	if err == nil && tag.RowsAffected() != 1 {
		err = &pgconn.PgError{Code: "23505", Message: "another apply went on meanwhile"}
	}
	return err
}

// exec sends SQL as it is, by the simple protocol.
func (r *application) exec(ctx context.Context, sql string) error {
	return r.Conn.PgConn().Exec(ctx, sql).Close()
}

// rollback ends the open transaction even when ctx has ended.
func rollback(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelGrace)
	defer cancel()
	_ = conn.PgConn().Exec(ctx, "ROLLBACK").Close()
}

// Populate records migrations that the catalog has proven to be applied.
func Populate(ctx context.Context, conn *pgx.Conn, list []bundle.Migration, compiler string) error {
	return pgx.BeginFunc(ctx, conn, func(pgx.Tx) error {
		for m := range slices.Values(list) {
			if err := recordVersion(ctx, conn, &m, compiler); err != nil {
				return failed(conn, "could not record migration "+m.Version, err)
			}
		}
		return nil
	})
}
