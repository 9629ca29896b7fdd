package compile

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// The options that functions have and procedures do not.
var functionOnlyOptions = nameSet("window", "volatility", "strict", "leakproof", "cost", "rows", "support", "parallel")

// functionOptions collects the options of CREATE and ALTER FUNCTION; SET may
// come several times and is kept under "set", in order.
func (s *Session) functionOptions(list []ast.Node, procedure bool) optionSet {
	set := optionSet{}
	for _, node := range list {
		d := node.(*ast.DefElem)
		if procedure && functionOnlyOptions[d.Defname] {
			pgerr.Raise("42P13", d.Location, "invalid attribute in procedure definition")
		}
		if d.Defname == "set" {
			if set["set"] == nil {
				set["set"] = &ast.DefElem{Defname: "set", Arg: &ast.List{}}
			}
			l := set["set"].Arg.(*ast.List)
			l.Items = append(l.Items, d.Arg)
			continue
		}
		if set[d.Defname] != nil {
			conflicting(d)
		}
		set[d.Defname] = d
	}
	if d := set["cost"]; d != nil && s.defNumber(d) <= 0 {
		pgerr.Raise("22023", pgerr.NoPosition, "COST must be positive")
	}
	if d := set["rows"]; d != nil && s.defNumber(d) <= 0 {
		pgerr.Raise("22023", pgerr.NoPosition, "ROWS must be positive")
	}
	return set
}

// applyFunctionOptions sets what the options say of a function that has its
// defaults or its former values.
func (s *Session) applyFunctionOptions(p *catalog.Proc, opts optionSet) {
	if p.Volatile == 0 {
		p.Volatile, p.Parallel = 'v', 'u'
	}
	if d := opts["volatility"]; d != nil {
		p.Volatile = s.defString(d)[0]
	}
	for name, flag := range map[string]*bool{"strict": &p.Strict, "security": &p.SecDef, "leakproof": &p.Leakproof} {
		if d := opts[name]; d != nil {
			*flag = s.defBool(d)
		}
	}
	if d := opts["support"]; d != nil {
		p.Support = s.supportFunction(d)
	}
	if d := opts["parallel"]; d != nil {
		switch strings.ToLower(s.defString(d)) {
		case "safe":
			p.Parallel = 's'
		case "unsafe":
			p.Parallel = 'u'
		case "restricted":
			p.Parallel = 'r'
		default:
			pgerr.Raise("42601", pgerr.NoPosition, `parameter "parallel" must be SAFE, RESTRICTED, or UNSAFE`)
		}
	}
	if d := opts["set"]; d != nil {
		for _, node := range d.Arg.(*ast.List).Items {
			p.Config = s.updateConfig(p.Config, node.(*ast.VariableSetStmt))
		}
	}
}

// supportFunction mirrors interpret_func_support.
func (s *Session) supportFunction(d *ast.DefElem) pg.OID {
	name := s.defName(d)
	p := s.functionNamed(name, []pg.OID{pg.Internal})
	if p.RetType != pg.Internal {
		pgerr.Raise("42809", pgerr.NoPosition, "support function %s must return type %s", dotted(name), "internal")
	}
	s.requireSuperuser("must be superuser to specify a support function")
	return p.OID
}

// functionEstimates applies COST and ROWS.
func (s *Session) functionEstimates(p *catalog.Proc, opts optionSet) {
	if p.Cost == 0 {
		p.Cost = 100
		if p.Lang == pg.LangInternal || p.Lang == pg.LangC {
			p.Cost = 1
		}
	}
	if p.RetSet && p.Rows == 0 {
		p.Rows = 1000
	}
	if d := opts["cost"]; d != nil {
		p.Cost = s.defNumber(d)
	}
	if d := opts["rows"]; d != nil {
		if !p.RetSet {
			pgerr.Raise("22023", pgerr.NoPosition, "ROWS is not applicable when function does not return a set")
		}
		p.Rows = s.defNumber(d)
	}
}

// updateConfig applies SET or RESET to a list of name=value settings
// (update_proconfig_value).
func (s *Session) updateConfig(config []string, n *ast.VariableSetStmt) []string {
	if n.Kind == ast.VAR_RESET_ALL {
		return nil
	}
	at := slices.IndexFunc(config, func(item string) bool { return strings.HasPrefix(strings.ToLower(item), strings.ToLower(n.Name)+"=") })
	var value string
	if n.Kind == ast.VAR_SET_VALUE {
		value = settingText(n.Name, n.Args)
	}
	name := n.Name
	if row := s.checkSettable(name); row != nil {
		name = row.Name
	}
	switch n.Kind {
	case ast.VAR_SET_VALUE:
		s.checkKeptSetting(n.Name, value)
	case ast.VAR_SET_CURRENT:
		value = s.Setting(n.Name)
	default:
		if at >= 0 {
			return slices.Delete(slices.Clone(config), at, at+1)
		}
		return config
	}
	item := name + "=" + value
	config = slices.Clone(config)
	if at >= 0 {
		config[at] = item
		return config
	}
	return append(config, item)
}

// checkTransforms checks TRANSFORM FOR TYPE …, …: each type needs one.
func (s *Session) checkTransforms(d *ast.DefElem, lang *catalog.Generic) {
	if d == nil {
		return
	}
	list, ok := d.Arg.(*ast.List)
	if !ok {
		return
	}
	for _, node := range list.Items {
		typ, _ := s.typeID(node.(*ast.TypeName))
		if t := s.catalog.Type(typ); s.isTrueArray(t) {
			typ = t.Elem
		}
		if s.transform(typ, lang) == nil {
			pgerr.Raise("42704", pgerr.NoPosition, `transform for type %s language "%s" does not exist`, s.formatType(typ), lang.Name)
		}
	}
}

// alterFunction interprets ALTER FUNCTION, PROCEDURE and ROUTINE, as
// AlterFunction.
func (s *Session) alterFunction(n *ast.AlterFunctionStmt) {
	p := s.routine(n.Objtype, n.Func)
	s.checkOwnerAs(p, n.Objtype, dotted(n.Func.Objname))
	if p.Kind == 'a' {
		pgerr.Raise("42809", pgerr.NoPosition, `"%s" is an aggregate function`, dotted(n.Func.Objname))
	}
	opts := s.functionOptions(n.Actions, p.Kind == 'p')
	changed := *p
	s.applyFunctionOptions(&changed, opts)
	if changed.Leakproof && !p.Leakproof {
		s.requireSuperuser("only superuser can define a leakproof function")
	}
	s.functionEstimates(&changed, opts)
	s.catalog.Touch(p)
	h := p.Header
	*p = changed
	p.Header = h
	if opts["support"] != nil {
		s.catalog.Depend(p.Address(), catalog.Address{Class: catalog.ClassProc, OID: p.Support}, catalog.DependNormal)
	}
	s.changed("alter function %s", s.signatureOf(p))
}
