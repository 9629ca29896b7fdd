package analyze

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

func aliasOf(n *ast.Alias) *query.Alias {
	if n == nil {
		return nil
	}
	return &query.Alias{Name: n.Aliasname, Cols: ast.Strings(n.Colnames)}
}

// relationAliases fills in the column names of an alias and of the names in
// force (buildRelationAliases).
func relationAliases(fields []field, alias, eref *query.Alias) {
	var given []string
	if alias != nil {
		given, alias.Cols = alias.Cols, nil
	}
	dropped, used := 0, 0
	eref.Cols = slices.Grow(eref.Cols, len(fields))
	for _, f := range fields {
		name := f.name
		switch {
		case f.dropped:
			name = ""
			dropped++
			if used < len(given) {
				alias.Cols = append(alias.Cols, "")
			}
		case used < len(given):
			name = given[used]
			used++
			alias.Cols = append(alias.Cols, name)
		}
		eref.Cols = append(eref.Cols, name)
	}
	if used < len(given) {
		tooManyAliases("table", eref.Name, len(fields)-dropped, len(given))
	}
}

func tooManyAliases(what, name string, have, given int) {
	raise("42P10", noPosition, `%s "%s" has %d columns available but %d columns specified`, what, name, have, given)
}

// addRTE puts an entry into the range table and makes its namespace item.
func (s *state) addRTE(rte *query.RangeTblEntry, fields []field) *nsItem {
	s.rtable = append(s.rtable, rte)
	index := len(s.rtable)
	item := &nsItem{names: rte.Eref, rte: rte, index: index, relVisible: true, colsVisible: true, lateralOK: true}
	item.cols = make([]nsColumn, len(fields))
	for i, f := range fields {
		if !f.dropped {
			item.cols[i] = nsColumn{varno: index, attno: int16(i + 1), typ: f.typ, typmod: f.typmod, coll: f.coll, syn: index, attnoSyn: int16(i + 1)}
		}
	}
	return item
}

// fieldsOfLists makes fields of an entry's own column lists.
func fieldsOfLists(types []pg.OID, typmods []int32, colls []pg.OID) []field {
	out := make([]field, len(types))
	for i := range types {
		out[i] = field{typ: types[i], typmod: typmods[i], coll: colls[i], dropped: types[i] == 0}
	}
	return out
}

// openTable finds the relation that FROM or DML names (parserOpenTable).
func (s *state) openTable(v *ast.RangeVar) *catalog.Relation {
	var rel *catalog.Relation
	at(v.Location, func() { rel = s.relationOf(v, v.Schemaname == "" || s.c.SchemaOID(v.Schemaname) == 0) })
	if rel != nil {
		if rel.Kind == catalog.Index || rel.Kind == catalog.PartitionedIndex {
			raise("42809", v.Location, `"%s" is an index`, rel.Name)
		}
		if rel.Kind == catalog.CompositeType {
			raise("42809", v.Location, `"%s" is a composite type`, rel.Name)
		}
		return rel
	}
	if v.Schemaname != "" {
		raise("42P01", v.Location, `relation "%s.%s" does not exist`, v.Schemaname, v.Relname)
	}
	e := pgerr.New("42P01", v.Location, `relation "%s" does not exist`, v.Relname)
	if s.isFutureCTE(v.Relname) {
		e.WithDetail(`There is a WITH item named "%s", but it cannot be referenced from this part of the query.`, v.Relname).
			WithHint("Use WITH RECURSIVE, or re-order the WITH items to remove forward references.")
	}
	e.Raise()
	return nil
}

// addRelation enters a relation into the range table
// (addRangeTableEntryForRelation).
func (s *state) addRelation(rel *catalog.Relation, alias *query.Alias, inh, inFrom bool) *nsItem {
	name := rel.Name
	if alias != nil {
		name = alias.Name
	}
	return s.addRelationAs(rel, alias, name, inh, inFrom)
}

func (s *state) addRelationAs(rel *catalog.Relation, alias *query.Alias, name string, inh, inFrom bool) *nsItem {
	rte := &query.RangeTblEntry{Kind: query.RTERelation, Alias: alias, Eref: &query.Alias{Name: name}, Relation: rel.OID, RelKind: rel.Kind, Inh: inh, InFromCl: inFrom}
	fields := fieldsOfRelation(rel)
	relationAliases(fields, alias, rte.Eref)
	return s.addRTE(rte, fields)
}

// addSubquery enters a subquery (addRangeTableEntryForSubquery).
func (s *state) addSubquery(q *query.Query, alias *query.Alias, lateral, inFrom bool) *nsItem {
	eref := &query.Alias{Name: "unnamed_subquery"}
	if alias != nil {
		eref = &query.Alias{Name: alias.Name, Cols: slices.Clone(alias.Cols)}
	}
	given := len(eref.Cols)
	var fields []field
	for _, t := range q.TargetList {
		if t.Resjunk {
			continue
		}
		fields = append(fields, field{typ: query.ExprType(t.Expr), typmod: query.ExprTypmod(t.Expr), coll: query.ExprCollation(t.Expr)})
		if len(fields) > given {
			eref.Cols = append(eref.Cols, t.Resname)
		}
	}
	if len(fields) < given {
		tooManyAliases("table", eref.Name, len(fields), given)
	}
	rte := &query.RangeTblEntry{Kind: query.RTESubquery, Subquery: q, Alias: alias, Eref: eref, Lateral: lateral, InFromCl: inFrom}
	item := s.addRTE(rte, fields)
	item.relVisible = alias != nil
	return item
}

