package database

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/source"
)

// SetupDigest tells the SQL of one setup from another's.
func SetupDigest(setup []source.Migration) string {
	var names []string
	for _, m := range setup {
		names = append(names, m.File.Checksum)
		for _, f := range m.Includes {
			names = append(names, f.Checksum)
		}
	}
	return strings.Join(names, " ")
}

// ReadSetup gives the digest of the setup that ran in a database, "" when none
// did.
func ReadSetup(ctx context.Context, conn *pgx.Conn) (digest string, err error) {
	var there bool
	if err := conn.QueryRow(ctx, "SELECT to_regclass('"+Schema+".setup') IS NOT NULL", pgx.QueryExecModeExec).Scan(&there); err != nil || !there {
		return "", err
	}
	err = conn.QueryRow(ctx, "SELECT coalesce(max(digest), '') FROM "+Schema+".setup", pgx.QueryExecModeExec).Scan(&digest)
	return digest, err
}

// RunSetup makes of an empty database what migrations expect to find: the private
// one of electric dev, never another. It runs wholly or not at all, and notes in
// the same transaction that it ran, unless a file begins and ends transactions
// itself.
func RunSetup(ctx context.Context, conn *pgx.Conn, setup []source.Migration) (Script, error) {
	s := Script{Texts: diag.Texts{}}
	var lines []source.Line
	for _, m := range setup {
		for _, section := range m.Sections {
			s.Texts[section.File.Path] = section.File.Text
			for _, st := range section.Statements {
				lines = append(lines, source.Line{File: section.File, Statement: st})
			}
		}
	}
	return s.complete(ctx, conn, setup[0].File.Path, lines, func() error { return noteSetup(ctx, conn, SetupDigest(setup)) })
}

func noteSetup(ctx context.Context, conn *pgx.Conn, digest string) error {
	script := asConnected + "; RESET search_path; CREATE SCHEMA IF NOT EXISTS " + Schema +
		"; CREATE TABLE IF NOT EXISTS " + Schema + ".setup (digest text NOT NULL, ran_at timestamp with time zone NOT NULL DEFAULT now())"
	if _, err := conn.PgConn().Exec(ctx, script).ReadAll(); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, "INSERT INTO "+Schema+".setup (digest) VALUES ($1)", pgx.QueryExecModeExec, digest)
	return err
}

// Lacking gives those of a platform's extensions that a server does not have.
func Lacking(ctx context.Context, conn *pgx.Conn, extensions map[string]string) (map[string]bool, error) {
	lacking := map[string]bool{}
	if len(extensions) == 0 {
		return lacking, nil
	}
	names := slices.Sorted(maps.Keys(extensions))
	rows, err := conn.Query(ctx, "SELECT name FROM unnest($1::text[]) AS name WHERE name NOT IN (SELECT a.name FROM pg_available_extensions a)",
		pgx.QueryExecModeExec, names)
	if err != nil {
		return nil, fmt.Errorf("look for extensions: %w", err)
	}
	var name string
	_, err = pgx.ForEachRow(rows, []any{&name}, func() error {
		lacking[name] = true
		return nil
	})
	return lacking, err
}

// extensionOf names the extension that a statement is about as a whole: makes,
// changes, comments or drops; "" for others.
func extensionOf(st *parser.Statement) string {
	node, err := st.Node()
	if err != nil {
		return ""
	}
	switch n := node.(type) {
	case *ast.CreateExtensionStmt:
		return n.Extname
	case *ast.AlterExtensionStmt:
		return n.Extname
	case *ast.CommentStmt:
		if name, ok := n.Object.(*ast.String); ok && n.Objtype == ast.OBJECT_EXTENSION {
			return name.Sval
		}
	case *ast.AlterObjectSchemaStmt:
		if name, ok := n.Object.(*ast.String); ok && n.ObjectType == ast.OBJECT_EXTENSION {
			return name.Sval
		}
	case *ast.DropStmt:
		if n.RemoveType != ast.OBJECT_EXTENSION || len(n.Objects) != 1 {
			return ""
		}
		if name, ok := n.Objects[0].(*ast.String); ok {
			return name.Sval
		}
	}
	return ""
}
