package database

import (
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/source"
)

// lockNotAvailable is the SQLSTATE of a lock_timeout that ran out.
const lockNotAvailable = "55P03"

// refusalHints say what to do where the server does not.
var refusalHints = map[string]string{
	lockNotAvailable: "Another session has a lock on it: run apply again when that has ended, or wait longer with --lock-timeout.",
	"40P01":          "Run apply again: two sessions waited for each other, and this one gave way.",
	"42501":          "Connect as the owner of what is changed, or have the right granted.",
	"23502":          "Rows that are there have no value: fill them in before this statement, or give the column a default.",
	"23503":          "Rows that are there point at nothing: mend them before this statement.",
	"23505":          "Rows that are there are not unique: mend them before this statement.",
	"23514":          "Rows that are there violate it: mend them before this statement, or add it NOT VALID.",
	"57014":          "The server cancelled it: look at statement_timeout.",
}

// refusal makes a diagnostic of what the server says of a statement; without
// one, of the transaction's COMMIT.
func (r *application) refusal(u source.Unit, s *parser.Statement, e *pgconn.PgError) diag.Diagnostic {
	path := r.migration.Path
	if u.File != nil {
		path = u.File.Path
	}
	span := diag.Span{File: path, Start: u.Start, End: u.Start}
	if s != nil {
		start, end := markedBytes(s.Text, int(e.Position))
		span = diag.Span{File: path, Start: s.Offset + start, End: s.Offset + end}
	}
	d := refused(r.Conn.Config(), span, e)
	if s == nil {
		d.Label = "refused when the transaction was committed"
	}
	return d
}

// refused words what the server says of the text at span. It shows no password.
func refused(config *pgx.ConnConfig, span diag.Span, e *pgconn.PgError) diag.Diagnostic {
	d := diag.Errorf(span, e.Code, "%s", oneLine(redact(config, e.Message)))
	var detail []string
	for _, text := range []string{e.Detail, inner(e), e.Where} {
		if text != "" {
			detail = append(detail, text)
		}
	}
	d.Detail = redact(config, strings.Join(detail, "\n"))
	if d.Hint = e.Hint; d.Hint == "" {
		d.Hint = refusalHints[e.Code]
	}
	return d
}

// inner quotes the statement inside a function that the server refused.
func inner(e *pgconn.PgError) string {
	if e.InternalQuery == "" {
		return ""
	}
	return "in: " + oneLine(e.InternalQuery)
}

// markedBytes turns the server's position, in characters from 1, into the bytes
// of the word there; without a position, into those of the first line.
func markedBytes(text string, position int) (start, end int) {
	if position <= 0 {
		line, _, _ := strings.Cut(text, "\n")
		return 0, len(strings.TrimRight(line, " \t\r"))
	}
	for range position - 1 {
		_, size := utf8.DecodeRuneInString(text[start:])
		start += size
	}
	lex := parser.Lexer{Text: text[start:]}
	return start, start + lex.Next().End
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
