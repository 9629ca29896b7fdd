package analyze

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// ContainsMutable says whether an expression has a function that is not
// immutable (contain_mutable_functions).
func ContainsMutable(c *catalog.Catalog, e query.Expr) bool {
	return containsFunction(c, e, func(volatile byte) bool { return volatile != 'i' }, true)
}

// ContainsVolatile says whether an expression has a volatile function
// (contain_volatile_functions).
func ContainsVolatile(c *catalog.Catalog, e query.Expr) bool {
	return containsFunction(c, e, func(volatile byte) bool { return volatile == 'v' }, false)
}

// containsFunction says whether any function that e calls is of a volatility
// that match tells. SQL's value functions are stable.
func containsFunction(c *catalog.Catalog, e query.Expr, match func(volatile byte) bool, stable bool) bool {
	found := false
	check := func(fn pg.OID) {
		if p := c.Proc(fn); p != nil && match(p.Volatile) {
			found = true
		}
	}
	operator := func(op pg.OID) {
		if o := c.Operator(op); o != nil {
			check(o.Code)
		}
	}
	query.WalkDeep(e, func(e query.Expr, _ int) bool {
		switch e := e.(type) {
		case *query.FuncExpr:
			check(e.Fn)
		case *query.Aggref:
			check(e.Fn)
		case *query.WindowFunc:
			check(e.Fn)
		case *query.OpExpr:
			operator(e.Op)
		case *query.DistinctExpr:
			operator(e.Op)
		case *query.NullIfExpr:
			operator(e.Op)
		case *query.ScalarArrayOpExpr:
			operator(e.Op)
		case *query.RowCompareExpr:
			for _, op := range e.Ops {
				operator(op)
			}
		case *query.CoerceViaIO:
			found = found || match(inputVolatility(c, e.Type, true)) || match(inputVolatility(c, query.ExprType(e.Arg), false))
		case *query.SQLValueFunction:
			found = found || stable
		case *query.NextValueExpr:
			found = true
		}
		return !found
	})
	return found
}

// inputVolatility gives the volatility of a type's input or output function.
func inputVolatility(c *catalog.Catalog, typ pg.OID, input bool) byte {
	t := c.Type(typ)
	if t == nil {
		return 'i'
	}
	name := t.Output
	if input {
		name = t.Input
	}
	schema := ""
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		schema, name = name[:dot], name[dot+1:]
	}
	if schema == "" {
		schema = "pg_catalog"
		if t.OID >= 16384 && len(c.ProcsNamed(schema, name)) == 0 {
			schema = c.SchemaName(t.Namespace)
		}
	}
	for _, p := range c.ProcsNamed(schema, name) {
		return p.Volatile
	}
	return 'i'
}

// ContainsSubquery says whether an expression has a subquery
// (contain_subplans).
func ContainsSubquery(e query.Expr) bool {
	found := false
	query.Walk(e, func(e query.Expr) bool {
		_, is := e.(*query.SubLink)
		found = found || is
		return !found
	})
	return found
}
