package analyze

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// References gives the objects that an expression needs, each once. rels are
// the relations of varno 1, 2, … (recordDependencyOnExpr,
// recordDependencyOnSingleRelExpr).
func References(c *catalog.Catalog, e query.Expr, rels ...pg.OID) []catalog.Address {
	r := references{c: c, rels: rels}
	r.walk(e)
	return r.distinct()
}

// QueryReferences gives the objects that a query needs, each once.
func QueryReferences(c *catalog.Catalog, q *query.Query) []catalog.Address {
	r := references{c: c}
	r.query(q)
	return r.distinct()
}

// A references collects what a tree refers to (find_expr_references_walker).
type references struct {
	c      *catalog.Catalog
	rels   []pg.OID                 // what the Vars of an expression outside of all queries mean
	tables [][]*query.RangeTblEntry // the range tables around, innermost last
	found  []catalog.Address        // each once; few, so that looking them through is quicker than a map
}

func (r *references) add(class catalog.Class, oid pg.OID, sub int16) {
	a := catalog.Address{Class: class, OID: oid, Sub: sub}
	if oid != 0 && !slices.Contains(r.found, a) {
		r.found = append(r.found, a)
	}
}

func (r *references) typ(oid pg.OID)      { r.add(catalog.ClassType, oid, 0) }
func (r *references) proc(oid pg.OID)     { r.add(catalog.ClassProc, oid, 0) }
func (r *references) operator(oid pg.OID) { r.add(catalog.ClassOperator, oid, 0) }

func (r *references) collation(oid pg.OID) {
	if oid != pg.DefaultCollation {
		r.add(catalog.ClassCollation, oid, 0)
	}
}

// distinct leaves out whole relations of which columns are there too
// (eliminate_duplicate_dependencies).
func (r *references) distinct() []catalog.Address {
	whole := func(a catalog.Address) bool { return a.Class == catalog.ClassRelation && a.Sub == 0 }
	if !slices.ContainsFunc(r.found, whole) {
		return r.found
	}
	all := slices.Clone(r.found) // DeleteFunc moves what it looks through
	return slices.DeleteFunc(r.found, func(a catalog.Address) bool {
		return whole(a) && slices.ContainsFunc(all, func(b catalog.Address) bool {
			return b.Class == a.Class && b.OID == a.OID && b.Sub != 0
		})
	})
}

func (r *references) walk(e query.Expr) {
	v := query.Visitor{
		Expr: func(e query.Expr, _ int) bool { return r.expr(e) },
		Query: func(q *query.Query, _ int) bool {
			r.query(q)
			return false
		},
	}
	v.Walk(e, 0)
}

func (r *references) expr(e query.Expr) bool {
	switch e := e.(type) {
	case *query.Var:
		r.variable(e)
	case *query.Const:
		r.constant(e)
	case *query.Param:
		r.typ(e.Type)
		r.collation(e.Collation)
	case *query.FuncExpr:
		r.proc(e.Fn)
	case *query.OpExpr:
		r.operator(e.Op)
	case *query.DistinctExpr:
		r.operator(e.Op)
	case *query.NullIfExpr:
		r.operator(e.Op)
	case *query.ScalarArrayOpExpr:
		r.operator(e.Op)
	case *query.Aggref:
		r.proc(e.Fn)
		r.sortGroups(e.Order, e.Distinct)
	case *query.WindowFunc:
		r.proc(e.Fn)
	case *query.SubscriptingRef:
		if e.ResType != e.ContainerType && e.ResType != e.ElemType {
			r.typ(e.ResType)
		}
	case *query.FieldSelect:
		a := New(r.c)
		if rel := a.rowRelation(query.ExprType(e.Arg)); rel != 0 {
			r.add(catalog.ClassRelation, rel, e.Fieldnum)
		} else {
			r.typ(e.Type)
		}
		r.collation(e.Collid)
	case *query.FieldStore:
		if rel := New(r.c).relationOfType(e.Type); rel != 0 {
			for _, num := range e.Fieldnums {
				r.add(catalog.ClassRelation, rel, num)
			}
		} else {
			r.typ(e.Type)
		}
	case *query.RelabelType:
		r.typ(e.Type)
		r.collation(e.Collid)
	case *query.CoerceViaIO:
		r.typ(e.Type)
		r.collation(e.Collid)
	case *query.ArrayCoerceExpr:
		r.typ(e.Type)
		r.collation(e.Collid)
	case *query.ConvertRowtypeExpr:
		r.typ(e.Type)
	case *query.CollateExpr:
		r.collation(e.Coll)
	case *query.RowExpr:
		r.typ(e.Type)
	case *query.RowCompareExpr:
		for _, op := range e.Ops {
			r.operator(op)
		}
	case *query.CoerceToDomain:
		r.typ(e.Type)
	case *query.NextValueExpr:
		r.add(catalog.ClassRelation, e.Seq, 0)
	}
	return true
}

