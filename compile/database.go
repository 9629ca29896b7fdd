package compile

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// Databases and tablespaces are not a part of the schema: what the statements
// about them are told is kept just so far as other statements may name it.

// createDatabase interprets CREATE DATABASE, as createdb does.
func (s *Session) createDatabase(n *ast.CreatedbStmt) {
	role := s.catalog.Role(s.catalog.CurrentUser)
	if !role.Super && !role.CreateDB {
		pgerr.Raise("42501", pgerr.NoPosition, "permission denied to create database")
	}
	if s.catalog.Named(catalog.ClassDatabase, 0, n.Dbname) != nil {
		pgerr.Raise("42P04", pgerr.NoPosition, `database "%s" already exists`, n.Dbname)
	}
	s.addGeneric(catalog.ClassDatabase, 0, n.Dbname)
}

// databaseMove: only ALTER DATABASE … SET TABLESPACE wants a transaction of
// its own.
func databaseMove(n ast.Node) string {
	for _, node := range n.(*ast.AlterDatabaseStmt).Options {
		if node.(*ast.DefElem).Defname == "tablespace" {
			return "ALTER DATABASE SET TABLESPACE"
		}
	}
	return ""
}

// alterDatabase interprets ALTER DATABASE … WITH.
func (s *Session) alterDatabase(n *ast.AlterDatabaseStmt) {
	opts := options(n.Options, nameSet("is_template", "allow_connections", "connection_limit", "tablespace"), func(d *ast.DefElem) {
		pgerr.Raise("42601", d.Location, `option "%s" not recognized`, d.Defname)
	})
	if d := opts["tablespace"]; d != nil && len(opts) > 1 {
		pgerr.Raise("0A000", d.Location, `option "%s" cannot be specified with other options`, d.Defname)
	}
	s.ownDatabase(n.Dbname)
}

func (s *Session) ownDatabase(name string) *catalog.Generic {
	g := s.genericNamed(ast.OBJECT_DATABASE, name)
	s.checkOwnerAs(g, ast.OBJECT_DATABASE, name)
	return g
}

// alterDatabaseSet interprets ALTER DATABASE … SET, whose settings a later
// session has.
func (s *Session) alterDatabaseSet(n *ast.AlterDatabaseSetStmt) {
	s.ownDatabase(n.Dbname)
	s.checkSettingOf(n.Setstmt)
	s.keepForSessions(n.Setstmt)
}

// alterDatabaseRefresh interprets ALTER DATABASE … REFRESH COLLATION VERSION.
func (s *Session) alterDatabaseRefresh(n *ast.AlterDatabaseRefreshCollStmt) {
	s.ownDatabase(n.Dbname)
	s.notice("00000", "version has not changed")
}

// dropDatabase interprets DROP DATABASE, as dropdb does.
func (s *Session) dropDatabase(n *ast.DropdbStmt) {
	g, _ := s.catalog.Named(catalog.ClassDatabase, 0, n.Dbname).(*catalog.Generic)
	if g == nil {
		if !n.MissingOk {
			pgerr.Raise("3D000", pgerr.NoPosition, `database "%s" does not exist`, n.Dbname)
		}
		s.notice("00000", `database "%s" does not exist, skipping`, n.Dbname)
		return
	}
	s.checkOwnerAs(g, ast.OBJECT_DATABASE, n.Dbname)
	switch {
	case strings.HasPrefix(n.Dbname, "template") && g.OID < firstUserOID:
		pgerr.Raise("42809", pgerr.NoPosition, "cannot drop a template database")
	case n.Dbname == databaseName:
		pgerr.Raise("55006", pgerr.NoPosition, "cannot drop the currently open database")
	}
	s.catalog.Drop(g)
}

// renameDatabase mirrors RenameDatabase.
func (s *Session) renameDatabase(oldName, newName string) {
	g := s.ownDatabase(oldName)
	switch {
	case s.catalog.Named(catalog.ClassDatabase, 0, newName) != nil:
		pgerr.Raise("42P04", pgerr.NoPosition, `database "%s" already exists`, newName)
	case oldName == databaseName:
		pgerr.Raise("0A000", pgerr.NoPosition, "current database cannot be renamed")
	}
	s.catalog.Rename(g, 0, newName)
}

