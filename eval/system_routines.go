package eval

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

var routineTables = map[string]*virtualTable{
	"pg_proc":      virtual(procs, procColumns),
	"pg_aggregate": virtual(aggregateProcs, aggregateColumns),
	"pg_operator":  virtual(operators, operatorColumns),
	"pg_opclass":   virtual(opClasses, opClassColumns),
	"pg_opfamily":  virtual(opFamilies, opFamilyColumns),
	"pg_language":  virtual(languages, languageColumns),
	"pg_am":        virtual(accessMethods, amColumns),
}

func procs(x *Executor, yield func(*catalog.Proc)) {
	for i := range pg.Builtin.Procs {
		if p := x.c.Proc(pg.Builtin.Procs[i].OID); p != nil {
			yield(p)
		}
	}
	userObjects(x, yield)
}

var procColumns = columnsOf[*catalog.Proc]{
	"oid":             func(_ *Executor, p *catalog.Proc) query.Datum { return p.OID },
	"proname":         func(_ *Executor, p *catalog.Proc) query.Datum { return p.Name },
	"pronamespace":    func(_ *Executor, p *catalog.Proc) query.Datum { return p.Namespace },
	"proowner":        func(_ *Executor, p *catalog.Proc) query.Datum { return p.Owner },
	"prolang":         func(_ *Executor, p *catalog.Proc) query.Datum { return p.Lang },
	"provariadic":     func(_ *Executor, p *catalog.Proc) query.Datum { return p.Variadic },
	"prosupport":      func(_ *Executor, p *catalog.Proc) query.Datum { return p.Support },
	"prokind":         func(_ *Executor, p *catalog.Proc) query.Datum { return char(p.Kind) },
	"prosecdef":       func(_ *Executor, p *catalog.Proc) query.Datum { return p.SecDef },
	"proleakproof":    func(_ *Executor, p *catalog.Proc) query.Datum { return p.Leakproof },
	"proisstrict":     func(_ *Executor, p *catalog.Proc) query.Datum { return p.Strict },
	"proretset":       func(_ *Executor, p *catalog.Proc) query.Datum { return p.RetSet },
	"provolatile":     func(_ *Executor, p *catalog.Proc) query.Datum { return char(p.Volatile) },
	"proparallel":     func(_ *Executor, p *catalog.Proc) query.Datum { return char(p.Parallel) },
	"pronargs":        func(_ *Executor, p *catalog.Proc) query.Datum { return int64(len(p.ArgTypes)) },
	"pronargdefaults": func(_ *Executor, p *catalog.Proc) query.Datum { return int64(max(p.NDefaults, len(p.Defaults))) },
	"prorettype":      func(_ *Executor, p *catalog.Proc) query.Datum { return p.RetType },
	"proargtypes":     func(_ *Executor, p *catalog.Proc) query.Datum { return vector(p.ArgTypes) },
	"proallargtypes":  func(_ *Executor, p *catalog.Proc) query.Datum { return orNull(oidArray(p.AllArgTypes)) },
	"proargmodes": func(_ *Executor, p *catalog.Proc) query.Datum {
		var out []query.Datum
		for _, m := range []byte(p.ArgModes) {
			out = append(out, char(m))
		}
		return orNull(array(pg.Char, out))
	},
	"proargnames": func(_ *Executor, p *catalog.Proc) query.Datum { return orNull(textArray(p.ArgNames)) },
	"proargdefaults": func(_ *Executor, p *catalog.Proc) query.Datum {
		if len(p.Defaults) == 0 && p.DefaultText == "" {
			return nil
		}
		return Unknown{"the defaults of a function"}
	},
	"prosrc": func(_ *Executor, p *catalog.Proc) query.Datum { return p.Src },
	"probin": func(_ *Executor, p *catalog.Proc) query.Datum { return tableName(p.Bin) },
	"prosqlbody": func(_ *Executor, p *catalog.Proc) query.Datum {
		if len(p.Body) == 0 {
			return nil
		}
		return Node{}
	},
	"proconfig": func(_ *Executor, p *catalog.Proc) query.Datum { return orNull(textArray(p.Config)) },
	"proacl":    func(_ *Executor, p *catalog.Proc) query.Datum { return aclValue(p.ACL) },
	"procost": func(_ *Executor, p *catalog.Proc) query.Datum {
		if p.OID < firstNormalOID {
			return Unknown{"a function's cost"}
		}
		return p.Cost
	},
	"prorows": func(_ *Executor, p *catalog.Proc) query.Datum {
		if p.OID < firstNormalOID {
			return Unknown{"a function's rows"}
		}
		return p.Rows
	},
}

func aggregateProcs(x *Executor, yield func(*catalog.Proc)) {
	procs(x, func(p *catalog.Proc) {
		if p.Agg != nil {
			yield(p)
		}
	})
}

var aggregateColumns = columnsOf[*catalog.Proc]{
	"aggfnoid":         func(_ *Executor, p *catalog.Proc) query.Datum { return p.OID },
	"aggkind":          func(_ *Executor, p *catalog.Proc) query.Datum { return char(p.Agg.Kind) },
	"aggnumdirectargs": func(_ *Executor, p *catalog.Proc) query.Datum { return int64(p.Agg.Direct) },
}

func operators(x *Executor, yield func(*catalog.Operator)) {
	for i := range pg.Builtin.Operators {
		if o := x.c.Operator(pg.Builtin.Operators[i].OID); o != nil {
			yield(o)
		}
	}
	userObjects(x, yield)
}

