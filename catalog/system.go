package catalog

import (
	"slices"

	"github.com/electric-cli/electric/pg"
)

// The system's objects are made from pg's rows when they are first asked for,
// so that a run pays only for what it uses. They are kept afterwards;
// that is a cache, not a change, and is not journaled.

const pgToast pg.OID = 99

// predefinedRoles are the roles of pg_authid.dat besides the superuser.
var predefinedRoles = []struct {
	oid  pg.OID
	name string
}{
	{DatabaseOwner, "pg_database_owner"}, {6181, "pg_read_all_data"}, {6182, "pg_write_all_data"}, {3373, "pg_monitor"},
	{3374, "pg_read_all_settings"}, {3375, "pg_read_all_stats"}, {3377, "pg_stat_scan_tables"},
	{4569, "pg_read_server_files"}, {4570, "pg_write_server_files"}, {4571, "pg_execute_server_program"},
	{4200, "pg_signal_backend"}, {4544, "pg_checkpoint"},
}

// plpgsqlExtension is the extension that every database has.
const plpgsqlExtension pg.OID = 13500

// bootstrap enters the few objects that every lookup needs.
func (c *Catalog) bootstrap() {
	for _, s := range []Schema{
		{Header: Header{OID: pg.PgCatalog, Name: "pg_catalog", Owner: Superuser}},
		{Header: Header{OID: pg.InformationSchema, Name: "information_schema", Owner: Superuser}},
		{Header: Header{OID: pgToast, Name: "pg_toast", Owner: Superuser}},
		{Header: Header{OID: pg.Public, Name: "public", Owner: DatabaseOwner}},
	} {
		c.enter(&s)
	}
	c.comments[Address{Class: ClassNamespace, OID: pg.Public}.key()] = "standard public schema"
	c.enter(&Role{Header: Header{OID: Superuser, Name: "postgres", Owner: Superuser},
		Super: true, Inherit: true, CreateRole: true, CreateDB: true, Login: true, Replication: true, BypassRLS: true})
	for _, r := range predefinedRoles {
		c.enter(&Role{Header: Header{OID: r.oid, Name: r.name, Owner: Superuser}, Inherit: true})
	}
	for oid, name := range map[pg.OID]string{1: "template1", 4: "template0", 5: "postgres"} {
		c.enter(&Generic{Header: Header{OID: oid, Name: name, Owner: Superuser}, Class: ClassDatabase})
	}
	for oid, name := range map[pg.OID]string{pg.TablespacePgDefault: "pg_default", pg.TablespacePgGlobal: "pg_global"} {
		c.enter(&Generic{Header: Header{OID: oid, Name: name, Owner: Superuser}, Class: ClassTablespace})
	}
	c.enter(&Extension{Header: Header{OID: plpgsqlExtension, Name: "plpgsql", Namespace: pg.PgCatalog, Owner: Superuser}, Version: "1.0"})
	for _, row := range pg.Builtin.Named {
		if row.Catalog != "pg_namespace" && row.Catalog != "pg_authid" { // entered above, as what they are
			c.enter(namedObject(row, row.Namespace))
		}
	}
	for i := range pg.Builtin.Languages {
		c.enter(languageObject(&pg.Builtin.Languages[i]))
	}
	for i := range pg.Builtin.Ams {
		c.enter(amObject(&pg.Builtin.Ams[i]))
	}
	c.link(Dependency{Address{Class: ClassLanguage, OID: pg.LangPLpgSQL}, Address{Class: ClassExtension, OID: plpgsqlExtension}, DependExtension})
}