func (r *references) variable(v *query.Var) {
	i := len(r.tables) - 1 - v.Varlevelsup
	if i == -1 && v.Varattno != 0 && v.Varno <= len(r.rels) {
		r.add(catalog.ClassRelation, r.rels[v.Varno-1], v.Varattno)
	}
	if v.Varattno == 0 || i < 0 || v.Varno > len(r.tables[i]) {
		return
	}
	switch rte := r.tables[i][v.Varno-1]; rte.Kind {
	case query.RTERelation:
		r.add(catalog.ClassRelation, rte.Relation, v.Varattno)
	case query.RTEFunction:
		r.functionColumn(rte, v.Varattno)
	}
}

// functionColumn notes the column of the row type that a function in FROM
// returns (process_function_rte_ref).
func (r *references) functionColumn(rte *query.RangeTblEntry, num int16) {
	done := int16(0)
	for _, f := range rte.Functions {
		if num > done && num <= done+int16(f.ColCount) {
			if rel := New(r.c).rowRelation(query.ExprType(f.Expr)); rel != 0 {
				r.add(catalog.ClassRelation, rel, num-done)
			}
			return
		}
		done += int16(f.ColCount)
	}
}

// regClasses are the classes that constants of the reg types name.
var regClasses = map[pg.OID]catalog.Class{
	pg.Regproc: catalog.ClassProc, pg.Regprocedure: catalog.ClassProc, pg.Regoper: catalog.ClassOperator,
	pg.Regoperator: catalog.ClassOperator, pg.Regclass: catalog.ClassRelation, pg.Regtype: catalog.ClassType,
	pg.Regcollation: catalog.ClassCollation, pg.Regconfig: catalog.ClassTSConfig, pg.Regdictionary: catalog.ClassTSDict,
	pg.Regnamespace: catalog.ClassNamespace,
}

func (r *references) constant(c *query.Const) {
	r.typ(c.Type)
	r.collation(c.Collation)
	if c.IsNull {
		return
	}
	if c.Type == pg.Regrole {
		raise("0A000", noPosition, "constant of the type %s cannot be used here", "regrole")
	}
	if class, ok := regClasses[c.Type]; ok {
		if oid, ok := c.Value.(pg.OID); ok && r.c.Object(catalog.Address{Class: class, OID: oid}) != nil {
			r.add(class, oid, 0)
		}
	}
}

func (r *references) sortGroups(lists ...[]*query.SortGroupClause) {
	for _, list := range lists {
		for _, c := range list {
			r.operator(c.EqOp)
			r.operator(c.SortOp)
		}
	}
}

// query collects what a query refers to.
func (r *references) query(q *query.Query) {
	if q == nil {
		return
	}
	r.tables = append(r.tables, q.RangeTable)
	for _, rte := range q.RangeTable {
		r.entry(rte)
	}
	if q.Command == ast.CMD_INSERT || q.Command == ast.CMD_UPDATE {
		if rte := q.RangeTable[q.Result-1]; rte.Kind == query.RTERelation {
			for _, t := range q.TargetList {
				if !t.Resjunk {
					r.add(catalog.ClassRelation, rte.Relation, t.Resno)
				}
			}
		}
	}
	for _, con := range q.ConstraintDeps {
		r.add(catalog.ClassConstraint, con, 0)
	}
	if q.OnConflict != nil {
		r.add(catalog.ClassConstraint, q.OnConflict.Constraint, 0)
	}
	r.sortGroups(q.Sort, q.Group, q.Distinct)
	for _, w := range q.Windows {
		r.sortGroups(w.Order, w.Partition)
	}
	r.setOperation(q.SetOps)
	for _, cte := range q.CTEs {
		if c := cte.Cycle; c != nil {
			r.typ(c.MarkType)
			r.collation(c.MarkColl)
		}
	}
	v := query.Visitor{
		Expr: func(e query.Expr, _ int) bool { return r.expr(e) },
		Query: func(sub *query.Query, _ int) bool {
			r.query(sub)
			return false
		},
	}
	inside := *q
	inside.RangeTable = make([]*query.RangeTblEntry, len(q.RangeTable))
	for i, rte := range q.RangeTable {
		c := *rte
		c.JoinAliasVars = nil
		inside.RangeTable[i] = &c
	}
	v.Inside(&inside, 0)
	r.tables = r.tables[:len(r.tables)-1]
}

func (r *references) entry(rte *query.RangeTblEntry) {
	switch rte.Kind {
	case query.RTERelation:
		r.add(catalog.ClassRelation, rte.Relation, 0)
		if rte.TableSample != nil {
			r.proc(rte.TableSample.Handler)
		}
	case query.RTEJoin:
		for _, v := range rte.JoinAliasVars[:min(rte.MergedCols, len(rte.JoinAliasVars))] {
			if _, ok := v.(*query.Var); !ok {
				r.walk(v)
			}
		}
	case query.RTEFunction:
		for _, f := range rte.Functions {
			r.columns(f.ColTypes, f.ColColls)
		}
	case query.RTETableFunc:
		r.columns(rte.TableFunc.ColTypes, rte.TableFunc.ColColls)
	}
}

func (r *references) columns(types, colls []pg.OID) {
	for _, t := range types {
		r.typ(t)
	}
	for _, c := range colls {
		r.collation(c)
	}
}

func (r *references) setOperation(n query.SetOpNode) {
	if op, ok := n.(*query.SetOperationStmt); ok {
		r.sortGroups(op.Groups)
		r.setOperation(op.Left)
		r.setOperation(op.Right)
	}
}
