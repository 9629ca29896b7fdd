package compile

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// listSettings are the parameters that take a list; true: its elements are
// identifiers, quoted where that is needed (GUC_LIST_INPUT, GUC_LIST_QUOTE).
var listSettings = map[string]bool{
	"search_path": true, "temp_tablespaces": true, "session_preload_libraries": true, "local_preload_libraries": true,
	"shared_preload_libraries": true, "unix_socket_directories": true, "datestyle": false, "log_destination": false,
	"listen_addresses": false, "synchronous_standby_names": false, "wal_consistency_checking": false,
}

// extensionSettings are parameters with a dot that a database knows from the start.
var extensionSettings = map[string]*pg.SettingRow{
	"plpgsql.variable_conflict":   {Name: "plpgsql.variable_conflict", Type: "enum", Context: "superuser", Values: []string{"error", "use_variable", "use_column"}, Boot: "error"},
	"plpgsql.print_strict_params": {Name: "plpgsql.print_strict_params", Type: "bool", Context: "user", Boot: "off"},
	"plpgsql.check_asserts":       {Name: "plpgsql.check_asserts", Type: "bool", Context: "user", Boot: "on"},
	"plpgsql.extra_warnings":      {Name: "plpgsql.extra_warnings", Type: "string", Context: "user", Boot: "none"},
	"plpgsql.extra_errors":        {Name: "plpgsql.extra_errors", Type: "string", Context: "user", Boot: "none"},
}

// settingAliases are old names of parameters (map_old_guc_names) and names
// that only SET knows.
var settingAliases = map[string]string{"sort_mem": "work_mem", "vacuum_mem": "maintenance_work_mem", "ssl_renegotiation_limit": "ssl_renegotiation_limit"}

// settingRow finds the description of a parameter; nil: PostgreSQL has none.
func settingRow(name string) *pg.SettingRow {
	name = strings.ToLower(name)
	if to, ok := settingAliases[name]; ok {
		name = to
	}
	if row := extensionSettings[name]; row != nil {
		return row
	}
	switch name {
	case "role", "session_authorization":
		return &pg.SettingRow{Name: name, Type: "string", Context: "user"}
	case "transaction_isolation":
		return &pg.SettingRow{Name: name, Type: "enum", Context: "user", Values: []string{"serializable", "repeatable read", "read committed", "read uncommitted"}}
	case "is_superuser":
		return &pg.SettingRow{Name: name, Type: "bool", Context: "internal"}
	}
	return pg.Setting(name)
}

func knownSetting(name string) bool { return settingRow(name) != nil }

var customSettingName = regexp.MustCompile(`^[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*(\.[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*)+$`)

// checkSettable finds a parameter that the session may change. nil stands for
// a custom one.
func (s *Session) checkSettable(name string) *pg.SettingRow {
	row := settingRow(name)
	if row == nil {
		checkCustomSetting(name)
		return nil
	}
	refuse := func(format string) { pgerr.Raise("55P02", pgerr.NoPosition, format, row.Name) }
	switch row.Context {
	case "internal":
		refuse("parameter \"%s\" cannot be changed")
	case "postmaster":
		refuse("parameter \"%s\" cannot be changed without restarting the server")
	case "sighup":
		refuse("parameter \"%s\" cannot be changed now")
	case "backend", "superuser-backend":
		refuse("parameter \"%s\" cannot be set after connection start")
	case "superuser":
		if role := s.catalog.Role(s.catalog.CurrentUser); role != nil && !role.Super {
			pgerr.Raise("42501", pgerr.NoPosition, "permission denied to set parameter \"%s\"", row.Name)
		}
	}
	return row
}

func checkCustomSetting(name string) {
	if !strings.Contains(name, ".") {
		pgerr.Raise("42704", pgerr.NoPosition, "unrecognized configuration parameter \"%s\"", name)
	}
	if !customSettingName.MatchString(name) {
		pgerr.New("42602", pgerr.NoPosition, "invalid configuration parameter name \"%s\"", name).
			WithDetail("Custom parameter names must be two or more simple identifiers separated by dots.").Raise()
	}
	if strings.HasPrefix(strings.ToLower(name), "plpgsql.") {
		pgerr.New("42602", pgerr.NoPosition, "invalid configuration parameter name \"%s\"", name).
			WithDetail("\"plpgsql\" is a reserved prefix.").Raise()
	}
}

