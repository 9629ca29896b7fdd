package metadata

// Each write method writes one object, its keys in the order of the struct's fields. A test holds them against the
// structs' json tags.

// WriteFields writes the schema's keys without the braces around them, for one who adds keys of their own.
func (s *Schema) WriteFields(e *Encoder) {
	writeList(e, "schemas", s.Schemas, (*Namespace).write)
	writeList(e, "extensions", s.Extensions, (*Extension).write)
	writeTables(e, s.Tables)
	writeList(e, "views", s.Views, (*View).write)
	writeList(e, "sequences", s.Sequences, (*Sequence).write)
	writeList(e, "enums", s.Enums, (*Enum).write)
	writeList(e, "domains", s.Domains, (*Domain).write)
	writeList(e, "composites", s.Composites, (*Composite).write)
	writeList(e, "ranges", s.Ranges, (*Range).write)
	writeList(e, "base_types", s.BaseTypes, (*BaseType).write)
	writeList(e, "functions", s.Functions, (*Function).write)
	writeList(e, "operators", s.Operators, (*Operator).write)
	writeList(e, "collations", s.Collations, (*Collation).write)
	writeList(e, "statistics", s.Statistics, (*Statistics).write)
	writeList(e, "event_triggers", s.EventTriggers, (*EventTrigger).write)
	writeList(e, "publications", s.Publications, (*Publication).write)
}

func (n *Namespace) write(e *Encoder) {
	e.Open()
	e.Str("name", n.Name)
	e.Text("comment", n.Comment)
	e.Close()
}

func (x *Extension) write(e *Encoder) {
	e.Open()
	e.Str("schema", x.Schema)
	e.Str("name", x.Name)
	e.Str("version", x.Version)
	e.Close()
}

func (t *TypeRef) fields(e *Encoder) {
	e.Str("type", t.Type)
	e.Str("type_schema", t.TypeSchema)
	e.Str("type_name", t.TypeName)
	e.Str("type_kind", t.TypeKind)
	e.Bool("is_array", t.IsArray)
}

func (v *View) write(e *Encoder) {
	e.Open()
	e.Str("schema", v.Schema)
	e.Str("name", v.Name)
	e.Str("kind", v.Kind)
	writeList(e, "columns", v.Columns, (*ViewColumn).write)
	e.Str("definition", v.Definition)
	e.Texts("options", v.Options)
	e.Text("comment", v.Comment)
	writeList(e, "triggers", v.Triggers, (*Trigger).write)
	writeList(e, "rules", v.Rules, (*Rule).write)
	if v.Kind == "materialized" {
		e.Bool("populated", v.Populated)
		writeList(e, "indexes", v.Indexes, (*Index).write)
	}
	e.Close()
}

// place writes a column's position. Sparse JSON has it by the order of the list alone, unless columns were dropped.
func (e *Encoder) place(ordinal, attnum int) {
	if !e.Sparse {
		e.Int("ordinal", int64(ordinal))
	}
	if !e.Sparse || attnum != ordinal {
		e.Int("attnum", int64(attnum))
	}
}

func (v *ViewColumn) write(e *Encoder) {
	e.Open()
	e.place(v.Ordinal, v.Attnum)
	e.Str("name", v.Name)
	v.TypeRef.fields(e)
	e.Text("collation", v.Collation)
	e.Text("default", v.Default)
	e.Text("comment", v.Comment)
	e.Close()
}

func (s *Sequence) write(e *Encoder) {
	e.Open()
	e.Str("schema", s.Schema)
	e.Str("name", s.Name)
	e.Str("type", s.Type)
	e.Int("start", s.Start)
	e.Int("increment", s.Increment)
	e.Int("min", s.Min)
	e.Int("max", s.Max)
	e.Int("cache", s.Cache)
	e.Bool("cycle", s.Cycle)
	e.Str("persistence", s.Persistence)
	if s.OwnedBy != nil || !e.Sparse {
		e.Key("owned_by")
		s.OwnedBy.write(e)
	}
	e.Text("comment", s.Comment)
	e.Close()
}

func (s *SequenceOwner) write(e *Encoder) {
	if s == nil {
		e.Null()
		return
	}
	e.Open()
	e.Str("schema", s.Schema)
	e.Str("table", s.Table)
	e.Str("column", s.Column)
	e.Bool("identity", s.Identity)
	e.Close()
}

