package database

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// OIDs that are the same in every server.
const (
	classType         = 1247
	classRelation     = 1259
	classConstraint   = 2606
	classSchema       = 2615
	classTrigger      = 2620
	classPolicy       = 3256
	classStatistics   = 3381
	classEventTrigger = 3466
	classPublication  = 6104

	btree = 403

	collationDefault = 100
	collationC       = 950

	typeText     = 25
	typeBpchar   = 1042
	typeVarchar  = 1043
	typeAnyarray = 2277
	typeAnyenum  = 3500
)

// A builder makes a schema of the rows that the questions are answered with, by OID. What is left out has a place in it
// as well: foreign keys lead there.
type builder struct {
	made      metadata.Schema
	spaces    map[oid]string // every schema's name
	all, ours []oid          // schemas that are not the system's, and of these the ones that are not left out
	isOurs    map[oid]bool   // of the latter
	relations map[oid]*relation
	list      []*relation
	types     map[typeKey]*columnType // nil before their question is answered
	domains   map[oid]*metadata.Domain
	ranges    map[oid]*metadata.Range
	comments  map[described]string
	parents   map[oid][]oid
	indexes   map[oid]*index
	left      []oid // indexes whose definitions the server has to write
	opclasses map[oid]*opclass
	defaults  map[oid]oid   // B-tree's default operator class for exactly that type
	casts     map[oid][]oid // types that a type is as good as
	keywords  map[string]bool
}

func newBuilder() *builder {
	return &builder{
		spaces: map[oid]string{}, isOurs: map[oid]bool{}, relations: map[oid]*relation{}, types: map[typeKey]*columnType{}, domains: map[oid]*metadata.Domain{},
		ranges: map[oid]*metadata.Range{}, comments: map[described]string{}, parents: map[oid][]oid{}, indexes: map[oid]*index{},
		opclasses: map[oid]*opclass{}, defaults: map[oid]oid{}, casts: map[oid][]oid{}, keywords: map[string]bool{},
	}
}

// finish gives the schema.
func (b *builder) finish() (*metadata.Schema, error) {
	if err := b.addIndexParents(); err != nil {
		return nil, err
	}
	if err := b.addRelations(); err != nil {
		return nil, err
	}
	b.addDomains()
	b.made.Sort()
	return &b.made, nil
}

// A described object is what a comment is on: column is 0 or an attnum.
type described struct {
	class, object oid
	column        int
}

func (b *builder) comment(r *row) {
	d := described{class: r.oid(), object: r.oid(), column: r.integer()}
	b.comments[d] = r.text()
}

func (b *builder) about(class, object oid) string { return b.comments[described{class, object, 0}] }

// A relation is a table, a view or a composite type.
type relation struct {
	oid        oid
	space      string
	kind       byte // relkind
	partition  bool
	wanted     bool     // else it is left out
	names      []string // of the columns by attnum-1, those of dropped ones among them
	columns    []metadata.Column
	attributes []attribute // more about each of columns
	defaults   bool        // a column has one
	generated  bool        // a column is generated
	table      metadata.Table
	view       *metadata.View // of a view
	composite  oid            // its type, of a composite type
	indexes    []*index
}

// An attribute is what is known of a column besides what becomes of it.
type attribute struct {
	typ       typeKey
	kind      *columnType // once it is known
	collation oid
	storage   byte
}

// qualified is how metadata names a relation elsewhere.
func (r *relation) qualified() string { return r.space + "." + r.table.Name }

var (
	tableKinds         = map[byte]string{'r': "table", 'p': "partitioned", 'f': "foreign"}
	viewKinds          = map[byte]string{'v': "view", 'm': "materialized"}
	persistences       = map[byte]string{'p': "permanent", 'u': "unlogged"}
	replicaIdentities  = map[byte]string{'d': "default", 'n': "nothing", 'f': "full", 'i': "index"}
	identities         = map[byte]string{'a': "ALWAYS", 'd': "BY DEFAULT"}
	generations        = map[byte]string{'s': "STORED", 'v': "VIRTUAL"}
	storages           = map[byte]string{'p': "PLAIN", 'e': "EXTERNAL", 'x': "EXTENDED", 'm': "MAIN"}
	compressions       = map[byte]string{'p': "pglz", 'l': "lz4"}
	typeKinds          = map[byte]string{'b': "base", 'c': "composite", 'd': "domain", 'e': "enum", 'r': "range", 'm': "multirange", 'p': "pseudo"}
	referentialActions = map[byte]string{'a': "NO ACTION", 'r': "RESTRICT", 'c': "CASCADE", 'n': "SET NULL", 'd': "SET DEFAULT"}
	matches            = map[byte]string{'s': "SIMPLE", 'f': "FULL", 'p': "PARTIAL"}
	enabledModes       = map[byte]string{'O': "origin", 'D': "disabled", 'R': "replica", 'A': "always"}
	policyCommands     = map[byte]string{'*': "ALL", 'r': "SELECT", 'a': "INSERT", 'w': "UPDATE", 'd': "DELETE"}
)

