package shadow

import (
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/electric-cli/electric/pgerr"
)

// refusal is the server's answer to a statement in the words of package pgerr;
// nil when there is nothing against it. What went wrong inside of a function or
// a DO block follows the details.
func refusal(e *pgconn.PgError, text string) *pgerr.Error {
	if e == nil {
		return nil
	}
	err := pgerr.New(e.Code, position(text, int(e.Position)), "%s", e.Message)
	var detail []string
	for _, line := range []string{e.Detail, inner(e), e.Where} {
		if line != "" {
			detail = append(detail, line)
		}
	}
	err.Detail, err.Hint = strings.Join(detail, "\n"), e.Hint
	if e.Code == "0A000" && strings.HasPrefix(e.Message, "extension ") && strings.HasSuffix(e.Message, " is not available") {
		err.Hint = "Install it where the scratch Postgres runs, or name a server that has it: --shadow=URL."
	}
	return err
}

// inner quotes the statement inside a function that the server refused.
func inner(e *pgconn.PgError) string {
	if e.InternalQuery == "" {
		return ""
	}
	return "in: " + strings.Join(strings.Fields(e.InternalQuery), " ")
}

// position turns the server's, in characters from 1, into bytes from 0.
func position(text string, characters int) int {
	if characters <= 0 || text == "" {
		return pgerr.NoPosition
	}
	at := 0
	for range characters - 1 {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}
