package where

import "strings"

// An overload is one function or operator that the checker knows.
type overload struct {
	name     string
	args     []etype
	ret      etype
	variadic bool // the last argument stands for any number
}

// operatorRules lists the operators as "left op right -> result", or "op right
// -> result" for a prefix one. #num stands for every numeric type, #int for
// every integer type. Dates and times have no <>: the one that Electric defines
// for them is called !=, which no clause reaches, since the grammar reads != as
// <> . A rule that ends in ~ holds with its sides exchanged too.
const operatorRules = `
#num = #num -> bool
#num <> #num -> bool
#num < #num -> bool
#num > #num -> bool
#num <= #num -> bool
#num >= #num -> bool
text = text -> bool
text <> text -> bool
text < text -> bool
text > text -> bool
text <= text -> bool
text >= text -> bool
uuid = uuid -> bool
uuid <> uuid -> bool
uuid < uuid -> bool
uuid > uuid -> bool
uuid <= uuid -> bool
uuid >= uuid -> bool
date = date -> bool
date < date -> bool
date > date -> bool
date <= date -> bool
date >= date -> bool
time = time -> bool
time < time -> bool
time > time -> bool
time <= time -> bool
time >= time -> bool
timestamp = timestamp -> bool
timestamp < timestamp -> bool
timestamp > timestamp -> bool
timestamp <= timestamp -> bool
timestamp >= timestamp -> bool
timestamptz = timestamptz -> bool
timestamptz < timestamptz -> bool
timestamptz > timestamptz -> bool
timestamptz <= timestamptz -> bool
timestamptz >= timestamptz -> bool
bool = bool -> bool
bool <> bool -> bool
interval = interval -> bool
interval <> interval -> bool
+ #num -> #num
- #num -> #num
#num + #num -> #num
#num - #num -> #num
#num * #num -> #num
#int / #int -> #int
float8 / float8 -> float8
numeric ^ numeric -> numeric
float8 ^ float8 -> float8
|/ float8 -> float8
@ #num -> #num
#int & #int -> #int
#int | #int -> #int
#int # #int -> #int
~ #int -> #int
text || text -> text
text ~~ text -> bool
text ~~* text -> bool
text !~~ text -> bool
text !~~* text -> bool
date + int8 -> date ~
date - date -> int8
date - int8 -> date
date + time -> timestamp ~
interval + interval -> interval
date + interval -> timestamp ~
timestamp + interval -> timestamp ~
timestamptz + interval -> timestamptz ~
time + interval -> time ~
date - interval -> timestamp
timestamp - interval -> timestamp
timestamptz - interval -> timestamptz
interval - interval -> interval
timestamp - timestamp -> interval
timestamptz - timestamptz -> interval
interval * float8 -> interval ~
anyenum = anyenum -> bool
anyenum <> anyenum -> bool
anyarray = anyarray -> bool
anyarray <> anyarray -> bool
anycompatiblearray || anycompatiblearray -> anycompatiblearray
anycompatible || anycompatiblearray -> anycompatiblearray
anycompatiblearray || anycompatible -> anycompatiblearray
anyarray @> anyarray -> bool
anyarray <@ anyarray -> bool
anyarray && anyarray -> bool
`

// functionRules lists the functions as "name argument… -> result"; an argument
// that ends in * is variadic. Those named like types read a text as that type,
// those that end in out write one.
const functionRules = `
coalesce anycompatible* -> anycompatible
greatest anycompatible* -> anycompatible
least anycompatible* -> anycompatible
int2 text -> int2
int4 text -> int4
int8 text -> int8
float4 text -> float4
float8 text -> float8
numeric text -> numeric
bool text -> bool
uuid text -> uuid
text text -> text
date text -> date
time text -> time
timestamp text -> timestamp
timestamptz text -> timestamp
interval text -> interval
int2out int2 -> text
int4out int4 -> text
int8out int8 -> text
float4out float4 -> text
float8out float8 -> text
numericout numeric -> text
dateout date -> text
timeout time -> text
timestampout timestamp -> text
intervalout interval -> text
boolout bool -> text
uuidout uuid -> text
concat text* -> text
lower text -> text
upper text -> text
like text text -> bool
ilike text text -> bool
justify_days interval -> interval
justify_hours interval -> interval
justify_interval interval -> interval
timezone text timestamp -> timestamptz
timezone text timestamptz -> timestamp
array_cat anycompatiblearray anycompatiblearray -> anycompatiblearray
array_prepend anycompatible anycompatiblearray -> anycompatiblearray
array_append anycompatiblearray anycompatible -> anycompatiblearray
array_ndims anyarray -> int4
`

