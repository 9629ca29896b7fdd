package source

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/diag"
)

// inFolder writes files below a new working directory.
func inFolder(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
}

// describe shows what was read: a line for each migration and for each section.
func describe(list []Migration) string {
	var b strings.Builder
	for _, m := range list {
		fmt.Fprintf(&b, "%s %s %s\n", m.Version, m.Name, m.Path)
		for _, s := range m.Sections {
			var texts []string
			for _, st := range s.Statements {
				texts = append(texts, st.Text)
			}
			fmt.Fprintf(&b, "  %s %s: %s\n", map[bool]string{true: "client", false: "server"}[s.Client],
				map[Mode]string{Autocommit: "autocommit", Transaction: "transaction"}[s.Mode], strings.Join(texts, "; "))
		}
	}
	return b.String()
}

// tell shows diagnostics as their codes and places.
func tell(in *Input) string {
	var b strings.Builder
	if err := diag.Write(&b, in.Diagnostics, in.Texts, diag.Options{}); err != nil {
		return err.Error()
	}
	return b.String()
}

func read(t *testing.T, o Options, args ...string) (*Input, string) {
	t.Helper()
	in := Read(args, o)
	return in, describe(in.Migrations())
}

func TestLayouts(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"house style: instants of different kinds", map[string]string{
			"m/1749530140_b.sql": "b;", "m/20240101000000_a.sql": "a;", "m/1749530150000-c.sql": "c;",
		}, `20240101000000 a m/20240101000000_a.sql
  client autocommit: a
1749530140 b m/1749530140_b.sql
  client autocommit: b
1749530150000 c m/1749530150000-c.sql
  client autocommit: c
`},
		{"serial numbers by value", map[string]string{"m/10_b.sql": "b", "m/2_a.sql": "a"}, `2 a m/2_a.sql
  client autocommit: a
10 b m/10_b.sql
  client autocommit: b
`},
		{"golang-migrate", map[string]string{"m/1_a.up.sql": "a;", "m/1_a.down.sql": "x;"}, `1 a m/1_a.up.sql
  client autocommit: a
`},
		{"goose", map[string]string{
			"m/1_a.sql": "-- +goose Up\na;\n-- +goose StatementBegin\nb;\n-- +goose StatementEnd\n-- +goose Down\nx;",
			"m/2_b.sql": "-- +goose no transaction\n-- +goose Up\nc;\n-- +goose Down\n",
		}, `1 a m/1_a.sql
  client transaction: a; b
2 b m/2_b.sql
  client autocommit: c
`},
		{"dbmate", map[string]string{
			"m/1_a.sql": "-- migrate:up\na;\n\n-- migrate:down\nx;",
			"m/2_b.sql": "-- migrate:up transaction:false\nb;\n-- migrate:down\n",
		}, `1 a m/1_a.sql
  client transaction: a
2 b m/2_b.sql
  client autocommit: b
`},
		{"Flyway", map[string]string{
			"m/V1_10__b.sql": "b", "m/V1.2__a.sql": "a", "m/U1.2__a.sql": "x", "m/R__views.sql": "v", "m/R__a.sql": "r",
		}, `1.2 a m/V1.2__a.sql
  client autocommit: a
1.10 b m/V1_10__b.sql
  client autocommit: b
R__a a m/R__a.sql
  client autocommit: r
R__views views m/R__views.sql
  client autocommit: v
`},
		{"Prisma", map[string]string{
			"m/20240101000000_a/migration.sql": "a;", "m/0_init/migration.sql": "i;", "m/migration_lock.toml": "",
		}, `0 init m/0_init/migration.sql
  client autocommit: i
20240101000000 a m/20240101000000_a/migration.sql
  client autocommit: a
`},
		{"Drizzle: the journal says which and in which order", map[string]string{
			"m/0000_b.sql": "a;--> statement-breakpoint\nb;", "m/0001_a.sql": "c", "m/0002_old.sql": "x",
			"m/meta/_journal.json": `{"entries":[{"idx":1,"tag":"0000_b"},{"idx":0,"tag":"0001_a"}]}`,
		}, `0001 a m/0001_a.sql
  client autocommit: c
0000 b m/0000_b.sql
  client autocommit: a; b
`},
		{"byte order mark and CRLF", map[string]string{"m/1_a.sql": "\ufeff-- :electric:txn:start\r\na;\r\n-- :electric:txn:end\r\n"}, `1 a m/1_a.sql
  client transaction: a
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			inFolder(t, c.files)
			in, got := read(t, Options{}, "m")
			require.Equal(t, c.want, got)
			require.False(t, diag.HasErrors(in.Diagnostics), tell(in))
		})
	}
}

func TestBlocks(t *testing.T) {
	files := map[string]string{
		"m/1_a.sql": "s1;\n--:electric:txn:start\na;\n--   : electric : txn : end  \ns2;\n-- :electric:txn:start\nb\n-- :electric:txn:end\n",
		"m/2_b.sql": "c; SELECT '\n-- :electric:txn:start\n', $$\n-- :electric:txn:end\n$$ /*\n-- :electric:txn:end\n*/;",
	}
	inFolder(t, files)
	in, got := read(t, Options{}, "m")
	require.Empty(t, in.Diagnostics)
	require.Equal(t, "1 a m/1_a.sql\n  server autocommit: s1\n  client transaction: a\n  server autocommit: s2\n  client transaction: b\n"+
		"2 b m/2_b.sql\n  server autocommit: c; SELECT '\n-- :electric:txn:start\n', $$\n-- :electric:txn:end\n$$ /*\n-- :electric:txn:end\n*/\n", got)

	_, got = read(t, Options{Unmarked: UnmarkedClient}, "m")
	require.NotContains(t, got, "server")

	in, _ = read(t, Options{Unmarked: UnmarkedError}, "m")
	require.Equal(t, 3, strings.Count(tell(in), "unmarked-statement"))
}

func TestMarkerMistakes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"end without start", "a;\n-- :electric:txn:end\n", "m/1_a.sql:2:1: error: this ends a transaction block that was not started [block-not-started]"},
		{"start without end", "\n-- :electric:txn:start\na;", "m/1_a.sql:2:1: error: this transaction block is not ended [block-not-ended]"},
		{"nested", "-- :electric:txn:start\na;\n-- :electric:txn:start\nb;\n-- :electric:txn:end\n", "m/1_a.sql:3:1: error: a transaction block starts inside another one [nested-block]"},
		{"straddling", "-- :electric:txn:start\nCREATE TABLE a (\n-- :electric:txn:end\nb int);", "m/1_a.sql:3:1: error: this marker is in the middle of a statement [statement-straddles-marker]"},
		{"misspelt", "-- :electric:txn:begin\na;", "m/1_a.sql:1:1: error: unknown marker \":electric:txn:begin\" [unknown-marker]"},
		{"before goose's up", "a;\n-- +goose Up\nb;", "m/1_a.sql:1:1: error: statement before \"-- +goose Up\" [statement-before-up]"},
		{"goose environment", "-- +goose ENVSUB ON\n-- +goose Up\nb;", "m/1_a.sql:1:1: error: \"-- +goose ENVSUB ON\" is not supported [unsupported-marker]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inFolder(t, map[string]string{"m/1_a.sql": c.text})
			in, _ := read(t, Options{}, "m")
			require.Len(t, in.Diagnostics, 1, tell(in))
			require.Equal(t, c.want, strings.SplitN(tell(in), "\n", 2)[0])
			require.NotEmpty(t, in.Diagnostics[0].Hint)
		})
	}
}

func TestFolderMistakes(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"no folder", nil, "m/: error: does not exist [no-such-folder]"},
		{"empty", map[string]string{"m/x.txt": ""}, "m/: error: no migrations here [no-migrations]"},
		{"other files only", map[string]string{"m/init.sql": "", "m/seeds.sql": ""}, "m/: error: no migrations here, only init.sql, seeds.sql [no-migrations]"},
		{"a file", map[string]string{"m": ""}, "m/: error: is a file, not a folder [not-a-folder]"},
		{"mixed versions", map[string]string{"m/1_a.sql": "", "m/1749530140_b.sql": ""}, `m/1_a.sql: error: "1_a.sql" has a serial number and "1749530140_b.sql" a timestamp, so their order is unknown [mixed-versions]`},
		{"impossible date", map[string]string{"m/20240231000000_a.sql": ""}, `m/20240231000000_a.sql: error: version "20240231000000" is not a date [impossible-date]`},
		{"digits", map[string]string{"m/12345678901_a.sql": ""}, `m/12345678901_a.sql: error: version "12345678901" has 11 digits [unknown-version]`},
		{"duplicates", map[string]string{"m/1_a.sql": "", "m/01_b.sql": ""}, `m/1_a.sql: error: version "1" is taken: m/01_b.sql has it too [duplicate-version]`},
		{"mixed layouts", map[string]string{"m/1_a.sql": "", "m/V2__b.sql": ""}, `m/V2__b.sql: error: "1_a.sql" and "V2__b.sql" are named by different tools' rules, so their order is unknown [mixed-layouts]`},
		{"journal", map[string]string{"m/1_a.sql": "", "m/meta/_journal.json": `{"entries":[{"tag":"2_b"}]}`}, `m/meta/_journal.json: error: lists "2_b.sql", which does not exist [no-such-file]`},
		{"UTF-16", map[string]string{"m/1_a.sql": "\xff\xfea\x00"}, `m/1_a.sql: error: is UTF-16 (little endian), not UTF-8, from byte 0 on [not-utf-8]`},
		{"NUL", map[string]string{"m/1_a.sql": "abc\n\x00"}, `m/1_a.sql:2:1: error: a NUL at byte 4 [22021]`},
		{"invalid UTF-8", map[string]string{"m/1_a.sql": "abc\xff"}, `m/1_a.sql:1:4: error: an invalid UTF-8 sequence (0xff) at byte 3 [22021]`},
		{"a folder called like a migration", map[string]string{"m/1_a.sql/x": "", "m/2_b.sql": ""}, "m/1_a.sql: error: is a folder, not a file [not-a-file]"},
		{"a folder called like any file", map[string]string{"m/notes.sql/x": "", "m/2_b.sql": ""}, ""},
		{"a folder called like a migration with one in it", map[string]string{"m/1_a.sql/migration.sql": ""}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			inFolder(t, c.files)
			in, _ := read(t, Options{}, "m")
			require.Equal(t, c.want, strings.SplitN(tell(in), "\n", 2)[0])
		})
	}
}

