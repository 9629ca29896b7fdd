package analyze

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// LookupFuncName finds a function by its argument types (nil: by its name
// alone, which must be the only one), nil when it may be missing and is.
func LookupFuncName(c *catalog.Catalog, names []string, types []pg.OID, missingOK bool) *catalog.Proc {
	a := New(c)
	nargs := len(types)
	if types == nil {
		nargs = -1
	}
	p, ambiguous := a.lookupFunc(ast.OBJECT_FUNCTION, names, nargs, types, false, missingOK)
	name := strings.Join(names, ".")
	switch {
	case p != nil:
		return p
	case ambiguous:
		pgerr.New("42725", noPosition, `function name "%s" is not unique`, name).
			WithHint("Specify the argument list to select the function unambiguously.").Raise()
	case missingOK:
		return nil
	case nargs < 0:
		raise("42883", noPosition, `could not find a function named "%s"`, name)
	}
	raise("42883", noPosition, "function %s does not exist", a.signatureOf(names, types, nil))
	return nil
}

// lookupFunc is LookupFuncNameInternal.
func (a *Analyzer) lookupFunc(objtype ast.ObjectType, names []string, nargs int, types []pg.OID, out, missingOK bool) (found *catalog.Proc, ambiguous bool) {
	for _, c := range a.funcCandidates(funcQuery{names: names, nargs: nargs, outArguments: out, missingSchemaOK: missingOK}) {
		if nargs > 0 && !slices.Equal(types, c.args) {
			continue
		}
		if c.oid == 0 {
			return nil, true
		}
		isProcedure := c.proc.Kind == 'p'
		switch objtype {
		case ast.OBJECT_FUNCTION, ast.OBJECT_AGGREGATE:
			if isProcedure {
				continue
			}
		case ast.OBJECT_PROCEDURE:
			if !isProcedure {
				continue
			}
		}
		if found != nil {
			return nil, true
		}
		found = c.proc
	}
	return found, false
}

// routineWords are what an object type is called in messages.
var routineWords = map[ast.ObjectType]struct{ name, article string }{
	ast.OBJECT_FUNCTION:  {"function", "a function"},
	ast.OBJECT_PROCEDURE: {"procedure", "a procedure"},
	ast.OBJECT_AGGREGATE: {"aggregate", "an aggregate"},
	ast.OBJECT_ROUTINE:   {"routine", "a function"},
}

// LookupFuncWithArgs finds the function, procedure or aggregate that a DDL
// statement names, nil when it may be missing and is.
func LookupFuncWithArgs(c *catalog.Catalog, objtype ast.ObjectType, f *ast.ObjectWithArgs, missingOK bool) *catalog.Proc {
	a := New(c)
	names := ast.Strings(f.Objname)
	if len(f.Objargs) > maxArguments {
		raise("54023", noPosition, "%ss cannot have more than %d arguments", routineWords[objtype].name, maxArguments)
	}
	var types []pg.OID
	for _, n := range f.Objargs {
		typ := a.TypeNameOID(n.(*ast.TypeName), missingOK)
		if typ == 0 {
			return nil
		}
		types = append(types, typ)
	}
	nargs, first := len(types), ast.ObjectType(ast.OBJECT_ROUTINE)
	if f.ArgsUnspecified {
		nargs, first = -1, objtype
	}
	p, ambiguous := a.lookupFunc(first, names, nargs, types, false, missingOK)
	if (objtype == ast.OBJECT_PROCEDURE || objtype == ast.OBJECT_ROUTINE) && len(f.Objfuncargs) > 0 && !ambiguous && !hasParameterMode(f) {
		var byAll *catalog.Proc
		byAll, ambiguous = a.lookupFunc(objtype, names, len(types), types, true, missingOK)
		switch {
		case byAll != nil && p != nil && p != byAll:
			p, ambiguous = nil, true
		case byAll != nil:
			p = byAll
		case ambiguous:
			p = nil
		}
	}
	if p != nil {
		a.checkRoutineKind(p, objtype, names, types)
		return p
	}
	a.refuseRoutine(objtype, f, names, types, ambiguous, missingOK)
	return nil
}

func hasParameterMode(f *ast.ObjectWithArgs) bool {
	for _, n := range f.Objfuncargs {
		if fp, ok := n.(*ast.FunctionParameter); ok && fp.Mode != ast.FUNC_PARAM_DEFAULT {
			return true
		}
	}
	return false
}

func (a *Analyzer) checkRoutineKind(p *catalog.Proc, objtype ast.ObjectType, names []string, types []pg.OID) {
	signature := a.signatureOf(names, types, nil)
	switch {
	case objtype == ast.OBJECT_FUNCTION && p.Kind == 'p':
		raise("42809", noPosition, "%s is not a function", signature)
	case objtype == ast.OBJECT_PROCEDURE && p.Kind != 'p':
		raise("42809", noPosition, "%s is not a procedure", signature)
	case objtype == ast.OBJECT_AGGREGATE && p.Kind != 'a':
		raise("42809", noPosition, "function %s is not an aggregate", signature)
	}
}

func (a *Analyzer) refuseRoutine(objtype ast.ObjectType, f *ast.ObjectWithArgs, names []string, types []pg.OID, ambiguous, missingOK bool) {
	name := strings.Join(names, ".")
	words := routineWords[objtype]
	if ambiguous {
		e := pgerr.New("42725", noPosition, `%s name "%s" is not unique`, words.name, name)
		if f.ArgsUnspecified {
			e.WithHint("Specify the argument list to select the %s unambiguously.", words.name)
		}
		e.Raise()
	}
	if missingOK {
		return
	}
	kind := words.name
	if objtype == ast.OBJECT_ROUTINE {
		kind = "function"
	}
	switch {
	case f.ArgsUnspecified:
		raise("42883", noPosition, `could not find %s named "%s"`, words.article, name)
	case objtype == ast.OBJECT_AGGREGATE && len(types) == 0:
		raise("42883", noPosition, "aggregate %s(*) does not exist", name)
	}
	raise("42883", noPosition, "%s %s does not exist", kind, a.signatureOf(names, types, nil))
}

// LookupOperator finds an operator by its exact operand types, 0 for none on
// the left; nil when it may be missing and is (LookupOperName).
func LookupOperator(c *catalog.Catalog, names []string, left, right pg.OID, missingOK bool, location int) *catalog.Operator {
	a := New(c)
	if o := a.operatorExact(names, left, right); o != nil {
		return o
	}
	if missingOK {
		return nil
	}
	if left != 0 && right == 0 {
		raise("42601", location, "postfix operators are not supported")
	}
	raise("42883", location, "operator does not exist: %s", a.operSignature(names, left, right))
	return nil
}

// LookupOperatorWithArgs finds the operator that a DDL statement names.
func LookupOperatorWithArgs(c *catalog.Catalog, o *ast.ObjectWithArgs, missingOK bool) *catalog.Operator {
	a := New(c)
	var types [2]pg.OID
	for i, n := range o.Objargs {
		if t, ok := n.(*ast.TypeName); ok && t != nil && i < 2 {
			types[i] = a.TypeNameOID(t, missingOK)
		}
	}
	return LookupOperator(c, ast.Strings(o.Objname), types[0], types[1], missingOK, noPosition)
}
