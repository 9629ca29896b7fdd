package eval

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// userObjects calls yield for the objects of a kind that are not the system's.
func userObjects[T catalog.Object](x *Executor, yield func(T)) {
	for _, o := range catalog.All[T](x.c) {
		if o.Address().OID >= firstNormalOID {
			yield(o)
		}
	}
}

// char gives a "char" column's value.
func char(b byte) query.Datum {
	if b == 0 {
		return ""
	}
	return string(rune(b))
}

// orNull gives NULL for an empty list.
func orNull(a *query.Array) query.Datum {
	if len(a.Values) == 0 {
		return nil
	}
	return a
}

func int2Array(list []int16) *query.Array {
	values := make([]query.Datum, len(list))
	for i, n := range list {
		values[i] = int64(n)
	}
	return array(pg.Int2, values)
}

func oidArray(list []pg.OID) *query.Array {
	values := make([]query.Datum, len(list))
	for i, n := range list {
		values[i] = n
	}
	return array(pg.Oid, values)
}

// optionArray gives options as name=value.
func optionArray(list []catalog.Option) query.Datum {
	var out []string
	for _, o := range list {
		name := o.Name
		if o.Namespace != "" {
			name = o.Namespace + "." + name
		}
		out = append(out, name+"="+o.Value)
	}
	return orNull(textArray(out))
}

// aclValue says whether privileges are the default ones (NULL); what they are
// otherwise is not shown.
func aclValue(acl []catalog.ACLItem) query.Datum {
	if acl == nil {
		return nil
	}
	return Unknown{"privileges"}
}

// A Node is an expression as a pg_node_tree column holds it. Over is the
// relation its Vars belong to.
type Node struct {
	Expr query.Expr
	Over pg.OID
}

func nodeValue(e query.Expr, over pg.OID) query.Datum {
	if e == nil {
		return nil
	}
	return Node{e, over}
}

// relations calls yield for every row of pg_class.
func relations(x *Executor, yield func(*catalog.Relation)) {
	for i := range pg.Builtin.Relations {
		if r := x.c.Relation(pg.Builtin.Relations[i].OID); r != nil {
			yield(r)
		}
	}
	userObjects(x, yield)
}

// A columnOf is a row of pg_attribute.
type columnOf struct {
	rel *catalog.Relation
	col *catalog.Column
	num int16
}

// systemColumns are the columns that every table has.
var systemColumns = []catalog.Column{
	{Name: "ctid", Type: pg.Tid}, {Name: "xmin", Type: pg.Xid}, {Name: "cmin", Type: pg.Cid}, {Name: "xmax", Type: pg.Xid},
	{Name: "cmax", Type: pg.Cid}, {Name: "tableoid", Type: pg.Oid},
}

func attributes(x *Executor, yield func(columnOf)) {
	relations(x, func(r *catalog.Relation) {
		for _, col := range r.Columns {
			yield(columnOf{r, col, col.Num})
		}
		switch r.Kind {
		case catalog.Table, catalog.PartitionedTable, catalog.MaterializedView, catalog.ForeignTable, catalog.Sequence:
			for i := range systemColumns {
				col := systemColumns[i]
				col.NotNull, col.IsLocal, col.Typmod = true, true, -1
				yield(columnOf{r, &col, int16(-1 - i)})
			}
		}
	})
}

// columnType gives the type of a column that is there still; nil else.
func columnType(x *Executor, c columnOf) *catalog.Type {
	if c.col.Dropped {
		return nil
	}
	return x.c.Type(c.col.Type)
}

func typeFact(f func(*catalog.Type) query.Datum) func(*Executor, columnOf) query.Datum {
	return func(x *Executor, c columnOf) query.Datum {
		if t := columnType(x, c); t != nil {
			return f(t)
		}
		return Unknown{"a dropped column"}
	}
}

