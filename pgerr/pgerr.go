// Package pgerr is how the interpreter refuses a statement: with the SQLSTATE,
// the words and the position that PostgreSQL would use.
//
// As ereport(ERROR) in PostgreSQL, Raise does not return: it unwinds to the
// Catch that runs the statement. Statement functions therefore read as a
// sequence of facts, without an error check on every line. No panic of this
// package crosses Catch, and Catch lets every other panic pass: those are bugs.
// The package imports nothing of ours.
package pgerr

import "fmt"

// NoPosition says that an error has no place in the statement's text.
const NoPosition = -1

// An Error is PostgreSQL's answer to a statement it refuses.
type Error struct {
	Code     string // SQLSTATE
	Message  string // the primary message, in PostgreSQL's words
	Detail   string
	Hint     string
	Position int // 0-based byte offset into the statement's text, or NoPosition

	// Undecided says that another server might accept the statement: it depends
	// on what is installed there.
	Undecided bool
}

func (e *Error) Error() string { return e.Message + " [" + e.Code + "]" }

// New makes an Error without raising it.
func New(code string, position int, format string, args ...any) *Error {
	return &Error{Code: code, Position: position, Message: fmt.Sprintf(format, args...)}
}

// Raise refuses the current statement. It does not return.
func Raise(code string, position int, format string, args ...any) {
	panic(New(code, position, format, args...))
}

// WithDetail adds PostgreSQL's DETAIL line.
func (e *Error) WithDetail(format string, args ...any) *Error {
	e.Detail = fmt.Sprintf(format, args...)
	return e
}

// WithHint adds PostgreSQL's HINT line.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// AsUndecided says that another server might accept the statement.
func (e *Error) AsUndecided() *Error {
	e.Undecided = true
	return e
}

// Raise refuses the current statement with e. It does not return.
func (e *Error) Raise() { panic(e) }

// Catch runs f and gives what it raised, or nil.
func Catch(f func()) (err *Error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Error:
			err = r
		default:
			panic(r)
		}
	}()
	f()
	return nil
}