// system makes the system object with this OID, nil for none.
func (c *Catalog) system(class Class, oid pg.OID) Object {
	if oid == 0 || oid >= 16384 {
		return nil
	}
	var o Object
	switch class {
	case ClassType:
		if row := pg.TypeByOID(oid); row != nil {
			o = typeObject(row, row.Namespace, rangeRow(&pg.Builtin, oid))
		}
	case ClassProc:
		if row := pg.ProcByOID(oid); row != nil {
			o = procObject(row, row.Namespace)
		}
	case ClassOperator:
		if row := pg.OperatorByOID(oid); row != nil {
			o = operatorObject(row, row.Namespace)
		}
	case ClassRelation:
		if row := pg.RelationByOID(oid); row != nil {
			o = relationObject(row, row.Namespace)
		}
	case ClassCollation:
		if row := pg.CollationByOID(oid); row != nil {
			o = collationObject(row, row.Namespace)
		}
	case ClassOpClass:
		if row := pg.OpClassByOID(oid); row != nil {
			o = opClassObject(row, row.Namespace)
		}
	case ClassOpFamily:
		if row := pg.OpFamilyByOID(oid); row != nil {
			o = opFamilyObject(&pg.Builtin, row, row.Namespace)
		}
	}
	if o != nil {
		c.objects.keep(o.Address(), o)
	}
	return o
}

// systemNamed finds a system object of a class without overloading.
func (c *Catalog) systemNamed(class Class, namespace pg.OID, name string) Object {
	if namespace != pg.PgCatalog && namespace != pg.InformationSchema {
		return nil
	}
	switch class {
	case ClassType:
		for _, row := range pg.Builtin.TypesNamed(name) {
			if row.Namespace == namespace {
				return c.Object(Address{Class: class, OID: row.OID})
			}
		}
	case ClassRelation:
		for _, row := range pg.Builtin.RelationsNamed(name) {
			if row.Namespace == namespace {
				return c.Object(Address{Class: class, OID: row.OID})
			}
		}
	case ClassCollation:
		for i := range pg.Builtin.Collations {
			if row := &pg.Builtin.Collations[i]; row.Name == name && row.Namespace == namespace && (row.Encoding == -1 || row.Encoding == 6) {
				return c.Object(Address{Class: class, OID: row.OID})
			}
		}
	}
	return nil
}

// systemOverloads finds the system's functions, operators, operator classes or
// families of a name. What it found it keeps: the list must not be changed.
func (c *Catalog) systemOverloads(class Class, namespace pg.OID, name string) []Object {
	if namespace != pg.PgCatalog && namespace != pg.InformationSchema {
		return nil
	}
	known := &c.overloaded[class]
	if namespace == pg.InformationSchema {
		known = new(map[string][]Object) // rare: not kept
	}
	list, ok := (*known)[name]
	if !ok {
		for _, oid := range systemNamesakes(class, namespace, name) {
			list = append(list, c.Object(Address{Class: class, OID: oid}))
		}
		if *known == nil {
			*known = map[string][]Object{}
		}
		(*known)[name] = list
	}
	return list
}

// systemNamesakes gives the OIDs of the system's objects that share a name.
func systemNamesakes(class Class, namespace pg.OID, name string) (out []pg.OID) {
	add := func(oid, in pg.OID) {
		if in == namespace {
			out = append(out, oid)
		}
	}
	switch class {
	case ClassProc:
		for _, row := range pg.Builtin.ProcsNamed(name) {
			add(row.OID, row.Namespace)
		}
	case ClassOperator:
		for _, row := range pg.Builtin.OperatorsNamed(name) {
			add(row.OID, row.Namespace)
		}
	case ClassOpClass:
		for _, row := range pg.Builtin.OpClassesNamed(name) {
			add(row.OID, row.Namespace)
		}
	case ClassOpFamily:
		for _, row := range pg.Builtin.OpFamiliesNamed(name) {
			add(row.OID, row.Namespace)
		}
	}
	return out
}

func (c *Catalog) systemCast(source, target pg.OID) *Cast {
	row := pg.Cast(source, target)
	if row == nil {
		return nil
	}
	cast := castObject(row)
	c.casts[[2]pg.OID{source, target}] = cast
	return cast
}