func TestSkippedFilesAreNamed(t *testing.T) {
	inFolder(t, map[string]string{"m/1_a.sql": "a;", "m/init.sql": "", "m/seeds.sql": "x"})
	in, _ := read(t, Options{}, "m")
	require.Equal(t, "m/: note: not migrations, as their names have no version: init.sql, seeds.sql [not-migrations]\n", tell(in))
}

func TestFilesThatDrizzlesJournalDoesNotList(t *testing.T) {
	inFolder(t, map[string]string{"m/0000_a.sql": "a;", "m/0001_b.sql": "b;", "m/meta/_journal.json": `{"entries":[{"tag":"0000_a"}]}`})
	in, _ := read(t, Options{}, "m")
	require.Equal(t, "m/: note: not migrations, as meta/_journal.json does not list them: 0001_b.sql [not-migrations]\n", tell(in))
}

// A pipe or device is refused, never opened: it could block for ever.
func TestNotRegular(t *testing.T) {
	inFolder(t, map[string]string{"m/1_a.sql": "a;"})
	require.NoError(t, syscall.Mkfifo("m/2_b.sql", 0o644))
	require.NoError(t, syscall.Mkfifo("folder", 0o644))
	require.NoError(t, os.Symlink("/dev/zero", "m/3_c.sql"))
	done := make(chan string)
	go func() {
		in := Read([]string{"m", "folder", "m/2_b.sql"}, Options{})
		done <- tell(in)
	}()
	select {
	case got := <-done:
		require.Contains(t, got, "m/2_b.sql: error: is not a regular file [not-a-file]")
		require.Contains(t, got, "m/3_c.sql: error: is not a regular file [not-a-file]")
		require.Contains(t, got, "folder/: error: is a file, not a folder [not-a-folder]")
	case <-time.After(time.Minute):
		t.Fatal("reading a pipe blocks")
	}
}

