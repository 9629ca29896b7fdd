// Package database reads a live server's schema into the same metadata the compiler makes of SQL files.
package database

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"golang.org/x/sync/errgroup"

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
	s, err := inspect(ctx, conn, opts)
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

func inspect(ctx context.Context, conn *pgx.Conn, opts Options) (s *metadata.Schema, err error) {
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
	b, err := beginWith(results[len(results)-1].Rows, opts)
	if err != nil {
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

// beginWith makes a builder of the schemas' names.
func beginWith(rows [][][]byte, opts Options) (*builder, error) {
	spaces, ours := map[oid]string{}, map[oid]bool{}
	for _, values := range rows {
		r := row{values: values}
		id, name := r.oid(), r.text()
		if r.err != nil {
			return nil, r.err
		}
		spaces[id], ours[id] = name, opts.ours(name)
	}
	return newBuilder(spaces, ours), nil
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

// read asks all questions at once, and one more where the answers do not tell everything.
func (r *reader) read(ctx context.Context) (*metadata.Schema, error) {
	all, ours := r.builder.spaceLists()
	if err := r.ask(ctx, questions, func(q question) []byte {
		if q.all {
			return all
		}
		return ours
	}); err != nil {
		return nil, err
	}
	for _, rel := range r.builder.list {
		rel.settle()
	}
	if left := r.builder.writeIndexes(); len(left) > 0 {
		q := question{file: indexDefs, take: (*builder).indexDefinition}
		if err := r.ask(ctx, []question{q}, func(question) []byte { return oids(left) }); err != nil {
			return nil, err
		}
	}
	return r.builder.schema()
}

// ask sends questions, all at once. Nothing of them stays in the session.
func (r *reader) ask(ctx context.Context, list []question, param func(question) []byte) error {
	var batch pgconn.Batch
	for _, q := range list {
		batch.ExecParams(r.texts[q.file], [][]byte{param(q)}, []uint32{pgtype.OIDArrayOID}, nil, nil)
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

// An object is a row of an answer.
type object struct {
	section string
	text    []byte // JSON
}

// decode makes a schema of objects, on all processors. It is not sorted.
func decode(found []object) (*metadata.Schema, error) {
	workers := min(runtime.GOMAXPROCS(0), 1+len(found)/64)
	parts := make([]metadata.Schema, workers)
	var group errgroup.Group
	for w := range workers {
		group.Go(func() error {
			for i := w; i < len(found); i += workers {
				if err := add(&parts[w], found[i].section, found[i].text); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	s := &parts[0]
	for _, p := range parts[1:] {
		s.Append(&p)
	}
	return s, nil
}

// sections decode an object of each kind into its list.
var sections = map[string]func(*metadata.Schema, []byte) error{
	"schemas":        func(s *metadata.Schema, o []byte) error { return appendTo(&s.Schemas, o) },
	"extensions":     func(s *metadata.Schema, o []byte) error { return appendTo(&s.Extensions, o) },
	"sequences":      func(s *metadata.Schema, o []byte) error { return appendTo(&s.Sequences, o) },
	"enums":          func(s *metadata.Schema, o []byte) error { return appendTo(&s.Enums, o) },
	"domains":        func(s *metadata.Schema, o []byte) error { return appendTo(&s.Domains, o) },
	"ranges":         func(s *metadata.Schema, o []byte) error { return appendTo(&s.Ranges, o) },
	"base_types":     func(s *metadata.Schema, o []byte) error { return appendTo(&s.BaseTypes, o) },
	"functions":      func(s *metadata.Schema, o []byte) error { return appendTo(&s.Functions, o) },
	"operators":      func(s *metadata.Schema, o []byte) error { return appendTo(&s.Operators, o) },
	"collations":     func(s *metadata.Schema, o []byte) error { return appendTo(&s.Collations, o) },
	"statistics":     func(s *metadata.Schema, o []byte) error { return appendTo(&s.Statistics, o) },
	"event_triggers": func(s *metadata.Schema, o []byte) error { return appendTo(&s.EventTriggers, o) },
	"publications":   func(s *metadata.Schema, o []byte) error { return appendTo(&s.Publications, o) },
}

func add(s *metadata.Schema, section string, object []byte) error {
	decode := sections[section]
	if decode == nil {
		return fmt.Errorf("a query answers with a section %q", section)
	}
	return decode(s, object)
}

func appendTo[T any](list *[]T, object []byte) error {
	var one T
	if err := json.Unmarshal(object, &one); err != nil {
		return err
	}
	*list = append(*list, one)
	return nil
}
