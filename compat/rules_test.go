package compat_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compat"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/source"
)

var rewrite = flag.Bool("rewrite", false, "write what the rules say into testdata and docs")

const examples = "../testdata/compat"

// An example is a folder with before.sql and either after.sql, the whole schema anew, or change.sql, migrations that
// make it out of the one before.
type example struct {
	rule, dir     string
	before, after []source.Migration
	script        []source.Migration // those of change.sql
}

// readExamples walks all rules and requires an example of each, and that there is none besides.
func readExamples(t *testing.T) (list []example) {
	t.Helper()
	entries, err := os.ReadDir(examples)
	require.NoError(t, err)
	var dirs []string
	for _, e := range entries {
		dirs = append(dirs, e.Name())
	}
	rules := compat.RuleNames()
	slices.Sort(rules)
	require.Equal(t, rules, dirs, "one example for each rule")
	for _, rule := range rules {
		x := example{rule: rule, dir: filepath.Join(examples, rule)}
		x.before = read(t, filepath.Join(x.dir, "before.sql"))
		change := filepath.Join(x.dir, "change.sql")
		if _, err := os.Stat(change); err == nil {
			x.script = read(t, change)
			x.after = read(t, filepath.Join(x.dir, "before.sql"), change)
		} else {
			x.after = read(t, filepath.Join(x.dir, "after.sql"))
		}
		list = append(list, x)
	}
	return list
}

func read(t *testing.T, paths ...string) []source.Migration {
	t.Helper()
	in := source.Read(paths, source.Options{})
	migrations := in.Migrations()
	require.Empty(t, in.Diagnostics)
	return migrations
}

// clients tells which tables an example's clients have: in a file with markers those that a block makes.
func clients(migrations []source.Migration) func(schema, table string) bool {
	var inBlocks strings.Builder
	marked := false
	for _, m := range migrations {
		for _, s := range m.Sections {
			marked = marked || s.Marked
			if s.Client {
				inBlocks.WriteString(s.File.Text[s.Start:s.End])
			}
		}
	}
	return func(_, table string) bool {
		return !marked || strings.Contains(inBlocks.String(), "CREATE TABLE "+table+" ")
	}
}

// check compares an example's schemas.
func (x *example) check(t *testing.T, before, after *metadata.Schema) (compat.Report, string) {
	script := compat.ReadScript(x.script, before)
	r := compat.Check(before, after, compat.Options{
		BeforeClients: compat.Clients(mustCompile(t, x.before).Clients()), AfterClients: compat.Clients(mustCompile(t, x.after).Clients()),
		Renames: script.Renames,
	})
	var text strings.Builder
	if err := compat.WriteText(&text, &r, compat.TextOptions{}); err != nil {
		panic(err)
	}
	return r, text.String()
}

// TestExamplesOnServer runs every rule's example with what a server says of the two schemas.
func TestExamplesOnServer(t *testing.T) {
	conn, err := pgx.Connect(t.Context(), pgtest.Start(t).Database(t))
	require.NoError(t, err)
	defer conn.Close(context.WithoutCancel(t.Context()))
	for _, x := range readExamples(t) {
		t.Run(x.rule, func(t *testing.T) {
			r, got := x.check(t, inspect(t, conn, x.before), inspect(t, conn, x.after))
			require.True(t, tells(&r, x.rule), "the rule does not tell of its own example:\n%s", got)
			golden := filepath.Join(x.dir, "want")
			if *rewrite {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), got)
		})
	}
}

// TestExamplesCompiled runs the examples with what the compiler says: no server is asked, and the report is the same.
func TestExamplesCompiled(t *testing.T) {
	for _, x := range readExamples(t) {
		t.Run(x.rule, func(t *testing.T) {
			before, beforeClient := compiled(t, x.before)
			after, afterClient := compiled(t, x.after)
			for i := range after.Tables {
				table := &after.Tables[i]
				require.Equal(t, clients(x.after)(table.Schema, table.Name), afterClient(table.Schema, table.Name))
			}
			for i := range before.Tables {
				table := &before.Tables[i]
				require.Equal(t, clients(x.before)(table.Schema, table.Name), beforeClient(table.Schema, table.Name))
			}
			_, got := x.check(t, before, after)
			want, err := os.ReadFile(filepath.Join(x.dir, "want"))
			require.NoError(t, err)
			require.Equal(t, string(want), got)
		})
	}
}

// compiled gives the schema of migrations and which of its tables clients have.
func compiled(t *testing.T, migrations []source.Migration) (*metadata.Schema, func(schema, table string) bool) {
	t.Helper()
	b := mustCompile(t, migrations)
	return b.Schema.Schema, func(schema, table string) bool {
		_, has := b.Clients()[[2]string{schema, table}]
		return has
	}
}

func mustCompile(t *testing.T, migrations []source.Migration) *bundle.Bundle {
	t.Helper()
	b, ds := compile.Migrations(migrations, compile.Options{})
	require.False(t, diag.HasErrors(ds), "%v", ds)
	return b
}

// TestNothingChanged compares the examples with themselves: no rule may tell anything.
func TestNothingChanged(t *testing.T) {
	for _, x := range readExamples(t) {
		s, _ := compiled(t, x.after)
		r := compat.Check(s, s, compat.Options{})
		for _, table := range r.Tables {
			require.Empty(t, table.Findings, x.rule)
		}
	}
}

func tells(r *compat.Report, rule string) bool {
	return slices.ContainsFunc(r.Tables, func(t compat.Table) bool {
		return slices.ContainsFunc(t.Findings, func(f compat.Finding) bool { return f.Rule == rule })
	})
}

// inspect runs migrations in a transaction, reads the schema they make and rolls back.
func inspect(t *testing.T, conn *pgx.Conn, migrations []source.Migration) *metadata.Schema {
	t.Helper()
	tx, err := conn.Begin(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, tx.Rollback(context.WithoutCancel(t.Context()))) }()
	for _, m := range migrations {
		for _, section := range m.Sections {
			for _, st := range section.Statements {
				_, err := tx.Exec(t.Context(), st.Text, pgx.QueryExecModeSimpleProtocol)
				require.NoError(t, err, st.Text)
			}
		}
	}
	s, err := database.Inspect(t.Context(), conn)
	require.NoError(t, err)
	return s
}
