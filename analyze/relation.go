package analyze

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// An nsItem is a relation that names can refer to (ParseNamespaceItem).
type nsItem struct {
	names       *query.Alias
	rte         *query.RangeTblEntry
	index       int // of rte, from 1
	cols        []nsColumn
	relVisible  bool
	colsVisible bool
	lateralOnly bool
	lateralOK   bool
}

// An nsColumn says which Var a column name of an nsItem means.
type nsColumn struct {
	varno      int // 0: dropped
	attno      int16
	typ        pg.OID
	typmod     int32
	coll       pg.OID
	syn        int
	attnoSyn   int16
	dontExpand bool
}

func (c *nsColumn) newVar(level, location int) *query.Var {
	v := &query.Var{Varno: c.varno, Varattno: c.attno, Vartype: c.typ, Vartypmod: c.typmod, Varcollid: c.coll, Varlevelsup: level, Location: location}
	if c.syn != c.varno || c.attnoSyn != c.attno {
		v.Varnosyn, v.Varattnosyn = c.syn, c.attnoSyn
	}
	return v
}

// refItem finds the relation that a name refers to, and how many levels up
// (refnameNamespaceItem).
func (s *state) refItem(schema, name string, location int) (*nsItem, int) {
	relid := pg.OID(0)
	if schema != "" {
		if schema != "pg_temp" && s.c.SchemaOID(schema) == 0 {
			return nil, 0
		}
		rel := s.c.RelationNamed(schema, name)
		if rel == nil {
			return nil, 0
		}
		relid = rel.OID
	}
	level := 0
	for p := s; p != nil; p = p.parent {
		if item := p.scanForRef(relid, name, location); item != nil {
			return item, level
		}
		level++
	}
	return nil, 0
}

// scanForRef looks through one level's namespace (scanNameSpaceForRefname,
// scanNameSpaceForRelid).
func (s *state) scanForRef(relid pg.OID, name string, location int) *nsItem {
	var found *nsItem
	for _, item := range s.namespace {
		if !item.relVisible || item.lateralOnly && !s.lateralActive {
			continue
		}
		if relid != 0 {
			if item.rte.Kind != query.RTERelation || item.rte.Relation != relid || item.rte.Alias != nil {
				continue
			}
		} else if item.names.Name != name {
			continue
		}
		if found != nil {
			if relid != 0 {
				raise("42P09", location, "table reference %d is ambiguous", relid)
			}
			raise("42P09", location, `table reference "%s" is ambiguous`, name)
		}
		s.checkLateral(item, location)
		found = item
	}
	return found
}

// checkLateral is check_lateral_ref_ok.
func (s *state) checkLateral(item *nsItem, location int) {
	if !item.lateralOnly || item.lateralOK {
		return
	}
	name := item.names.Name
	e := pgerr.New("42P10", location, `invalid reference to FROM-clause entry for table "%s"`, name)
	if s.targetItem != nil && item.rte == s.targetItem.rte {
		e.WithHint(`There is an entry for table "%s", but it cannot be referenced from this part of the query.`, name).Raise()
	}
	e.WithDetail("The combining JOIN type must be INNER or LEFT for a LATERAL reference.").Raise()
}

// scanForCTE finds a WITH query by name, and how many levels up.
func (s *state) scanForCTE(name string) (*query.CommonTableExpr, int) {
	level := 0
	for p := s; p != nil; p = p.parent {
		for _, cte := range p.ctes {
			if cte.Name == name {
				return cte, level
			}
		}
		level++
	}
	return nil, 0
}

func (s *state) isFutureCTE(name string) bool {
	for p := s; p != nil; p = p.parent {
		for _, cte := range p.futureCTEs {
			if cte.Ctename == name {
				return true
			}
		}
	}
	return false
}

// namedTable finds a transition table; nil for none.
func (a *Analyzer) namedTable(name string) *NamedTable {
	for i := range a.Tables {
		if a.Tables[i].Name == name {
			return &a.Tables[i]
		}
	}
	return nil
}

// checkConflicts refuses two relations of one name side by side
// (checkNameSpaceConflicts).
func checkConflicts(one, two []*nsItem) {
	for _, a := range one {
		if !a.relVisible {
			continue
		}
		for _, b := range two {
			if !b.relVisible || a.names.Name != b.names.Name {
				continue
			}
			if a.rte.Kind == query.RTERelation && a.rte.Alias == nil && b.rte.Kind == query.RTERelation && b.rte.Alias == nil && a.rte.Relation != b.rte.Relation {
				continue
			}
			raise("42712", noPosition, `table name "%s" specified more than once`, a.names.Name)
		}
	}
}

// up gives the state so many levels up.
func (s *state) up(levels int) *state {
	for ; levels > 0; levels-- {
		s = s.parent
	}
	return s
}

// itemAt finds the namespace's entry for a range table position.
func (s *state) itemAt(varno, level int) *nsItem {
	for _, item := range s.up(level).namespace {
		if item.index == varno {
			return item
		}
	}
	raise("XX000", noPosition, "nsitem not found (internal error)")
	return nil
}

