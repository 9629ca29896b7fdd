package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// paramModes are the values of pg_proc.proargmodes.
var paramModes = map[ast.FunctionParameterMode]byte{ast.FUNC_PARAM_IN: 'i', ast.FUNC_PARAM_DEFAULT: 'i', ast.FUNC_PARAM_OUT: 'o',
	ast.FUNC_PARAM_INOUT: 'b', ast.FUNC_PARAM_VARIADIC: 'v', ast.FUNC_PARAM_TABLE: 't'}

// A parameterList goes through a routine's parameters.
type parameterList struct {
	s        *Session
	p        *catalog.Proc
	types    []pg.OID
	modes    []byte
	names    []string
	first    pg.OID // the first output's type
	outs     int
	variadic int
}

// functionParameters fills in a routine's arguments and gives the result type
// that its output parameters require, 0 for none
// (interpret_function_parameter_list).
func (s *Session) functionParameters(p *catalog.Proc, params []ast.Node) (required pg.OID) {
	l := &parameterList{s: s, p: p}
	for _, node := range params {
		l.add(node.(*ast.FunctionParameter))
	}
	if l.outs > 0 || l.variadic > 0 {
		p.AllArgTypes, p.ArgModes = l.types, string(l.modes)
	}
	for _, name := range l.names {
		if name != "" {
			p.ArgNames = l.names
			break
		}
	}
	p.NDefaults = len(p.Defaults)
	switch {
	case l.outs > 1 || l.outs == 1 && p.Kind == 'p':
		return pg.Record
	case l.outs == 1:
		return l.first
	}
	return 0
}

func (l *parameterList) add(fp *ast.FunctionParameter) {
	mode := paramModes[fp.Mode]
	input, output := mode != 'o' && mode != 't', mode != 'i' && mode != 'v'
	typ := l.parameterType(fp)
	if input {
		if l.variadic > 0 {
			pgerr.Raise("42P13", pgerr.NoPosition, "VARIADIC parameter must be the last input parameter")
		}
		l.p.ArgTypes = append(l.p.ArgTypes, typ)
	}
	if output {
		if l.p.Kind == 'p' && l.variadic > 0 {
			pgerr.Raise("42P13", pgerr.NoPosition, "VARIADIC parameter must be the last parameter")
		}
		if l.outs == 0 {
			l.first = typ
		}
		l.outs++
	}
	if mode == 'v' {
		l.addVariadic(typ)
	}
	l.checkName(fp.Name, mode)
	l.types, l.modes, l.names = append(l.types, typ), append(l.modes, mode), append(l.names, fp.Name)
	l.addDefault(fp, typ, input)
}

func (l *parameterList) parameterType(fp *ast.FunctionParameter) pg.OID {
	what := map[byte]string{'a': "aggregate", 'p': "procedure"}[l.p.Kind]
	t := l.s.lookupType(fp.ArgType)
	switch {
	case t == nil:
		pgerr.Raise("42704", pgerr.NoPosition, "type %s does not exist", l.s.typeNameText(fp.ArgType))
	case !t.Defined && l.p.Lang == pg.LangSQL:
		pgerr.Raise("42P13", pgerr.NoPosition, "SQL function cannot accept shell type %s", l.s.typeNameText(fp.ArgType))
	case !t.Defined && what == "aggregate":
		pgerr.Raise("42P13", pgerr.NoPosition, "aggregate cannot accept shell type %s", l.s.typeNameText(fp.ArgType))
	case !t.Defined:
		l.s.notice("42809", "argument type %s is only a shell", l.s.typeNameText(fp.ArgType))
	}
	l.s.checkTypeUsage(t.OID)
	if fp.ArgType.Setof {
		if what == "" {
			what = "function"
		}
		pgerr.Raise("42P13", pgerr.NoPosition, "%ss cannot accept set arguments", what)
	}
	return t.OID
}

func (l *parameterList) addVariadic(typ pg.OID) {
	l.variadic++
	switch typ {
	case pg.AnyArray:
		l.p.Variadic = pg.AnyElement
	case pg.AnyCompatibleArray:
		l.p.Variadic = pg.AnyCompatible
	case pg.Any:
		l.p.Variadic = pg.Any
	default:
		t := l.s.catalog.Type(typ)
		if !l.s.isTrueArray(t) {
			pgerr.Raise("42P13", pgerr.NoPosition, "VARIADIC parameter must be an array")
		}
		l.p.Variadic = t.Elem
	}
}

// checkName refuses a name used before, unless one is only input and the other
// only output.
func (l *parameterList) checkName(name string, mode byte) {
	if name == "" {
		return
	}
	for i, prev := range l.names {
		if prev != name || pureInput(mode) && pureOutput(l.modes[i]) || pureOutput(mode) && pureInput(l.modes[i]) {
			continue
		}
		pgerr.Raise("42P13", pgerr.NoPosition, `parameter name "%s" used more than once`, name)
	}
}

func pureInput(mode byte) bool  { return mode == 'i' || mode == 'v' }
func pureOutput(mode byte) bool { return mode == 'o' || mode == 't' }

func (l *parameterList) addDefault(fp *ast.FunctionParameter, typ pg.OID, input bool) {
	switch {
	case fp.Defexpr != nil && !input:
		pgerr.Raise("42P13", pgerr.NoPosition, "only input parameters can have default values")
	case fp.Defexpr != nil:
		l.p.Defaults = append(l.p.Defaults, l.s.parameterDefault(fp.Defexpr, typ))
	case input && len(l.p.Defaults) > 0:
		pgerr.Raise("42P13", pgerr.NoPosition, "input parameters after one with a default value must also have defaults")
	case l.p.Kind == 'p' && len(l.p.Defaults) > 0:
		pgerr.Raise("42P13", pgerr.NoPosition, "procedure OUT parameters cannot appear after one with a default value")
	}
}
