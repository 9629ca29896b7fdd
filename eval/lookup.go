package eval

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// Keys are found by hash: rows whose keys may be equal have the same text.
// What a text finds is compared still, so that a text need only be right in
// one direction.

// maxCandidates bounds the rows that one key is compared with. Where more might
// be equal, it is not known whether one is.
const maxCandidates = 300

// A keySet finds rows by keys in a list of rows that grows. It is shared by the
// lists that grew out of one another.
type keySet struct {
	// grown counts the rows of the longest list; busy while a statement adds
	// to it. Another statement then copies.
	grown int
	found map[lookupID]*lookup
}

const busy = math.MaxInt

// A lookupID names a key: an index's, or one side of a foreign key's.
type lookupID struct {
	oid       pg.OID
	referring bool
	against   pg.OID // sums the types of the other side, which may change
}

// reset forgets what was found, after rows were taken back.
func (k *keySet) reset(rows int) { k.grown, k.found = rows, nil }

// lookup gives the lookup of a key, made when it is first asked for.
func (k *keySet) lookup(id lookupID, make func() *lookup) *lookup {
	l := k.found[id]
	if l == nil {
		if k.found == nil {
			k.found = map[lookupID]*lookup{}
		}
		l = make()
		l.last = map[string]int32{}
		k.found[id] = l
	}
	return l
}

// replaced tells that another row stands at a position.
func (k *keySet) replaced(at int, old, fresh []query.Datum) {
	for id, l := range k.found {
		if at >= len(l.before) {
			continue
		}
		a, how := l.key(nil, old)
		b, now := l.key(nil, fresh)
		if l.only != nil || how != now || string(a) != string(b) {
			delete(k.found, id)
		}
	}
}

// A lookup finds rows by the values of some columns.
type lookup struct {
	columns []keyColumn
	nulls   bool                         // NULLs are equal
	only    func(row []query.Datum) bool // not nil: rows that are in it
	last    map[string]int32             // of each text, 1 + the last row's position
	before  []int32                      // by row: 1 + that of the one before with its text
	vague   []int32                      // rows with values that are not known
	spent   bool                         // too many rows have the same text: no use asking
	buffer  []byte
}

type keyColumn struct {
	at   int // in rows
	kind keyKind
}

// A keyKind says how the values of a type become texts.
type keyKind struct {
	form byte
	typ  pg.OID
}

// The forms of texts of keys.
const (
	formAny     = iota // no text: every value may equal every other one
	formInteger        // integers of all sizes
	formText           // values equal when their texts are
	formPadded         // char(n)
	formNumeric
)

// keyKind gives the form of a column's values.
func (x *Executor) keyKind(typ pg.OID) keyKind {
	typ = x.base(typ)
	switch typ {
	case pg.Int2, pg.Int4, pg.Int8:
		return keyKind{formInteger, pg.Int8}
	case pg.Text, pg.Varchar:
		return keyKind{formText, pg.Text}
	case pg.Uuid, pg.Name, pg.Bytea:
		return keyKind{formText, typ}
	case pg.Bpchar:
		return keyKind{formPadded, typ}
	case pg.Numeric:
		return keyKind{formNumeric, typ}
	}
	if t := x.c.Type(typ); t != nil && t.Kind == 'e' {
		return keyKind{formText, typ}
	}
	return keyKind{form: formAny}
}

// append writes a value's text; ok is false for a value of an unexpected kind.
func (k keyKind) append(out []byte, v query.Datum) (_ []byte, ok bool) {
	switch k.form {
	case formAny:
		return out, true
	case formInteger:
		n, ok := v.(int64)
		return append(strconv.AppendInt(out, n, 10), ','), ok
	}
	s, ok := v.(string)
	switch k.form {
	case formPadded:
		s = strings.TrimRight(s, " ")
	case formNumeric:
		if strings.Contains(s, ".") {
			s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
		}
	}
	out = append(strconv.AppendInt(out, int64(len(s)), 10), ':')
	return append(out, s...), ok
}

// How a row stands in a lookup.
const (
	keyKnown = iota
	keyVague // its key is not known
	keyNone  // its key equals none
)

