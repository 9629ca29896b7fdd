package parser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func items(text string) []string {
	var out []string
	for _, it := range SplitPsql(text) {
		if it.Meta != nil {
			out = append(out, strings.TrimSpace(fmt.Sprintf(`\%s %s`, it.Meta.Name, strings.Join(it.Meta.Args, "|"))))
			continue
		}
		out = append(out, it.Statement.Text)
	}
	return out
}

func TestSplitPsql(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"\\i a.sql\n\\ir 'b c.sql'\nSELECT 1;", []string{`\i a.sql`, `\ir b c.sql`, "SELECT 1"}},
		{"SELECT 1 \\gset x_\nSELECT 2", []string{"SELECT 1 ", `\gset x_`, "SELECT 2"}},
		{"SELECT 1\\; SELECT 2;", []string{"SELECT 1 ; SELECT 2"}},
		{"SELECT\n\\echo it's\n1;", []string{`\echo its` + "", "SELECT\n          \n1"}},
		{"\\if :x \\echo a \\else \\echo b \\endif\nSELECT 1;", []string{`\if :x`, `\echo a`, `\else`, `\echo b`, `\endif`, "SELECT 1"}},
		{"COPY t FROM stdin; -- rows\n1\tO'Neil;\n\\.\nSELECT 1;", []string{"COPY t FROM stdin", "SELECT 1"}},
		{"COPY t (a) FROM STDIN WITH CSV;\r\n1;2\r\n\\.\r\nSELECT 1;", []string{"COPY t (a) FROM STDIN WITH CSV", "SELECT 1"}},
		{"COPY t FROM stdin;\nSELECT 1;", []string{"COPY t FROM stdin", "SELECT 1"}},
		{"\\connect a b\n\\restrict x\nSELECT (1;2);", []string{`\connect a|b`, `\restrict x`, "SELECT (1;2)"}},
		{"SELECT 1;\\r\nSELECT 2 \\r\nSELECT 3", []string{"SELECT 1", `\r`, `\r`, "SELECT 3"}},
	} {
		require.Equal(t, c.want, items(c.text), c.text)
	}
}

func TestPsqlVariables(t *testing.T) {
	for text, want := range map[string]bool{
		"SELECT :'x'":                         true,
		"SELECT :x":                           false,
		"\\set x 1\nSELECT :x":                true,
		"\\set x 1\nSELECT ':x', 1::x":        false,
		"SELECT 1 AS x \\gset\nSELECT a[1:y]": true,
	} {
		list := SplitPsql(text)
		require.Equal(t, want, list[len(list)-1].Statement.Substituted, text)
	}
}

func TestElectric(t *testing.T) {
	for text, want := range map[string]*ElectricStmt{
		"ALTER TABLE items ENABLE ELECTRIC":                         {Kind: ElectricEnable, Command: "ALTER TABLE ENABLE ELECTRIC", Table: []string{"items"}},
		"alter table \"S\".Items enable electric -- yes":            {Kind: ElectricEnable, Command: "ALTER TABLE ENABLE ELECTRIC", Table: []string{"S", "items"}},
		"ALTER TABLE items DISABLE ELECTRIC":                        {Kind: ElectricDisable, Command: "ALTER TABLE DISABLE ELECTRIC", Table: []string{"items"}},
		"ELECTRIC ENABLE a.b":                                       {Kind: ElectricEnable, Command: "ELECTRIC ENABLE", Table: []string{"a", "b"}},
		"ELECTRIC GRANT ALL ON t TO 'a'":                            {Kind: ElectricDead, Command: "ELECTRIC GRANT"},
		"ELECTRIC SQLITE 'CREATE'":                                  {Kind: ElectricDead, Command: "ELECTRIC SQLITE"},
		"CALL electric.electrify('public.\"T\"')":                   {Kind: ElectricEnable, Command: "CALL electric.electrify", Table: []string{"public", "T"}},
		"SELECT electric.electrify('s', 't')":                       {Kind: ElectricEnable, Command: "CALL electric.electrify", Table: []string{"s", "t"}},
		"CALL electric.migration_version(\n'2023_1')":               {Kind: ElectricVersion, Command: "CALL electric.migration_version", Version: "2023_1"},
		"ALTER TABLE items ADD COLUMN electric int":                 nil,
		"SELECT 'ENABLE ELECTRIC'":                                  nil,
		"CREATE TABLE electric (a int)":                             nil,
		"SELECT electric.electrify('s') FROM generate_series(1, 2)": nil,
	} {
		require.Equal(t, want, Split(text)[0].Electric, text)
	}
}

