package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// rangeParams are the parameters of CREATE TYPE … AS RANGE.
var rangeParams = nameSet("subtype", "subtype_opclass", "collation", "canonical", "subtype_diff", "multirange_type_name")

// createRange interprets CREATE TYPE … AS RANGE, as DefineRange does: a range
// type, its multirange type, their arrays and their constructor functions.
func (s *Session) createRange(n *ast.CreateRangeStmt) {
	namespace, name := s.createIn(n.TypeName)
	shell := s.claimTypeName(namespace, name)
	params := s.rangeOptions(n.Params)
	var multiNamespace pg.OID
	var multiName string
	if d := params["multirange_type_name"]; d != nil {
		multiNamespace, multiName = s.creationNamespace(s.defName(d))
	}
	row := s.rangeRow(params, shell)
	align := byte('i')
	if s.catalog.Type(row.Subtype).Align == 'd' {
		align = 'd'
	}
	t := s.newType(namespace, name, 'r', 'R')
	t.Align, t.Input, t.Output, t.Range = align, "range_in", "range_out", row
	t = s.addTypeAlone(t, shell)
	if multiName == "" {
		multiNamespace, multiName = namespace, s.multirangeTypeName(name, namespace)
	} else {
		s.claimTypeName(multiNamespace, multiName)
	}
	multi := s.newType(multiNamespace, multiName, 'm', 'R')
	multi.Align, multi.Input, multi.Output, multi.Range = align, "multirange_in", "multirange_out", row
	multi = s.addTypeAlone(multi, nil)
	row.Type, row.Multirange = t.OID, multi.OID
	s.dependRange(t, multi)
	array := s.addArrayType(t)
	s.addArrayType(multi)
	s.addRangeConstructors(t, multi, array)
	s.changed("create range %s", s.catalog.QualifiedName(t))
}

// rangeOptions collects the parameters; each is read as it comes.
func (s *Session) rangeOptions(list []ast.Node) optionSet {
	params := optionSet{}
	for _, node := range list {
		d := node.(*ast.DefElem)
		switch {
		case !rangeParams[d.Defname]:
			pgerr.Raise("42601", pgerr.NoPosition, `type attribute "%s" not recognized`, d.Defname)
		case params[d.Defname] != nil:
			conflicting(d)
		case d.Defname == "subtype":
			s.typeID(s.defTypeName(d))
		default:
			s.defName(d)
		}
		params[d.Defname] = d
	}
	return params
}

// rangeRow resolves the parameters of a range type.
func (s *Session) rangeRow(params optionSet, shell *catalog.Type) *pg.RangeRow {
	d := params["subtype"]
	if d == nil {
		pgerr.Raise("42601", pgerr.NoPosition, `type attribute "subtype" is required`)
	}
	subtype, _ := s.typeID(s.defTypeName(d))
	sub := s.catalog.Type(subtype)
	if sub.Kind == 'p' {
		pgerr.Raise("42804", pgerr.NoPosition, "range subtype cannot be %s", s.formatType(subtype))
	}
	row := &pg.RangeRow{Subtype: subtype, SubOpc: s.rangeOpClass(params["subtype_opclass"], subtype), Collation: sub.Collation}
	if d := params["collation"]; d != nil {
		if sub.Collation == 0 {
			pgerr.Raise("42809", pgerr.NoPosition, "range collation specified but subtype does not support collation")
		}
		row.Collation = s.collationID(s.defName(d))
	}
	if d := params["canonical"]; d != nil {
		if shell == nil {
			pgerr.New("42P17", pgerr.NoPosition, "cannot specify a canonical function without a pre-created shell type").
				WithHint("Create the type as a shell type, then create its canonicalization function, then do a full CREATE TYPE.").Raise()
		}
		row.Canonical = s.rangeFunction(s.defName(d), []pg.OID{shell.OID}, shell.OID, "range canonical function %s must return range type", true)
	}
	if d := params["subtype_diff"]; d != nil {
		row.SubDiff = s.rangeFunction(s.defName(d), []pg.OID{subtype, subtype}, pg.Float8,
			"range subtype diff function %s must return type double precision", false)
	}
	return row
}

