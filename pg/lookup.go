package pg

import (
	"cmp"
	"sort"
)

// TypesNamed returns the set's types of that name, in all schemas.
func (s *Set) TypesNamed(name string) []TypeRow {
	return keyed(s.Types, name, func(r *TypeRow) string { return r.Name })
}

// ProcsNamed returns the set's functions, procedures and aggregates of that
// name, in all schemas.
func (s *Set) ProcsNamed(name string) []ProcRow {
	return keyed(s.Procs, name, func(r *ProcRow) string { return r.Name })
}

// OperatorsNamed returns the set's operators of that name, in all schemas.
func (s *Set) OperatorsNamed(name string) []OperatorRow {
	return keyed(s.Operators, name, func(r *OperatorRow) string { return r.Name })
}

// RelationsNamed returns the set's relations of that name, in all schemas.
func (s *Set) RelationsNamed(name string) []RelationRow {
	return keyed(s.Relations, name, func(r *RelationRow) string { return r.Name })
}

// CollationsNamed returns the set's collations of that name, in all schemas.
func (s *Set) CollationsNamed(name string) []CollationRow {
	return keyed(s.Collations, name, func(r *CollationRow) string { return r.Name })
}

// OpClassesNamed returns the set's operator classes of that name, for all
// access methods.
func (s *Set) OpClassesNamed(name string) []OpClassRow {
	return keyed(s.OpClasses, name, func(r *OpClassRow) string { return r.Name })
}

// OpFamiliesNamed returns the set's operator families of that name, for all
// access methods.
func (s *Set) OpFamiliesNamed(name string) []OpFamilyRow {
	return keyed(s.OpFamilies, name, func(r *OpFamilyRow) string { return r.Name })
}

// NamedIn returns the set's objects of one of the catalogs kept in Named.
func (s *Set) NamedIn(catalog string) []NamedRow {
	return keyed(s.Named, catalog, func(r *NamedRow) string { return r.Catalog })
}

// CastsFrom returns the set's casts from a type, sorted by target.
func (s *Set) CastsFrom(source OID) []CastRow {
	return keyed(s.Casts, source, func(r *CastRow) OID { return r.Source })
}

// Cast returns the set's cast from source to target, nil if there is none.
func (s *Set) Cast(source, target OID) *CastRow {
	casts := keyed(s.CastsFrom(source), target, func(r *CastRow) OID { return r.Target })
	return first(casts)
}

// AmopsOf returns the operators the set puts into an operator family.
func (s *Set) AmopsOf(family OID) []AmopRow {
	return keyed(s.Amops, family, func(r *AmopRow) OID { return r.Family })
}

// AmprocsOf returns the support functions the set puts into an operator family.
func (s *Set) AmprocsOf(family OID) []AmprocRow {
	return keyed(s.Amprocs, family, func(r *AmprocRow) OID { return r.Family })
}

// EnumLabels returns the labels of one of the set's enums, in their order.
func (s *Set) EnumLabels(typ OID) []EnumRow {
	return keyed(s.Enums, typ, func(r *EnumRow) OID { return r.Type })
}

// Range returns what makes a type of the set a range, nil if it is none.
func (s *Set) Range(typ OID) *RangeRow {
	rows := keyed(s.Ranges, typ, func(r *RangeRow) OID { return r.Type })
	return first(rows)
}

// FindExtension returns the extension of that name, nil if it is not known.
func FindExtension(name string) *ExtensionRow {
	rows := keyed(Extensions, name, func(r *ExtensionRow) string { return r.Name })
	return first(rows)
}

// keyed returns the rows that have a key, from rows sorted by it.
func keyed[R any, K cmp.Ordered](rows []R, key K, keyOf func(*R) K) []R {
	low := sort.Search(len(rows), func(i int) bool { return keyOf(&rows[i]) >= key })
	rows = rows[low:]
	for n := range rows {
		if keyOf(&rows[n]) != key {
			return rows[:n]
		}
	}
	return rows
}
