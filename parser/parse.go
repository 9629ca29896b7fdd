// Package parser turns SQL text into statements with exact byte positions, and
// statements into PostgreSQL's own parse trees (package ast).
//
// Split and SplitPsql cut a text; ParseAll parses what they found, many
// statements in one call of libpg_query; Parse does it for one. All quirks of
// libpg_query are met here: integers that its JSON leaves out, positions in
// characters, a C stack that deep expressions overflow, standard error that it
// redirects while it works. Only this package imports it, and of it only the
// thin cgo layer.
package parser

import (
	"strings"
	"sync"
	"unicode/utf8"

	pg "github.com/pganalyze/pg_query_go/v5/parser"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// library guards libpg_query: each call redirects the process's standard error
// for its duration, so that two at once would leave it redirected.
var library sync.Mutex

// Parse gives the tree of a text that is one statement, nil for an empty text.
// Positions in the tree and in the error are bytes into that text.
func Parse(text string) (ast.Node, *pgerr.Error) {
	if err := Check(text); err != nil {
		return nil, err
	}
	json, err := toJSON(text)
	if err != nil {
		return nil, err
	}
	raws, err := decode(json, nil)
	if err != nil {
		return nil, err
	}
	switch len(raws) {
	case 0:
		return nil, nil
	case 1:
		finish(raws[0], text)
		return raws[0].Stmt, nil
	}
	return nil, pgerr.New("42601", pgerr.NoPosition, "cannot insert multiple commands into a prepared statement")
}

// Check refuses a text that must not reach libpg_query: too long, not UTF-8, or
// so deep that it would overflow the stack.
func Check(text string) *pgerr.Error {
	if len(text) > maxStatement {
		return pgerr.New("54000", pgerr.NoPosition, "statement of %d bytes is too long", len(text)).
			WithHint("Statements may have up to %d MB.", maxStatement>>20)
	}
	if err := CheckEncoding(text); err != nil {
		return err
	}
	return checkDepth(text)
}

// CheckEncoding refuses NUL and what is not UTF-8, as the server does. The
// error's position is the first such byte.
func CheckEncoding(text string) *pgerr.Error {
	at := strings.IndexByte(text, 0)
	if !utf8.ValidString(text) {
		for i, r := range text {
			if r != utf8.RuneError {
				continue
			}
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				if at < 0 || i < at {
					at = i
				}
				break
			}
		}
	}
	if at < 0 {
		return nil
	}
	return pgerr.New("22021", at, "invalid byte sequence for encoding \"UTF8\": %s", sequence(text[at:]))
}

// sequence shows the bytes of the character that text starts with, as the
// server's report_invalid_encoding does.
func sequence(text string) string {
	n := 1
	switch c := text[0]; {
	case c >= 0xf8:
	case c >= 0xf0:
		n = 4
	case c >= 0xe0:
		n = 3
	case c >= 0xc0:
		n = 2
	}
	var b strings.Builder
	for i := 0; i < n && i < len(text); i++ {
		if i > 0 {
			b.WriteByte(' ')
		}
		const hex = "0123456789abcdef"
		b.WriteString("0x")
		b.WriteByte(hex[text[i]>>4])
		b.WriteByte(hex[text[i]&15])
	}
	return b.String()
}

func toJSON(text string) (string, *pgerr.Error) {
	library.Lock()
	defer library.Unlock()
	json, err := pg.ParseToJSON(text)
	if err != nil {
		return "", parseError(text, err)
	}
	return json, nil
}

// accepts asks the grammar alone, without making a tree in Go.
func accepts(text string) *pgerr.Error {
	library.Lock()
	defer library.Unlock()
	if _, err := pg.SplitWithParser(text, false); err != nil {
		return parseError(text, err)
	}
	return nil
}

// decode fails where the JSON is not what the library's own description says:
// no input may do that.
func decode(json string, bases []int) ([]ast.Raw, *pgerr.Error) {
	raws, err := ast.Decode(json, bases)
	if err != nil {
		return nil, pgerr.New("XX000", pgerr.NoPosition, "%s", err)
	}
	return raws, nil
}

func finish(r ast.Raw, text string) {
	if r.Lossy {
		restoreIntegers(r.Stmt, text)
	}
}

// parseError turns the library's error into the server's. The library counts
// characters from 1 and does not tell the SQLSTATE.
func parseError(text string, err error) *pgerr.Error {
	e, ok := err.(*pg.Error)
	if !ok {
		return pgerr.New("XX000", pgerr.NoPosition, "%s", err)
	}
	pos := pgerr.NoPosition
	if e.Cursorpos > 0 {
		pos = byteOffset(text, e.Cursorpos-1)
	}
	return pgerr.New(codeOf(e.Message), pos, "%s", e.Message)
}

// byteOffset gives the place of the n-th character.
func byteOffset(text string, n int) int {
	for i := range text {
		if n == 0 {
			return i
		}
		n--
	}
	return len(text)
}

// codes gives the SQLSTATE of those errors of the scanner and the grammar that
// are not 42601, by what their message has in it.
var codes = []struct{ part, code string }{
	{" is not supported", "0A000"},
	{" not supported on ", "0A000"},
	{" only supported for ON DELETE", "0A000"},
	{" no longer supported", "0A000"},
	{"no longer required", "0A000"},
	{"not yet implemented", "0A000"},
	{"cannot include schema elements", "0A000"},
	{"current database cannot be changed", "0A000"},
	{"aggregates cannot have output arguments", "0A000"},
	{"an ordered-set aggregate with a VARIADIC direct argument", "0A000"},
	{"constraints cannot be marked ", "0A000"},
	{"unsafe use of string constant", "0A000"},
	{"column number must be in range", "22023"},
	{"precision for type float must be", "22023"},
	{"unrecognized partitioning strategy", "22023"},
	{" for hash partition provided more than once", "42710"},
	{"frame start", "42P20"},
	{"frame end", "42P20"},
	{"role name \"", "42939"},
	{" cannot be used as a role name here", "42939"},
	{"invalid Unicode escape", "22025"},
	{"nonstandard use of ", "22P06"},
	{"unsafe use of ", "22P06"},
	{"invalid byte sequence", "22021"},
	{"out of memory", "53200"},
	{"stack depth limit exceeded", "54001"},
}

func codeOf(message string) string {
	if strings.Contains(message, " at or near \"") || strings.HasSuffix(message, " at end of input") {
		return "42601"
	}
	for _, c := range codes {
		if strings.Contains(message, c.part) {
			return c.code
		}
	}
	return "42601"
}
