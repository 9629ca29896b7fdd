package compile

import (
	"slices"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// A tsFunction is what one function of a text search parser or template looks
// like.
type tsFunction struct {
	param    string
	args     int
	result   pg.OID
	required string // what the message calls it; "" when it may be missing
}

var tsParserFunctions = []tsFunction{
	{"start", 2, pg.Internal, "start"}, {"gettoken", 3, pg.Internal, "gettoken"}, {"end", 1, pg.Void, "end"},
	{"headline", 3, pg.Internal, ""}, {"lextypes", 1, pg.Internal, "lextypes"},
}

var tsTemplateFunctions = []tsFunction{{"init", 1, pg.Internal, ""}, {"lexize", 4, pg.Internal, "lexize"}}

// createTSParser interprets CREATE TEXT SEARCH PARSER, as DefineTSParser.
func (s *Session) createTSParser(n *ast.DefineStmt) {
	s.requireSuperuser("must be superuser to create text search parsers")
	s.createTSFunctions(n, catalog.ClassTSParser, "text search parser", tsParserFunctions)
}

// createTSTemplate interprets CREATE TEXT SEARCH TEMPLATE, as DefineTSTemplate.
func (s *Session) createTSTemplate(n *ast.DefineStmt) {
	s.requireSuperuser("must be superuser to create text search templates")
	s.createTSFunctions(n, catalog.ClassTSTemplate, "text search template", tsTemplateFunctions)
}

func (s *Session) createTSFunctions(n *ast.DefineStmt, class catalog.Class, what string, functions []tsFunction) {
	namespace, name := s.creationNamespace(n.Defnames)
	procs := map[string]pg.OID{}
	for _, node := range n.Definition {
		d := node.(*ast.DefElem)
		i := slices.IndexFunc(functions, func(f tsFunction) bool { return f.param == d.Defname })
		if i < 0 {
			pgerr.Raise("42601", pgerr.NoPosition, `%s parameter "%s" not recognized`, what, d.Defname)
		}
		procs[d.Defname] = s.tsFunction(functions[i], s.defName(d))
	}
	for _, f := range functions {
		if f.required != "" && procs[f.param] == 0 {
			pgerr.Raise("42P17", pgerr.NoPosition, "%s %s method is required", what, f.required)
		}
	}
	s.checkTSName(class, what, namespace, name)
	g := s.addGeneric(class, namespace, name)
	for _, oid := range procs {
		s.catalog.Depend(g.Address(), catalog.Address{Class: catalog.ClassProc, OID: oid}, catalog.DependNormal)
	}
}

func (s *Session) tsFunction(f tsFunction, name []ast.Node) pg.OID {
	args := make([]pg.OID, f.args)
	for i := range args {
		args[i] = pg.Internal
	}
	switch f.param {
	case "start":
		args[1] = pg.Int4
	case "headline":
		args[2] = pg.Tsquery
	}
	p := s.functionNamed(name, args)
	if p.RetType != f.result {
		pgerr.Raise("42P17", pgerr.NoPosition, "function %s should return type %s", s.signature(dotted(name), args), s.formatType(f.result))
	}
	return p.OID
}

// checkTSName refuses a name that is taken: a unique index does that in a
// server.
func (s *Session) checkTSName(class catalog.Class, what string, namespace pg.OID, name string) {
	if s.catalog.Named(class, namespace, name) == nil {
		return
	}
	index := map[catalog.Class]string{catalog.ClassTSParser: "pg_ts_parser_prsname_index", catalog.ClassTSTemplate: "pg_ts_template_tmplname_index",
		catalog.ClassTSDict: "pg_ts_dict_dictname_index", catalog.ClassTSConfig: "pg_ts_config_cfgname_index"}[class]
	pgerr.New("23505", pgerr.NoPosition, `duplicate key value violates unique constraint "%s"`, index).WithDetail("There is a %s of that name.", what).Raise()
}

// createTSDictionary interprets CREATE TEXT SEARCH DICTIONARY, as
// DefineTSDictionary.
func (s *Session) createTSDictionary(n *ast.DefineStmt) {
	namespace, name := s.createIn(n.Defnames)
	var template catalog.Object
	var kept []catalog.Option
	for _, node := range n.Definition {
		d := node.(*ast.DefElem)
		if d.Defname == "template" {
			template = s.schemaNamed(ast.OBJECT_TSTEMPLATE, s.defName(d))
			continue
		}
		kept = append(kept, catalog.Option{Name: d.Defname, Value: s.defText(d)})
	}
	if template == nil {
		pgerr.Raise("42P17", pgerr.NoPosition, "text search template is required")
	}
	checkTSOptions(template.(*catalog.Generic).Name, kept)
	s.checkTSName(catalog.ClassTSDict, "text search dictionary", namespace, name)
	g := s.addGeneric(catalog.ClassTSDict, namespace, name)
	g.Options, g.Parent = kept, template.Address().OID
	s.catalog.Depend(g.Address(), template.Address(), catalog.DependNormal)
}

// tsTemplates are the options of the system's dictionary templates: what
// messages call the template, the options it knows, and those it demands.
var tsTemplates = map[string]struct {
	word     string
	options  map[string]bool
	required []string
}{
	"simple":    {"simple dictionary", nameSet("stopwords", "accept"), nil},
	"synonym":   {"synonym", nameSet("synonyms", "casesensitive"), []string{"Synonyms"}},
	"ispell":    {"Ispell", nameSet("dictfile", "afffile", "stopwords"), []string{"AffFile", "DictFile"}},
	"thesaurus": {"Thesaurus", nameSet("dictfile", "dictionary"), []string{"DictFile", "Dictionary"}},
	"snowball":  {"Snowball", nameSet("stopwords", "language"), []string{"Language"}},
}

// checkTSOptions refuses options that a dictionary's template does not know.
// The files that some of them name are the server's.
func checkTSOptions(template string, list []catalog.Option) {
	t, ok := tsTemplates[template]
	if !ok {
		return
	}
	for _, o := range list {
		if !t.options[o.Name] {
			pgerr.Raise("22023", pgerr.NoPosition, `unrecognized %s parameter: "%s"`, t.word, o.Name)
		}
	}
	for _, name := range t.required {
		if option(list, strings.ToLower(name)) == "" {
			pgerr.Raise("22023", pgerr.NoPosition, "missing %s parameter", name)
		}
	}
}

// alterTSDictionary interprets ALTER TEXT SEARCH DICTIONARY.
func (s *Session) alterTSDictionary(n *ast.AlterTSDictionaryStmt) {
	g := s.schemaNamed(ast.OBJECT_TSDICTIONARY, n.Dictname).(*catalog.Generic)
	s.checkOwnerAs(g, ast.OBJECT_TSDICTIONARY, dotted(n.Dictname))
	s.catalog.Touch(g)
	for _, node := range n.Options {
		d := node.(*ast.DefElem)
		g.Options = slices.DeleteFunc(slices.Clone(g.Options), func(o catalog.Option) bool { return o.Name == d.Defname })
		if d.Arg != nil {
			g.Options = append(g.Options, catalog.Option{Name: d.Defname, Value: s.defString(d)})
		}
	}
}

// createTSConfiguration interprets CREATE TEXT SEARCH CONFIGURATION, as
// DefineTSConfiguration.
func (s *Session) createTSConfiguration(n *ast.DefineStmt) {
	namespace, name := s.createIn(n.Defnames)
	var parser, source catalog.Object
	for _, node := range n.Definition {
		d := node.(*ast.DefElem)
		switch d.Defname {
		case "parser":
			parser = s.schemaNamed(ast.OBJECT_TSPARSER, s.defName(d))
		case "copy":
			source = s.schemaNamed(ast.OBJECT_TSCONFIGURATION, s.defName(d))
		default:
			pgerr.Raise("42601", pgerr.NoPosition, `text search configuration parameter "%s" not recognized`, d.Defname)
		}
	}
	switch {
	case parser != nil && source != nil:
		pgerr.Raise("42601", pgerr.NoPosition, "cannot specify both PARSER and COPY options")
	case parser == nil && source == nil:
		pgerr.Raise("42P17", pgerr.NoPosition, "text search parser is required")
	}
	s.checkTSName(catalog.ClassTSConfig, "text search configuration", namespace, name)
	g := s.addGeneric(catalog.ClassTSConfig, namespace, name)
	if parser != nil {
		g.Parent = parser.Address().OID
		s.catalog.Depend(g.Address(), parser.Address(), catalog.DependNormal)
		return
	}
	from := source.(*catalog.Generic)
	g.Parent, g.Options = from.Parent, slices.Clone(from.Options)
	for _, d := range s.catalog.Dependencies(from.Address()) {
		if d.Referenced.Class == catalog.ClassTSDict || d.Referenced.Class == catalog.ClassTSParser {
			s.catalog.Depend(g.Address(), d.Referenced, d.Kind)
		}
	}
}

// tokenTypes are those of the parser that every server has.
var tokenTypes = nameSet("asciiword", "word", "numword", "email", "url", "host", "sfloat", "version", "hword_numpart", "hword_part",
	"hword_asciipart", "blank", "tag", "protocol", "numhword", "asciihword", "hword", "url_path", "file", "float", "int", "uint", "entity")

// alterTSConfiguration interprets ALTER TEXT SEARCH CONFIGURATION … MAPPING.
// Options hold one entry a token type: its dictionaries.
func (s *Session) alterTSConfiguration(n *ast.AlterTSConfigurationStmt) {
	g := s.schemaObject(schemaKinds[ast.OBJECT_TSCONFIGURATION], n.Cfgname, false).(*catalog.Generic)
	s.checkOwnerAs(g, ast.OBJECT_TSCONFIGURATION, dotted(n.Cfgname))
	tokens := ast.Strings(n.Tokentype)
	for _, token := range tokens {
		if !tokenTypes[token] {
			pgerr.Raise("22023", pgerr.NoPosition, `token type "%s" does not exist`, token)
		}
	}
	var dicts []catalog.Object
	for _, node := range n.Dicts {
		dicts = append(dicts, s.schemaNamed(ast.OBJECT_TSDICTIONARY, nodeNames(node)))
	}
	s.catalog.Touch(g)
	if n.Kind == ast.ALTER_TSCONFIG_DROP_MAPPING {
		s.dropTSMapping(g, n, tokens)
		return
	}
	for _, token := range tokens {
		if n.Kind == ast.ALTER_TSCONFIG_ADD_MAPPING && option(g.Options, token) != "" {
			pgerr.Raise("23505", pgerr.NoPosition, `duplicate key value violates unique constraint "pg_ts_config_map_index"`)
		}
	}
	if n.Replace {
		replaceTSDict(g, tokens, oidText(dicts[0].Address().OID), oidText(dicts[1].Address().OID))
	} else {
		mapTSTokens(g, tokens, dicts)
	}
	s.dependTSConfiguration(g)
}

// mapTSTokens gives token types their dictionaries: the option's value lists
// their OIDs.
func mapTSTokens(g *catalog.Generic, tokens []string, dicts []catalog.Object) {
	list := make([]string, len(dicts))
	for i, d := range dicts {
		list[i] = oidText(d.Address().OID)
	}
	for _, token := range tokens {
		g.Options = slices.DeleteFunc(slices.Clone(g.Options), func(o catalog.Option) bool { return o.Name == token })
		g.Options = append(g.Options, catalog.Option{Name: token, Value: strings.Join(list, " ")})
	}
}

// replaceTSDict puts one dictionary into another one's place, for some token
// types or for all.
func replaceTSDict(g *catalog.Generic, tokens []string, old, replacement string) {
	g.Options = slices.Clone(g.Options)
	for i, o := range g.Options {
		if len(tokens) > 0 && !slices.Contains(tokens, o.Name) {
			continue
		}
		list := strings.Fields(o.Value)
		for j := range list {
			if list[j] == old {
				list[j] = replacement
			}
		}
		g.Options[i].Value = strings.Join(list, " ")
	}
}

// dependTSConfiguration records the dictionaries that a configuration needs.
func (s *Session) dependTSConfiguration(g *catalog.Generic) {
	s.catalog.Undepend(g.Address(), func(d catalog.Dependency) bool { return d.Referenced.Class == catalog.ClassTSDict })
	for _, o := range g.Options {
		for _, text := range strings.Fields(o.Value) {
			oid, _ := strconv.Atoi(text)
			s.catalog.Depend(g.Address(), catalog.Address{Class: catalog.ClassTSDict, OID: pg.OID(oid)}, catalog.DependNormal)
		}
	}
}

func (s *Session) dropTSMapping(g *catalog.Generic, n *ast.AlterTSConfigurationStmt, tokens []string) {
	defer s.dependTSConfiguration(g)
	for _, token := range tokens {
		before := len(g.Options)
		g.Options = slices.DeleteFunc(slices.Clone(g.Options), func(o catalog.Option) bool { return o.Name == token })
		if len(g.Options) < before || g.OID < firstUserOID {
			continue
		}
		if !n.MissingOk {
			pgerr.Raise("42704", pgerr.NoPosition, `mapping for token type "%s" does not exist`, token)
		}
		s.notice("00000", `mapping for token type "%s" does not exist, skipping`, token)
	}
}
