package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/diag"
)

func parse(t *testing.T, text string) (Config, string) {
	t.Helper()
	c, ds := Parse("electric.yaml", text)
	var b strings.Builder
	require.NoError(t, diag.Write(&b, ds, diag.Texts{"electric.yaml": text}, diag.Options{}))
	return c, b.String()
}

func TestSettings(t *testing.T) {
	c, told := parse(t, "migrations: db/sql\nout: x/bundle\nunmarked: server\n")
	require.Empty(t, told)
	require.Equal(t, []string{"db/sql", "x/bundle", "server"}, []string{c.Migrations, c.Out, string(c.Unmarked)})

	for _, empty := range []string{"", "# nothing yet\n", "---\n"} {
		c, told = parse(t, empty)
		require.Empty(t, told)
		c.file = ""
		require.Equal(t, Default(), c)
	}
}

// What runs before the migrations is one name or several.
func TestSetup(t *testing.T) {
	for text, want := range map[string][]string{
		"out: a\n":                         nil,
		"setup: supabase\n":                {"supabase"},
		"setup: none\n":                    {"none"},
		"setup: [supabase, db/init.sql]\n": {"supabase", "db/init.sql"},
		"setup:\n  - a.sql\n  - b.sql # the second\n": {"a.sql", "b.sql"},
	} {
		c, told := parse(t, text)
		require.Empty(t, told, text)
		require.Equal(t, want, c.Setup, text)
	}
	c, _ := parse(t, "setup:\n  - a.sql\n  - b.sql\n")
	r := Resolver{Config: c, Env: ReadEnvironment(t.TempDir(), nil)}
	v, _ := find(r.Values(), "setup")
	require.Equal(t, "a.sql, b.sql", v.Text)
	require.Equal(t, "electric.yaml", v.Source)
}

func find(values []Value, key string) (Value, bool) {
	for _, v := range values {
		if v.Setting.Key == key {
			return v, true
		}
	}
	return Value{}, false
}

// What is given to it stands there instead.
func TestTextOfAPlatform(t *testing.T) {
	c, told := parse(t, Text(map[string]string{"migrations": "supabase/migrations", "setup": "supabase"}))
	require.Empty(t, told)
	require.Equal(t, "supabase/migrations", c.Migrations)
	require.Equal(t, []string{"supabase"}, c.Setup)
}

// The file that electric init writes says what holds without it.
func TestTextIsTheDefault(t *testing.T) {
	c, told := parse(t, Text(nil))
	require.Empty(t, told)
	c.given, c.file = nil, ""
	require.Equal(t, Default(), c)
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"unknown", "out: a\n  \nmigration: b\n", "electric.yaml:3:1: error: unknown setting \"migration\" [unknown-setting]\n" +
			"   |\n 3 | migration: b\n   | ^^^^^^^^^\n   = hint: Perhaps \"migrations\" is meant.\n"},
		{"unlike any", "xyzzy: b\n", "= hint: The settings are migrations, out, unmarked, setup, database_url and electric_url."},
		{"number", "out: 5\n", "electric.yaml:1:6: error: \"out\" asks for text, not a number [wrong-type]"},
		{"list", "out:\n  - a\n", "electric.yaml:2:3: error: \"out\" asks for text, not a list [wrong-type]"},
		{"number in a list", "setup:\n  - a.sql\n  - 5\n", "electric.yaml:3:5: error: \"setup\" asks for text, not a number [wrong-type]"},
		{"empty list", "setup: []\n", "electric.yaml:1:8: error: \"setup\" is empty [empty-setting]"},
		{"mapping for a list", "setup:\n  a: b\n", "error: \"setup\" asks for text, not a mapping [wrong-type]"},
		{"nothing", "out:\n", "error: \"out\" asks for text, not nothing [wrong-type]"},
		{"value", "unmarked: clients\n", "electric.yaml:1:11: error: \"unmarked\" cannot be \"clients\" [unknown-value]"},
		{"twice", "out: a\nout: b\n", "electric.yaml:2:1: error: setting \"out\" is given twice [duplicate-key]"},
		{"no mapping", "- a\n", "electric.yaml:1:1: error: a mapping of settings is expected here, not a list [wrong-type]"},
		{"no yaml", "a: b\n\tc: d\n", "electric.yaml:2:1: error: found a tab character that violates indentation [invalid-yaml]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, told := parse(t, c.text)
			require.Contains(t, told, c.want)
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("out: a\nunmarked: [x]\n")
	f.Fuzz(func(t *testing.T, text string) { parse(t, text) })
}
