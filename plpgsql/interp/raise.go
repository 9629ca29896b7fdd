package interp

import (
	"strings"

	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/plpgsql"
)

// unknownText stands in a message for a value that is not known.
const unknownText = "?"

// messageText writes a value of RAISE; what is not known is a question mark.
func (fr *frame) messageText(e *plpgsql.Expr) (text string, null bool) {
	text, null, known := fr.text(e)
	if !known {
		return unknownText, false
	}
	return text, null
}

// raise is RAISE (exec_stmt_raise).
func (fr *frame) raise(s *plpgsql.Raise) {
	if s.Rethrow {
		if len(fr.caught) == 0 {
			pgerr.Raise("0Z002", pgerr.NoPosition, "RAISE without parameters cannot be used outside an exception handler")
		}
		fr.caught[len(fr.caught)-1].Raise()
	}
	err := &pgerr.Error{Position: pgerr.NoPosition}
	message, given := "", false
	if s.Cond != nil {
		err.Code = s.Cond.Codes[0]
		message = s.Cond.Name
		if message == "" {
			message = err.Code
		}
	}
	if s.Message != nil {
		message, given = fr.formatted(s), true
	}
	fr.raiseOptions(s, err, &message, given)
	if err.Code == "" && s.Level == "exception" {
		err.Code = "P0001"
	}
	if message == "" && !given {
		message = err.Code
	}
	err.Message = message
	if s.Level == "exception" {
		err.Raise()
	}
	code := err.Code
	if code == "" {
		code = "00000"
		if s.Level == "warning" {
			code = "01000"
		}
	}
	fr.in.host.Notice(strings.ToUpper(s.Level), code, message, err.Detail, err.Hint)
}

// formatted puts the parameters of RAISE into its message.
func (fr *frame) formatted(s *plpgsql.Raise) string {
	var out strings.Builder
	next := 0
	m := *s.Message
	for i := 0; i < len(m); i++ {
		switch {
		case m[i] != '%':
			out.WriteByte(m[i])
		case i+1 < len(m) && m[i+1] == '%':
			out.WriteByte('%')
			i++
		case next < len(s.Params):
			text, null := fr.messageText(s.Params[next])
			if null {
				text = "<NULL>"
			}
			out.WriteString(text)
			next++
		}
	}
	return out.String()
}

func (fr *frame) raiseOptions(s *plpgsql.Raise, err *pgerr.Error, message *string, given bool) {
	seen := map[string]bool{}
	for _, o := range s.Options {
		name := strings.ToLower(o.Name)
		text, null := fr.messageText(o.Value)
		if null {
			pgerr.Raise("22004", pgerr.NoPosition, "RAISE statement option cannot be null")
		}
		if seen[name] || name == "errcode" && err.Code != "" || name == "message" && (given || s.Cond != nil && *message != "" && given) {
			pgerr.Raise("42601", pgerr.NoPosition, "RAISE option already specified: %s", strings.ToUpper(name))
		}
		seen[name] = true
		switch name {
		case "errcode":
			err.Code = errorCode(text)
		case "message":
			*message = text
		case "detail":
			err.Detail = text
		case "hint":
			err.Hint = text
		}
	}
}

// errorCode reads an ERRCODE: a SQLSTATE or a condition's name.
func errorCode(text string) string {
	if text == unknownText {
		return "P0001"
	}
	if len(text) == 5 && strings.Trim(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		return text
	}
	for _, c := range pg.ConditionsNamed(text) {
		return c.SQLState
	}
	pgerr.Raise("42704", pgerr.NoPosition, "unrecognized exception condition \"%s\"", text)
	return ""
}
