package parser

import (
	"os"
	"strings"
	"testing"

	"github.com/electric-cli/electric/parser/ast"
)

func seeds(f *testing.F) {
	for _, s := range []string{
		"SELECT 1; SELECT '--;' || $a$;$a$ /* ; /* ; */ */; -- ;\n\"a;\"",
		"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; END; SELECT 2",
		"CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); \\if x\n\\gset a\nCOPY t FROM stdin;\n1\t2\n\\.\nSELECT :'x'",
		"ALTER TABLE t ENABLE ELECTRIC; CALL electric.migration_version('1'); ELECTRIC GRANT ALL ON t TO x",
		"CREATE TABLE a (\n  a int\n  b int NOT NULL,\n)", "SELECT E'\\'', U&'\\0041', B'01', 1.5e10, $1, a.b[1:2], x::int",
		"CREATE TABLE `a` (id int(11) AUTO_INCREMENT) ENGINE=x", "SELECT -1, - 0, int '-1'", "SELECT 'é' 'x", "\x00\xff",
	} {
		f.Add(s)
	}
	for _, name := range []string{"alter_table", "plpgsql", "create_view", "rules"} {
		if text, err := os.ReadFile(regress + "/" + name + ".sql"); err == nil {
			for _, s := range Split(string(text)) {
				f.Add(s.Text)
			}
		}
	}
}

// FuzzSplit asks that statements are in order, inside the text, and that
// nothing but white space, comments and semicolons is outside of them.
func FuzzSplit(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, s := range Split(text) {
			if s.Offset < end || s.End < s.Offset || s.End > len(text) || s.Text != text[s.Offset:s.End] {
				t.Fatalf("statement %d-%d after %d", s.Offset, s.End, end)
			}
			lostNothing(t, text[end:s.Offset])
			end = s.End
		}
		lostNothing(t, text[end:])
		end = 0
		for _, it := range SplitPsql(text) {
			if s := it.Statement; s != nil {
				if s.Offset < end || s.End < s.Offset || s.End > len(text) || len(s.Text) != s.End-s.Offset {
					t.Fatalf("psql statement %d-%d after %d", s.Offset, s.End, end)
				}
				end = s.End
			}
		}
		LineComments(text)
	})
}

func lostNothing(t *testing.T, gap string) {
	for _, tok := range Tokens(gap) {
		if tok.Kind != Punct || gap[tok.Start:tok.End] != ";" {
			t.Fatalf("lost %q", gap)
		}
	}
}

// FuzzParse asks that no text crashes the parser, that positions are inside the
// statement, and that repairs keep its length.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		stmts := Split(text)
		ParseAll(stmts)
		for _, s := range stmts {
			AlterCommands(s.Text)
			Elements(s.Text)
			node, err := s.Node()
			if err == nil {
				inside(t, node, len(s.Text))
				continue
			}
			if err.Position > len(s.Text) {
				t.Fatalf("position %d of %d", err.Position, len(s.Text))
			}
			if fixed, _, pos, ok := Repair(s.Text, err); ok && (len(fixed) != len(s.Text) || pos > len(s.Text) || strings.Count(fixed, "") == 0) {
				t.Fatalf("repaired to %q", fixed)
			}
		}
	})
}

func inside(t *testing.T, n ast.Node, size int) {
	ast.Walk(n, func(n ast.Node) bool {
		if c, ok := n.(*ast.A_Const); ok && c.Location > size {
			t.Fatalf("location %d of %d", c.Location, size)
		}
		return true
	})
}
