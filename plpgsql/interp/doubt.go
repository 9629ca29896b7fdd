package interp

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/plpgsql"
)

// A doubt is the state of a body after a point at which control may or may not
// have left: what follows is passed over as long as it cannot change the
// schema.
type doubt struct {
	why   string
	expr  *plpgsql.Expr
	exits bool // by EXIT or CONTINUE: it ends with the loop
}

func (fr *frame) begin(d *doubt) {
	if fr.doubt == nil {
		fr.doubt = d
	}
}

// undecidable ends the body with the error that quotes an expression.
func (fr *frame) undecidable(e *plpgsql.Expr, why string) {
	pgerr.New(Undecidable, e.Offset, "whether the schema changes here depends on data: %s", quoted(e)).
		WithDetail("It is decided by what the files do not tell: %s.", why).
		WithHint("Ask the catalogs (information_schema, pg_catalog) rather than rows, or write the change as a plain statement with IF [NOT] EXISTS.").
		Raise()
}

// passBranches passes over the branches of a condition that is not known.
func (fr *frame) passBranches(e *plpgsql.Expr, why string, branches ...[]plpgsql.Stmt) {
	var effects effects
	for _, b := range branches {
		fr.effectsOf(b, &effects)
	}
	fr.settle(e, why, &effects)
	if effects.returns || effects.exits {
		fr.begin(&doubt{why: why, expr: e, exits: !effects.returns})
	}
}

// passLoop passes over a loop whose rounds are not known. Its query, if it is
// one over rows, has run.
func (fr *frame) passLoop(s plpgsql.Stmt, e *plpgsql.Expr, why string) {
	var effects effects
	fr.roundEffects(s, &effects)
	fr.settle(e, why, &effects)
	if effects.returns {
		fr.begin(&doubt{why: why, expr: e})
	}
}

// pass passes over a statement behind a point of doubt.
func (fr *frame) pass(s plpgsql.Stmt) {
	d := fr.doubt
	var effects effects
	fr.effectsOf([]plpgsql.Stmt{s}, &effects)
	fr.settle(d.expr, d.why, &effects)
	if effects.returns {
		d.exits = false
	}
}

// leaveDoubtful ends a loop in whose body doubt began.
func (fr *frame) leaveDoubtful(loop plpgsql.Stmt) {
	d := fr.doubt
	var effects effects
	fr.roundEffects(loop, &effects)
	fr.settle(d.expr, d.why, &effects)
	if d.exits && !effects.returns {
		fr.doubt = nil
	}
}

// settle takes the effects of what is passed over: what they might change is
// unknown from here on.
func (fr *frame) settle(e *plpgsql.Expr, why string, effects *effects) {
	if effects.schema {
		fr.undecidable(e, why)
	}
	for _, v := range effects.assigned {
		fr.unsettle(v, why)
	}
	if effects.found && fr.fn.Found != nil {
		fr.unsettle(fr.fn.Found, why)
		fr.rowCount = fr.vars[fr.fn.Found].value
	}
	if effects.anyRows {
		fr.forgetRows()
	}
	store := fr.in.host.Executor().Store()
	for _, rel := range effects.rows {
		if store != nil {
			store.Forget(rel)
		}
	}
}

// forgetRows makes the rows of all tables unknown.
func (fr *frame) forgetRows() {
	if store := fr.in.host.Executor().Store(); store != nil {
		store.ForgetAll()
	}
}

// effects are what statements might do, found without running them.
type effects struct {
	schema   bool // they might change the schema, or what names mean
	returns  bool // RETURN
	exits    bool // EXIT or CONTINUE out of the statements
	found    bool
	assigned []*plpgsql.Variable
	rows     []*catalog.Relation // tables written to
	anyRows  bool                // any table may be
	depth    int
	seen     map[pg.OID]bool // functions looked into
}

// effectsOf adds the effects of statements.
func (fr *frame) effectsOf(list []plpgsql.Stmt, out *effects) {
	for _, s := range list {
		fr.effectOf(s, out)
	}
}

func (fr *frame) effectOf(s plpgsql.Stmt, out *effects) {
	switch s := s.(type) {
	case *plpgsql.Block:
		for _, v := range s.Variables {
			fr.exprEffects(v.Default, out)
		}
		fr.effectsOf(s.Body, out)
		for _, h := range s.Handlers {
			fr.effectsOf(h.Body, out)
		}
	case *plpgsql.Assign:
		out.assigned = append(out.assigned, s.Target.Var)
		fr.exprEffects(s.Value, out)
	case *plpgsql.Perform:
		out.found = true
		fr.exprEffects(s.Query, out)
	case *plpgsql.Call:
		fr.exprEffects(s.Query, out)
	case *plpgsql.ExecSQL:
		out.found = true
		out.targets(s.Into)
		fr.exprEffects(s.Query, out)
	case *plpgsql.Execute:
		out.targets(s.Into)
		fr.dynamicEffects(s.Query, out)
	case *plpgsql.If:
		for _, arm := range s.Arms {
			fr.exprEffects(arm.Cond, out)
			fr.effectsOf(arm.Body, out)
		}
		fr.effectsOf(s.Else, out)
	case *plpgsql.Case:
		for _, arm := range s.Arms {
			fr.effectsOf(arm.Body, out)
		}
		fr.effectsOf(s.Else, out)
	case *plpgsql.Exit:
		out.exits = true
	case *plpgsql.Return, *plpgsql.ReturnNext:
		out.returns = true
	case *plpgsql.ReturnQuery:
		out.returns = true
		fr.exprEffects(s.Query, out)
	case *plpgsql.GetDiagnostics:
		for _, item := range s.Items {
			out.assigned = append(out.assigned, item.Target.Var)
		}
	case *plpgsql.Open:
		out.assigned = append(out.assigned, s.Cursor)
	case *plpgsql.Fetch:
		out.found = true
		out.targets(s.Into)
	default:
		fr.loopEffects(s, out)
	}
}