// checkSetting refuses a value that a parameter does not take and gives it in
// the form that SHOW has, as parse_and_validate_value.
func (s *Session) checkSetting(name, value string) string {
	row := s.checkSettable(name)
	if row == nil {
		return value
	}
	switch row.Type {
	case "bool":
		b, ok := parseBool(value)
		if !ok {
			pgerr.Raise("22023", pgerr.NoPosition, "parameter \"%s\" requires a Boolean value", row.Name)
		}
		return map[bool]string{true: "on", false: "off"}[b]
	case "enum":
		return checkEnumSetting(row, value)
	case "integer", "real":
		checkNumberSetting(row, value)
		return value
	}
	if check := stringSettings[strings.ToLower(row.Name)]; check != nil {
		return check(s, row, value)
	}
	return value
}

// lenientSettings are the parameters of which a value that cannot be checked in
// this database is only noticed when it is kept for later: in a function's SET
// or a role's.
var lenientSettings = map[string]bool{"default_text_search_config": true, "default_tablespace": true,
	"temp_tablespaces": true, "default_table_access_method": true, "role": true, "session_authorization": true}

// checkKeptSetting checks a value that is kept for later.
func (s *Session) checkKeptSetting(name, value string) {
	err := pgerr.Catch(func() { s.checkSetting(name, value) })
	switch {
	case err == nil:
	case err.Code == "22023" && lenientSettings[strings.ToLower(name)]:
		s.notice("42704", "%s", err.Message)
	default:
		err.Raise()
	}
}

// invalidSetting is the error of a value that a parameter does not take.
func invalidSetting(row *pg.SettingRow, value string) *pgerr.Error {
	return pgerr.New("22023", pgerr.NoPosition, "invalid value for parameter \"%s\": \"%s\"", row.Name, value)
}

func checkEnumSetting(row *pg.SettingRow, value string) string {
	for _, v := range row.Values {
		if strings.EqualFold(v, value) {
			return v
		}
	}
	if b, ok := parseBool(value); ok {
		word := map[bool]string{true: "on", false: "off"}[b]
		for _, v := range row.Values {
			if v == word {
				return v
			}
		}
	}
	invalidSetting(row, value).WithHint("Available values: %s.", strings.Join(row.Values, ", ")).Raise()
	return ""
}

// settingUnits gives what a unit of a value is worth in bytes, or microseconds.
var settingUnits = map[string]float64{
	"B": 1, "kB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40, "8kB": 8 << 10,
	"us": 1, "ms": 1e3, "s": 1e6, "min": 60e6, "h": 3600e6, "d": 86400e6,
}

var settingNumber = regexp.MustCompile(`^\s*([-+]?(?:0[xX][0-9A-Fa-f]+|[0-9]*\.?[0-9]*(?:[eE][-+]?[0-9]+)?))\s*([A-Za-z]*)\s*$`)

