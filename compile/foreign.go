package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// genericOptions applies OPTIONS (ADD …, SET …, DROP …) to a list
// (transformGenericOptions).
func (s *Session) genericOptions(old []catalog.Option, list []ast.Node) []catalog.Option {
	out := slices.Clone(old)
	for _, node := range list {
		d := node.(*ast.DefElem)
		at := slices.IndexFunc(out, func(o catalog.Option) bool { return o.Name == d.Defname })
		switch d.Defaction {
		case ast.DEFELEM_DROP, ast.DEFELEM_SET:
			if at < 0 {
				pgerr.Raise("42704", pgerr.NoPosition, `option "%s" not found`, d.Defname)
			}
			if d.Defaction == ast.DEFELEM_DROP {
				out = slices.Delete(out, at, at+1)
			} else {
				out[at].Value = s.defText(d)
			}
		default:
			if at >= 0 {
				pgerr.Raise("42710", pgerr.NoPosition, `option "%s" provided more than once`, d.Defname)
			}
			out = append(out, catalog.Option{Name: d.Defname, Value: s.defText(d)})
		}
	}
	return out
}

// createFDW interprets CREATE FOREIGN DATA WRAPPER, as
// CreateForeignDataWrapper.
func (s *Session) createFDW(n *ast.CreateFdwStmt) {
	if !s.superuser() {
		pgerr.New("42501", pgerr.NoPosition, `permission denied to create foreign-data wrapper "%s"`, n.Fdwname).
			WithHint("Must be superuser to create a foreign-data wrapper.").Raise()
	}
	if s.catalog.Named(catalog.ClassFDW, 0, n.Fdwname) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, `foreign-data wrapper "%s" already exists`, n.Fdwname)
	}
	procs := s.fdwFunctions(n.FuncOptions)
	opts := s.genericOptions(nil, n.Options)
	g := s.addGeneric(catalog.ClassFDW, 0, n.Fdwname)
	g.Options = opts
	s.setFDWFunctions(g, procs)
}

// fdwFunctions finds HANDLER and VALIDATOR; without a value it is none.
func (s *Session) fdwFunctions(list []ast.Node) map[string]*catalog.Proc {
	procs := map[string]*catalog.Proc{}
	for name, d := range options(list, nameSet("handler", "validator"), unknownRoleOption) {
		procs[name] = nil
		if d.Arg == nil {
			continue
		}
		args := []pg.OID{}
		if name == "validator" {
			args = []pg.OID{pg.TextArray, pg.Oid}
		}
		p := s.functionNamed(s.defName(d), args)
		if name == "handler" && p.RetType != pg.FdwHandler {
			pgerr.Raise("42809", pgerr.NoPosition, "function %s must return type %s", dotted(s.defName(d)), "fdw_handler")
		}
		procs[name] = p
	}
	return procs
}

func (s *Session) setFDWFunctions(g *catalog.Generic, procs map[string]*catalog.Proc) {
	for name, p := range procs {
		if p != nil {
			s.catalog.Depend(g.Address(), p.Address(), catalog.DependNormal)
		}
		if name == "handler" {
			g.Handler = 0
			if p != nil {
				g.Handler = p.OID
			}
		}
	}
}

// alterFDW interprets ALTER FOREIGN DATA WRAPPER.
func (s *Session) alterFDW(n *ast.AlterFdwStmt) {
	if !s.superuser() {
		pgerr.New("42501", pgerr.NoPosition, `permission denied to alter foreign-data wrapper "%s"`, n.Fdwname).
			WithHint("Must be superuser to alter a foreign-data wrapper.").Raise()
	}
	g := s.genericNamed(ast.OBJECT_FDW, n.Fdwname)
	procs := s.fdwFunctions(n.FuncOptions)
	opts := s.genericOptions(g.Options, n.Options)
	s.catalog.Touch(g)
	g.Options = opts
	if len(procs) > 0 {
		s.setFDWFunctions(g, procs)
	}
}

// createServer interprets CREATE SERVER, as CreateForeignServer.
func (s *Session) createServer(n *ast.CreateForeignServerStmt) {
	if s.catalog.Named(catalog.ClassServer, 0, n.Servername) != nil {
		if n.IfNotExists {
			s.notice("42710", `server "%s" already exists, skipping`, n.Servername)
			return
		}
		pgerr.Raise("42710", pgerr.NoPosition, `server "%s" already exists`, n.Servername)
	}
	wrapper := s.genericNamed(ast.OBJECT_FDW, n.Fdwname)
	s.checkPrivilege(wrapper, aclUsage)
	opts := s.genericOptions(nil, n.Options)
	g := s.addGeneric(catalog.ClassServer, 0, n.Servername)
	g.Parent, g.Options = wrapper.OID, opts
	s.catalog.Depend(g.Address(), wrapper.Address(), catalog.DependNormal)
}

// alterServer interprets ALTER SERVER.
func (s *Session) alterServer(n *ast.AlterForeignServerStmt) {
	g := s.genericNamed(ast.OBJECT_FOREIGN_SERVER, n.Servername)
	s.checkOwnerAs(g, ast.OBJECT_FOREIGN_SERVER, n.Servername)
	opts := s.genericOptions(g.Options, n.Options)
	s.catalog.Touch(g)
	g.Options = opts
}

