package database

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/source"
)

// alone runs a statement that refuses a transaction. It is noted before, and its
// end in a transaction of its own: between the two, only looking at what the
// statement left behind tells what became of it.
func (r *application) alone(ctx context.Context, u source.Unit) (*diag.Diagnostic, error) {
	s := u.Statements[0]
	was := r.running
	r.running = ""
	ended := false
	if was != "" {
		var err error
		if ended, err = r.lookAfter(ctx, was, s); err != nil {
			return nil, err
		}
	}
	if !ended {
		if err := r.note(ctx, u, s.Text); err != nil {
			return nil, err
		}
		d, err := r.statement(ctx, u, s)
		if d != nil && was != "" && triedBefore[d.Code] {
			r.Note("%s: a statement that was interrupted had ended after all: %s", r.migration.Path, d.Message)
			d = nil
		}
		if d != nil {
			r.clearUp(ctx, s)
		}
		if d != nil || err != nil {
			return d, err
		}
	}
	if r.done < len(r.migration.Units)-1 { // else the migration's row says so
		if err := r.note(ctx, u, ""); err != nil {
			return nil, err
		}
	}
	r.done++
	return nil, nil
}

// clearUp takes back what a refused statement left behind, so that nothing of it
// remains. What cannot be done now, the next apply does.
func (r *application) clearUp(ctx context.Context, s *parser.Statement) {
	if _, err := r.inspectLeftovers(ctx, s.Text); err != nil {
		return
	}
	const forget = `BEGIN; SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE;
		UPDATE _electric.apply_progress SET running = '' WHERE version = %s;
		DELETE FROM _electric.apply_progress WHERE version = %[1]s AND done = '{}'; COMMIT`
	if err := r.exec(ctx, fmt.Sprintf(forget, literal(r.migration.Version))); err != nil {
		rollback(ctx, r.Conn)
	}
}

