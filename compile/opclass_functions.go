package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// A supportRule is what an access method demands of one of its support
// functions.
type supportRule struct {
	args      int
	internal  bool // its only argument is internal
	result    pg.OID
	argsText  string
	resultOff string
}

var btreeSupport = map[int]supportRule{
	1: {2, false, pg.Int4, "btree comparison functions must have two arguments", "btree comparison functions must return integer"},
	2: {1, true, pg.Void, `btree sort support functions must accept type "internal"`, "btree sort support functions must return void"},
	3: {5, false, pg.Bool, "btree in_range functions must have five arguments", "btree in_range functions must return boolean"},
	4: {1, false, pg.Bool, "btree equal image functions must have one argument", "btree equal image functions must return boolean"},
}

var hashSupport = map[int]supportRule{
	1: {1, false, pg.Int4, "hash function 1 must have one argument", "hash function 1 must return integer"},
	2: {2, false, pg.Int8, "hash function 2 must have two arguments", "hash function 2 must return bigint"},
}

// functionTypes checks a support function and works out the types that it is
// for (assignProcTypes).
func (s *Session) functionTypes(am *catalog.AccessMethod, m *familyMember, p *catalog.Proc, typ pg.OID) {
	refuse := func(message string) { pgerr.Raise("42P17", pgerr.NoPosition, "%s", message) }
	check := func(rules map[int]supportRule) {
		r, ok := rules[m.number]
		switch {
		case !ok:
		case len(p.ArgTypes) != r.args || r.internal && p.ArgTypes[0] != pg.Internal:
			refuse(r.argsText)
		case p.RetType != r.result:
			refuse(r.resultOff)
		}
	}
	use := func(left, right pg.OID) {
		if m.left == 0 {
			m.left = left
		}
		if m.right == 0 {
			m.right = right
		}
	}
	switch {
	case m.number == methodOf(am.OID).options:
		s.checkOptionsFunction(m, p, typ)
	case am.OID == pg.BTree:
		check(btreeSupport)
		switch m.number {
		case 1:
			use(p.ArgTypes[0], p.ArgTypes[1])
		case 3:
			use(p.ArgTypes[0], p.ArgTypes[2])
		case 4:
			if m.left != m.right {
				refuse("btree equal image functions must not be cross-type")
			}
		}
	case am.OID == pg.Hash:
		check(hashSupport)
		use(p.ArgTypes[0], p.ArgTypes[0])
	}
	use(typ, typ)
	if m.left == 0 || m.right == 0 {
		refuse("associated data types must be specified for index support function")
	}
}

func (s *Session) checkOptionsFunction(m *familyMember, p *catalog.Proc, typ pg.OID) {
	switch {
	case typ != 0 && (m.left != 0 && m.left != typ || m.right != 0 && m.right != typ):
		pgerr.Raise("42P17", pgerr.NoPosition, "associated data types for operator class options parsing functions must match opclass input type")
	case typ == 0 && m.left != m.right:
		pgerr.Raise("42P17", pgerr.NoPosition, "left and right associated data types for operator class options parsing functions must match")
	case p.RetType != pg.Void || len(p.ArgTypes) != 1 || p.ArgTypes[0] != pg.Internal:
		pgerr.New("42P17", pgerr.NoPosition, "invalid operator class options parsing function").
			WithHint("Valid signature of operator class options parsing function is %s.", "(internal) RETURNS void").Raise()
	}
}
