package pg

import "strings"

// A KeywordRow is a row of pg_get_keywords.
type KeywordRow struct {
	Word      string
	Category  byte // U unreserved, C cannot be a function or type name, T can only be that, R reserved
	BareLabel bool // can be a column's label without AS
}

// A SettingRow is a configuration parameter, as in pg_settings.
type SettingRow struct {
	Name    string
	Type    string // bool enum integer real string
	Context string // internal, postmaster, sighup, superuser-backend, backend, superuser, user
	Unit    string
	Min     string
	Max     string
	Values  []string // an enum's
	Hidden  []string // further spellings an enum takes
	Boot    string   // the default compiled in
}

// A ConditionRow is an error condition by the name PL/pgSQL knows it by.
type ConditionRow struct {
	Name     string
	SQLState string
}

// Keyword returns the keyword that a word in lower case is, nil if it is none.
func Keyword(word string) *KeywordRow {
	return first(keyed(Keywords, word, func(r *KeywordRow) string { return r.Word }))
}

// Setting returns the configuration parameter of a name, in any letter case;
// nil if Postgres has none. Names with a dot belong to extensions and are not known.
func Setting(name string) *SettingRow {
	return first(keyed(Settings, strings.ToLower(name), func(r *SettingRow) string { return strings.ToLower(r.Name) }))
}

// ConditionsNamed returns the SQLSTATEs that a condition's name stands for.
func ConditionsNamed(name string) []ConditionRow {
	return keyed(Conditions, name, func(r *ConditionRow) string { return r.Name })
}

func first[R any](rows []R) *R {
	if len(rows) == 0 {
		return nil
	}
	return &rows[0]
}
