package analyze

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// A ScopeRel is a relation that an expression may refer to. The relations of a
// scope are varno 1, 2, … in its Vars.
type ScopeRel struct {
	Relation *catalog.Relation
	// Alias is the name it goes by; "" is its own.
	Alias string
	// Hidden says that its columns must be qualified, as OLD's and NEW's in the
	// actions of rules.
	Hidden bool
	// OutOfReach enters it without letting names refer to it.
	OutOfReach bool
}

// Table makes the scope of one relation.
func Table(r *catalog.Relation) []ScopeRel { return []ScopeRel{{Relation: r}} }

// OldNew makes the scope of a trigger's or rule's condition: OLD is varno 1,
// NEW varno 2.
func OldNew(r *catalog.Relation, old, new bool) []ScopeRel {
	return []ScopeRel{{r, "old", false, !old}, {r, "new", false, !new}}
}

// scope makes the state of an expression over relations.
func (a *Analyzer) scope(rels []ScopeRel) *state {
	s := a.newState(nil)
	for _, r := range rels {
		var alias *query.Alias
		if r.Alias != "" {
			alias = &query.Alias{Name: r.Alias}
		}
		item := s.addRelation(r.Relation, alias, true, false)
		if !r.OutOfReach {
			s.addItem(item, false, true, !r.Hidden)
		}
	}
	return s
}

// Expr analyses an expression of a kind over relations, collations included.
func (a *Analyzer) Expr(n ast.Node, kind ExprKind, rels ...ScopeRel) query.Expr {
	s := a.scope(rels)
	e := s.expr(n, kind)
	s.assignCollations(e)
	return e
}

// Where analyses a condition: what construct names must be boolean.
func (a *Analyzer) Where(n ast.Node, kind ExprKind, construct string, rels ...ScopeRel) query.Expr {
	if n == nil {
		return nil
	}
	s := a.scope(rels)
	e := s.whereClause(n, kind, construct)
	s.assignCollations(e)
	return e
}

// Default analyses a column's default, or its generation expression, and
// casts it to the column's type (cookDefault). A default has no relations.
func (a *Analyzer) Default(n ast.Node, typ pg.OID, typmod int32, column string, generated bool, rels ...ScopeRel) query.Expr {
	kind := ExprKind(KindColumnDefault)
	if generated {
		kind = KindGeneratedColumn
	}
	s := a.scope(rels)
	e := s.expr(n, kind)
	if generated {
		CheckNestedGenerated(rels[0].Relation, e)
		if PlannedMutable(a.c, e) {
			raise("42P17", noPosition, "generation expression is not immutable")
		}
	}
	if typ != 0 {
		from := query.ExprType(e)
		cast := s.coerceToTarget(e, from, typ, typmod, Assignment, implicitCast, -1)
		if cast == nil {
			pgerr.New("42804", query.Location(e), `column "%s" is of type %s but default expression is of type %s`, column, a.typeName(typ), a.typeName(from)).
				WithHint("You will need to rewrite or cast the expression.").Raise()
		}
		e = cast
	}
	s.assignCollations(e)
	return e
}

// CheckNestedGenerated refuses references to generated columns of a relation,
// and to its row, in a generation expression (check_nested_generated).
func CheckNestedGenerated(r *catalog.Relation, e query.Expr) {
	query.Walk(e, func(e query.Expr) bool {
		v, ok := e.(*query.Var)
		if !ok || v.Varattno < 0 {
			return true
		}
		if v.Varattno == 0 {
			pgerr.New("42P17", v.Location, "cannot use whole-row variable in column generation expression").
				WithDetail("This would cause the generated column to depend on its own value.").Raise()
		}
		if col := r.Columns[v.Varattno-1]; col.Generated != 0 {
			pgerr.New("42P17", v.Location, `cannot use generated column "%s" in column generation expression`, col.Name).
				WithDetail("A generated column cannot reference another generated column.").Raise()
		}
		return true
	})
}