// AddExtensionObjects enters what an extension brings into its schema. Each
// object depends on the extension as DependExtension.
func (c *Catalog) AddExtensionObjects(ext *Extension, set *pg.Set) {
	in := func(namespace pg.OID) pg.OID {
		if namespace == 0 {
			return ext.Namespace
		}
		return namespace
	}
	add := func(o Object) {
		o.header().Owner = ext.Owner
		c.Add(o)
		c.Depend(o.Address(), ext.Address(), DependExtension)
	}
	for i := range set.Types {
		t := typeObject(&set.Types[i], in(set.Types[i].Namespace), rangeRow(set, set.Types[i].OID))
		for _, label := range set.Enums {
			if label.Type == t.OID {
				t.Labels = append(t.Labels, EnumLabel{Label: label.Label})
			}
		}
		add(t)
	}
	for i := range set.Procs {
		add(procObject(&set.Procs[i], in(set.Procs[i].Namespace)))
	}
	for i := range set.Operators {
		add(operatorObject(&set.Operators[i], in(set.Operators[i].Namespace)))
	}
	for i := range set.Casts {
		add(castObject(&set.Casts[i]))
	}
	for i := range set.Ams {
		add(amObject(&set.Ams[i]))
	}
	for i := range set.OpFamilies {
		add(opFamilyObject(set, &set.OpFamilies[i], in(set.OpFamilies[i].Namespace)))
	}
	for i := range set.OpClasses {
		add(opClassObject(&set.OpClasses[i], in(set.OpClasses[i].Namespace)))
	}
	for i := range set.Languages {
		add(languageObject(&set.Languages[i]))
	}
	for i := range set.Relations {
		add(relationObject(&set.Relations[i], in(set.Relations[i].Namespace)))
	}
	for _, row := range set.Named {
		namespace := row.Namespace
		if namespacedCatalogs[row.Catalog] {
			namespace = in(namespace)
		}
		add(namedObject(row, namespace))
	}
}

// namespacedCatalogs are the catalogs of NamedRow whose objects have a schema.
var namespacedCatalogs = map[string]bool{
	"pg_ts_config": true, "pg_ts_dict": true, "pg_ts_parser": true, "pg_ts_template": true, "pg_conversion": true,
}

func rangeRow(set *pg.Set, oid pg.OID) *pg.RangeRow {
	for i := range set.Ranges {
		if r := &set.Ranges[i]; r.Type == oid || r.Multirange == oid {
			return r
		}
	}
	return nil
}

func typeObject(r *pg.TypeRow, namespace pg.OID, rng *pg.RangeRow) *Type {
	return &Type{Header: Header{OID: r.OID, Name: r.Name, Namespace: namespace, Owner: Superuser},
		Len: r.Len, ByVal: r.ByVal, Kind: r.Kind, Category: r.Category, Preferred: r.Preferred, Defined: true, Delim: r.Delim,
		RelID: r.RelID, Subscript: r.Subscript, Elem: r.Elem, Array: r.Array, Input: r.Input, Output: r.Output,
		TypmodIn: r.TypmodIn, TypmodOut: r.TypmodOut, Align: r.Align, Storage: r.Storage, BaseType: r.BaseType,
		Typmod: r.Typmod, NotNull: r.NotNull, Collation: r.Collation, DefaultText: r.Default, Range: rng}
}

func procObject(r *pg.ProcRow, namespace pg.OID) *Proc {
	p := &Proc{Header: Header{OID: r.OID, Name: r.Name, Namespace: namespace, Owner: Superuser},
		Kind: r.Kind, Lang: langOID(r.Lang), Variadic: r.Variadic, SecDef: r.SecDef, Leakproof: r.Leakproof, Strict: r.Strict,
		RetSet: r.RetSet, Volatile: r.Volatile, Parallel: r.Parallel, RetType: r.RetType, ArgTypes: r.ArgTypes,
		AllArgTypes: r.AllArgTypes, ArgModes: r.ArgModes, ArgNames: r.ArgNames, DefaultText: r.ArgDefaults,
		NDefaults: int(r.NDefaults), Src: r.Src}
	if r.Kind == 'a' {
		p.Agg = &Aggregate{Kind: r.AggKind, Direct: int(r.AggDirect)}
	}
	return p
}