// key writes the text of a row's key.
func (l *lookup) key(out []byte, row []query.Datum) ([]byte, int) {
	how := keyKnown
	for _, c := range l.columns {
		v := row[c.at]
		switch {
		case v == nil && !l.nulls:
			return out, keyNone
		case v == nil:
			out = append(out, 'n')
		case IsUnknown(v):
			how = keyVague
		default:
			var ok bool
			if out, ok = c.kind.append(out, v); !ok {
				how = keyVague
			}
		}
	}
	return out, how
}

// extend takes in the rows that are new since it was last asked.
func (l *lookup) extend(rows [][]query.Datum) {
	for i := len(l.before); i < len(rows); i++ {
		l.before = append(l.before, 0)
		if l.only != nil && !l.only(rows[i]) {
			continue
		}
		key, how := l.key(l.buffer[:0], rows[i])
		l.buffer = key
		switch how {
		case keyKnown:
			l.before[i] = l.last[string(key)]
			l.last[string(key)] = int32(i) + 1
		case keyVague:
			l.vague = append(l.vague, int32(i))
		}
	}
}

// each yields the rows whose key may equal that of a row, which is written in
// the form of the lookup's columns, until yield says to stop. It gives false
// when they are too many to look at.
func (l *lookup) each(rows [][]query.Datum, row []query.Datum, yield func(at int) bool) bool {
	if l.spent {
		return false
	}
	l.extend(rows)
	key, how := l.key(l.buffer[:0], row)
	l.buffer = key
	switch how {
	case keyNone:
		return true
	case keyVague:
		return l.all(rows, yield)
	}
	left := maxCandidates
	for at := l.last[string(key)]; at > 0; at = l.before[at-1] {
		if left--; left < 0 {
			l.spent = l.coarse()
			return false
		}
		if !yield(int(at) - 1) {
			return true
		}
	}
	for _, at := range l.vague {
		if left--; left < 0 {
			return false
		}
		if !yield(int(at)) {
			return true
		}
	}
	return true
}

// coarse says whether there are columns of which any value may equal any other.
func (l *lookup) coarse() bool {
	return slices.ContainsFunc(l.columns, func(c keyColumn) bool { return c.kind.form == formAny })
}

// all yields every row.
func (l *lookup) all(rows [][]query.Datum, yield func(at int) bool) bool {
	for i, row := range rows {
		if i >= maxCandidates {
			return false
		}
		if l.only != nil && !l.only(row) {
			continue
		}
		if !yield(i) {
			return true
		}
	}
	return true
}

// byIndex gives the lookup of a unique index: by its columns, as far as no
// expression comes before them.
func (x *Executor) byIndex(keys *keySet, rel, index *catalog.Relation) *lookup {
	return keys.lookup(lookupID{oid: index.OID}, func() *lookup {
		info := index.IndexInfo
		l := &lookup{nulls: info.NullsNotDistinct}
		if info.Predicate != nil {
			l.only = func(row []query.Datum) bool { return x.indexed(info, row) }
		}
		for _, k := range info.Keys[:info.KeyCount] {
			if k.Column <= 0 {
				break
			}
			l.columns = append(l.columns, keyColumn{int(k.Column) - 1, x.keyKind(rel.Columns[k.Column-1].Type)})
		}
		return l
	})
}

// byReference gives the lookup of rows by one side of a foreign key; columns
// are that side's, others those of the other side, whose types are to agree.
func (x *Executor) byReference(keys *keySet, id lookupID, rel *catalog.Relation, columns []int16, other *catalog.Relation, others []int16) *lookup {
	for _, num := range others {
		id.against = id.against*31 + other.Columns[num-1].Type
	}
	return keys.lookup(id, func() *lookup {
		l := &lookup{}
		for i, num := range columns {
			kind := x.keyKind(rel.Columns[num-1].Type)
			if kind != x.keyKind(other.Columns[others[i]-1].Type) {
				kind = keyKind{form: formAny}
			}
			l.columns = append(l.columns, keyColumn{int(num) - 1, kind})
		}
		return l
	})
}

// moved gives a row that has the values of some columns in others' places.
func moved(row []query.Datum, from, to []int16) []query.Datum {
	out := make([]query.Datum, slices.Max(to))
	for i, num := range from {
		out[to[i]-1] = row[num-1]
	}
	return out
}