// Check analyses a check constraint of a relation (cookConstraint).
func (a *Analyzer) Check(n ast.Node, r *catalog.Relation) query.Expr {
	s := a.scope(Table(r))
	e := s.coerceToBoolean(s.expr(n, KindCheckConstraint), "CHECK")
	s.assignCollations(e)
	if len(s.rtable) != 1 {
		raise("42P10", noPosition, `only table "%s" can be referenced in check constraint`, r.Name)
	}
	return e
}

// DomainCheck analyses a check constraint of a domain: VALUE is of the base
// type (domainAddConstraint).
func (a *Analyzer) DomainCheck(n ast.Node, typ pg.OID, typmod int32, coll pg.OID) query.Expr {
	b := *a
	b.Variables = func(fields []string, location int) query.Expr {
		if len(fields) == 1 && fields[0] == "value" {
			return &query.CoerceToDomainValue{Type: typ, Typmod: typmod, Collation: coll, Location: location}
		}
		return nil
	}
	b.VariablesFirst = true
	s := b.newState(nil)
	e := s.coerceToBoolean(s.expr(n, KindDomainCheck), "CHECK")
	s.assignCollations(e)
	if _, found := locateVar(e, 0); found {
		raise("42P10", noPosition, "cannot use table references in domain check constraint")
	}
	return e
}

// FunctionDefault analyses the default of a parameter
// (interpret_function_parameter_list).
func (a *Analyzer) FunctionDefault(n ast.Node, typ pg.OID) query.Expr {
	s := a.newState(nil)
	e := s.expr(n, KindFunctionDefault)
	e = s.coerceToSpecific(e, typ, -1, "DEFAULT")
	s.assignCollations(e)
	if ContainsVars(e) {
		raise("42P10", noPosition, "cannot use table references in parameter default value")
	}
	return e
}

// CoerceTo casts an analysed expression; nil when there is no cast. The
// result's collations are settled.
func (a *Analyzer) CoerceTo(e query.Expr, target pg.OID, typmod int32, context CoercionContext, form ast.CoercionForm, location int) query.Expr {
	s := a.newState(nil)
	out := s.coerceToTarget(e, query.ExprType(e), target, typmod, context, form, location)
	if out != nil && out != e {
		s.assignCollations(out)
	}
	return out
}

// CoerceToSpecific casts an analysed expression by assignment, or refuses with
// the name of the construct that asks for it.
func (a *Analyzer) CoerceToSpecific(e query.Expr, target pg.OID, typmod int32, construct string) query.Expr {
	s := a.newState(nil)
	e = s.coerceToSpecific(e, target, typmod, construct)
	s.assignCollations(e)
	return e
}

// AssignTo casts an analysed expression to a column's type, as INSERT does.
func (a *Analyzer) AssignTo(e query.Expr, r *catalog.Relation, column int16) query.Expr {
	s := a.newState(nil)
	s.target = r
	e = s.assigned(e, KindInsertTarget, r.Columns[column-1].Name, column, nil, -1)
	s.assignCollations(e)
	return e
}

// Query analyses SELECT, VALUES, a set operation, INSERT, UPDATE, DELETE,
// MERGE or RETURN. What is none of these is a utility query.
func (a *Analyzer) Query(n ast.Node) *query.Query { return a.newState(nil).statement(n) }

// Call analyses CALL: the procedure with its input arguments, and its output
// arguments (transformCallStmt).
func (a *Analyzer) Call(n *ast.FuncCall) *query.FuncExpr {
	s := a.newState(nil)
	var args []query.Expr
	for _, arg := range n.Args {
		args = append(args, s.expr(arg, KindCallArgument))
	}
	e := s.funcOrColumn(ast.Strings(n.Funcname), args, s.lastSRF, n, true, n.Location)
	s.assignCollations(e)
	f, ok := e.(*query.FuncExpr)
	if !ok {
		raise("42809", n.Location, "%s is not a procedure", nameOf(n.Funcname))
	}
	f.Args = s.ArgumentsInOrder(f)
	return f
}