var relationTables = map[string]*virtualTable{
	"pg_class":             virtual(relations, classColumns),
	"pg_attribute":         virtual(attributes, attributeColumns),
	"pg_index":             virtual(indexes, indexColumns),
	"pg_constraint":        virtual(userObjects[*catalog.Constraint], constraintColumns),
	"pg_attrdef":           virtual(defaults, defaultColumns),
	"pg_inherits":          virtual(inheritance, inheritsColumns),
	"pg_sequence":          virtual(sequences, sequenceColumns),
	"pg_trigger":           virtual(userObjects[*catalog.Trigger], triggerColumns),
	"pg_policy":            virtual(userObjects[*catalog.Policy], policyColumns),
	"pg_rewrite":           virtual(rules, ruleColumns),
	"pg_partitioned_table": virtual(partitioned, partitionedColumns),
	"pg_foreign_table":     virtual(foreignTables, foreignTableColumns),
	"pg_statistic_ext":     virtual(userObjects[*catalog.Statistics], statisticsColumns),
}

var classColumns = columnsOf[*catalog.Relation]{
	"oid":          func(_ *Executor, r *catalog.Relation) query.Datum { return r.OID },
	"relname":      func(_ *Executor, r *catalog.Relation) query.Datum { return r.Name },
	"relnamespace": func(_ *Executor, r *catalog.Relation) query.Datum { return r.Namespace },
	"reltype":      func(_ *Executor, r *catalog.Relation) query.Datum { return r.Type },
	"reloftype":    func(_ *Executor, r *catalog.Relation) query.Datum { return r.OfType },
	"relowner":     func(_ *Executor, r *catalog.Relation) query.Datum { return r.Owner },
	"relam": func(_ *Executor, r *catalog.Relation) query.Datum {
		if r.AccessMethod == 0 && (r.Kind == catalog.Table || r.Kind == catalog.MaterializedView) {
			return heapAM
		}
		return r.AccessMethod
	},
	"reltablespace":       func(*Executor, *catalog.Relation) query.Datum { return pg.OID(0) },
	"relhasindex":         func(_ *Executor, r *catalog.Relation) query.Datum { return len(r.Indexes) > 0 },
	"relisshared":         func(*Executor, *catalog.Relation) query.Datum { return false },
	"relpersistence":      func(_ *Executor, r *catalog.Relation) query.Datum { return char(r.Persistence) },
	"relkind":             func(_ *Executor, r *catalog.Relation) query.Datum { return char(r.Kind) },
	"relnatts":            func(_ *Executor, r *catalog.Relation) query.Datum { return int64(len(r.Columns)) },
	"relchecks":           func(_ *Executor, r *catalog.Relation) query.Datum { return checks(r) },
	"relhasrules":         func(_ *Executor, r *catalog.Relation) query.Datum { return len(r.Rules) > 0 || r.Query != nil },
	"relhastriggers":      hasTriggers,
	"relhassubclass":      func(_ *Executor, r *catalog.Relation) query.Datum { return len(r.Children) > 0 },
	"relrowsecurity":      func(_ *Executor, r *catalog.Relation) query.Datum { return r.RowSecurity },
	"relforcerowsecurity": func(_ *Executor, r *catalog.Relation) query.Datum { return r.ForceRowSecurity },
	"relispopulated": func(_ *Executor, r *catalog.Relation) query.Datum {
		return r.Kind != catalog.MaterializedView || r.Populated
	},
	"relreplident": func(_ *Executor, r *catalog.Relation) query.Datum {
		if r.ReplicaIdentity == 0 || r.Kind != catalog.Table && r.Kind != catalog.PartitionedTable && r.Kind != catalog.MaterializedView {
			return "n"
		}
		return char(r.ReplicaIdentity)
	},
	"relispartition": func(_ *Executor, r *catalog.Relation) query.Datum { return r.IsPartition },
	"relrewrite":     func(*Executor, *catalog.Relation) query.Datum { return pg.OID(0) },
	"relacl":         func(_ *Executor, r *catalog.Relation) query.Datum { return aclValue(r.ACL) },
	"reloptions":     func(_ *Executor, r *catalog.Relation) query.Datum { return optionArray(r.Options) },
	"relpartbound": func(_ *Executor, r *catalog.Relation) query.Datum {
		if r.PartitionBound == nil {
			return nil
		}
		return Node{Over: r.OID}
	},
}

// heapAM is the OID of the access method heap.
const heapAM pg.OID = 2

func checks(r *catalog.Relation) query.Datum {
	n := int64(0)
	for _, con := range r.Constraints {
		if con.Kind == 'c' {
			n++
		}
	}
	return n
}

