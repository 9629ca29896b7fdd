package pg

import "sort"

// An oidIndex lists the positions of a set's rows in the order of their OIDs,
// for the kinds that are often looked up so.
type oidIndex struct {
	types, procs, operators, collations, opFamilies, opClasses, relations []uint16
}

// noIndex says that the rows themselves stand in the order of their OIDs.
var noIndex oidIndex

func (s *Set) index() *oidIndex {
	if s.byOID == nil {
		return &noIndex
	}
	return s.byOID
}

// TypeByOID returns the set's type of that OID, nil if it has none.
func (s *Set) TypeByOID(oid OID) *TypeRow {
	return byOID(s.Types, s.index().types, oid, func(r *TypeRow) OID { return r.OID })
}

// ProcByOID returns the set's function of that OID, nil if it has none.
func (s *Set) ProcByOID(oid OID) *ProcRow {
	return byOID(s.Procs, s.index().procs, oid, func(r *ProcRow) OID { return r.OID })
}

// OperatorByOID returns the set's operator of that OID, nil if it has none.
func (s *Set) OperatorByOID(oid OID) *OperatorRow {
	return byOID(s.Operators, s.index().operators, oid, func(r *OperatorRow) OID { return r.OID })
}

// CollationByOID returns the set's collation of that OID, nil if it has none.
func (s *Set) CollationByOID(oid OID) *CollationRow {
	return byOID(s.Collations, s.index().collations, oid, func(r *CollationRow) OID { return r.OID })
}

// OpFamilyByOID returns the set's operator family of that OID, nil if it has none.
func (s *Set) OpFamilyByOID(oid OID) *OpFamilyRow {
	return byOID(s.OpFamilies, s.index().opFamilies, oid, func(r *OpFamilyRow) OID { return r.OID })
}

// OpClassByOID returns the set's operator class of that OID, nil if it has none.
func (s *Set) OpClassByOID(oid OID) *OpClassRow {
	return byOID(s.OpClasses, s.index().opClasses, oid, func(r *OpClassRow) OID { return r.OID })
}

// RelationByOID returns the set's relation of that OID, nil if it has none.
func (s *Set) RelationByOID(oid OID) *RelationRow {
	return byOID(s.Relations, s.index().relations, oid, func(r *RelationRow) OID { return r.OID })
}

// AmByOID returns the set's access method of that OID, nil if it has none.
func (s *Set) AmByOID(oid OID) *AmRow {
	return scan(s.Ams, oid, func(r *AmRow) OID { return r.OID })
}

// LanguageByOID returns the set's language of that OID, nil if it has none.
func (s *Set) LanguageByOID(oid OID) *LanguageRow {
	return scan(s.Languages, oid, func(r *LanguageRow) OID { return r.OID })
}

// CastByOID returns the set's cast of that OID, nil if it has none.
func (s *Set) CastByOID(oid OID) *CastRow {
	return scan(s.Casts, oid, func(r *CastRow) OID { return r.OID })
}

// NamedByOID returns the row of that OID in one of the catalogs kept in Named,
// nil if there is none.
func (s *Set) NamedByOID(catalog string, oid OID) *NamedRow {
	return scan(s.NamedIn(catalog), oid, func(r *NamedRow) OID { return r.OID })
}

// TypeByOID returns the built-in type of that OID, nil if there is none.
func TypeByOID(oid OID) *TypeRow { return Builtin.TypeByOID(oid) }

// ProcByOID returns the built-in function of that OID, nil if there is none.
func ProcByOID(oid OID) *ProcRow { return Builtin.ProcByOID(oid) }

// OperatorByOID returns the built-in operator of that OID, nil if there is none.
func OperatorByOID(oid OID) *OperatorRow { return Builtin.OperatorByOID(oid) }

// CollationByOID returns the built-in collation of that OID, nil if there is none.
func CollationByOID(oid OID) *CollationRow { return Builtin.CollationByOID(oid) }

// OpFamilyByOID returns the built-in operator family of that OID, nil if there is none.
func OpFamilyByOID(oid OID) *OpFamilyRow { return Builtin.OpFamilyByOID(oid) }

// OpClassByOID returns the built-in operator class of that OID, nil if there is none.
func OpClassByOID(oid OID) *OpClassRow { return Builtin.OpClassByOID(oid) }

// RelationByOID returns the built-in relation of that OID, nil if there is none.
func RelationByOID(oid OID) *RelationRow { return Builtin.RelationByOID(oid) }

// AmByOID returns the built-in access method of that OID, nil if there is none.
func AmByOID(oid OID) *AmRow { return Builtin.AmByOID(oid) }

// LanguageByOID returns the built-in language of that OID, nil if there is none.
func LanguageByOID(oid OID) *LanguageRow { return Builtin.LanguageByOID(oid) }

// Cast returns the built-in cast from source to target, nil if there is none.
func Cast(source, target OID) *CastRow { return Builtin.Cast(source, target) }

// ExtensionOf returns the extension that an OID belongs to, be it the
// extension's own or that of one of its objects; nil if it is no extension's.
func ExtensionOf(oid OID) *ExtensionRow {
	if oid >= firstUnusedOID {
		return nil
	}
	next := sort.Search(len(Extensions), func(i int) bool { return Extensions[i].OID > oid })
	if next == 0 {
		return nil
	}
	return &Extensions[next-1]
}

// byOID finds a row through an index, or for an index of nil in rows that are
// sorted by OID.
func byOID[R any](rows []R, index []uint16, oid OID, oidOf func(*R) OID) *R {
	at := func(i int) *R {
		if index != nil {
			i = int(index[i])
		}
		return &rows[i]
	}
	i := sort.Search(len(rows), func(i int) bool { return oidOf(at(i)) >= oid })
	if i == len(rows) || oidOf(at(i)) != oid {
		return nil
	}
	return at(i)
}

// scan finds a row among few.
func scan[R any](rows []R, oid OID, oidOf func(*R) OID) *R {
	for i := range rows {
		if oidOf(&rows[i]) == oid {
			return &rows[i]
		}
	}
	return nil
}
