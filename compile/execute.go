package compile

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/plpgsql"
	"github.com/electric-cli/electric/plpgsql/interp"
	"github.com/electric-cli/electric/query"
)

// What runs: DO, CALL, queries that call functions, and DML, whose rows are
// kept as far as they are known (docs/decisions/0004-running-bodies.md).

// An execution is what a session needs to run bodies and queries.
type execution struct {
	executor *eval.Executor
	interp   *interp.Interpreter
	bodies   map[pg.OID]parsedBody
	restart  bool // a procedure ended the transaction that the statement began in
}

// A parsedBody is a function's body, parsed when it had this text.
type parsedBody struct {
	src string
	fn  *plpgsql.Function
}

// executor gives what computes queries.
func (s *Session) executor() *eval.Executor {
	if s.execution.executor == nil {
		s.execution.executor = eval.New(s.catalog, host{s}, eval.NewStore(s.catalog))
	}
	return s.execution.executor
}

// interpreter gives what runs PL/pgSQL.
func (s *Session) interpreter() *interp.Interpreter {
	if s.execution.interp == nil {
		s.execution.interp = interp.New(host{s})
	}
	return s.execution.interp
}

// resetLimits begins a statement of the session.
func (s *Session) resetLimits() {
	if s.execution.executor != nil {
		s.execution.executor.Reset()
	}
	if s.execution.interp != nil {
		s.execution.interp.Reset()
	}
}

// atomic says whether a procedure called now may not end the transaction.
func (s *Session) atomic() bool { return s.tx.state != txNone || s.depth > 0 }

// doStmt interprets DO (ExecuteDoStmt).
func (s *Session) doStmt(n *ast.DoStmt) {
	opts := options(n.Args, nil, nil)
	as := opts["as"]
	if as == nil {
		pgerr.Raise("42601", pgerr.NoPosition, "no inline code specified")
	}
	language := "plpgsql"
	if d := opts["language"]; d != nil {
		language = s.defString(d)
	}
	lang := s.catalog.GenericNamed(catalog.ClassLanguage, "", language)
	if lang == nil {
		lang, _ = s.catalog.Named(catalog.ClassLanguage, 0, language).(*catalog.Generic)
	}
	switch {
	case lang == nil:
		err := pgerr.New("42704", pgerr.NoPosition, "language \"%s\" does not exist", language)
		if pg.FindExtension(language) != nil {
			err.WithHint("Use CREATE EXTENSION to load the language into the database.")
		}
		err.Raise()
	case lang.OID == pg.LangSQL || lang.OID == pg.LangC || lang.OID == pg.LangInternal:
		pgerr.Raise("0A000", pgerr.NoPosition, "language \"%s\" does not support inline code execution", lang.Name)
	case lang.OID != pg.LangPLpgSQL:
		s.unsupported("running code in the language " + lang.Name)
	}
	s.checkPrivilege(lang, aclUsage)
	src := s.defString(as)
	s.inBody(src, as.Location, func() {
		sig := plpgsql.DoBlock
		sig.ShadowErrors = s.shadowErrors()
		f, err := plpgsql.Parse(src, sig, plTypes{s})
		if err != nil {
			err.Raise()
		}
		s.interpreter().Do(f, s.atomic())
	})
}

// shadowErrors says whether plpgsql.extra_errors refuses variables that hide
// others.
func (s *Session) shadowErrors() bool {
	list := s.Setting("plpgsql.extra_errors")
	return strings.Contains(list, "shadowed_variables") || list == "all"
}

// callStmt interprets CALL (ExecuteCallStmt).
func (s *Session) callStmt(n *ast.CallStmt) {
	f := s.analyzer().Call(n.Funccall)
	p := s.catalog.Proc(f.Fn)
	s.checkPrivilege(p, aclExecute)
	s.executor().Procedure(p, f.Args, s.atomic())
}

// runQuery runs a query or DML statement for what it does to the schema and to
// the rows that are kept.
func (s *Session) runQuery(n ast.Node) {
	if len(s.text) > maxRunText {
		s.forgetWritten(s.checkQuery(n))
		return
	}
	q := s.checkQuery(n)
	switch {
	case s.acts(q):
		s.quietly(q, true)
	case q.Command != ast.CMD_SELECT:
		s.quietly(q, false)
	}
}

// maxRunText is how long a query may be that is run and not only checked.
const maxRunText = 256 << 10

