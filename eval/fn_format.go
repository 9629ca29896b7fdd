package eval

import (
	"strings"
	"unicode/utf8"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// format is format(): %s, %I, %L, with positions and widths.
func format(c *call) query.Datum {
	if c.args[0] == nil {
		return nil
	}
	f := &formatter{c: c, text: c.text(0)}
	f.values, f.types = c.spread(1)
	return f.run()
}

// A formatter runs one call of format().
type formatter struct {
	c      *call
	text   string
	pos    int
	values []query.Datum
	types  []pg.OID
	next   int // of the arguments without a position
	out    strings.Builder
}

func (f *formatter) run() query.Datum {
	for f.pos < len(f.text) {
		if f.text[f.pos] != '%' {
			f.out.WriteByte(f.text[f.pos])
			f.pos++
			continue
		}
		if f.pos++; f.peek() == '%' {
			f.out.WriteByte('%')
			f.pos++
			continue
		}
		f.specifier()
		if f.out.Len() > maxText {
			tooLong()
		}
	}
	return f.out.String()
}

// peek gives the next byte of a specifier, which must not end here.
func (f *formatter) peek() byte {
	if f.pos >= len(f.text) {
		pgerr.New("22023", pgerr.NoPosition, "unterminated format() type specifier").WithHint("For a single \"%%\" use \"%%%%\".").Raise()
	}
	return f.text[f.pos]
}

func (f *formatter) digits() (n int, ok bool) {
	start := f.pos
	for f.pos < len(f.text) && f.text[f.pos] >= '0' && f.text[f.pos] <= '9' && n < 1<<28 {
		n = n*10 + int(f.text[f.pos]-'0')
		f.pos++
	}
	return n, f.pos > start
}

// specifier is [position$][-][width]type.
func (f *formatter) specifier() {
	argument, width, minus := -1, 0, false
	if n, ok := f.digits(); ok {
		if f.peek() == '$' {
			if n == 0 {
				pgerr.Raise("22023", pgerr.NoPosition, "format specifies argument 0, but arguments are numbered from 1")
			}
			argument = n - 1
			f.pos++
		} else {
			width = n
		}
	}
	for f.peek() == '-' {
		minus = true
		f.pos++
	}
	if f.peek() == '*' {
		f.pos++
		n, ok := f.digits()
		at := f.next
		if ok && f.peek() == '$' {
			at = n - 1
			f.pos++
		} else {
			f.next++
		}
		v, _ := f.argument(at)
		width = int(number(v))
		if width < 0 {
			width, minus = -width, true
		}
	} else if n, ok := f.digits(); ok {
		width = n
	}
	kind := f.peek()
	f.pos++
	if kind != 's' && kind != 'I' && kind != 'L' {
		pgerr.New("22023", pgerr.NoPosition, "unrecognized format() type specifier \"%c\"", kind).WithHint("For a single \"%%\" use \"%%%%\".").Raise()
	}
	if argument < 0 {
		argument = f.next
		f.next++
	} else {
		f.next = argument + 1
	}
	f.pad(f.value(kind, argument), width, minus)
}

func (f *formatter) argument(i int) (query.Datum, pg.OID) {
	if i >= len(f.values) {
		pgerr.Raise("22023", pgerr.NoPosition, "too few arguments for format()")
	}
	return f.values[i], f.types[i]
}

func (f *formatter) value(kind byte, i int) string {
	v, typ := f.argument(i)
	if v == nil {
		switch kind {
		case 'I':
			pgerr.Raise("22004", pgerr.NoPosition, "null values cannot be formatted as an SQL identifier")
		case 'L':
			return "NULL"
		}
		return ""
	}
	s := datum.Out(f.c.x.c, typ, v)
	switch kind {
	case 'I':
		return datum.QuoteIdent(s)
	case 'L':
		return datum.QuoteLiteral(s)
	}
	return s
}

func (f *formatter) pad(s string, width int, minus bool) {
	missing := width - utf8.RuneCountInString(s)
	if missing > maxText {
		tooLong()
	}
	if missing > 0 && !minus {
		f.out.WriteString(strings.Repeat(" ", missing))
	}
	f.out.WriteString(s)
	if missing > 0 && minus {
		f.out.WriteString(strings.Repeat(" ", missing))
	}
}
