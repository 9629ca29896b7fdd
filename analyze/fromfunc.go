package analyze

import (
	"slices"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// A functionItem is one function of FROM.
type functionItem struct {
	expr query.Expr
	name string
	defs []ast.Node // its column definition list
}

// rangeFunction analyses functions in FROM (transformRangeFunction).
func (s *state) rangeFunction(n *ast.RangeFunction) *nsItem {
	var list []functionItem
	s.lateralActive = true
	for _, f := range n.Functions {
		list = append(list, s.functionItems(f, n)...)
	}
	s.lateralActive = false
	lateral := n.Lateral
	for _, f := range list {
		s.assignCollations(f.expr)
		lateral = lateral || hasLocalVars(f.expr)
	}
	if len(n.Coldeflist) > 0 {
		place := rawListLocation(n.Coldeflist)
		if len(list) != 1 {
			if n.IsRowsfrom {
				pgerr.New("42601", place, "ROWS FROM() with multiple functions cannot have a column definition list").
					WithHint("Put a separate column definition list for each function inside ROWS FROM().").Raise()
			}
			pgerr.New("42601", place, "UNNEST() with multiple arguments cannot have a column definition list").
				WithHint("Use separate UNNEST() calls inside ROWS FROM(), and attach a column definition list to each one.").Raise()
		}
		if n.Ordinality {
			pgerr.New("42601", place, "WITH ORDINALITY cannot be used with a column definition list").
				WithHint("Put the column definition list inside ROWS FROM().").Raise()
		}
		list[0].defs = n.Coldeflist
	}
	return s.addFunctions(list, n, lateral)
}

// functionItems analyses one function; UNNEST of several arguments is several.
func (s *state) functionItems(n ast.Node, r *ast.RangeFunction) []functionItem {
	pair := n.(*ast.List).Items
	call := pair[0]
	var defs []ast.Node
	if len(pair) > 1 {
		if l, ok := pair[1].(*ast.List); ok {
			defs = l.Items
		}
	}
	if f, ok := call.(*ast.FuncCall); ok && isMultiUnnest(f) && len(defs) == 0 {
		var out []functionItem
		for _, arg := range f.Args {
			one := &ast.FuncCall{Funcname: []ast.Node{&ast.String{Sval: "pg_catalog"}, &ast.String{Sval: "unnest"}}, Args: []ast.Node{arg},
				Funcformat: explicitCall, Location: f.Location}
			out = append(out, functionItem{s.fromCall(one), "unnest", nil})
		}
		return out
	}
	e := s.fromCall(call)
	if len(defs) > 0 && len(r.Coldeflist) > 0 {
		raise("42601", rawListLocation(r.Coldeflist), "multiple column definition lists are not allowed for the same function")
	}
	return []functionItem{{e, s.columnName(call), defs}}
}

func isMultiUnnest(f *ast.FuncCall) bool {
	names := ast.Strings(f.Funcname)
	return len(names) == 1 && names[0] == "unnest" && len(f.Args) > 1 && len(f.AggOrder) == 0 && f.AggFilter == nil &&
		f.Over == nil && !f.AggStar && !f.AggDistinct && !f.FuncVariadic
}

func (s *state) fromCall(n ast.Node) query.Expr {
	lastSRF := s.lastSRF
	e := s.expr(n, KindFromFunction)
	if s.lastSRF != lastSRF && s.lastSRF != e {
		raise("0A000", query.Location(s.lastSRF), "set-returning functions must appear at top level of FROM")
	}
	return e
}

// addFunctions enters functions into the range table
// (addRangeTableEntryForFunction).
func (s *state) addFunctions(list []functionItem, n *ast.RangeFunction, lateral bool) *nsItem {
	alias := aliasOf(n.Alias)
	eref := &query.Alias{Name: list[0].name}
	if alias != nil {
		eref.Name = alias.Name
	}
	rte := &query.RangeTblEntry{Kind: query.RTEFunction, Alias: alias, Eref: eref, Ordinality: n.Ordinality, Lateral: lateral, InFromCl: true}
	var fields []field
	for _, f := range list {
		one, cols := s.functionColumns(f, alias, len(list))
		rte.Functions = append(rte.Functions, one)
		fields = append(fields, cols...)
	}
	if n.Ordinality {
		fields = append(slices.Clone(fields), field{name: "ordinality", typ: pg.Int8, typmod: -1})
	}
	relationAliases(fields, alias, eref)
	return s.addRTE(rte, fields)
}

// functionColumns finds the columns of one function in FROM.
func (s *state) functionColumns(f functionItem, alias *query.Alias, count int) (*query.RangeTblFunction, []field) {
	out := &query.RangeTblFunction{Expr: f.expr}
	fields, class := s.callFields(f.expr)
	if len(f.defs) > 0 {
		place := rawListLocation(f.defs)
		switch {
		case class == resultRecord:
		case class == resultComposite && query.ExprType(f.expr) == pg.Record:
			raise("42601", place, "a column definition list is redundant for a function with OUT parameters")
		case class == resultComposite:
			raise("42601", place, "a column definition list is redundant for a function returning a named composite type")
		default:
			raise("42601", place, `a column definition list is only allowed for functions returning "record"`)
		}
	} else if class == resultRecord {
		raise("42601", query.Location(f.expr), `a column definition list is required for functions returning "record"`)
	}
	switch class {
	case resultScalar:
		fields = []field{{s.scalarAlias(f, alias, count), query.ExprType(f.expr), query.ExprTypmod(f.expr), query.ExprCollation(f.expr), false}}
	case resultRecord:
		fields = s.definedColumns(f.defs)
		for _, d := range fields {
			out.ColNames, out.ColTypes = append(out.ColNames, d.name), append(out.ColTypes, d.typ)
			out.ColTypmods, out.ColColls = append(out.ColTypmods, d.typmod), append(out.ColColls, d.coll)
		}
	case resultOther:
		raise("42804", query.Location(f.expr), `function "%s" in FROM has unsupported return type %s`, f.name, s.typeName(query.ExprType(f.expr)))
	}
	out.ColCount = len(fields)
	return out, fields
}

// scalarAlias names the column of a scalar function (chooseScalarFunctionAlias).
func (s *state) scalarAlias(f functionItem, alias *query.Alias, count int) string {
	if fn, ok := f.expr.(*query.FuncExpr); ok {
		if p := s.c.Proc(fn.Fn); p != nil {
			if name := resultName(p.ArgModes, p.ArgNames); name != "" {
				return name
			}
		}
	}
	if count == 1 && alias != nil {
		return alias.Name
	}
	return f.name
}

// resultName gives the name of a function's only OUT parameter, "" for none
// (get_func_result_name).
func resultName(modes string, names []string) string {
	name := ""
	for i := range modes {
		if modes[i] != 'o' && modes[i] != 't' && modes[i] != 'b' {
			continue
		}
		if name != "" || i >= len(names) || names[i] == "" {
			return ""
		}
		name = names[i]
	}
	return name
}

// definedColumns analyses a column definition list.
func (s *state) definedColumns(defs []ast.Node) []field {
	var out []field
	for _, n := range defs {
		d := n.(*ast.ColumnDef)
		if d.TypeName.Setof {
			raise("42P16", d.Location, `column "%s" cannot be declared SETOF`, d.Colname)
		}
		typ, typmod := s.TypeName(d.TypeName)
		for _, earlier := range out {
			if earlier.name == d.Colname {
				raise("42701", noPosition, `column name "%s" specified more than once`, d.Colname)
			}
		}
		out = append(out, field{d.Colname, typ, typmod, ColumnCollation(s.c, d, typ), false})
	}
	for _, f := range out {
		if s.kindOf(f.typ) == 'p' && f.typ != pg.Record && f.typ != pg.RecordArray {
			raise("42P16", noPosition, `column "%s" has pseudo-type %s`, f.name, s.typeName(f.typ))
		}
	}
	return out
}

// rangeTableFunc analyses XMLTABLE (transformRangeTableFunc).
func (s *state) rangeTableFunc(n *ast.RangeTableFunc) *nsItem {
	t := &query.TableFunc{Ordinality: -1, Location: n.Location}
	s.lateralActive = true
	arg := func(n ast.Node, typ pg.OID, typmod int32) query.Expr {
		if n == nil {
			return nil
		}
		e := s.coerceToSpecific(s.expr(n, KindFromFunction), typ, typmod, "XMLTABLE")
		s.assignCollations(e)
		return e
	}
	t.RowExpr = arg(n.Rowexpr, pg.Text, -1)
	t.DocExpr = arg(n.Docexpr, pg.Xml, -1)
	for i, c := range n.Columns {
		col := c.(*ast.RangeTableFuncCol)
		typ, typmod := pg.OID(pg.Int4), int32(-1)
		if col.ForOrdinality {
			if t.Ordinality != -1 {
				raise("42601", col.Location, "only one FOR ORDINALITY column is allowed")
			}
			t.Ordinality = i
		} else {
			if col.TypeName.Setof {
				raise("42P16", col.Location, `column "%s" cannot be declared SETOF`, col.Colname)
			}
			typ, typmod = s.TypeName(col.TypeName)
		}
		t.ColTypes, t.ColTypmods, t.ColColls = append(t.ColTypes, typ), append(t.ColTypmods, typmod), append(t.ColColls, s.typeCollation(typ))
		t.ColExprs = append(t.ColExprs, arg(col.Colexpr, pg.Text, -1))
		t.ColDefs = append(t.ColDefs, arg(col.Coldefexpr, typ, typmod))
		t.NotNulls = append(t.NotNulls, col.IsNotNull)
		if slices.Contains(t.ColNames, col.Colname) {
			raise("42601", col.Location, `column name "%s" is not unique`, col.Colname)
		}
		t.ColNames = append(t.ColNames, col.Colname)
	}
	for _, ns := range n.Namespaces {
		r := ns.(*ast.ResTarget)
		t.NSURIs = append(t.NSURIs, arg(r.Val, pg.Text, -1))
		if slices.Contains(t.NSNames, r.Name) {
			if r.Name == "" {
				raise("42601", r.Location, "only one default namespace is allowed")
			}
			raise("42601", r.Location, `namespace name "%s" is not unique`, r.Name)
		}
		t.NSNames = append(t.NSNames, r.Name)
	}
	s.lateralActive = false
	return s.addTableFunc(t, n)
}

func (s *state) addTableFunc(t *query.TableFunc, n *ast.RangeTableFunc) *nsItem {
	rte := &query.RangeTblEntry{Kind: query.RTETableFunc, TableFunc: t, ColTypes: t.ColTypes, ColTypmods: t.ColTypmods, ColColls: t.ColColls,
		Alias: aliasOf(n.Alias), InFromCl: true, Lateral: n.Lateral}
	all := slices.Concat(t.NSURIs, t.ColExprs, t.ColDefs, []query.Expr{t.DocExpr, t.RowExpr})
	for _, e := range all {
		rte.Lateral = rte.Lateral || hasLocalVars(e)
	}
	eref := &query.Alias{Name: "xmltable"}
	if rte.Alias != nil {
		eref = &query.Alias{Name: rte.Alias.Name, Cols: slices.Clone(rte.Alias.Cols)}
	}
	given := len(eref.Cols)
	if given > len(t.ColNames) {
		raise("42P10", noPosition, "%s function has %d columns available but %d columns specified", "XMLTABLE", len(t.ColNames), given)
	}
	eref.Cols = append(eref.Cols, t.ColNames[given:]...)
	rte.Eref = eref
	return s.addRTE(rte, fieldsOfLists(t.ColTypes, t.ColTypmods, t.ColColls))
}
