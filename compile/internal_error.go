package compile

import (
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/electric-cli/electric/pgerr"
)

// internalError begins the message of a mistake of this program's.
const internalError = "internal error: "

// guarded runs f as pgerr.Catch does. A mistake of this program's that Go
// notices is the statement's error, too, as elog(ERROR) is in Postgres: the
// statement is undone, and the ones after it still have their answers. It
// surrounds whole statements alone, so that no EXCEPTION clause takes it for an
// error of the user's.
func (s *Session) guarded(f func()) (err *pgerr.Error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case runtime.Error:
			err = s.bug(r, string(debug.Stack()))
		default:
			panic(r)
		}
	}()
	return pgerr.Catch(f)
}

// bug tells of a mistake of this program's.
func (s *Session) bug(failure runtime.Error, stack string) *pgerr.Error {
	err := pgerr.New("XX000", pgerr.NoPosition, "%s%s", internalError, strings.TrimPrefix(failure.Error(), "runtime error: "))
	err.WithHint("This is a mistake in Electric, not in your SQL. Please report it together with the statement.")
	if s.Debug {
		err.WithDetail("%s", stack)
	}
	return err
}
