package catalog

import "github.com/electric-cli/electric/pg"

// A byAddress finds what belongs to an object by its address, whose column does
// not count. It does what a map does, but what migrations make is in an array:
// its OIDs follow each other, and nothing is looked up more often. The array is
// in pages, so that it grows without being copied.
type byAddress[T any] struct {
	made   []*[pageSize]belonging[T] // by OID from pg.FirstUserOID
	others map[key]*T                // what has a smaller OID, or one that an object of another class has
}

const pageSize = 512

// A belonging is what belongs to an object of a class; of ClassNone there is none.
type belonging[T any] struct {
	class Class
	value T
}

// get gives what belongs to an object, the zero value for none.
func (b *byAddress[T]) get(a Address) (value T) {
	if a.OID >= pg.FirstUserOID {
		i := int(a.OID - pg.FirstUserOID)
		if i/pageSize >= len(b.made) {
			return value
		}
		switch m := &b.made[i/pageSize][i%pageSize]; m.class {
		case ClassNone:
			return value
		case a.Class:
			return m.value
		}
	}
	if p := b.others[a.whole().key()]; p != nil {
		return *p
	}
	return value
}

// at gives the place of what belongs to an object, to change it at once.
func (b *byAddress[T]) at(a Address) *T {
	if a.OID >= pg.FirstUserOID {
		i := int(a.OID - pg.FirstUserOID)
		for i/pageSize >= len(b.made) {
			b.made = append(b.made, new([pageSize]belonging[T]))
		}
		if m := &b.made[i/pageSize][i%pageSize]; m.class == ClassNone || m.class == a.Class {
			m.class = a.Class
			return &m.value
		}
	}
	k := a.whole().key()
	if b.others == nil {
		b.others = map[key]*T{}
	}
	if b.others[k] == nil {
		b.others[k] = new(T)
	}
	return b.others[k]
}
