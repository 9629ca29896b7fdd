package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// languageNamed finds a language that must be there (get_language_oid). One
// that is an extension gets a hint.
func (s *Session) languageNamed(name string) *catalog.Generic {
	if l, ok := s.catalog.Named(catalog.ClassLanguage, 0, name).(*catalog.Generic); ok {
		return l
	}
	err := pgerr.New("42704", pgerr.NoPosition, `language "%s" does not exist`, name)
	if pg.FindExtension(name) != nil {
		err.Hint = "Use CREATE EXTENSION to load the language into the database."
	}
	err.Raise()
	return nil
}

// createLanguage interprets CREATE LANGUAGE with a handler, as
// CreateProceduralLanguage. Without one it is CREATE EXTENSION.
func (s *Session) createLanguage(n *ast.CreatePLangStmt) {
	s.requireSuperuser("must be superuser to create custom procedural language")
	handler := s.functionNamed(n.Plhandler, nil)
	if handler.RetType != pg.LanguageHandler {
		pgerr.Raise("42809", pgerr.NoPosition, "function %s must return type %s", dotted(n.Plhandler), "language_handler")
	}
	needs := []*catalog.Proc{handler}
	if len(n.Plinline) > 0 {
		needs = append(needs, s.functionNamed(n.Plinline, []pg.OID{pg.Internal}))
	}
	if len(n.Plvalidator) > 0 {
		needs = append(needs, s.functionNamed(n.Plvalidator, []pg.OID{pg.Oid}))
	}
	old, _ := s.catalog.Named(catalog.ClassLanguage, 0, n.Plname).(*catalog.Generic)
	switch {
	case old == nil:
		old = s.addGeneric(catalog.ClassLanguage, 0, n.Plname)
	case !n.Replace:
		pgerr.Raise("42710", pgerr.NoPosition, `language "%s" already exists`, n.Plname)
	}
	s.catalog.Touch(old)
	old.Options = nil
	if n.Pltrusted {
		old.Options = []catalog.Option{{Name: "trusted", Value: "true"}}
	}
	old.Handler = handler.OID
	for _, p := range needs {
		s.catalog.Depend(old.Address(), p.Address(), catalog.DependNormal)
	}
}

// createAccessMethod interprets CREATE ACCESS METHOD, as CreateAccessMethod.
func (s *Session) createAccessMethod(n *ast.CreateAmStmt) {
	if !s.superuser() {
		pgerr.New("42501", pgerr.NoPosition, `permission denied to create access method "%s"`, n.Amname).
			WithHint("Must be superuser to create an access method.").Raise()
	}
	if s.catalog.Named(catalog.ClassAccessMethod, 0, n.Amname) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, `access method "%s" already exists`, n.Amname)
	}
	p := s.functionNamed(n.HandlerName, []pg.OID{pg.Internal})
	want, word := pg.OID(pg.IndexAmHandler), "index_am_handler"
	if n.Amtype == "t" {
		want, word = pg.TableAmHandler, "table_am_handler"
	}
	if p.RetType != want {
		pgerr.Raise("42809", pgerr.NoPosition, "function %s must return type %s", dotted(n.HandlerName), word)
	}
	am := &catalog.AccessMethod{Header: catalog.Header{Name: n.Amname, Owner: catalog.Superuser}, Row: s.amRow(p, n.Amtype), Handler: p.OID}
	am.OID = s.catalog.NewOID()
	am.Row.OID, am.Row.Name = am.OID, n.Amname
	s.catalog.Add(am)
	s.catalog.Depend(am.Address(), p.Address(), catalog.DependNormal)
	s.changed("create access method %s", n.Amname)
}

// amRow tells what an access method can do: what the one with the same
// handler can.
func (s *Session) amRow(handler *catalog.Proc, amtype string) pg.AmRow {
	for _, row := range pg.Builtin.Ams {
		if handler.Src == row.Name+"handler" {
			return row
		}
	}
	return pg.AmRow{Kind: amtype[0]}
}

// transform finds the transform of a type for a language; nil: none.
func (s *Session) transform(typ pg.OID, lang *catalog.Generic) *catalog.Generic {
	t, _ := s.catalog.Named(catalog.ClassTransform, 0, transformName(typ, lang)).(*catalog.Generic)
	return t
}

func transformName(typ pg.OID, lang *catalog.Generic) string {
	return lang.Name + "/" + oidText(typ)
}

// createTransform interprets CREATE TRANSFORM, as CreateTransform does.
func (s *Session) createTransform(n *ast.CreateTransformStmt) {
	typ, _ := s.typeID(n.TypeName)
	t := s.catalog.Type(typ)
	switch t.Kind {
	case 'p':
		pgerr.Raise("42809", pgerr.NoPosition, "data type %s is a pseudo-type", s.typeNameText(n.TypeName))
	case 'd':
		pgerr.Raise("42809", pgerr.NoPosition, "data type %s is a domain", s.typeNameText(n.TypeName))
	}
	s.checkOwner(t)
	s.checkTypeUsage(t.OID)
	lang := s.languageNamed(n.Lang)
	s.checkPrivilege(lang, aclUsage)
	var needs []*catalog.Proc
	if n.Fromsql != nil {
		needs = append(needs, s.transformFunction(n.Fromsql, pg.Internal, "FROM SQL"))
	}
	if n.Tosql != nil {
		needs = append(needs, s.transformFunction(n.Tosql, typ, "TO SQL"))
	}
	g := s.transform(typ, lang)
	switch {
	case g == nil:
		g = s.addGeneric(catalog.ClassTransform, 0, transformName(typ, lang))
		g.Parent, g.Extra = typ, lang.Name
	case !n.Replace:
		pgerr.Raise("42710", pgerr.NoPosition, `transform for type %s language "%s" already exists`, s.formatType(typ), n.Lang)
	}
	s.catalog.Depend(g.Address(), t.Address(), catalog.DependNormal)
	s.catalog.Depend(g.Address(), lang.Address(), catalog.DependNormal)
	for _, p := range needs {
		s.catalog.Depend(g.Address(), p.Address(), catalog.DependNormal)
	}
}

func (s *Session) transformFunction(name *ast.ObjectWithArgs, result pg.OID, which string) *catalog.Proc {
	p := s.routine(ast.OBJECT_FUNCTION, name)
	s.checkOwnerAs(p, ast.OBJECT_FUNCTION, dotted(name.Objname))
	s.checkPrivilege(p, aclExecute)
	switch {
	case p.RetType != result && which == "FROM SQL":
		pgerr.Raise("42P17", pgerr.NoPosition, "return data type of FROM SQL function must be %s", "internal")
	case p.RetType != result:
		pgerr.Raise("42P17", pgerr.NoPosition, "return data type of TO SQL function must be the transform data type")
	case p.Volatile == 'v':
		pgerr.Raise("42P17", pgerr.NoPosition, "transform function must not be volatile")
	case p.Kind != 'f':
		pgerr.Raise("42P17", pgerr.NoPosition, "transform function must be a normal function")
	case p.RetSet:
		pgerr.Raise("42P17", pgerr.NoPosition, "transform function must not return a set")
	case len(p.ArgTypes) != 1:
		pgerr.Raise("42P17", pgerr.NoPosition, "transform function must take one argument")
	case p.ArgTypes[0] != pg.Internal:
		pgerr.Raise("42P17", pgerr.NoPosition, "first argument of transform function must be type %s", "internal")
	}
	return p
}
