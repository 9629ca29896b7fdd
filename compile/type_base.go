package compile

import (
	"strconv"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// baseTypeParams are the parameters of CREATE TYPE for a base type.
var baseTypeParams = nameSet("like", "internallength", "input", "output", "receive", "send", "typmod_in", "typmod_out", "analyze",
	"analyse", "subscript", "category", "preferred", "delimiter", "element", "default", "passedbyvalue", "alignment", "storage", "collatable")

// createBaseType interprets CREATE TYPE of a base or shell type, as DefineType.
func (s *Session) createBaseType(n *ast.DefineStmt) {
	s.requireSuperuser("must be superuser to create a base type")
	namespace, name := s.creationNamespace(n.Defnames)
	shell := s.claimTypeName(namespace, name)
	if len(n.Definition) == 0 {
		if shell != nil {
			pgerr.Raise("42710", pgerr.NoPosition, `type "%s" already exists`, name)
		}
		s.addShell(namespace, name)
		return
	}
	if shell == nil {
		pgerr.New("42710", pgerr.NoPosition, `type "%s" does not exist`, name).
			WithHint("Create the type as a shell type, then create its I/O functions, then do a full CREATE TYPE.").Raise()
	}
	params := options(n.Definition, baseTypeParams, func(d *ast.DefElem) {
		s.warning("42601", `type attribute "%s" not recognized`, d.Defname)
	})
	t := s.newType(namespace, name, 'b', 'U')
	t.Storage, t.Len = 'p', -1
	s.baseTypeLayout(t, params)
	s.baseTypeTraits(t, params)
	procs := s.baseTypeFunctions(t, shell, params)
	s.checkElementType(t, params)
	t = s.addType(t, shell)
	for _, p := range procs {
		s.catalog.Depend(t.Address(), p.Address(), catalog.DependNormal)
	}
	if t.Elem != 0 {
		s.catalog.Depend(t.Address(), catalog.Address{Class: catalog.ClassType, OID: t.Elem}, catalog.DependNormal)
	}
	s.changed("create type %s", s.catalog.QualifiedName(t))
}

// baseTypeLayout applies LIKE and INTERNALLENGTH.
func (s *Session) baseTypeLayout(t *catalog.Type, params optionSet) {
	if d := params["like"]; d != nil {
		oid, _ := s.typeID(s.defTypeName(d))
		like := s.catalog.Type(oid)
		t.Len, t.ByVal, t.Align, t.Storage = like.Len, like.ByVal, like.Align, like.Storage
	}
	if d := params["internallength"]; d != nil {
		t.Len = s.defTypeLength(d)
	}
	if d := params["passedbyvalue"]; d != nil {
		t.ByVal = s.defBool(d)
	}
}

// defTypeLength mirrors defGetTypeLength.
func (s *Session) defTypeLength(d *ast.DefElem) int16 {
	if v, ok := d.Arg.(*ast.Integer); ok {
		return int16(v.Ival)
	}
	text := s.defString(d)
	if strings.EqualFold(text, "variable") {
		return -1
	}
	if _, err := strconv.Atoi(text); err == nil {
		pgerr.Raise("42601", pgerr.NoPosition, "%s requires an integer value", d.Defname)
	}
	pgerr.Raise("42601", pgerr.NoPosition, "invalid argument for %s: \"%s\"", d.Defname, text)
	return 0
}

// typeAlignments and typeStorages are the words for typalign and typstorage.
var (
	typeAlignments = map[string]byte{"double": 'd', "float8": 'd', "pg_catalog.float8": 'd', "int4": 'i', "pg_catalog.int4": 'i',
		"int2": 's', "pg_catalog.int2": 's', "char": 'c', "pg_catalog.bpchar": 'c'}
	typeStorages = map[string]byte{"plain": 'p', "external": 'e', "extended": 'x', "main": 'm'}
)

// baseTypeTraits applies the parameters that describe the type to the parser.
func (s *Session) baseTypeTraits(t *catalog.Type, params optionSet) {
	if d := params["category"]; d != nil {
		text := s.defString(d)
		if text == "" || text[0] < 32 || text[0] > 126 {
			pgerr.Raise("22023", pgerr.NoPosition, `invalid type category "%s": must be simple ASCII`, text)
		}
		t.Category = text[0]
	}
	if d := params["preferred"]; d != nil {
		t.Preferred = s.defBool(d)
	}
	if d := params["delimiter"]; d != nil && s.defString(d) != "" {
		t.Delim = s.defString(d)[0]
	}
	if d := params["element"]; d != nil {
		t.Elem, _ = s.typeID(s.defTypeName(d))
		if s.catalog.Type(t.Elem).Kind == 'p' {
			pgerr.Raise("42804", pgerr.NoPosition, "array element type cannot be %s", s.formatType(t.Elem))
		}
	}
	if d := params["default"]; d != nil {
		t.DefaultText = s.defString(d)
	}
	if d := params["alignment"]; d != nil {
		t.Align = typeWord(typeAlignments, s.defString(d), "alignment")
	}
	if d := params["storage"]; d != nil {
		t.Storage = typeWord(typeStorages, s.defString(d), "storage")
	}
	if d := params["collatable"]; d != nil && s.defBool(d) {
		t.Collation = pg.DefaultCollation
	}
}

func typeWord(words map[string]byte, word, what string) byte {
	v, ok := words[strings.ToLower(word)]
	if !ok {
		pgerr.Raise("22023", pgerr.NoPosition, `%s "%s" not recognized`, what, word)
	}
	return v
}

// A typeFunction is what a type's support function must look like.
type typeFunction struct {
	param  string
	args   [][]pg.OID // the signatures tried; 0 stands for the type itself
	result pg.OID     // 0: the type itself
	fails  string     // how its result is described
}

var typeFunctions = []typeFunction{
	{"input", [][]pg.OID{{pg.Cstring}, {pg.Cstring, pg.Oid, pg.Int4}}, 0, "type input function"},
	{"output", [][]pg.OID{{0}}, pg.Cstring, "type output function"},
	{"receive", [][]pg.OID{{pg.Internal}, {pg.Internal, pg.Oid, pg.Int4}}, 0, "type receive function"},
	{"send", [][]pg.OID{{0}}, pg.Bytea, "type send function"},
	{"typmod_in", [][]pg.OID{{pg.CstringArray}}, pg.Int4, "typmod_in function"},
	{"typmod_out", [][]pg.OID{{pg.Int4}}, pg.Cstring, "typmod_out function"},
	{"analyze", [][]pg.OID{{pg.Internal}}, pg.Bool, "type analyze function"},
	{"subscript", [][]pg.OID{{pg.Internal}}, pg.Internal, "type subscripting function"},
}

// baseTypeFunctions finds and checks a type's support functions
// (findTypeInputFunction and its like).
func (s *Session) baseTypeFunctions(t, shell *catalog.Type, params optionSet) []*catalog.Proc {
	switch {
	case params["input"] == nil:
		pgerr.Raise("42P17", pgerr.NoPosition, "type input function must be specified")
	case params["output"] == nil:
		pgerr.Raise("42P17", pgerr.NoPosition, "type output function must be specified")
	case params["typmod_in"] == nil && params["typmod_out"] != nil:
		pgerr.Raise("42P17", pgerr.NoPosition, "type modifier output function is useless without a type modifier input function")
	}
	if params["analyze"] == nil {
		params["analyze"] = params["analyse"]
	}
	var procs []*catalog.Proc
	for _, f := range typeFunctions {
		d := params[f.param]
		if d == nil {
			continue
		}
		p := s.typeFunction(f, s.defName(d), shell)
		procs = append(procs, p)
		switch f.param {
		case "input":
			t.Input = p.Name
		case "output":
			t.Output = p.Name
		case "typmod_in":
			t.TypmodIn = p.Name
		case "typmod_out":
			t.TypmodOut = p.Name
		case "subscript":
			t.Subscript = p.Name
		}
	}
	return procs
}

func (s *Session) typeFunction(f typeFunction, name []ast.Node, t *catalog.Type) *catalog.Proc {
	var found *catalog.Proc
	for _, args := range f.args {
		p := s.findFunction(name, selfArgs(args, t.OID))
		if p != nil && found != nil {
			pgerr.Raise("42725", pgerr.NoPosition, "%s %s has multiple matches", f.fails, dotted(name))
		}
		if p != nil {
			found = p
		}
	}
	result := f.result
	if result == 0 {
		result = t.OID
	}
	switch {
	case found == nil:
		pgerr.Raise("42883", pgerr.NoPosition, "function %s does not exist", s.signature(dotted(name), selfArgs(f.args[0], t.OID)))
	case found.RetType != result:
		pgerr.Raise("42P17", pgerr.NoPosition, "%s %s must return type %s", f.fails, dotted(name), s.formatType(result))
	}
	if found.Volatile == 'v' && f.param != "analyze" && f.param != "subscript" {
		s.warning("42P17", "%s %s should not be volatile", f.fails, dotted(name))
	}
	return found
}

func selfArgs(args []pg.OID, self pg.OID) []pg.OID {
	out := make([]pg.OID, len(args))
	for i, a := range args {
		if out[i] = a; a == 0 {
			out[i] = self
		}
	}
	return out
}

// checkElementType refuses ELEMENT without a way to subscript the type.
func (s *Session) checkElementType(t *catalog.Type, params optionSet) {
	if params["subscript"] != nil || t.Elem == 0 {
		return
	}
	if t.Len <= 0 || t.ByVal || s.catalog.Type(t.Elem).Len <= 0 {
		pgerr.Raise("22023", pgerr.NoPosition, "element type cannot be specified without a subscripting function")
	}
	t.Subscript = "raw_array_subscript_handler"
}
