package interp

import (
	"strings"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/plpgsql"
	"github.com/electric-cli/electric/query"
)

// isQuery says whether a statement is analysed and computed, not handed to the
// session.
func isQuery(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.SelectStmt:
		return n.IntoClause == nil
	case *ast.InsertStmt, *ast.UpdateStmt, *ast.DeleteStmt, *ast.MergeStmt:
		return true
	}
	return false
}

// utility hands a statement to the session.
func (fr *frame) utility(n ast.Node, text string) {
	fr.in.generation++
	fr.in.host.Nested(n, text)
}

// execSQL runs a SQL statement of the body (exec_stmt_execsql).
func (fr *frame) execSQL(s *plpgsql.ExecSQL) {
	n, err := s.Query.Node()
	if err != nil {
		err.Raise()
	}
	if !isQuery(n) && reports(n) == nil {
		if s.Into != nil {
			pgerr.Raise("42601", pgerr.NoPosition, "INTO used with a command that cannot return data")
		}
		fr.at(s.Query, func() { fr.utility(n, s.Query.SQL()) })
		return
	}
	p, r := fr.query(s.Query)
	fr.counted(r)
	returns := p.query.Command == ast.CMD_SELECT || len(p.query.Returning) > 0
	switch {
	case s.Into != nil && !returns:
		pgerr.Raise("42601", pgerr.NoPosition, "INTO used with a command that cannot return data")
	case s.Into != nil:
		fr.into(s.Into, s.Strict || p.query.Command != ast.CMD_SELECT && len(r.Rows.Rows) > 1, p.query, r)
	case returns && p.query.Command == ast.CMD_SELECT && p.utility == nil:
		pgerr.New("42601", pgerr.NoPosition, "query has no destination for result data").
			WithHint("If you want to discard the results of a SELECT, use PERFORM instead.").Raise()
	case returns:
		pgerr.Raise("42601", pgerr.NoPosition, "query has no destination for result data")
	}
}

// into gives the first row of a result to targets.
func (fr *frame) into(targets []*plpgsql.Target, strict bool, q *query.Query, r eval.Result) {
	rows := r.Rows.Rows
	switch {
	case r.Open != "":
		fr.assignRow(targets, unknownRow(q, r.Open))
	case len(rows) > 1 && !strict && fr.in.checks("too_many_rows"):
		pgerr.New("P0003", pgerr.NoPosition, "query returned more than one row").
			WithHint("Make sure the query returns a single row, or use LIMIT 1.").Raise()
	case len(rows) == 0 && strict:
		pgerr.Raise("P0002", pgerr.NoPosition, "query returned no rows")
	case len(rows) > 1 && strict:
		pgerr.New("P0003", pgerr.NoPosition, "query returned more than one row").
			WithHint("Make sure the query returns a single row, or use LIMIT 1.").Raise()
	case len(rows) == 0:
		fr.assignRow(targets, rowOf(q, nil))
	default:
		fr.assignRow(targets, rowOf(q, rows[0]))
	}
	if q.Command == ast.CMD_SELECT && r.Open == "" {
		fr.rowCount = int64(min(len(rows), 1))
	}
}

// A using holds the values of EXECUTE … USING.
type using struct {
	values []query.Datum
	types  []pg.OID
}

func (fr *frame) using(list []*plpgsql.Expr) using {
	var u using
	for _, e := range list {
		v, typ := fr.eval(e)
		if typ == pg.Unknown {
			typ = pg.Text
		}
		u.values, u.types = append(u.values, v), append(u.types, typ)
	}
	return u
}

// dynamic gives the text of EXECUTE's string; known is false when it is not
// known, and then harmless.
func (fr *frame) dynamic(e *plpgsql.Expr) (text string, known bool) {
	text, null, known := fr.text(e)
	switch {
	case !known && !fr.writesRows(e):
		fr.undecidable(e, "the text to EXECUTE is not known")
	case known && null:
		pgerr.Raise("22004", pgerr.NoPosition, "query string argument of EXECUTE is null")
	}
	return text, known
}

// execute is EXECUTE (exec_stmt_dynexecute).
func (fr *frame) execute(s *plpgsql.Execute) {
	text, known := fr.dynamic(s.Query)
	if !known {
		fr.forgetRows()
		for _, t := range s.Into {
			fr.unsettle(t.Var, "the result of EXECUTE")
		}
		return
	}
	u := fr.using(s.Using)
	fr.inText(func() {
		q, r := fr.runText(text, u)
		if s.Into == nil {
			return
		}
		if q == nil {
			pgerr.Raise("42601", pgerr.NoPosition, "INTO used with a command that cannot return data")
		}
		fr.into(s.Into, s.Strict, q, r)
	})
}

// inText takes the place from errors in a text that is not in the body.
func (fr *frame) inText(f func()) { fr.during(f) }

