package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// The options of LIKE, as TableLikeOption in parsenodes.h.
const (
	likeComments = 1 << iota
	likeCompression
	likeConstraints
	likeDefaults
	likeGenerated
	likeIdentity
	likeIndexes
	likeStatistics
	likeStorage
)

// likeSource finds the relation that LIKE names.
func (b *tableBuild) likeSource(n *ast.TableLikeClause) *catalog.Relation {
	s := b.s
	if b.foreign {
		pgerr.Raise("0A000", pgerr.NoPosition, "LIKE is not supported for creating foreign tables")
	}
	r := s.catalog.RelationNamed(n.Relation.Schemaname, n.Relation.Relname)
	if r == nil {
		pgerr.Raise("42P01", n.Relation.Location, "relation \"%s\" does not exist", rangeVarName(n.Relation))
	}
	switch r.Kind {
	case catalog.Table, catalog.View, catalog.MaterializedView, catalog.CompositeType, catalog.ForeignTable, catalog.PartitionedTable:
	default:
		pgerr.New("42809", n.Relation.Location, "relation \"%s\" is invalid in LIKE clause", r.Name).
			WithDetail("This operation is not supported for %s.", kindPlurals[r.Kind]).Raise()
	}
	if r.Kind == catalog.CompositeType {
		s.checkTypeUsage(r.Type)
	} else {
		s.checkPrivilege(r, aclSelect)
	}
	return r
}

// addLike copies the columns of another relation, as transformTableLikeClause.
func (b *tableBuild) addLike(n *ast.TableLikeClause) {
	s, from := b.s, b.likeSource(n)
	for _, attr := range from.Live() {
		col := &newColumn{location: -1}
		col.Column = catalog.Column{Name: attr.Name, Type: attr.Type, Typmod: attr.Typmod, NDims: attr.NDims, Collation: attr.Collation,
			NotNull: attr.NotNull, IsLocal: true, Statistics: -1}
		if n.Options&likeStorage != 0 {
			col.Storage = s.storage(attr)
		}
		if n.Options&likeCompression != 0 {
			col.Compression = attr.Compression
		}
		if attr.Generated != 0 && n.Options&likeGenerated != 0 {
			col.Generated = attr.Generated
		}
		b.columns = append(b.columns, col)
		if attr.Identity != 0 && n.Options&likeIdentity != 0 {
			if seq := s.identitySequence(from, attr); seq != nil {
				b.columnSequence(col, 0, sequenceOptions(seq.SeqInfo), true)
				col.Identity = attr.Identity
			}
		}
		if n.Options&likeComments != 0 {
			if text := s.catalog.Comment(from.Column(attr.Num)); text != "" {
				b.after = append(b.after, func(r *catalog.Relation) {
					s.catalog.SetComment(r.Column(r.ColumnNamed(attr.Name).Num), text)
				})
			}
		}
	}
	b.likes = append(b.likes, n)
	if n.Options&likeStatistics != 0 {
		b.after = append(b.after, func(r *catalog.Relation) { s.copyStatistics(from, r, n.Options&likeComments != 0) })
	}
}

// expandLike copies what needs the new table's columns to be there: defaults,
// checks and indexes (expandTableLikeClause).
func (b *tableBuild) expandLike(r *catalog.Relation, n *ast.TableLikeClause) {
	if n.Options&(likeDefaults|likeGenerated|likeConstraints|likeIndexes) == 0 {
		return
	}
	s := b.s
	from := s.catalog.RelationNamed(n.Relation.Schemaname, n.Relation.Relname)
	if from == nil {
		return
	}
	numbers := columnNumbers(r, from)
	for _, attr := range from.Live() {
		wanted := n.Options&likeDefaults != 0
		if attr.Generated != 0 {
			wanted = n.Options&likeGenerated != 0
		}
		if attr.Default != nil && wanted && attr.Identity == 0 {
			e := s.mapColumns(attr.Default, numbers, "Generation expression for column", attr.Name, from)
			s.storeDefault(r, r.Columns[numbers[attr.Num-1]-1], e)
		}
	}
	if n.Options&likeConstraints != 0 {
		for _, con := range from.Constraints {
			if con.Kind == 'c' {
				e := s.mapColumns(con.Check, numbers, "Constraint", con.Name, from)
				c := &tableConstraint{Constraint: &ast.Constraint{Contype: ast.CONSTR_CHECK, Conname: con.Name, IsNoInherit: con.NoInherit, InitiallyValid: true}, cooked: e}
				for _, made := range s.addChecks(r, []*tableConstraint{c}, false, true) {
					if text := s.catalog.Comment(con.Address()); text != "" && n.Options&likeComments != 0 {
						s.catalog.SetComment(made.Address(), text)
					}
				}
			}
		}
	}
	if n.Options&likeIndexes != 0 && from.Kind != catalog.ForeignTable {
		for _, index := range sortedIndexes(from) {
			spec := s.cloneIndex(index, r, from, numbers)
			spec.parent, spec.parentConstraint = nil, nil
			if n.Options&likeComments != 0 {
				spec.comment = s.catalog.Comment(index.Address())
			}
			spec.alter = true
			s.defineIndex(spec)
		}
	}
}

// columnNumbers maps the columns of one relation to those of another by name
// (build_attrmap_by_name); 0 where there is none.
func columnNumbers(to, from *catalog.Relation) []int16 {
	numbers := make([]int16, len(from.Columns))
	for i, col := range from.Columns {
		if !col.Dropped {
			if c := to.ColumnNamed(col.Name); c != nil {
				numbers[i] = c.Num
			}
		}
	}
	return numbers
}

// identitySequence finds the sequence behind an identity column.
func (s *Session) identitySequence(r *catalog.Relation, col *catalog.Column) *catalog.Relation {
	return s.ownedSequence(r, col.Num, catalog.DependInternal)
}

// ownedSequence finds a sequence that depends on a column in a certain way.
func (s *Session) ownedSequence(r *catalog.Relation, num int16, kind catalog.DependKind) *catalog.Relation {
	for _, d := range s.catalog.Dependents(r.Column(num)) {
		if d.Dependent.Class == catalog.ClassRelation && d.Kind == kind && d.Dependent.Sub == 0 {
			if seq := s.catalog.Relation(d.Dependent.OID); seq != nil && seq.Kind == catalog.Sequence {
				return seq
			}
		}
	}
	return nil
}

// storage gives a column's storage, its type's where it has none of its own.
func (s *Session) storage(col *catalog.Column) byte {
	if col.Storage != 0 {
		return col.Storage
	}
	return s.defaultTypeStorage(col.Type)
}

// defaultTypeStorage gives the storage of a type.
func (s *Session) defaultTypeStorage(typ pg.OID) byte {
	if t := s.catalog.Type(typ); t != nil {
		return t.Storage
	}
	return 'p'
}
