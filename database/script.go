package database

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/source"
)

// A Script is what became of one.
type Script struct {
	Statements  int
	Diagnostics []diag.Diagnostic // what is wrong with it: nothing of it remains then
	Texts       diag.Texts
}

// RunScript runs a file as psql would: wholly or not at all, unless it begins and
// ends transactions itself.
func RunScript(ctx context.Context, conn *pgx.Conn, path string) (s Script, err error) {
	lines, texts, problems := source.Script(path)
	s.Texts, s.Diagnostics = texts, problems
	if diag.HasErrors(problems) {
		return s, nil
	}
	return s.complete(ctx, conn, path, lines, nil)
}

// complete runs statements, and what is to be done in the same transaction if
// they leave that alone; nil for nothing.
func (s Script) complete(ctx context.Context, conn *pgx.Conn, path string, lines []source.Line, besides func() error) (Script, error) {
	all := func() error {
		err := s.runAll(ctx, conn, lines)
		if err == nil && besides != nil {
			err = besides()
		}
		return err
	}
	var err error
	if slices.ContainsFunc(lines, controlsTransactions) {
		err = all()
	} else {
		err = pgx.BeginFunc(ctx, conn, func(pgx.Tx) error { return all() })
	}
	var e *pgconn.PgError
	switch {
	case diag.HasErrors(s.Diagnostics):
		return s, nil
	case errors.As(err, &e):
		s.Diagnostics = append(s.Diagnostics, refused(conn.Config(), diag.WholeFile(path), e))
		return s, nil
	case err != nil:
		return s, fmt.Errorf("run %s: %w", path, err)
	}
	return s, nil
}

func controlsTransactions(line source.Line) bool {
	if line.Statement.ChangesRows() {
		return false // there may be thousands: each tree costs
	}
	node, err := line.Statement.Node()
	if err != nil {
		return false
	}
	_, ok := node.(*ast.TransactionStmt)
	return ok
}

func (s *Script) runAll(ctx context.Context, conn *pgx.Conn, lines []source.Line) error {
	for len(lines) > 0 {
		n, run := 1, s.run
		if conn.PgConn().TxStatus() == inTransaction {
			n = max(1, together(lines))
		}
		if n > 1 {
			run = s.runTogether
		}
		if err := run(ctx, conn, lines[:n]); err != nil {
			return err
		}
		s.Statements += n
		lines = lines[n:]
	}
	return nil
}

// errRefused ends a transaction whose trouble is told already.
var errRefused = errors.New("refused")

// run runs the one statement there is in lines.
func (s *Script) run(ctx context.Context, conn *pgx.Conn, lines []source.Line) error {
	line := lines[0]
	if readsStdin(line.Statement) {
		s.Diagnostics = append(s.Diagnostics, stdinRefusal(line.File.Path, line.Statement))
		return errRefused
	}
	_, err := conn.PgConn().Exec(ctx, line.Statement.Text).ReadAll()
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return err
	}
	return s.refuse(conn, line, e)
}

// refuse tells what the server says of a statement.
func (s *Script) refuse(conn *pgx.Conn, line source.Line, e *pgconn.PgError) error {
	start, end := markedBytes(line.Statement.Text, int(e.Position))
	offset := line.Statement.Offset
	span := diag.Span{File: line.File.Path, Start: offset + start, End: offset + end}
	s.Diagnostics = append(s.Diagnostics, refused(conn.Config(), span, e))
	return errRefused
}