func hasTriggers(x *Executor, r *catalog.Relation) query.Datum {
	if len(r.Triggers) > 0 {
		return true
	}
	for _, con := range r.Constraints {
		if con.Kind == 'f' {
			return true
		}
	}
	for _, con := range catalog.All[*catalog.Constraint](x.c) {
		if con.Kind == 'f' && con.Foreign == r.OID {
			return true
		}
	}
	return false
}

var attributeColumns = columnsOf[columnOf]{
	"attrelid": func(_ *Executor, c columnOf) query.Datum { return c.rel.OID },
	"attname":  func(_ *Executor, c columnOf) query.Datum { return c.col.Name },
	"atttypid": func(_ *Executor, c columnOf) query.Datum {
		if c.col.Dropped {
			return pg.OID(0)
		}
		return c.col.Type
	},
	"attstattarget": func(_ *Executor, c columnOf) query.Datum { return int64(c.col.Statistics) },
	"attlen":        typeFact(func(t *catalog.Type) query.Datum { return int64(t.Len) }),
	"attnum":        func(_ *Executor, c columnOf) query.Datum { return int64(c.num) },
	"attndims":      func(_ *Executor, c columnOf) query.Datum { return int64(c.col.NDims) },
	"attcacheoff":   func(*Executor, columnOf) query.Datum { return int64(-1) },
	"atttypmod":     func(_ *Executor, c columnOf) query.Datum { return int64(c.col.Typmod) },
	"attbyval":      typeFact(func(t *catalog.Type) query.Datum { return t.ByVal }),
	"attalign":      typeFact(func(t *catalog.Type) query.Datum { return char(t.Align) }),
	"attstorage": func(x *Executor, c columnOf) query.Datum {
		if t := columnType(x, c); c.col.Storage == 0 && t != nil {
			return char(t.Storage)
		}
		return char(c.col.Storage)
	},
	"attcompression": func(_ *Executor, c columnOf) query.Datum { return char(c.col.Compression) },
	"attnotnull":     func(_ *Executor, c columnOf) query.Datum { return c.col.NotNull },
	"atthasdef":      func(_ *Executor, c columnOf) query.Datum { return c.col.Default != nil },
	"attidentity":    func(_ *Executor, c columnOf) query.Datum { return char(c.col.Identity) },
	"attgenerated":   func(_ *Executor, c columnOf) query.Datum { return char(c.col.Generated) },
	"attisdropped":   func(_ *Executor, c columnOf) query.Datum { return c.col.Dropped },
	"attislocal":     func(_ *Executor, c columnOf) query.Datum { return c.col.IsLocal },
	"attinhcount":    func(_ *Executor, c columnOf) query.Datum { return int64(c.col.InhCount) },
	"attcollation":   func(_ *Executor, c columnOf) query.Datum { return c.col.Collation },
	"attacl":         func(_ *Executor, c columnOf) query.Datum { return aclValue(c.col.ACL) },
	"attoptions":     func(_ *Executor, c columnOf) query.Datum { return optionArray(c.col.Options) },
	"attfdwoptions":  func(_ *Executor, c columnOf) query.Datum { return optionArray(c.col.FDWOptions) },
}

// indexes calls yield for every index of users' tables.
func indexes(x *Executor, yield func(*catalog.Relation)) {
	userObjects(x, func(r *catalog.Relation) {
		if r.IndexInfo != nil {
			yield(r)
		}
	})
}

// indexFact makes a column of pg_index.
func indexFact(f func(*catalog.IndexInfo) query.Datum) func(*Executor, *catalog.Relation) query.Datum {
	return func(_ *Executor, r *catalog.Relation) query.Datum { return f(r.IndexInfo) }
}

func keyList[N any](i *catalog.IndexInfo, all bool, f func(catalog.IndexKey) N) []N {
	keys := i.Keys
	if !all && i.KeyCount > 0 && i.KeyCount < len(keys) {
		keys = keys[:i.KeyCount]
	}
	out := make([]N, len(keys))
	for n, k := range keys {
		out[n] = f(k)
	}
	return out
}

