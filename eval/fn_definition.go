package eval

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/deparse"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// definitionBuiltins write definitions (ruleutils.c, format_type.c). Pretty
// ones differ from the plain ones by more than white space, which is not
// worked out here except for expressions and views.
var definitionBuiltins = map[string]builtin{
	"format_type":              formatType,
	"pg_get_constraintdef":     constraintDef,
	"pg_get_constraintdef_ext": constraintDef,
	"pg_get_indexdef":          indexDef,
	"pg_get_indexdef_ext":      indexDef,
	"pg_get_viewdef":           viewDef,
	"pg_get_viewdef_ext":       viewDef,
	"pg_get_viewdef_name":      viewDefNamed,
	"pg_get_viewdef_name_ext":  viewDefNamed,
	"pg_get_expr":              exprDef,
	"pg_get_expr_ext":          exprDef,
	"pg_get_triggerdef":        triggerDef,
	"pg_get_triggerdef_ext":    triggerDef,
	"pg_get_ruledef":           ruleDef,
	"pg_get_ruledef_ext":       ruleDef,
	"pg_get_partkeydef":        partKeyDef,
	"pg_get_statisticsobjdef":  statisticsDef,
	"pg_get_function_arguments": func(c *call) query.Datum {
		return procText(c, deparse.FuncArgs)
	},
	"pg_get_function_identity_arguments": func(c *call) query.Datum { return procText(c, deparse.FuncIdentityArgs) },
	"pg_get_function_result":             func(c *call) query.Datum { return procText(c, deparse.FuncResult) },
	"pg_describe_object":                 describeObject,
	"pg_typeof":                          func(c *call) query.Datum { return c.types[0] },
}

func formatType(c *call) query.Datum {
	if c.args[0] == nil {
		return nil
	}
	typmod := int32(-1)
	if c.has(1) {
		typmod = int32(c.int(1))
	}
	typ := oid(c.args[0])
	if typ == 0 {
		return "-"
	}
	if c.x.c.Type(typ) == nil {
		return "???"
	}
	return deparse.FormatType(c.x.c, typ, typmod)
}

func constraintDef(c *call) query.Datum {
	if con := c.x.c.Constraint(oid(c.args[0])); con != nil {
		return deparse.ConstraintDef(c.x.c, con)
	}
	return nil
}

func indexDef(c *call) query.Datum {
	r := c.x.c.Relation(oid(c.args[0]))
	if r == nil || r.IndexInfo == nil {
		return nil
	}
	if len(c.args) > 1 && c.int(1) != 0 {
		n := int(c.int(1)) - 1
		if n < 0 || n >= len(r.IndexInfo.Keys) {
			return nil
		}
		k := r.IndexInfo.Keys[n]
		table := c.x.c.Relation(r.IndexInfo.Relation)
		if k.Column > 0 {
			return deparse.QuoteIdent(table.Columns[k.Column-1].Name)
		}
		return deparse.Expr(c.x.c, k.Expr, table)
	}
	return deparse.IndexDef(c.x.c, r)
}

func viewDef(c *call) query.Datum {
	r := c.x.c.Relation(oid(c.args[0]))
	if r == nil {
		return nil
	}
	if r.Query == nil {
		if row := pg.RelationByOID(r.OID); row != nil && row.ViewDef != "" {
			return row.ViewDef
		}
		return nil
	}
	if len(c.args) > 1 && isTrue(c.args[1]) {
		return deparse.ViewDefPretty(c.x.c, r)
	}
	return deparse.ViewDef(c.x.c, r)
}

func viewDefNamed(c *call) query.Datum {
	named := *c
	named.args = slices.Clone(c.args)
	named.args[0] = datum.In(c.x.c, pg.Regclass, -1, c.text(0))
	return viewDef(&named)
}

func exprDef(c *call) query.Datum {
	n, ok := c.args[0].(Node)
	if !ok {
		return nil
	}
	if n.Expr == nil {
		if r := c.x.c.Relation(n.Over); r != nil && r.PartitionBound != nil {
			return deparse.PartBound(c.x.c, r.PartitionBound)
		}
		return Unknown{"an expression"}
	}
	if len(c.args) > 2 && isTrue(c.args[2]) {
		return deparse.ExprPretty(c.x.c, n.Expr, c.x.c.Relation(n.Over))
	}
	return c.x.nodeText(n)
}

// nodeText writes an expression that the catalog holds.
func (x *Executor) nodeText(n Node) string {
	if n.Expr == nil {
		return ""
	}
	return deparse.Expr(x.c, n.Expr, x.c.Relation(n.Over))
}

func triggerDef(c *call) query.Datum {
	if t, ok := c.x.c.Object(catalog.Address{Class: catalog.ClassTrigger, OID: oid(c.args[0])}).(*catalog.Trigger); ok {
		return deparse.TriggerDef(c.x.c, t)
	}
	return nil
}

func ruleDef(c *call) query.Datum {
	if r, ok := c.x.c.Object(catalog.Address{Class: catalog.ClassRewrite, OID: oid(c.args[0])}).(*catalog.Rule); ok {
		return deparse.RuleDef(c.x.c, r)
	}
	return Unknown{"a rule's definition"}
}

func partKeyDef(c *call) query.Datum {
	if r := c.x.c.Relation(oid(c.args[0])); r != nil && r.PartitionKey != nil {
		return deparse.PartKeyDef(c.x.c, r)
	}
	return nil
}

func statisticsDef(c *call) query.Datum {
	if s, ok := c.x.c.Object(catalog.Address{Class: catalog.ClassStatistics, OID: oid(c.args[0])}).(*catalog.Statistics); ok {
		return deparse.StatisticsDef(c.x.c, s)
	}
	return nil
}

func procText(c *call, f func(*catalog.Catalog, *catalog.Proc) string) query.Datum {
	p := c.x.c.Proc(oid(c.args[0]))
	if p == nil || p.Kind == 'p' && c.proc.Name == "pg_get_function_result" {
		return nil
	}
	return f(c.x.c, p)
}

func describeObject(c *call) query.Datum {
	row := pg.RelationByOID(oid(c.args[0]))
	if row == nil {
		return nil
	}
	a := catalog.Address{Class: catalog.ClassOfCatalog(row.Name), OID: oid(c.args[1]), Sub: int16(c.int(2))}
	if c.x.c.Object(a) == nil {
		return nil
	}
	return deparse.Describe(c.x.c, a)
}