// runText runs the statements of a text; the result is the last query's.
func (fr *frame) runText(text string, u using) (last *query.Query, result eval.Result) {
	ran := false
	for _, st := range parser.Split(text) {
		n, err := st.Node()
		if err != nil {
			err.Raise()
		}
		if n == nil {
			continue
		}
		ran = true
		last, result = fr.runNode(n, st.Text, u)
	}
	if !ran {
		return nil, eval.Result{}
	}
	return last, result
}

func (fr *frame) runNode(n ast.Node, text string, u using) (*query.Query, eval.Result) {
	if sel, ok := n.(*ast.SelectStmt); ok && sel.IntoClause != nil {
		pgerr.New("0A000", pgerr.NoPosition, "EXECUTE of SELECT ... INTO is not implemented").
			WithHint("You might want to use EXECUTE ... INTO or EXECUTE CREATE TABLE ... AS instead.").Raise()
	}
	if _, ok := n.(*ast.TransactionStmt); ok {
		pgerr.Raise("0A000", pgerr.NoPosition, "EXECUTE of transaction commands is not implemented")
	}
	a := fr.analyzer()
	for _, typ := range u.types {
		a.Params = append(a.Params, analyze.Param{Type: typ})
	}
	if q := reports(n); q != nil {
		return q, fr.report(a, n, text)
	}
	if !isQuery(n) {
		fr.utility(n, text)
		return nil, eval.Result{}
	}
	q := a.Query(n)
	if q.Command != ast.CMD_SELECT {
		a.Rewrite(q)
	}
	r := fr.executor(nil, u.values).Run(q)
	fr.rowCount = r.Affected
	if !r.AffectedKnown {
		fr.rowCount = eval.Unknown{Why: r.Open}
	}
	if q.Command != ast.CMD_SELECT && len(q.Returning) == 0 {
		return nil, r
	}
	return q, r
}

// call is CALL in a body: the procedure's output arguments go to variables.
func (fr *frame) call(s *plpgsql.Call) {
	n, err := s.Query.Node()
	if err != nil {
		err.Raise()
	}
	c, ok := n.(*ast.CallStmt)
	if !ok || s.IsDo {
		fr.at(s.Query, func() { fr.utility(n, s.Query.SQL()) })
		return
	}
	b := &binding{fr: fr, scope: s.Query.Scope}
	var f *query.FuncExpr
	fr.at(s.Query, func() { f = b.analyzer().Call(c.Funccall) })
	p := fr.catalog().Proc(f.Fn)
	var rows eval.Rows
	fr.during(func() { rows = fr.executor(b.refs, nil).Procedure(p, f.Args, fr.atomic) })
	fr.in.generation++
	fr.outputsTo(p.ArgModes, f.Args, b.refs, rows)
}

// outputsTo gives a procedure's output arguments to the variables that stand
// for them.
func (fr *frame) outputsTo(modes string, args []query.Expr, refs []reference, rows eval.Rows) {
	next := 0
	for i, mode := range []byte(modes) {
		if mode != 'o' && mode != 'b' {
			continue
		}
		n := next
		next++
		p, ok := args[i].(*query.Param)
		if !ok || p.ID > len(refs) || refs[p.ID-1].v == nil {
			if mode == 'b' || mode == 'o' {
				pgerr.Raise("42601", pgerr.NoPosition, "procedure parameter \"%s\" is an output parameter but corresponding argument is not writable", dollar(i+1))
			}
			continue
		}
		r := refs[p.ID-1]
		if rows.Open != "" || len(rows.Rows) == 0 {
			r.v.value = eval.Unknown{Why: rows.Open}
			continue
		}
		if row, ok := rows.Rows[0][0].(*query.Row); ok && n < len(row.Values) {
			fr.set(r.v, row.Values[n], row.Types[n])
		}
	}
}

// getDiagnostics is GET [STACKED] DIAGNOSTICS.
func (fr *frame) getDiagnostics(s *plpgsql.GetDiagnostics) {
	var err *pgerr.Error
	if s.Stacked {
		if len(fr.caught) == 0 {
			pgerr.Raise("0Z002", pgerr.NoPosition, "GET STACKED DIAGNOSTICS cannot be used outside an exception handler")
		}
		err = fr.caught[len(fr.caught)-1]
	}
	for _, item := range s.Items {
		var v query.Datum = ""
		typ := pg.OID(pg.Text)
		switch strings.ToLower(item.Item) {
		case "row_count":
			v, typ = fr.rowCount, pg.Int8
		case "returned_sqlstate":
			v = err.Code
		case "message_text":
			v = err.Message
		case "pg_exception_detail":
			v = err.Detail
		case "pg_exception_hint":
			v = err.Hint
		case "pg_context", "pg_exception_context":
			v = eval.Unknown{Why: "the call stack"}
		}
		fr.assign(item.Target, v, typ)
	}
}