func (out *effects) targets(list []*plpgsql.Target) {
	for _, t := range list {
		out.assigned = append(out.assigned, t.Var)
	}
}

// loopEffects is effectOf for loops.
func (fr *frame) loopEffects(s plpgsql.Stmt, out *effects) {
	switch s := s.(type) {
	case *plpgsql.ForQuery:
		fr.exprEffects(s.Query, out)
	case *plpgsql.ForExecute:
		fr.dynamicEffects(s.Query, out)
	}
	fr.roundEffects(s, out)
}

// roundEffects adds the effects of a loop's rounds. Its own EXITs end with it.
func (fr *frame) roundEffects(s plpgsql.Stmt, out *effects) {
	exits := out.exits
	var body []plpgsql.Stmt
	switch s := s.(type) {
	case *plpgsql.Loop:
		body = s.Body
	case *plpgsql.While:
		fr.exprEffects(s.Cond, out)
		body = s.Body
	case *plpgsql.ForInt:
		body = s.Body
	case *plpgsql.ForQuery:
		out.targets(s.Into)
		body = s.Body
	case *plpgsql.ForCursor:
		out.assigned = append(out.assigned, s.Var)
		body = s.Body
	case *plpgsql.ForExecute:
		out.targets(s.Into)
		body = s.Body
	case *plpgsql.Foreach:
		out.targets(s.Into)
		body = s.Body
	default:
		return // RAISE, ASSERT, NULL, CLOSE, COMMIT
	}
	out.found = true
	fr.effectsOf(body, out)
	out.exits = exits
}

// exprEffects adds the effects of SQL.
func (fr *frame) exprEffects(e *plpgsql.Expr, out *effects) {
	if e == nil {
		return
	}
	n, err := e.Node()
	if err != nil || n == nil {
		return
	}
	fr.nodeEffects(n, out)
}

// passive are the statements that change no schema and no rows.
var passive = map[string]bool{
	"NotifyStmt": true, "ListenStmt": true, "UnlistenStmt": true, "LockStmt": true, "ExplainStmt": true, "VacuumStmt": true,
	"CheckPointStmt": true, "VariableShowStmt": true, "ConstraintsSetStmt": true, "ReindexStmt": true, "ClusterStmt": true,
	"CopyStmt": true, "DeclareCursorStmt": true, "FetchStmt": true, "ClosePortalStmt": true, "RefreshMatViewStmt": true,
}

// nodeEffects adds the effects of a statement.
func (fr *frame) nodeEffects(n ast.Node, out *effects) {
	switch n := n.(type) {
	case *ast.SelectStmt:
		if n.IntoClause != nil {
			out.schema = true
		}
	case *ast.InsertStmt, *ast.UpdateStmt, *ast.DeleteStmt, *ast.MergeStmt:
	case *ast.TruncateStmt:
		for _, r := range n.Relations {
			fr.written(r, out)
		}
		return
	case *ast.VariableSetStmt:
		out.schema = out.schema || settingMatters(n.Name)
		return
	case *ast.CallStmt:
	default:
		if !passive[n.Tag()] {
			out.schema = true
		}
		return
	}
	ast.Walk(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.InsertStmt:
			fr.written(n.Relation, out)
		case *ast.UpdateStmt:
			fr.written(n.Relation, out)
		case *ast.DeleteStmt:
			fr.written(n.Relation, out)
		case *ast.MergeStmt:
			fr.written(n.Relation, out)
		case *ast.FuncCall:
			fr.callEffects(n, out)
		}
		return true
	})
}

// settingMatters says whether a setting changes what names mean or who acts.
func settingMatters(name string) bool {
	switch strings.ToLower(name) {
	case "search_path", "role", "session_authorization", "default_table_access_method", "default_tablespace", "check_function_bodies":
		return true
	}
	return false
}