// ArgumentsInOrder gives a call's arguments as the function takes them: named
// ones in their places, defaults for what is missing
// (expand_function_arguments).
func (a *Analyzer) ArgumentsInOrder(f *query.FuncExpr) []query.Expr {
	p := a.c.Proc(f.Fn)
	total := len(p.ArgTypes)
	if p.Kind == 'p' && p.AllArgTypes != nil {
		total = len(p.AllArgTypes)
	}
	out := make([]query.Expr, max(total, len(f.Args)))
	for i, arg := range f.Args {
		if na, ok := arg.(*query.NamedArgExpr); ok {
			out[na.Number] = na.Arg
		} else {
			out[i] = arg
		}
	}
	defaults := a.newState(nil).procDefaults(p)
	for i := range out {
		if d := i - (total - len(defaults)); out[i] == nil && d >= 0 {
			out[i] = defaults[d]
		}
	}
	return out
}

// Execute analyses the arguments of EXECUTE for parameters of these types
// (EvaluateParams).
func (a *Analyzer) Execute(name string, args []ast.Node, types []pg.OID) []query.Expr {
	if len(args) != len(types) {
		pgerr.New("42601", noPosition, `wrong number of parameters for prepared statement "%s"`, name).
			WithDetail("Expected %d parameters but got %d.", len(types), len(args)).Raise()
	}
	s := a.newState(nil)
	var out []query.Expr
	for i, n := range args {
		e := s.expr(n, KindExecuteParameter)
		from := query.ExprType(e)
		cast := s.coerceToTarget(e, from, types[i], -1, Assignment, implicitCast, -1)
		if cast == nil {
			pgerr.New("42804", query.Location(e), "parameter $%d of type %s cannot be coerced to the expected type %s", i+1, a.typeName(from), a.typeName(types[i])).
				WithHint("You will need to rewrite or cast the expression.").Raise()
		}
		s.assignCollations(cast)
		out = append(out, cast)
	}
	return out
}

// Statement analyses a statement for its errors alone: DML and queries, also
// inside EXPLAIN, PREPARE, DECLARE, COPY and CREATE TABLE AS.
func Statement(c *catalog.Catalog, n ast.Node) {
	a := New(c)
	switch n := n.(type) {
	case *ast.ExplainStmt:
		Statement(c, n.Query)
	case *ast.DeclareCursorStmt:
		Statement(c, n.Query)
	case *ast.CreateTableAsStmt:
		Statement(c, n.Query)
	case *ast.CopyStmt:
		if n.Query != nil {
			Statement(c, n.Query)
		}
	case *ast.PrepareStmt:
		a.Prepare(n)
	case *ast.CallStmt:
		a.Call(n.Funccall)
	case *ast.SelectStmt, *ast.InsertStmt, *ast.UpdateStmt, *ast.DeleteStmt, *ast.MergeStmt:
		a.Rewrite(a.Query(n))
	}
}

// Prepare analyses PREPARE: parameters without a declared type take the one
// their use asks for. It gives the query and the types.
func (a *Analyzer) Prepare(n *ast.PrepareStmt) (*query.Query, []pg.OID) {
	b := New(a.c)
	b.UnknownParams = true
	for _, t := range n.Argtypes {
		typ, _ := b.TypeName(t.(*ast.TypeName))
		b.Params = append(b.Params, Param{Type: typ})
	}
	for i := range b.Params {
		b.unknownTypes = append(b.unknownTypes, b.Params[i].Type)
	}
	q := b.Query(n.Query)
	return q, b.ParamTypes()
}

// typmodName names a type with its modifier.
func (a *Analyzer) typmodName(typ pg.OID, typmod int32) string {
	return formatTypmod(a.c, typ, typmod)
}
