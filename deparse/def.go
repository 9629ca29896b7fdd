package deparse

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// relationPrinter makes a printer for expressions over one relation's columns
// (deparse_context_for); r may be nil.
func relationPrinter(c *catalog.Catalog, r *catalog.Relation, s style) *printer {
	const most = 64 // bytes: what most defaults and checks are shorter than
	return &printer{c: c, style: s, relation: r, out: make([]byte, 0, most)}
}

// scope makes the namespace of an expression over one relation, when something
// asks for it: most defaults name no column.
func (p *printer) scope() {
	if p.namespaces == nil && p.relation != nil {
		p.namespaces = []*namespace{relationNamespace(p.relation)}
	}
}

// exprText writes an expression over a relation's columns.
func exprText(c *catalog.Catalog, e query.Expr, r *catalog.Relation, s style) string {
	p := relationPrinter(c, r, s)
	p.expr(e, false)
	return string(p.out)
}

// Expr writes an expression over the columns of r (nil: of none), as
// pg_get_expr does.
func Expr(c *catalog.Catalog, e query.Expr, r *catalog.Relation) string {
	return exprText(c, e, r, style{indent: true})
}

// ExprPretty writes an expression as pg_get_expr(…, true) does.
func ExprPretty(c *catalog.Catalog, e query.Expr, r *catalog.Relation) string {
	return exprText(c, e, r, style{indent: true, paren: true, schema: true})
}

// keyText writes an index or partition key: a column, or an expression, which
// is put between parentheses unless it is a call. It gives the key's type and
// collation too.
func keyText(c *catalog.Catalog, r *catalog.Relation, key *catalog.IndexKey, s style) (text string, typ, collation pg.OID) {
	if key.Column != 0 {
		typ, collation = columnType(r, key.Column)
		return QuoteIdent(attributeName(r, key.Column)), typ, collation
	}
	text = exprText(c, key.Expr, r, s)
	if !looksLikeFunction(key.Expr) {
		text = "(" + text + ")"
	}
	return text, query.ExprType(key.Expr), query.ExprCollation(key.Expr)
}

// attributeName gives a column's name, a system column's included.
func attributeName(r *catalog.Relation, number int16) string {
	if number < 0 {
		return systemColumns[number]
	}
	return r.Columns[number-1].Name
}

func columnType(r *catalog.Relation, number int16) (typ, collation pg.OID) {
	if number < 0 {
		return 0, 0
	}
	col := r.Columns[number-1]
	return col.Type, col.Collation
}

// IndexDef writes CREATE INDEX as pg_get_indexdef does.
func IndexDef(c *catalog.Catalog, index *catalog.Relation) string {
	return indexDef(c, index, nil, style{indent: true})
}

// indexDef writes an index, or with operators the EXCLUDE constraint that it
// serves (pg_get_indexdef_worker).
func indexDef(c *catalog.Catalog, index *catalog.Relation, exclusion []pg.OID, s style) string {
	info := index.IndexInfo
	r := c.Relation(info.Relation)
	am := c.AccessMethod(index.AccessMethod)
	var out strings.Builder
	out.Grow(128) // about what most take
	if exclusion == nil {
		out.WriteString("CREATE ")
		if info.Unique {
			out.WriteString("UNIQUE ")
		}
		out.WriteString("INDEX " + QuoteIdent(index.Name) + " ON ")
		if index.Kind == catalog.PartitionedIndex {
			out.WriteString("ONLY ")
		}
		if s.schema {
			out.WriteString(name(c, r))
		} else {
			out.WriteString(qualified(c, r))
		}
		out.WriteString(" USING " + QuoteIdent(am.Name) + " (")
	} else {
		out.WriteString("EXCLUDE USING " + QuoteIdent(am.Name) + " (")
	}
	for i := range info.Keys {
		switch {
		case i == info.KeyCount:
			out.WriteString(") INCLUDE (")
		case i > 0:
			out.WriteString(", ")
		}
		text, typ, collation := keyText(c, r, &info.Keys[i], s)
		out.WriteString(text)
		if i < info.KeyCount {
			out.WriteString(keySuffix(c, &info.Keys[i], typ, collation, am.Row.CanOrder))
			if exclusion != nil {
				out.WriteString(" WITH " + operatorName(c, exclusion[i]))
			}
		}
	}
	out.WriteString(")")
	if info.NullsNotDistinct {
		out.WriteString(" NULLS NOT DISTINCT")
	}
	if len(index.Options) > 0 {
		out.WriteString(" WITH (" + optionList(index.Options) + ")")
	}
	if index.Tablespace != "" && exclusion != nil {
		out.WriteString(" USING INDEX TABLESPACE " + QuoteIdent(index.Tablespace))
	}
	if info.Predicate != nil {
		predicate := exprText(c, info.Predicate, r, s)
		if exclusion != nil {
			predicate = "(" + predicate + ")"
		}
		out.WriteString(" WHERE " + predicate)
	}
	return out.String()
}