// addValues enters a VALUES list (addRangeTableEntryForValues).
func (s *state) addValues(rows [][]query.Expr, types []pg.OID, typmods []int32, colls []pg.OID, alias *query.Alias, lateral, inFrom bool) *nsItem {
	eref := &query.Alias{Name: "*VALUES*"}
	if alias != nil {
		eref = &query.Alias{Name: alias.Name, Cols: slices.Clone(alias.Cols)}
	}
	columns, given := len(rows[0]), len(eref.Cols)
	for i := given; i < columns; i++ {
		eref.Cols = append(eref.Cols, "column"+itoa(i+1))
	}
	if columns < given {
		raise("42P10", noPosition, `VALUES lists "%s" have %d columns available but %d columns specified`, eref.Name, columns, given)
	}
	rte := &query.RangeTblEntry{Kind: query.RTEValues, Values: rows, ColTypes: types, ColTypmods: typmods, ColColls: colls, Alias: alias, Eref: eref, Lateral: lateral, InFromCl: inFrom}
	return s.addRTE(rte, fieldsOfLists(types, typmods, colls))
}

// addCTE enters a reference to a WITH query (addRangeTableEntryForCTE).
func (s *state) addCTE(cte *query.CommonTableExpr, level int, v *ast.RangeVar, inFrom bool) *nsItem {
	rte := &query.RangeTblEntry{Kind: query.RTECTE, CTEName: cte.Name, CTELevelsUp: level, SelfRef: cte.Query == nil, InFromCl: inFrom}
	if !rte.SelfRef {
		cte.RefCount++
		if cte.Query.Command != ast.CMD_SELECT && len(cte.Query.Returning) == 0 {
			raise("0A000", v.Location, `WITH query "%s" does not have a RETURNING clause`, cte.Name)
		}
	}
	rte.ColTypes, rte.ColTypmods, rte.ColColls = slices.Clone(cte.ColTypes), slices.Clone(cte.ColTypmods), slices.Clone(cte.ColColls)
	eref := &query.Alias{Name: cte.Name}
	if rte.Alias = aliasOf(v.Alias); rte.Alias != nil {
		eref = &query.Alias{Name: rte.Alias.Name, Cols: slices.Clone(rte.Alias.Cols)}
	}
	given := len(eref.Cols)
	if len(cte.ColNames) < given {
		tooManyAliases("table", eref.Name, len(cte.ColNames), given)
	}
	eref.Cols = append(eref.Cols, cte.ColNames[given:]...)
	rte.Eref = eref
	hidden := 0
	add := func(name string, typ pg.OID, typmod int32, coll pg.OID) {
		eref.Cols = append(eref.Cols, name)
		rte.ColTypes, rte.ColTypmods, rte.ColColls = append(rte.ColTypes, typ), append(rte.ColTypmods, typmod), append(rte.ColColls, coll)
		hidden++
	}
	if c := cte.Search; c != nil {
		typ := pg.OID(pg.RecordArray)
		if c.BreadthFirst {
			typ = pg.Record
		}
		add(c.SeqColumn, typ, -1, 0)
	}
	if c := cte.Cycle; c != nil {
		add(c.MarkColumn, c.MarkType, c.MarkTypmod, c.MarkColl)
		add(c.PathColumn, pg.RecordArray, -1, 0)
	}
	item := s.addRTE(rte, fieldsOfLists(rte.ColTypes, rte.ColTypmods, rte.ColColls))
	if level > 0 {
		for i := len(item.cols) - hidden; i < len(item.cols); i++ {
			item.cols[i].dontExpand = true
		}
	}
	return item
}

// addNamedTable enters a transition table (addRangeTableEntryForENR).
func (s *state) addNamedTable(t *NamedTable, v *ast.RangeVar, inFrom bool) *nsItem {
	fields := fieldsOfRelation(s.c.Relation(t.Relation))
	rte := &query.RangeTblEntry{Kind: query.RTENamedTuplestore, EnrName: t.Name, Relation: t.Relation, Alias: aliasOf(v.Alias), InFromCl: inFrom}
	rte.Eref = &query.Alias{Name: v.Relname}
	if rte.Alias != nil {
		rte.Eref.Name = rte.Alias.Name
	}
	relationAliases(fields, rte.Alias, rte.Eref)
	for i := range fields {
		f := &fields[i]
		if f.dropped {
			f.typ = 0
		}
		rte.ColTypes, rte.ColTypmods, rte.ColColls = append(rte.ColTypes, f.typ), append(rte.ColTypmods, f.typmod), append(rte.ColColls, f.coll)
	}
	return s.addRTE(rte, fields)
}
