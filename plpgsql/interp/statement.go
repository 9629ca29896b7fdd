package interp

import (
	"fmt"

	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/plpgsql"
	"github.com/electric-cli/electric/query"
)

// A flow says how control leaves a statement.
type flow struct {
	kind  flowKind
	label string
}

type flowKind int

const (
	flowNext flowKind = iota
	flowExit
	flowContinue
	flowReturn
)

// statements runs a list.
func (fr *frame) statements(list []plpgsql.Stmt) flow {
	for _, s := range list {
		if fr.doubt != nil {
			fr.pass(s)
			continue
		}
		if c := fr.statement(s); c.kind != flowNext {
			return c
		}
	}
	return flow{}
}

// statement runs one statement (exec_stmts).
func (fr *frame) statement(s plpgsql.Stmt) flow {
	fr.in.step()
	fr.current = s.At()
	switch s := s.(type) {
	case *plpgsql.Block:
		return fr.block(s)
	case *plpgsql.Assign:
		v, typ := fr.eval(s.Value)
		fr.assign(s.Target, v, typ)
	case *plpgsql.Perform:
		_, r := fr.query(s.Query)
		fr.counted(r)
	case *plpgsql.Call:
		fr.call(s)
	case *plpgsql.ExecSQL:
		fr.execSQL(s)
	case *plpgsql.Execute:
		fr.execute(s)
	case *plpgsql.If:
		return fr.ifStatement(s)
	case *plpgsql.Case:
		return fr.caseStatement(s)
	case *plpgsql.Loop, *plpgsql.While, *plpgsql.ForInt, *plpgsql.ForQuery, *plpgsql.ForCursor, *plpgsql.ForExecute, *plpgsql.Foreach:
		return fr.loop(s)
	case *plpgsql.Exit:
		return fr.exit(s)
	case *plpgsql.Return:
		return fr.returnStatement(s)
	case *plpgsql.ReturnNext:
		fr.returnNext(s)
	case *plpgsql.ReturnQuery:
		fr.returnQuery(s)
	case *plpgsql.Raise:
		fr.raise(s)
	case *plpgsql.Assert:
		fr.assert(s)
	case *plpgsql.GetDiagnostics:
		fr.getDiagnostics(s)
	case *plpgsql.Open:
		fr.open(s)
	case *plpgsql.Fetch:
		fr.fetch(s)
	case *plpgsql.Close:
		fr.close(s)
	case *plpgsql.Commit:
		fr.endTransaction(s)
	case *plpgsql.Null:
	default:
		panic(fmt.Sprintf("interp: a %T is no statement", s))
	}
	return flow{}
}

// block runs BEGIN … END, with handlers in a subtransaction.
func (fr *frame) block(b *plpgsql.Block) flow {
	for _, d := range b.Variables {
		fr.initialise(d)
	}
	var c flow
	if len(b.Handlers) == 0 {
		c = fr.statements(b.Body)
	} else {
		c = fr.guarded(b)
	}
	if c.kind == flowExit && c.label != "" && c.label == b.Label {
		return flow{}
	}
	return c
}

// initialise gives a declared variable its first value.
func (fr *frame) initialise(d *plpgsql.Variable) {
	v := fr.declare(d)
	switch {
	case d.Cursor != nil:
		v.value = d.Name
	case d.Default != nil:
		value, typ := fr.eval(d.Default)
		fr.set(v, value, typ)
	case d.NotNull:
		pgerr.Raise("22004", pgerr.NoPosition, "variable \"%s\" declared NOT NULL cannot default to NULL", d.Name)
	case v.record:
		fr.setRecord(v, nil, v.typ)
	default:
		v.value = nil
		if t := fr.catalog().Type(v.typ); t != nil && t.Kind == 'd' {
			fr.set(v, nil, pg.Unknown)
		}
	}
}

// guarded runs a block with handlers.
func (fr *frame) guarded(b *plpgsql.Block) flow {
	var c flow
	err := fr.in.host.Subtransaction(func() { c = fr.statements(b.Body) })
	if err == nil {
		return c
	}
	fr.in.generation++
	h := handlerOf(b, err)
	if h == nil {
		err.Raise()
	}
	for _, d := range []*plpgsql.Variable{b.SQLState, b.SQLErrM} {
		if d == nil {
			continue
		}
		v := fr.declare(d)
		v.typ, v.typmod, v.record = pg.Text, -1, false
		v.value = err.Code
		if d == b.SQLErrM {
			v.value = err.Message
		}
	}
	fr.caught = append(fr.caught, err)
	defer func() { fr.caught = fr.caught[:len(fr.caught)-1] }()
	return fr.statements(h.Body)
}

// handlerOf finds the handler of an error (exception_matches_conditions).
func handlerOf(b *plpgsql.Block, err *pgerr.Error) *plpgsql.Handler {
	if len(err.Code) != 5 {
		return nil // it is not PostgreSQL's
	}
	for _, h := range b.Handlers {
		for _, c := range h.Conditions {
			if matches(c, err.Code) {
				return h
			}
		}
	}
	return nil
}

