package ast

import (
	"fmt"
	"strconv"
	"strings"
)

// A Raw is one statement of a parsed text.
type Raw struct {
	Stmt     Node
	Location int  // where it starts: right after the previous semicolon
	Len      int  // its length; 0: to the end of the text
	Lossy    bool // it has an Integer that the JSON gives no value for
}

// Decode reads the parse tree that libpg_query writes as JSON. It knows just
// that JSON: a field it does not know is an error, never passed over.
//
// bases[i] is subtracted from every location in the i-th statement, so that a
// text joined from several statements gives each of them its own locations;
// nil leaves locations as they are.
func Decode(json string, bases []int) (stmts []Raw, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(decodeError)
			if !ok {
				panic(r)
			}
			err = e
		}
	}()
	d := &decoder{s: json}
	for d.key() {
		switch d.name {
		case "version":
			d.int()
		case "stmts":
			for d.element() {
				if len(stmts) < len(bases) {
					d.base = bases[len(stmts)]
				}
				stmts = append(stmts, d.raw())
			}
		default:
			d.unknown("ParseResult")
		}
	}
	return stmts, nil
}

type decodeError string

func (e decodeError) Error() string { return "parse tree: " + string(e) }

// A decoder walks JSON text once, from left to right, without a tree of its own.
type decoder struct {
	s     string
	i     int
	name  string // the key that key() read last
	base  int    // subtracted from locations
	lossy bool   // the statement has an Integer without a value
}

func (d *decoder) raw() (r Raw) {
	d.lossy = false
	for d.key() {
		switch d.name {
		case "stmt":
			r.Stmt = d.anyNode()
		case "stmt_location":
			r.Location = d.int()
		case "stmt_len":
			r.Len = d.int()
		default:
			d.unknown("RawStmt")
		}
	}
	r.Lossy = d.lossy
	return r
}

// anyNode reads {"Tag":{…}}, or {} for a node that is not there.
func (d *decoder) anyNode() Node {
	if !d.key() {
		return nil
	}
	n := d.named(d.name)
	if d.key() {
		d.unknown("Node")
	}
	return n
}

func (d *decoder) namedByHand(name string) Node {
	switch name {
	case "List":
		n := new(List)
		for d.only("items") {
			for d.element() {
				n.Items = append(n.Items, d.anyNode())
			}
		}
		return n
	case "A_Const":
		return decodeConst(d)
	case "Integer":
		return decodeInteger(d)
	case "Float":
		return decodeFloat(d)
	case "Boolean":
		return decodeBoolean(d)
	case "String":
		return decodeString(d)
	case "BitString":
		return decodeBitString(d)
	}
	d.fail("node", name)
	return nil
}

// only steps to the next key of an object that has no key but name.
func (d *decoder) only(name string) bool {
	if !d.key() {
		return false
	}
	if d.name != name {
		d.unknown(name)
	}
	return true
}

func decodeInteger(d *decoder) *Integer {
	n := new(Integer)
	for d.only("ival") {
		n.Ival = d.int()
	}
	if n.Ival == 0 {
		d.lossy = true
	}
	return n
}

func decodeFloat(d *decoder) *Float {
	n := new(Float)
	for d.only("fval") {
		n.Fval = d.string()
	}
	return n
}

func decodeBoolean(d *decoder) *Boolean {
	n := new(Boolean)
	for d.only("boolval") {
		n.Boolval = d.bool()
	}
	return n
}

func decodeString(d *decoder) *String {
	n := new(String)
	for d.only("sval") {
		n.Sval = d.string()
	}
	return n
}

func decodeBitString(d *decoder) *BitString {
	n := new(BitString)
	for d.only("bsval") {
		n.Bsval = d.string()
	}
	return n
}

func decodeConst(d *decoder) *A_Const {
	n := new(A_Const)
	for d.key() {
		switch d.name {
		case "ival":
			n.Val = decodeInteger(d)
		case "fval":
			n.Val = decodeFloat(d)
		case "boolval":
			n.Val = decodeBoolean(d)
		case "sval":
			n.Val = decodeString(d)
		case "bsval":
			n.Val = decodeBitString(d)
		case "isnull":
			n.Isnull = d.bool()
		case "location":
			n.Location = d.location()
		default:
			d.unknown("A_Const")
		}
	}
	return n
}

func (d *decoder) fail(what, have string) {
	panic(decodeError(fmt.Sprintf("%s %q at byte %d is not known", what, have, d.i)))
}

func (d *decoder) unknown(in string) { d.fail("field of "+in, d.name) }

