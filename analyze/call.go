package analyze

import (
	"strings"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

const (
	implicitCast = ast.COERCE_IMPLICIT_CAST
	explicitCast = ast.COERCE_EXPLICIT_CAST
	explicitCall = ast.COERCE_EXPLICIT_CALL
)

// maxArguments is FUNC_MAX_ARGS.
const maxArguments = 100

// A call is one function call under analysis; fn is nil for a column in the
// notation of a field.
type call struct {
	*state
	names    []string
	args     []query.Expr
	types    []pg.OID
	argnames []string
	fn       *ast.FuncCall
	filter   query.Expr
	proc     bool
	location int
	lastSRF  query.Expr
	detail   funcDetail
}

// funcOrColumn analyses a function call, or a field selection that looks like
// one (ParseFuncOrColumn). For a column it gives nil when there is none.
func (s *state) funcOrColumn(names []string, args []query.Expr, lastSRF query.Expr, fn *ast.FuncCall, procCall bool, location int) query.Expr {
	c := &call{state: s, names: names, args: args, fn: fn, proc: procCall, location: location, lastSRF: lastSRF}
	if fn != nil && fn.AggFilter != nil {
		c.filter = s.whereClause(fn.AggFilter, KindFilter, "FILTER")
	}
	if len(args) > maxArguments {
		c.tooMany()
	}
	c.collectTypes()
	projection := c.couldBeProjection()
	if projection && fn == nil {
		if e := s.complexProjection(names[0], c.args[0], location); e != nil {
			return e
		}
	}
	at(location, func() {
		c.detail = s.funcDetail(names, c.args, c.argnames, c.types, !(fn != nil && fn.FuncVariadic), procCall)
	})
	c.checkKind()
	switch c.detail.code {
	case detailCoercion:
		return s.coerceType(c.args[0], c.types[0], c.detail.result, -1, Explicit, explicitCall, location)
	case detailNotFound, detailMultiple:
		if fn == nil {
			return nil
		}
		if projection && c.detail.code == detailNotFound {
			if e := s.complexProjection(names[0], c.args[0], location); e != nil {
				return e
			}
		}
		c.refuseUnknown()
	}
	return c.finish()
}

func (c *call) tooMany() {
	raise("54023", c.location, "cannot pass more than %d arguments to a function", maxArguments)
}

// collectTypes takes the arguments' types and names.
func (c *call) collectTypes() {
	kept := c.args[:0:0]
	for _, arg := range c.args {
		typ := query.ExprType(arg)
		if _, isParam := arg.(*query.Param); isParam && typ == pg.Void && c.fn != nil && !c.fn.AggWithinGroup {
			continue
		}
		kept = append(kept, arg)
		c.types = append(c.types, typ)
		if na, ok := arg.(*query.NamedArgExpr); ok {
			for _, name := range c.argnames {
				if name == na.Name {
					raise("42601", na.Location, `argument name "%s" used more than once`, na.Name)
				}
			}
			c.argnames = append(c.argnames, na.Name)
		} else if len(c.argnames) > 0 {
			raise("42601", query.Location(arg), "positional argument cannot follow named argument")
		}
	}
	c.args = kept
}

func (c *call) couldBeProjection() bool {
	if len(c.types) != 1 || c.proc || len(c.argnames) > 0 || len(c.names) != 1 || c.filter != nil {
		return false
	}
	if f := c.fn; f != nil && (len(f.AggOrder) > 0 || f.AggStar || f.AggDistinct || f.Over != nil || f.FuncVariadic) {
		return false
	}
	return c.types[0] == pg.Record || c.isComplex(c.types[0])
}

// signature names the call with its arguments' types (func_signature_string).
func (c *call) signature() string { return c.signatureOf(c.names, c.types, c.argnames) }

func (a *Analyzer) signatureOf(names []string, types []pg.OID, argnames []string) string {
	words := make([]string, len(types))
	for i, t := range types {
		words[i] = a.typeName(t)
		if j := i - (len(types) - len(argnames)); j >= 0 {
			words[i] = argnames[j] + " => " + words[i]
		}
	}
	return strings.Join(names, ".") + "(" + strings.Join(words, ", ") + ")"
}

// checkKind refuses what the kind of function found does not go with.
func (c *call) checkKind() {
	name := strings.Join(c.names, ".")
	switch c.detail.code {
	case detailNormal, detailAggregate, detailWindow, detailCoercion:
		if c.proc {
			pgerr.New("42809", c.location, "%s is not a procedure", c.signature()).WithHint("To call a function, use SELECT.").Raise()
		}
	case detailProcedure:
		if !c.proc {
			pgerr.New("42809", c.location, "%s is a procedure", c.signature()).WithHint("To call a procedure, use CALL.").Raise()
		}
	}
	fn := c.fn
	if fn == nil {
		return
	}
	wrong := func(is bool, format string) {
		if is {
			raise("42809", c.location, format, name)
		}
	}
	switch c.detail.code {
	case detailNormal, detailProcedure, detailCoercion:
		wrong(fn.AggStar, "%[1]s(*) specified, but %[1]s is not an aggregate function")
		wrong(fn.AggDistinct, "DISTINCT specified, but %s is not an aggregate function")
		wrong(fn.AggWithinGroup, "WITHIN GROUP specified, but %s is not an aggregate function")
		wrong(len(fn.AggOrder) > 0, "ORDER BY specified, but %s is not an aggregate function")
		wrong(c.filter != nil, "FILTER specified, but %s is not an aggregate function")
		wrong(fn.Over != nil, "OVER specified, but %s is not a window function nor an aggregate function")
	case detailAggregate:
		if c.detail.proc.Agg.Kind == 'n' {
			wrong(fn.AggWithinGroup, "%s is not an ordered-set aggregate, so it cannot have WITHIN GROUP")
			return
		}
		wrong(!fn.AggWithinGroup, "WITHIN GROUP is required for ordered-set aggregate %s")
		if fn.Over != nil {
			raise("0A000", c.location, "OVER is not supported for ordered-set aggregate %s", name)
		}
		c.checkDirectArguments(name)
	case detailWindow:
		wrong(fn.Over == nil, "window function %s requires an OVER clause")
		wrong(fn.AggWithinGroup, "window function %s cannot have WITHIN GROUP")
	}
}

// checkDirectArguments checks how an ordered-set aggregate's arguments divide.
func (c *call) checkDirectArguments(name string) {
	agg := c.detail.proc.Agg
	aggregated := len(c.fn.AggOrder)
	direct := len(c.types) - aggregated
	missing := func(format string, args ...any) {
		pgerr.New("42883", c.location, "function %s does not exist", c.signature()).WithHint(format, args...).Raise()
	}
	count := func() {
		if direct == agg.Direct {
			return
		}
		if agg.Direct == 1 {
			missing("There is an ordered-set aggregate %s, but it requires %d direct argument, not %d.", name, agg.Direct, direct)
		}
		missing("There is an ordered-set aggregate %s, but it requires %d direct arguments, not %d.", name, agg.Direct, direct)
	}
	nvargs := c.detail.nvargs
	declared := len(c.types)
	if nvargs > 1 {
		declared -= nvargs - 1
	}
	switch {
	case c.detail.variadic == 0 || agg.Direct < declared:
		count()
	case agg.Kind == 'h':
		if nvargs != 2*aggregated {
			missing("To use the hypothetical-set aggregate %s, the number of hypothetical direct arguments (here %d) must match the number of ordering columns (here %d).", name, nvargs-aggregated, aggregated)
		}
	case nvargs <= aggregated:
		if agg.Direct == 1 {
			missing("There is an ordered-set aggregate %s, but it requires at least %d direct argument.", name, agg.Direct)
		}
		missing("There is an ordered-set aggregate %s, but it requires at least %d direct arguments.", name, agg.Direct)
	}
	if agg.Kind == 'h' {
		c.unifyHypothetical(aggregated)
	}
}

// unifyHypothetical gives each hypothetical argument and the column it is
// compared with a common type (unify_hypothetical_args).
func (c *call) unifyHypothetical(aggregated int) {
	direct := len(c.args) - aggregated
	first := direct - aggregated
	for h := first; h < direct; h++ {
		col := direct + (h - first)
		if c.detail.declared[h] != pg.Any {
			continue
		}
		pair := []query.Expr{c.args[col], c.args[h]}
		typ, _ := c.commonType(pair, "WITHIN GROUP")
		typmod := commonTypmod(pair, typ)
		for _, i := range []int{h, col} {
			c.args[i] = c.coerceType(c.args[i], c.types[i], typ, typmod, Implicit, implicitCast, -1)
			c.types[i] = typ
		}
	}
}

// refuseUnknown says that there is no such function, or that there are several.
func (c *call) refuseUnknown() {
	what := "function"
	if c.proc {
		what = "procedure"
	}
	if c.detail.code == detailMultiple {
		pgerr.New("42725", c.location, "%s %s is not unique", what, c.signature()).
			WithHint("Could not choose a best candidate %s. You might need to add explicit type casts.", what).Raise()
	}
	e := pgerr.New("42883", c.location, "%s %s does not exist", what, c.signature())
	if len(c.fn.AggOrder) > 1 && !c.fn.AggWithinGroup {
		e.WithHint("No aggregate function matches the given name and argument types. " +
			"Perhaps you misplaced ORDER BY; ORDER BY must appear after all regular arguments of the aggregate.").Raise()
	}
	e.WithHint("No %s matches the given name and argument types. You might need to add explicit type casts.", what).Raise()
}

// finish casts the arguments and makes the node of the call.
func (c *call) finish() query.Expr {
	d := &c.detail
	all := c.types
	for _, e := range d.defaults {
		if len(all) >= maxArguments {
			c.tooMany()
		}
		all = append(all[:len(all):len(all)], query.ExprType(e))
	}
	result := c.enforceGeneric(all, d.declared, d.result, false)
	c.makeArguments(c.args, c.types, d.declared)
	variadic := c.fn != nil && c.fn.FuncVariadic && d.variadic != 0
	if d.nvargs > 0 && d.variadic != pg.Any {
		c.gatherVariadic()
		variadic = true
	}
	if n := len(c.types); n > 0 && d.variadic == pg.Any && variadic && c.baseElementType(c.types[n-1]) == 0 {
		raise("42804", query.Location(c.args[len(c.args)-1]), "VARIADIC argument must be an array")
	}
	if d.retset {
		c.checkSRF(c.lastSRF, c.location)
	}
	var e query.Expr
	switch {
	case d.code == detailNormal || d.code == detailProcedure:
		form := explicitCall
		if c.fn != nil && c.fn.Funcformat != ast.COERCION_FORM_UNDEFINED {
			form = c.fn.Funcformat
		}
		e = &query.FuncExpr{Fn: d.proc.OID, Type: result, RetSet: d.retset, Variadic: variadic, Format: form, Args: c.args, Location: c.location}
	case d.code == detailAggregate && c.fn.Over == nil:
		e = c.aggregate(result, variadic)
	default:
		e = c.windowCall(result)
	}
	if d.retset {
		c.state.lastSRF = e
	}
	return e
}

// gatherVariadic puts the last arguments into an array.
func (c *call) gatherVariadic() {
	fixed := len(c.types) - c.detail.nvargs
	list := append([]query.Expr(nil), c.args[fixed:]...)
	arr := &query.ArrayExpr{ElemType: query.ExprType(list[0]), Elements: list, Location: query.ListLocation(list)}
	arr.Type = c.arrayType(arr.ElemType)
	if arr.Type == 0 {
		raise("42704", arr.Location, "could not find array type for data type %s", c.typeName(arr.ElemType))
	}
	c.args = append(c.args[:fixed:fixed], arr)
}

func (c *call) aggregate(result pg.OID, variadic bool) query.Expr {
	name := strings.Join(c.names, ".")
	agg := &query.Aggref{Fn: c.detail.proc.OID, Type: result, Filter: c.filter, Star: c.fn.AggStar, Variadic: variadic,
		Kind: c.detail.proc.Agg.Kind, Location: c.location}
	if len(c.args) == 0 && !c.fn.AggStar && !c.fn.AggWithinGroup {
		raise("42809", c.location, "%s(*) must be used to call a parameterless aggregate function", name)
	}
	if c.detail.retset {
		raise("42P13", c.location, "aggregates cannot return sets")
	}
	if len(c.argnames) > 0 {
		raise("0A000", c.location, "aggregates cannot use named arguments")
	}
	c.aggregateCall(agg, c.args, c.fn.AggOrder, c.fn.AggDistinct)
	return agg
}

func (c *call) windowCall(result pg.OID) query.Expr {
	name := strings.Join(c.names, ".")
	isAgg := c.detail.code == detailAggregate
	w := &query.WindowFunc{Fn: c.detail.proc.OID, Type: result, Args: c.args, Filter: c.filter, Star: c.fn.AggStar, Agg: isAgg, Location: c.location}
	unsupported := func(is bool, words string) {
		if is {
			raise("0A000", c.location, "%s", words)
		}
	}
	unsupported(c.fn.AggDistinct, "DISTINCT is not implemented for window functions")
	if isAgg && len(c.args) == 0 && !c.fn.AggStar {
		raise("42809", c.location, "%s(*) must be used to call a parameterless aggregate function", name)
	}
	unsupported(len(c.fn.AggOrder) > 0, "aggregate ORDER BY is not implemented for window functions")
	unsupported(!isAgg && c.filter != nil, "FILTER is not implemented for non-aggregate window functions")
	if c.state.lastSRF != c.lastSRF {
		pgerr.New("0A000", query.Location(c.state.lastSRF), "window function calls cannot contain set-returning function calls").
			WithHint("You might be able to move the set-returning function into a LATERAL FROM item.").Raise()
	}
	if c.detail.retset {
		raise("42P13", c.location, "window functions cannot return sets")
	}
	c.windowFuncCall(w, c.fn.Over)
	return w
}

// checkSRF refuses a set-returning function where it cannot stand
// (check_srf_call_placement).
func (s *state) checkSRF(lastSRF query.Expr, location int) {
	switch s.kind {
	case KindFromFunction:
		if s.lastSRF != lastSRF {
			raise("0A000", query.Location(s.lastSRF), "set-returning functions must appear at top level of FROM")
		}
	case KindWindowPartition, KindWindowOrder, KindSelectTarget, KindInsertTarget, KindGroupBy, KindOrderBy, KindDistinctOn, KindValuesSingle:
		s.hasTargetSRFs = true
	}
	s.kind.refuse("0A000", kindRules[s.kind].srf, "set-returning functions", location)
}

// complexProjection selects a field of a composite value, nil when it has none
// of that name (ParseComplexProjection).
func (s *state) complexProjection(name string, arg query.Expr, location int) query.Expr {
	var fields []field
	v, isVar := arg.(*query.Var)
	switch {
	case isVar && v.Varattno == 0:
		return s.scanItemForColumn(s.itemAt(v.Varno, v.Varlevelsup), v.Varlevelsup, name, location)
	case isVar && v.Vartype == pg.Record:
		fields = s.expandRecordVariable(v, 0)
	default:
		fields = s.resultFields(arg)
	}
	for i, f := range fields {
		if f.name == name && !f.dropped {
			return &query.FieldSelect{Arg: arg, Fieldnum: int16(i + 1), Type: f.typ, Typmod: f.typmod, Collid: f.coll}
		}
	}
	return nil
}