// keySuffix writes what stands behind a key: its collation, operator class and
// order, where they are not what goes without saying.
func keySuffix(c *catalog.Catalog, key *catalog.IndexKey, typ, collation pg.OID, ordered bool) string {
	out := ""
	if key.Collation != 0 && key.Collation != collation {
		out += " COLLATE " + collationName(c, key.Collation)
	}
	if len(key.OpOptions) > 0 {
		out += opClassSuffix(c, key.OpClass, 0) + " (" + optionList(key.OpOptions) + ")"
	} else {
		out += opClassSuffix(c, key.OpClass, typ)
	}
	switch {
	case !ordered:
	case key.Desc && !key.NullsFirst:
		out += " DESC NULLS LAST"
	case key.Desc:
		out += " DESC"
	case key.NullsFirst:
		out += " NULLS FIRST"
	}
	return out
}

// optionList writes storage options (get_reloptions).
func optionList(options []catalog.Option) string {
	parts := make([]string, len(options))
	for i, o := range options {
		value := o.Value
		if QuoteIdent(value) != value {
			value = quoteSimple(value)
		}
		parts[i] = QuoteIdent(o.Name) + "=" + value
	}
	return strings.Join(parts, ", ")
}

// columnNames writes a list of columns by number.
func columnNames(r *catalog.Relation, numbers []int16) string {
	parts := make([]string, len(numbers))
	for i, n := range numbers {
		parts[i] = QuoteIdent(attributeName(r, n))
	}
	return strings.Join(parts, ", ")
}

// ConstraintDef writes a constraint as pg_get_constraintdef does.
func ConstraintDef(c *catalog.Catalog, k *catalog.Constraint) string {
	out := constraintBody(c, k)
	if k.Deferrable {
		out += " DEFERRABLE"
	}
	if k.Deferred {
		out += " INITIALLY DEFERRED"
	}
	if !k.Validated {
		out += " NOT VALID"
	}
	return out
}

func constraintBody(c *catalog.Catalog, k *catalog.Constraint) string {
	r := c.Relation(k.Relation)
	switch k.Kind {
	case 'f':
		return foreignKeyDef(c, k, r)
	case 'p', 'u':
		return keyDef(c, k, r)
	case 'c':
		out := "CHECK (" + exprText(c, k.Check, r, style{indent: true}) + ")"
		if k.NoInherit {
			out += " NO INHERIT"
		}
		return out
	case 'x':
		return indexDef(c, c.Relation(k.Index), k.ExclusionOps, style{indent: true})
	}
	return "TRIGGER"
}

func keyDef(c *catalog.Catalog, k *catalog.Constraint, r *catalog.Relation) string {
	index := c.Relation(k.Index)
	out := "UNIQUE "
	if k.Kind == 'p' {
		out = "PRIMARY KEY "
	} else if index != nil && index.IndexInfo.NullsNotDistinct {
		out += "NULLS NOT DISTINCT "
	}
	out += "(" + columnNames(r, k.Key) + ")"
	if index != nil && len(index.IndexInfo.Keys) > len(k.Key) {
		var include []int16
		for _, key := range index.IndexInfo.Keys[len(k.Key):] {
			include = append(include, key.Column)
		}
		out += " INCLUDE (" + columnNames(r, include) + ")"
	}
	return out
}

// actions are the words of ON UPDATE and ON DELETE; the usual one has none.
var actions = map[byte]string{'r': "RESTRICT", 'c': "CASCADE", 'n': "SET NULL", 'd': "SET DEFAULT"}

