package analyze

import (
	"github.com/electric-cli/electric/catalog"
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
