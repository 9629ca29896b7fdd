package compile

import (
	"slices"

	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// A newColumn is a column on its way into a table: PostgreSQL's ColumnDef
// after transformColumnDefinition.
type newColumn struct {
	catalog.Column
	raw         ast.Node // default or generation expression as written
	cooked      query.Expr
	conflicting bool // parents disagree about the default
	untyped     bool // WITH OPTIONS: the type comes from elsewhere
	fromType    bool // of CREATE TABLE OF
	location    int
	explicit    *catalog.Relation // an identity column's sequence, once made
}

// maxColumns is MaxHeapAttributeNumber.
const maxColumns = 1600

// A tableBuild is a table being made or extended: what CreateStmtContext holds
// while parse_utilcmd.c takes a statement apart.
type tableBuild struct {
	s           *Session
	stmt        string // CREATE TABLE, CREATE FOREIGN TABLE, ALTER TABLE
	name        string
	namespace   pg.OID
	persistence byte
	owner       pg.OID
	rel         *catalog.Relation // of ALTER TABLE
	foreign     bool
	partitioned bool
	partition   bool // PARTITION OF
	typed       bool // OF
	parents     []ast.Node

	columns []*newColumn
	checks  []*tableConstraint
	fks     []*tableConstraint
	keys    []*tableConstraint
	likes   []*ast.TableLikeClause
	indexes []*indexSpec
	primary bool

	before []func()                  // sequences, made ahead of the table
	after  []func(*catalog.Relation) // what needs the table
}

// serialTypes are the names that stand for an integer type and a sequence.
var serialTypes = map[string]pg.OID{
	"smallserial": pg.Int2, "serial2": pg.Int2, "serial": pg.Int4, "serial4": pg.Int4, "bigserial": pg.Int8, "serial8": pg.Int8,
}

// addColumn takes a column definition apart, as transformColumnDefinition.
func (b *tableBuild) addColumn(n *ast.ColumnDef) *newColumn {
	col := &newColumn{location: n.Location, fromType: n.IsFromType, untyped: n.TypeName == nil}
	col.Name, col.IsLocal, col.Typmod, col.Statistics = n.Colname, true, -1, -1
	b.columns = append(b.columns, col)
	if n.StorageName != "" {
		pgerr.Raise("42601", n.Location, "syntax error at or near \"STORAGE\"") // a newer server's
	}
	serial := b.serialType(n)
	if n.TypeName != nil {
		b.resolveColumnType(col, n, serial)
	}
	constraints := n.Constraints
	if serial != 0 {
		name := b.columnSequence(col, serial, nil, false)
		constraints = append(append([]ast.Node{}, constraints...),
			&ast.Constraint{Contype: ast.CONSTR_DEFAULT, Location: -1, RawExpr: nextvalCall(name)},
			&ast.Constraint{Contype: ast.CONSTR_NOTNULL, Location: -1})
	}
	b.columnConstraints(col, n, constraints)
	if len(n.Fdwoptions) > 0 {
		col.FDWOptions = b.s.genericOptions(nil, n.Fdwoptions)
	}
	return col
}

// serialType gives the integer type behind serial and its like, 0 for others.
func (b *tableBuild) serialType(n *ast.ColumnDef) pg.OID {
	if n.TypeName == nil || len(n.TypeName.Names) != 1 || n.TypeName.PctType {
		return 0
	}
	names := ast.Strings(n.TypeName.Names)
	if len(names) != 1 {
		return 0
	}
	oid := serialTypes[names[0]]
	if oid != 0 && len(n.TypeName.ArrayBounds) > 0 {
		pgerr.Raise("0A000", n.TypeName.Location, "array of serial is not implemented")
	}
	return oid
}

// resolveColumnType finds a column's type and collation (transformColumnType,
// and BuildDescForRelation's part of it).
func (b *tableBuild) resolveColumnType(col *newColumn, n *ast.ColumnDef, serial pg.OID) {
	s := b.s
	if serial != 0 {
		col.Type, col.Typmod = serial, -1
	} else {
		col.Type, col.Typmod = s.typeID(n.TypeName)
		col.NDims = len(n.TypeName.ArrayBounds)
	}
	col.Collation = s.columnCollation(n.CollClause, col.Type)
	if n.TypeName.Setof {
		pgerr.Raise("42P16", pgerr.NoPosition, "column \"%s\" cannot be declared SETOF", n.Colname)
	}
	if n.Compression != "" {
		col.Compression = s.compressionMethod(col.Type, n.Compression)
	}
}

// columnCollation gives the collation of a column of a type, as
// GetColumnDefCollation.
func (s *Session) columnCollation(clause *ast.CollateClause, typ pg.OID) pg.OID {
	collation := s.typeCollation(typ)
	if clause == nil {
		return collation
	}
	oid := s.collationAt(clause)
	if collation == 0 {
		pgerr.Raise("42804", clause.Location, "collations are not supported by type %s", s.formatType(typ))
	}
	return oid
}

// typeCollation gives a type's collation (get_typcollation).
func (s *Session) typeCollation(typ pg.OID) pg.OID {
	if t := s.catalog.Type(typ); t != nil {
		return t.Collation
	}
	return 0
}

// compressionMethod reads COMPRESSION, as GetAttributeCompression.
func (s *Session) compressionMethod(typ pg.OID, name string) byte {
	if name == "default" {
		return 0
	}
	if t := s.catalog.Type(typ); t != nil && t.Storage == 'p' {
		pgerr.Raise("0A000", pgerr.NoPosition, "column data type %s does not support compression", s.formatType(typ))
	}
	switch name {
	case "pglz":
		return 'p'
	case "lz4":
		return 'l'
	}
	pgerr.Raise("22023", pgerr.NoPosition, "invalid compression method \"%s\"", name)
	return 0
}

// storageOf reads STORAGE, as GetAttributeStorage.
func (s *Session) storageOf(typ pg.OID, name string) byte {
	storage, ok := map[string]byte{"plain": 'p', "external": 'e', "extended": 'x', "main": 'm'}[strings.ToLower(name)]
	if !ok {
		pgerr.Raise("22023", pgerr.NoPosition, "invalid storage type \"%s\"", name)
	}
	if t := s.catalog.Type(typ); storage != 'p' && t != nil && t.Storage == 'p' {
		pgerr.Raise("0A000", pgerr.NoPosition, "column data type %s can only have storage PLAIN", s.formatType(typ))
	}
	return storage
}

// nextvalCall makes the raw tree of nextval('name'::regclass).
func nextvalCall(name string) ast.Node {
	return &ast.FuncCall{Funcname: stringNodes("pg_catalog", "nextval"), Location: -1, Args: []ast.Node{
		&ast.TypeCast{Location: -1, Arg: &ast.A_Const{Val: &ast.String{Sval: name}, Location: -1},
			TypeName: &ast.TypeName{Names: stringNodes("pg_catalog", "regclass"), Typemod: -1, Location: -1}}}}
}

func stringNodes(names ...string) []ast.Node {
	out := make([]ast.Node, len(names))
	for i, name := range names {
		out[i] = &ast.String{Sval: name}
	}
	return out
}

// columnSequence arranges for the sequence of a serial or identity column and
// gives its quoted name, as generateSerialExtraStmts.
func (b *tableBuild) columnSequence(col *newColumn, typ pg.OID, options []ast.Node, identity bool) string {
	s := b.s
	var named *ast.DefElem
	var rest []ast.Node
	for _, o := range options {
		if d := o.(*ast.DefElem); d.Defname == "sequence_name" {
			if named != nil {
				conflicting(d)
			}
			named = d
			continue
		}
		rest = append(rest, o)
	}
	namespace, name := b.namespace, ""
	if named != nil {
		rv := rangeVarOf(ast.Strings(s.defName(named)))
		namespace, name = s.relationNamespace(rv, b.persistence), rv.Relname
	} else {
		name = s.chooseRelationName(b.name, col.Name, "seq", namespace, false)
	}
	if typ != 0 {
		rest = append([]ast.Node{&ast.DefElem{Defname: "as", Arg: &ast.TypeName{TypeOid: int(typ), Typemod: -1}, Location: -1}}, rest...)
	}
	seq := &sequenceSpec{name: name, namespace: namespace, persistence: b.persistence, owner: b.owner, options: rest, identity: identity}
	var made *catalog.Relation
	b.before = append(b.before, func() { made = s.defineSequence(seq); col.explicit = made })
	b.after = append(b.after, func(r *catalog.Relation) { s.ownSequence(made, r, r.ColumnNamed(col.Name), identity) })
	return quoteIdentifier(s.catalog.SchemaName(namespace)) + "." + quoteIdentifier(name)
}

// columnConstraints applies what stands behind a column's type.
func (b *tableBuild) columnConstraints(col *newColumn, n *ast.ColumnDef, constraints []ast.Node) {
	list := b.constraintAttributes(constraints)
	var sawNull, sawDefault, sawIdentity, sawGenerated bool
	complain := func(location int, format string) {
		pgerr.Raise("42601", location, format+" for column \"%s\" of table \"%s\"", col.Name, b.name)
	}
	notNull := func(value bool, location int) {
		if sawNull && col.NotNull != value {
			complain(location, "conflicting NULL/NOT NULL declarations")
		}
		col.NotNull, sawNull = value, true
	}
	unsupported := func(what string) {
		switch {
		case b.typed:
			pgerr.Raise("0A000", pgerr.NoPosition, "%s columns are not supported on typed tables", what)
		case b.partition:
			pgerr.Raise("0A000", pgerr.NoPosition, "%s columns are not supported on partitions", what)
		}
	}
	for _, c := range list {
		at := c.Location
		switch c.Contype {
		case ast.CONSTR_NULL:
			notNull(false, at)
		case ast.CONSTR_NOTNULL:
			notNull(true, at)
		case ast.CONSTR_DEFAULT:
			if sawDefault {
				complain(at, "multiple default values specified")
			}
			col.raw, sawDefault = c.RawExpr, true
		case ast.CONSTR_IDENTITY:
			unsupported("identity")
			if sawIdentity {
				complain(at, "multiple identity specifications")
			}
			typ := col.Type
			b.columnSequence(col, typ, c.Options, true)
			col.Identity, sawIdentity = c.GeneratedWhen[0], true
			notNull(true, at)
		case ast.CONSTR_GENERATED:
			unsupported("generated")
			if sawGenerated {
				complain(at, "multiple generation clauses specified")
			}
			col.Generated, col.raw, sawGenerated = 's', c.RawExpr, true
		case ast.CONSTR_CHECK:
			b.checks = append(b.checks, &tableConstraint{Constraint: c})
		case ast.CONSTR_PRIMARY, ast.CONSTR_UNIQUE:
			b.refuseOnForeign(c)
			t := &tableConstraint{Constraint: c}
			if len(c.Keys) == 0 {
				t.columns = []string{col.Name}
			}
			b.keys = append(b.keys, t)
		case ast.CONSTR_FOREIGN:
			b.refuseOnForeign(c)
			b.fks = append(b.fks, &tableConstraint{Constraint: c, columns: []string{col.Name}})
		}
		if sawDefault && sawIdentity {
			complain(at, "both default and identity specified")
		}
		if sawDefault && sawGenerated {
			complain(at, "both default and generation expression specified")
		}
		if sawIdentity && sawGenerated {
			complain(at, "both identity and generation expression specified")
		}
	}
}

// foreignRefusals are the constraints that foreign tables do not have.
var foreignRefusals = map[ast.ConstrType]string{
	ast.CONSTR_PRIMARY: "primary key", ast.CONSTR_UNIQUE: "unique", ast.CONSTR_EXCLUSION: "exclusion", ast.CONSTR_FOREIGN: "foreign key",
}

func (b *tableBuild) refuseOnForeign(c *ast.Constraint) {
	if what := foreignRefusals[c.Contype]; b.foreign && what != "" {
		pgerr.Raise("0A000", c.Location, "%s constraints are not supported on foreign tables", what)
	}
}

// deferrableKinds are the constraints that DEFERRABLE may follow.
var deferrableKinds = map[ast.ConstrType]bool{
	ast.CONSTR_PRIMARY: true, ast.CONSTR_UNIQUE: true, ast.CONSTR_EXCLUSION: true, ast.CONSTR_FOREIGN: true,
}

// isAttribute says whether a node is DEFERRABLE or the like, which belongs to the constraint before it.
func isAttribute(n ast.Node) bool {
	switch n.(*ast.Constraint).Contype {
	case ast.CONSTR_ATTR_DEFERRABLE, ast.CONSTR_ATTR_NOT_DEFERRABLE, ast.CONSTR_ATTR_DEFERRED, ast.CONSTR_ATTR_IMMEDIATE:
		return true
	}
	return false
}

// constraintAttributes moves DEFERRABLE and INITIALLY DEFERRED into the
// constraint before them, as transformConstraintAttrs.
func (b *tableBuild) constraintAttributes(constraints []ast.Node) []*ast.Constraint {
	out := make([]*ast.Constraint, 0, len(constraints))
	if !slices.ContainsFunc(constraints, isAttribute) {
		for _, node := range constraints {
			out = append(out, node.(*ast.Constraint))
		}
		return out
	}
	var last *ast.Constraint
	var sawDeferrability, sawInitially bool
	misplaced := func(c *ast.Constraint, clause string) {
		if last == nil || !deferrableKinds[last.Contype] {
			pgerr.Raise("42601", c.Location, "misplaced %s clause", clause)
		}
	}
	once := func(saw *bool, c *ast.Constraint, clauses string) {
		if *saw {
			pgerr.Raise("42601", c.Location, "multiple %s clauses not allowed", clauses)
		}
		*saw = true
	}
	const deferrability, initially = "DEFERRABLE/NOT DEFERRABLE", "INITIALLY IMMEDIATE/DEFERRED"
	for _, node := range constraints {
		c := node.(*ast.Constraint)
		switch c.Contype {
		case ast.CONSTR_ATTR_DEFERRABLE:
			misplaced(c, "DEFERRABLE")
			once(&sawDeferrability, c, deferrability)
			last.Deferrable = true
		case ast.CONSTR_ATTR_NOT_DEFERRABLE:
			misplaced(c, "NOT DEFERRABLE")
			once(&sawDeferrability, c, deferrability)
			last.Deferrable = false
			if sawInitially && last.Initdeferred {
				pgerr.Raise("42601", c.Location, "constraint declared INITIALLY DEFERRED must be DEFERRABLE")
			}
		case ast.CONSTR_ATTR_DEFERRED:
			misplaced(c, "INITIALLY DEFERRED")
			once(&sawInitially, c, initially)
			last.Initdeferred = true
			if !sawDeferrability {
				last.Deferrable = true
			} else if !last.Deferrable {
				pgerr.Raise("42601", c.Location, "constraint declared INITIALLY DEFERRED must be DEFERRABLE")
			}
		case ast.CONSTR_ATTR_IMMEDIATE:
			misplaced(c, "INITIALLY IMMEDIATE")
			once(&sawInitially, c, initially)
			last.Initdeferred = false
		default:
			copied := *c
			last, sawDeferrability, sawInitially = &copied, false, false
			out = append(out, last)
		}
	}
	return out
}

// tooManyColumns refuses a table wider than PostgreSQL has them.
func tooManyColumns() {
	pgerr.Raise("54011", pgerr.NoPosition, "tables can have at most %d columns", maxColumns)
}