func foreignKeyDef(c *catalog.Catalog, k *catalog.Constraint, r *catalog.Relation) string {
	foreign := c.Relation(k.Foreign)
	out := "FOREIGN KEY (" + columnNames(r, k.Key) + ") REFERENCES " + name(c, foreign) + "(" + columnNames(foreign, k.ForeignKey) + ")"
	switch k.Match {
	case 'f':
		out += " MATCH FULL"
	case 'p':
		out += " MATCH PARTIAL"
	}
	if a := actions[k.OnUpdate]; a != "" {
		out += " ON UPDATE " + a
	}
	if a := actions[k.OnDelete]; a != "" {
		out += " ON DELETE " + a
	}
	if len(k.DeleteSet) > 0 {
		out += " (" + columnNames(r, k.DeleteSet) + ")"
	}
	return out
}

// PartKeyDef writes a partition key as pg_get_partkeydef does.
func PartKeyDef(c *catalog.Catalog, r *catalog.Relation) string {
	words := map[byte]string{'h': "HASH", 'l': "LIST", 'r': "RANGE"}
	out := words[r.PartitionKey.Strategy] + " ("
	for i := range r.PartitionKey.Keys {
		if i > 0 {
			out += ", "
		}
		key := &r.PartitionKey.Keys[i]
		text, typ, collation := keyText(c, r, key, style{indent: true})
		out += text
		if key.Collation != 0 && key.Collation != collation {
			out += " COLLATE " + collationName(c, key.Collation)
		}
		out += opClassSuffix(c, key.OpClass, typ)
	}
	return out + ")"
}

// PartBound writes a partition's bound as pg_get_expr(relpartbound, …) does.
func PartBound(c *catalog.Catalog, b *catalog.PartitionBound) string {
	p := &printer{c: c, style: style{indent: true}}
	switch {
	case b.IsDefault:
		p.write("DEFAULT")
	case b.Strategy == 'h':
		p.writef("FOR VALUES WITH (modulus %d, remainder %d)", b.Modulus, b.Remainder)
	case b.Strategy == 'l':
		p.write("FOR VALUES IN (")
		for i, k := range b.List {
			if i > 0 {
				p.write(", ")
			}
			p.constant(k, -1)
		}
		p.write(")")
	default:
		p.write("FOR VALUES FROM ")
		p.rangeBound(b.Lower)
		p.write(" TO ")
		p.rangeBound(b.Upper)
	}
	return string(p.out)
}

func (p *printer) rangeBound(list []catalog.RangeDatum) {
	p.write("(")
	for i, d := range list {
		if i > 0 {
			p.write(", ")
		}
		switch d.Kind {
		case -1:
			p.write("MINVALUE")
		case 1:
			p.write("MAXVALUE")
		default:
			p.constant(d.Value, -1)
		}
	}
	p.write(")")
}

// statisticsKinds are the kinds in the order they are printed in.
var statisticsKinds = []struct {
	kind byte
	word string
}{{'d', "ndistinct"}, {'f', "dependencies"}, {'m', "mcv"}}

// StatisticsDef writes CREATE STATISTICS as pg_get_statisticsobjdef does.
func StatisticsDef(c *catalog.Catalog, s *catalog.Statistics) string {
	r := c.Relation(s.Relation)
	out := "CREATE STATISTICS " + qualified(c, s)
	var kinds []string
	for _, k := range statisticsKinds {
		if strings.IndexByte(string(s.Kinds), k.kind) >= 0 {
			kinds = append(kinds, k.word)
		}
	}
	if len(kinds) < len(statisticsKinds) && len(s.Columns)+len(s.Exprs) > 1 {
		out += " (" + strings.Join(kinds, ", ") + ")"
	}
	var items []string
	for _, number := range s.Columns {
		items = append(items, QuoteIdent(attributeName(r, number)))
	}
	for _, e := range s.Exprs {
		text := exprText(c, e, r, style{paren: true})
		if !looksLikeFunction(e) {
			text = "(" + text + ")"
		}
		items = append(items, text)
	}
	return out + " ON " + strings.Join(items, ", ") + " FROM " + name(c, r)
}