func TestUnreadableAndTooLarge(t *testing.T) {
	inFolder(t, map[string]string{"m/1_a.sql": "a;", "m/2_b.sql": ""})
	require.NoError(t, os.Truncate("m/2_b.sql", 200<<20))
	require.NoError(t, os.Symlink("nowhere", "m/3_c.sql"))
	in := Read([]string{"m"}, Options{})
	require.Contains(t, tell(in), "m/2_b.sql: error: is too large: 200 MB, the limit is 100 MB [file-too-large]")
	require.Contains(t, tell(in), "m/3_c.sql: error: does not exist [no-such-file]")
	if os.Geteuid() != 0 { // root reads everything
		require.NoError(t, os.Chmod("m/1_a.sql", 0))
		require.Contains(t, tell(Read([]string{"m"}, Options{})), "m/1_a.sql: error: could not be read: permission denied")
	}
}

func TestPsqlFiles(t *testing.T) {
	inFolder(t, map[string]string{
		"init.sql":   "\\set ON_ERROR_STOP on\na;\n\\ir db/x.sql\nb;\nCOPY t FROM stdin;\n1\t2\n\\.\nc;\n",
		"db/x.sql":   "-- :electric:txn:start\nx;\n-- :electric:txn:end\n\\ir y.sql\n\\i z.sql\n",
		"db/y.sql":   "y",
		"db/z.sql":   "z;",
		"1_last.sql": "l;",
	})
	in, got := read(t, Options{}, "init.sql", "1_last.sql")
	require.Empty(t, in.Diagnostics, tell(in))
	require.Equal(t, `init init init.sql
  server autocommit: a
  client transaction: x
  server autocommit: y
  server autocommit: z
  server autocommit: b; COPY t FROM stdin; c
1 last 1_last.sql
  server autocommit: l
`, got)
	require.True(t, in.IncludesFiles())
}

