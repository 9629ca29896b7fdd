package compile

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// This file mirrors pg_type.c: how types come to be, whatever statement asks
// for them.

// claimTypeName makes a name free for a new type. An array type that has it
// is given another name; any other type is in the way. A shell type is given
// back, to be completed.
func (s *Session) claimTypeName(namespace pg.OID, name string) (shell *catalog.Type) {
	old, _ := s.catalog.Named(catalog.ClassType, namespace, name).(*catalog.Type)
	switch {
	case old == nil:
		return nil
	case !old.Defined:
		return old
	case !s.moveArrayType(old):
		pgerr.Raise("42710", pgerr.NoPosition, `type "%s" already exists`, name)
	}
	return nil
}

// claimFullTypeName is claimTypeName for types that cannot complete a shell.
func (s *Session) claimFullTypeName(namespace pg.OID, name string) {
	if s.claimTypeName(namespace, name) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, `type "%s" already exists`, name)
	}
}

// moveArrayType renames an array type that is in another type's way
// (moveArrayTypeName).
func (s *Session) moveArrayType(t *catalog.Type) bool {
	elem := s.catalog.Type(t.Elem)
	if !s.isTrueArray(t) || elem == nil || elem.Array != t.OID {
		return false
	}
	s.catalog.Rename(t, t.Namespace, s.arrayTypeName(t.Name, t.Namespace))
	return true
}

// newType makes a type with what most kinds have in common, not yet entered.
func (s *Session) newType(namespace pg.OID, name string, kind, category byte) *catalog.Type {
	return &catalog.Type{Header: catalog.Header{Name: name, Namespace: namespace, Owner: s.catalog.CurrentUser},
		Len: -1, Kind: kind, Category: category, Defined: true, Delim: ',', Align: 'i', Storage: 'x', Typmod: -1}
}

// addType enters a type, in the place of a shell type if there is one, with
// its array type.
func (s *Session) addType(t, shell *catalog.Type) *catalog.Type {
	t = s.addTypeAlone(t, shell)
	s.addArrayType(t)
	return t
}

// addTypeAlone enters a type without an array type.
func (s *Session) addTypeAlone(t, shell *catalog.Type) *catalog.Type {
	if shell == nil {
		t.ACL = s.defaultPrivileges(t, t.Namespace)
		s.catalog.Add(t)
	} else {
		s.checkOwner(shell)
		s.catalog.Touch(shell)
		was := shell.Header
		*shell = *t
		shell.Header = was
		t = shell
	}
	if t.RelID == 0 {
		s.catalog.Depend(t.Address(), catalog.Address{Class: catalog.ClassNamespace, OID: t.Namespace}, catalog.DependNormal)
	}
	return t
}

// addArrayType makes the array type of a type.
func (s *Session) addArrayType(t *catalog.Type) *catalog.Type {
	align := byte('i')
	if t.Align == 'd' {
		align = 'd'
	}
	a := &catalog.Type{Header: catalog.Header{Name: s.arrayTypeName(t.Name, t.Namespace), Namespace: t.Namespace, Owner: t.Owner},
		Len: -1, Kind: 'b', Category: 'A', Defined: true, Delim: t.Delim, Subscript: "array_subscript_handler", Elem: t.OID,
		Input: "array_in", Output: "array_out", TypmodIn: t.TypmodIn, TypmodOut: t.TypmodOut, Align: align, Storage: 'x',
		Typmod: -1, Collation: t.Collation}
	s.catalog.Add(a)
	s.catalog.Touch(t)
	t.Array = a.OID
	s.catalog.Depend(a.Address(), t.Address(), catalog.DependInternal)
	return a
}

// addShell makes a type of which nothing but the name is known (TypeShellMake).
func (s *Session) addShell(namespace pg.OID, name string) *catalog.Type {
	t := s.newType(namespace, name, 'p', 'P')
	t.Defined, t.Len, t.ByVal, t.Storage, t.Input, t.Output = false, 4, true, 'p', "shell_in", "shell_out"
	s.addTypeAlone(t, nil)
	return t
}

// renameType gives a type another name, and its array type with it
// (RenameTypeInternal).
func (s *Session) renameType(t *catalog.Type, name string) {
	if old, ok := s.catalog.Named(catalog.ClassType, t.Namespace, name).(*catalog.Type); ok {
		if !old.Defined || !s.moveArrayType(old) {
			pgerr.Raise("42710", pgerr.NoPosition, `type "%s" already exists`, name)
		}
	}
	s.catalog.Rename(t, t.Namespace, name)
	if array := s.catalog.Type(t.Array); array != nil {
		s.catalog.Rename(array, array.Namespace, s.arrayTypeName(name, t.Namespace))
	}
}

// multirangeTypeName gives the name of the multirange type that a range type
// gets when the statement gives none (makeMultirangeTypeName).
func (s *Session) multirangeTypeName(rangeName string, namespace pg.OID) string {
	var name string
	if i := strings.Index(rangeName, "range"); i >= 0 {
		name = rangeName[:i] + "multi" + rangeName[i:]
	} else {
		name = clip(rangeName, nameLimit-len("_multirange")) + "_multirange"
	}
	name = clip(name, nameLimit)
	if s.catalog.Named(catalog.ClassType, namespace, name) != nil {
		pgerr.New("42710", pgerr.NoPosition, `type "%s" already exists`, name).
			WithDetail(`Failed while creating a multirange type for type "%s".`, rangeName).
			WithHint("You can manually specify a multirange type name using the \"multirange_type_name\" attribute.").Raise()
	}
	return name
}