var indexColumns = columnsOf[*catalog.Relation]{
	"indexrelid":          func(_ *Executor, r *catalog.Relation) query.Datum { return r.OID },
	"indrelid":            indexFact(func(i *catalog.IndexInfo) query.Datum { return i.Relation }),
	"indnatts":            indexFact(func(i *catalog.IndexInfo) query.Datum { return int64(len(i.Keys)) }),
	"indnkeyatts":         indexFact(func(i *catalog.IndexInfo) query.Datum { return int64(i.KeyCount) }),
	"indisunique":         indexFact(func(i *catalog.IndexInfo) query.Datum { return i.Unique }),
	"indnullsnotdistinct": indexFact(func(i *catalog.IndexInfo) query.Datum { return i.NullsNotDistinct }),
	"indisprimary":        indexFact(func(i *catalog.IndexInfo) query.Datum { return i.Primary }),
	"indisexclusion":      indexFact(func(i *catalog.IndexInfo) query.Datum { return i.Exclusion }),
	"indimmediate":        indexFact(func(i *catalog.IndexInfo) query.Datum { return i.Immediate }),
	"indisclustered":      indexFact(func(i *catalog.IndexInfo) query.Datum { return i.Clustered }),
	"indisvalid":          indexFact(func(i *catalog.IndexInfo) query.Datum { return i.Valid }),
	"indcheckxmin":        indexFact(func(*catalog.IndexInfo) query.Datum { return false }),
	"indisready":          indexFact(func(*catalog.IndexInfo) query.Datum { return true }),
	"indislive":           indexFact(func(*catalog.IndexInfo) query.Datum { return true }),
	"indisreplident":      indexFact(func(i *catalog.IndexInfo) query.Datum { return i.ReplIdent }),
	"indkey": indexFact(func(i *catalog.IndexInfo) query.Datum {
		return vector(keyList(i, true, func(k catalog.IndexKey) int16 { return k.Column }))
	}),
	"indcollation": indexFact(func(i *catalog.IndexInfo) query.Datum {
		return vector(keyList(i, false, func(k catalog.IndexKey) pg.OID { return k.Collation }))
	}),
	"indclass": indexFact(func(i *catalog.IndexInfo) query.Datum {
		return vector(keyList(i, false, func(k catalog.IndexKey) pg.OID { return k.OpClass }))
	}),
	"indoption": indexFact(func(i *catalog.IndexInfo) query.Datum {
		return vector(keyList(i, false, func(k catalog.IndexKey) int16 {
			option := int16(0)
			if k.Desc {
				option |= 1
			}
			if k.NullsFirst {
				option |= 2
			}
			return option
		}))
	}),
	"indexprs": indexFact(func(i *catalog.IndexInfo) query.Datum {
		for _, k := range i.Keys {
			if k.Expr != nil {
				return Node{k.Expr, i.Relation}
			}
		}
		return nil
	}),
	"indpred": indexFact(func(i *catalog.IndexInfo) query.Datum { return nodeValue(i.Predicate, i.Relation) }),
}

