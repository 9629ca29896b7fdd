package compile

import (
	"slices"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// createFunction interprets CREATE FUNCTION and PROCEDURE, as CreateFunction.
func (s *Session) createFunction(n *ast.CreateFunctionStmt) {
	namespace, name := s.createIn(n.Funcname)
	opts := s.functionOptions(n.Options, n.IsProcedure)
	lang := s.functionLanguage(n, opts)
	p := &catalog.Proc{Header: catalog.Header{Name: name, Namespace: namespace, Owner: s.catalog.CurrentUser}, Kind: 'f', Lang: lang.OID}
	if n.IsProcedure {
		p.Kind = 'p'
	}
	if opts["window"] != nil && s.defBool(opts["window"]) {
		p.Kind = 'w'
	}
	s.applyFunctionOptions(p, opts)
	if p.Leakproof {
		s.requireSuperuser("only superuser can define a leakproof function")
	}
	s.checkTransforms(opts["transform"], lang)
	required := s.functionParameters(p, n.Parameters)
	s.functionResult(p, n, required)
	s.functionBody(p, n, opts, lang)
	s.functionEstimates(p, opts)
	p = s.addFunction(p, n.Replace)
	s.validateFunction(p, bodyPosition(opts))
	s.changed("create %s %s", routineWord(p), s.signatureOf(p))
}

func routineWord(p *catalog.Proc) string {
	switch p.Kind {
	case 'p':
		return "procedure"
	case 'a':
		return "aggregate"
	}
	return "function"
}

// functionLanguage finds the language of a new function and checks that the
// user may write in it.
func (s *Session) functionLanguage(n *ast.CreateFunctionStmt, opts optionSet) *catalog.Generic {
	name := "sql"
	if d := opts["language"]; d != nil {
		name = s.defString(d)
	} else if n.SqlBody == nil {
		pgerr.Raise("42P13", pgerr.NoPosition, "no language specified")
	}
	lang := s.catalog.GenericNamed(catalog.ClassLanguage, "", name)
	if lang == nil {
		lang = s.languageNamed(name)
	}
	s.checkLanguage(lang)
	return lang
}

// checkLanguage raises 42501 unless the user may write functions in a language.
func (s *Session) checkLanguage(lang *catalog.Generic) {
	allowed := s.superuser()
	if option(lang.Options, "trusted") == "true" {
		allowed = s.hasPrivilege(lang, aclUsage)
	}
	if !allowed {
		s.noPrivilege(ast.OBJECT_LANGUAGE, lang.Name)
	}
}

func option(options []catalog.Option, name string) string {
	for _, o := range options {
		if o.Name == name {
			return o.Value
		}
	}
	return ""
}

// functionResult resolves the result type (compute_return_type) and compares
// it with what OUT parameters say.
func (s *Session) functionResult(p *catalog.Proc, n *ast.CreateFunctionStmt, required pg.OID) {
	switch {
	case n.IsProcedure:
		if p.RetType = required; required == 0 {
			p.RetType = pg.Void
		}
	case n.ReturnType != nil:
		p.RetType, p.RetSet = s.returnType(n.ReturnType, p.Lang), n.ReturnType.Setof
		if required != 0 && p.RetType != required {
			pgerr.Raise("42P13", pgerr.NoPosition, "function result type must be %s because of OUT parameters", s.formatType(required))
		}
	case required != 0:
		p.RetType = required
	default:
		pgerr.Raise("42P13", pgerr.NoPosition, "function result type must be specified")
	}
}

func (s *Session) returnType(tn *ast.TypeName, lang pg.OID) pg.OID {
	t := s.lookupType(tn)
	if t == nil {
		t = s.returnShell(tn, lang)
	} else if !t.Defined {
		if lang == pg.LangSQL {
			pgerr.Raise("42P13", pgerr.NoPosition, "SQL function cannot return shell type %s", s.typeNameText(tn))
		}
		s.notice("42809", "return type %s is only a shell", s.typeNameText(tn))
	}
	s.checkTypeUsage(t.OID)
	return t.OID
}

// returnShell makes a shell type for a C function's result that is not defined
// yet.
func (s *Session) returnShell(tn *ast.TypeName, lang pg.OID) *catalog.Type {
	text := s.typeNameText(tn)
	if lang != pg.LangInternal && lang != pg.LangC {
		pgerr.Raise("42704", pgerr.NoPosition, `type "%s" does not exist`, text)
	}
	if len(tn.Typmods) > 0 {
		pgerr.Raise("42601", pgerr.NoPosition, `type modifier cannot be specified for shell type "%s"`, text)
	}
	s.notice("42704", `type "%s" is not yet defined`, text)
	namespace, name := s.createIn(tn.Names)
	return s.addShell(namespace, name)
}

// addFunction enters a new function, or changes the one that CREATE OR REPLACE
// means (ProcedureCreate).
func (s *Session) addFunction(p *catalog.Proc, replace bool) *catalog.Proc {
	s.checkSignature(p)
	old := s.procIn(p.Namespace, p.Name, p.ArgTypes)
	if old == nil {
		p.ACL = s.defaultPrivileges(p, p.Namespace)
		s.catalog.Add(p)
	} else {
		s.checkReplace(old, p, replace)
		s.catalog.Touch(old)
		was := old.Header
		*old = *p
		old.Header = was
		p = old
		s.catalog.Undepend(p.Address(), func(d catalog.Dependency) bool {
			return d.Kind != catalog.DependExtension && d.Kind != catalog.DependAutoExt
		})
	}
	s.dependFunction(p)
	return p
}

// procIn finds the routine with exactly these input arguments in one schema.
func (s *Session) procIn(namespace pg.OID, name string, args []pg.OID) *catalog.Proc {
	for _, p := range s.catalog.ProcsNamed(s.catalog.SchemaName(namespace), name) {
		if slices.Equal(p.ArgTypes, args) {
			return p
		}
	}
	return nil
}

// dependFunction records what a function needs.
func (s *Session) dependFunction(p *catalog.Proc) {
	a := p.Address()
	s.catalog.Depend(a, catalog.Address{Class: catalog.ClassNamespace, OID: p.Namespace}, catalog.DependNormal)
	s.catalog.Depend(a, catalog.Address{Class: catalog.ClassLanguage, OID: p.Lang}, catalog.DependNormal)
	s.catalog.Depend(a, catalog.Address{Class: catalog.ClassType, OID: p.RetType}, catalog.DependNormal)
	for _, typ := range slices.Concat(p.ArgTypes, p.AllArgTypes) {
		s.catalog.Depend(a, catalog.Address{Class: catalog.ClassType, OID: typ}, catalog.DependNormal)
	}
	for _, e := range p.Defaults {
		s.needs(a, e)
	}
	if p.Support != 0 {
		s.catalog.Depend(a, catalog.Address{Class: catalog.ClassProc, OID: p.Support}, catalog.DependNormal)
	}
	for _, q := range p.Body {
		s.needsQuery(a, q)
	}
}

// checkSignature refuses signatures that no call could be resolved by.
func (s *Session) checkSignature(p *catalog.Proc) {
	if len(p.ArgTypes) > maxArguments {
		pgerr.Raise("54023", pgerr.NoPosition, "functions cannot have more than %d arguments", maxArguments)
	}
	results := []pg.OID{p.RetType}
	for i, typ := range p.AllArgTypes {
		if m := p.ArgModes[i]; m == 'o' || m == 'b' || m == 't' {
			results = append(results, typ)
		}
	}
	for _, typ := range results {
		s.checkResultType(typ, p.ArgTypes)
	}
}

// maxArguments is FUNC_MAX_ARGS.
const maxArguments = 100

// checkResultType refuses a result type that cannot be worked out from the
// arguments.
func (s *Session) checkResultType(typ pg.OID, args []pg.OID) {
	detail := analyze.SignatureProblem(typ, args, s.formatType(typ))
	if detail == "" {
		return
	}
	message := "cannot determine result data type"
	if typ == pg.Internal {
		message = `unsafe use of pseudo-type "internal"`
	}
	pgerr.New("42P13", pgerr.NoPosition, "%s", message).WithDetail("%s", detail).Raise()
}

// polymorphic mirrors IsPolymorphicType.
func polymorphic(typ pg.OID) bool {
	switch typ {
	case pg.AnyElement, pg.AnyArray, pg.AnyNonArray, pg.AnyEnum, pg.AnyRange, pg.AnyMultirange, pg.AnyCompatible,
		pg.AnyCompatibleArray, pg.AnyCompatibleNonArray, pg.AnyCompatibleRange, pg.AnyCompatibleMultirange:
		return true
	}
	return false
}

// checkReplace refuses what CREATE OR REPLACE cannot change.
func (s *Session) checkReplace(old, p *catalog.Proc, replace bool) {
	if !replace {
		pgerr.Raise("42723", pgerr.NoPosition, `function "%s" already exists with same argument types`, p.Name)
	}
	s.checkOwnerAs(old, ast.OBJECT_FUNCTION, p.Name)
	if old.Kind != p.Kind {
		kinds := map[byte]string{'a': "an aggregate function", 'f': "a function", 'p': "a procedure", 'w': "a window function"}
		pgerr.New("42809", pgerr.NoPosition, "cannot change routine kind").WithDetail(`"%s" is %s.`, old.Name, kinds[old.Kind]).Raise()
	}
	drop := "DROP FUNCTION"
	switch p.Kind {
	case 'p':
		drop = "DROP PROCEDURE"
	case 'a':
		drop = "DROP AGGREGATE"
	}
	hint := "Use " + drop + " " + s.signatureOf(old) + " first."
	if old.RetType != p.RetType || old.RetSet != p.RetSet {
		message := "cannot change return type of existing function"
		if p.Kind == 'p' {
			message = "cannot change whether a procedure has output parameters"
		}
		pgerr.New("42P13", pgerr.NoPosition, "%s", message).WithHint("%s", hint).Raise()
	}
	if p.RetType == pg.Record && !sameOutputs(old, p) {
		pgerr.New("42P13", pgerr.NoPosition, "cannot change return type of existing function").
			WithDetail("Row type defined by OUT parameters is different.").WithHint("%s", hint).Raise()
	}
	checkInputNames(old, p, hint)
	s.checkReplacedDefaults(old, p, hint)
}

// An outputColumn is one column of the row that OUT parameters make.
type outputColumn struct {
	name string
	typ  pg.OID
}

func outputs(p *catalog.Proc) []outputColumn {
	var out []outputColumn
	for i, typ := range p.AllArgTypes {
		if m := p.ArgModes[i]; m == 'o' || m == 'b' || m == 't' {
			name := ""
			if i < len(p.ArgNames) {
				name = p.ArgNames[i]
			}
			out = append(out, outputColumn{name, typ})
		}
	}
	return out
}

func sameOutputs(old, p *catalog.Proc) bool { return slices.Equal(outputs(old), outputs(p)) }

// inputNames gives the names of a routine's input parameters.
func inputNames(p *catalog.Proc) []string {
	names := make([]string, 0, len(p.ArgTypes))
	for i, name := range p.ArgNames {
		if p.ArgModes == "" || p.ArgModes[i] != 'o' && p.ArgModes[i] != 't' {
			names = append(names, name)
		}
	}
	for len(names) < len(p.ArgTypes) {
		names = append(names, "")
	}
	return names
}

func checkInputNames(old, p *catalog.Proc, hint string) {
	now := inputNames(p)
	for i, name := range inputNames(old) {
		if name != "" && now[i] != name {
			pgerr.New("42P13", pgerr.NoPosition, `cannot change name of input parameter "%s"`, name).WithHint("%s", hint).Raise()
		}
	}
}

func (s *Session) checkReplacedDefaults(old, p *catalog.Proc, hint string) {
	if len(p.Defaults) < old.NDefaults {
		pgerr.New("42P13", pgerr.NoPosition, "cannot remove parameter defaults from existing function").WithHint("%s", hint).Raise()
	}
	extra := len(p.Defaults) - len(old.Defaults)
	for i, e := range old.Defaults {
		if query.ExprType(e) != query.ExprType(p.Defaults[i+extra]) {
			pgerr.New("42P13", pgerr.NoPosition, "cannot change data type of existing parameter default value").WithHint("%s", hint).Raise()
		}
	}
}
