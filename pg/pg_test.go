package pg

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// eachSet runs a test on the built-in set and on each extension's.
func eachSet(t *testing.T, test func(t *testing.T, s *Set)) {
	t.Run("builtin", func(t *testing.T) { test(t, &Builtin) })
	for _, x := range Extensions {
		t.Run(x.Name, func(t *testing.T) { test(t, x.Set) })
	}
}

func TestRowsAreSorted(t *testing.T) {
	name := func(an string, a OID, bn string, b OID) int {
		return cmp.Or(strings.Compare(an, bn), cmp.Compare(a, b))
	}
	eachSet(t, func(t *testing.T, s *Set) {
		assert.True(t, slices.IsSortedFunc(s.Types, func(a, b TypeRow) int { return name(a.Name, a.OID, b.Name, b.OID) }), "Types")
		assert.True(t, slices.IsSortedFunc(s.Procs, func(a, b ProcRow) int { return name(a.Name, a.OID, b.Name, b.OID) }), "Procs")
		assert.True(t, slices.IsSortedFunc(s.Operators, func(a, b OperatorRow) int { return name(a.Name, a.OID, b.Name, b.OID) }), "Operators")
		assert.True(t, slices.IsSortedFunc(s.Collations, func(a, b CollationRow) int { return name(a.Name, a.OID, b.Name, b.OID) }), "Collations")
		assert.True(t, slices.IsSortedFunc(s.OpClasses, func(a, b OpClassRow) int { return name(a.Name, a.OID, b.Name, b.OID) }), "OpClasses")
		assert.True(t, slices.IsSortedFunc(s.OpFamilies, func(a, b OpFamilyRow) int { return name(a.Name, a.OID, b.Name, b.OID) }), "OpFamilies")
		assert.True(t, slices.IsSortedFunc(s.Relations, func(a, b RelationRow) int { return name(a.Name, a.OID, b.Name, b.OID) }), "Relations")
		assert.True(t, slices.IsSortedFunc(s.Named, func(a, b NamedRow) int {
			return cmp.Or(strings.Compare(a.Catalog, b.Catalog), name(a.Name, a.OID, b.Name, b.OID))
		}), "Named")
		assert.True(t, slices.IsSortedFunc(s.Casts, func(a, b CastRow) int {
			return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Target, b.Target))
		}), "Casts")
		assert.True(t, slices.IsSortedFunc(s.Amops, func(a, b AmopRow) int { return cmp.Compare(a.Family, b.Family) }), "Amops")
		assert.True(t, slices.IsSortedFunc(s.Amprocs, func(a, b AmprocRow) int { return cmp.Compare(a.Family, b.Family) }), "Amprocs")
		assert.True(t, slices.IsSortedFunc(s.Ranges, func(a, b RangeRow) int { return cmp.Compare(a.Type, b.Type) }), "Ranges")
		assert.True(t, slices.IsSortedFunc(s.Enums, func(a, b EnumRow) int { return cmp.Compare(a.Type, b.Type) }), "Enums")
	})
	assert.True(t, slices.IsSortedFunc(Extensions, func(a, b ExtensionRow) int { return strings.Compare(a.Name, b.Name) }))
	assert.True(t, slices.IsSortedFunc(Extensions, func(a, b ExtensionRow) int { return cmp.Compare(a.OID, b.OID) }))
	assert.True(t, slices.IsSortedFunc(Keywords, func(a, b KeywordRow) int { return strings.Compare(a.Word, b.Word) }))
	assert.True(t, slices.IsSortedFunc(Settings, func(a, b SettingRow) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	}))
	assert.True(t, slices.IsSortedFunc(Conditions, func(a, b ConditionRow) int { return strings.Compare(a.Name, b.Name) }))
}

// Every row must be found by its OID: through the index of the built-in set,
// by their order in an extension's.
func TestRowsAreFoundByOID(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for i := range s.Types {
			require.Same(t, &s.Types[i], s.TypeByOID(s.Types[i].OID))
		}
		for i := range s.Procs {
			require.Same(t, &s.Procs[i], s.ProcByOID(s.Procs[i].OID))
		}
		for i := range s.Operators {
			require.Same(t, &s.Operators[i], s.OperatorByOID(s.Operators[i].OID))
		}
		for i := range s.Collations {
			require.Same(t, &s.Collations[i], s.CollationByOID(s.Collations[i].OID))
		}
		for i := range s.OpFamilies {
			require.Same(t, &s.OpFamilies[i], s.OpFamilyByOID(s.OpFamilies[i].OID))
		}
		for i := range s.OpClasses {
			require.Same(t, &s.OpClasses[i], s.OpClassByOID(s.OpClasses[i].OID))
		}
		for i := range s.Relations {
			require.Same(t, &s.Relations[i], s.RelationByOID(s.Relations[i].OID))
		}
		for i := range s.Casts {
			require.Same(t, &s.Casts[i], s.CastByOID(s.Casts[i].OID))
			require.Same(t, &s.Casts[i], s.Cast(s.Casts[i].Source, s.Casts[i].Target))
		}
		for i := range s.Named {
			require.Same(t, &s.Named[i], s.NamedByOID(s.Named[i].Catalog, s.Named[i].OID))
		}
	})
	assert.Nil(t, TypeByOID(15))
	assert.Nil(t, TypeByOID(FirstUserOID))
}

func TestLookups(t *testing.T) {
	assert.Len(t, Builtin.ProcsNamed("lower"), 3)
	assert.Empty(t, Builtin.ProcsNamed("no such function"))
	assert.Equal(t, Int4, Builtin.TypesNamed("int4")[0].OID)
	assert.Equal(t, "pg_class", RelationByOID(ClassClass).Name)
	assert.Equal(t, byte('i'), Cast(Int4, Int8).Context)
	assert.Nil(t, Cast(Bool, Date))
	assert.Equal(t, Int4, Builtin.Range(Int4Range).Subtype)
	assert.Equal(t, OID(0), FindExtension("citext").Set.TypesNamed("citext")[0].Namespace)
	assert.Equal(t, []string{"cube"}, FindExtension("earthdistance").Requires)
	assert.Nil(t, FindExtension("no such extension"))
	citext := FindExtension("citext")
	assert.Same(t, citext, ExtensionOf(citext.OID))
	assert.Same(t, citext, ExtensionOf(citext.Set.Types[0].OID))
	assert.Nil(t, ExtensionOf(Int4))
	assert.Nil(t, ExtensionOf(FirstUserOID))
	assert.Equal(t, byte('R'), Keyword("select").Category)
	assert.Nil(t, Keyword("electric"))
	assert.Equal(t, "DateStyle", Setting("datestyle").Name)
	assert.Equal(t, []ConditionRow{{"unique_violation", "23505"}}, ConditionsNamed("unique_violation"))
	assert.Len(t, ConditionsNamed("null_value_not_allowed"), 2)
}

func TestLookupsDoNotAllocate(t *testing.T) {
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		Builtin.ProcsNamed("lower")
		FindExtension("citext").Set.TypesNamed("citext")
		TypeByOID(Int4)
		Cast(Int4, Int8)
		Builtin.AmopsOf(1976)
		Keyword("select")
		Setting("search_path")
	}))
}

func BenchmarkProcsNamed(b *testing.B) {
	for b.Loop() {
		Builtin.ProcsNamed("lower")
	}
}

func BenchmarkTypeByOID(b *testing.B) {
	for b.Loop() {
		TypeByOID(Int4)
	}
}