// mappingRole gives the role of a user mapping, 0 for PUBLIC, and its name.
func (s *Session) mappingRole(spec *ast.RoleSpec) (pg.OID, string) {
	if spec.Roletype == ast.ROLESPEC_PUBLIC {
		return 0, "public"
	}
	r := s.role(spec)
	return r.OID, r.Name
}

// checkMapping lets a server's owner do everything, and others what concerns
// themselves when they may use the server (user_mapping_ddl_aclcheck).
func (s *Session) checkMapping(role pg.OID, server *catalog.Generic) {
	if s.owns(server) {
		return
	}
	if role != s.catalog.CurrentUser {
		s.notOwner(ast.OBJECT_FOREIGN_SERVER, server.Name)
	}
	s.checkPrivilege(server, aclUsage)
}

func mappingName(role pg.OID, server *catalog.Generic) string {
	return oidText(role) + "/" + oidText(server.OID)
}

// createUserMapping interprets CREATE USER MAPPING, as CreateUserMapping.
func (s *Session) createUserMapping(n *ast.CreateUserMappingStmt) {
	role, name := s.mappingRole(n.User)
	server := s.genericNamed(ast.OBJECT_FOREIGN_SERVER, n.Servername)
	s.checkMapping(role, server)
	if s.catalog.Named(catalog.ClassUserMapping, 0, mappingName(role, server)) != nil {
		if n.IfNotExists {
			s.notice("42710", `user mapping for "%s" already exists for server "%s", skipping`, name, n.Servername)
			return
		}
		pgerr.Raise("42710", pgerr.NoPosition, `user mapping for "%s" already exists for server "%s"`, name, n.Servername)
	}
	opts := s.genericOptions(nil, n.Options)
	g := s.addGeneric(catalog.ClassUserMapping, 0, mappingName(role, server))
	g.Parent, g.Options, g.Extra = server.OID, opts, name
	s.catalog.Depend(g.Address(), server.Address(), catalog.DependNormal)
}

// userMapping finds a user mapping; nil: none.
func (s *Session) userMapping(role pg.OID, server *catalog.Generic) *catalog.Generic {
	g, _ := s.catalog.Named(catalog.ClassUserMapping, 0, mappingName(role, server)).(*catalog.Generic)
	return g
}

// alterUserMapping interprets ALTER USER MAPPING.
func (s *Session) alterUserMapping(n *ast.AlterUserMappingStmt) {
	role, name := s.mappingRole(n.User)
	server := s.genericNamed(ast.OBJECT_FOREIGN_SERVER, n.Servername)
	g := s.userMapping(role, server)
	if g == nil {
		pgerr.Raise("42704", pgerr.NoPosition, `user mapping for "%s" does not exist for server "%s"`, name, n.Servername)
	}
	s.checkMapping(role, server)
	opts := s.genericOptions(g.Options, n.Options)
	s.catalog.Touch(g)
	g.Options = opts
}

// dropUserMapping interprets DROP USER MAPPING, as RemoveUserMapping.
func (s *Session) dropUserMapping(n *ast.DropUserMappingStmt) {
	if n.MissingOk && n.User.Roletype == ast.ROLESPEC_CSTRING && s.catalog.RoleNamed(n.User.Rolename) == nil {
		s.notice("00000", `role "%s" does not exist, skipping`, n.User.Rolename)
		return
	}
	role, name := s.mappingRole(n.User)
	server, _ := s.plainObject(plainKinds[ast.OBJECT_FOREIGN_SERVER], n.Servername, true).(*catalog.Generic)
	if server == nil {
		if !n.MissingOk {
			pgerr.Raise("42704", pgerr.NoPosition, `server "%s" does not exist`, n.Servername)
		}
		s.notice("00000", `server "%s" does not exist, skipping`, n.Servername)
		return
	}
	g := s.userMapping(role, server)
	if g == nil {
		if !n.MissingOk {
			pgerr.Raise("42704", pgerr.NoPosition, `user mapping for "%s" does not exist for server "%s"`, name, n.Servername)
		}
		s.notice("00000", `user mapping for "%s" does not exist for server "%s", skipping`, name, n.Servername)
		return
	}
	s.checkMapping(role, server)
	s.performDeletion(g.Address(), ast.DROP_CASCADE, 0)
}

// importForeignSchema refuses IMPORT FOREIGN SCHEMA: what it makes is only
// known to the foreign server.
func (s *Session) importForeignSchema(n *ast.ImportForeignSchemaStmt) {
	server := s.genericNamed(ast.OBJECT_FOREIGN_SERVER, n.ServerName)
	s.checkPrivilege(server, aclUsage)
	s.namespaceNamed(n.LocalSchema)
	wrapper, _ := s.catalog.Object(catalog.Address{Class: catalog.ClassFDW, OID: server.Parent}).(*catalog.Generic)
	if wrapper.Handler == 0 && wrapper.OID >= pg.FirstUserOID {
		pgerr.Raise("55000", pgerr.NoPosition, `foreign-data wrapper "%s" has no handler`, wrapper.Name)
	}
	pgerr.New(eval.Undecidable, pgerr.NoPosition, "IMPORT FOREIGN SCHEMA is not supported").
		WithHint("What it makes depends on the foreign server; write CREATE FOREIGN TABLE statements instead.").Raise()
}
