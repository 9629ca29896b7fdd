package compile

import (
	"strconv"
	"strings"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// This file mirrors define.c: the values of the options in CREATE and ALTER.

// defString gives an option's value as text (defGetString).
func (s *Session) defString(d *ast.DefElem) string {
	switch v := d.Arg.(type) {
	case nil:
		pgerr.Raise("42601", pgerr.NoPosition, "%s requires a parameter", d.Defname)
	case *ast.Integer:
		return strconv.Itoa(v.Ival)
	case *ast.Float:
		return v.Fval
	case *ast.Boolean:
		return strconv.FormatBool(v.Boolval)
	case *ast.String:
		return v.Sval
	case *ast.TypeName:
		return s.typeNameText(v)
	case *ast.List:
		return dotted(v.Items)
	case *ast.A_Star:
		return "*"
	case *ast.A_Const:
		return s.defString(&ast.DefElem{Defname: d.Defname, Arg: v.Val})
	}
	pgerr.Raise("XX000", pgerr.NoPosition, "unrecognized node type: %s", d.Arg.Tag())
	return ""
}

// defBool gives a Boolean option's value; without a value it is true
// (defGetBoolean).
func (s *Session) defBool(d *ast.DefElem) bool {
	switch v := d.Arg.(type) {
	case nil:
		return true
	case *ast.Boolean:
		return v.Boolval
	case *ast.Integer:
		if v.Ival == 0 || v.Ival == 1 {
			return v.Ival == 1
		}
	default:
		switch strings.ToLower(s.defString(d)) {
		case "true", "on":
			return true
		case "false", "off":
			return false
		}
	}
	pgerr.Raise("42601", pgerr.NoPosition, "%s requires a Boolean value", d.Defname)
	return false
}

// defNumber gives a numeric option's value (defGetNumeric).
func (s *Session) defNumber(d *ast.DefElem) float64 {
	switch v := d.Arg.(type) {
	case nil:
		pgerr.Raise("42601", pgerr.NoPosition, "%s requires a numeric value", d.Defname)
	case *ast.Integer:
		return float64(v.Ival)
	case *ast.Float:
		f, _ := strconv.ParseFloat(v.Fval, 64)
		return f
	}
	pgerr.Raise("42601", pgerr.NoPosition, "%s requires a numeric value", d.Defname)
	return 0
}

// defInt gives an integer option's value (defGetInt32).
func (s *Session) defInt(d *ast.DefElem) int {
	if v, ok := d.Arg.(*ast.Integer); ok {
		return v.Ival
	}
	pgerr.Raise("42601", pgerr.NoPosition, "%s requires an integer value", d.Defname)
	return 0
}

// defName gives the qualified name that an option holds (defGetQualifiedName).
func (s *Session) defName(d *ast.DefElem) []ast.Node {
	switch v := d.Arg.(type) {
	case nil:
		pgerr.Raise("42601", pgerr.NoPosition, "%s requires a parameter", d.Defname)
	case *ast.TypeName:
		return v.Names
	case *ast.List:
		return v.Items
	case *ast.String:
		return []ast.Node{v}
	}
	pgerr.Raise("42601", pgerr.NoPosition, "argument of %s must be a name", d.Defname)
	return nil
}

// defTypeName gives the type name that an option holds (defGetTypeName).
func (s *Session) defTypeName(d *ast.DefElem) *ast.TypeName {
	switch v := d.Arg.(type) {
	case nil:
		pgerr.Raise("42601", pgerr.NoPosition, "%s requires a parameter", d.Defname)
	case *ast.TypeName:
		return v
	case *ast.String:
		return &ast.TypeName{Names: []ast.Node{v}, Typemod: -1, Location: -1}
	}
	pgerr.Raise("42601", pgerr.NoPosition, "argument of %s must be a type name", d.Defname)
	return nil
}

// conflicting raises 42601 for an option that is given twice
// (errorConflictingDefElem).
func conflicting(d *ast.DefElem) {
	pgerr.Raise("42601", d.Location, "conflicting or redundant options")
}

// An optionSet collects a statement's options by name and refuses the same
// one twice.
type optionSet map[string]*ast.DefElem

// options collects DefElems. unknown is called for a name that known does not
// have; nil knows all.
func options(list []ast.Node, known map[string]bool, unknown func(*ast.DefElem)) optionSet {
	set := optionSet{}
	for _, n := range list {
		d, ok := n.(*ast.DefElem)
		if !ok {
			continue
		}
		if known != nil && !known[d.Defname] {
			unknown(d)
			continue
		}
		if set[d.Defname] != nil {
			conflicting(d)
		}
		set[d.Defname] = d
	}
	return set
}

// names makes a set of option names.
func nameSet(list ...string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, n := range list {
		set[n] = true
	}
	return set
}