// forgetWritten makes the rows unknown that a query may have written.
func (s *Session) forgetWritten(q *query.Query) {
	store := s.executor().Store()
	if q.Command == ast.CMD_INSERT && q.Result > 0 && len(q.CTEs) == 0 && !s.acts(q) {
		r := s.catalog.Relation(q.RangeTable[q.Result-1].Relation)
		if r != nil && r.Kind == catalog.Table && len(r.Rules) == 0 && !slices.ContainsFunc(r.Triggers, func(t *catalog.Trigger) bool { return !t.Internal }) {
			store.Forget(r)
			return
		}
	}
	store.ForgetAll()
}

// quietly runs a query. What cannot be computed of plain DML is no error of the
// user's: the table's rows are then not known. A query that acts through
// functions fails as it does on a server.
func (s *Session) quietly(q *query.Query, strict bool) {
	mark := s.catalog.Mark()
	err := pgerr.Catch(func() { s.executor().Run(q) })
	if err == nil {
		return
	}
	err.Position = pgerr.NoPosition
	if strict || strings.HasPrefix(err.Code, "23") || strings.HasPrefix(err.Code, "22") {
		err.Raise()
	}
	s.catalog.RollbackTo(mark)
	if rel := s.catalog.Relation(q.RangeTable[q.Result-1].Relation); rel != nil {
		s.executor().Store().Forget(rel)
	}
}

// actors are the built-in functions that change something.
var actors = map[string]bool{"nextval_oid": true, "setval_oid": true, "setval3_oid": true, "set_config_by_name": true}

// acts says whether a query does more than yield rows: it calls a volatile
// function that a user wrote, or one of the actors.
func (s *Session) acts(q *query.Query) bool {
	found := false
	query.WalkQuery(q, func(e query.Expr, _ int) bool {
		switch e := e.(type) {
		case *query.FuncExpr:
			found = found || s.actor(s.catalog.Proc(e.Fn), q)
		case *query.OpExpr:
			if o := s.catalog.Operator(e.Op); o != nil && o.Code >= pg.FirstUserOID {
				found = found || s.actor(s.catalog.Proc(o.Code), q)
			}
		}
		return !found
	})
	return found || q.Command == ast.CMD_SELECT && q.HasModifyingCTE
}

func (s *Session) actor(p *catalog.Proc, q *query.Query) bool {
	switch {
	case p == nil:
		return false
	case p.Lang == pg.LangInternal:
		return q.Command == ast.CMD_SELECT && actors[p.Src]
	}
	return p.OID >= pg.FirstUserOID && p.Volatile == 'v' && (p.Lang == pg.LangPLpgSQL || p.Lang == pg.LangSQL)
}

// verify checks the rows that are known of a table against its constraints.
func (s *Session) verify(r *catalog.Relation) {
	if s.execution.executor != nil && s.catalog.Relation(r.OID) == r {
		s.executor().Verify(r)
	}
}

// endConstraints forgets what SET CONSTRAINTS said.
func (s *Session) endConstraints() {
	if s.execution.executor != nil {
		s.executor().Store().EndTransaction()
	}
}

// fill gives a table made from a query that query's rows.
func (s *Session) fill(r *catalog.Relation, q *query.Query) {
	if r.Kind != catalog.Table {
		return
	}
	store := s.executor().Store()
	store.Forget(r)
	err := pgerr.Catch(func() { store.Fill(r, s.executor().Run(q).Rows) })
	if err != nil && s.acts(q) {
		err.Position = pgerr.NoPosition
		err.Raise()
	}
}

// host is the session as package eval and the interpreter see it.
type host struct{ s *Session }

func (h host) Catalog() *catalog.Catalog { return h.s.catalog }

func (h host) Executor() *eval.Executor { return h.s.executor() }

func (h host) Nested(n ast.Node, text string) { h.s.Nested(n, text) }

func (h host) Subtransaction(f func()) *pgerr.Error { return h.s.Subtransaction(f) }

// Setting gives a run-time parameter; those of extensions are known once set.
func (h host) Setting(name string) (string, bool) {
	if !h.s.HasSetting(name) {
		return "", false
	}
	return h.s.showSetting(name), true
}

func (h host) SetConfig(name, value string, local bool) string {
	return h.s.SetConfig(name, value, local)
}