func matches(c plpgsql.Cond, code string) bool {
	if c.Codes == nil {
		return code != "57014" && code != "P0004"
	}
	for _, want := range c.Codes {
		if want == code || want[2:] == "000" && want[:2] == code[:2] {
			return true
		}
	}
	return false
}

func (fr *frame) ifStatement(s *plpgsql.If) flow {
	for i, arm := range s.Arms {
		switch v := fr.cond(arm.Cond).(type) {
		case bool:
			if v {
				return fr.statements(arm.Body)
			}
		case eval.Unknown:
			var branches [][]plpgsql.Stmt
			for _, a := range s.Arms[i:] {
				branches = append(branches, a.Body)
			}
			fr.passBranches(arm.Cond, v.Why, append(branches, s.Else)...)
			return flow{}
		}
	}
	return fr.statements(s.Else)
}

// caseStatement is CASE; with a value, that is compared with each arm's list.
func (fr *frame) caseStatement(s *plpgsql.Case) flow {
	var value *constant
	if s.Value != nil {
		v, typ := fr.eval(s.Value)
		value = &constant{v, typ}
	}
	for i, arm := range s.Arms {
		switch v := fr.armHolds(arm, value).(type) {
		case bool:
			if v {
				return fr.statements(arm.Body)
			}
		case eval.Unknown:
			var branches [][]plpgsql.Stmt
			for _, a := range s.Arms[i:] {
				branches = append(branches, a.Body)
			}
			quote := arm.Cond
			if s.Value != nil {
				quote = s.Value
			}
			fr.passBranches(quote, v.Why, append(branches, s.Else)...)
			return flow{}
		}
	}
	if !s.HasElse {
		pgerr.New("20000", pgerr.NoPosition, "case not found").WithHint("CASE statement is missing ELSE part.").Raise()
	}
	return fr.statements(s.Else)
}

// caseVariable is the name that CASE's value has in comparisons.
const caseVariable = "__case__variable__"

func (fr *frame) armHolds(arm *plpgsql.Arm, value *constant) query.Datum {
	if value == nil {
		return fr.cond(arm.Cond)
	}
	n, err := arm.Cond.Node()
	if err != nil {
		err.Raise()
	}
	sel, ok := n.(*ast.SelectStmt)
	if !ok {
		return false
	}
	fr.constant = map[string]*constant{caseVariable: value}
	defer func() { fr.constant = nil }()
	var unknown query.Datum = false
	for _, t := range sel.TargetList {
		target := *t.(*ast.ResTarget)
		target.Val = &ast.A_Expr{Kind: ast.AEXPR_OP, Name: []ast.Node{&ast.String{Sval: "="}},
			Lexpr: &ast.ColumnRef{Fields: []ast.Node{&ast.String{Sval: caseVariable}}, Location: -1}, Rexpr: target.Val, Location: -1}
		one := *sel
		one.TargetList = []ast.Node{&target}
		p := fr.analyse(arm.Cond, &one)
		var r eval.Result
		fr.during(func() { r = fr.executor(p.refs, nil).Run(p.query) })
		v, _ := fr.scalar(arm.Cond, p, r)
		switch v := v.(type) {
		case bool:
			if v {
				return true
			}
		case eval.Unknown:
			unknown = v
		}
	}
	return unknown
}

func (fr *frame) exit(s *plpgsql.Exit) flow {
	if s.When != nil {
		switch v := fr.cond(s.When).(type) {
		case bool:
			if !v {
				return flow{}
			}
		case eval.Unknown:
			fr.begin(&doubt{why: v.Why, expr: s.When, exits: true})
			return flow{}
		}
	}
	if s.Continue {
		return flow{flowContinue, s.Label}
	}
	return flow{flowExit, s.Label}
}

func (fr *frame) assert(s *plpgsql.Assert) {
	if on, known := fr.in.host.Setting("plpgsql.check_asserts"); known && on == "off" {
		return
	}
	if v, ok := fr.cond(s.Cond).(bool); !ok || v {
		return
	}
	message := "assertion failed"
	if s.Message != nil {
		if text, null, known := fr.text(s.Message); known && !null {
			message = text
		}
	}
	pgerr.Raise("P0004", pgerr.NoPosition, "%s", message)
}

// endTransaction is COMMIT or ROLLBACK in a procedure.
func (fr *frame) endTransaction(s *plpgsql.Commit) {
	if fr.atomic {
		pgerr.Raise("2D000", pgerr.NoPosition, "invalid transaction termination")
	}
	fr.in.host.EndTransaction(!s.Rollback)
	fr.in.generation++
}

// counted keeps what FOUND and ROW_COUNT say of a query.
func (fr *frame) counted(r eval.Result) {
	found := query.Datum(r.Affected > 0)
	fr.rowCount = r.Affected
	if !r.AffectedKnown {
		fr.rowCount = eval.Unknown{Why: r.Open}
		if r.Affected == 0 {
			found = eval.Unknown{Why: r.Open}
		}
	}
	fr.setFound(found)
}

func (fr *frame) setFound(v query.Datum) {
	if found := fr.vars[fr.fn.Found]; found != nil {
		found.value = v
	}
}