func TestSpans(t *testing.T) {
	text := "ALTER TABLE IF EXISTS ONLY a.\"b c\" ADD x numeric(1,2) DEFAULT f(1,2), DROP y /* , */ CASCADE, RENAME z TO w"
	var got []string
	for _, s := range AlterCommands(text) {
		got = append(got, text[s.Start:s.End])
	}
	require.Equal(t, []string{"ADD x numeric(1,2) DEFAULT f(1,2)", "DROP y /* , */ CASCADE", "RENAME z TO w"}, got)
	text = "CREATE TABLE a (b int, c numeric(1,2) CHECK (c > 0 AND f(1,2)), PRIMARY KEY (b, c)) WITH (x, y)"
	got = nil
	for _, s := range Elements(text) {
		got = append(got, text[s.Start:s.End])
	}
	require.Equal(t, []string{"b int", "c numeric(1,2) CHECK (c > 0 AND f(1,2))", "PRIMARY KEY (b, c)"}, got)
}

func TestLineComments(t *testing.T) {
	var got []string
	for _, c := range LineComments("-- a\nSELECT '-- b', $$-- c$$, \"-- d\" /* -- e */ --f\r\n+--g") {
		got = append(got, fmt.Sprintf("%d %s", c.Start, c.Text))
	}
	require.Equal(t, []string{"0 -- a", "48 --f", "54 --g"}, got)
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{" ;; -- x\n ; SELECT 1 ; ", []string{"SELECT 1 "}},
		{"CREATE TABLE a (b int; SELECT 2", []string{"CREATE TABLE a (b int", "SELECT 2"}},
		{"CREATE OR REPLACE RULE r AS ON UPDATE TO a DO (SELECT 1; SELECT 2); SELECT 3", []string{"CREATE OR REPLACE RULE r AS ON UPDATE TO a DO (SELECT 1; SELECT 2)", "SELECT 3"}},
		{"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN x.end THEN 1 END AS end; END; SELECT 3", []string{"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN x.end THEN 1 END AS end; END", "SELECT 3"}},
		{"BEGIN; SELECT 1; END; SELECT 2", []string{"BEGIN", "SELECT 1", "END", "SELECT 2"}},
		{"SELECT E'\\';' ';', 'a'\n';'; SELECT $a$;$b$;$a$", []string{"SELECT E'\\';' ';', 'a'\n';'", "SELECT $a$;$b$;$a$"}},
		{"SELECT a$b$;c", []string{"SELECT a$b$", "c"}},
		{"SELECT 'a;b", []string{"SELECT 'a;b"}},
	} {
		var got []string
		for _, s := range Split(c.text) {
			got = append(got, s.Text)
		}
		require.Equal(t, c.want, got, c.text)
	}
}

// The rows of a COPY are the statement's, so that who runs it can send them.
func TestSplitPsqlKeepsRows(t *testing.T) {
	for text, want := range map[string]string{
		"COPY t FROM stdin;\n1\tO'Neil;\n\\N\t\\\\.\n\\.\nSELECT 1;": "1\tO'Neil;\n\\N\t\\\\.\n",
		"COPY t FROM stdin;\r\n1\r\n\\.\r\nSELECT 1;":                "1\r\n",
		"COPY t FROM stdin;\n\\.\n":                                  "",
		"COPY t FROM stdin;\nSELECT 1;":                              "",
	} {
		require.Equal(t, want, SplitPsql(text)[0].Statement.Rows, text)
	}
}