func (f *Function) write(e *Encoder) {
	e.Open()
	e.Str("schema", f.Schema)
	e.Str("name", f.Name)
	e.Str("kind", f.Kind)
	e.Str("identity_args", f.IdentityArgs)
	e.Str("args", f.Args)
	e.Text("result", f.Result)
	e.Str("language", f.Language)
	e.Str("volatility", f.Volatility)
	e.Bool("strict", f.Strict)
	e.Bool("security_definer", f.SecurityDefiner)
	e.Bool("leakproof", f.Leakproof)
	e.Str("parallel", f.Parallel)
	e.Bool("returns_set", f.ReturnsSet)
	e.Texts("config", f.Config)
	e.Text("comment", f.Comment)
	e.Close()
}

func (o *Operator) write(e *Encoder) {
	e.Open()
	e.Str("schema", o.Schema)
	e.Str("name", o.Name)
	e.Text("left", o.Left)
	e.Text("right", o.Right)
	e.Str("result", o.Result)
	e.Str("function", o.Function)
	e.Text("comment", o.Comment)
	e.Close()
}

func (c *Collation) write(e *Encoder) {
	e.Open()
	e.Str("schema", c.Schema)
	e.Str("name", c.Name)
	e.Str("provider", c.Provider)
	e.Bool("deterministic", c.Deterministic)
	e.Text("comment", c.Comment)
	e.Close()
}

func (s *Statistics) write(e *Encoder) {
	e.Open()
	e.Str("schema", s.Schema)
	e.Str("name", s.Name)
	e.Str("def", s.Def)
	e.Text("comment", s.Comment)
	e.Close()
}

func (x *EventTrigger) write(e *Encoder) {
	e.Open()
	e.Str("name", x.Name)
	e.Str("event", x.Event)
	e.Str("enabled", x.Enabled)
	e.Texts("tags", x.Tags)
	e.Str("function", x.Function)
	e.Text("comment", x.Comment)
	e.Close()
}

func (p *Publication) write(e *Encoder) {
	e.Open()
	e.Str("name", p.Name)
	e.Bool("all_tables", p.AllTables)
	e.Strs("tables", p.Tables)
	if len(p.Schemas) > 0 {
		e.Strs("schemas", p.Schemas)
	}
	if p.Comment != "" {
		e.Str("comment", p.Comment)
	}
	e.Close()
}

// write writes the table, the i-th of the schema's.
func (t *Table) write(e *Encoder, i int) {
	e.Open()
	e.Str("schema", t.Schema)
	e.Str("name", t.Name)
	e.Str("kind", t.Kind)
	e.Str("persistence", t.Persistence)
	e.Text("of_type", t.OfType)
	e.Text("partition_key", t.PartitionKey)
	e.Text("partition_of", t.PartitionOf)
	e.Text("partition_bound", t.PartitionBound)
	e.Strs("inherits", t.Inherits)
	e.Bool("row_security", t.RowSecurity)
	e.Bool("force_row_security", t.ForceRowSecurity)
	e.Str("replica_identity", t.ReplicaIdentity)
	e.Texts("options", t.Options)
	e.Text("access_method", t.AccessMethod)
	e.Text("foreign_server", t.ForeignServer)
	e.Text("comment", t.Comment)
	writeList(e, "columns", t.Columns, (*Column).write)
	if t.PrimaryKey != nil || !e.Sparse {
		e.Key("primary_key")
		t.PrimaryKey.write(e)
	}
	writeList(e, "uniques", t.Uniques, (*Unique).write)
	writeList(e, "foreign_keys", t.ForeignKeys, (*ForeignKey).write)
	writeList(e, "checks", t.Checks, (*Check).write)
	writeList(e, "exclusions", t.Exclusions, (*Exclusion).write)
	if len(t.NotNulls) > 0 {
		writeList(e, "not_nulls", t.NotNulls, (*NotNull).write)
	}
	writeList(e, "indexes", t.Indexes, (*Index).write)
	writeList(e, "triggers", t.Triggers, (*Trigger).write)
	writeList(e, "policies", t.Policies, (*Policy).write)
	writeList(e, "rules", t.Rules, (*Rule).write)
	if e.Table != nil {
		sparse := e.Sparse
		e.Sparse = false
		e.Table(e, i)
		e.Sparse = sparse
	}
	e.Close()
}

