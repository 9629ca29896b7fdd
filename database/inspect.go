// Package database reads a live server's schema into the same metadata the compiler makes of SQL files.
package database

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"

	"github.com/jackc/pgx/v5"
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
	if _, err := conn.Exec(ctx, begin+";"+settings, pgx.QueryExecModeSimpleProtocol); err != nil {
		return nil, err
	}
	defer func() {
		if _, endErr := conn.Exec(context.WithoutCancel(ctx), end, pgx.QueryExecModeSimpleProtocol); err == nil {
			err = endErr
		}
	}()
	return read(ctx, conn, texts, opts)
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

// read sends all queries at once and sorts what they answer.
func read(ctx context.Context, conn *pgx.Conn, texts []string, opts Options) (*metadata.Schema, error) {
	exclude := opts.Exclude
	if exclude == nil {
		exclude = []string{} // NULL would leave out everything
	}
	batch := new(pgx.Batch)
	var found []object
	for _, text := range texts {
		batch.Queue(text, exclude).Query(func(rows pgx.Rows) error {
			var o object
			_, err := pgx.ForEachRow(rows, []any{&o.section, &o.text}, func() error {
				found = append(found, o)
				o.text = nil
				return nil
			})
			return err
		})
	}
	if err := conn.SendBatch(ctx, batch).Close(); err != nil {
		return nil, err
	}
	return decode(found)
}

// An object is a row of an answer.
type object struct {
	section string
	text    []byte // JSON
}

// decode makes a schema of what the server answered, on all processors.
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
	s.Sort()
	return s, nil
}

// sections decode an object of each kind into its list.
var sections = map[string]func(*metadata.Schema, []byte) error{
	"schemas":        func(s *metadata.Schema, o []byte) error { return appendTo(&s.Schemas, o) },
	"extensions":     func(s *metadata.Schema, o []byte) error { return appendTo(&s.Extensions, o) },
	"tables":         func(s *metadata.Schema, o []byte) error { return appendTo(&s.Tables, o) },
	"views":          func(s *metadata.Schema, o []byte) error { return appendTo(&s.Views, o) },
	"sequences":      func(s *metadata.Schema, o []byte) error { return appendTo(&s.Sequences, o) },
	"enums":          func(s *metadata.Schema, o []byte) error { return appendTo(&s.Enums, o) },
	"domains":        func(s *metadata.Schema, o []byte) error { return appendTo(&s.Domains, o) },
	"composites":     func(s *metadata.Schema, o []byte) error { return appendTo(&s.Composites, o) },
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