// rangeOpClass mirrors findRangeSubOpclass.
func (s *Session) rangeOpClass(d *ast.DefElem, subtype pg.OID) pg.OID {
	if d != nil {
		oc := s.opClassNamed(pg.BTree, s.defName(d), false)
		if !s.binaryCoercible(subtype, oc.InType) {
			pgerr.Raise("42804", pgerr.NoPosition, `operator class "%s" does not accept data type %s`, dotted(s.defName(d)), s.formatType(subtype))
		}
		return oc.OID
	}
	oc := s.defaultOpClass(subtype, pg.BTree)
	if oc == 0 {
		pgerr.New("42704", pgerr.NoPosition, `data type %s has no default operator class for access method "btree"`, s.formatType(subtype)).
			WithHint("You must specify an operator class for the range type or define a default operator class for the subtype.").Raise()
	}
	return oc
}

// rangeFunction finds a canonical or difference function and checks it.
func (s *Session) rangeFunction(name []ast.Node, args []pg.OID, result pg.OID, message string, canonical bool) pg.OID {
	p := s.functionNamed(name, args)
	kind := "range subtype diff function"
	if canonical {
		kind = "range canonical function"
	}
	switch {
	case p.RetType != result:
		pgerr.Raise("42P17", pgerr.NoPosition, message, s.signature(dotted(name), args))
	case p.Volatile != 'i':
		pgerr.Raise("42P17", pgerr.NoPosition, "%s %s must be immutable", kind, s.signature(dotted(name), args))
	}
	s.checkPrivilege(p, aclExecute)
	return p.OID
}

// dependRange records what a range type needs (RangeCreate).
func (s *Session) dependRange(t, multi *catalog.Type) {
	row := t.Range
	for _, a := range []catalog.Address{
		{Class: catalog.ClassType, OID: row.Subtype}, {Class: catalog.ClassOpClass, OID: row.SubOpc},
		{Class: catalog.ClassCollation, OID: row.Collation}, {Class: catalog.ClassProc, OID: row.Canonical}, {Class: catalog.ClassProc, OID: row.SubDiff},
	} {
		if a.OID != 0 {
			s.catalog.Depend(t.Address(), a, catalog.DependNormal)
		}
	}
	s.catalog.Depend(multi.Address(), t.Address(), catalog.DependInternal)
}

// addRangeConstructors makes the functions of a range type and of its
// multirange type, and the cast from one to the other
// (makeRangeConstructors, makeMultirangeConstructors).
func (s *Session) addRangeConstructors(t, multi, array *catalog.Type) {
	sub := t.Range.Subtype
	s.addConstructor(t, "range_constructor2", []pg.OID{sub, sub}, false)
	s.addConstructor(t, "range_constructor3", []pg.OID{sub, sub, pg.Text}, false)
	s.addConstructor(multi, "multirange_constructor0", nil, true)
	one := s.addConstructor(multi, "multirange_constructor1", []pg.OID{t.OID}, true)
	many := s.addConstructor(multi, "multirange_constructor2", []pg.OID{array.OID}, true)
	many.Variadic, many.ArgModes, many.AllArgTypes = t.OID, "v", many.ArgTypes
	cast := &catalog.Cast{Source: t.OID, Target: multi.OID, Func: one.OID, Context: 'e', Method: 'f'}
	s.catalog.Add(cast)
	for _, a := range []catalog.Address{t.Address(), multi.Address(), one.Address()} {
		s.catalog.Depend(cast.Address(), a, catalog.DependInternal)
	}
}

func (s *Session) addConstructor(t *catalog.Type, src string, args []pg.OID, strict bool) *catalog.Proc {
	p := &catalog.Proc{Header: catalog.Header{Name: t.Name, Namespace: t.Namespace, Owner: catalog.Superuser}, Kind: 'f',
		Lang: pg.LangInternal, Strict: strict, Volatile: 'i', Parallel: 's', RetType: t.OID, ArgTypes: args, Src: src, Cost: 1}
	s.catalog.Add(p)
	s.catalog.Depend(p.Address(), t.Address(), catalog.DependInternal)
	return p
}
