package diag

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	ordersFile = "migrations/20260105090000_orders.sql"
	initFile   = "migrations/20260102110000_init.sql"
)

var texts = Texts{
	ordersFile: "-- more\nALTER TABLE orders\n  ADD COLUMN total numeric(12,2),\n  ADD COLUMN note text;\n",
	initFile:   "-- first\n\n\n  total numeric,\n",
}

// at is the span of the only occurrence of piece in a file.
func at(file, piece string) Span {
	i := strings.Index(texts[file], piece)
	return Span{file, i, i + len(piece)}
}

func orders() Diagnostic {
	d := Errorf(at(ordersFile, "total"), "42701", `column "total" of relation "orders" already exists`)
	d.Label = "added again here"
	d.Related = []Note{{at(initFile, "total"), "first added here"}}
	d.Hint = "Drop the old column first, or write ADD COLUMN IF NOT EXISTS."
	return d
}

func render(t *testing.T, texts Texts, o Options, ds ...Diagnostic) string {
	t.Helper()
	var out strings.Builder
	require.NoError(t, Write(&out, ds, texts, o))
	return out.String()
}

func TestText(t *testing.T) {
	require.Equal(t, `migrations/20260105090000_orders.sql:3:14: error: column "total" of relation "orders" already exists [42701]
   |
 3 |   ADD COLUMN total numeric(12,2),
   |              ^^^^^ added again here
   = migrations/20260102110000_init.sql:4:3: first added here
   = hint: Drop the old column first, or write ADD COLUMN IF NOT EXISTS.
`, render(t, texts, Options{}, orders()))
}

func TestTextWithoutPlace(t *testing.T) {
	require.Equal(t, "a.sql: error: could not be read [unreadable-file]\n",
		render(t, nil, Options{}, Errorf(WholeFile("a.sql"), "unreadable-file", "could not be read")))
	require.Equal(t, "warning: nothing to do\n", render(t, nil, Options{}, Warnf(Span{}, "", "nothing to do")))
}

// The caret stands under its text whatever the text is made of.
func TestTextAlignment(t *testing.T) {
	for _, c := range []struct{ name, line, want string }{
		{"tab", "\tid\tHERE", "    id  HERE\n   |         ^^^^"},
		{"wide", "'日本' HERE", "'日本' HERE\n   |        ^^^^"},
		{"combining", "'e\u0301' HERE", "'e\u0301' HERE\n   |     ^^^^"},
		{"escape", "\x1b[1m HERE", "?[1m HERE\n   |      ^^^^"},
		{"invalid UTF-8", "\xff\xfe HERE", "?? HERE\n   |    ^^^^"},
		{"carriage return", "HERE\r\nnext", "HERE\n   | ^^^^"},
		{"byte order mark", "\ufeffHERE", "HERE\n   | ^^^^"},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := strings.Index(c.line, "HERE")
			got := render(t, Texts{"f": c.line}, Options{}, Errorf(Span{"f", i, i + 4}, "", "m"))
			require.Contains(t, got, "\n 1 | "+c.want+"\n")
		})
	}
}

func TestColumnsCountCharacters(t *testing.T) {
	require.Equal(t, Position{Offset: 7, Line: 2, Column: 3}, PositionOf("a\nü日bc", 7))
	require.Equal(t, Position{Offset: 3, Line: 1, Column: 1}, PositionOf("\ufeffa", 3))
	require.Equal(t, Position{Offset: 2, Line: 2, Column: 1}, PositionOf("a\n", 99))
}

func TestLongLinesAreCut(t *testing.T) {
	line := strings.Repeat("é", 5000) + "HERE" + strings.Repeat("y", 5000)
	got := render(t, Texts{"f": line}, Options{}, Errorf(Span{"f", 10000, 10004}, "", "m"))
	require.Less(t, len(got), 500)
	require.Contains(t, got, "HERE")
	got = render(t, Texts{"f": line}, Options{}, Errorf(Span{"f", 0, len(line)}, "", "m"))
	require.Less(t, len(got), 500)
}

func TestSpanOverSeveralLines(t *testing.T) {
	got := render(t, Texts{"f": "abc\ndef"}, Options{}, Errorf(Span{"f", 1, 6}, "", "m"))
	require.Contains(t, got, " 1 | abc\n   |  ^^\n")
}

func TestColourOnlyAdds(t *testing.T) {
	coloured := render(t, texts, Options{Colour: true}, orders())
	for _, c := range []string{colours.bold, colours.error, colours.frame, colours.reset} {
		require.Contains(t, coloured, c)
		coloured = strings.ReplaceAll(coloured, c, "")
	}
	require.Equal(t, render(t, texts, Options{}, orders()), coloured)
}

func TestJSON(t *testing.T) {
	var got struct {
		Format      int
		Diagnostics []Record
	}
	require.NoError(t, json.Unmarshal([]byte(render(t, texts, Options{Format: JSON}, orders())), &got))
	require.Equal(t, 1, got.Format)
	require.Len(t, got.Diagnostics, 1)
	d := got.Diagnostics[0]
	require.Equal(t, "error", d.Severity)
	require.Equal(t, ordersFile, d.File)
	require.Equal(t, Position{Offset: 40, Line: 3, Column: 14}, *d.Start)
	require.Equal(t, 4, d.Related[0].Start.Line)

	require.Contains(t, render(t, nil, Options{Format: JSON}), `"diagnostics": []`)
}

func TestGitHub(t *testing.T) {
	d := Errorf(at(ordersFile, "total"), "42701", "100%% of it: a, b")
	require.Equal(t, "::error file=migrations/20260105090000_orders.sql,line=3,endLine=3,col=14,endColumn=19,title=42701::100%25 of it: a, b\n",
		render(t, texts, Options{Format: GitHub}, d))
	require.Equal(t, "::warning file=a%2Cb%3A.sql::x%0AHint: Y.\n",
		render(t, nil, Options{Format: GitHub}, Diagnostic{Severity: Warning, Span: WholeFile("a,b:.sql"), Message: "x", Hint: "Y."}))
}

func TestSARIF(t *testing.T) {
	var got sarifLog
	require.NoError(t, json.Unmarshal([]byte(render(t, texts, Options{Format: SARIF, Version: "1.0"}, orders(), orders())), &got))
	run := got.Runs[0]
	require.Equal(t, []sarifRule{{"42701"}}, run.Tool.Driver.Rules)
	require.Len(t, run.Results, 2)
	require.Equal(t, &sarifRegion{3, 14, 3, 19, 40, 5}, run.Results[0].Locations[0].Physical.Region)
	require.Contains(t, render(t, nil, Options{Format: SARIF}), `"results": []`)
}

func TestSort(t *testing.T) {
	ds := []Diagnostic{
		Errorf(Span{"2.sql", 9, 9}, "", "a"), Errorf(Span{"10.sql", 1, 1}, "", "b"),
		Errorf(Span{"2.sql", 3, 3}, "", "c"), Errorf(WholeFile("2.sql"), "", "d"),
	}
	Sort(ds)
	var order string
	for _, d := range ds {
		order += d.Message
	}
	require.Equal(t, "dcab", order)
}

// What is rendered is strangers' input: no offset and no byte makes a writer panic.
func FuzzWrite(f *testing.F) {
	f.Add("SELECT 1;\n\tü", 3, 12)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		d := Errorf(Span{"f", start, end}, "c", "m")
		for _, format := range Formats {
			render(t, Texts{"f": text}, Options{Format: format}, d)
		}
	})
}
