package compile

import (
	"cmp"
	"slices"
	"strings"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// This file mirrors transformPartitionBound and partbounds.c.

// The kinds of a RangeDatum.
const (
	boundMin   = -1
	boundValue = 0
	boundMax   = 1
)

// partitionBound reads FOR VALUES against the parent's key.
func (s *Session) partitionBound(parent *catalog.Relation, spec *ast.PartitionBoundSpec) *catalog.PartitionBound {
	key := parent.PartitionKey
	bound := &catalog.PartitionBound{Strategy: key.Strategy}
	invalid := func(ok bool, what string) {
		if !ok {
			pgerr.Raise("42P16", spec.Location, "invalid bound specification for a %s partition", what)
		}
	}
	if spec.IsDefault {
		if key.Strategy == 'h' {
			pgerr.Raise("42P16", pgerr.NoPosition, "a hash-partitioned table may not have a default partition")
		}
		bound.IsDefault = true
		return bound
	}
	switch key.Strategy {
	case 'h':
		invalid(spec.Strategy == "h", "hash")
		if spec.Modulus <= 0 {
			pgerr.Raise("42P16", pgerr.NoPosition, "modulus for hash partition must be an integer value greater than zero")
		}
		if spec.Remainder >= spec.Modulus {
			pgerr.Raise("42P16", pgerr.NoPosition, "remainder for hash partition must be less than modulus")
		}
		bound.Modulus, bound.Remainder = spec.Modulus, spec.Remainder
	case 'l':
		invalid(spec.Strategy == "l", "list")
		for _, n := range spec.Listdatums {
			value := s.boundConst(parent, 0, n)
			if !slices.ContainsFunc(bound.List, func(c *query.Const) bool { return s.compareBound(parent, 0, c, value) == 0 }) {
				bound.List = append(bound.List, value)
			}
		}
	case 'r':
		invalid(spec.Strategy == "r", "range")
		if len(spec.Lowerdatums) != len(key.Keys) {
			pgerr.Raise("42P16", pgerr.NoPosition, "FROM must specify exactly one value per partitioning column")
		}
		if len(spec.Upperdatums) != len(key.Keys) {
			pgerr.Raise("42P16", pgerr.NoPosition, "TO must specify exactly one value per partitioning column")
		}
		bound.Lower = s.rangeBounds(parent, spec.Lowerdatums)
		bound.Upper = s.rangeBounds(parent, spec.Upperdatums)
	}
	return bound
}

// rangeBounds reads one end of a range, as transformPartitionRangeBounds.
func (s *Session) rangeBounds(parent *catalog.Relation, list []ast.Node) []catalog.RangeDatum {
	var out []catalog.RangeDatum
	for i, n := range list {
		kind := boundValue
		if ref, ok := n.(*ast.ColumnRef); ok {
			switch names := ast.Strings(ref.Fields); {
			case len(ref.Fields) != 1 || len(names) != 1:
			case names[0] == "minvalue":
				kind = boundMin
			case names[0] == "maxvalue":
				kind = boundMax
			}
		}
		d := catalog.RangeDatum{Kind: kind}
		if kind == boundValue {
			d.Value = s.boundConst(parent, i, n)
			if d.Value.IsNull {
				pgerr.Raise("42P17", pgerr.NoPosition, "cannot specify NULL in range bound")
			}
		}
		out = append(out, d)
	}
	current := boundValue
	for i, d := range out {
		switch {
		case d.Kind == current:
		case current == boundValue:
			current = d.Kind
		case current == boundMax:
			pgerr.Raise("42804", locationOf(list[i]), "every bound following MAXVALUE must also be MAXVALUE")
		default:
			pgerr.Raise("42804", locationOf(list[i]), "every bound following MINVALUE must also be MINVALUE")
		}
	}
	return out
}

// boundConst evaluates a bound's value (transformPartitionBoundValue).
func (s *Session) boundConst(parent *catalog.Relation, i int, n ast.Node) *query.Const {
	key := parent.PartitionKey.Keys[i]
	name := ""
	if key.Column > 0 {
		name = parent.Columns[key.Column-1].Name
	} else {
		name = s.deparse(key.Expr, parent)
	}
	typ, typmod := s.partitionKeyType(parent, i)
	value := s.partitionValue(n, name, typ, typmod)
	copied := *value
	copied.Collation = key.Collation
	return &copied
}

func (s *Session) compareBound(parent *catalog.Relation, i int, a, b *query.Const) int {
	switch {
	case a.IsNull && b.IsNull:
		return 0
	case a.IsNull:
		return 1
	case b.IsNull:
		return -1
	}
	return datum.Compare(s.catalog, a.Type, a.Value, b.Value)
}

// compareRange compares two range bounds of which each is a lower or an upper
// one; an upper bound is exclusive (partition_rbound_cmp). It also gives the
// first column that differs, from 1.
func (s *Session) compareRange(parent *catalog.Relation, a []catalog.RangeDatum, aLower bool, b []catalog.RangeDatum, bLower bool) (order, column int) {
	for i := range a {
		column = i + 1
		if a[i].Kind != b[i].Kind {
			return cmp.Compare(a[i].Kind, b[i].Kind), column
		}
		if a[i].Kind != boundValue {
			break
		}
		if order = s.compareBound(parent, i, a[i].Value, b[i].Value); order != 0 {
			return order, column
		}
	}
	if aLower != bLower {
		if aLower {
			return 1, column
		}
		return -1, column
	}
	return 0, 0
}

// checkPartitionBound refuses a bound that overlaps another partition's, as
// check_new_partition_bound.
func (s *Session) checkPartitionBound(name string, parent *catalog.Relation, bound *catalog.PartitionBound, spec *ast.PartitionBoundSpec) {
	siblings := slices.DeleteFunc(s.children(parent), func(c *catalog.Relation) bool { return c.PartitionBound == nil })
	if bound.IsDefault {
		if d := s.defaultPartition(parent); d != nil {
			pgerr.Raise("42P17", spec.Location, "partition \"%s\" conflicts with existing default partition \"%s\"", name, d.Name)
		}
		return
	}
	siblings = slices.DeleteFunc(siblings, func(c *catalog.Relation) bool { return c.PartitionBound.IsDefault })
	switch bound.Strategy {
	case 'h':
		s.checkHashBound(name, siblings, bound, spec)
	case 'l':
		for i, value := range bound.List {
			for _, c := range siblings {
				if slices.ContainsFunc(c.PartitionBound.List, func(x *query.Const) bool { return s.compareBound(parent, 0, x, value) == 0 }) {
					overlaps(name, c, s.listLocation(spec, bound, i))
				}
			}
		}
	case 'r':
		s.checkRangeBound(name, parent, siblings, bound, spec)
	}
}

// listLocation gives the place of a list bound's value in the statement.
func (s *Session) listLocation(spec *ast.PartitionBoundSpec, bound *catalog.PartitionBound, i int) int {
	if len(spec.Listdatums) == len(bound.List) {
		return locationOf(spec.Listdatums[i])
	}
	return bound.List[i].Location
}

func overlaps(name string, with *catalog.Relation, location int) {
	pgerr.Raise("42P17", location, "partition \"%s\" would overlap partition \"%s\"", name, with.Name)
}

// checkHashBound refuses a modulus that is no factor of its neighbours, and
// remainders that meet.
func (s *Session) checkHashBound(name string, siblings []*catalog.Relation, bound *catalog.PartitionBound, spec *ast.PartitionBoundSpec) {
	slices.SortStableFunc(siblings, func(a, b *catalog.Relation) int {
		return cmp.Or(cmp.Compare(a.PartitionBound.Modulus, b.PartitionBound.Modulus), cmp.Compare(a.PartitionBound.Remainder, b.PartitionBound.Remainder))
	})
	refuse := func(relation string, other *catalog.Relation) {
		pgerr.New("42P17", pgerr.NoPosition, "every hash partition modulus must be a factor of the next larger modulus").
			WithDetail("The new modulus %d is not %s %d, the modulus of existing partition \"%s\".", bound.Modulus, relation,
				other.PartitionBound.Modulus, other.Name).Raise()
	}
	var previous, next *catalog.Relation
	for _, c := range siblings {
		b := c.PartitionBound
		if b.Modulus < bound.Modulus || b.Modulus == bound.Modulus && b.Remainder <= bound.Remainder {
			previous = c
		} else if next == nil {
			next = c
		}
	}
	if previous != nil && bound.Modulus%previous.PartitionBound.Modulus != 0 {
		refuse("divisible by", previous)
	}
	if next != nil && next.PartitionBound.Modulus%bound.Modulus != 0 {
		refuse("a factor of", next)
	}
	for _, c := range siblings {
		b := c.PartitionBound
		small := min(b.Modulus, bound.Modulus)
		if b.Remainder%small == bound.Remainder%small {
			overlaps(name, c, spec.Location)
		}
	}
}

// checkRangeBound refuses an empty range and one that meets another.
func (s *Session) checkRangeBound(name string, parent *catalog.Relation, siblings []*catalog.Relation, bound *catalog.PartitionBound, spec *ast.PartitionBoundSpec) {
	if order, column := s.compareRange(parent, bound.Lower, true, bound.Upper, false); order >= 0 {
		pgerr.New("42P17", locationOf(spec.Lowerdatums[max(column, 1)-1]), "empty range bound specified for partition \"%s\"", name).
			WithDetail("Specified lower bound %s is greater than or equal to upper bound %s.", s.rangeText(bound.Lower), s.rangeText(bound.Upper)).Raise()
	}
	slices.SortFunc(siblings, func(a, b *catalog.Relation) int {
		order, _ := s.compareRange(parent, a.PartitionBound.Lower, true, b.PartitionBound.Lower, true)
		return order
	})
	for _, c := range siblings {
		b := c.PartitionBound
		before, _ := s.compareRange(parent, b.Upper, false, bound.Lower, true)
		after, column := s.compareRange(parent, b.Lower, true, bound.Upper, false)
		if before < 0 || after > 0 {
			continue
		}
		if order, at := s.compareRange(parent, b.Lower, true, bound.Lower, true); order <= 0 {
			overlaps(name, c, locationOf(spec.Lowerdatums[max(at, 1)-1]))
		}
		overlaps(name, c, locationOf(spec.Upperdatums[max(column, 1)-1]))
	}
}

// rangeText writes a range bound as get_range_partbound_string does.
func (s *Session) rangeText(bound []catalog.RangeDatum) string {
	words := make([]string, len(bound))
	for i, d := range bound {
		switch d.Kind {
		case boundMin:
			words[i] = "MINVALUE"
		case boundMax:
			words[i] = "MAXVALUE"
		default:
			words[i] = s.deparse(d.Value, nil)
		}
	}
	return "(" + strings.Join(words, ", ") + ")"
}

// partitionValue analyses a bound's value and computes it.
func (s *Session) partitionValue(n ast.Node, column string, typ pg.OID, typmod int32) *query.Const {
	e := s.analyzer().Expr(n, analyze.KindPartitionBound)
	value := s.assignable(e, typ, typmod)
	if value == nil {
		pgerr.Raise("42804", locationOf(n), "specified value cannot be cast to type %s for column \"%s\"", s.formatType(typ), column)
	}
	if c, ok := value.(*query.Const); ok {
		return c
	}
	v := s.evaluate(value)
	return &query.Const{Type: typ, Typmod: typmod, Value: v, IsNull: v == nil, Location: locationOf(n)}
}

// partitions gives a partitioned table's partitions in the order of their
// bounds, the default one last (PartitionDesc).
func (s *Session) partitions(parent *catalog.Relation) []*catalog.Relation {
	list := s.children(parent)
	slices.SortStableFunc(list, func(a, b *catalog.Relation) int {
		x, y := a.PartitionBound, b.PartitionBound
		switch {
		case x == nil || y == nil:
			return 0
		case x.IsDefault || y.IsDefault:
			return boolOrder(x.IsDefault) - boolOrder(y.IsDefault)
		}
		switch x.Strategy {
		case 'h':
			return cmp.Or(cmp.Compare(x.Modulus, y.Modulus), cmp.Compare(x.Remainder, y.Remainder))
		case 'l':
			return s.compareBound(parent, 0, s.leastValue(parent, x), s.leastValue(parent, y))
		}
		order, _ := s.compareRange(parent, x.Lower, true, y.Lower, true)
		return order
	})
	return list
}

func boolOrder(b bool) int {
	if b {
		return 1
	}
	return 0
}

// leastValue gives the least value of a list bound; NULL comes last.
func (s *Session) leastValue(parent *catalog.Relation, b *catalog.PartitionBound) *query.Const {
	return slices.MinFunc(b.List, func(x, y *query.Const) int { return s.compareBound(parent, 0, x, y) })
}
