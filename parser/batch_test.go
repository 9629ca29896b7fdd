package parser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/parser/ast"
)

// TestParseAllAsParse asks that a statement's tree does not depend on what it
// was parsed together with.
func TestParseAllAsParse(t *testing.T) {
	for _, file := range regressFiles(t) {
		text, _ := readVerdicts(t, file)
		var stmts []*Statement
		for _, it := range SplitPsql(text) {
			if it.Statement != nil {
				stmts = append(stmts, it.Statement)
			}
		}
		ParseAll(stmts)
		for _, s := range stmts {
			want, wantErr := Parse(s.Text)
			got, err := s.Node()
			require.Equal(t, wantErr, err)
			require.Equal(t, want, got, "%s", s.Text)
		}
	}
}

func TestErrorsDoNotHideEachOther(t *testing.T) {
	text := "SELECT 1; CREATE TABL a(); SELECT 2 -- no\n; INSERT INT x; INSERT INTO x VALUES (1); CREATE TABLE é (a int,); SELECT 3 /* end"
	stmts := Split(text)
	ParseAll(stmts)
	var got []string
	for _, s := range stmts {
		if err := s.Err(); err != nil {
			got = append(got, fmt.Sprintf("%s|%s %s", text[s.Offset+err.Position:][:1], err.Code, err.Message))
		}
	}
	require.Equal(t, []string{
		`T|42601 syntax error at or near "TABL"`,
		`I|42601 syntax error at or near "INT"`,
		`)|42601 syntax error at or near ")"`,
		`/|42601 unterminated /* comment at or near "/* end"`,
	}, got)
}

func benchFiles() []string {
	const file = "-- :electric:txn:start\nCREATE TABLE t%[1]d (\n  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),\n  title text NOT NULL CHECK (char_length(title) > 0),\n" +
		"  n integer NOT NULL DEFAULT 0,\n  created_at timestamptz NOT NULL DEFAULT now(),\n  metadata jsonb NOT NULL DEFAULT '{}'::jsonb\n);\nCREATE INDEX i%[1]d ON t%[1]d (title);\n" +
		"ALTER TABLE t%[1]d ADD COLUMN x int, ADD COLUMN y text DEFAULT 'abc';\nCOMMENT ON TABLE t%[1]d IS 'some text about that table';\n-- :electric:txn:end\n"
	files := make([]string, 1000)
	for i := range files {
		files[i] = fmt.Sprintf(file, i)
		files[i] += "-- " + strings.Repeat("x", max(0, 546-len(files[i]))) + "\n"
	}
	return files
}

func BenchmarkSplit(b *testing.B) {
	files := benchFiles()
	for b.Loop() {
		for _, f := range files {
			Split(f)
		}
	}
}

// BenchmarkParse1000 is 1,000 files of 550 bytes, from text to trees.
func BenchmarkParse1000(b *testing.B) {
	files := benchFiles()
	for b.Loop() {
		var all []*Statement
		for _, f := range files {
			all = append(all, Split(f)...)
		}
		ParseAll(all)
	}
}

func BenchmarkParse1000Alone(b *testing.B) {
	files := benchFiles()
	for b.Loop() {
		for _, f := range files {
			ParseAll(Split(f))
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	text := strings.Join(benchFiles()[:50], "")
	json, _ := toJSON(text)
	b.SetBytes(int64(len(json)))
	for b.Loop() {
		ast.Decode(json, nil)
	}
}
