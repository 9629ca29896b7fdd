package interp

import (
	"strconv"

	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/plpgsql"
	"github.com/electric-cli/electric/query"
)

// A cursor is an open portal with its rows, all computed when it was opened.
type cursor struct {
	query *query.Query
	rows  eval.Rows
	at    int // of the current row, from 1; 0 is in front of the first
	// forward says that the cursor was made NO SCROLL.
	forward bool
}

// open is OPEN.
func (fr *frame) open(s *plpgsql.Open) {
	v := fr.variable(s.Cursor)
	name, _ := v.value.(string)
	if name == "" {
		name = "<unnamed portal " + strconv.Itoa(len(fr.in.portals)+1) + ">"
	}
	if fr.in.portals[name] != nil {
		pgerr.Raise("42P03", pgerr.NoPosition, "cursor \"%s\" already in use", name)
	}
	if s.Cursor.Constant && v.value != name {
		pgerr.Raise("22005", pgerr.NoPosition, "variable \"%s\" is declared CONSTANT", s.Cursor.Name)
	}
	c := &cursor{forward: s.Scroll != nil && !*s.Scroll}
	if d := s.Cursor.Cursor; d != nil && d.Scroll != nil && !*d.Scroll {
		c.forward = true
	}
	switch {
	case s.Query != nil && s.Dynamic:
		text, known := fr.dynamic(s.Query)
		if !known {
			fr.undecidable(s.Query, "the text to open a cursor for is not known")
		}
		u := fr.using(s.Using)
		fr.inText(func() {
			var r eval.Result
			if c.query, r = fr.runText(text, u); c.query == nil {
				pgerr.Raise("42P11", pgerr.NoPosition, "cannot open non-SELECT query as cursor")
			}
			c.rows = r.Rows
		})
	case s.Query != nil:
		p, r := fr.query(s.Query)
		c.query, c.rows = p.query, r.Rows
	default:
		fr.bound(s.Cursor, s.Args, c)
	}
	fr.in.portals[name] = c
	v.value = name
}

// bound runs the query of a bound cursor with its arguments.
func (fr *frame) bound(d *plpgsql.Variable, args []plpgsql.CursorArg, c *cursor) {
	if d.Cursor == nil {
		pgerr.Raise("42601", pgerr.NoPosition, "cursor variable \"%s\" is not bound to a query", d.Name)
	}
	for i, arg := range args {
		if i < len(d.Cursor.Args) {
			value, typ := fr.eval(arg.Value)
			fr.set(fr.variable(d.Cursor.Args[i]), value, typ)
		}
	}
	p, r := fr.query(d.Cursor.Query)
	c.query, c.rows = p.query, r.Rows
}

func (fr *frame) forCursor(s *plpgsql.ForCursor) flow {
	c := &cursor{}
	fr.bound(s.Cursor, s.Args, c)
	if fr.vars[s.Var] == nil {
		fr.vars[s.Var] = &variable{decl: s.Var, typ: pg.Record, typmod: -1, record: true}
	}
	return fr.forRows(s, s.Label, s.Cursor.Cursor.Query, []*plpgsql.Target{{Var: s.Var}}, s.Body, c.query, c.rows)
}

// portal finds the open cursor of a variable.
func (fr *frame) portal(d *plpgsql.Variable) *cursor {
	v := fr.variable(d)
	name, ok := v.value.(string)
	if !ok {
		if v.value == nil {
			pgerr.Raise("22004", pgerr.NoPosition, "cursor variable \"%s\" is null", d.Name)
		}
		return nil
	}
	c := fr.in.portals[name]
	if c == nil {
		c = fr.declared(name)
	}
	if c == nil {
		pgerr.Raise("34000", pgerr.NoPosition, "cursor \"%s\" does not exist", name)
	}
	return c
}

// declared opens a cursor that SQL's DECLARE made; nil when there is none.
func (fr *frame) declared(name string) *cursor {
	n := fr.in.host.DeclaredCursor(name)
	if n == nil {
		return nil
	}
	c := &cursor{query: fr.analyzer().Query(n)}
	c.rows = fr.executor(nil, nil).Run(c.query).Rows
	fr.in.portals[name] = c
	return c
}

// fetch is FETCH or MOVE by one row.
func (fr *frame) fetch(s *plpgsql.Fetch) {
	c := fr.portal(s.Cursor)
	if c == nil || c.rows.Open != "" {
		why := "the rows of a cursor"
		for _, t := range s.Into {
			fr.unsettle(t.Var, why)
		}
		fr.setFound(eval.Unknown{Why: why})
		return
	}
	n := s.HowMany
	if s.Count != nil {
		v, typ := fr.eval(s.Count)
		k, ok := fr.cast(v, typ, pg.Int4, -1).(int64)
		if !ok {
			pgerr.Raise("22004", pgerr.NoPosition, "relative or absolute cursor position is null")
		}
		n = int(k)
	}
	last, was := len(c.rows.Rows), c.at
	switch s.Direction {
	case "forward", "relative":
		c.at += n
	case "backward":
		c.at -= n
	case "absolute":
		if c.at = n; n < 0 {
			c.at = last + 1 + n
		}
	}
	if s.All {
		c.at = last + 1
	}
	c.at = max(0, min(c.at, last+1))
	if c.forward && (c.at < was || s.Direction == "absolute" && n < 0) {
		pgerr.New("55000", pgerr.NoPosition, "cursor can only scan forward").
			WithHint("Declare it with SCROLL option to enable backward scan.").Raise()
	}
	found := c.at >= 1 && c.at <= last
	if !s.Move {
		var values []query.Datum
		if found {
			values = c.rows.Rows[c.at-1]
		}
		fr.assignRow(s.Into, rowOf(c.query, values))
	}
	fr.rowCount = int64(0)
	if found {
		fr.rowCount = int64(1)
	}
	fr.setFound(found)
}

// close is CLOSE.
func (fr *frame) close(s *plpgsql.Close) {
	if fr.portal(s.Cursor) != nil {
		name, _ := fr.variable(s.Cursor).value.(string)
		delete(fr.in.portals, name)
	}
}
