package compile

import (
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
	d := s.aggregateTypes(p, params)
	d.functions()
	d.keepOthers()
	s.checkReplacedAggregate(p, n.Replace)
	p = s.addFunction(p, n.Replace)
	for _, oid := range d.needs {
		s.catalog.Depend(p.Address(), catalog.Address{Class: catalog.ClassProc, OID: oid}, catalog.DependNormal)
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
		if value := aggregateValues[name]; value != nil {
			value(s, d)
		}
	}
	return set
}

// aggregateValues read the parameters' values, as soon as they are met.
var aggregateValues = map[string]func(*Session, *ast.DefElem){
	"sfunc": readName, "finalfunc": readName, "combinefunc": readName, "serialfunc": readName, "deserialfunc": readName, "msfunc": readName,
	"minvfunc": readName, "mfinalfunc": readName, "sortop": readName, "basetype": readTypeName, "stype": readTypeName, "mstype": readTypeName,
	"finalfunc_extra": readBool, "mfinalfunc_extra": readBool, "hypothetical": readBool, "sspace": readInt, "msspace": readInt,
	"initcond": readString, "minitcond": readString, "parallel": readString, "finalfunc_modify": readModify, "mfinalfunc_modify": readModify,
}

func readName(s *Session, d *ast.DefElem)     { s.defName(d) }
func readTypeName(s *Session, d *ast.DefElem) { s.defTypeName(d) }
func readBool(s *Session, d *ast.DefElem)     { s.defBool(d) }
func readInt(s *Session, d *ast.DefElem)      { s.defInt(d) }
func readString(s *Session, d *ast.DefElem)   { s.defString(d) }

// readModify mirrors extractModify.
func readModify(s *Session, d *ast.DefElem) {
	switch s.defString(d) {
	case "read_only", "shareable", "read_write":
		return
	}
	pgerr.Raise("42601", pgerr.NoPosition, `parameter "%s" must be READ_ONLY, SHAREABLE, or READ_WRITE`, d.Defname)
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
		if d := params["hypothetical"]; d != nil && s.defBool(d) {
			if p.Agg.Kind != 'o' {
				pgerr.Raise("42P13", pgerr.NoPosition, "only ordered-set aggregates can be hypothetical")
			}
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

// defText is defString for an option that may have no value.
func (s *Session) defText(d *ast.DefElem) string {
	if d.Arg == nil {
		return "true"
	}
	return s.defString(d)
}