var constraintColumns = columnsOf[*catalog.Constraint]{
	"oid":           func(_ *Executor, c *catalog.Constraint) query.Datum { return c.OID },
	"conname":       func(_ *Executor, c *catalog.Constraint) query.Datum { return c.Name },
	"connamespace":  constraintNamespace,
	"contype":       func(_ *Executor, c *catalog.Constraint) query.Datum { return char(c.Kind) },
	"condeferrable": func(_ *Executor, c *catalog.Constraint) query.Datum { return c.Deferrable },
	"condeferred":   func(_ *Executor, c *catalog.Constraint) query.Datum { return c.Deferred },
	"convalidated":  func(_ *Executor, c *catalog.Constraint) query.Datum { return c.Validated },
	"conrelid":      func(_ *Executor, c *catalog.Constraint) query.Datum { return c.Relation },
	"contypid":      func(_ *Executor, c *catalog.Constraint) query.Datum { return c.Type },
	"conindid":      func(_ *Executor, c *catalog.Constraint) query.Datum { return c.Index },
	"conparentid":   func(_ *Executor, c *catalog.Constraint) query.Datum { return c.Parent },
	"confrelid":     func(_ *Executor, c *catalog.Constraint) query.Datum { return c.Foreign },
	"confupdtype":   foreignFact(func(c *catalog.Constraint) byte { return c.OnUpdate }),
	"confdeltype":   foreignFact(func(c *catalog.Constraint) byte { return c.OnDelete }),
	"confmatchtype": foreignFact(func(c *catalog.Constraint) byte { return c.Match }),
	"conislocal":    func(_ *Executor, c *catalog.Constraint) query.Datum { return c.IsLocal },
	"coninhcount":   func(_ *Executor, c *catalog.Constraint) query.Datum { return int64(c.InhCount) },
	"connoinherit": func(_ *Executor, c *catalog.Constraint) query.Datum {
		return c.NoInherit || c.Kind != 'c' && c.Relation != 0
	},
	"conkey":         func(_ *Executor, c *catalog.Constraint) query.Datum { return orNull(int2Array(c.Key)) },
	"confkey":        func(_ *Executor, c *catalog.Constraint) query.Datum { return orNull(int2Array(c.ForeignKey)) },
	"conpfeqop":      func(_ *Executor, c *catalog.Constraint) query.Datum { return orNull(oidArray(c.PFEqOps)) },
	"conppeqop":      func(_ *Executor, c *catalog.Constraint) query.Datum { return orNull(oidArray(c.PPEqOps)) },
	"conffeqop":      func(_ *Executor, c *catalog.Constraint) query.Datum { return orNull(oidArray(c.FFEqOps)) },
	"confdelsetcols": func(_ *Executor, c *catalog.Constraint) query.Datum { return orNull(int2Array(c.DeleteSet)) },
	"conexclop":      func(_ *Executor, c *catalog.Constraint) query.Datum { return orNull(oidArray(c.ExclusionOps)) },
	"conbin":         func(_ *Executor, c *catalog.Constraint) query.Datum { return nodeValue(c.Check, c.Relation) },
}

// constraintNamespace is the schema of the table or domain.
func constraintNamespace(x *Executor, c *catalog.Constraint) query.Datum {
	if r := x.c.Relation(c.Relation); r != nil {
		return r.Namespace
	}
	if t := x.c.Type(c.Type); t != nil {
		return t.Namespace
	}
	return c.Namespace
}

func foreignFact(f func(*catalog.Constraint) byte) func(*Executor, *catalog.Constraint) query.Datum {
	return func(_ *Executor, c *catalog.Constraint) query.Datum {
		if c.Kind != 'f' {
			return " "
		}
		return char(f(c))
	}
}

func defaults(x *Executor, yield func(columnOf)) {
	userObjects(x, func(r *catalog.Relation) {
		for _, col := range r.Columns {
			if col.Default != nil {
				yield(columnOf{r, col, col.Num})
			}
		}
	})
}

var defaultColumns = columnsOf[columnOf]{
	"oid":     func(_ *Executor, c columnOf) query.Datum { return c.col.DefaultOID },
	"adrelid": func(_ *Executor, c columnOf) query.Datum { return c.rel.OID },
	"adnum":   func(_ *Executor, c columnOf) query.Datum { return int64(c.num) },
	"adbin":   func(_ *Executor, c columnOf) query.Datum { return Node{c.col.Default, c.rel.OID} },
}

// An inheritanceOf is a row of pg_inherits.
type inheritanceOf struct {
	child, parent pg.OID
	seq           int
}

func inheritance(x *Executor, yield func(inheritanceOf)) {
	userObjects(x, func(r *catalog.Relation) {
		for i, parent := range r.Inherits {
			yield(inheritanceOf{r.OID, parent, i + 1})
		}
		if r.IndexInfo != nil && r.IndexInfo.Parent != 0 {
			yield(inheritanceOf{r.OID, r.IndexInfo.Parent, 1})
		}
	})
}

var inheritsColumns = columnsOf[inheritanceOf]{
	"inhrelid":         func(_ *Executor, i inheritanceOf) query.Datum { return i.child },
	"inhparent":        func(_ *Executor, i inheritanceOf) query.Datum { return i.parent },
	"inhseqno":         func(_ *Executor, i inheritanceOf) query.Datum { return int64(i.seq) },
	"inhdetachpending": func(*Executor, inheritanceOf) query.Datum { return false },
}

func sequences(x *Executor, yield func(*catalog.Relation)) {
	userObjects(x, func(r *catalog.Relation) {
		if r.SeqInfo != nil {
			yield(r)
		}
	})
}