func (c *Column) write(e *Encoder) {
	e.Open()
	e.place(c.Ordinal, c.Attnum)
	e.Str("name", c.Name)
	c.TypeRef.fields(e)
	e.Bool("nullable", c.Nullable)
	e.Text("default", c.Default)
	e.Text("identity", c.Identity)
	e.Text("generated", c.Generated)
	e.Text("generated_expr", c.GeneratedExpr)
	e.Text("collation", c.Collation)
	e.Text("storage", c.Storage)
	e.Text("compression", c.Compression)
	switch {
	case c.Statistics != nil:
		e.Int("statistics", int64(*c.Statistics))
	case !e.Sparse:
		e.Key("statistics")
		e.Null()
	}
	e.Texts("options", c.Options)
	e.Bool("is_local", c.IsLocal)
	e.Bool("inherited", c.Inherited)
	e.Text("comment", c.Comment)
	e.Close()
}

func (k *Key) write(e *Encoder) {
	if k == nil {
		e.Null()
		return
	}
	e.Open()
	k.fields(e)
	e.Close()
}

func (k *Key) fields(e *Encoder) {
	e.Str("name", k.Name)
	e.Strs("columns", k.Columns)
	e.Texts("include", k.Include)
	e.Bool("deferrable", k.Deferrable)
	e.Bool("initially_deferred", k.InitiallyDeferred)
	e.Bool("period", k.Period)
	e.Bool("is_local", k.IsLocal)
	e.Bool("inherited", k.Inherited)
	e.Text("comment", k.Comment)
}

func (u *Unique) write(e *Encoder) {
	e.Open()
	u.Key.fields(e)
	e.Bool("nulls_not_distinct", u.NullsNotDistinct)
	e.Close()
}

func (f *ForeignKey) write(e *Encoder) {
	e.Open()
	e.Str("name", f.Name)
	e.Strs("columns", f.Columns)
	e.Str("ref_schema", f.RefSchema)
	e.Str("ref_table", f.RefTable)
	e.Strs("ref_columns", f.RefColumns)
	e.Str("on_update", f.OnUpdate)
	e.Str("on_delete", f.OnDelete)
	e.Texts("on_delete_set_columns", f.OnDeleteSetColumns)
	e.Str("match", f.Match)
	e.Bool("deferrable", f.Deferrable)
	e.Bool("initially_deferred", f.InitiallyDeferred)
	e.Bool("validated", f.Validated)
	e.Bool("enforced", f.Enforced)
	e.Bool("period", f.Period)
	e.Bool("is_local", f.IsLocal)
	e.Bool("inherited", f.Inherited)
	e.Text("comment", f.Comment)
	e.Close()
}

func (c *Check) write(e *Encoder) {
	e.Open()
	e.Str("name", c.Name)
	e.Strs("columns", c.Columns)
	e.Str("def", c.Def)
	e.Bool("no_inherit", c.NoInherit)
	e.Bool("validated", c.Validated)
	e.Bool("enforced", c.Enforced)
	e.Bool("is_local", c.IsLocal)
	e.Bool("inherited", c.Inherited)
	e.Text("comment", c.Comment)
	e.Close()
}

func (x *Exclusion) write(e *Encoder) {
	e.Open()
	e.Str("name", x.Name)
	e.Strs("columns", x.Columns)
	e.Str("def", x.Def)
	e.Bool("deferrable", x.Deferrable)
	e.Bool("initially_deferred", x.InitiallyDeferred)
	e.Bool("is_local", x.IsLocal)
	e.Bool("inherited", x.Inherited)
	e.Text("comment", x.Comment)
	e.Close()
}

func (n *NotNull) write(e *Encoder) {
	e.Open()
	e.Str("name", n.Name)
	e.Strs("columns", n.Columns)
	e.Bool("no_inherit", n.NoInherit)
	e.Bool("validated", n.Validated)
	e.Bool("is_local", n.IsLocal)
	e.Bool("inherited", n.Inherited)
	e.Text("comment", n.Comment)
	e.Close()
}

