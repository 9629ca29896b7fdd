package compile

import (
	"slices"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// An aggregateDef resolves the functions of a new aggregate (AggregateCreate).
type aggregateDef struct {
	s      *Session
	p      *catalog.Proc
	params optionSet
	moving pg.OID   // MSTYPE
	needs  []pg.OID // the functions found
}

// aggregateTypes resolves the transition types and checks the initial values.
func (s *Session) aggregateTypes(p *catalog.Proc, params optionSet) *aggregateDef {
	d := &aggregateDef{s: s, p: p, params: params}
	p.Agg.TransType = s.transitionType(params["stype"])
	serial, deserial := params["serialfunc"] != nil, params["deserialfunc"] != nil
	switch {
	case serial && deserial && p.Agg.TransType != pg.Internal:
		pgerr.Raise("42P13", pgerr.NoPosition, "serialization functions may be specified only when the aggregate transition data type is %s", "internal")
	case serial != deserial:
		pgerr.Raise("42P13", pgerr.NoPosition, "must specify both or neither of serialization and deserialization functions")
	}
	if params["mstype"] != nil {
		d.moving = s.transitionType(params["mstype"])
	}
	if o := params["initcond"]; o != nil {
		p.Agg.InitVal = s.defString(o)
		s.checkInitialValue(p.Agg.TransType, p.Agg.InitVal)
	}
	if o := params["minitcond"]; o != nil {
		s.checkInitialValue(d.moving, s.defString(o))
	}
	s.checkAggregateParallel(p, params)
	return d
}

// transitionType resolves STYPE or MSTYPE.
func (s *Session) transitionType(d *ast.DefElem) pg.OID {
	typ, _ := s.typeID(s.defTypeName(d))
	if t := s.catalog.Type(typ); t.Kind == 'p' && !polymorphic(typ) && !(typ == pg.Internal && s.superuser()) {
		pgerr.Raise("42P13", pgerr.NoPosition, "aggregate transition data type cannot be %s", s.formatType(typ))
	}
	return typ
}

func (s *Session) checkInitialValue(typ pg.OID, text string) {
	if s.catalog.Type(typ).Kind != 'p' {
		datum.In(s.catalog, typ, -1, text)
	}
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

// functions finds and checks the aggregate's functions, in PostgreSQL's order.
func (d *aggregateDef) functions() {
	agg := d.p.Agg
	d.checkTransition(agg.TransType)
	if d.moving != 0 {
		d.checkTransition(d.moving)
	}
	d.checkKind()
	trans, _ := d.transition("sfunc", "transition function", agg.TransType, d.params["initcond"] == nil)
	agg.TransFn = trans.OID
	if d.moving != 0 {
		forward, _ := d.transition("msfunc", "transition function", d.moving, d.params["minitcond"] == nil)
		inverse, _ := d.transition("minvfunc", "inverse transition function", d.moving, false)
		if forward.Strict != inverse.Strict {
			pgerr.Raise("42P13", pgerr.NoPosition, "strictness of aggregate's forward and inverse transition functions must match")
		}
	}
	final, result := d.final("finalfunc", "finalfunc_extra", agg.TransType)
	d.p.RetType = result
	if final != nil {
		agg.FinalFn = final.OID
	}
	d.combine()
	d.serial()
	d.checkResult()
	if d.moving != 0 {
		if _, other := d.final("mfinalfunc", "mfinalfunc_extra", d.moving); other != result {
			pgerr.Raise("42P13", pgerr.NoPosition, "moving-aggregate implementation returns type %s, but plain implementation returns type %s",
				d.s.formatType(other), d.s.formatType(result))
		}
	}
	if o := d.params["sortop"]; o != nil {
		if len(d.p.ArgTypes) != 1 {
			pgerr.Raise("42P13", pgerr.NoPosition, "sort operator can only be specified for single-argument aggregates")
		}
		agg.SortOp = d.s.operatorNamed(d.s.defName(o), d.p.ArgTypes[0], d.p.ArgTypes[0]).OID
	}
	for _, typ := range append(slices.Clone(d.p.ArgTypes), agg.TransType, d.moving, result) {
		d.s.checkTypeUsage(typ)
	}
}

func (d *aggregateDef) checkTransition(typ pg.OID) {
	if typ == pg.Internal {
		return
	}
	if detail := analyze.SignatureProblem(typ, d.p.ArgTypes, d.s.formatType(typ)); detail != "" {
		pgerr.New("42P13", pgerr.NoPosition, "cannot determine transition data type").WithDetail("%s", detail).Raise()
	}
}

// checkKind refuses arguments that an ordered-set or hypothetical-set
// aggregate cannot have.
func (d *aggregateDef) checkKind() {
	agg, args := d.p.Agg, d.p.ArgTypes
	if agg.Kind != 'n' && d.p.Variadic != 0 && d.p.Variadic != pg.Any {
		pgerr.Raise("0A000", pgerr.NoPosition, "a variadic ordered-set aggregate must use VARIADIC type ANY")
	}
	if agg.Kind != 'h' || agg.Direct >= len(args) {
		return
	}
	n := len(args) - agg.Direct
	if d.p.Variadic != 0 || agg.Direct < n || !slices.Equal(args[agg.Direct-n:agg.Direct], args[agg.Direct:]) {
		pgerr.Raise("42P13", pgerr.NoPosition, "a hypothetical-set aggregate must have direct arguments matching its aggregated arguments")
	}
}

// transition finds a transition function and checks its result. noInit says
// that the state begins as NULL.
func (d *aggregateDef) transition(param, what string, state pg.OID, noInit bool) (*catalog.Proc, pg.OID) {
	args := d.p.ArgTypes
	if d.p.Agg.Kind != 'n' && d.p.Agg.Direct < len(args) {
		args = args[d.p.Agg.Direct:]
	} else if d.p.Agg.Kind != 'n' {
		args = args[len(args)-1:]
	}
	name := d.s.defName(d.params[param])
	p, result := d.lookup(name, append([]pg.OID{state}, args...), d.p.Variadic)
	if result != state {
		pgerr.Raise("42804", pgerr.NoPosition, "return type of %s %s is not %s", what, dotted(name), d.s.formatType(state))
	}
	if p.Strict && noInit && (len(d.p.ArgTypes) < 1 || !d.s.binaryCoercible(d.p.ArgTypes[0], state)) {
		pgerr.Raise("42P13", pgerr.NoPosition,
			"must not omit initial value when transition function is strict and transition type is not compatible with input type")
	}
	return p, result
}

// final finds a final function; without one the state is the result. With
// FINALFUNC_EXTRA it takes the aggregate's arguments after the state.
func (d *aggregateDef) final(param, extraParam string, state pg.OID) (*catalog.Proc, pg.OID) {
	o := d.params[param]
	if o == nil {
		return nil, state
	}
	args := d.p.ArgTypes
	extra := d.params[extraParam] != nil && d.s.defBool(d.params[extraParam])
	variadic := d.p.Variadic
	if !extra {
		if d.p.Agg.Direct < len(args) {
			variadic = 0
		}
		args = args[:min(d.p.Agg.Direct, len(args))]
	}
	p, result := d.lookup(d.s.defName(o), append([]pg.OID{state}, args...), variadic)
	if extra && p.Strict {
		pgerr.Raise("42P13", pgerr.NoPosition, "final function with extra arguments must not be declared STRICT")
	}
	return p, result
}

func (d *aggregateDef) combine() {
	o, state := d.params["combinefunc"], d.p.Agg.TransType
	if o == nil {
		return
	}
	name := d.s.defName(o)
	p, result := d.lookup(name, []pg.OID{state, state}, 0)
	switch {
	case result != state:
		pgerr.Raise("42804", pgerr.NoPosition, "return type of combine function %s is not %s", dotted(name), d.s.formatType(state))
	case state == pg.Internal && p.Strict:
		pgerr.Raise("42P13", pgerr.NoPosition, "combine function with transition type %s must not be declared STRICT", d.s.formatType(state))
	}
}

func (d *aggregateDef) serial() {
	check := func(param, what string, args []pg.OID, want pg.OID) {
		if o := d.params[param]; o != nil {
			name := d.s.defName(o)
			if _, result := d.lookup(name, args, 0); result != want {
				pgerr.Raise("42804", pgerr.NoPosition, "return type of %s function %s is not %s", what, dotted(name), d.s.formatType(want))
			}
		}
	}
	check("serialfunc", "serialization", []pg.OID{pg.Internal}, pg.Bytea)
	check("deserialfunc", "deserialization", []pg.OID{pg.Bytea, pg.Internal}, pg.Internal)
}

func (d *aggregateDef) checkResult() {
	result := d.p.RetType
	detail := analyze.SignatureProblem(result, d.p.ArgTypes, d.s.formatType(result))
	switch {
	case detail == "":
	case result == pg.Internal:
		pgerr.New("42P13", pgerr.NoPosition, `unsafe use of pseudo-type "internal"`).WithDetail("%s", detail).Raise()
	default:
		pgerr.New("42804", pgerr.NoPosition, "cannot determine result data type").WithDetail("%s", detail).Raise()
	}
}

// lookup finds a function that accepts these arguments without a conversion
// at run time, and what it returns for them (lookup_agg_function).
func (d *aggregateDef) lookup(name []ast.Node, args []pg.OID, variadic pg.OID) (*catalog.Proc, pg.OID) {
	s := d.s
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
	case found == nil || found.Kind != 'f' && found.Kind != 'w':
		pgerr.Raise("42883", pgerr.NoPosition, "function %s does not exist", s.signature(dotted(name), args))
	case found.RetSet:
		pgerr.Raise("42804", pgerr.NoPosition, "function %s returns a set", s.signature(dotted(name), args))
	case variadic == pg.Any && found.Variadic != pg.Any:
		pgerr.Raise("42804", pgerr.NoPosition, "function %s must accept VARIADIC ANY to be used in this aggregate", s.signature(dotted(name), args))
	}
	result := found.RetType
	if polymorphic(result) {
		result = analyze.ResolveResult(s.catalog, args, found.ArgTypes, result)
	}
	s.checkPrivilege(found, aclExecute)
	d.needs = append(d.needs, found.OID)
	return found, result
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

// keepOthers keeps the parameters that nothing else depends on.
func (d *aggregateDef) keepOthers() {
	for _, name := range []string{"combinefunc", "serialfunc", "deserialfunc", "msfunc", "minvfunc", "mfinalfunc", "finalfunc_modify",
		"mfinalfunc_modify", "finalfunc_extra", "mfinalfunc_extra", "sspace", "mstype", "msspace", "minitcond"} {
		if o := d.params[name]; o != nil {
			d.p.Agg.Others = append(d.p.Agg.Others, catalog.Option{Name: name, Value: d.s.defText(o)})
		}
	}
}

// checkReplacedAggregate refuses CREATE OR REPLACE of another kind of aggregate.
func (s *Session) checkReplacedAggregate(p *catalog.Proc, replace bool) {
	old := s.procIn(p.Namespace, p.Name, p.ArgTypes)
	if !replace || old == nil || old.Agg == nil {
		return
	}
	kinds := map[byte]string{'n': "an ordinary aggregate function", 'o': "an ordered-set aggregate", 'h': "a hypothetical-set aggregate"}
	switch {
	case old.RetType != p.RetType || old.RetSet != p.RetSet:
	case old.Agg.Kind != p.Agg.Kind:
		pgerr.New("42809", pgerr.NoPosition, "cannot change routine kind").WithDetail(`"%s" is %s.`, p.Name, kinds[old.Agg.Kind]).Raise()
	case old.Agg.Direct != p.Agg.Direct:
		pgerr.Raise("42P13", pgerr.NoPosition, "cannot change number of direct arguments of an aggregate function")
	}
}
