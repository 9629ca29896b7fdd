package eval

import (
	"strings"

	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// An Unknown is the value of what cannot be told without running the files on
// a server with its data. Why says in a few words what it depends on.
type Unknown struct{ Why string }

// IsUnknown says whether a value, or a part of it, is not known.
func IsUnknown(v query.Datum) bool { _, ok := WhyUnknown(v); return ok }

// WhyUnknown gives the reason when a value, or a part of it, is not known.
func WhyUnknown(v query.Datum) (why string, unknown bool) {
	switch v := v.(type) {
	case Unknown:
		return v.Why, true
	case *query.Array:
		for _, e := range v.Values {
			if why, unknown = WhyUnknown(e); unknown {
				return why, true
			}
		}
	case *query.Row:
		for _, e := range v.Values {
			if why, unknown = WhyUnknown(e); unknown {
				return why, true
			}
		}
	}
	return "", false
}

// anyUnknown gives the first value of a list that is not known.
func anyUnknown(list []query.Datum) (Unknown, bool) {
	for _, v := range list {
		if why, unknown := WhyUnknown(v); unknown {
			return Unknown{why}, true
		}
	}
	return Unknown{}, false
}

// A Rows is what a query yields. When Open is not empty, any number of further
// rows may be among them, for the reason it gives.
type Rows struct {
	Rows [][]query.Datum
	Open string
	keys *keySet // finds rows of a table
}

// keySet gives what finds rows by their keys.
func (r *Rows) keySet() *keySet {
	if r.keys == nil {
		r.keys = &keySet{grown: busy}
	}
	return r.keys
}

// open marks a set of rows as one of which not all rows are known.
func (r *Rows) open(why string) {
	if r.Open == "" {
		r.Open = why
	}
}

// truth is a value of three-valued logic with a fourth: unknown to us.
func isTrue(v query.Datum) bool { b, ok := v.(bool); return ok && b }

// isFalse says whether a condition's value is certainly false (and not NULL).
func isFalse(v query.Datum) bool { b, ok := v.(bool); return ok && !b }

// text gives a value that is kept as text; "" for NULL.
func text(v query.Datum) string { s, _ := v.(string); return s }

// number gives an integer value; 0 for NULL.
func number(v query.Datum) int64 { n, _ := v.(int64); return n }

// oid gives an OID's value; 0 for NULL.
func oid(v query.Datum) pg.OID {
	switch v := v.(type) {
	case pg.OID:
		return v
	case int64:
		return pg.OID(v)
	}
	return 0
}

// array makes a one-dimensional array.
func array(elem pg.OID, values []query.Datum) *query.Array {
	if len(values) == 0 {
		return &query.Array{Elem: elem}
	}
	return &query.Array{Elem: elem, Dims: []int{len(values)}, Lower: []int{1}, Values: values}
}

// textArray makes a text[].
func textArray(list []string) *query.Array { return array(pg.Text, texts(list)) }

func texts(list []string) []query.Datum {
	values := make([]query.Datum, len(list))
	for i, s := range list {
		values[i] = s
	}
	return values
}

// vector writes an int2vector or oidvector.
func vector[N ~int16 | ~uint32](list []N) string {
	var out strings.Builder
	for i, n := range list {
		if i > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(itoa(int64(n)))
	}
	return out.String()
}
