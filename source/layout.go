package source

import (
	"path"
	"strings"
)

// A layout is how one tool names its files. Which part of a file counts is told
// by the file's own markers (sections.go), so layouts that differ in these alone
// share a row: goose, dbmate, sqlx and Supabase name files as we do.
type layout struct {
	name  string
	match func(file string) (candidate, bool)
}

// A candidate is a file whose name says that it is a migration.
type candidate struct {
	path    string // below the folder, with slashes
	version version
	name    string
	order   int  // for layouts that list their files
	regular bool // the folder says that it is a regular file
}

// waysBack are the endings of files that undo a migration. They are passed over
// without a word: the tool they belong to expects them (golang-migrate, sqlx).
var waysBack = []string{".down.sql", ".undo.sql"}

func isWayBack(file string) bool {
	for _, ending := range waysBack {
		if strings.HasSuffix(file, ending) {
			return true
		}
	}
	return isFlywayUndo(file)
}

// numbered is `<digits>[_-]<name>.sql`: ours, and golang-migrate's and sqlx's
// with ".up" before the end.
func numbered(file string) (candidate, bool) {
	stem, ok := strings.CutSuffix(file, ".sql")
	if !ok || strings.Contains(file, "/") {
		return candidate{}, false
	}
	stem = strings.TrimSuffix(stem, ".up")
	digits, name, ok := cutDigits(stem)
	if !ok {
		return candidate{}, false
	}
	return candidate{path: file, version: parseVersion(digits), name: name}, true
}

// cutDigits cuts `<digits>[_-]<name>`.
func cutDigits(stem string) (digits, name string, ok bool) {
	n := 0
	for n < len(stem) && stem[n] >= '0' && stem[n] <= '9' {
		n++
	}
	if n == 0 || n+1 >= len(stem) || (stem[n] != '_' && stem[n] != '-') {
		return "", "", false
	}
	return stem[:n], stem[n+1:], true
}

// flyway is `V<version>__<name>.sql`, and `R__<name>.sql` for what is repeated
// after all versions, ordered by name.
func flyway(file string) (candidate, bool) {
	stem, ok := strings.CutSuffix(file, ".sql")
	if !ok {
		return candidate{}, false
	}
	if name, ok := strings.CutPrefix(stem, "R__"); ok && name != "" {
		return candidate{path: file, version: version{text: "R__" + name}, name: name}, true
	}
	digits, name, ok := strings.Cut(stem, "__")
	if !ok || !strings.HasPrefix(digits, "V") || name == "" {
		return candidate{}, false
	}
	v, ok := parseDotted(digits[1:])
	return candidate{path: file, version: v, name: name}, ok
}

func isFlywayUndo(file string) bool {
	c, ok := strings.CutPrefix(file, "U")
	if !ok {
		return false
	}
	_, ok = flyway("V" + c)
	return ok
}

// foldered is `<stamp>_<name>/migration.sql`: Prisma, and Drizzle since 1.0.
// Prisma orders by folder name, so that its baseline 0_init comes first.
func foldered(file string) (candidate, bool) {
	dir, base := path.Split(file)
	if base != "migration.sql" || strings.Count(dir, "/") != 1 {
		return candidate{}, false
	}
	digits, name, ok := cutDigits(strings.TrimSuffix(dir, "/"))
	if !ok {
		return candidate{}, false
	}
	v := parseVersion(digits)
	if v.kind == serial && v.at == 0 {
		v.kind, v.at = stamp, 0
	}
	return candidate{path: file, version: v, name: name}, true
}

// layouts in the order they are tried on a folder's files.
var layouts = []layout{
	{"numbered", numbered},
	{"flyway", flyway},
	{"foldered", foldered},
}