// EndTransaction is COMMIT or ROLLBACK in a procedure.
func (h host) EndTransaction(commit bool) {
	s := h.s
	text, depth := s.text, s.depth
	if commit {
		s.commit()
	} else {
		s.rollback()
	}
	s.text, s.depth = text, depth
	s.execution.restart = true
}

// DeclaredCursor gives the query of a cursor that DECLARE made.
func (h host) DeclaredCursor(name string) ast.Node { return h.s.cursors[name].query }

// Notice reports a message of RAISE.
func (h host) Notice(level, code, message, detail, hint string) {
	h.s.Report(Notice{Severity: level, Code: code, Message: message, Detail: detail, Hint: hint})
}

// DeclaredType resolves a type that a body declares.
func (h host) DeclaredType(text string) (pg.OID, int32) {
	if name, ok := cutSuffixFold(text, "%rowtype"); ok {
		r := h.s.lookup(rangeVarOf(splitDotted(name)), false)
		return r.Type, -1
	}
	return h.s.typeID(parseTypeName(text))
}

// Body parses a PL/pgSQL function; nil for one in another language.
func (h host) Body(p *catalog.Proc) *plpgsql.Function {
	if p.Lang != pg.LangPLpgSQL {
		return nil
	}
	if b := h.s.execution.bodies[p.OID]; b.fn != nil && b.src == p.Src {
		return b.fn
	}
	f, err := plpgsql.Parse(p.Src, h.s.plSignature(p), plTypes{h.s})
	if err != nil {
		err.Position = pgerr.NoPosition
		err.Raise()
	}
	if h.s.execution.bodies == nil {
		h.s.execution.bodies = map[pg.OID]parsedBody{}
	}
	h.s.execution.bodies[p.OID] = parsedBody{p.Src, f}
	return f
}

// CallFunction runs a function that a user wrote.
func (h host) CallFunction(p *catalog.Proc, args []query.Datum, types []pg.OID, result pg.OID) eval.Rows {
	if p.RetType == pg.Trigger || p.RetType == pg.EventTrigger {
		pgerr.Raise("0A000", pgerr.NoPosition, "trigger functions can only be called as triggers")
	}
	return h.s.callFunction(p, args, types, result, true)
}

// CallProcedure runs a procedure.
func (h host) CallProcedure(p *catalog.Proc, args []query.Datum, types []pg.OID, atomic bool) eval.Rows {
	return h.s.callFunction(p, args, types, p.RetType, atomic)
}

// maxCalls bounds how deep statements run inside statements.
const maxCalls = 300

// callFunction runs a function with its settings and under its owner's name if
// it asks for that.
func (s *Session) callFunction(p *catalog.Proc, args []query.Datum, types []pg.OID, result pg.OID, atomic bool) (rows eval.Rows) {
	defer func(text string, depth int) { s.text, s.depth = text, depth }(s.text, s.depth)
	if s.depth++; s.depth > maxCalls {
		pgerr.New("54001", pgerr.NoPosition, "stack depth limit exceeded").
			WithHint("Increase the configuration parameter \"max_stack_depth\" (currently 2048kB), after ensuring the platform's stack depth limit is adequate.").Raise()
	}
	if p.SecDef {
		user := s.catalog.CurrentUser
		s.setRole(p.Owner)
		defer func() { s.setRole(user) }()
	}
	s.withSettings(p.Config, func() {
		switch p.Lang {
		case pg.LangPLpgSQL:
			rows = s.interpreter().Call(p, args, types, result, atomic || p.SecDef || len(p.Config) > 0)
		case pg.LangSQL:
			rows = s.callSQL(p, args, types, result)
		default:
			rows = eval.Rows{Open: "the function " + p.Name}
		}
	})
	return rows
}

// callSQL runs a function in SQL (functions.c): the result is its last query's.
func (s *Session) callSQL(p *catalog.Proc, args []query.Datum, types []pg.OID, result pg.OID) eval.Rows {
	x := s.executor().With(func(param *query.Param) query.Datum {
		if param.ID < 1 || param.ID > len(args) {
			pgerr.Raise("42P02", param.Location, "there is no parameter $%d", param.ID)
		}
		return args[param.ID-1]
	})
	var last *query.Query
	var rows eval.Rows
	run := func(q *query.Query) {
		last, rows = q, x.Run(q).Rows
	}
	for _, q := range p.Body {
		run(q)
	}
	for _, st := range parser.Split(p.Src) {
		n, err := st.Node()
		switch {
		case err != nil:
			err.Raise()
		case n == nil:
		case isOptimizable(n) && !selectsInto(n):
			a := s.callAnalyzer(p, types)
			q := a.Query(n)
			if q.Command != ast.CMD_SELECT {
				a.Rewrite(q)
			}
			run(q)
		case n.Tag() == "CallStmt":
			f := s.callAnalyzer(p, types).Call(n.(*ast.CallStmt).Funccall)
			called := s.catalog.Proc(f.Fn)
			s.checkPrivilege(called, aclExecute)
			last, rows = nil, x.Procedure(called, f.Args, true)
		default:
			last, rows = nil, eval.Rows{}
			s.Nested(n, st.Text)
		}
	}
	return s.sqlResult(p, last, rows, result, s.outTypes(p, types))
}