var operatorColumns = columnsOf[*catalog.Operator]{
	"oid":          func(_ *Executor, o *catalog.Operator) query.Datum { return o.OID },
	"oprname":      func(_ *Executor, o *catalog.Operator) query.Datum { return o.Name },
	"oprnamespace": func(_ *Executor, o *catalog.Operator) query.Datum { return o.Namespace },
	"oprowner":     func(_ *Executor, o *catalog.Operator) query.Datum { return o.Owner },
	"oprkind":      func(_ *Executor, o *catalog.Operator) query.Datum { return char(o.Kind) },
	"oprcanmerge":  func(_ *Executor, o *catalog.Operator) query.Datum { return o.CanMerge },
	"oprcanhash":   func(_ *Executor, o *catalog.Operator) query.Datum { return o.CanHash },
	"oprleft":      func(_ *Executor, o *catalog.Operator) query.Datum { return o.Left },
	"oprright":     func(_ *Executor, o *catalog.Operator) query.Datum { return o.Right },
	"oprresult":    func(_ *Executor, o *catalog.Operator) query.Datum { return o.Result },
	"oprcom":       func(_ *Executor, o *catalog.Operator) query.Datum { return o.Commutator },
	"oprnegate":    func(_ *Executor, o *catalog.Operator) query.Datum { return o.Negator },
	"oprcode":      func(_ *Executor, o *catalog.Operator) query.Datum { return o.Code },
	"oprrest":      func(_ *Executor, o *catalog.Operator) query.Datum { return o.Rest },
	"oprjoin":      func(_ *Executor, o *catalog.Operator) query.Datum { return o.Join },
}

func opClasses(x *Executor, yield func(*catalog.OpClass)) {
	for i := range pg.Builtin.OpClasses {
		if o := x.c.OpClass(pg.Builtin.OpClasses[i].OID); o != nil {
			yield(o)
		}
	}
	userObjects(x, yield)
}

var opClassColumns = columnsOf[*catalog.OpClass]{
	"oid":          func(_ *Executor, o *catalog.OpClass) query.Datum { return o.OID },
	"opcmethod":    func(_ *Executor, o *catalog.OpClass) query.Datum { return o.Method },
	"opcname":      func(_ *Executor, o *catalog.OpClass) query.Datum { return o.Name },
	"opcnamespace": func(_ *Executor, o *catalog.OpClass) query.Datum { return o.Namespace },
	"opcowner":     func(_ *Executor, o *catalog.OpClass) query.Datum { return o.Owner },
	"opcfamily":    func(_ *Executor, o *catalog.OpClass) query.Datum { return o.Family },
	"opcintype":    func(_ *Executor, o *catalog.OpClass) query.Datum { return o.InType },
	"opcdefault":   func(_ *Executor, o *catalog.OpClass) query.Datum { return o.Default },
	"opckeytype":   func(_ *Executor, o *catalog.OpClass) query.Datum { return o.KeyType },
}

func opFamilies(x *Executor, yield func(*catalog.OpFamily)) {
	for i := range pg.Builtin.OpFamilies {
		if o := x.c.OpFamily(pg.Builtin.OpFamilies[i].OID); o != nil {
			yield(o)
		}
	}
	userObjects(x, yield)
}

var opFamilyColumns = columnsOf[*catalog.OpFamily]{
	"oid":          func(_ *Executor, o *catalog.OpFamily) query.Datum { return o.OID },
	"opfmethod":    func(_ *Executor, o *catalog.OpFamily) query.Datum { return o.Method },
	"opfname":      func(_ *Executor, o *catalog.OpFamily) query.Datum { return o.Name },
	"opfnamespace": func(_ *Executor, o *catalog.OpFamily) query.Datum { return o.Namespace },
	"opfowner":     func(_ *Executor, o *catalog.OpFamily) query.Datum { return o.Owner },
}

// generics calls yield for the Generic objects of a class, the system's too.
func generics(class catalog.Class) func(*Executor, func(*catalog.Generic)) {
	return func(x *Executor, yield func(*catalog.Generic)) {
		for _, g := range catalog.All[*catalog.Generic](x.c) {
			if g.Class == class {
				yield(g)
			}
		}
	}
}

var languages = generics(catalog.ClassLanguage)

var languageColumns = columnsOf[*catalog.Generic]{
	"oid":      func(_ *Executor, g *catalog.Generic) query.Datum { return g.OID },
	"lanname":  func(_ *Executor, g *catalog.Generic) query.Datum { return g.Name },
	"lanowner": func(_ *Executor, g *catalog.Generic) query.Datum { return g.Owner },
	"lanispl": func(_ *Executor, g *catalog.Generic) query.Datum {
		return g.OID != pg.LangInternal && g.OID != pg.LangC && g.OID != pg.LangSQL
	},
	"lanpltrusted": func(_ *Executor, g *catalog.Generic) query.Datum {
		for _, o := range g.Options {
			if o.Name == "trusted" {
				return o.Value == "true"
			}
		}
		return false
	},
	"lanacl": func(_ *Executor, g *catalog.Generic) query.Datum { return aclValue(g.ACL) },
}

func accessMethods(x *Executor, yield func(*catalog.AccessMethod)) {
	for _, a := range catalog.All[*catalog.AccessMethod](x.c) {
		yield(a)
	}
}

var amColumns = columnsOf[*catalog.AccessMethod]{
	"oid":       func(_ *Executor, a *catalog.AccessMethod) query.Datum { return a.OID },
	"amname":    func(_ *Executor, a *catalog.AccessMethod) query.Datum { return a.Name },
	"amhandler": func(_ *Executor, a *catalog.AccessMethod) query.Datum { return a.Handler },
	"amtype":    func(_ *Executor, a *catalog.AccessMethod) query.Datum { return char(a.Row.Kind) },
}
