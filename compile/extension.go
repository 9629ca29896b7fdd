package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// trustedExtensions may be made by whoever may create objects in the
// database: their control files say so.
var trustedExtensions = nameSet("btree_gin", "btree_gist", "citext", "cube", "dict_int", "fuzzystrmatch", "hstore", "intarray", "isn", "lo",
	"ltree", "pgcrypto", "pg_trgm", "seg", "tablefunc", "tcn", "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp", "plpgsql",
	"bool_plperl", "hstore_plperl", "jsonb_plperl", "plperl", "pltcl")

// createExtension interprets CREATE EXTENSION, as CreateExtension does.
func (s *Session) createExtension(n *ast.CreateExtensionStmt) {
	if s.extension(n.Extname) != nil {
		if n.IfNotExists {
			s.notice("42710", `extension "%s" already exists, skipping`, n.Extname)
			return
		}
		pgerr.Raise("42710", pgerr.NoPosition, `extension "%s" already exists`, n.Extname)
	}
	opts := options(n.Options, nameSet("schema", "new_version", "cascade"), func(d *ast.DefElem) {
		pgerr.Raise("XX000", pgerr.NoPosition, "unrecognized option: %s", d.Defname)
	})
	x := extensionRequest{name: n.Extname}
	if d := opts["schema"]; d != nil {
		x.schema = s.defString(d)
	}
	if d := opts["new_version"]; d != nil {
		x.version = s.defString(d)
	}
	if d := opts["cascade"]; d != nil {
		x.cascade = s.defBool(d)
	}
	s.installExtension(x)
}

// extension finds an installed extension; nil: none.
func (s *Session) extension(name string) *catalog.Extension {
	for _, e := range catalog.All[*catalog.Extension](s.catalog) {
		if e.Name == name {
			return e
		}
	}
	return nil
}

// An extensionRequest is an extension to be installed.
type extensionRequest struct {
	name, schema, version string
	cascade               bool
	parents               []string
}

// installExtension mirrors CreateExtensionInternal.
func (s *Session) installExtension(x extensionRequest) *catalog.Extension {
	row := s.extensionRow(x)
	version := x.version
	if version == "" {
		version = row.Version
	}
	if !s.knownVersion(row, version) {
		pgerr.Raise("22023", pgerr.NoPosition, `extension "%s" has no installation script nor update path for version "%s"`, x.name, version)
	}
	owner := s.catalog.CurrentUser
	schema := s.extensionSchema(row, x)
	required := s.requiredExtensions(row, x)
	if trusted := trustedExtensions[x.name]; !s.superuser() && !(trusted && s.databaseAllows(owner, aclCreate)) {
		hint := "Must be superuser to create this extension."
		if trusted {
			hint = "Must have CREATE privilege on current database to create this extension."
		}
		pgerr.New("42501", pgerr.NoPosition, `permission denied to create extension "%s"`, x.name).WithHint("%s", hint).Raise()
	}
	ext := &catalog.Extension{Header: catalog.Header{OID: row.OID, Name: x.name, Namespace: schema, Owner: owner},
		Version: version, Relocatable: row.Relocatable}
	s.checkExtensionObjects(row, schema)
	s.catalog.Add(ext)
	s.catalog.Depend(ext.Address(), catalog.Address{Class: catalog.ClassNamespace, OID: schema}, catalog.DependNormal)
	for _, r := range required {
		s.catalog.Depend(ext.Address(), r.Address(), catalog.DependNormal)
	}
	if row.Set != nil {
		s.catalog.AddExtensionObjects(ext, row.Set)
	}
	s.changed("create extension %s", x.name)
	return ext
}

// extensionRow finds what is known of an extension that is to be installed. Of
// one that the platform offers it is only where that puts it.
func (s *Session) extensionRow(x extensionRequest) *pg.ExtensionRow {
	if row := pg.FindExtension(x.name); row != nil {
		return row
	}
	schema, offered := s.Offered[x.name]
	if !offered {
		unknownExtension(x.name)
	}
	if x.schema != "" {
		schema = x.schema
	}
	return &pg.ExtensionRow{Name: x.name, Schema: schema, Version: x.version, Relocatable: true}
}

// separateExtensions are released apart from PostgreSQL: a server may have
// another version of them than the one whose objects are known here.
var separateExtensions = nameSet("address_standardizer", "address_standardizer_data_us", "postgis", "postgis_raster", "postgis_sfcgal",
	"postgis_tiger_geocoder", "postgis_topology", "vector")

