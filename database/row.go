package database

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5/pgtype"
)

// An oid names an object of a catalog.
type oid = uint32

// A row is a row of an answer, in text format, read from left to right. Text is NULL and "" alike. The first value that
// is not what it should be stays in err.
type row struct {
	values [][]byte
	at     int
	types  *pgtype.Map
	err    error
}

func (r *row) next() []byte {
	if r.at >= len(r.values) {
		r.fail("a value is missing")
		return nil
	}
	r.at++
	return r.values[r.at-1]
}

func (r *row) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("value %d of a row: "+format, append([]any{r.at}, args...)...)
	}
}

func (r *row) text() string { return string(r.next()) }

func (r *row) flag() bool {
	v := r.next()
	return len(v) == 1 && v[0] == 't'
}

// letter is a value of type "char", 0 for none.
func (r *row) letter() byte {
	if v := r.next(); len(v) > 0 {
		return v[0]
	}
	return 0
}

// integer is a number, 0 for none.
func (r *row) integer() int {
	v := r.next()
	if v == nil {
		return 0
	}
	n, ok := number(v)
	if !ok {
		r.fail("%q is no number", v)
	}
	return n
}

func (r *row) oid() oid { return oid(r.long()) }

// optional is a number, nil for none.
func (r *row) optional() *int {
	v := r.next()
	if v == nil {
		return nil
	}
	n, ok := number(v)
	if !ok {
		r.fail("%q is no number", v)
	}
	return &n
}

// integers are the elements of an int2vector, an oidvector or an array of numbers, nil for none.
func (r *row) integers() (list []int) {
	v := r.next()
	for _, field := range bytes.FieldsFunc(v, func(c rune) bool { return c == ' ' || c == ',' || c == '{' || c == '}' }) {
		n, ok := number(field)
		if !ok {
			r.fail("%q is no list of numbers", v)
		}
		list = append(list, n)
	}
	return list
}

// texts are the elements of an array of texts without NULLs, nil for none.
func (r *row) texts() (list []string) {
	v := r.next()
	if v == nil {
		return nil
	}
	if err := r.types.Scan(pgtype.TextArrayOID, pgtype.TextFormatCode, v, &list); err != nil {
		r.fail("%w", err)
	}
	return list
}

// long is a number of 64 bits, 0 for none.
func (r *row) long() int64 {
	v := r.next()
	if v == nil {
		return 0
	}
	n, err := strconv.ParseInt(string(v), 10, 64)
	if err != nil {
		r.fail("%q is no number", v)
	}
	return n
}

// number reads what fits into 32 bits, with a sign or without.
func number(v []byte) (int, bool) {
	n, err := strconv.ParseInt(string(v), 10, 64)
	return int(n), err == nil
}

// oidArray writes a list of OIDs as a parameter.
func oidArray(list []oid) []byte {
	ints := make([]int, len(list))
	for i, o := range list {
		ints[i] = int(o)
	}
	return intArray(ints)
}

func intArray(list []int) []byte {
	text := []byte{'{'}
	for i, n := range list {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, int64(n), 10)
	}
	return append(text, '}')
}
