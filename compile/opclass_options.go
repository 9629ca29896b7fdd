package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// optionsProc is the number of an access method's support function for
// operator class options.
var optionsProc = map[pg.OID]int16{pg.BTree: 5, pg.Gist: 10, pg.SPGist: 6, 2742: 7, 405: 3, 3580: 5}

// largestKey is GISTMaxIndexKeySize.
const largestKey = 2024

// opClassOptions are the options that support functions declare, by function.
var opClassOptions = map[string][]relOption{
	"gtsvector_options":         {{"siglen", 0, 'i', 1, largestKey, ""}},
	"gtrgm_options":             {{"siglen", 0, 'i', 1, largestKey, ""}},
	"ghstore_options":           {{"siglen", 0, 'i', 1, largestKey, ""}},
	"g_intbig_options":          {{"siglen", 0, 'i', 1, largestKey, ""}},
	"g_int_options":             {{"numranges", 0, 'i', 1, (largestKey - 4) / 8, ""}},
	"ltree_gist_options":        {{"siglen", 0, 'i', 4, largestKey, ""}},
	"_ltree_gist_options":       {{"siglen", 0, 'i', 1, largestKey, ""}},
	"brin_bloom_options":        {{"n_distinct_per_range", 0, 'r', -1, maxInt, ""}, {"false_positive_rate", 0, 'r', 0.0001, 0.25, ""}},
	"brin_minmax_multi_options": {{"values_per_range", 0, 'i', 8, 256, ""}},
}

// checkOpClassOptions refuses options that an operator class does not take, and
// values that they do not (index_opclass_options).
func (s *Session) checkOpClassOptions(opclass pg.OID, options []catalog.Option) {
	oc := s.catalog.OpClass(opclass)
	if oc == nil {
		return
	}
	p := s.opClassOptionsProc(oc)
	if p == nil {
		pgerr.Raise("22023", pgerr.NoPosition, "operator class %s has no options", quoteIdentifier(oc.Name))
	}
	if rows := opClassOptions[p.Src]; rows != nil {
		checkOptionsOf(options, func(name string) *relOption {
			i := slices.IndexFunc(rows, func(o relOption) bool { return o.name == name })
			if i < 0 {
				return nil
			}
			return &rows[i]
		})
	}
}

// opClassOptionsProc finds the function that declares an operator class's
// options; nil for one without.
func (s *Session) opClassOptionsProc(oc *catalog.OpClass) *catalog.Proc {
	family := s.catalog.OpFamily(oc.Family)
	if family == nil {
		return nil
	}
	for _, p := range family.Procs {
		if p.Left == oc.InType && p.Num == optionsProc[oc.Method] {
			return s.catalog.Proc(p.Proc)
		}
	}
	return nil
}