func TestPsqlMistakes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"cycle", "\\i a.sql\n", `a.sql:1:1: error: a.sql includes itself [include-cycle]`},
		{"longer cycle", "\\ir b.sql\n", `b.sql:2:1: error: a.sql includes itself [include-cycle]`},
		{"missing", "x;\n\\ir c.sql\n", `a.sql:2:1: error: included file c.sql does not exist [no-such-file]`},
		{"in a block", "-- :electric:txn:start\n\\ir b.sql\n-- :electric:txn:end\n", `a.sql:2:1: error: \ir stands inside a transaction block or a statement [include-in-block]`},
		{"in a statement", "SELECT\n\\ir b.sql\n1;\n", `a.sql:2:1: error: \ir stands inside a transaction block or a statement [include-in-block]`},
		{"a variable", "x;\n\\set tbl a\nDROP TABLE :tbl;\n", `a.sql:3:12: error: psql's variable :tbl is not supported [psql-variable]`},
		{"a quoted one", "\\set v 1\nSELECT :'v', ':v';\n", `a.sql:2:8: error: psql's variable :'v' is not supported [psql-variable]`},
		{"as a name", "\\set v 1\nSELECT 1 AS :\"v\";\n", `a.sql:2:13: error: psql's variable :"v" is not supported [psql-variable]`},
		{"of the command line", "DROP TABLE :tbl;\n", `a.sql:1:12: error: psql's variable :tbl is not supported [psql-variable]`},
		{"where it could be SQL", "\\set n 2\nSELECT a[1:n] FROM b;\n", `a.sql:2:11: error: psql's variable :n is not supported [psql-variable]`},
		{"in a file's name", "\\set dir db\n\\i :dir/b.sql\n", `a.sql:2:1: error: psql's variable :dir is not supported [psql-variable]`},
		{"no autocommit", "\\set AUTOCOMMIT off\nx;\n", `a.sql:1:1: error: \set AUTOCOMMIT off is not supported [unsupported-meta-command]`},
		{"lines as statements", "\\set SINGLELINE on\nx;\n", `a.sql:1:1: error: \set SINGLELINE on is not supported [unsupported-meta-command]`},
		{"another encoding", "\\encoding LATIN1\nx;\n", `a.sql:1:1: error: \encoding LATIN1 is not supported: files are UTF-8 [unsupported-meta-command]`},
		{"another command", "x;\n\\gexec\n", `a.sql:2:1: error: psql's command \gexec is not supported [unsupported-meta-command]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			inFolder(t, map[string]string{"a.sql": c.text, "b.sql": "b;\n\\ir a.sql\n"})
			in, _ := read(t, Options{}, "a.sql")
			require.Equal(t, c.want, strings.SplitN(tell(in), "\n", 2)[0])
		})
	}
}

// What changes nothing that the schema depends on is passed over, and no text is
// taken for a variable that psql leaves as it is.
func TestPsqlCommandsPassedOver(t *testing.T) {
	inFolder(t, map[string]string{"a.sql": `\set ON_ERROR_STOP on
\set AUTOCOMMIT on
\encoding UTF-8
\echo making :what
\pset format unaligned
\timing on
\set v 1
\unset v
SELECT a[1:v], ':v', $$ :v $$, "c:v", v::text, f(x := 1) FROM b \g
-- :v
a;
`})
	in, got := read(t, Options{}, "a.sql")
	require.Empty(t, in.Diagnostics, tell(in))
	require.Contains(t, got, "FROM b ; a\n")
}

func TestBundlePaths(t *testing.T) {
	inFolder(t, map[string]string{"db/m/1_a.sql": "a;"})
	wd, err := os.Getwd()
	require.NoError(t, err)
	for _, c := range []struct{ arg, wd, want string }{
		{"db/m", wd, "db/m/1_a.sql"},
		{"./db/m/", wd, "db/m/1_a.sql"},
		{filepath.Join(wd, "db/m"), wd, "db/m/1_a.sql"},
		{filepath.Join(wd, "db/m"), filepath.Join(wd, "elsewhere"), "m/1_a.sql"},
		{filepath.Join(wd, "db/m"), "", "m/1_a.sql"},
	} {
		require.Equal(t, []string{c.want}, Read([]string{c.arg}, Options{WorkingDir: c.wd}).Paths(), c.arg)
	}
}

// No text makes the cutting fail, and no statement is in two sections.
func FuzzCut(f *testing.F) {
	f.Add("-- :electric:txn:start\na;\n-- :electric:txn:end\nb;-- +goose Up\nc;-- migrate:down\n")
	f.Fuzz(func(t *testing.T, text string) {
		sections, _ := cut(&File{Path: "f", Text: text})
		at := 0
		for _, s := range sections {
			require.LessOrEqual(t, at, s.Start)
			at = s.End
			for _, st := range s.Statements {
				require.True(t, s.Start <= st.Offset && st.Offset < s.End)
			}
		}
		m := Migration{File: &File{Path: "f", Text: text}}
		m.readPsql()
	})
}