// knownVersion says whether an extension can be had in a version.
func (s *Session) knownVersion(row *pg.ExtensionRow, version string) bool {
	if _, offered := s.Offered[row.Name]; offered {
		return true
	}
	return version == row.Version || slices.Contains(row.Versions, version) || separateExtensions[row.Name]
}

// unknownExtension refuses an extension whose objects nobody told us.
func unknownExtension(name string) {
	pgerr.New("0A000", pgerr.NoPosition, `extension "%s" is not available`, name).
		WithDetail("Its types and functions are not known here: only those of PostgreSQL's contrib, of PostGIS and of pgvector are.").
		WithHint("If the schema uses nothing of it, create it outside of the migrations, for example in init.sql.").AsUndecided().Raise()
}

// extensionSchema finds, or makes, the schema that an extension's objects go
// to.
func (s *Session) extensionSchema(row *pg.ExtensionRow, x extensionRequest) pg.OID {
	given := x.schema
	if given != "" {
		s.namespaceNamed(given)
	}
	switch {
	case row.Schema != "":
		if given != "" && given != row.Schema && !x.cascaded() {
			pgerr.Raise("0A000", pgerr.NoPosition, `extension "%s" must be installed in schema "%s"`, x.name, row.Schema)
		}
		if oid := s.catalog.SchemaOID(row.Schema); oid != 0 {
			return oid
		}
		schema := &catalog.Schema{Header: catalog.Header{Name: row.Schema, Owner: s.catalog.CurrentUser}}
		s.catalog.Add(schema)
		return schema.OID
	case given != "":
		return s.namespaceNamed(given)
	}
	oid := s.catalog.CreationSchema()
	if oid == 0 {
		pgerr.Raise("3F000", pgerr.NoPosition, "no schema has been selected to create in")
	}
	return oid
}

// cascaded says whether another extension asked for this one.
func (x extensionRequest) cascaded() bool { return len(x.parents) > 0 }

// requiredExtensions finds what an extension needs, and with CASCADE installs
// it first (get_required_extension).
func (s *Session) requiredExtensions(row *pg.ExtensionRow, x extensionRequest) []*catalog.Extension {
	var required []*catalog.Extension
	for _, name := range row.Requires {
		ext := s.extension(name)
		switch {
		case ext != nil:
		case !x.cascade:
			pgerr.New("42704", pgerr.NoPosition, `required extension "%s" is not installed`, name).
				WithHint("Use CREATE EXTENSION ... CASCADE to install required extensions too.").Raise()
		case slices.Contains(x.parents, name):
			pgerr.Raise("42P19", pgerr.NoPosition, `cyclic dependency detected between extensions "%s" and "%s"`, name, x.name)
		default:
			s.notice("00000", `installing required extension "%s"`, name)
			ext = s.installExtension(extensionRequest{name: name, schema: x.schema, cascade: true, parents: append(slices.Clone(x.parents), x.name)})
		}
		required = append(required, ext)
	}
	return required
}

// checkExtensionObjects refuses an extension whose objects' names are taken:
// its script would fail.
func (s *Session) checkExtensionObjects(row *pg.ExtensionRow, schema pg.OID) {
	if row.Set == nil {
		return
	}
	in := func(namespace pg.OID) pg.OID {
		if namespace == 0 {
			return schema
		}
		return namespace
	}
	for i := range row.Set.Types {
		t := &row.Set.Types[i]
		if old, ok := s.catalog.Named(catalog.ClassType, in(t.Namespace), t.Name).(*catalog.Type); ok && !s.moveArrayType(old) {
			pgerr.Raise("42710", pgerr.NoPosition, `type "%s" already exists`, t.Name)
		}
	}
	for i := range row.Set.Relations {
		r := &row.Set.Relations[i]
		if s.catalog.Named(catalog.ClassRelation, in(r.Namespace), r.Name) != nil {
			pgerr.Raise("42P07", pgerr.NoPosition, `relation "%s" already exists`, r.Name)
		}
	}
	for i := range row.Set.Procs {
		p := &row.Set.Procs[i]
		if s.procIn(in(p.Namespace), p.Name, p.ArgTypes) != nil {
			pgerr.Raise("42723", pgerr.NoPosition, `function "%s" already exists with same argument types`, p.Name)
		}
	}
}