// callAnalyzer makes the analyzer of a function's body in a call: polymorphic
// parameters have the types of what they are given.
func (s *Session) callAnalyzer(p *catalog.Proc, given []pg.OID) *analyze.Analyzer {
	a := s.functionAnalyzer(p)
	for i := range a.Params {
		t := s.catalog.Type(a.Params[i].Type)
		switch {
		case t == nil || t.Kind != 'p' || i >= len(given):
		case given[i] == pg.Unknown: // a default
			pgerr.Catch(func() { a.Params[i].Type = analyze.ResolveResult(s.catalog, given, p.ArgTypes, p.ArgTypes[i]) })
		default:
			a.Params[i].Type = given[i]
		}
	}
	return a
}

func selectsInto(n ast.Node) bool {
	sel, ok := n.(*ast.SelectStmt)
	return ok && sel.IntoClause != nil
}

// sqlResult gives a function's last rows the form of its result.
func (s *Session) sqlResult(p *catalog.Proc, q *query.Query, rows eval.Rows, result pg.OID, types []pg.OID) eval.Rows {
	if result == pg.Void || q == nil {
		return eval.Rows{Rows: [][]query.Datum{{""}}}
	}
	columns := q.TargetList
	if len(q.Returning) > 0 {
		columns = q.Returning
	}
	columns = slices.DeleteFunc(slices.Clone(columns), func(t *query.TargetEntry) bool { return t.Resjunk })
	out := eval.Rows{Open: rows.Open}
	for _, row := range rows.Rows {
		if !p.RetSet && len(out.Rows) > 0 {
			break
		}
		out.Rows = append(out.Rows, s.sqlRow(p, columns, row, result, types))
	}
	if !p.RetSet && len(out.Rows) == 0 && out.Open == "" {
		out.Rows = [][]query.Datum{{nil}}
	}
	return out
}

// outTypes gives the types of a function's output arguments in a call: the
// polymorphic ones follow from the arguments given.
func (s *Session) outTypes(p *catalog.Proc, given []pg.OID) []pg.OID {
	types := eval.OutTypes(p)
	for i, typ := range types {
		if !polymorphic(typ) || len(given) != len(p.ArgTypes) {
			continue
		}
		pgerr.Catch(func() { types[i] = analyze.ResolveResult(s.catalog, given, p.ArgTypes, typ) })
	}
	return types
}

// sqlRow casts a row to the function's result; several columns are one row
// value, unless the function returns a set of them.
func (s *Session) sqlRow(p *catalog.Proc, columns []*query.TargetEntry, row []query.Datum, result pg.OID, types []pg.OID) []query.Datum {
	x := s.executor()
	composite := s.plKind(result) == plpgsql.RecordType
	switch {
	case len(types) > 0 && !strings.ContainsAny(p.ArgModes, "t"), len(types) > 0:
	case composite && result != pg.Record:
		types = x.NullRow(result).Types
	case !composite:
		types = []pg.OID{result}
	}
	if composite && len(columns) == 1 && s.plKind(query.ExprType(columns[0].Expr)) == plpgsql.RecordType {
		return row
	}
	out := slices.Clone(row)
	value := &query.Row{Type: result}
	for i, t := range columns {
		typ := query.ExprType(t.Expr)
		if i < len(types) && typ != types[i] && !polymorphic(types[i]) {
			out[i] = x.Cast(row[i], typ, types[i], -1)
			typ = types[i]
		}
		value.Names, value.Types = append(value.Names, t.Resname), append(value.Types, typ)
	}
	if !composite || p.RetSet {
		return out
	}
	value.Values = out
	return []query.Datum{value}
}
