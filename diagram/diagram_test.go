package diagram

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/metadata"
)

// chain makes n tables, each referring to the one before, the first to the last,
// and each to itself: circles of every kind.
func chain(n int) *bundle.Schema {
	s := &metadata.Schema{}
	for i := range n {
		name := fmt.Sprintf("t%03d <&\"x\">", i)
		s.Tables = append(s.Tables, metadata.Table{
			Schema: "public", Name: name, Kind: "table",
			Columns: []metadata.Column{
				{Name: "id", TypeRef: metadata.TypeRef{Type: "uuid"}},
				{Name: "parent", TypeRef: metadata.TypeRef{Type: "uuid"}, Nullable: true},
				{Name: "other id", TypeRef: metadata.TypeRef{Type: "character varying(10)"}},
			},
			PrimaryKey: &metadata.Key{Columns: []string{"id"}},
			ForeignKeys: []metadata.ForeignKey{
				{Name: "self", Columns: []string{"parent"}, RefSchema: "public", RefTable: name, RefColumns: []string{"id"}},
				{Name: "next", Columns: []string{"other id"}, RefSchema: "public", RefTable: fmt.Sprintf("t%03d <&\"x\">", (i+n-1)%n), RefColumns: []string{"id"}},
			},
		})
	}
	s.Tables = append(s.Tables, metadata.Table{Schema: "app", Name: "alone", Kind: "table"})
	s.Sort()
	return &bundle.Schema{Schema: s, Relations: bundle.RelationsOf(s), Tables: make([]bundle.TableInfo, len(s.Tables))}
}

func TestDraw(t *testing.T) {
	for _, n := range []int{0, 1, 2, 30} {
		s := chain(n)
		for _, format := range Formats {
			text, err := Draw(format, s)
			require.NoError(t, err)
			again, err := Draw(format, s)
			require.NoError(t, err)
			require.Equal(t, text, again, "a drawing is always the same")
		}
	}
	_, err := Draw("png", chain(1))
	require.ErrorContains(t, err, "mermaid, dot, svg")
}

func TestSVGIsWellFormed(t *testing.T) {
	text, err := Draw("svg", chain(12))
	require.NoError(t, err)
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
	}
}

// No two boxes lie on each other, and none outside of the drawing.
func TestLayout(t *testing.T) {
	l := newLayout(newGraph(chain(40)))
	require.Len(t, l.boxes, 41)
	for i, a := range l.boxes {
		require.GreaterOrEqual(t, a.x, 0.0)
		require.LessOrEqual(t, a.x+a.width, l.width)
		require.GreaterOrEqual(t, a.y, 0.0)
		require.LessOrEqual(t, a.y+a.height, l.height)
		for _, b := range l.boxes[i+1:] {
			apart := a.x+a.width <= b.x || b.x+b.width <= a.x || a.y+a.height <= b.y || b.y+b.height <= a.y
			require.True(t, apart, "%s and %s", a.title(), b.title())
		}
	}
	require.Len(t, l.edges, 80)
}
