package devpage

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/diag"
)

func TestDiagnosticsOf(t *testing.T) {
	texts := diag.Texts{"a.sql": "\ufeffCREATE TABLE a (\r\n  id int,\r\n  id text\r\n);\r\n"}
	at := strings.LastIndex(texts["a.sql"], "id")
	first := strings.Index(texts["a.sql"], "id")
	d := diag.Errorf(diag.Span{File: "a.sql", Start: at, End: at + 2}, "42701", "column %q specified more than once", "id")
	d.Label, d.Hint = "again", "Rename one of them."
	d.Related = []diag.Note{{Span: diag.Span{File: "a.sql", Start: first, End: first + 2}, Message: "first here"}}
	got := DiagnosticsOf([]diag.Diagnostic{
		d, diag.Warnf(diag.WholeFile("b.sql"), "x", "unreadable"), diag.Infof(diag.Span{File: "a.sql"}, "y", "a note"),
	}, texts, 2, time.Unix(0, 0), 12345*time.Microsecond)

	require.Equal(t, []int{2, 1, 1}, []int{got.Files, got.Errors, got.Warnings})
	require.InDelta(t, 12.35, got.Took, 0.001)
	require.Equal(t, &Excerpt{Line: 3, Before: "  ", Marked: "id", After: " text"}, got.List[0].Excerpt)
	require.Equal(t, diag.Position{Offset: at, Line: 3, Column: 3}, *got.List[0].Start)
	require.Equal(t, 2, got.List[0].Related[0].Start.Line)
	require.Nil(t, got.List[1].Excerpt, "a whole file has no line to show")
	require.Equal(t, &Excerpt{Line: 1, After: "CREATE TABLE a ("}, got.List[2].Excerpt, "no byte order mark")
	require.Equal(t, "note", got.List[2].Severity)
}

// An excerpt of a generated line of a megabyte is still an excerpt, and its
// characters stay whole.
func TestLongLines(t *testing.T) {
	text := strings.Repeat("é", 500) + strings.Repeat("x", 500) + strings.Repeat("ü", 500)
	d := diag.Errorf(diag.Span{File: "a", Start: 1000, End: 1500}, "", "long")
	e := DiagnosticsOf([]diag.Diagnostic{d}, diag.Texts{"a": text}, 1, time.Now(), 0).List[0].Excerpt
	require.Equal(t, "…"+strings.Repeat("é", excerptWidth/2), e.Before)
	require.Equal(t, strings.Repeat("x", excerptWidth)+"…", e.Marked)
	require.Equal(t, strings.Repeat("ü", excerptWidth/2)+"…", e.After)
}

func TestManyDiagnostics(t *testing.T) {
	list := make([]diag.Diagnostic, MaxDiagnostics+5)
	got := DiagnosticsOf(list, nil, 1, time.Now(), 0)
	require.Len(t, got.List, MaxDiagnostics)
	require.Equal(t, MaxDiagnostics+5, got.Errors)
}

// A span over several lines marks the rest of its first one.
func TestSpanOverLines(t *testing.T) {
	d := diag.Errorf(diag.Span{File: "a", Start: 2, End: 9}, "", "long")
	e := DiagnosticsOf([]diag.Diagnostic{d}, diag.Texts{"a": "ab cd\nef gh\n"}, 1, time.Now(), 0).List[0].Excerpt
	require.Equal(t, &Excerpt{Line: 1, Before: "ab", Marked: " cd"}, e)
}