// checkNumberSetting refuses a value that is no number of the parameter's unit
// or outside its range.
func checkNumberSetting(row *pg.SettingRow, value string) {
	m := settingNumber.FindStringSubmatch(value)
	if m == nil || m[1] == "" {
		invalidSetting(row, value).Raise()
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if i, hexErr := strconv.ParseInt(m[1], 0, 64); hexErr == nil {
		v, err = float64(i), nil
	}
	if err != nil {
		invalidSetting(row, value).Raise()
	}
	if m[2] != "" {
		from, ok := settingUnits[m[2]]
		to, has := settingUnits[row.Unit]
		if !ok || !has || isTimeUnit(m[2]) != isTimeUnit(row.Unit) {
			invalidSetting(row, value).Raise()
		}
		v = v * from / to
	}
	low, _ := strconv.ParseFloat(row.Min, 64)
	high, _ := strconv.ParseFloat(row.Max, 64)
	if v < low || v > high {
		pgerr.Raise("22023", pgerr.NoPosition, "%s%s is outside the valid range for parameter \"%s\" (%s .. %s)",
			strconv.FormatFloat(v, 'g', 6, 64), unitSuffix(row), row.Name, row.Min, row.Max)
	}
}

func unitSuffix(row *pg.SettingRow) string {
	if row.Unit == "" {
		return ""
	}
	return " " + row.Unit
}

func isTimeUnit(unit string) bool {
	return unit == "us" || unit == "ms" || unit == "s" || unit == "min" || unit == "h" || unit == "d"
}

// stringSettings are the check hooks of parameters that are text.
var stringSettings = map[string]func(*Session, *pg.SettingRow, string) string{
	"search_path": func(_ *Session, row *pg.SettingRow, value string) string {
		if _, ok := parseIdentifiers(value); !ok {
			invalidSetting(row, value).WithDetail("List syntax is invalid.").Raise()
		}
		return value
	},
	"role": func(s *Session, _ *pg.SettingRow, value string) string {
		if value != "none" {
			s.requireRoleSetting(value)
		}
		return value
	},
	"session_authorization": func(s *Session, _ *pg.SettingRow, value string) string {
		s.requireRoleSetting(value)
		return value
	},
	"default_table_access_method": func(s *Session, row *pg.SettingRow, value string) string {
		if value == "" {
			invalidSetting(row, value).WithDetail("%s cannot be empty.", row.Name).Raise()
		}
		if s.catalog.Named(catalog.ClassAccessMethod, 0, value) == nil {
			invalidSetting(row, value).WithDetail("Table access method \"%s\" does not exist.", value).Raise()
		}
		s.tableMethodNamed(value)
		return value
	},
	"default_tablespace": func(_ *Session, row *pg.SettingRow, value string) string {
		if value != "" && value != "pg_default" && value != "pg_global" {
			invalidSetting(row, value).WithDetail("Tablespace \"%s\" does not exist.", value).Raise()
		}
		return value
	},
	"client_encoding": func(_ *Session, row *pg.SettingRow, value string) string {
		name := strings.ToUpper(strings.NewReplacer("-", "", "_", "").Replace(strings.TrimSpace(value)))
		if !encodings[name] {
			invalidSetting(row, value).Raise()
		}
		if name == "UTF8" || name == "UNICODE" {
			return "UTF8"
		}
		return value
	},
	"default_text_search_config": func(s *Session, row *pg.SettingRow, value string) string {
		schema, name := "", value
		if i := strings.LastIndexByte(value, '.'); i >= 0 {
			schema, name = value[:i], value[i+1:]
		}
		if s.catalog.GenericNamed(catalog.ClassTSConfig, schema, name) == nil {
			invalidSetting(row, value).Raise()
		}
		return value
	},
	"datestyle": func(s *Session, row *pg.SettingRow, value string) string {
		full, ok := datum.DateStyle(s.Setting("datestyle"), value)
		if !ok {
			invalidSetting(row, value).WithDetail("Unrecognized key word: \"%s\".", strings.ToLower(strings.TrimSpace(value))).Raise()
		}
		return full
	},
	"timezone": func(s *Session, row *pg.SettingRow, value string) string {
		if strings.EqualFold(value, "local") {
			return defaultSetting("timezone")
		}
		if datum.Zone(value) == nil {
			invalidSetting(row, value).Raise()
		}
		return value
	},
}

// encodings are the client encodings, as pg_char_to_encoding reads their names.
var encodings = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(`ABC ALT BIG5 EUCCN EUCJIS2004 EUCJP EUCKR EUCTW GB18030 GBK ISO88591 ISO885910 ISO885913
		ISO885914 ISO885915 ISO885916 ISO88592 ISO88593 ISO88594 ISO88595 ISO88596 ISO88597 ISO88598 ISO88599 JOHAB KOI8 KOI8R KOI8U
		LATIN1 LATIN10 LATIN2 LATIN3 LATIN4 LATIN5 LATIN6 LATIN7 LATIN8 LATIN9 MSKANJI MULEINTERNAL SHIFTJIS SHIFTJIS2004 SJIS
		SQLASCII TCVN TCVN5712 UHC UNICODE UTF8 VSCII WIN WIN1250 WIN1251 WIN1252 WIN1253 WIN1254 WIN1255 WIN1256 WIN1257 WIN1258
		WIN866 WIN874 WIN932 WIN936 WIN949 WIN950 WINDOWS1250 WINDOWS1251 WINDOWS1252 WINDOWS866 WINDOWS874 WINDOWS932`) {
		m[name] = true
	}
	return m
}()

