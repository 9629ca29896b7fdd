package compile

import (
	"slices"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// aggregateParams are the parameters of CREATE AGGREGATE, with other names
// that some of them have.
var aggregateParams = map[string]string{
	"sfunc": "sfunc", "sfunc1": "sfunc", "finalfunc": "finalfunc", "combinefunc": "combinefunc", "serialfunc": "serialfunc",
	"deserialfunc": "deserialfunc", "msfunc": "msfunc", "minvfunc": "minvfunc", "mfinalfunc": "mfinalfunc",
	"finalfunc_extra": "finalfunc_extra", "mfinalfunc_extra": "mfinalfunc_extra", "finalfunc_modify": "finalfunc_modify",
	"mfinalfunc_modify": "mfinalfunc_modify", "sortop": "sortop", "basetype": "basetype", "hypothetical": "hypothetical",
	"stype": "stype", "stype1": "stype", "sspace": "sspace", "mstype": "mstype", "msspace": "msspace", "initcond": "initcond",
	"initcond1": "initcond", "minitcond": "minitcond", "parallel": "parallel",
}

// createAggregate interprets CREATE AGGREGATE, as DefineAggregate does.
func (s *Session) createAggregate(n *ast.DefineStmt) {
	namespace, name := s.createIn(n.Defnames)
	params := s.aggregateOptions(n.Definition)
	p := &catalog.Proc{Header: catalog.Header{Name: name, Namespace: namespace, Owner: s.catalog.CurrentUser}, Kind: 'a',
		Lang: pg.LangInternal, Volatile: 'i', Parallel: 'u', Src: "aggregate_dummy", Cost: 1}
	p.Agg = &catalog.Aggregate{Kind: 'n'}
	required := []string{"stype", "sfunc"}
	messages := map[string]string{"stype": "aggregate stype must be specified", "sfunc": "aggregate sfunc must be specified"}
	for _, r := range required {
		if params[r] == nil {
			pgerr.Raise("42P13", pgerr.NoPosition, "%s", messages[r])
		}
	}
	s.checkMovingAggregate(params)
	s.aggregateArguments(p, n, params)
	s.aggregateTransition(p, params)
	s.aggregateTraits(p, params)
	p = s.addFunction(p, n.Replace)
	for _, oid := range []pg.OID{p.Agg.TransFn, p.Agg.FinalFn} {
		if oid != 0 {
			s.catalog.Depend(p.Address(), catalog.Address{Class: catalog.ClassProc, OID: oid}, catalog.DependNormal)
		}
	}
	s.catalog.Depend(p.Address(), catalog.Address{Class: catalog.ClassType, OID: p.Agg.TransType}, catalog.DependNormal)
	s.changed("create aggregate %s", s.signatureOf(p))
}

func (s *Session) aggregateOptions(list []ast.Node) optionSet {
	set := optionSet{}
	for _, node := range list {
		d := node.(*ast.DefElem)
		name, ok := aggregateParams[d.Defname]
		if !ok {
			s.warning("42601", `aggregate attribute "%s" not recognized`, d.Defname)
			continue
		}
		set[name] = d
	}
	return set
}

// movingParams are what a moving aggregate may have besides MSFUNC.
var movingParams = []string{"minvfunc", "mfinalfunc", "msspace", "minitcond"}

func (s *Session) checkMovingAggregate(params optionSet) {
	if params["mstype"] != nil {
		switch {
		case params["msfunc"] == nil:
			pgerr.Raise("42P13", pgerr.NoPosition, "aggregate msfunc must be specified when mstype is specified")
		case params["minvfunc"] == nil:
			pgerr.Raise("42P13", pgerr.NoPosition, "aggregate minvfunc must be specified when mstype is specified")
		}
		return
	}
	for _, name := range append([]string{"msfunc"}, movingParams...) {
		if params[name] != nil {
			pgerr.Raise("42P13", pgerr.NoPosition, "aggregate %s must not be specified without mstype", name)
		}
	}
}

// aggregateArguments fills in the arguments, in the old style or the new.
func (s *Session) aggregateArguments(p *catalog.Proc, n *ast.DefineStmt, params optionSet) {
	if !n.Oldstyle {
		if params["basetype"] != nil {
			pgerr.Raise("42P13", pgerr.NoPosition, "basetype is redundant with aggregate input type specification")
		}
		s.newStyleArguments(p, n)
		if d := params["hypothetical"]; d != nil && s.defBool(d) && p.Agg.Kind == 'o' {
			p.Agg.Kind = 'h'
		}
		return
	}
	d := params["basetype"]
	if d == nil {
		pgerr.Raise("42P13", pgerr.NoPosition, "aggregate input type must be specified")
	}
	if tn := s.defTypeName(d); len(tn.Names) != 1 || dotted(tn.Names) != "ANY" && dotted(tn.Names) != "any" {
		typ, _ := s.typeID(tn)
		p.ArgTypes = []pg.OID{typ}
	}
}

// newStyleArguments reads Args: the parameters, and how many of them are
// direct arguments of an ordered-set aggregate, -1 for a plain one.
func (s *Session) newStyleArguments(p *catalog.Proc, n *ast.DefineStmt) {
	if len(n.Args) == 0 {
		return
	}
	if list, ok := n.Args[0].(*ast.List); ok {
		s.functionParameters(p, list.Items)
	}
	for _, m := range []byte(p.ArgModes) {
		if m == 'o' || m == 'b' || m == 't' {
			pgerr.Raise("42P13", pgerr.NoPosition, "aggregates cannot have output arguments")
		}
	}
	if p.NDefaults > 0 {
		pgerr.Raise("42P13", pgerr.NoPosition, "aggregates cannot have output arguments")
	}
	if len(n.Args) > 1 {
		if direct, ok := n.Args[1].(*ast.Integer); ok && direct.Ival >= 0 {
			p.Agg.Kind, p.Agg.Direct = 'o', direct.Ival
		}
	}
}

// aggregateTransition resolves the transition and final functions
// (AggregateCreate).
func (s *Session) aggregateTransition(p *catalog.Proc, params optionSet) {
	p.Agg.TransType = s.transitionType(params["stype"], "transition")
	if params["mstype"] != nil {
		s.transitionType(params["mstype"], "transition")
	}
	if d := params["initcond"]; d != nil {
		p.Agg.InitVal = s.defString(d)
	}
	s.checkAggregateParallel(p, params)
	s.checkTransitionPolymorphic(p)
	args := p.ArgTypes
	if p.Agg.Kind == 'o' {
		args = args[min(p.Agg.Direct, len(args)):]
	}
	trans := s.aggregateFunction(s.defName(params["sfunc"]), append([]pg.OID{p.Agg.TransType}, args...))
	p.Agg.TransFn = trans.OID
	if !polymorphic(trans.RetType) && trans.RetType != p.Agg.TransType {
		pgerr.Raise("42804", pgerr.NoPosition, "return type of transition function %s is not %s", dotted(s.defName(params["sfunc"])), s.formatType(p.Agg.TransType))
	}
	if trans.Strict && params["initcond"] == nil && (len(p.ArgTypes) < 1 || !s.binaryCoercible(p.ArgTypes[0], p.Agg.TransType)) {
		pgerr.Raise("42P13", pgerr.NoPosition, "must not omit initial value when transition function is strict and transition type is not compatible with input type")
	}
	p.RetType = p.Agg.TransType
	if d := params["finalfunc"]; d != nil {
		final := s.finalFunction(p, d, params)
		p.Agg.FinalFn = final.OID
		if p.RetType = final.RetType; polymorphic(p.RetType) && !polymorphic(p.Agg.TransType) {
			p.RetType = s.resolvedResult(final, p)
		}
	}
	if polymorphic(p.RetType) {
		s.checkResultType(p.RetType, p.ArgTypes)
	}
	if p.RetType == pg.Internal {
		s.checkResultType(p.RetType, p.ArgTypes)
	}
}

// resolvedResult gives a polymorphic final function's result for a transition
// type that is known.
func (s *Session) resolvedResult(final *catalog.Proc, p *catalog.Proc) pg.OID {
	if len(final.ArgTypes) == 0 {
		return final.RetType
	}
	return analyze.ResolveResult(s.catalog, []pg.OID{p.Agg.TransType}, final.ArgTypes[:1], final.RetType)
}

func (s *Session) transitionType(d *ast.DefElem, what string) pg.OID {
	typ, _ := s.typeID(s.defTypeName(d))
	t := s.catalog.Type(typ)
	if t.Kind == 'p' && !polymorphic(typ) && !(typ == pg.Internal && s.superuser()) {
		if typ == pg.Internal {
			pgerr.Raise("42P13", pgerr.NoPosition, "aggregate %s data type cannot be %s", what, s.formatType(typ))
		}
		pgerr.Raise("42P13", pgerr.NoPosition, "aggregate %s data type cannot be %s", what, s.formatType(typ))
	}
	return typ
}

func (s *Session) checkAggregateParallel(p *catalog.Proc, params optionSet) {
	d := params["parallel"]
	if d == nil {
		return
	}
	switch s.defString(d) {
	case "safe":
		p.Parallel = 's'
	case "restricted":
		p.Parallel = 'r'
	case "unsafe":
		p.Parallel = 'u'
	default:
		pgerr.Raise("42601", pgerr.NoPosition, `parameter "parallel" must be SAFE, RESTRICTED, or UNSAFE`)
	}
}

func (s *Session) checkTransitionPolymorphic(p *catalog.Proc) {
	detail := analyze.SignatureProblem(p.Agg.TransType, p.ArgTypes, s.formatType(p.Agg.TransType))
	if detail != "" && p.Agg.TransType != pg.Internal {
		pgerr.New("42P13", pgerr.NoPosition, "cannot determine transition data type").WithDetail("%s", detail).Raise()
	}
}

// finalFunction finds the final function: with FINALFUNC_EXTRA it takes the
// aggregate's arguments after the state.
func (s *Session) finalFunction(p *catalog.Proc, d *ast.DefElem, params optionSet) *catalog.Proc {
	args := []pg.OID{p.Agg.TransType}
	if p.Agg.Kind != 'n' {
		args = append(args, p.ArgTypes[:min(p.Agg.Direct, len(p.ArgTypes))]...)
	}
	if extra := params["finalfunc_extra"]; extra != nil && s.defBool(extra) {
		args = append([]pg.OID{p.Agg.TransType}, p.ArgTypes...)
	}
	return s.aggregateFunction(s.defName(d), args)
}

// aggregateFunction finds a function that accepts these arguments without a
// conversion at run time (lookup_agg_function).
func (s *Session) aggregateFunction(name []ast.Node, args []pg.OID) *catalog.Proc {
	schema, base := splitName(name)
	if schema != "" {
		s.namespaceOf(schema)
	}
	var found *catalog.Proc
	for _, p := range s.catalog.ProcsNamed(schema, base) {
		if slices.Equal(p.ArgTypes, args) {
			found = p
			break
		}
		if found == nil && s.acceptsBinary(p, args) {
			found = p
		}
	}
	switch {
	case found == nil:
		pgerr.Raise("42883", pgerr.NoPosition, "function %s does not exist", s.signature(dotted(name), args))
	case found.RetSet:
		pgerr.Raise("42804", pgerr.NoPosition, "function %s returns a set", s.signature(dotted(name), args))
	}
	s.checkPrivilege(found, aclExecute)
	return found
}

func (s *Session) acceptsBinary(p *catalog.Proc, args []pg.OID) bool {
	if len(p.ArgTypes) != len(args) {
		return false
	}
	for i, typ := range args {
		switch want := p.ArgTypes[i]; {
		case want == typ || want == pg.Any:
		case polymorphic(want) && !polymorphic(typ):
		case !s.binaryCoercible(typ, want):
			return false
		}
	}
	return true
}

// aggregateTraits keeps the parameters that nothing else depends on.
func (s *Session) aggregateTraits(p *catalog.Proc, params optionSet) {
	if d := params["sortop"]; d != nil {
		if len(p.ArgTypes) != 1 {
			pgerr.Raise("42P13", pgerr.NoPosition, "sort operator can only be specified for single-argument aggregates")
		}
		p.Agg.SortOp = s.operatorNamed(s.defName(d), p.ArgTypes[0], p.ArgTypes[0]).OID
	}
	for _, name := range []string{"combinefunc", "serialfunc", "deserialfunc", "msfunc", "minvfunc", "mfinalfunc", "finalfunc_modify",
		"mfinalfunc_modify", "finalfunc_extra", "mfinalfunc_extra", "sspace", "mstype", "msspace", "minitcond"} {
		if d := params[name]; d != nil {
			p.Agg.Others = append(p.Agg.Others, catalog.Option{Name: name, Value: s.defText(d)})
		}
	}
}

// defText is defString for an option that may have no value.
func (s *Session) defText(d *ast.DefElem) string {
	if d.Arg == nil {
		return "true"
	}
	return s.defString(d)
}
