package database

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/source"
)

// Seeds are thousands of INSERTs, and a round trip takes longer than one of them.
// So changes of rows go to the server many in one message, inside of a transaction
// alone: outside, the message would become one. They do what they do one by one,
// with two exceptions. statement_timestamp() is the message's; and of two mistakes
// in one message, one of them against the grammar, that one is told: the server
// reads all of a message before it runs any.

// How much one message holds at most: the server reads it as a whole.
const (
	togetherStatements = 1000
	togetherBytes      = 256 << 10
)

// inTransaction is the transaction status of a session inside of one that goes well.
const inTransaction = 'T'

// between is what stands between two statements of a message: a comment at the end
// of the first one has to end.
const between = "\n;\n"

// together counts the statements, from the first one on, that go in one message.
func together(lines []source.Line) (n int) {
	size := 0
	for n < len(lines) && n < togetherStatements && size < togetherBytes && lone(lines[n].Statement) {
		size += len(lines[n].Statement.Text)
		n++
	}
	return n
}

// lone reports whether a statement changes rows and certainly is one to the server:
// psql's \; has several in a text.
func lone(s *parser.Statement) bool {
	if !s.ChangesRows() || readsStdin(s) {
		return false
	}
	if !strings.ContainsAny(s.Text, `;\`) {
		return true
	}
	l := parser.Lexer{Text: s.Text}
	for t := l.Next(); t.Kind != parser.EOF; t = l.Next() {
		if t.Open || t.Kind == parser.Backslash || l.Source(t) == ";" {
			return false
		}
	}
	return true
}

// runTogether runs statements in one message.
func (s *Script) runTogether(ctx context.Context, conn *pgx.Conn, lines []source.Line) error {
	var message strings.Builder
	starts := make([]int, len(lines)) // byte offsets in the message
	for i, line := range lines {
		if i > 0 {
			message.WriteString(between)
		}
		starts[i] = message.Len()
		message.WriteString(line.Statement.Text)
	}
	done, err := runMessage(ctx, conn, message.String())
	var e *pgconn.PgError
	switch {
	case errors.As(err, &e):
		at := done
		if e.Position > 0 {
			at, e.Position = within(message.String(), starts, int(e.Position))
		}
		if done == 0 {
			e = cmp.Or(grammar(ctx, conn, lines[at]), e)
		}
		return s.refuse(conn, lines[at], e)
	case err == nil && done != len(lines):
		return fmt.Errorf("the server took %d statements of %s for %d", len(lines), lines[0].File.Path, done)
	}
	return err
}

// runMessage sends a message and counts the statements that are done.
func runMessage(ctx context.Context, conn *pgx.Conn, text string) (done int, err error) {
	results := conn.PgConn().Exec(ctx, text)
	for results.NextResult() {
		if _, err := results.ResultReader().Close(); err == nil {
			done++
		}
	}
	return done, results.Close()
}

// within turns a position in a message, in characters from 1, into the index of the
// statement there and the position in that.
func within(message string, starts []int, position int) (index int, own int32) {
	at := 0
	for range position - 1 {
		_, size := utf8.DecodeRuneInString(message[at:])
		at += size
	}
	for index+1 < len(starts) && starts[index+1] <= at {
		index++
	}
	return index, int32(utf8.RuneCountInString(message[starts[index]:at])) + 1 //nolint:gosec // less than the position
}

// grammar gives what the server says against the grammar of a statement alone: in
// a message, it names what stands behind. The transaction has failed, so that
// nothing runs.
func grammar(ctx context.Context, conn *pgx.Conn, line source.Line) *pgconn.PgError {
	var e *pgconn.PgError
	if err := conn.PgConn().Exec(ctx, line.Statement.Text).Close(); errors.As(err, &e) && e.Code != failedTransaction {
		return e
	}
	return nil
}

// failedTransaction is the SQLSTATE of what is run after a mistake.
const failedTransaction = "25P02"