func (b *builder) relation(r *row) {
	rel := &relation{oid: r.oid()}
	space := r.oid()
	rel.space = b.spaces[space]
	t := &rel.table
	t.Schema, t.Name, rel.kind = rel.space, r.text(), r.letter()
	rel.names = make([]string, r.integer())
	if rel.composite = r.oid(); rel.kind != 'c' {
		rel.composite = 0
	}
	t.Kind, t.Persistence = tableKinds[rel.kind], persistences[r.letter()]
	t.OfType, t.PartitionKey = r.text(), r.text()
	rel.partition, t.PartitionBound = r.flag(), r.text()
	t.RowSecurity, t.ForceRowSecurity, t.ReplicaIdentity = r.flag(), r.flag(), replicaIdentities[r.letter()]
	t.Options, t.AccessMethod, t.ForeignServer = r.texts(), r.text(), r.text()
	populated, member, definition := r.flag(), r.flag(), r.text()
	if kind := viewKinds[rel.kind]; kind != "" {
		rel.view = &metadata.View{
			Schema: t.Schema, Name: t.Name, Kind: kind, Definition: definition, Options: t.Options,
			Populated: populated && rel.kind == 'm',
		}
	}
	if rel.wanted = b.isOurs[space] && !member; rel.wanted {
		rel.columns, rel.attributes = make([]metadata.Column, 0, len(rel.names)), make([]attribute, 0, len(rel.names))
	}
	b.relations[rel.oid] = rel
	b.list = append(b.list, rel)
}

func (b *builder) parent(r *row) {
	child := r.oid()
	b.parents[child] = append(b.parents[child], r.oid())
}

func (b *builder) keyword(r *row) { b.keywords[r.text()] = true }

// wanted is the relation of that OID, nil when it is left out.
func (b *builder) wanted(of oid) *relation {
	if rel := b.relations[of]; rel != nil && rel.wanted {
		return rel
	}
	return nil
}

func (b *builder) trigger(r *row) {
	id, rel := r.oid(), b.wanted(r.oid())
	if rel == nil {
		return
	}
	g := metadata.Trigger{Name: r.text(), Def: r.text(), Enabled: enabledModes[r.letter()], Function: r.text()}
	g.ConstraintTrigger, g.Inherited, g.Comment = r.flag(), r.flag(), b.about(classTrigger, id)
	rel.table.Triggers = append(rel.table.Triggers, g)
}

func (b *builder) policy(r *row) {
	id, rel := r.oid(), b.wanted(r.oid())
	if rel == nil {
		return
	}
	p := metadata.Policy{Name: r.text(), Command: policyCommands[r.letter()], Permissive: r.flag(), Roles: r.texts()}
	p.Using, p.WithCheck, p.Comment = r.text(), r.text(), b.about(classPolicy, id)
	rel.table.Policies = append(rel.table.Policies, p)
}

func (b *builder) rule(r *row) {
	if rel := b.wanted(r.oid()); rel != nil {
		rel.table.Rules = append(rel.table.Rules, metadata.Rule{Name: r.text(), Def: r.text()})
	}
}

// addRelations puts what belongs together into the schema.
func (b *builder) addRelations() error {
	s := &b.made
	slices.SortFunc(b.list, func(a, b *relation) int {
		return cmp.Or(strings.Compare(a.space, b.space), strings.Compare(a.table.Name, b.table.Name))
	})
	s.Tables = make([]metadata.Table, 0, len(b.list))
	for _, rel := range b.list {
		if !rel.wanted {
			continue
		}
		if err := b.addParents(rel); err != nil {
			return err
		}
		rel.table.Indexes = slices.Grow(rel.table.Indexes, len(rel.indexes))
		for _, x := range rel.indexes {
			rel.table.Indexes = append(rel.table.Indexes, x.Index)
		}
		rel.table.Comment = b.about(classRelation, rel.oid)
		switch {
		case rel.composite != 0:
			s.Composites = append(s.Composites, rel.asComposite(b.about(classType, rel.composite)))
		case rel.view != nil:
			s.Views = append(s.Views, rel.asView())
		default:
			rel.table.Columns = rel.columns
			s.Tables = append(s.Tables, rel.table)
		}
	}
	return nil
}

func (b *builder) addParents(rel *relation) error {
	var names []string
	for _, parent := range b.parents[rel.oid] {
		p := b.relations[parent]
		if p == nil {
			return fmt.Errorf("table %s inherits from a relation %d that is not there", rel.qualified(), parent)
		}
		names = append(names, p.qualified())
	}
	switch {
	case !rel.partition:
		rel.table.Inherits = names
	case len(names) > 0:
		rel.table.PartitionOf = names[0]
	}
	return nil
}

func (r *relation) asView() metadata.View {
	v := *r.view
	v.Comment, v.Triggers, v.Rules, v.Indexes = r.table.Comment, r.table.Triggers, r.table.Rules, r.table.Indexes
	for _, c := range r.columns {
		v.Columns = append(v.Columns, metadata.ViewColumn{
			Ordinal: c.Ordinal, Attnum: c.Attnum, Name: c.Name, TypeRef: c.TypeRef, Collation: c.Collation, Default: c.Default,
			Comment: c.Comment,
		})
	}
	return v
}

func (r *relation) asComposite(comment string) metadata.Composite {
	t := metadata.Composite{Schema: r.table.Schema, Name: r.table.Name, Comment: comment}
	for _, c := range r.columns {
		t.Attributes = append(t.Attributes, metadata.Attribute{
			Ordinal: c.Ordinal, Attnum: c.Attnum, Name: c.Name, TypeRef: c.TypeRef, Collation: c.Collation, Comment: c.Comment,
		})
	}
	return t
}
