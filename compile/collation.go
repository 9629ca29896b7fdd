package compile

import (
	"regexp"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// createCollation interprets CREATE COLLATION, as DefineCollation does.
func (s *Session) createCollation(n *ast.DefineStmt) {
	namespace, name := s.createIn(n.Defnames)
	opts := options(n.Definition, nameSet("from", "locale", "lc_collate", "lc_ctype", "provider", "deterministic", "version"), func(d *ast.DefElem) {
		pgerr.Raise("42601", d.Location, `collation attribute "%s" not recognized`, d.Defname)
	})
	checkCollationOptions(opts)
	c := &catalog.Collation{Header: catalog.Header{Name: name, Namespace: namespace, Owner: s.catalog.CurrentUser}, Provider: 'c', Deterministic: true}
	if d := opts["from"]; d != nil {
		from := s.catalog.Collation(s.collationID(s.defName(d)))
		if from.OID == pg.DefaultCollation {
			pgerr.Raise("42P17", pgerr.NoPosition, `collation "default" cannot be copied`)
		}
		c.Provider, c.Deterministic, c.Collate, c.Ctype, c.Locale = from.Provider, from.Deterministic, from.Collate, from.Ctype, from.Locale
	} else {
		s.collationOptions(c, opts)
	}
	if s.catalog.Named(catalog.ClassCollation, namespace, name) != nil {
		what := `collation "` + name + `"`
		if c.Provider == 'c' && opts["from"] == nil {
			what += ` for encoding "UTF8"`
		}
		if n.IfNotExists {
			s.notice("42710", "%s already exists, skipping", what)
			return
		}
		pgerr.Raise("42710", pgerr.NoPosition, "%s already exists", what)
	}
	s.catalog.Add(c)
	s.catalog.Depend(c.Address(), catalog.Address{Class: catalog.ClassNamespace, OID: namespace}, catalog.DependNormal)
	s.changed("create collation %s", s.catalog.QualifiedName(c))
}

func checkCollationOptions(opts optionSet) {
	if opts["from"] != nil && len(opts) > 1 {
		pgerr.New("42601", pgerr.NoPosition, "conflicting or redundant options").WithDetail("FROM cannot be specified together with any other options.").Raise()
	}
	if opts["locale"] != nil && (opts["lc_collate"] != nil || opts["lc_ctype"] != nil) {
		pgerr.New("42601", pgerr.NoPosition, "conflicting or redundant options").
			WithDetail("LOCALE cannot be specified together with LC_COLLATE or LC_CTYPE.").Raise()
	}
}

// collationOptions applies the provider and the locale.
func (s *Session) collationOptions(c *catalog.Collation, opts optionSet) {
	if d := opts["provider"]; d != nil {
		switch provider := s.defString(d); strings.ToLower(provider) {
		case "icu":
			c.Provider = 'i'
		case "libc":
			c.Provider = 'c'
		default:
			pgerr.Raise("42P17", pgerr.NoPosition, "unrecognized collation provider: %s", provider)
		}
	}
	if d := opts["deterministic"]; d != nil {
		c.Deterministic = s.defBool(d)
	}
	if d := opts["locale"]; d != nil {
		c.Locale = s.defString(d)
		if c.Provider == 'c' {
			c.Collate, c.Ctype, c.Locale = c.Locale, c.Locale, ""
		}
	}
	if d := opts["lc_collate"]; d != nil {
		c.Collate = s.defString(d)
	}
	if d := opts["lc_ctype"]; d != nil {
		c.Ctype = s.defString(d)
	}
	switch {
	case c.Provider == 'c' && c.Collate == "":
		pgerr.Raise("42P17", pgerr.NoPosition, `parameter "%s" must be specified`, "lc_collate")
	case c.Provider == 'c' && c.Ctype == "":
		pgerr.Raise("42P17", pgerr.NoPosition, `parameter "%s" must be specified`, "lc_ctype")
	case c.Provider == 'i' && c.Locale == "":
		pgerr.Raise("42P17", pgerr.NoPosition, `parameter "%s" must be specified`, "locale")
	case !c.Deterministic && c.Provider != 'i':
		pgerr.Raise("0A000", pgerr.NoPosition, "nondeterministic collations not supported with this provider")
	}
	for _, locale := range []string{c.Collate, c.Ctype} {
		if c.Provider == 'c' && !localeName.MatchString(locale) {
			pgerr.New("22023", pgerr.NoPosition, `could not create locale "%s": No such file or directory`, locale).
				WithDetail(`The operating system could not find any locale data for the locale name "%s".`, locale).AsUndecided().Raise()
		}
	}
}

// localeName is what operating systems call their locales. Which of them a
// server has is not known here.
var localeName = regexp.MustCompile(`^(C|POSIX|[a-z]{2,3}[-_][A-Z]{2,3})([.@].*)?$`)

// alterCollation interprets ALTER COLLATION … REFRESH VERSION.
func (s *Session) alterCollation(n *ast.AlterCollationStmt) {
	oid := s.collationID(n.Collname)
	if oid == pg.DefaultCollation {
		pgerr.Raise("42704", pgerr.NoPosition, "cannot refresh version of default collation")
	}
	s.checkOwnerAs(s.catalog.Collation(oid), ast.OBJECT_COLLATION, dotted(n.Collname))
	s.notice("00000", "version has not changed")
}

func checkEncoding(name, which string) {
	plain := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToUpper(name))
	if !encodings[plain] {
		pgerr.Raise("42704", pgerr.NoPosition, `%s encoding "%s" does not exist`, which, name)
	}
}

