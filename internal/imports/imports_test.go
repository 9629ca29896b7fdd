// Package imports holds the code against the picture in docs/architecture.md.
package imports

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/electric-cli/electric/"

// outsideOnly says which of our packages may import a library that the others
// must not know.
var outsideOnly = map[string][]string{
	"github.com/pganalyze/pg_query_go/v5/parser": {"parser"},
	"github.com/jackc/pgx/v5":                    {"cmd/electric", "database", "internal/pgtest", "internal/syncbench", "pg/internal/generator", "shadow", "shape", "shape/replication"},
	"github.com/jackc/pglogrepl":                 {"shape", "shape/replication"},
	"github.com/spf13/cobra":                     {"cmd/electric"},
}

// picture reads the rows of the documented picture, from top to bottom.
func picture(t *testing.T) (rows [][]string) {
	data, err := os.ReadFile("../../docs/architecture.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(data), "<!-- imports -->")
	require.True(t, found)
	rest, _, found = strings.Cut(rest, "<!-- /imports -->")
	require.True(t, found)
	for _, line := range strings.Split(strings.TrimSpace(rest), "\n") {
		rows = append(rows, strings.Split(strings.TrimSpace(line), ", "))
	}
	return rows
}

// imports gives what each of our packages imports, tests left out.
func imports(t *testing.T) map[string][]string {
	out, err := exec.Command("go", "list", "-e", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "../../...").Output()
	require.NoError(t, err)
	list := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		fields := strings.Fields(line)
		list[strings.TrimPrefix(fields[0], module)] = fields[1:]
	}
	return list
}

func TestImportsPointDown(t *testing.T) {
	rows := picture(t)
	rowOf := map[string]int{}
	for i, row := range rows {
		for _, name := range row {
			rowOf[name] = i
		}
	}
	for name, imported := range imports(t) {
		if strings.Contains("/"+name, "/internal/") || strings.HasPrefix(name, "test/") {
			continue
		}
		row, drawn := rowOf[name]
		require.True(t, drawn, "%s is not in the picture of docs/architecture.md", name)
		for _, path := range imported {
			other, ours := strings.CutPrefix(path, module)
			if !ours {
				continue
			}
			require.Greater(t, rowOf[other], row, "%s imports %s, which is not below it in docs/architecture.md", name, other)
		}
	}
}

func TestLibrariesHaveOneDoor(t *testing.T) {
	for name, imported := range imports(t) {
		for _, path := range imported {
			if strings.HasPrefix(path, "github.com/pganalyze/pg_query_go") {
				require.Equal(t, "github.com/pganalyze/pg_query_go/v5/parser", path, "the protobuf layer of pg_query is too slow to start")
			}
			if allowed, known := outsideOnly[path]; known {
				require.Contains(t, allowed, name, "%s imports %s", name, path)
			}
		}
	}
}
