package where

import "slices"

// pick finds the overload that arguments of these types ask for. PostgreSQL
// first takes an operator's side of unknown type to have the other's; Electric
// does not.
func pick(choices []overload, args []etype) (overload, bool) {
	if o, ok := exactly(choices, args); ok {
		return o, true
	}
	return pickByRules(choices, args)
}

// exactly finds the overload of just these types; unknown ones are no types.
func exactly(choices []overload, args []etype) (overload, bool) {
	if slices.Contains(args, tUnknown) {
		return overload{}, false
	}
	for _, o := range choices {
		if slices.Equal(o.args, args) {
			return o, true
		}
	}
	return overload{}, false
}

// pickByRules narrows the choice as PostgreSQL's type resolution does, until
// one is left.
func pickByRules(choices []overload, args []etype) (overload, bool) {
	unknown := slices.Contains(args, tUnknown)
	for _, narrow := range []func([]overload, []etype, bool) []overload{
		castable, mostExact, mostPreferred, byUnknownCategories, byKnownType,
	} {
		switch choices = narrow(choices, args, unknown); len(choices) {
		case 0:
			return overload{}, false
		case 1:
			return choices[0], true
		}
	}
	return overload{}, false
}

// castable keeps those that the arguments can be cast to, with polymorphic
// types settled.
func castable(choices []overload, args []etype, _ bool) (out []overload) {
	for _, o := range choices {
		if o, ok := unify(o, args); ok {
			out = append(out, o)
		}
	}
	return out
}

func mostExact(choices []overload, args []etype, _ bool) []overload {
	return mostBy(choices, func(o overload) (n int) {
		for i, t := range o.args {
			if t == args[i] {
				n++
			}
		}
		return n
	})
}

func mostPreferred(choices []overload, args []etype, _ bool) []overload {
	return mostBy(choices, func(o overload) (n int) {
		for i, t := range o.args {
			if t != args[i] && t.preferred() {
				n++
			}
		}
		return n
	})
}

// mostBy keeps those with the highest count.
func mostBy(choices []overload, count func(overload) int) (out []overload) {
	most := -1
	for _, o := range choices {
		switch n := count(o); {
		case n > most:
			most, out = n, []overload{o}
		case n == most:
			out = append(out, o)
		}
	}
	return out
}

// byUnknownCategories keeps those that take, where a type is not known, a
// string if any does, or else the category that all agree on. Where they do
// not agree it keeps all. Argument positions of known type ask for nothing,
// and so match nothing: then, too, all are kept.
func byUnknownCategories(choices []overload, args []etype, unknown bool) []overload {
	if !unknown {
		return choices
	}
	wanted := make([]string, len(args))
	for i, arg := range args {
		if arg != tUnknown {
			continue
		}
		seen := map[string]bool{}
		for _, o := range choices {
			seen[o.args[i].category()] = true
		}
		switch {
		case seen["string"]:
			wanted[i] = "string"
		case len(seen) == 1:
			wanted[i] = choices[0].args[i].category()
		default:
			return choices
		}
	}
	kept := slices.DeleteFunc(slices.Clone(choices), func(o overload) bool {
		for i, t := range o.args {
			if t.category() != wanted[i] {
				return true
			}
		}
		return false
	})
	if len(kept) == 0 {
		return choices
	}
	return kept
}

// byKnownType takes unknown arguments to be of the one type that all known
// ones have.
func byKnownType(choices []overload, args []etype, unknown bool) []overload {
	if !unknown {
		return choices
	}
	distinct := slices.Compact(slices.Clone(args))
	known := tUnknown
	for _, t := range distinct {
		if t == tUnknown || t == known {
			continue
		}
		if known != tUnknown {
			return choices
		}
		known = t
	}
	if known == tUnknown {
		return choices
	}
	same := make([]etype, len(args))
	for i := range same {
		same[i] = known
	}
	return castable(choices, same, false)
}

// The polymorphic types: simple ones agree on one type, compatible ones on one
// that all can be cast to.
var (
	simplePolymorphic = words("anyelement anyarray anynonarray anyenum")
	commonPolymorphic = words("anycompatible anycompatiblearray")
)

// unify settles an overload's polymorphic types for arguments that it can be
// called with; false when it cannot.
func unify(o overload, args []etype) (overload, bool) {
	var simple, common []int
	for i, target := range o.args {
		switch arg := args[i]; {
		case arg == target, arg == tUnknown:
		case !target.array && simplePolymorphic[target.name]:
			simple = append(simple, i)
		case !target.array && commonPolymorphic[target.name]:
			common = append(common, i)
		case arg.array && target.array:
			if !implicitlyCastable(arg.elem(), target.elem()) {
				return o, false
			}
		case !implicitlyCastable(arg, target):
			return o, false
		}
	}
	one, other := tText, tText
	if len(simple)+len(common) > 0 {
		var ok bool
		if one, ok = agreeSimply(o, args, simple); !ok {
			return o, false
		}
		if other, ok = agree(o, args, common); !ok {
			return o, false
		}
	}
	settled := o
	settled.args = make([]etype, len(o.args))
	for i, t := range o.args {
		settled.args[i] = settle(t, one, other)
	}
	settled.ret = settle(o.ret, one, other)
	return settled, true
}

func settle(t, simple, common etype) etype {
	switch t.name {
	case "anyelement", "anynonarray", "anyenum":
		return simple
	case "anyarray":
		return arrayOf(simple)
	case "anycompatible":
		return common
	case "anycompatiblearray":
		return arrayOf(common)
	}
	return t
}

// agreeSimply finds the type that anyarray, anyenum and their like all are.
func agreeSimply(o overload, args []etype, at []int) (etype, bool) {
	var found etype
	for _, i := range at {
		arg := args[i]
		switch o.args[i].name {
		case "anyarray":
			if !arg.array {
				return found, false
			}
			arg = arg.elem()
		case "anyenum":
			if !arg.enum || arg.array {
				return found, false
			}
		}
		if found != (etype{}) && found != arg {
			return found, false
		}
		found = arg
	}
	return found, true
}

// agree finds the type that anycompatible and anycompatiblearray stand for:
// one of the same category that all arguments can be cast to.
func agree(o overload, args []etype, at []int) (etype, bool) {
	var found etype
	inputs := make([]etype, 0, len(at))
	for _, i := range at {
		arg := args[i]
		if o.args[i].name == "anycompatiblearray" {
			if !arg.array {
				return found, false
			}
			arg = arg.elem()
		}
		inputs = append(inputs, arg)
	}
	for _, in := range inputs {
		switch {
		case in.category() == "":
			return found, false
		case found == (etype{}):
			found = in
		case found.category() != in.category():
			return found, false
		case !found.preferred() && implicitlyCastable(found, in) && !implicitlyCastable(in, found):
			found = in
		}
	}
	for _, in := range inputs {
		if !implicitlyCastable(in, found) {
			return found, false
		}
	}
	return found, true
}

// expanded gives the overloads of a function for a number of arguments:
// variadic ones with their last argument repeated.
func expanded(name string, count int) (out []overload) {
	for _, o := range functions[name] {
		if !o.variadic && len(o.args) == count {
			out = append(out, o)
		}
	}
	for _, o := range functions[name] {
		if o.variadic && len(o.args) <= count {
			o.args = slices.Clone(o.args)
			for last := o.args[len(o.args)-1]; len(o.args) < count; {
				o.args = append(o.args, last)
			}
			out = append(out, o)
		}
	}
	return out
}