// createTablespace interprets CREATE TABLESPACE, as CreateTableSpace does. The
// directory is the server's affair.
func (s *Session) createTablespace(n *ast.CreateTableSpaceStmt) {
	if !s.superuser() {
		pgerr.New("42501", pgerr.NoPosition, `permission denied to create tablespace "%s"`, n.Tablespacename).
			WithHint("Must be superuser to create a tablespace.").Raise()
	}
	switch {
	case strings.ContainsRune(n.Location, '\''):
		pgerr.Raise("42602", pgerr.NoPosition, "tablespace location cannot contain single quotes")
	case n.Location != "" && !strings.HasPrefix(n.Location, "/"):
		pgerr.Raise("42P17", pgerr.NoPosition, "tablespace location must be an absolute path")
	case strings.HasPrefix(n.Tablespacename, "pg_"):
		pgerr.New("42939", pgerr.NoPosition, `unacceptable tablespace name "%s"`, n.Tablespacename).
			WithDetail(`The prefix "pg_" is reserved for system tablespaces.`).Raise()
	case s.catalog.Named(catalog.ClassTablespace, 0, n.Tablespacename) != nil:
		pgerr.Raise("42710", pgerr.NoPosition, `tablespace "%s" already exists`, n.Tablespacename)
	}
	s.addGeneric(catalog.ClassTablespace, 0, n.Tablespacename)
}

// dropTablespace interprets DROP TABLESPACE, as DropTableSpace does.
func (s *Session) dropTablespace(n *ast.DropTableSpaceStmt) {
	g, _ := s.catalog.Named(catalog.ClassTablespace, 0, n.Tablespacename).(*catalog.Generic)
	if g == nil {
		if !n.MissingOk {
			pgerr.Raise("42704", pgerr.NoPosition, `tablespace "%s" does not exist`, n.Tablespacename)
		}
		s.notice("00000", `tablespace "%s" does not exist, skipping`, n.Tablespacename)
		return
	}
	s.checkOwnerAs(g, ast.OBJECT_TABLESPACE, n.Tablespacename)
	if g.OID < firstUserOID {
		s.noPrivilege(ast.OBJECT_TABLESPACE, n.Tablespacename)
	}
	s.catalog.Drop(g)
}

// renameTablespace mirrors RenameTableSpace.
func (s *Session) renameTablespace(oldName, newName string) {
	g := s.genericNamed(ast.OBJECT_TABLESPACE, oldName)
	s.checkOwnerAs(g, ast.OBJECT_TABLESPACE, oldName)
	switch {
	case strings.HasPrefix(newName, "pg_"):
		pgerr.New("42939", pgerr.NoPosition, `unacceptable tablespace name "%s"`, newName).
			WithDetail(`The prefix "pg_" is reserved for system tablespaces.`).Raise()
	case s.catalog.Named(catalog.ClassTablespace, 0, newName) != nil:
		pgerr.Raise("42710", pgerr.NoPosition, `tablespace "%s" already exists`, newName)
	}
	s.catalog.Rename(g, 0, newName)
}

// alterTablespace interprets ALTER TABLESPACE … SET.
func (s *Session) alterTablespace(n *ast.AlterTableSpaceOptionsStmt) {
	g := s.genericNamed(ast.OBJECT_TABLESPACE, n.Tablespacename)
	s.checkOwnerAs(g, ast.OBJECT_TABLESPACE, n.Tablespacename)
	options(n.Options, nameSet("random_page_cost", "seq_page_cost", "effective_io_concurrency", "maintenance_io_concurrency"), func(d *ast.DefElem) {
		pgerr.Raise("22023", pgerr.NoPosition, `unrecognized parameter "%s"`, d.Defname)
	})
}

// alterSystem interprets ALTER SYSTEM: a setting of the server, not ours.
func (s *Session) alterSystem(n *ast.AlterSystemStmt) {
	if n.Setstmt.Kind == ast.VAR_RESET_ALL {
		s.requireSuperuser("permission denied to perform ALTER SYSTEM RESET ALL")
		return
	}
	s.requireSuperuser("permission denied to set parameter \"%s\"", n.Setstmt.Name)
	if n.Setstmt.Kind == ast.VAR_SET_VALUE {
		s.checkSettable(n.Setstmt.Name)
	}
}