// key steps to the next key of an object: it opens the object before its
// first key, and closes it (false) after its last value. As step, with the
// key's own text read in one go: keys have no escapes.
func (d *decoder) key() bool {
	if !d.step('{', '}') {
		return false
	}
	s, i := d.s, d.i
	if i < len(s) && s[i] == '"' {
		for j := i + 1; j+1 < len(s); j++ {
			if s[j] == '"' {
				if s[j+1] != ':' {
					break
				}
				d.name, d.i = s[i+1:j], j+2
				return true
			}
		}
	}
	d.fail("key", s[i:min(i+20, len(s))])
	return false
}

// element steps to the next element of an array in the same manner.
func (d *decoder) element() bool { return d.step('[', ']') }

// step can tell a first element from a later one by the character before it
// alone, because this JSON never nests an array in an array, nor an object
// directly in an object's place of a key.
func (d *decoder) step(open, shut byte) bool {
	if d.i+1 >= len(d.s) {
		if d.i < len(d.s) && d.s[d.i] == shut {
			d.i++
			return false
		}
		panic(decodeError("unexpected end"))
	}
	c := d.s[d.i]
	d.i++
	switch c {
	case ',':
		return true
	case shut:
		return false
	case open:
		if d.s[d.i] == shut {
			d.i++
			return false
		}
		return true
	}
	d.fail("character", string(c))
	return false
}

func (d *decoder) peek() byte {
	if d.i >= len(d.s) {
		panic(decodeError("unexpected end"))
	}
	return d.s[d.i]
}

func (d *decoder) expect(c byte) {
	if d.peek() != c {
		d.fail("character", string(d.peek()))
	}
	d.i++
}

func (d *decoder) bool() bool {
	switch {
	case strings.HasPrefix(d.s[d.i:], "true"):
		d.i += 4
		return true
	case strings.HasPrefix(d.s[d.i:], "false"):
		d.i += 5
		return false
	}
	d.fail("character", string(d.peek()))
	return false
}

// number gives the text of the number that starts here.
func (d *decoder) number() string {
	start := d.i
	for d.i < len(d.s) && strings.IndexByte("+-.0123456789eE", d.s[d.i]) >= 0 {
		d.i++
	}
	return d.s[start:d.i]
}

func (d *decoder) int() int {
	s, i := d.s, d.i
	negative := i < len(s) && s[i] == '-'
	if negative {
		i++
	}
	n, start := 0, i
	for ; i < len(s) && s[i]-'0' < 10 && i < start+19; i++ {
		n = n*10 + int(s[i]-'0')
	}
	if i == start {
		d.fail("number", d.number())
	}
	d.i = i
	if negative {
		return -n
	}
	return n
}

// location reads a byte offset; -1 says that there is none.
func (d *decoder) location() int {
	n := d.int()
	if n < 0 {
		return n
	}
	return n - d.base
}

func (d *decoder) float() float64 {
	text := d.number()
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		d.fail("number", text)
	}
	return f
}

func (d *decoder) string() string {
	d.expect('"')
	s, start := d.s, d.i
	for i := start; i < len(s); i++ {
		switch s[i] {
		case '"':
			d.i = i + 1
			return s[start:i]
		case '\\':
			d.i = i
			return d.escaped(start)
		}
	}
	panic(decodeError("unexpected end of a string"))
}

// escaped reads on a string whose first escape stands here.
func (d *decoder) escaped(start int) string {
	var b strings.Builder
	b.WriteString(d.s[start:d.i])
	for d.i < len(d.s) {
		c := d.s[d.i]
		d.i++
		switch c {
		case '"':
			return b.String()
		case '\\':
			d.escape(&b)
		default:
			b.WriteByte(c)
		}
	}
	panic(decodeError("unexpected end of a string"))
}

func (d *decoder) escape(b *strings.Builder) {
	c := d.peek()
	d.i++
	switch c {
	case 'b':
		b.WriteByte('\b')
	case 'f':
		b.WriteByte('\f')
	case 'n':
		b.WriteByte('\n')
	case 'r':
		b.WriteByte('\r')
	case 't':
		b.WriteByte('\t')
	case 'u':
		if d.i+4 > len(d.s) {
			panic(decodeError("unexpected end of an escape"))
		}
		n, err := strconv.ParseUint(d.s[d.i:d.i+4], 16, 32)
		if err != nil {
			d.fail("escape", d.s[d.i:d.i+4])
		}
		d.i += 4
		b.WriteRune(rune(n))
	default:
		b.WriteByte(c)
	}
}
