// Package database reads a live server's schema into the same metadata the compiler makes of SQL files.
package database

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/electric-cli/electric/metadata"
)

// Options say what to read. The zero value reads everything.
type Options struct {
	Exclude []string // schemas to leave out, such as "_electric"
}

// Inspect reads the schema of the database conn is connected to: PostgreSQL 14 to 18. It runs in a transaction of its
// own, or in the one that is open, and leaves nothing changed.
func Inspect(ctx context.Context, conn *pgx.Conn) (*metadata.Schema, error) {
	return InspectWith(ctx, conn, Options{})
}

// InspectWith is Inspect with options.
func InspectWith(ctx context.Context, conn *pgx.Conn, opts Options) (*metadata.Schema, error) {
	s, err := inspectWith(ctx, conn, opts, newBuilder())
	if err != nil {
		return nil, fmt.Errorf("inspect database: %w", err)
	}
	return s, nil
}

// settings are what the server's expression texts depend on: names qualified, constants as in the truths. Compiling the
// queries takes seconds, running them milliseconds: so no JIT.
const settings = `SELECT set_config(name, value, true) FROM (VALUES ('search_path', ''), ('timezone', 'UTC'),
	('datestyle', 'ISO, MDY'), ('intervalstyle', 'postgres'), ('bytea_output', 'hex'), ('extra_float_digits', '1'),
	('quote_all_identifiers', 'off'),
	('jit', 'off')) s(name, value)`

// readSpaces reads every schema's name. It goes with the settings.
const readSpaces = "; SELECT oid, nspname FROM pg_catalog.pg_namespace"

func inspectWith(ctx context.Context, conn *pgx.Conn, opts Options, b *builder) (s *metadata.Schema, err error) {
	version, err := majorVersion(conn)
	if err != nil {
		return nil, err
	}
	texts, err := queries(version)
	if err != nil {
		return nil, err
	}
	begin, end := "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "ROLLBACK"
	if conn.PgConn().TxStatus() != 'I' {
		begin = "SAVEPOINT electric_inspect"
		end = "ROLLBACK TO SAVEPOINT electric_inspect; RELEASE SAVEPOINT electric_inspect"
	}
	results, err := conn.PgConn().Exec(ctx, begin+";"+settings+readSpaces).ReadAll()
	if err != nil {
		return nil, err
	}
	defer func() {
		if _, endErr := conn.Exec(context.WithoutCancel(ctx), end, pgx.QueryExecModeSimpleProtocol); err == nil {
			err = endErr
		}
	}()
	if err := b.begin(results[len(results)-1].Rows, opts); err != nil {
		return nil, err
	}
	r := reader{conn: conn, texts: texts, builder: b}
	return r.read(ctx)
}

// ours reports whether a schema is neither the system's, nor for temporary objects, nor to be left out. Names that begin
// with pg_ are the system's.
func (o Options) ours(name string) bool { return !ofSystem(name) && !slices.Contains(o.Exclude, name) }

func ofSystem(name string) bool {
	return strings.HasPrefix(name, "pg_") || name == "information_schema"
}

// begin notes the schemas' names.
func (b *builder) begin(rows [][][]byte, opts Options) error {
	for _, values := range rows {
		r := row{values: values}
		id, name := r.oid(), r.text()
		if r.err != nil {
			return r.err
		}
		b.spaces[id] = name
		if !ofSystem(name) {
			b.all = append(b.all, id)
		}
		if opts.ours(name) {
			b.ours, b.isOurs[id] = append(b.ours, id), true
		}
	}
	return nil
}

// majorVersion is what the server said of itself when the connection began: "15.18 (Debian 15.18-1)".
func majorVersion(conn *pgx.Conn) (int, error) {
	text := conn.PgConn().ParameterStatus("server_version")
	var version int
	if _, err := fmt.Sscanf(text, "%d", &version); err != nil {
		return 0, fmt.Errorf("server version %q: %w", text, err)
	}
	if version < 14 {
		return 0, fmt.Errorf("PostgreSQL %d is too old: 14 is the oldest that can be read", version)
	}
	return version, nil
}

// A reader puts the questions.
type reader struct {
	conn    *pgx.Conn
	texts   map[string]string
	builder *builder
}

// read asks everything at once that can be asked at once: mostly there are two rounds.
func (r *reader) read(ctx context.Context) (*metadata.Schema, error) {
	if err := r.ask(ctx, questions); err != nil {
		return nil, err
	}
	r.builder.sortColumns()
	if err := r.ask(ctx, columnQuestions); err != nil {
		return nil, err
	}
	if err := r.builder.settleColumns(); err != nil {
		return nil, err
	}
	r.builder.writeIndexes()
	if len(r.builder.left) > 0 {
		if err := r.ask(ctx, indexQuestions); err != nil {
			return nil, err
		}
	}
	return r.builder.finish()
}

// ask sends questions, all at once. Nothing of them stays in the session.
func (r *reader) ask(ctx context.Context, list []question) error {
	var batch pgconn.Batch
	for _, q := range list {
		var values [][]byte
		var types []oid
		for _, p := range q.params(r.builder) {
			values, types = append(values, p.text), append(types, p.oid)
		}
		batch.ExecParams(r.texts[q.file], values, types, nil, nil)
	}
	answers := r.conn.PgConn().ExecBatch(ctx, &batch)
	for _, q := range list {
		if !answers.NextResult() {
			break
		}
		if err := r.take(q, answers.ResultReader()); err != nil {
			return errors.Join(err, answers.Close())
		}
	}
	return answers.Close()
}

func (r *reader) take(q question, answer *pgconn.ResultReader) error {
	one := row{types: r.conn.TypeMap()}
	for answer.NextRow() {
		one.values, one.at = answer.Values(), 0
		if q.take(r.builder, &one); one.err != nil {
			return fmt.Errorf("%s: %w", q.file, one.err)
		}
	}
	return nil
}