func (s *state) rteAt(varno, level int) *query.RangeTblEntry { return s.up(level).rtable[varno-1] }

// cteOf finds the WITH query of an RTECTE (GetCTEForRTE).
func (s *state) cteOf(rte *query.RangeTblEntry, level int) *query.CommonTableExpr {
	for _, cte := range s.up(rte.CTELevelsUp + level).ctes {
		if cte.Name == rte.CTEName {
			return cte
		}
	}
	raise("XX000", noPosition, `could not find CTE "%s"`, rte.CTEName)
	return nil
}

// systemColumns are the columns that every table has.
var systemColumns = []struct {
	name string
	num  int16
	typ  pg.OID
}{
	{"ctid", query.SelfItemPointerAttr, pg.Tid}, {"xmin", query.MinTransactionAttr, pg.Xid},
	{"cmin", query.MinCommandAttr, pg.Cid}, {"xmax", query.MaxTransactionAttr, pg.Xid},
	{"cmax", query.MaxCommandAttr, pg.Cid}, {"tableoid", query.TableOIDAttr, pg.Oid},
}

// attributeNamed finds a column of a relation, a system column included; 0 for
// none.
func attributeNamed(r *catalog.Relation, name string) (num int16, typ pg.OID, typmod int32, coll pg.OID) {
	if col := r.ColumnNamed(name); col != nil {
		return col.Num, col.Type, col.Typmod, col.Collation
	}
	if hasSystemColumns(r.Kind) {
		for _, sys := range systemColumns {
			if sys.name == name {
				return sys.num, sys.typ, -1, 0
			}
		}
	}
	return 0, 0, -1, 0
}

func hasSystemColumns(kind byte) bool {
	return kind != catalog.View && kind != catalog.CompositeType && kind != catalog.Index && kind != catalog.PartitionedIndex
}

// scanItemForColumn makes the Var of a column of an item, nil when it has none
// of that name (scanNSItemForColumn).
func (s *state) scanItemForColumn(item *nsItem, level int, name string, location int) query.Expr {
	num := scanForColumn(item.rte, item.names, name, location)
	switch {
	case num == 0:
		return nil
	case num < 0 && num != query.TableOIDAttr:
		switch s.kind {
		case KindCheckConstraint:
			raise("42P10", location, `system column "%s" reference in check constraint is invalid`, name)
		case KindGeneratedColumn:
			raise("42P10", location, `cannot use system column "%s" in column generation expression`, name)
		case KindMergeWhen:
			raise("42P10", location, `cannot use system column "%s" in MERGE WHEN condition`, name)
		}
	}
	if num < 0 {
		for _, sys := range systemColumns {
			if sys.num == num {
				return &query.Var{Varno: item.index, Varattno: num, Vartype: sys.typ, Vartypmod: -1, Varlevelsup: level, Location: location}
			}
		}
	}
	col := &item.cols[num-1]
	if col.varno == 0 {
		raise("42703", noPosition, `column "%s" of relation "%s" does not exist`, name, item.names.Name)
	}
	return col.newVar(level, location)
}

// scanForColumn finds a column's number by name, 0 for none (scanRTEForColumn).
func scanForColumn(rte *query.RangeTblEntry, names *query.Alias, name string, location int) int16 {
	found := int16(0)
	for i, col := range names.Cols {
		if col != name {
			continue
		}
		if found != 0 {
			raise("42702", location, `column reference "%s" is ambiguous`, name)
		}
		found = int16(i + 1)
	}
	if found == 0 && rte.Kind == query.RTERelation && hasSystemColumns(rte.RelKind) {
		for _, sys := range systemColumns {
			if sys.name == name {
				return sys.num
			}
		}
	}
	return found
}

// columnVar finds an unqualified column (colNameToVar).
func (s *state) columnVar(name string, localOnly bool, location int) query.Expr {
	level := 0
	for p := s; p != nil; p = p.parent {
		var found query.Expr
		for _, item := range p.namespace {
			if !item.colsVisible || item.lateralOnly && !p.lateralActive {
				continue
			}
			v := s.scanItemForColumn(item, level, name, location)
			if v == nil {
				continue
			}
			if found != nil {
				raise("42702", location, `column reference "%s" is ambiguous`, name)
			}
			p.checkLateral(item, location)
			found = v
		}
		if found != nil || localOnly {
			return found
		}
		level++
	}
	return nil
}

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

// addItem puts an item into the join list and the namespace (addNSItemToQuery).
func (s *state) addItem(item *nsItem, joinlist, relNames, colNames bool) {
	if joinlist {
		s.joinlist = append(s.joinlist, &query.RangeTblRef{Index: item.index})
	}
	if relNames || colNames {
		item.relVisible, item.colsVisible, item.lateralOnly, item.lateralOK = relNames, colNames, false, true
		s.namespace = append(s.namespace, item)
	}
}