func (s *Session) requireRoleSetting(name string) {
	if s.catalog.RoleNamed(name) == nil {
		pgerr.Raise("22023", pgerr.NoPosition, "role \"%s\" does not exist", name)
	}
}

// settingText makes the value of SET name = a, b, as flatten_set_variable_args.
func settingText(name string, args []ast.Node) string {
	quote, list := listSettings[strings.ToLower(name)]
	if len(args) > 1 && !list {
		pgerr.Raise("22023", pgerr.NoPosition, "SET %s takes only one argument", name)
	}
	parts := make([]string, len(args))
	for i, arg := range args {
		parts[i] = constantText(arg)
		if cast, ok := arg.(*ast.TypeCast); ok && strings.EqualFold(name, "timezone") && cast.TypeName != nil {
			parts[i] = "INTERVAL '" + parts[i] + "'"
		}
		if quote {
			parts[i] = quoteIdentifier(parts[i])
		}
	}
	return strings.Join(parts, ", ")
}

// constantText gives the text of a literal, as defGetString does.
func constantText(n ast.Node) string {
	switch n := n.(type) {
	case *ast.A_Const:
		if n.Isnull {
			return ""
		}
		return constantText(n.Val)
	case *ast.TypeCast:
		return constantText(n.Arg)
	case *ast.Integer:
		return strconv.Itoa(n.Ival)
	case *ast.Float:
		return n.Fval
	case *ast.Boolean:
		return strconv.FormatBool(n.Boolval)
	case *ast.String:
		return n.Sval
	case *ast.TypeName:
		return strings.Join(ast.Strings(n.Names), ".")
	case *ast.List:
		return strings.Join(ast.Strings(n.Items), ".")
	case *ast.A_Star:
		return "*"
	case nil:
		return ""
	}
	return fmt.Sprintf("%s", n.Tag())
}

// parseBool reads a Boolean as parse_bool does: any unique beginning of a word.
func parseBool(text string) (value, ok bool) {
	t := strings.ToLower(text)
	for _, w := range []struct {
		word  string
		least int
		value bool
	}{{"true", 1, true}, {"false", 1, false}, {"yes", 1, true}, {"no", 1, false}, {"on", 2, true}, {"off", 2, false}, {"1", 1, true}, {"0", 1, false}} {
		if len(t) >= w.least && strings.HasPrefix(w.word, t) {
			return w.value, true
		}
	}
	return false, false
}

// splitIdentifiers reads a list of identifiers that is known to be right.
func splitIdentifiers(text string) []string {
	names, _ := parseIdentifiers(text)
	return names
}

// parseIdentifiers reads a comma-separated list of identifiers, as
// SplitIdentifierString.
func parseIdentifiers(text string) (names []string, ok bool) {
	rest := strings.TrimSpace(text)
	for rest != "" {
		var name string
		if rest[0] == '"' {
			end := 1
			for {
				i := strings.IndexByte(rest[end:], '"')
				if i < 0 {
					return names, false
				}
				end += i + 1
				if end >= len(rest) || rest[end] != '"' {
					break
				}
				end++
			}
			name = strings.ReplaceAll(rest[1:end-1], `""`, `"`)
			rest = strings.TrimSpace(rest[end:])
		} else {
			end := strings.IndexAny(rest, ", \t\n\r")
			if end < 0 {
				end = len(rest)
			}
			if end == 0 {
				return names, false
			}
			name, rest = strings.ToLower(rest[:end]), strings.TrimSpace(rest[end:])
		}
		names = append(names, truncateIdentifier(name))
		if rest == "" {
			return names, true
		}
		if rest[0] != ',' {
			return names, false
		}
		if rest = strings.TrimSpace(rest[1:]); rest == "" {
			return names, false
		}
	}
	return names, true
}