// langOID gives the language for ProcRow.Lang.
func langOID(lang byte) pg.OID {
	switch lang {
	case 'c':
		return pg.LangC
	case 's':
		return pg.LangSQL
	case 'p':
		return pg.LangPLpgSQL
	}
	return pg.LangInternal
}

func operatorObject(r *pg.OperatorRow, namespace pg.OID) *Operator {
	return &Operator{Header: Header{OID: r.OID, Name: r.Name, Namespace: namespace, Owner: Superuser},
		Kind: r.Kind, CanMerge: r.CanMerge, CanHash: r.CanHash, Left: r.Left, Right: r.Right, Result: r.Result,
		Commutator: r.Commutator, Negator: r.Negator, Code: r.Code, Rest: r.Rest, Join: r.Join}
}

func castObject(r *pg.CastRow) *Cast {
	return &Cast{Header: Header{OID: r.OID}, Source: r.Source, Target: r.Target, Func: r.Func, Context: r.Context, Method: r.Method}
}

func collationObject(r *pg.CollationRow, namespace pg.OID) *Collation {
	return &Collation{Header: Header{OID: r.OID, Name: r.Name, Namespace: namespace, Owner: Superuser},
		Provider: r.Provider, Deterministic: r.Deterministic}
}

func opClassObject(r *pg.OpClassRow, namespace pg.OID) *OpClass {
	return &OpClass{Header: Header{OID: r.OID, Name: r.Name, Namespace: namespace, Owner: Superuser},
		Method: r.Method, Family: r.Family, InType: r.InType, Default: r.Default, KeyType: r.KeyType}
}

func opFamilyObject(set *pg.Set, r *pg.OpFamilyRow, namespace pg.OID) *OpFamily {
	f := &OpFamily{Header: Header{OID: r.OID, Name: r.Name, Namespace: namespace, Owner: Superuser}, Method: r.Method}
	first, _ := slices.BinarySearchFunc(set.Amops, r.OID, func(a pg.AmopRow, oid pg.OID) int { return int(a.Family) - int(oid) })
	for i := first; i < len(set.Amops) && set.Amops[i].Family == r.OID; i++ {
		f.Ops = append(f.Ops, set.Amops[i])
	}
	first, _ = slices.BinarySearchFunc(set.Amprocs, r.OID, func(a pg.AmprocRow, oid pg.OID) int { return int(a.Family) - int(oid) })
	for i := first; i < len(set.Amprocs) && set.Amprocs[i].Family == r.OID; i++ {
		f.Procs = append(f.Procs, set.Amprocs[i])
	}
	return f
}

func amObject(r *pg.AmRow) *AccessMethod {
	return &AccessMethod{Header: Header{OID: r.OID, Name: r.Name, Owner: Superuser}, Row: *r}
}

func languageObject(r *pg.LanguageRow) *Generic {
	g := &Generic{Header: Header{OID: r.OID, Name: r.Name, Owner: Superuser}, Class: ClassLanguage}
	if r.Trusted {
		g.Options = []Option{{Name: "trusted", Value: "true"}}
	}
	return g
}

func namedObject(r pg.NamedRow, namespace pg.OID) *Generic {
	return &Generic{Header: Header{OID: r.OID, Name: r.Name, Namespace: namespace, Owner: Superuser}, Class: ClassOfCatalog(r.Catalog)}
}

func relationObject(r *pg.RelationRow, namespace pg.OID) *Relation {
	rel := &Relation{Header: Header{OID: r.OID, Name: r.Name, Namespace: namespace, Owner: Superuser},
		Kind: r.Kind, Persistence: 'p', Type: r.Type, ReplicaIdentity: 'd', Populated: true}
	for i, col := range r.Columns {
		rel.Columns = append(rel.Columns, &Column{Num: int16(i + 1), Name: col.Name, Type: col.Type, Typmod: col.Typmod,
			NDims: int(col.NDims), NotNull: col.NotNull, Collation: col.Collation, IsLocal: true, Statistics: -1})
	}
	return rel
}