func (i *Index) write(e *Encoder) {
	e.Open()
	e.Str("name", i.Name)
	e.Str("def", i.Def)
	e.Str("method", i.Method)
	e.Bool("unique", i.Unique)
	e.Bool("primary", i.Primary)
	e.Bool("exclusion", i.Exclusion)
	e.Text("constraint", i.Constraint)
	writeList(e, "keys", i.Keys, (*IndexKey).write)
	e.Texts("include", i.Include)
	e.Text("predicate", i.Predicate)
	e.Bool("nulls_not_distinct", i.NullsNotDistinct)
	e.Bool("valid", i.Valid)
	e.Bool("clustered", i.Clustered)
	e.Bool("replica_identity", i.ReplicaIdentity)
	e.Texts("options", i.Options)
	e.Text("partition_of", i.PartitionOf)
	e.Text("comment", i.Comment)
	e.Close()
}

func (i *IndexKey) write(e *Encoder) {
	e.Open()
	e.Text("column", i.Column)
	e.Text("expr", i.Expr)
	e.Bool("desc", i.Desc)
	e.Bool("nulls_first", i.NullsFirst)
	e.Text("opclass", i.Opclass)
	e.Close()
}

func (t *Trigger) write(e *Encoder) {
	e.Open()
	e.Str("name", t.Name)
	e.Str("def", t.Def)
	e.Str("enabled", t.Enabled)
	e.Str("function", t.Function)
	e.Bool("constraint_trigger", t.ConstraintTrigger)
	e.Bool("inherited", t.Inherited)
	e.Text("comment", t.Comment)
	e.Close()
}

func (p *Policy) write(e *Encoder) {
	e.Open()
	e.Str("name", p.Name)
	e.Str("command", p.Command)
	e.Bool("permissive", p.Permissive)
	e.Strs("roles", p.Roles)
	e.Text("using", p.Using)
	e.Text("with_check", p.WithCheck)
	e.Text("comment", p.Comment)
	e.Close()
}

func (r *Rule) write(e *Encoder) {
	e.Open()
	e.Str("name", r.Name)
	e.Str("def", r.Def)
	e.Close()
}

func (x *Enum) write(e *Encoder) {
	e.Open()
	e.Str("schema", x.Schema)
	e.Str("name", x.Name)
	e.Strs("labels", x.Labels)
	e.Text("comment", x.Comment)
	e.Close()
}

func (d *Domain) write(e *Encoder) {
	e.Open()
	e.Str("schema", d.Schema)
	e.Str("name", d.Name)
	e.Str("base_type", d.BaseType)
	e.Bool("not_null", d.NotNull)
	e.Text("default", d.Default)
	e.Text("collation", d.Collation)
	writeList(e, "checks", d.Checks, (*DomainCheck).write)
	e.Text("comment", d.Comment)
	e.Close()
}

func (d *DomainCheck) write(e *Encoder) {
	e.Open()
	e.Str("name", d.Name)
	e.Str("def", d.Def)
	e.Bool("validated", d.Validated)
	e.Close()
}

func (c *Composite) write(e *Encoder) {
	e.Open()
	e.Str("schema", c.Schema)
	e.Str("name", c.Name)
	writeList(e, "attributes", c.Attributes, (*Attribute).write)
	e.Text("comment", c.Comment)
	e.Close()
}

func (a *Attribute) write(e *Encoder) {
	e.Open()
	e.place(a.Ordinal, a.Attnum)
	e.Str("name", a.Name)
	a.TypeRef.fields(e)
	e.Text("collation", a.Collation)
	e.Text("comment", a.Comment)
	e.Close()
}

func (r *Range) write(e *Encoder) {
	e.Open()
	e.Str("schema", r.Schema)
	e.Str("name", r.Name)
	e.Str("subtype", r.Subtype)
	e.Str("multirange", r.Multirange)
	e.Str("subtype_opclass", r.SubtypeOpclass)
	e.Text("canonical", r.Canonical)
	e.Text("subtype_diff", r.SubtypeDiff)
	e.Text("comment", r.Comment)
	e.Close()
}

func (b *BaseType) write(e *Encoder) {
	e.Open()
	e.Str("schema", b.Schema)
	e.Str("name", b.Name)
	e.Bool("shell", b.Shell)
	e.Text("comment", b.Comment)
	e.Close()
}