// literal quotes a text for SQL.
func literal(text string) string {
	quoted := "'" + strings.ReplaceAll(text, "'", "''") + "'"
	if strings.Contains(text, `\`) {
		return " E" + strings.ReplaceAll(quoted, `\`, `\\`)
	}
	return quoted
}

// note records progress in a transaction of its own.
func (r *application) note(ctx context.Context, u source.Unit, running string) error {
	if err := r.exec(ctx, "BEGIN"); err != nil {
		return failed(r.Conn, "could not begin a transaction", err)
	}
	err := r.exec(ctx, asConnected)
	if err == nil {
		err = r.progress(ctx, u, running)
	}
	if err == nil {
		err = r.exec(ctx, "COMMIT")
	}
	if err != nil {
		rollback(ctx, r.Conn)
		return failed(r.Conn, "could not note what becomes of "+r.migration.Path, err)
	}
	return nil
}

// triedBefore are the SQLSTATEs that a repeated statement meets when it had
// ended: what it makes exists, what it drops does not.
var triedBefore = map[string]bool{
	"42P04": true, "42P06": true, "42P07": true, "42710": true, "3D000": true, "42704": true,
}

// lookAfter finds out what became of a statement that was begun and interrupted,
// and clears away what it left half done. ended is true when it is the statement
// that would run now, and need not.
func (r *application) lookAfter(ctx context.Context, was string, now *parser.Statement) (ended bool, err error) {
	r.Note("%s: an apply before this one was interrupted in: %s", r.migration.Path, oneLine(was))
	ended, err = r.inspectLeftovers(ctx, was)
	if err != nil {
		return false, failed(r.Conn, "could not clear up after the interrupted statement", err)
	}
	return ended && was == now.Text, nil
}

// inspectLeftovers looks for what a statement makes: a whole one means that it
// ended, an unfinished one is cleared away.
func (r *application) inspectLeftovers(ctx context.Context, text string) (ended bool, err error) {
	statements := parser.Split(text)
	if len(statements) != 1 {
		return false, nil
	}
	node, perr := statements[0].Node()
	if perr != nil {
		return false, nil
	}
	switch n := node.(type) {
	case *ast.IndexStmt:
		return r.afterCreateIndex(ctx, n)
	case *ast.AlterTableStmt:
		return r.afterDetach(ctx, n)
	}
	return false, nil
}

// afterCreateIndex looks for the index: one that was not finished is there, but
// invalid, and in the way of another try. One without a name cannot be told from
// others: then all unfinished ones of the table go.
func (r *application) afterCreateIndex(ctx context.Context, n *ast.IndexStmt) (ended bool, err error) {
	rows, err := r.Conn.Query(ctx, `
		SELECT i.indexrelid::regclass::text, i.indisvalid, c.relname = $2
		FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
		WHERE i.indrelid = pg_catalog.to_regclass($1) AND (c.relname = $2 OR $2 = '' AND NOT i.indisvalid)`,
		pgx.QueryExecModeExec, qualifiedName(n.Relation), n.Idxname)
	if err != nil {
		return false, err
	}
	var unfinished []string
	var name string
	var valid, named bool
	if _, err = pgx.ForEachRow(rows, []any{&name, &valid, &named}, func() error {
		if valid {
			ended = named
		} else {
			unfinished = append(unfinished, name)
		}
		return nil
	}); err != nil {
		return false, err
	}
	for _, index := range unfinished {
		r.Note("%s: dropping the unfinished index %s", r.migration.Path, index)
		if err := r.exec(ctx, "DROP INDEX CONCURRENTLY IF EXISTS "+index); err != nil {
			return false, err
		}
	}
	return ended, nil
}

// afterDetach ends a DETACH PARTITION CONCURRENTLY that stopped half way.
func (r *application) afterDetach(ctx context.Context, n *ast.AlterTableStmt) (ended bool, err error) {
	if len(n.Cmds) != 1 {
		return false, nil
	}
	cmd, ok := n.Cmds[0].(*ast.AlterTableCmd)
	if !ok || cmd.Subtype != ast.AT_DetachPartition {
		return false, nil
	}
	partition, ok := cmd.Def.(*ast.PartitionCmd)
	if !ok {
		return false, nil
	}
	parent, child := qualifiedName(n.Relation), qualifiedName(partition.Name)
	var pending bool
	err = r.Conn.QueryRow(ctx, `SELECT inhdetachpending FROM pg_catalog.pg_inherits
		WHERE inhrelid = pg_catalog.to_regclass($1) AND inhparent = pg_catalog.to_regclass($2)`,
		pgx.QueryExecModeExec, child, parent).Scan(&pending)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return true, nil
	case err != nil || !pending:
		return false, err
	}
	return true, r.exec(ctx, fmt.Sprintf("ALTER TABLE %s DETACH PARTITION %s FINALIZE", parent, child))
}

// qualifiedName writes a relation's name as the statement does.
func qualifiedName(v *ast.RangeVar) string {
	if v == nil {
		return ""
	}
	if v.Schemaname == "" {
		return pgx.Identifier{v.Relname}.Sanitize()
	}
	return pgx.Identifier{v.Schemaname, v.Relname}.Sanitize()
}

// keepsForSession reports whether a statement's effect is on the session: it has
// to be repeated when a migration goes on in another one.
func keepsForSession(s *parser.Statement) bool {
	node, err := s.Node()
	if err != nil {
		return false
	}
	switch n := node.(type) {
	case *ast.VariableSetStmt:
		return !n.IsLocal
	case *ast.PrepareStmt:
		return true
	case *ast.SelectStmt:
		return strings.Contains(strings.ToLower(s.Text), "set_config")
	}
	return false
}

// IsWorld reports whether err is a failure of the world, not of what was asked.
func IsWorld(err error) bool {
	var t *Trouble
	var server *pgconn.PgError
	return errors.As(err, &t) || errors.As(err, &server)
}
