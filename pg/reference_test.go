package pg

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
)

// references says for each field that holds OIDs what they are OIDs of. Self
// is the row's own OID.
var references = map[string]string{
	"TypeRow.OID": "self", "TypeRow.Namespace": "pg_namespace", "TypeRow.RelID": "Relations", "TypeRow.Elem": "Types",
	"TypeRow.Array": "Types", "TypeRow.BaseType": "Types", "TypeRow.Collation": "Collations",
	"ProcRow.OID": "self", "ProcRow.Namespace": "pg_namespace", "ProcRow.Variadic": "Types", "ProcRow.RetType": "Types",
	"ProcRow.ArgTypes": "Types", "ProcRow.AllArgTypes": "Types",
	"OperatorRow.OID": "self", "OperatorRow.Namespace": "pg_namespace", "OperatorRow.Left": "Types",
	"OperatorRow.Right": "Types", "OperatorRow.Result": "Types", "OperatorRow.Commutator": "Operators",
	"OperatorRow.Negator": "Operators", "OperatorRow.Code": "Procs", "OperatorRow.Rest": "Procs", "OperatorRow.Join": "Procs",
	"CastRow.OID": "self", "CastRow.Source": "Types", "CastRow.Target": "Types", "CastRow.Func": "Procs",
	"CollationRow.OID": "self", "CollationRow.Namespace": "pg_namespace",
	"OpClassRow.OID": "self", "OpClassRow.Method": "Ams", "OpClassRow.Namespace": "pg_namespace",
	"OpClassRow.Family": "OpFamilies", "OpClassRow.InType": "Types", "OpClassRow.KeyType": "Types",
	"OpFamilyRow.OID": "self", "OpFamilyRow.Method": "Ams", "OpFamilyRow.Namespace": "pg_namespace",
	"AmopRow.Family": "OpFamilies", "AmopRow.Left": "Types", "AmopRow.Right": "Types", "AmopRow.Operator": "Operators",
	"AmopRow.Method": "Ams", "AmopRow.SortFamily": "OpFamilies",
	"AmprocRow.Family": "OpFamilies", "AmprocRow.Left": "Types", "AmprocRow.Right": "Types", "AmprocRow.Proc": "Procs",
	"AmRow.OID": "self", "RangeRow.Type": "Types", "RangeRow.Subtype": "Types", "RangeRow.Multirange": "Types",
	"RangeRow.Collation": "Collations", "RangeRow.SubOpc": "OpClasses", "RangeRow.Canonical": "Procs",
	"RangeRow.SubDiff": "Procs", "EnumRow.Type": "Types", "LanguageRow.OID": "self",
	"RelationRow.OID": "self", "RelationRow.Namespace": "pg_namespace", "RelationRow.Type": "Types",
	"ColumnRow.Type": "Types", "ColumnRow.Collation": "Collations",
	"NamedRow.OID": "self", "NamedRow.Namespace": "pg_namespace",
}

// An object is a catalog, or a field of Set, and an OID.
type object struct {
	kind string
	oid  OID
}

// eachOID calls visit for every OID in a set, with the field it is in.
func eachOID(s *Set, visit func(kind, field string, row reflect.Value, oid OID)) {
	set := reflect.ValueOf(s).Elem()
	for i := range set.NumField() {
		if kind := set.Type().Field(i); kind.IsExported() {
			for j := range set.Field(i).Len() {
				eachOIDOf(set.Field(i).Index(j), func(field string, row reflect.Value, oid OID) { visit(kind.Name, field, row, oid) })
			}
		}
	}
}

func eachOIDOf(row reflect.Value, visit func(field string, row reflect.Value, oid OID)) {
	for i := range row.NumField() {
		name := row.Type().Name() + "." + row.Type().Field(i).Name
		switch f := row.Field(i).Interface().(type) {
		case OID:
			visit(name, row, f)
		case []OID:
			for _, oid := range f {
				visit(name, row, oid)
			}
		case []ColumnRow:
			for j := range f {
				eachOIDOf(reflect.ValueOf(f[j]), visit)
			}
		}
	}
}

// The system's OIDs are unique in their catalogs; the extensions' everywhere.
func TestOIDsAreUniqueAndResolve(t *testing.T) {
	known := map[object]bool{}
	extension := map[OID]bool{}
	sets := []*Set{&Builtin}
	for _, x := range Extensions {
		assert.False(t, extension[x.OID], x.Name)
		extension[x.OID] = true
		sets = append(sets, x.Set)
	}
	for _, s := range sets {
		eachOID(s, func(kind, field string, row reflect.Value, oid OID) {
			if references[field] != "self" {
				return
			}
			if kind == "Named" {
				kind = row.FieldByName("Catalog").String()
			}
			assert.False(t, known[object{kind, oid}], "%s %d twice", kind, oid)
			known[object{kind, oid}] = true
			if s == &Builtin {
				assert.Less(t, oid, OID(16384), field)
				return
			}
			assert.False(t, extension[oid], "%s %d twice", kind, oid)
			extension[oid] = true
			assert.True(t, oid >= 20000 && oid < firstUnusedOID, "%s %d", kind, oid)
		})
	}
	assert.LessOrEqual(t, firstUnusedOID, FirstUserOID)
	for _, s := range sets {
		eachOID(s, func(_, field string, row reflect.Value, oid OID) {
			target := references[field]
			assert.NotEmpty(t, target, "field %s", field)
			if target != "self" && oid != 0 {
				assert.True(t, known[object{target, oid}], "%s: %s %d in %v", field, target, oid, row)
			}
		})
	}
}

// An extension refers to its own objects, to those of extensions it requires
// and to the system's; to no other's.
func TestExtensionsReferToWhatTheyRequire(t *testing.T) {
	for i := range Extensions {
		x := &Extensions[i]
		allowed := map[*ExtensionRow]bool{nil: true, x: true}
		allow(allowed, x)
		eachOID(x.Set, func(_, field string, row reflect.Value, oid OID) {
			assert.True(t, allowed[ExtensionOf(oid)], "%s: %s %d", x.Name, field, oid)
		})
	}
}

func allow(allowed map[*ExtensionRow]bool, x *ExtensionRow) {
	for _, name := range x.Requires {
		required := FindExtension(name)
		allowed[required] = true
		allow(allowed, required)
	}
}
