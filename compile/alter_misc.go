package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// Subcommands of ALTER TABLE that set a flag, an option or the like.

func applySetStatistics(a *alteration, t *alteredTable, c *alterCmd) {
	s, r := a.s, t.rel
	if r.IndexInfo == nil && c.Name == "" {
		pgerr.Raise("0A000", pgerr.NoPosition, "cannot refer to non-index column by number")
	}
	target := -1
	if i, ok := c.Def.(*ast.Integer); ok {
		target = i.Ival
	}
	if target < -1 {
		pgerr.Raise("22023", pgerr.NoPosition, "statistics target %d is too low", target)
	}
	if target > 10000 {
		target = 10000
		s.warning("22023", "lowering statistics target to %d", target)
	}
	var col *catalog.Column
	if c.Name != "" {
		col = alteredColumn(r, c.Name)
	} else if c.Num < 1 || c.Num > len(r.Columns) || r.Columns[c.Num-1].Dropped {
		pgerr.Raise("42703", pgerr.NoPosition, "column number %d of relation \"%s\" does not exist", c.Num, r.Name)
	} else {
		col = r.Columns[c.Num-1]
	}
	if info := r.IndexInfo; info != nil {
		if int(col.Num) > info.KeyCount {
			pgerr.Raise("0A000", pgerr.NoPosition, "cannot alter statistics on included column \"%s\" of index \"%s\"", col.Name, r.Name)
		}
		if info.Keys[col.Num-1].Column != 0 {
			pgerr.New("0A000", pgerr.NoPosition, "cannot alter statistics on non-expression column \"%s\" of index \"%s\"", col.Name, r.Name).
				WithHint("Alter statistics on table column instead.").Raise()
		}
	}
	s.catalog.Touch(r)
	col.Statistics = target
}

func applySetOptions(a *alteration, t *alteredTable, c *alterCmd) {
	col := alteredColumn(t.rel, c.Name)
	options := a.s.relationOptions(col.Options, listItems(c.Def), "", c.Subtype == ast.AT_ResetOptions)
	checkOptions(options, optAttribute)
	a.s.catalog.Touch(t.rel)
	col.Options = options
}

func applySetStorage(a *alteration, t *alteredTable, c *alterCmd) {
	col := alteredColumn(t.rel, c.Name)
	storage := a.s.storageOf(col.Type, constantText(c.Def))
	a.s.catalog.Touch(t.rel)
	if col.Storage = storage; storage == a.s.defaultTypeStorage(col.Type) {
		col.Storage = 0
	}
}

func applySetCompression(a *alteration, t *alteredTable, c *alterCmd) {
	col := alteredColumn(t.rel, c.Name)
	method := a.s.compressionMethod(col.Type, constantText(c.Def))
	a.s.catalog.Touch(t.rel)
	col.Compression = method
}

func applyColumnGenericOptions(a *alteration, t *alteredTable, c *alterCmd) {
	col := alteredColumn(t.rel, c.Name)
	options := a.s.genericOptions(col.FDWOptions, listItems(c.Def))
	a.s.catalog.Touch(t.rel)
	col.FDWOptions = options
}

func applyGenericOptions(a *alteration, t *alteredTable, c *alterCmd) {
	options := a.s.genericOptions(t.rel.Foreign.Options, listItems(c.Def))
	a.s.catalog.Touch(t.rel)
	t.rel.Foreign.Options = options
}

func applyChangeOwner(a *alteration, t *alteredTable, c *alterCmd) {
	a.s.changeRelationOwner(t.rel, a.s.role(c.Newowner).OID, false)
}