// implicitCastRules says which types are cast to which without being asked.
const implicitCastRules = `
bpchar text name varchar bpchar
date timestamp
float4 float8
int2 float8 int8 int4 numeric float4
int4 float4 float8 numeric int8
int8 float8 float4 numeric
interval interval
name text
numeric numeric float8 float4
text bpchar varchar name
time interval time
timestamp timestamp
timestamptz timestamptz
varchar name text bpchar varchar
`

// castNames are the types that a cast may name.
var castNames = words(`bool bytea date float4 float8 int2 int4 int8 jsonb text time timestamp timestamptz uuid varchar interval`)

var (
	operators     = map[opKey][]overload{}
	functions     = map[string][]overload{}
	implicitCasts = map[[2]string]bool{}
)

// An opKey is an operator's name and how many sides it has.
type opKey struct {
	name  string
	arity int
}

func words(text string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(text) {
		set[w] = true
	}
	return set
}

func init() {
	for _, line := range rules(operatorRules) {
		for _, line := range spread(line) {
			addOperator(strings.Fields(line))
		}
	}
	for _, line := range rules(functionRules) {
		addFunction(strings.Fields(line))
	}
	for _, line := range rules(implicitCastRules) {
		types := strings.Fields(line)
		for _, to := range types[1:] {
			implicitCasts[[2]string{types[0], to}] = true
		}
	}
}

func rules(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }

// spread writes a rule out for every type that #num or #int stands for.
func spread(rule string) (out []string) {
	for class, types := range map[string]string{"#num": "int2 int4 int8 numeric float4 float8", "#int": "int2 int4 int8"} {
		if strings.Contains(rule, class) {
			for _, t := range strings.Fields(types) {
				out = append(out, strings.ReplaceAll(rule, class, t))
			}
			return out
		}
	}
	return []string{rule}
}

func addOperator(f []string) {
	if f[2] == "->" {
		operators[opKey{f[0], 1}] = append(operators[opKey{f[0], 1}], overload{name: f[0], args: []etype{named(f[1])}, ret: named(f[3])})
		return
	}
	key := opKey{f[1], 2}
	operators[key] = append(operators[key], overload{name: f[1], args: []etype{named(f[0]), named(f[2])}, ret: named(f[4])})
	if len(f) == 6 {
		operators[key] = append(operators[key], overload{name: f[1], args: []etype{named(f[2]), named(f[0])}, ret: named(f[4])})
	}
}

func addFunction(f []string) {
	o := overload{name: f[0], ret: named(f[len(f)-1])}
	for _, arg := range f[1 : len(f)-2] {
		name, variadic := strings.CutSuffix(arg, "*")
		o.args, o.variadic = append(o.args, named(name)), variadic
	}
	functions[o.name] = append(functions[o.name], o)
}

// reads says whether a text can be read as the type.
func reads(t etype) bool { return readers[t.name] != nil }

// writes says whether the type can be written as text.
func writes(t etype) bool { return !t.array && hasFunction(t.name+"out", t) }

func hasFunction(name string, arg etype) bool {
	for _, o := range functions[name] {
		if len(o.args) == 1 && o.args[0] == arg {
			return true
		}
	}
	return false
}

func implicitlyCastable(from, to etype) bool {
	if from == to {
		return true
	}
	if from.array || to.array || from.enum || to.enum || from.row {
		return false
	}
	return implicitCasts[[2]string{from.name, to.name}]
}
