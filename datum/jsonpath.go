package datum

import (
	"strings"

	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// A pathItem is a part of a jsonpath. next is the accessor behind it.
type pathItem struct {
	kind string // an operator's spelling, or one of the words below
	text string
	args []*pathItem
	next *pathItem
}

// pathPriorities are the operators' priorities; everything else binds tightest
// (operationPriority).
var pathPriorities = map[string]int{
	"||": 0, "&&": 1, "==": 2, "!=": 2, "<": 2, ">": 2, "<=": 2, ">=": 2, "starts with": 2, "like_regex": 2,
	"+": 3, "-": 3, "*": 4, "/": 4, "%": 4, "unary +": 5, "unary -": 5,
}

const tightest = 6

func (i *pathItem) priority() int {
	if p, ok := pathPriorities[i.kind]; ok {
		return p
	}
	return tightest
}

// jsonpathIn reads a jsonpath and writes it as jsonpath_out does.
func jsonpathIn(in *input) query.Datum {
	r := &pathReader{text: in.text}
	r.scan()
	mode := ""
	if r.word("strict") {
		mode = "strict "
	} else {
		r.word("lax")
	}
	if r.token.text == "" && r.token.kind == 0 {
		invalid("jsonpath", in.text)
	}
	item := r.binary(0)
	if r.token.kind != 0 {
		r.fail()
	}
	var out strings.Builder
	out.WriteString(mode)
	item.write(&out, false, true)
	return out.String()
}

// A pathReader reads a jsonpath, one token ahead.
type pathReader struct {
	text    string
	pos     int
	token   pathToken
	filters int // open filters: where @ is allowed
	arrays  int // open subscripts: where last is allowed
	depth   int
}

func (r *pathReader) fail() {
	if r.token.kind == 0 {
		pgerr.Raise("42601", pgerr.NoPosition, "syntax error at end of jsonpath input")
	}
	pgerr.Raise("42601", pgerr.NoPosition, `syntax error at or near "%s" of jsonpath input`, r.token.text)
}

// number reads digits, a fraction and an exponent.
func (r *pathReader) number() string {
	start := r.pos
	digits := func() {
		for r.pos < len(r.text) && isDigit(r.text[r.pos]) {
			r.pos++
		}
	}
	digits()
	if r.pos < len(r.text) && r.text[r.pos] == '.' {
		r.pos++
		digits()
	}
	if rest := r.text[r.pos:]; len(rest) > 1 && (rest[0] == 'e' || rest[0] == 'E') {
		r.pos++
		if rest[1] == '+' || rest[1] == '-' {
			r.pos++
		}
		digits()
	}
	if r.pos < len(r.text) && strings.IndexByte(pathSpecial, r.text[r.pos]) < 0 {
		pgerr.Raise("42601", pgerr.NoPosition, `trailing junk after numeric literal at or near "%s" of jsonpath input`, r.text[start:r.pos+1])
	}
	return r.text[start:r.pos]
}

// is says whether the token is this operator; op takes it if so.
func (r *pathReader) is(op string) bool { return r.token.kind == 'o' && r.token.text == op }

func (r *pathReader) op(op string) bool {
	if !r.is(op) {
		return false
	}
	r.scan()
	return true
}

func (r *pathReader) need(op string) {
	if !r.op(op) {
		r.fail()
	}
}

// word takes a keyword. true, false and null must be in lower case.
func (r *pathReader) word(w string) bool {
	if r.token.kind != 'w' || !strings.EqualFold(r.token.text, w) {
		return false
	}
	r.scan()
	return true
}

// binary reads operators of at least a priority.
func (r *pathReader) binary(least int) *pathItem {
	left := r.unary()
	for {
		kind := r.operator()
		p, ok := pathPriorities[kind]
		if !ok || p < least {
			return left
		}
		r.scan()
		switch kind {
		case "starts with":
			if !r.word("with") || r.token.kind != 's' && r.token.kind != 'v' {
				r.fail()
			}
			left = &pathItem{kind: kind, args: []*pathItem{left, r.primary()}}
		case "like_regex":
			left = r.likeRegex(left)
		default:
			left = &pathItem{kind: kind, args: []*pathItem{left, r.binary(p + 1)}}
		}
	}
}

// operator gives the binary operator that the token is, "" for none.
func (r *pathReader) operator() string {
	switch {
	case r.is("<>"):
		return "!="
	case r.token.kind == 'o':
		return r.token.text
	case r.token.kind == 'w' && strings.EqualFold(r.token.text, "starts"):
		return "starts with"
	case r.token.kind == 'w' && strings.EqualFold(r.token.text, "like_regex"):
		return "like_regex"
	}
	return ""
}

func (r *pathReader) likeRegex(left *pathItem) *pathItem {
	item := &pathItem{kind: "like_regex", args: []*pathItem{left, {kind: "string", text: r.string()}}}
	if !r.word("flag") {
		return item
	}
	flags := r.string()
	for _, f := range flags {
		if !strings.ContainsRune("ismxq", f) {
			pgerr.New("42601", pgerr.NoPosition, "invalid input syntax for type %s", "jsonpath").
				WithDetail(`Unrecognized flag character "%c" in LIKE_REGEX predicate.`, f).Raise()
		}
	}
	for _, f := range "ismxq" {
		if strings.ContainsRune(flags, f) {
			item.text += string(f)
		}
	}
	return item
}

func (r *pathReader) string() string {
	if r.token.kind != 's' {
		r.fail()
	}
	text := r.token.text
	r.scan()
	return text
}

func (r *pathReader) unary() *pathItem {
	if r.depth++; r.depth > maxDepth {
		pgerr.Raise("54001", pgerr.NoPosition, "stack depth limit exceeded")
	}
	defer func() { r.depth-- }()
	switch {
	case r.op("+"):
		return signed("unary +", r.unary())
	case r.op("-"):
		return signed("unary -", r.unary())
	case r.op("!"):
		if r.word("exists") {
			return &pathItem{kind: "!", args: []*pathItem{r.exists()}}
		}
		r.need("(")
		item := r.binary(0)
		r.need(")")
		return &pathItem{kind: "!", args: []*pathItem{item}}
	case r.word("exists"):
		return r.exists()
	case r.op("("):
		item := r.binary(0)
		r.need(")")
		if r.word("is") {
			if !r.word("unknown") {
				r.fail()
			}
			return &pathItem{kind: "is unknown", args: []*pathItem{item}}
		}
		return r.accessors(item)
	}
	return r.accessors(r.primary())
}

// signed puts a sign in front of an item; a number takes it up itself.
func signed(kind string, item *pathItem) *pathItem {
	if item.kind != "number" || item.next != nil {
		return &pathItem{kind: kind, args: []*pathItem{item}}
	}
	if kind == "unary -" {
		d, _ := parseDecimal(item.text)
		d.negative = !d.negative
		item.text = d.String()
	}
	return item
}

// isPredicate says whether an item is true or false, as a filter must be.
func (i *pathItem) isPredicate() bool {
	p, operator := pathPriorities[i.kind]
	return i.next == nil && (operator && p <= 2 || i.kind == "!" || i.kind == "exists" || i.kind == "is unknown")
}

func (r *pathReader) exists() *pathItem {
	r.need("(")
	item := &pathItem{kind: "exists", args: []*pathItem{r.binary(0)}}
	r.need(")")
	return item
}

func (r *pathReader) primary() *pathItem {
	t := r.token
	r.scan()
	switch {
	case t.kind == 's':
		return &pathItem{kind: "string", text: t.text}
	case t.kind == 'v':
		return &pathItem{kind: "variable", text: t.text}
	case t.kind == 'n':
		d, _ := parseDecimal(t.text)
		return &pathItem{kind: "number", text: d.String()}
	case t.kind == 'o' && t.text == "$":
		return &pathItem{kind: "word", text: "$"}
	case t.kind == 'o' && t.text == "@":
		if r.filters == 0 {
			pgerr.Raise("42601", pgerr.NoPosition, "@ is not allowed in root expressions")
		}
		return &pathItem{kind: "word", text: "@"}
	case t.kind == 'w' && (t.text == "true" || t.text == "false" || t.text == "null"):
		return &pathItem{kind: "word", text: t.text}
	case t.kind == 'w' && strings.EqualFold(t.text, "last"):
		if r.arrays == 0 {
			pgerr.Raise("42601", pgerr.NoPosition, "LAST is allowed only in array subscripts")
		}
		return &pathItem{kind: "word", text: "last"}
	}
	r.token = t
	r.fail()
	return nil
}

// accessors reads the .key, [1] and ?(…) behind an item.
func (r *pathReader) accessors(item *pathItem) *pathItem {
	end := item
	for end.next != nil {
		end = end.next
	}
	for {
		var next *pathItem
		switch {
		case r.op("."):
			next = r.member()
		case r.op("["):
			next = r.subscripts()
		case r.op("?"):
			r.need("(")
			r.filters++
			next = &pathItem{kind: "filter", args: []*pathItem{r.binary(0)}}
			r.filters--
			if !next.args[0].isPredicate() {
				r.fail()
			}
			r.need(")")
		default:
			return item
		}
		end.next = next
		end = next
	}
}

// pathMethods are the methods without arguments.
var pathMethods = map[string]bool{"abs": true, "size": true, "type": true, "floor": true, "double": true, "ceiling": true, "keyvalue": true}

func (r *pathReader) member() *pathItem {
	switch {
	case r.op("*"):
		return &pathItem{kind: "any key"}
	case r.op("**"):
		return r.anyPath()
	case r.token.kind == 's':
		return &pathItem{kind: "key", text: r.string()}
	case r.token.kind != 'w':
		r.fail()
	}
	name := r.token.text
	r.scan()
	method := strings.ToLower(name)
	if !r.is("(") || !pathMethods[method] && method != "datetime" {
		return &pathItem{kind: "key", text: name}
	}
	r.scan()
	item := &pathItem{kind: "method", text: method}
	if method == "datetime" && r.token.kind == 's' {
		item.args = []*pathItem{{kind: "string", text: r.string()}}
	}
	r.need(")")
	return item
}

// anyPath reads **{2 to last}.
func (r *pathReader) anyPath() *pathItem {
	item := &pathItem{kind: "any path", text: "**"}
	if !r.op("{") {
		return item
	}
	first := r.level()
	last := first
	if r.word("to") {
		last = r.level()
	}
	r.need("}")
	switch {
	case first == "0" && last == "last":
	case first == last:
		item.text = "**{" + first + "}"
	default:
		item.text = "**{" + first + " to " + last + "}"
	}
	return item
}

func (r *pathReader) level() string {
	if r.word("last") {
		return "last"
	}
	text := r.token.text
	if r.token.kind != 'n' || strings.Trim(text, "0123456789") != "" {
		r.fail()
	}
	r.scan()
	return text
}

func (r *pathReader) subscripts() *pathItem {
	if r.op("*") {
		r.need("]")
		return &pathItem{kind: "any array"}
	}
	r.arrays++
	defer func() { r.arrays-- }()
	item := &pathItem{kind: "subscripts"}
	for {
		from := r.binary(3)
		element := &pathItem{kind: "range", args: []*pathItem{from}}
		if r.word("to") {
			element.args = append(element.args, r.binary(3))
		}
		item.args = append(item.args, element)
		if !r.op(",") {
			break
		}
	}
	r.need("]")
	return item
}
