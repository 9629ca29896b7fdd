package bundle

import (
	"bytes"
	"os"

	"github.com/electric-cli/electric/metadata"
)

// AlikeFile reports whether the bundle at path has just this schema, in everything
// that a bundle says of one. It compares texts, which takes a fiftieth of the time
// that reading the bundle would: no is also its answer where texts differ and mean
// the same, and where there is no bundle.
func AlikeFile(path string, s *metadata.Schema) bool {
	data, err := os.ReadFile(path)
	return err == nil && alike(data, s)
}

// Places in a bundle's text. Within strings a line break is written \n, so that
// each begins where its indent says.
var (
	schemaBegins = []byte("\n  \"schema\": {\n")
	schemaEnds   = []byte(",\n    \"relations\": [")
	infoBegins   = []byte("\n        \"client\": ") // TableInfo, behind what metadata says of a table
	tableEnds    = []byte("\n      }")
)

func alike(data []byte, s *metadata.Schema) bool {
	have, want := schemaText(data), schemaText(textOf(s))
	for have != nil && want != nil {
		var a, b []byte
		a, have = piece(have)
		b, want = piece(want)
		if !bytes.Equal(a, b) {
			return false
		}
		if have == nil && want == nil {
			return true
		}
	}
	return false
}

// textOf writes of a bundle what schemaText looks at.
func textOf(s *metadata.Schema) []byte {
	e := &metadata.Encoder{Indent: "  ", Table: func(e *metadata.Encoder, _ int) { e.Bool("client", true) }}
	e.Grow((&Bundle{Schema: Schema{Schema: s}}).estimate())
	e.Open()
	e.Int("format", Format)
	e.Key("schema")
	e.Open()
	e.Sparse = true
	s.WriteFields(e)
	e.Sparse = false
	e.Key("relations")
	e.OpenList()
	e.CloseList()
	e.Close()
	e.Close()
	return e.Bytes()
}

// schemaText gives what a bundle's text says of the schema, but for the relations;
// nil when this program would not write it so.
func schemaText(text []byte) []byte {
	_, text, found := bytes.Cut(text, schemaBegins)
	if !found {
		return nil
	}
	text, _, found = bytes.Cut(text, schemaEnds)
	if !found {
		return nil
	}
	return text
}

// piece gives a text up to the next TableInfo, and what comes behind that; nil at
// the end.
func piece(text []byte) (head, rest []byte) {
	head, rest, found := bytes.Cut(text, infoBegins)
	if !found {
		return text, nil
	}
	if i := bytes.Index(rest, tableEnds); i >= 0 {
		return head, rest[i:]
	}
	return head, nil
}
