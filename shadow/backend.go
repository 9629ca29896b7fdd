package shadow

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pgerr"
)

// A backend is a connection to the scratch database, as package compile asks for
// one. A failure of the world ends its work: it is kept in err, and whatever is
// asked afterwards is refused at once.
type backend struct {
	ctx  context.Context // of the whole run
	err  error
	on   *scratch
	conn *pgx.Conn
	o    Options

	savepoints []string // the migration's own, in the open transaction
	plain      bool     // a statement that is refused aborts its transaction, as in psql
	settings   string   // of databases and roles, as they were when conn began
	ran        bool     // a statement that may have changed something, since Changes
	described
}

func newBackend(ctx context.Context, on *scratch, o Options) *backend {
	return &backend{ctx: ctx, on: on, o: o, ran: true}
}

func (b *backend) close() {
	if b.conn != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(b.ctx), time.Second)
		defer cancel()
		_ = b.conn.Close(ctx)
	}
}

// Connect begins a connection: a real one the first time and whenever settings
// that hold from the beginning of a connection were changed, else the one there
// is, made as good as new. The server's clock is what it is.
func (b *backend) Connect(time.Time) {
	if b.conn != nil || b.err != nil {
		return
	}
	b.conn, b.err = b.on.connect(b.ctx)
	b.settings = b.storedSettings()
}

// Prepare begins a connection for SQL of a setup: the server has the extensions
// that it has.
func (b *backend) Prepare(map[string]string) { b.Connect(time.Time{}) }

// Prepared ends the setup. What ALTER DATABASE or ROLE set is in the server.
func (b *backend) Prepared() {}

// Disconnect ends the connection, as far as anybody can tell.
func (b *backend) Disconnect() {
	if b.conn == nil || b.err != nil {
		return
	}
	b.Rollback()
	if b.send("DISCARD ALL", nil) == nil && b.storedSettings() == b.settings {
		return
	}
	b.close()
	b.conn = nil
}

const storedSettings = `SELECT coalesce(pg_catalog.string_agg(s::pg_catalog.text, ',' ORDER BY s::pg_catalog.text), '') FROM pg_catalog.pg_db_role_setting s`

func (b *backend) storedSettings() (text string) {
	b.ask(storedSettings, nil, &text, nil)
	return text
}

func (b *backend) InTransaction() bool {
	return b.err == nil && b.conn != nil && b.conn.PgConn().TxStatus() != 'I'
}

func (b *backend) Begin() {
	if b.err == nil && !b.InTransaction() {
		b.savepoints = nil
		b.must("BEGIN")
	}
}

func (b *backend) Rollback() {
	if b.InTransaction() {
		b.must("ROLLBACK")
	}
}

func (b *backend) Commit() *pgerr.Error {
	if !b.InTransaction() {
		return nil
	}
	if e := b.send("COMMIT", nil); e != nil {
		b.Rollback()
		return refusal(e, "")
	}
	return nil
}

// must runs a statement that no migration has a part in.
func (b *backend) must(sql string) {
	if e := b.send(sql, nil); e != nil && b.err == nil {
		b.err = fmt.Errorf("the scratch Postgres refused %q: %w", sql, e)
	}
}

// own names the savepoint around each statement.
const own = "electric_shadow"

// guarded runs f in the open transaction. When it is refused, what it did is
// undone and the transaction goes on.
func (b *backend) guarded(f func() *pgconn.PgError) *pgconn.PgError {
	if !b.InTransaction() || b.conn.PgConn().TxStatus() == 'E' {
		return f()
	}
	b.must("SAVEPOINT " + own)
	e := f()
	switch {
	case b.err != nil || !b.InTransaction(): // it ended the transaction
	case e != nil:
		b.must("ROLLBACK TO SAVEPOINT " + own + "; RELEASE SAVEPOINT " + own)
	default:
		b.must("RELEASE SAVEPOINT " + own)
	}
	return e
}

// gone is what a statement is refused with when there is no server any more. No
// one reads it: the run ends with the backend's error.
var gone = &pgconn.PgError{Code: "08006", Message: "connection lost"}

// tooLong is the code of a statement that was ended; it is no SQLSTATE.
const tooLong = "shadow-timeout"

// send runs a text by the simple protocol, as psql does. rows are what COPY …
// FROM stdin gets; nil for any other statement.
func (b *backend) send(sql string, rows *string) *pgconn.PgError {
	if b.err != nil {
		return gone
	}
	ctx, cancel := context.WithTimeout(b.ctx, b.o.Timeout)
	defer cancel()
	var err error
	if rows != nil {
		_, err = b.conn.PgConn().CopyFrom(ctx, strings.NewReader(*rows), sql)
	} else {
		err = b.conn.PgConn().Exec(ctx, sql).Close()
	}
	return b.judge(ctx, sql, err)
}

// judge tells a refusal from a failure of the world.
func (b *backend) judge(ctx context.Context, sql string, err error) *pgconn.PgError {
	var e *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case b.ctx.Err() != nil:
		b.err = b.ctx.Err()
		return gone
	case errors.As(err, &e) && !b.conn.IsClosed():
		if e.Code == "57014" && ctx.Err() != nil {
			return &pgconn.PgError{
				Code: tooLong, Message: fmt.Sprintf("the scratch Postgres had not ended this statement after %s", b.o.Timeout),
				Hint: "Look for a loop without end.",
			}
		}
		return e
	}
	b.err = &database.Trouble{
		Message: fmt.Sprintf("the scratch Postgres was lost in %q: %v", shorten(sql), err),
		Hint:    "Run the statement in psql to see what it does to a server.",
	}
	return gone
}

func shorten(sql string) string {
	const most = 100
	line := []rune(strings.Join(strings.Fields(sql), " "))
	if len(line) > most {
		return string(line[:most]) + "…"
	}
	return string(line)
}

// ask reads one row of a query about the catalogs, or several with each called
// after each row.
func (b *backend) ask(sql string, args []any, into any, each func()) {
	if b.err != nil {
		return
	}
	if each == nil {
		each = func() {}
	}
	e := b.guarded(func() *pgconn.PgError {
		rows, err := b.conn.Query(b.ctx, sql, append([]any{pgx.QueryExecModeExec}, args...)...)
		if err == nil {
			targets, several := into.([]any)
			if !several {
				targets = []any{into}
			}
			_, err = pgx.ForEachRow(rows, targets, func() error { each(); return nil })
		}
		return b.judge(b.ctx, sql, err)
	})
	if e != nil && b.err == nil {
		b.err = fmt.Errorf("read the scratch Postgres's catalogs: %w", e)
	}
}

// Run runs a statement of a migration.
func (b *backend) Run(st *parser.Statement) *pgerr.Error {
	if st.Electric != nil {
		return b.electric(st.Electric)
	}
	if err := b.on.allows(st); err != nil {
		return err
	}
	b.ran = true
	if b.plain {
		return refusal(b.statement(st), st.Text)
	}
	if control, ok := b.control(st); ok {
		return refusal(control(), st.Text)
	}
	return refusal(b.guarded(func() *pgconn.PgError { return b.statement(st) }), st.Text)
}

func (b *backend) statement(st *parser.Statement) *pgconn.PgError {
	if b.err != nil {
		return gone
	}
	if renamed, ok := hereInstead(st, b.conn.Config().Database); ok {
		return b.send(renamed, nil)
	}
	if readsStdin(st) {
		return b.send(st.Text, &st.Rows)
	}
	return b.send(st.Text, nil)
}
