package where

import (
	"strconv"
	"unsafe"

	"github.com/electric-cli/electric/pg"
)

// A truth is a condition's value. Beside SQL's three there are two that end the
// matter: only the server knows, and evaluation fails.
type truth byte

const (
	isFalse truth = iota
	isTrue
	isNull
	isAsked
	isFailed
)

func truthOf(b bool) truth {
	if b {
		return isTrue
	}
	return isFalse
}

// A state says what a value is good for. The greater of two states is that of
// a strict function's result.
type state byte

const (
	fine state = iota
	null
	asked  // only the server knows it
	failed // evaluating it is an error
)

// A value is an expression's value. Which fields hold it is the type's affair:
//
//	bool               n is 0 or 1
//	int2, int4, int8   n
//	float4, float8     n has the bits of a float64
//	numeric            n / 10^scale, or x is a *bigNumeric
//	text, varchar      s
//	uuid               s, in lower case with dashes
//	date               n counts days from 2000-01-01
//	time               n counts microseconds from midnight
//	timestamp[tz]      n counts microseconds from 2000-01-01, of UTC
//	interval           x is an interval
//	arrays             x is an *array
type value struct {
	state state
	scale int16
	n     int64
	s     string
	x     any
}

// A cond gives a condition's truth for a row, an eval an expression's value.
// Neither allocates for the common types.
type (
	cond func(row [][]byte) truth
	eval func(row [][]byte) value
)

// stringOf reads bytes as a string without copying. The row outlives the
// value.
func stringOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// A decoder reads a column's text; asked when the text is not what it expects.
type decoder func(text []byte) value

// decoders holds the types that can be computed with.
var decoders = map[pg.OID]decoder{
	pg.Bool: decodeBool, pg.Int2: decodeInt, pg.Int4: decodeInt, pg.Int8: decodeInt,
	pg.Float4: decodeFloat4, pg.Float8: decodeFloat8, pg.Numeric: decodeNumeric,
	pg.Text: decodeText, pg.Varchar: decodeText, pg.Bpchar: decodeText, pg.Unknown: decodeText, pg.Uuid: decodeText,
	pg.Date: decodeDate, pg.Time: decodeTime, pg.Timestamp: decodeTimestamp, pg.Timestamptz: decodeTimestamptz,
	pg.Interval: decodeInterval,
}

func decodeBool(text []byte) value {
	switch string(text) {
	case "t", "true":
		return value{n: 1}
	case "f", "false":
		return value{}
	}
	return value{state: asked}
}

// decodeInt reads a decimal integer, which the server wrote.
func decodeInt(text []byte) value {
	i, negative := 0, false
	if len(text) > 1 && text[0] == '-' {
		i, negative = 1, true
	}
	if len(text)-i > 18 || len(text) == 0 {
		n, err := strconv.ParseInt(string(text), 10, 64)
		if err != nil {
			return value{state: asked}
		}
		return value{n: n}
	}
	var n int64
	for ; i < len(text); i++ {
		d := text[i] - '0'
		if d > 9 {
			return value{state: asked}
		}
		n = n*10 + int64(d)
	}
	if negative {
		n = -n
	}
	return value{n: n}
}

func decodeText(text []byte) value { return value{s: stringOf(text)} }

// truth gives a boolean value's.
func (v value) truth() truth {
	switch v.state {
	case null:
		return isNull
	case asked:
		return isAsked
	case failed:
		return isFailed
	}
	return truthOf(v.n != 0)
}

// valueOf gives a truth as a value.
func valueOf(t truth) value {
	switch t {
	case isTrue:
		return value{n: 1}
	case isNull:
		return value{state: null}
	case isAsked:
		return value{state: asked}
	case isFailed:
		return value{state: failed}
	}
	return value{}
}
