package database

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
)

//go:embed queries/*.sql
var queryFiles embed.FS

// A question is a catalog query together with what becomes of each row of its answer.
type question struct {
	file string
	all  bool // its parameter $1 is every schema, else those that are not left out
	take func(*builder, *row)
}

// questions are all of them. A row may lean on the rows of earlier ones. There are many with few joins, instead of few
// with many: a server that was just connected to takes longer to plan a large join than to answer several small queries.
var questions = []question{
	{"relations.sql", true, (*builder).relation},
	{"comments.sql", true, (*builder).comment},
	{"column_types.sql", true, (*builder).columnType},
	{"columns.sql", true, (*builder).column},
	{"parents.sql", true, (*builder).parent},
	{"opclasses.sql", true, (*builder).opclass},
	{"casts.sql", true, (*builder).cast},
	{"keywords.sql", true, (*builder).keyword},
	{"indexes.sql", true, (*builder).index},
	{"constraints.sql", true, (*builder).constraint},
	{"triggers.sql", true, (*builder).trigger},
	{"policies.sql", true, (*builder).policy},
	{"rules.sql", true, (*builder).rule},
	{"sequences.sql", false, (*builder).object},
	{"types.sql", false, (*builder).object},
	{"functions.sql", false, (*builder).object},
	{"others.sql", false, (*builder).object},
}

// indexDefs asks for what could not be told without it; $1 are the indexes.
const indexDefs = "index_defs.sql"

// queries returns the catalog queries for a server's major version, by their files' names. $1 is a list of OIDs.
func queries(version int) (map[string]string, error) {
	t, err := template.New("").Funcs(template.FuncMap{
		"version":   func() int { return version },
		"since":     func(v int, now, before string) string { return since(version, v, now, before) },
		"members":   members,
		"notMember": func(catalog, oid string) string { return oid + " NOT IN (" + members(catalog) + ")" },
	}).ParseFS(queryFiles, "queries/*.sql")
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, q := range append(questions[:len(questions):len(questions)], question{file: indexDefs}) {
		var b strings.Builder
		if err := t.ExecuteTemplate(&b, q.file, nil); err != nil {
			return nil, err
		}
		texts[q.file] = b.String()
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

// members are the objects of a catalog that belong to an extension.
func members(catalog string) string {
	return fmt.Sprintf(`SELECT m.objid FROM pg_depend m WHERE m.refclassid = 'pg_extension'::regclass `+
		`AND m.classid = '%s'::regclass AND m.deptype = 'e'`, catalog)
}