var sequenceColumns = columnsOf[*catalog.Relation]{
	"seqrelid":     func(_ *Executor, r *catalog.Relation) query.Datum { return r.OID },
	"seqtypid":     func(_ *Executor, r *catalog.Relation) query.Datum { return r.SeqInfo.Type },
	"seqstart":     func(_ *Executor, r *catalog.Relation) query.Datum { return r.SeqInfo.Start },
	"seqincrement": func(_ *Executor, r *catalog.Relation) query.Datum { return r.SeqInfo.Increment },
	"seqmax":       func(_ *Executor, r *catalog.Relation) query.Datum { return r.SeqInfo.Max },
	"seqmin":       func(_ *Executor, r *catalog.Relation) query.Datum { return r.SeqInfo.Min },
	"seqcache":     func(_ *Executor, r *catalog.Relation) query.Datum { return r.SeqInfo.Cache },
	"seqcycle":     func(_ *Executor, r *catalog.Relation) query.Datum { return r.SeqInfo.Cycle },
}

func tableName(name string) query.Datum {
	if name == "" {
		return nil
	}
	return name
}

var triggerColumns = columnsOf[*catalog.Trigger]{
	"oid":            func(_ *Executor, t *catalog.Trigger) query.Datum { return t.OID },
	"tgrelid":        func(_ *Executor, t *catalog.Trigger) query.Datum { return t.Relation },
	"tgparentid":     func(_ *Executor, t *catalog.Trigger) query.Datum { return t.Parent },
	"tgname":         func(_ *Executor, t *catalog.Trigger) query.Datum { return t.Name },
	"tgfoid":         func(_ *Executor, t *catalog.Trigger) query.Datum { return t.Function },
	"tgtype":         func(_ *Executor, t *catalog.Trigger) query.Datum { return int64(t.Type) },
	"tgenabled":      func(_ *Executor, t *catalog.Trigger) query.Datum { return char(t.Enabled) },
	"tgisinternal":   func(_ *Executor, t *catalog.Trigger) query.Datum { return t.Internal },
	"tgconstrrelid":  func(_ *Executor, t *catalog.Trigger) query.Datum { return t.ConstrRel },
	"tgconstrindid":  func(_ *Executor, t *catalog.Trigger) query.Datum { return t.ConstrIndex },
	"tgconstraint":   func(_ *Executor, t *catalog.Trigger) query.Datum { return t.Constraint },
	"tgdeferrable":   func(_ *Executor, t *catalog.Trigger) query.Datum { return t.Deferrable },
	"tginitdeferred": func(_ *Executor, t *catalog.Trigger) query.Datum { return t.InitDeferred },
	"tgnargs":        func(_ *Executor, t *catalog.Trigger) query.Datum { return int64(len(t.Args)) },
	"tgattr":         func(_ *Executor, t *catalog.Trigger) query.Datum { return vector(t.Columns) },
	"tgqual":         func(_ *Executor, t *catalog.Trigger) query.Datum { return nodeValue(t.When, t.Relation) },
	"tgoldtable":     func(_ *Executor, t *catalog.Trigger) query.Datum { return tableName(t.OldTable) },
	"tgnewtable":     func(_ *Executor, t *catalog.Trigger) query.Datum { return tableName(t.NewTable) },
}

var policyColumns = columnsOf[*catalog.Policy]{
	"oid":           func(_ *Executor, p *catalog.Policy) query.Datum { return p.OID },
	"polname":       func(_ *Executor, p *catalog.Policy) query.Datum { return p.Name },
	"polrelid":      func(_ *Executor, p *catalog.Policy) query.Datum { return p.Relation },
	"polcmd":        func(_ *Executor, p *catalog.Policy) query.Datum { return char(p.Command) },
	"polpermissive": func(_ *Executor, p *catalog.Policy) query.Datum { return p.Permissive },
	"polroles":      func(_ *Executor, p *catalog.Policy) query.Datum { return oidArray(p.Roles) },
	"polqual":       func(_ *Executor, p *catalog.Policy) query.Datum { return nodeValue(p.Using, p.Relation) },
	"polwithcheck":  func(_ *Executor, p *catalog.Policy) query.Datum { return nodeValue(p.WithCheck, p.Relation) },
}

// A ruleOf is a row of pg_rewrite; rule is nil for a view's own.
type ruleOf struct {
	rel  *catalog.Relation
	rule *catalog.Rule
}