// changeRelationOwner mirrors ATExecChangeOwner.
func (s *Session) changeRelationOwner(r *catalog.Relation, owner pg.OID, recursing bool) {
	switch r.Kind {
	case catalog.Index, catalog.PartitionedIndex:
		if !recursing {
			if r.Owner != owner {
				pgerrWarn(s, r.Name)
			}
			return
		}
	case catalog.Sequence:
		if !recursing && r.Owner != owner {
			if table := s.ownerTable(r); table != nil {
				pgerr.New("0A000", pgerr.NoPosition, "cannot change owner of sequence \"%s\"", r.Name).
					WithDetail("Sequence \"%s\" is linked to table \"%s\".", r.Name, table.Name).Raise()
			}
		}
	case catalog.CompositeType:
		if !recursing {
			pgerr.New("42809", pgerr.NoPosition, "\"%s\" is a composite type", r.Name).WithHint("Use %s instead.", "ALTER TYPE").Raise()
		}
	}
	if r.Owner == owner {
		return
	}
	if !recursing {
		s.checkOwner(r)
		s.checkMemberOf(owner)
		if schema := s.catalog.Schema(r.Namespace); schema != nil && !s.roleHasPrivilege(owner, schema, aclCreate) {
			s.noPrivilege(ast.OBJECT_SCHEMA, schema.Name)
		}
	}
	s.catalog.Touch(r)
	s.changeACLOwner(&r.Header, owner)
	r.Owner = owner
	if typ := s.catalog.Type(r.Type); typ != nil {
		s.catalog.Touch(typ)
		typ.Owner = owner
		if array := s.catalog.Type(typ.Array); array != nil {
			s.catalog.Touch(array)
			array.Owner = owner
		}
	}
	for _, index := range r.Indexes {
		s.changeRelationOwner(index, owner, true)
	}
	for _, seq := range s.ownedSequences(r) {
		s.changeRelationOwner(seq, owner, true)
	}
}

func pgerrWarn(s *Session, name string) {
	s.Report(Notice{Severity: "WARNING", Code: "42809", Message: "cannot change owner of index \"" + name + "\"",
		Hint: "Change the ownership of the index's table instead."})
}

// changeACLOwner hands the old owner's grants to the new one (aclnewowner).
func (s *Session) changeACLOwner(h *catalog.Header, owner pg.OID) {
	acl := slices.Clone(h.ACL)
	for i := range acl {
		if acl[i].Grantee == h.Owner {
			acl[i].Grantee = owner
		}
		if acl[i].Grantor == h.Owner {
			acl[i].Grantor = owner
		}
	}
	h.ACL = acl
}

// ownerTable gives the table that a sequence belongs to; nil: none.
func (s *Session) ownerTable(seq *catalog.Relation) *catalog.Relation {
	if r := s.sequenceOwner(seq, catalog.DependAuto); r != nil {
		return r
	}
	return s.sequenceOwner(seq, catalog.DependInternal)
}

// ownedSequences gives the sequences that belong to a table's columns.
func (s *Session) ownedSequences(r *catalog.Relation) []*catalog.Relation {
	var out []*catalog.Relation
	for _, d := range s.catalog.Dependents(r.Address()) {
		if d.Dependent.Class != catalog.ClassRelation || d.Referenced.Sub == 0 || d.Kind != catalog.DependAuto && d.Kind != catalog.DependInternal {
			continue
		}
		if seq := s.catalog.Relation(d.Dependent.OID); seq != nil && seq.Kind == catalog.Sequence {
			out = append(out, seq)
		}
	}
	return out
}

// indexForTable finds an index of a table by name.
func (s *Session) indexForTable(r *catalog.Relation, name string) *catalog.Relation {
	index, _ := s.catalog.Named(catalog.ClassRelation, r.Namespace, name).(*catalog.Relation)
	if index == nil {
		pgerr.Raise("42704", pgerr.NoPosition, "index \"%s\" for table \"%s\" does not exist", name, r.Name)
	}
	if index.IndexInfo == nil {
		pgerr.Raise("42809", pgerr.NoPosition, "\"%s\" is not an index", name)
	}
	if index.IndexInfo.Relation != r.OID {
		pgerr.Raise("42809", pgerr.NoPosition, "\"%s\" is not an index for table \"%s\"", name, r.Name)
	}
	return index
}

func applyClusterOn(a *alteration, t *alteredTable, c *alterCmd) {
	a.s.markClustered(t.rel, a.s.clusterableIndex(t.rel, c.Name))
}

// clusterableIndex mirrors check_index_is_clusterable.
func (s *Session) clusterableIndex(r *catalog.Relation, name string) *catalog.Relation {
	index := s.indexForTable(r, name)
	refuse := func(format string) { pgerr.Raise("0A000", pgerr.NoPosition, format, name) }
	switch {
	case index.AccessMethod != pg.BTree && index.AccessMethod != pg.Gist:
		refuse("cannot cluster on index \"%s\" because access method does not support clustering")
	case index.IndexInfo.Predicate != nil:
		refuse("cannot cluster on partial index \"%s\"")
	case !index.IndexInfo.Valid:
		refuse("cannot cluster on invalid index \"%s\"")
	}
	return index
}