// createConversion interprets CREATE CONVERSION, as CreateConversionCommand.
func (s *Session) createConversion(n *ast.CreateConversionStmt) {
	namespace, name := s.createIn(n.ConversionName)
	checkEncoding(n.ForEncodingName, "source")
	checkEncoding(n.ToEncodingName, "destination")
	args := []pg.OID{pg.Int4, pg.Int4, pg.Cstring, pg.Internal, pg.Int4, pg.Bool}
	p := s.functionNamed(n.FuncName, args)
	if p.RetType != pg.Int4 {
		pgerr.Raise("42P17", pgerr.NoPosition, "encoding conversion function %s must return type %s", dotted(n.FuncName), "integer")
	}
	s.checkPrivilege(p, aclExecute)
	if s.catalog.Named(catalog.ClassConversion, namespace, name) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, `conversion "%s" already exists`, name)
	}
	pair := ""
	if n.Def {
		pair = s.defaultConversion(n, namespace)
	}
	c := s.addGeneric(catalog.ClassConversion, namespace, name)
	c.Handler, c.Extra = p.OID, pair
	s.catalog.Depend(c.Address(), p.Address(), catalog.DependNormal)
}

// defaultConversion names the pair of encodings, for which a schema has one
// default conversion at most.
func (s *Session) defaultConversion(n *ast.CreateConversionStmt, namespace pg.OID) string {
	pair := strings.ToUpper(n.ForEncodingName + " to " + n.ToEncodingName)
	for _, g := range catalog.All[*catalog.Generic](s.catalog) {
		if g.Class == catalog.ClassConversion && g.Namespace == namespace && g.Extra == pair {
			pgerr.Raise("42710", pgerr.NoPosition, "default conversion for %s to %s already exists", n.ForEncodingName, n.ToEncodingName)
		}
	}
	return pair
}

// addGeneric enters an object of which little more than the name is kept.
func (s *Session) addGeneric(class catalog.Class, namespace pg.OID, name string) *catalog.Generic {
	g := &catalog.Generic{Header: catalog.Header{Name: name, Namespace: namespace, Owner: s.catalog.CurrentUser}, Class: class}
	s.catalog.Add(g)
	if namespace != 0 {
		s.catalog.Depend(g.Address(), catalog.Address{Class: catalog.ClassNamespace, OID: namespace}, catalog.DependNormal)
	}
	s.changed("create %s %s", strings.TrimPrefix(class.String(), "pg_"), name)
	return g
}