func rules(x *Executor, yield func(ruleOf)) {
	userObjects(x, func(r *catalog.Relation) {
		if r.Query != nil {
			yield(ruleOf{r, nil})
		}
		for _, rule := range r.Rules {
			yield(ruleOf{r, rule})
		}
	})
}

// ruleFact makes a column of pg_rewrite; view is its value for a view's rule,
// whose OID here is the view's.
func ruleFact(view func(*catalog.Relation) query.Datum, f func(*catalog.Rule) query.Datum) func(*Executor, ruleOf) query.Datum {
	return func(_ *Executor, r ruleOf) query.Datum {
		if r.rule == nil {
			return view(r.rel)
		}
		return f(r.rule)
	}
}

var ruleColumns = columnsOf[ruleOf]{
	"oid": ruleFact(func(r *catalog.Relation) query.Datum { return r.OID }, func(r *catalog.Rule) query.Datum { return r.OID }),
	"rulename": ruleFact(func(*catalog.Relation) query.Datum { return "_RETURN" },
		func(r *catalog.Rule) query.Datum { return r.Name }),
	"ev_class": func(_ *Executor, r ruleOf) query.Datum { return r.rel.OID },
	"ev_type": ruleFact(func(*catalog.Relation) query.Datum { return "1" },
		func(r *catalog.Rule) query.Datum { return itoa(int64(r.Event)) }),
	"ev_enabled": ruleFact(func(*catalog.Relation) query.Datum { return "O" },
		func(r *catalog.Rule) query.Datum { return char(r.Enabled) }),
	"is_instead": ruleFact(func(*catalog.Relation) query.Datum { return true },
		func(r *catalog.Rule) query.Datum { return r.Instead }),
}

func partitioned(x *Executor, yield func(*catalog.Relation)) {
	userObjects(x, func(r *catalog.Relation) {
		if r.PartitionKey != nil {
			yield(r)
		}
	})
}

var partitionedColumns = columnsOf[*catalog.Relation]{
	"partrelid": func(_ *Executor, r *catalog.Relation) query.Datum { return r.OID },
	"partstrat": func(_ *Executor, r *catalog.Relation) query.Datum { return char(r.PartitionKey.Strategy) },
	"partnatts": func(_ *Executor, r *catalog.Relation) query.Datum { return int64(len(r.PartitionKey.Keys)) },
	"partdefid": func(x *Executor, r *catalog.Relation) query.Datum {
		for _, child := range r.Children {
			if c := x.c.Relation(child); c != nil && c.PartitionBound != nil && c.PartitionBound.IsDefault {
				return c.OID
			}
		}
		return pg.OID(0)
	},
	"partattrs": func(_ *Executor, r *catalog.Relation) query.Datum {
		var out []int16
		for _, k := range r.PartitionKey.Keys {
			out = append(out, k.Column)
		}
		return vector(out)
	},
}

func foreignTables(x *Executor, yield func(*catalog.Relation)) {
	userObjects(x, func(r *catalog.Relation) {
		if r.Foreign != nil {
			yield(r)
		}
	})
}

var foreignTableColumns = columnsOf[*catalog.Relation]{
	"ftrelid":   func(_ *Executor, r *catalog.Relation) query.Datum { return r.OID },
	"ftserver":  func(_ *Executor, r *catalog.Relation) query.Datum { return r.Foreign.Server },
	"ftoptions": func(_ *Executor, r *catalog.Relation) query.Datum { return optionArray(r.Foreign.Options) },
}

var statisticsColumns = columnsOf[*catalog.Statistics]{
	"oid":           func(_ *Executor, s *catalog.Statistics) query.Datum { return s.OID },
	"stxrelid":      func(_ *Executor, s *catalog.Statistics) query.Datum { return s.Relation },
	"stxname":       func(_ *Executor, s *catalog.Statistics) query.Datum { return s.Name },
	"stxnamespace":  func(_ *Executor, s *catalog.Statistics) query.Datum { return s.Namespace },
	"stxowner":      func(_ *Executor, s *catalog.Statistics) query.Datum { return s.Owner },
	"stxstattarget": func(_ *Executor, s *catalog.Statistics) query.Datum { return int64(s.Target) },
	"stxkeys":       func(_ *Executor, s *catalog.Statistics) query.Datum { return vector(s.Columns) },
}
