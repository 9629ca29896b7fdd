package compile

import (
	"maps"
	"strings"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// settings are a session's configuration parameters, as guc.c keeps them. A
// name is in lower case. What stands in neither map has its default.
type settings struct {
	session  map[string]string // by SET
	local    map[string]string // by SET LOCAL, until the transaction ends
	kept     map[string]string // by ALTER DATABASE or ROLE, for sessions that begin later; see Preparing
	defaults map[string]string // of parameters asked for so far: every statement asks for some

	onCommitDrop bool // there may be tables made with ON COMMIT DROP or DELETE ROWS
}

func (g *settings) init() {
	g.session, g.local, g.defaults = map[string]string{}, map[string]string{}, map[string]string{}
}

// serverDefaults are the values a server's configuration file and initdb give,
// where they are not the compiled-in ones.
var serverDefaults = map[string]string{
	"client_encoding":            "UTF8",
	"server_encoding":            "UTF8",
	"default_text_search_config": "pg_catalog.english",
	"lc_messages":                "C.UTF-8",
	"lc_monetary":                "C.UTF-8",
	"lc_numeric":                 "C.UTF-8",
	"lc_time":                    "C.UTF-8",
	"lc_collate":                 "C.UTF-8",
	"lc_ctype":                   "C.UTF-8",
	"timezone":                   "UTC",
	"log_timezone":               "UTC",
	"transaction_isolation":      "read committed",
	"max_connections":            "100",
	"max_stack_depth":            "2048",
	"server_version":             "15.18",
	"server_version_num":         "150018",
	"is_superuser":               "on",
	"session_authorization":      "postgres",
	"wal_level":                  "replica",
	"role":                       "none",
}

// Setting gives a parameter's value in force, "" for one that is not known.
func (s *Session) Setting(name string) string {
	name = strings.ToLower(name)
	if v, ok := s.settings.local[name]; ok {
		return v
	}
	if v, ok := s.settings.session[name]; ok {
		return v
	}
	return s.defaultSetting(name)
}

// defaultSetting gives a parameter's value in a new session.
func (s *Session) defaultSetting(name string) string {
	v, ok := s.settings.defaults[name]
	if !ok {
		v = defaultSetting(name)
		s.settings.defaults[name] = v
	}
	return v
}

func defaultSetting(name string) string {
	if v, ok := serverDefaults[name]; ok {
		return v
	}
	if row := pg.Setting(name); row != nil {
		return row.Boot
	}
	return ""
}

// HasSetting says whether a parameter is known: one of PostgreSQL's, or one
// with a dot that was set before.
func (s *Session) HasSetting(name string) bool {
	name = strings.ToLower(name)
	_, session := s.settings.session[name]
	_, local := s.settings.local[name]
	return session || local || knownSetting(name)
}

// SetConfig sets a parameter as set_config does and gives its new value.
func (s *Session) SetConfig(name, value string, local bool) string {
	s.setConfig(name, value, local)
	return s.Setting(name)
}

// setConfig checks and sets a parameter, as set_config_option.
func (s *Session) setConfig(name, value string, local bool) {
	value = s.checkSetting(name, value)
	s.assign(strings.ToLower(name), value, local)
}

// resetConfig gives a parameter its default again.
func (s *Session) resetConfig(name string, local bool) {
	s.checkSettable(name)
	name = strings.ToLower(name)
	if row := pg.Setting(name); row == nil && !strings.Contains(name, ".") {
		pgerr.Raise("42704", pgerr.NoPosition, "unrecognized configuration parameter \"%s\"", name)
	}
	if local {
		s.assign(name, s.defaultSetting(name), true)
		return
	}
	s.keepSettings()
	if _, set := s.settings.session[name]; set && strings.Contains(name, ".") {
		s.settings.session[name] = "" // a custom one stays known
	} else {
		delete(s.settings.session, name)
	}
	delete(s.settings.local, name)
	s.settingChanged(name)
}

// assign enters a checked value.
func (s *Session) assign(name, value string, local bool) {
	s.keepSettings()
	if local {
		s.settings.local[name] = value
	} else {
		s.settings.session[name] = value
		delete(s.settings.local, name)
	}
	s.settingChanged(name)
}

// keepSettings lets a rollback bring back the present settings.
func (s *Session) keepSettings() {
	session, local := maps.Clone(s.settings.session), maps.Clone(s.settings.local)
	s.catalog.OnRollback(func() { s.settings.session, s.settings.local = session, local })
}

// settingChanged brings what is derived from a parameter up to date: the
// assign hooks of guc.c.
func (s *Session) settingChanged(name string) {
	switch name {
	case "timezone", "datestyle", "intervalstyle", "xmloption", "bytea_output":
		s.catalog.SetSetting(name, s.Setting(name)) // what literals mean depends on them
	case "search_path":
		s.catalog.SetSearchPath(splitIdentifiers(s.Setting(name)))
	case "session_authorization":
		if role := s.catalog.RoleNamed(s.Setting(name)); role != nil {
			was := s.catalog.SessionUser
			s.catalog.SessionUser = role.OID
			s.catalog.OnRollback(func() { s.catalog.SessionUser = was })
			s.keepSettings()
			delete(s.settings.session, "role")
			s.setRole(role.OID)
		}
	case "role":
		role := s.catalog.RoleNamed(s.Setting(name))
		if value := s.Setting(name); value == "none" || role == nil {
			s.setRole(s.catalog.SessionUser)
		} else {
			s.setRole(role.OID)
		}
	}
}

// endTransaction forgets what SET LOCAL set.
func (g *settings) endTransaction(s *Session) {
	if len(g.local) == 0 {
		return
	}
	names := maps.Clone(g.local)
	clear(g.local)
	for name := range names {
		s.settingChanged(name)
	}
}

// withSettings runs f with a function's SET clauses ("name=value") in force.
func (s *Session) withSettings(config []string, f func()) {
	if len(config) == 0 {
		f()
		return
	}
	session, local := maps.Clone(s.settings.session), maps.Clone(s.settings.local)
	for _, c := range config {
		name, value, _ := strings.Cut(c, "=")
		s.assign(strings.ToLower(name), value, true)
	}
	f()
	s.keepSettings()
	s.settings.session, s.settings.local = session, local
	for _, c := range config {
		name, _, _ := strings.Cut(c, "=")
		s.settingChanged(strings.ToLower(name))
	}
}

// variableSet interprets SET and RESET, as ExecSetVariableStmt.
func (s *Session) variableSet(n *ast.VariableSetStmt) {
	if n.IsLocal && !s.InTransaction() && s.depth == 0 && s.tx.state != txImplicit {
		s.warning("25P01", "SET LOCAL can only be used in transaction blocks")
	}
	switch n.Kind {
	case ast.VAR_SET_VALUE:
		s.setConfig(n.Name, settingText(n.Name, n.Args), n.IsLocal)
	case ast.VAR_SET_CURRENT:
		s.setConfig(n.Name, s.showSetting(n.Name), n.IsLocal)
	case ast.VAR_SET_DEFAULT, ast.VAR_RESET:
		s.resetConfig(n.Name, n.IsLocal)
	case ast.VAR_RESET_ALL:
		s.resetAll()
	case ast.VAR_SET_MULTI:
		s.setMulti(n)
	}
}

func (s *Session) resetAll() {
	s.keepSettings()
	for _, m := range []map[string]string{s.settings.session, s.settings.local} {
		for name := range m {
			if name != "role" && name != "session_authorization" && !strings.HasPrefix(name, "transaction_") {
				delete(m, name)
			}
		}
	}
	s.settingChanged("search_path")
}

// setMulti is SET TRANSACTION and SET SESSION CHARACTERISTICS.
func (s *Session) setMulti(n *ast.VariableSetStmt) {
	switch n.Name {
	case "TRANSACTION":
		if !s.InTransaction() && s.depth == 0 {
			s.warning("25P01", "SET TRANSACTION can only be used in transaction blocks")
		}
		s.transactionOptions(n.Args)
	case "SESSION CHARACTERISTICS":
		for _, o := range n.Args {
			if d, ok := o.(*ast.DefElem); ok {
				s.setConfig("default_"+d.Defname, constantText(d.Arg), false)
			}
		}
	case "TRANSACTION SNAPSHOT":
		pgerr.Raise("22023", pgerr.NoPosition, "invalid snapshot identifier: \"%s\"", constantText(n.Args[0]))
	}
}

// variableShow interprets SHOW.
func (s *Session) variableShow(n *ast.VariableShowStmt) {
	if !strings.EqualFold(n.Name, "all") {
		s.showSetting(n.Name)
	}
}

// showSetting gives a parameter's value; one that is not known is refused.
func (s *Session) showSetting(name string) string {
	if !s.HasSetting(name) {
		pgerr.Raise("42704", pgerr.NoPosition, "unrecognized configuration parameter \"%s\"", name)
	}
	return s.Setting(name)
}