// expandItemVars gives Vars for all columns of an item, with their names
// (expandNSItemVars).
func (s *state) expandItemVars(item *nsItem, level, location int) (vars []query.Expr, names []string) {
	for i, name := range item.names.Cols {
		col := &item.cols[i]
		if col.dontExpand || name == "" {
			continue
		}
		vars = append(vars, col.newVar(level, location))
		names = append(names, name)
	}
	return vars, names
}

// expandItemTargets makes target entries of an item's columns (expandNSItemAttrs).
func (s *state) expandItemTargets(item *nsItem, level, location int) []*query.TargetEntry {
	vars, names := s.expandItemVars(item, level, location)
	out := make([]*query.TargetEntry, len(vars))
	for i, v := range vars {
		out[i] = &query.TargetEntry{Expr: v, Resno: s.nextResno, Resname: names[i]}
		s.nextResno++
	}
	return out
}

// expandRTE gives the columns of an entry as they are in it, whatever names
// the namespace has for them.
func (s *state) expandRTE(rte *query.RangeTblEntry, index, level, location int) (names []string, vars []query.Expr) {
	for i, f := range s.rteFields(rte) {
		if f.dropped {
			continue
		}
		names = append(names, f.name)
		if rte.Kind == query.RTEJoin {
			if v, ok := rte.JoinAliasVars[i].(*query.Var); ok {
				c := *v
				c.Varlevelsup, c.Location = level, location
				vars = append(vars, &c)
				continue
			}
		}
		vars = append(vars, &query.Var{Varno: index, Varattno: int16(i + 1), Vartype: f.typ, Vartypmod: f.typmod, Varcollid: f.coll, Varlevelsup: level, Location: location})
	}
	return names, vars
}

// rteFields gives an entry's columns under the names in force.
func (s *state) rteFields(rte *query.RangeTblEntry) []field {
	var fields []field
	switch rte.Kind {
	case query.RTERelation:
		fields = fieldsOfRelation(s.c.Relation(rte.Relation))
	case query.RTESubquery:
		for _, t := range rte.Subquery.TargetList {
			if !t.Resjunk {
				fields = append(fields, field{typ: query.ExprType(t.Expr), typmod: query.ExprTypmod(t.Expr), coll: query.ExprCollation(t.Expr)})
			}
		}
	case query.RTEJoin:
		for _, v := range rte.JoinAliasVars {
			fields = append(fields, field{typ: query.ExprType(v), typmod: query.ExprTypmod(v), coll: query.ExprCollation(v), dropped: v == nil})
		}
	case query.RTEFunction:
		for _, f := range rte.Functions {
			fields = append(fields, s.rangeFunctionFields(f)...)
		}
		if rte.Ordinality {
			fields = append(fields, field{typ: pg.Int8, typmod: -1})
		}
	default:
		fields = fieldsOfLists(rte.ColTypes, rte.ColTypmods, rte.ColColls)
	}
	for i := range fields {
		if i < len(rte.Eref.Cols) && !fields[i].dropped {
			fields[i].name = rte.Eref.Cols[i]
		}
	}
	return fields
}

// rangeFunctionFields gives the columns of one function in FROM.
func (s *state) rangeFunctionFields(f *query.RangeTblFunction) []field {
	if len(f.ColNames) > 0 {
		return fieldsOfLists(f.ColTypes, f.ColTypmods, f.ColColls)
	}
	if fields, class := s.callFields(f.Expr); class == resultComposite {
		return fields[:min(f.ColCount, len(fields))]
	}
	return []field{{typ: query.ExprType(f.Expr), typmod: query.ExprTypmod(f.Expr), coll: query.ExprCollation(f.Expr)}}
}

// callFields is get_expr_result_type for an expression in FROM.
func (s *state) callFields(e query.Expr) ([]field, resultClass) {
	switch e := e.(type) {
	case *query.FuncExpr:
		return s.functionFields(e.Fn, e.Type, e.Args)
	case *query.OpExpr:
		if o := s.c.Operator(e.Op); o != nil {
			return s.functionFields(o.Code, e.Type, e.Args)
		}
	}
	return s.fieldsOfResult(query.ExprType(e))
}

// wholeRowVar makes the Var for a whole row (makeWholeRowVar).
func (s *state) wholeRowVar(rte *query.RangeTblEntry, index, level int, allowScalar bool) *query.Var {
	v := &query.Var{Varno: index, Vartype: pg.Record, Vartypmod: -1, Varlevelsup: level, Location: -1}
	switch rte.Kind {
	case query.RTERelation:
		rel := s.c.Relation(rte.Relation)
		if v.Vartype = rel.Type; v.Vartype == 0 {
			raise("42809", noPosition, `relation "%s" does not have a composite type`, rel.Name)
		}
	case query.RTEFunction:
		if len(rte.Functions) > 1 || rte.Ordinality {
			break
		}
		e := rte.Functions[0].Expr
		typ := query.ExprType(e)
		switch {
		case s.isRowType(typ):
			v.Vartype = typ
		case allowScalar:
			v.Varattno, v.Vartype, v.Vartypmod, v.Varcollid = 1, typ, query.ExprTypmod(e), query.ExprCollation(e)
		}
	}
	return v
}