// written notes that a table's rows may change; triggers on it may write more.
func (fr *frame) written(n ast.Node, out *effects) {
	rv, ok := n.(*ast.RangeVar)
	if !ok || rv == nil {
		return
	}
	rel := fr.catalog().RelationNamed(rv.Schemaname, rv.Relname)
	switch {
	case rel == nil:
	case rel.Kind != catalog.Table, len(rel.Children) > 0, len(rel.Rules) > 0, userTriggers(rel):
		out.anyRows = true
	default:
		out.rows = append(out.rows, rel)
	}
}

func userTriggers(rel *catalog.Relation) bool {
	for _, t := range rel.Triggers {
		if !t.Internal {
			return true
		}
	}
	return false
}

// callEffects adds the effects of a call by its name: of every function that
// it may mean.
func (fr *frame) callEffects(n *ast.FuncCall, out *effects) {
	names := ast.Strings(n.Funcname)
	schema, name := "", names[len(names)-1]
	if len(names) > 1 {
		schema = names[len(names)-2]
	}
	if name == "set_config" {
		out.schema = out.schema || len(n.Args) == 0 || settingMatters(constantText(n.Args[0]))
		return
	}
	for _, p := range fr.catalog().ProcsNamed(schema, name) {
		if p.Lang == pg.LangInternal || p.Lang == pg.LangC || p.Volatile != 'v' && p.Kind != 'p' {
			continue
		}
		fr.procEffects(p, out)
	}
}

// procEffects adds the effects of a function's body.
func (fr *frame) procEffects(p *catalog.Proc, out *effects) {
	if out.seen[p.OID] {
		return
	}
	if out.seen == nil {
		out.seen = map[pg.OID]bool{}
	}
	out.seen[p.OID] = true
	switch p.Lang {
	case pg.LangPLpgSQL:
		f := fr.in.host.Body(p)
		if f == nil {
			out.schema = true
			return
		}
		inner := effects{seen: out.seen}
		fr.effectsOf([]plpgsql.Stmt{f.Body}, &inner)
		out.schema = out.schema || inner.schema
		out.anyRows = out.anyRows || inner.anyRows
		out.rows = append(out.rows, inner.rows...)
	case pg.LangSQL:
		for _, st := range parser.Split(p.Src) {
			if n, err := st.Node(); err == nil && n != nil {
				fr.nodeEffects(n, out)
			}
		}
	}
}

// constantText gives the text of a constant; "" for anything else.
func constantText(n ast.Node) string {
	switch n := n.(type) {
	case *ast.A_Const:
		if s, ok := n.Val.(*ast.String); ok {
			return s.Sval
		}
	case *ast.TypeCast:
		return constantText(n.Arg)
	}
	return ""
}

// dynamicEffects adds the effects of EXECUTE: only when its text is a constant,
// or begins as a statement that writes rows, are they known to spare the schema.
func (fr *frame) dynamicEffects(e *plpgsql.Expr, out *effects) {
	n, err := e.Node()
	if err != nil {
		return
	}
	text, whole := leadingText(n)
	if whole {
		for _, st := range parser.Split(text) {
			if n, err := st.Node(); err == nil && n != nil {
				fr.nodeEffects(n, out)
			}
		}
		return
	}
	if startsAsDML(text) {
		out.anyRows = true
		return
	}
	out.schema = true
}

// writesRows says whether EXECUTE's text certainly is a statement over rows.
func (fr *frame) writesRows(e *plpgsql.Expr) bool {
	n, err := e.Node()
	if err != nil {
		return false
	}
	text, _ := leadingText(n)
	return startsAsDML(text)
}

func startsAsDML(text string) bool {
	fields := strings.Fields(text)
	if len(fields) == 0 || strings.Contains(text, ";") {
		return false
	}
	switch strings.ToLower(fields[0]) {
	case "insert", "update", "delete", "notify", "analyze", "lock", "truncate":
		return true
	}
	return false
}

// leadingText gives the constant text that an expression's value begins with,
// and whether that is all of it: of 'a' || b and of format('a %s', b) it is a.
func leadingText(n ast.Node) (text string, whole bool) {
	switch n := n.(type) {
	case *ast.SelectStmt:
		if len(n.TargetList) == 1 {
			if t, ok := n.TargetList[0].(*ast.ResTarget); ok {
				return leadingText(t.Val)
			}
		}
	case *ast.A_Const:
		s, ok := n.Val.(*ast.String)
		if ok {
			return s.Sval, true
		}
	case *ast.TypeCast:
		return leadingText(n.Arg)
	case *ast.A_Expr:
		if len(n.Name) == 1 && ast.Strings(n.Name)[0] == "||" && n.Lexpr != nil {
			left, all := leadingText(n.Lexpr)
			if !all {
				return left, false
			}
			right, rest := leadingText(n.Rexpr)
			return left + right, rest
		}
	case *ast.FuncCall:
		names := ast.Strings(n.Funcname)
		if last := names[len(names)-1]; (last == "format" || last == "concat") && len(n.Args) > 0 {
			text, all := leadingText(n.Args[0])
			if last == "format" {
				text, _, _ = strings.Cut(text, "%")
			}
			return text, all && len(n.Args) == 1
		}
	}
	return "", false
}