// markClustered mirrors mark_index_clustered; nil marks none.
func (s *Session) markClustered(r, index *catalog.Relation) {
	if r.Kind == catalog.PartitionedTable {
		pgerr.Raise("0A000", pgerr.NoPosition, "cannot mark index clustered in partitioned table")
	}
	for _, i := range r.Indexes {
		if on := i == index; i.IndexInfo.Clustered != on {
			s.catalog.Touch(i)
			i.IndexInfo.Clustered = on
		}
	}
}

func applyDropCluster(a *alteration, t *alteredTable, c *alterCmd) { a.s.markClustered(t.rel, nil) }

// prepPersistence mirrors ATPrepChangePersistence.
func prepPersistence(a *alteration, t *alteredTable, c *alterCmd, recurse, recursing bool) {
	s, r := a.s, t.rel
	logged := c.Subtype == ast.AT_SetLogged
	if t.persistence {
		pgerr.Raise("0A000", pgerr.NoPosition, "cannot change persistence setting twice")
	}
	if r.Persistence == 't' {
		pgerr.Raise("42P16", pgerr.NoPosition, "cannot change logged status of table \"%s\" because it is temporary", r.Name)
	}
	if logged == (r.Persistence == 'p') {
		return
	}
	t.persistence = true
	if !logged && s.isPublished(r) {
		pgerr.New("55000", pgerr.NoPosition, "cannot change table \"%s\" to unlogged because it is part of a publication", r.Name).
			WithDetail("Unlogged relations cannot be replicated.").Raise()
	}
	if logged {
		for _, con := range r.Constraints {
			if ref := s.catalog.Relation(con.Foreign); con.Kind == 'f' && ref != r && ref != nil && ref.Persistence != 'p' {
				pgerr.Raise("42P16", pgerr.NoPosition, "could not change table \"%s\" to logged because it references unlogged table \"%s\"", r.Name, ref.Name)
			}
		}
		return
	}
	for _, con := range s.foreignKeysTo(r) {
		if from := s.catalog.Relation(con.Relation); from != r && from != nil && from.Persistence == 'p' {
			pgerr.Raise("42P16", pgerr.NoPosition, "could not change table \"%s\" to unlogged because it references logged table \"%s\"", r.Name, from.Name)
		}
	}
}

// isPublished says whether a publication names a table.
func (s *Session) isPublished(r *catalog.Relation) bool {
	for _, d := range s.catalog.Dependents(r.Address()) {
		if d.Dependent.Class == catalog.ClassPublicationRel {
			return true
		}
	}
	return false
}

func applyPersistence(a *alteration, t *alteredTable, c *alterCmd) {
	if !t.persistence {
		return
	}
	to := byte('u')
	if c.Subtype == ast.AT_SetLogged {
		to = 'p'
	}
	a.s.setPersistence(t.rel, to)
}

// setPersistence changes a table with its indexes and sequences.
func (s *Session) setPersistence(r *catalog.Relation, to byte) {
	s.catalog.Touch(r)
	r.Persistence = to
	for _, part := range slices.Concat(r.Indexes, s.ownedSequences(r)) {
		s.catalog.Touch(part)
		part.Persistence = to
	}
}

func prepAccessMethod(a *alteration, t *alteredTable, c *alterCmd, recurse, recursing bool) {
	if t.rel.Kind == catalog.PartitionedTable {
		pgerr.Raise("42809", pgerr.NoPosition, "cannot change access method of a partitioned table")
	}
	if t.method {
		pgerr.Raise("0A000", pgerr.NoPosition, "cannot have multiple SET ACCESS METHOD subcommands")
	}
	a.s.tableMethodNamed(c.Name)
	t.method = true
}

func applyAccessMethod(a *alteration, t *alteredTable, c *alterCmd) {
	am := a.s.tableMethodNamed(c.Name)
	a.s.catalog.Touch(t.rel)
	a.s.catalog.Undepend(t.rel.Address(), func(d catalog.Dependency) bool { return d.Referenced.Class == catalog.ClassAccessMethod })
	t.rel.AccessMethod = am.OID
	a.s.catalog.Depend(t.rel.Address(), am.Address(), catalog.DependNormal)
}

func prepTablespace(a *alteration, t *alteredTable, c *alterCmd, recurse, recursing bool) {
	a.s.checkTablespace(c.Name)
}

