package plpgsql

// A Scope is a place in the chain of names that a point of a body sees, as
// PostgreSQL's plpgsql namespace (pl_funcs.c): the innermost name first, with
// the labels of blocks and loops between.
type Scope struct {
	outer *Scope
	name  string
	kind  scopeKind
	v     *Variable
}

type scopeKind byte

const (
	variableItem scopeKind = iota
	blockLabel
	loopLabel
	otherLabel // of a cursor's arguments
)

func (s *Scope) with(v *Variable, name string) *Scope {
	return &Scope{outer: s, name: name, kind: variableItem, v: v}
}

func (s *Scope) push(label string, kind scopeKind) *Scope {
	return &Scope{outer: s, name: label, kind: kind}
}

// pop leaves the innermost block, loop or cursor.
func (s *Scope) pop() *Scope {
	for s.kind == variableItem {
		s = s.outer
	}
	return s.outer
}

// Lookup finds the variable that the first one or two of up to three names
// mean: variable[.field], or label.variable[.field]. used says how many names
// it took; 0 when there is no such variable.
func (s *Scope) Lookup(names ...string) (v *Variable, used int) {
	v, used, _ = s.lookup(false, names)
	return v, used
}

// lookup goes outwards; local stops at the end of the innermost block.
func (s *Scope) lookup(local bool, names []string) (v *Variable, used int, ok bool) {
	for s != nil {
		level := s
		for ; s != nil && s.kind == variableItem; s = s.outer {
			if s.name == names[0] && fits(s.v, names[1:]) {
				return s.v, 1, true
			}
		}
		if s == nil {
			break
		}
		if len(names) > 1 && s.name != "" && s.name == names[0] {
			for i := level; i != s; i = i.outer {
				if i.name == names[1] && fits(i.v, names[2:]) {
					return i.v, 2, true
				}
			}
		}
		if local {
			break
		}
		s = s.outer
	}
	return nil, 0, false
}

// fits says whether the names behind a variable may be a field of it. A scalar
// has none.
func fits(v *Variable, rest []string) bool {
	return len(rest) == 0 || v.Kind == RecordType || v.Kind == UnknownType
}

// label finds a label that encloses this point.
func (s *Scope) label(name string) *Scope {
	for ; s != nil; s = s.outer {
		if s.kind != variableItem && s.name == name {
			return s
		}
	}
	return nil
}

// inLoop says whether a loop encloses this point.
func (s *Scope) inLoop() bool {
	for ; s != nil; s = s.outer {
		if s.kind == loopLabel {
			return true
		}
	}
	return false
}
