package analyze

import (
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

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
