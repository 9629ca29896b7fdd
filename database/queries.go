package database

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
)

//go:embed queries/*.sql
var queryFiles embed.FS

// queryNames are the files, in no particular order: each returns rows of a section's name and an object as JSON.
var queryNames = []string{"tables.sql", "views.sql", "sequences.sql", "types.sql", "functions.sql", "others.sql"}

// queries returns the catalog queries for a server's major version. Their only parameter, $1, is the list of schemas to
// leave out.
func queries(version int) ([]string, error) {
	t, err := template.New("").Funcs(template.FuncMap{
		"version":   func() int { return version },
		"since":     func(v int, now, before string) string { return since(version, v, now, before) },
		"ours":      ours,
		"notMember": notMember,
	}).ParseFS(queryFiles, "queries/*.sql")
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(queryNames))
	for i, name := range queryNames {
		var b strings.Builder
		if err := t.ExecuteTemplate(&b, name, nil); err != nil {
			return nil, err
		}
		texts[i] = b.String()
	}
	return texts, nil
}

// since picks the expression a server of that version understands.
func since(version, first int, now, before string) string {
	if version >= first {
		return now
	}
	return before
}

// ours is true of a schema that is neither the system's, nor for temporary objects, nor to be left out. Names that begin
// with pg_ are the system's.
func ours(name string) string {
	return fmt.Sprintf(`(%s !~ '^pg_' AND %[1]s <> 'information_schema' AND %[1]s <> ALL ($1::text[]))`, name)
}

// notMember is true of an object that does not belong to an extension.
func notMember(catalog, oid string) string {
	return fmt.Sprintf(`NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = '%s'::regclass AND m.objid = %s `+
		`AND m.deptype = 'e')`, catalog, oid)
}