func applyTablespace(a *alteration, t *alteredTable, c *alterCmd) {
	a.s.catalog.Touch(t.rel)
	t.rel.Tablespace = c.Name
}

// applyRelOptions mirrors ATExecSetRelOptions.
func applyRelOptions(a *alteration, t *alteredTable, c *alterCmd) {
	s, r, list := a.s, t.rel, listItems(c.Def)
	reset := c.Subtype == ast.AT_ResetRelOptions
	old, oldToast := r.Options, r.ToastOptions
	if c.Subtype == ast.AT_ReplaceRelOptions {
		old, oldToast = nil, nil
	}
	options := s.relationOptions(old, list, "", reset)
	toast := s.relationOptions(oldToast, list, "toast", reset)
	checkOptions(options, s.relationOptionKind(r))
	checkOptions(toast, optToast)
	if r.Kind == catalog.View && slices.ContainsFunc(options, func(o catalog.Option) bool { return o.Name == "check_option" }) {
		s.checkUpdatableView(r.Query)
	}
	s.catalog.Touch(r)
	r.Options, r.ToastOptions = options, toast
}

func applyRowSecurity(a *alteration, t *alteredTable, c *alterCmd) {
	a.s.catalog.Touch(t.rel)
	switch c.Subtype {
	case ast.AT_EnableRowSecurity:
		t.rel.RowSecurity = true
	case ast.AT_DisableRowSecurity:
		t.rel.RowSecurity = false
	case ast.AT_ForceRowSecurity:
		t.rel.ForceRowSecurity = true
	case ast.AT_NoForceRowSecurity:
		t.rel.ForceRowSecurity = false
	}
}

// ruleStates are the states that ENABLE and DISABLE RULE give.
var ruleStates = map[ast.AlterTableType]byte{
	ast.AT_EnableRule: 'O', ast.AT_EnableAlwaysRule: 'A', ast.AT_EnableReplicaRule: 'R', ast.AT_DisableRule: 'D',
}

func applyRules(a *alteration, t *alteredTable, c *alterCmd) {
	for _, rule := range t.rel.Rules {
		if rule.Name == c.Name {
			a.s.catalog.Touch(rule)
			rule.Enabled = ruleStates[c.Subtype]
			return
		}
	}
	pgerr.Raise("42704", pgerr.NoPosition, "rule \"%s\" for relation \"%s\" does not exist", c.Name, t.rel.Name)
}

// applyReplicaIdentity mirrors ATExecReplicaIdentity.
func applyReplicaIdentity(a *alteration, t *alteredTable, c *alterCmd) {
	s, r, n := a.s, t.rel, c.Def.(*ast.ReplicaIdentityStmt)
	var index *catalog.Relation
	if n.IdentityType == "i" {
		index = s.identityIndex(r, n.Name)
	}
	s.catalog.Touch(r)
	r.ReplicaIdentity = n.IdentityType[0]
	for _, i := range r.Indexes {
		if on := i == index; i.IndexInfo.ReplIdent != on {
			s.catalog.Touch(i)
			i.IndexInfo.ReplIdent = on
		}
	}
}

// identityIndex finds an index that can be a replica identity.
func (s *Session) identityIndex(r *catalog.Relation, name string) *catalog.Relation {
	index := s.indexForTable(r, name)
	info := index.IndexInfo
	switch {
	case !info.Unique:
		pgerr.Raise("42809", pgerr.NoPosition, "cannot use non-unique index \"%s\" as replica identity", name)
	case !info.Immediate:
		pgerr.Raise("0A000", pgerr.NoPosition, "cannot use non-immediate index \"%s\" as replica identity", name)
	case slices.ContainsFunc(info.Keys, func(k catalog.IndexKey) bool { return k.Column == 0 }):
		pgerr.Raise("0A000", pgerr.NoPosition, "cannot use expression index \"%s\" as replica identity", name)
	case info.Predicate != nil:
		pgerr.Raise("0A000", pgerr.NoPosition, "cannot use partial index \"%s\" as replica identity", name)
	}
	for _, key := range info.Keys[:info.KeyCount] {
		if col := r.Columns[key.Column-1]; !col.NotNull {
			pgerr.Raise("42809", pgerr.NoPosition, "index \"%s\" cannot be used as replica identity because column \"%s\" is nullable", name, col.Name)
		}
	}
	return index
}
