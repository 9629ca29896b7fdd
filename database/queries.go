package database

import (
	"embed"
	"fmt"
	"strings"
	"text/template"

	"github.com/jackc/pgx/v5/pgtype"
)

//go:embed queries/*.sql
var queryFiles embed.FS

// A question is a catalog query together with what becomes of each row of its answer.
type question struct {
	file   string
	params func(*builder) []param
	take   func(*builder, *row)
}

// questions are what is asked first. A row may lean on the rows of earlier ones. There are many with few joins, instead of
// few with many: a server that was just connected to takes longer to plan a large join than to answer several small queries.
var questions = []question{
	{"comments.sql", nothing, (*builder).comment},
	{"schemas.sql", ours, (*builder).schema},
	{"relations.sql", all, (*builder).relation},
	{"columns.sql", all, (*builder).column},
	{"parents.sql", nothing, (*builder).parent},
	{"opclasses.sql", nothing, (*builder).opclass},
	{"casts.sql", nothing, (*builder).cast},
	{"keywords.sql", nothing, (*builder).keyword},
	{"indexes.sql", all, (*builder).index},
	{"types.sql", ours, (*builder).typ},
	{"ranges.sql", nothing, (*builder).rangeType},
	{"constraints.sql", all, (*builder).constraint},
	{"triggers.sql", all, (*builder).trigger},
	{"policies.sql", all, (*builder).policy},
	{"rules.sql", all, (*builder).rule},
	{"sequences.sql", ours, (*builder).sequence},
	{"functions.sql", ours, (*builder).function},
	{"operators.sql", ours, (*builder).operator},
	{"collations.sql", ours, (*builder).collation},
	{"statistics.sql", ours, (*builder).statistics},
	{"extensions.sql", nothing, (*builder).extension},
	{"event_triggers.sql", nothing, (*builder).eventTrigger},
	{"publications.sql", nothing, (*builder).publication},
}

// columnQuestions are asked once it is known which columns there are.
var columnQuestions = []question{
	{"column_types.sql", usedTypes, (*builder).columnType},
	{"defaults.sql", withDefaults, (*builder).columnDefault},
}

// indexQuestions are asked when definitions of indexes cannot be told without it.
var indexQuestions = []question{{"index_defs.sql", leftIndexes, (*builder).indexDefinition}}

// A param is the value of a parameter as text.
type param struct {
	oid  oid // its type
	text []byte
}

func nothing(*builder) []param { return nil }

// all are the schemas that are not the system's.
func all(b *builder) []param { return []param{listOf(b.all)} }

// ours are those of them that are not left out.
func ours(b *builder) []param { return []param{listOf(b.ours)} }

func leftIndexes(b *builder) []param { return []param{listOf(b.left)} }

func listOf(list []oid) param { return param{pgtype.OIDArrayOID, oidArray(list)} }

// queries returns the catalog queries for a server's major version, by their files' names.
func queries(version int) (map[string]string, error) {
	t, err := template.New("").Funcs(template.FuncMap{
		"version":   func() int { return version },
		"since":     func(v int, now, before string) string { return since(version, v, now, before) },
		"members":   members,
		"notMember": func(catalog, oid string) string { return oid + " NOT IN (" + members(catalog) + ")" },
		"comment":   comment,
	}).ParseFS(queryFiles, "queries/*.sql")
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, list := range [][]question{questions, columnQuestions, indexQuestions} {
		for _, q := range list {
			var b strings.Builder
			if err := t.ExecuteTemplate(&b, q.file, nil); err != nil {
				return nil, err
			}
			texts[q.file] = b.String()
		}
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

// comment is the comment on an object of a catalog. It is obj_description, whose body would have to be parsed.
func comment(catalog, oid string) string {
	return fmt.Sprintf(`(SELECT d.description FROM pg_description d WHERE d.objoid = %s AND d.classoid = '%s'::regclass `+
		`AND d.objsubid = 0)`, oid, catalog)
}
