package compile

import (
	"slices"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// indexKeys resolves the columns of an index, as ComputeIndexAttrs, and gives
// the types of the index's columns.
func (s *Session) indexKeys(spec *indexSpec, am *catalog.AccessMethod, info *catalog.IndexInfo) (types []pg.OID) {
	for i, p := range spec.columns() {
		key, typ := s.indexColumn(spec, p, i >= len(spec.params))
		types = append(types, typ)
		if i >= len(spec.params) {
			refuseIncludedOptions(p)
			info.Keys = append(info.Keys, key)
			continue
		}
		s.indexCollation(&key, p, typ)
		if key.OpClass = p.opclassOID; key.OpClass == 0 {
			key.OpClass = s.resolveOpClass(p.opclass, typ, spec.method, am.OID)
		}
		if spec.excludeOIDs != nil {
			info.ExclusionOps = append(info.ExclusionOps, spec.excludeOIDs[i])
		} else if spec.excludeOps != nil {
			info.ExclusionOps = append(info.ExclusionOps, s.exclusionOperator(spec.excludeOps[i], typ, key.OpClass))
		}
		indexOrdering(&key, p, am)
		key.OpOptions = p.opOptions
		if len(p.options) > 0 {
			key.OpOptions = s.relationOptions(nil, p.options, "", false)
			s.checkOpClassOptions(key.OpClass, key.OpOptions)
		}
		if oc := s.catalog.OpClass(key.OpClass); oc != nil && oc.KeyType != 0 && !isPolymorphic(oc.KeyType) {
			types[i] = oc.KeyType
		}
		info.Keys = append(info.Keys, key)
	}
	return types
}

// isPolymorphic says whether a type is one of the pseudo-types for any type.
func isPolymorphic(typ pg.OID) bool {
	return typ == pg.AnyElement || typ == pg.AnyArray || typ == pg.Any
}

// indexColumn finds the table's column, or the expression, behind an index's.
func (s *Session) indexColumn(spec *indexSpec, p indexParam, included bool) (key catalog.IndexKey, typ pg.OID) {
	if p.column != "" {
		col := spec.rel.ColumnNamed(p.column)
		if col == nil {
			if num := systemColumns[p.column]; num != 0 {
				key.Column = num
				return key, systemColumnTypes[-num-1]
			}
			format := "column \"%s\" does not exist"
			if spec.constraint {
				format = "column \"%s\" named in key does not exist"
			}
			pgerr.Raise("42703", pgerr.NoPosition, format, p.column)
		}
		key.Column, key.Collation = col.Num, col.Collation
		return key, col.Type
	}
	if included {
		pgerr.Raise("0A000", pgerr.NoPosition, "expressions are not supported in included columns")
	}
	typ, key.Collation = query.ExprType(p.expr), query.ExprCollation(p.expr)
	inner := p.expr
	for {
		c, ok := inner.(*query.CollateExpr)
		if !ok {
			break
		}
		inner = c.Arg
	}
	if v, ok := inner.(*query.Var); ok && v.Varattno != 0 {
		key.Column = v.Varattno
		return key, typ
	}
	key.Expr = inner
	if _, was := p.expr.(*query.CollateExpr); was {
		key.Expr = inner
	}
	if s.mutable(inner) {
		pgerr.Raise("42P17", pgerr.NoPosition, "functions in index expression must be marked IMMUTABLE")
	}
	s.checkColumnType("", typ, key.Collation, nil)
	return key, typ
}

// systemColumnTypes are the types of ctid, xmin, cmin, xmax, cmax, tableoid.
var systemColumnTypes = []pg.OID{pg.Tid, pg.Xid, pg.Cid, pg.Xid, pg.Cid, pg.Oid}

func refuseIncludedOptions(p indexParam) {
	refuse := func(what string) {
		pgerr.Raise("42P17", pgerr.NoPosition, "including column does not support %s", what)
	}
	switch {
	case len(p.collation) > 0:
		refuse("a collation")
	case len(p.opclass) > 0:
		refuse("an operator class")
	case p.ordering > ast.SORTBY_DEFAULT:
		refuse("ASC/DESC options")
	case p.nulls > ast.SORTBY_NULLS_DEFAULT:
		refuse("NULLS FIRST/LAST options")
	}
}

// indexCollation settles the collation of an index column.
func (s *Session) indexCollation(key *catalog.IndexKey, p indexParam, typ pg.OID) {
	if p.collateOID != 0 {
		key.Collation = p.collateOID
	}
	if len(p.collation) > 0 {
		key.Collation = s.collationID(p.collation)
	}
	if s.typeCollation(typ) != 0 {
		if key.Collation == 0 {
			pgerr.New("42P22", pgerr.NoPosition, "could not determine which collation to use for index expression").
				WithHint("Use the COLLATE clause to set the collation explicitly.").Raise()
		}
	} else if key.Collation != 0 {
		pgerr.Raise("42804", pgerr.NoPosition, "collations are not supported by type %s", s.formatType(typ))
	}
}

// indexOrdering applies ASC, DESC and NULLS FIRST or LAST.
func indexOrdering(key *catalog.IndexKey, p indexParam, am *catalog.AccessMethod) {
	if am.Row.CanOrder {
		key.Desc = p.ordering == ast.SORTBY_DESC
		switch p.nulls {
		case ast.SORTBY_NULLS_FIRST:
			key.NullsFirst = true
		case ast.SORTBY_NULLS_LAST:
		default:
			key.NullsFirst = key.Desc
		}
		return
	}
	if p.ordering > ast.SORTBY_DEFAULT {
		pgerr.Raise("0A000", pgerr.NoPosition, "access method \"%s\" does not support ASC/DESC options", am.Name)
	}
	if p.nulls > ast.SORTBY_NULLS_DEFAULT {
		pgerr.Raise("0A000", pgerr.NoPosition, "access method \"%s\" does not support NULLS FIRST/LAST options", am.Name)
	}
}

// exclusionOperator finds the operator of an EXCLUDE element.
func (s *Session) exclusionOperator(name []string, typ, opclass pg.OID) pg.OID {
	op := s.compatibleOperator(name, typ, typ)
	if op.Commutator != op.OID {
		pgerr.New("42809", pgerr.NoPosition, "operator %s is not commutative", s.formatOperator(op.OID)).
			WithDetail("Only commutative operators can be used in exclusion constraints.").Raise()
	}
	family := s.opFamilyOf(opclass)
	if family == nil || !slices.ContainsFunc(family.Ops, func(a pg.AmopRow) bool { return a.Operator == op.OID && a.Purpose == 's' }) {
		name := ""
		if family != nil {
			name = family.Name
		}
		pgerr.New("42809", pgerr.NoPosition, "operator %s is not a member of operator family \"%s\"", s.formatOperator(op.OID), name).
			WithDetail("The exclusion operator must be related to the index operator class for the constraint.").Raise()
	}
	return op.OID
}

// opFamilyOf gives the operator family of an operator class.
func (s *Session) opFamilyOf(opclass pg.OID) *catalog.OpFamily {
	if oc := s.catalog.OpClass(opclass); oc != nil {
		return s.catalog.OpFamily(oc.Family)
	}
	return nil
}

// familyOperator gives the operator of a strategy for two types in a family
// (get_opfamily_member); 0: none.
func (s *Session) familyOperator(family pg.OID, left, right pg.OID, strategy int16) pg.OID {
	f := s.catalog.OpFamily(family)
	if f == nil {
		return 0
	}
	for _, a := range f.Ops {
		if a.Left == left && a.Right == right && a.Strategy == strategy && a.Purpose == 's' {
			return a.Operator
		}
	}
	return 0
}

// resolveOpClass finds the operator class that an index column names, or the
// default one, as ResolveOpClass.
func (s *Session) resolveOpClass(name []ast.Node, typ pg.OID, method string, am pg.OID) pg.OID {
	if len(name) == 0 {
		oid := s.defaultOpClass(typ, am)
		if oid == 0 {
			pgerr.New("42704", pgerr.NoPosition, "data type %s has no default operator class for access method \"%s\"", s.formatType(typ), method).
				WithHint("You must specify an operator class for the index or define a default operator class for the data type.").Raise()
		}
		return oid
	}
	schema, last := splitName(name)
	if schema != "" {
		s.namespaceOf(schema)
	}
	oc := s.catalog.OpClassNamed(am, schema, last)
	if oc == nil {
		pgerr.Raise("42704", pgerr.NoPosition, "operator class \"%s\" does not exist for access method \"%s\"", dotted(name), method)
	}
	if !s.binaryCoercible(typ, oc.InType) {
		pgerr.Raise("42804", pgerr.NoPosition, "operator class \"%s\" does not accept data type %s", dotted(name), s.formatType(typ))
	}
	return oc.OID
}

// chooseIndexColumnNames names the columns of an index (ChooseIndexColumnNames).
func chooseIndexColumnNames(params []indexParam) []string {
	var names []string
	for _, p := range params {
		original := p.name
		if original == "" {
			original = p.column
		}
		if original == "" {
			original = "expr"
		}
		name := original
		for i := 1; slices.Contains(names, name); i++ {
			suffix := strconv.Itoa(i)
			name = clip(original, nameLimit-len(suffix)) + suffix
		}
		names = append(names, name)
	}
	return names
}

// chooseIndexName names an index for what it is on (ChooseIndexName).
func (s *Session) chooseIndexName(spec *indexSpec, columns []string) string {
	table, namespace := spec.rel.Name, spec.rel.Namespace
	var addition strings.Builder
	for _, c := range columns {
		if addition.Len() > 0 {
			addition.WriteByte('_')
		}
		addition.WriteString(clip(c, nameLimit))
		if addition.Len() > nameLimit {
			break
		}
	}
	switch {
	case spec.primary:
		return s.chooseRelationName(table, "", "pkey", namespace, true)
	case spec.excludes():
		return s.chooseRelationName(table, addition.String(), "excl", namespace, true)
	case spec.constraint:
		return s.chooseRelationName(table, addition.String(), "key", namespace, true)
	}
	return s.chooseRelationName(table, addition.String(), "idx", namespace, false)
}

// chooseRelationName makes a name that no relation of the schema has, and on
// demand no constraint (ChooseRelationName).
func (s *Session) chooseRelationName(name1, name2, label string, namespace pg.OID, constraint bool) string {
	for pass := 0; ; pass++ {
		suffix := label
		if pass > 0 {
			suffix += strconv.Itoa(pass)
		}
		name := makeObjectName(name1, name2, suffix)
		if s.catalog.Named(catalog.ClassRelation, namespace, name) != nil {
			continue
		}
		if !constraint || s.catalog.Named(catalog.ClassConstraint, namespace, name) == nil {
			return name
		}
	}
}

// chooseConstraintName makes a name that no constraint of the schema has
// (ChooseConstraintName). others are names that the statement gave already.
func (s *Session) chooseConstraintName(name1, name2, label string, namespace pg.OID, others []string) string {
	for pass := 0; ; pass++ {
		suffix := label
		if pass > 0 {
			suffix += strconv.Itoa(pass)
		}
		name := makeObjectName(name1, name2, suffix)
		if !slices.Contains(others, name) && s.catalog.Named(catalog.ClassConstraint, namespace, name) == nil {
			return name
		}
	}
}