// alterExtension interprets ALTER EXTENSION … UPDATE, as ExecAlterExtensionStmt.
func (s *Session) alterExtension(n *ast.AlterExtensionStmt) {
	ext := s.extensionNamed(n.Extname)
	s.checkOwner(ext)
	row := s.extensionRow(extensionRequest{name: n.Extname, version: ext.Version})
	version := row.Version
	if d := options(n.Options, nil, nil)["new_version"]; d != nil {
		version = s.defString(d)
	}
	switch {
	case version == ext.Version:
		s.notice("00000", `version "%s" of extension "%s" is already installed`, version, ext.Name)
		return
	case !s.knownVersion(row, version):
		pgerr.Raise("22023", pgerr.NoPosition, `extension "%s" has no update path from version "%s" to version "%s"`, ext.Name, ext.Version, version)
	}
	s.catalog.Touch(ext)
	ext.Version = version
	s.changed("update extension %s", ext.Name)
}

// extensionNamed finds an extension that must be installed.
func (s *Session) extensionNamed(name string) *catalog.Extension {
	ext := s.extension(name)
	if ext == nil {
		pgerr.Raise("42704", pgerr.NoPosition, `extension "%s" does not exist`, name)
	}
	return ext
}

// alterExtensionContents interprets ALTER EXTENSION … ADD and DROP, as
// ExecAlterExtensionContentsStmt.
func (s *Session) alterExtensionContents(n *ast.AlterExtensionContentsStmt) {
	ext := s.extensionNamed(n.Extname)
	s.checkOwner(ext)
	o := s.objectNamed(n.Objtype, n.Object, false)
	s.checkNamed(o)
	member := catalog.Dependency{Dependent: o.address, Referenced: ext.Address(), Kind: catalog.DependExtension}
	owner := s.memberOf(o.address)
	if n.Action > 0 {
		switch {
		case owner != nil:
			pgerr.Raise("55000", pgerr.NoPosition, `%s is already a member of extension "%s"`, s.describe(o.address), owner.Name)
		case n.Objtype == ast.OBJECT_SCHEMA && o.address.OID == ext.Namespace:
			pgerr.Raise("55000", pgerr.NoPosition, `cannot add schema "%s" to extension "%s" because the schema contains the extension`, nodeText(n.Object), ext.Name)
		}
		s.catalog.Depend(member.Dependent, member.Referenced, member.Kind)
		return
	}
	if owner != ext {
		pgerr.Raise("55000", pgerr.NoPosition, `%s is not a member of extension "%s"`, s.describe(o.address), ext.Name)
	}
	s.catalog.Undepend(o.address, func(d catalog.Dependency) bool { return d == member })
}

// memberOf gives the extension that an object belongs to, nil for none
// (getExtensionOfObject).
func (s *Session) memberOf(a catalog.Address) *catalog.Extension {
	for _, d := range s.catalog.Dependencies(a) {
		if d.Kind == catalog.DependExtension {
			ext, _ := s.catalog.Object(d.Referenced).(*catalog.Extension)
			return ext
		}
	}
	return nil
}

// moveExtension interprets ALTER EXTENSION … SET SCHEMA, as
// AlterExtensionNamespace.
func (s *Session) moveExtension(name, schema string) {
	ext := s.extensionNamed(name)
	to := s.creationSchemaNamed(schema)
	s.checkOwner(ext)
	s.checkCreate(to)
	if owner := s.memberOf(catalog.Address{Class: catalog.ClassNamespace, OID: to}); owner == ext {
		pgerr.Raise("55000", pgerr.NoPosition, `cannot move extension "%s" into schema "%s" because the extension contains the schema`, name, schema)
	}
	if !ext.Relocatable {
		pgerr.Raise("0A000", pgerr.NoPosition, `extension "%s" does not support SET SCHEMA`, name)
	}
	if ext.Namespace == to {
		return
	}
	from := ext.Namespace
	for _, d := range s.catalog.Dependents(ext.Address()) {
		if d.Kind == catalog.DependExtension {
			s.moveMember(d.Dependent, from, to)
		}
	}
	s.catalog.Touch(ext)
	s.catalog.Rename(ext, to, ext.Name)
	s.changeNamespaceDependency(ext, from, to)
}

// moveMember moves one object of an extension, and what belongs to it.
func (s *Session) moveMember(a catalog.Address, from, to pg.OID) {
	o := s.catalog.Object(a)
	h := catalog.HeaderOf(o)
	if h.Namespace != from {
		return
	}
	if t, ok := o.(*catalog.Type); ok && s.isTrueArray(t) && t.Namespace == to {
		return
	}
	s.catalog.Rename(o, to, h.Name)
	s.changeNamespaceDependency(o, from, to)
	if t, ok := o.(*catalog.Type); ok {
		if array := s.catalog.Type(t.Array); array != nil && array.Namespace == from {
			s.catalog.Rename(array, to, array.Name)
		}
	}
}
