package bundle

import (
	"bytes"
	"encoding/json"
	"fmt"
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

// ReadBeside reads the bundle at path for one who has a schema that is mostly the
// same: tables that are written alike are taken from it, others are decoded. Of
// the tables taken, there is told what SketchFile tells; relations are left out.
func ReadBeside(path string, near *metadata.Schema) (*Bundle, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	b, err := readBeside(data, near)
	if err != nil {
		return nil, fmt.Errorf("read bundle %s: %w", path, err)
	}
	return b, nil
}

func readBeside(data []byte, near *metadata.Schema) (*Bundle, error) {
	b, err := sketch(data)
	if err != nil {
		return nil, err
	}
	tables, rest, err := cutTables(data)
	if err != nil {
		return nil, fmt.Errorf("not a bundle: %w", err)
	}
	known, _, err := cutTables(textOf(near))
	if err != nil {
		panic("bundle: own text cannot be read: " + err.Error())
	}
	places := map[[2]string]int{}
	for i := range near.Tables {
		places[[2]string{near.Tables[i].Schema, near.Tables[i].Name}] = i
	}
	s := new(metadata.Schema)
	if err := json.Unmarshal(rest, s); err != nil {
		return nil, fmt.Errorf("not a bundle: %w", err)
	}
	for i, t := range b.Schema.Schema.Tables {
		if at, both := places[[2]string{t.Schema, t.Name}]; both && bytes.Equal(head(tables[i]), head(known[at])) {
			s.Tables = append(s.Tables, near.Tables[at])
			continue
		}
		var whole fileTable
		if err := json.Unmarshal(tables[i], &whole); err != nil {
			return nil, fmt.Errorf("not a bundle: %w", err)
		}
		s.Tables, b.Schema.Tables[i] = append(s.Tables, whole.Table), whole.TableInfo
	}
	b.Schema.Schema = s
	return b, nil
}

// head is a table's text up to its TableInfo.
func head(table []byte) []byte {
	head, _, _ := bytes.Cut(table, infoBegins)
	return head
}

// cutTables gives the text of each table in a bundle's text, and an object of the
// schema's other lists.
func cutTables(text []byte) (tables [][]byte, rest []byte, err error) {
	rest = []byte{'{'}
	section := func(key string, at int) (int, error) {
		if key == "tables" {
			return walk(text, at, '[', ']', func(_ string, at int) (int, error) {
				end, err := value(text, at, nil)
				tables = append(tables, text[at:end])
				return end, err
			})
		}
		end, err := value(text, at, nil)
		if key != "relations" {
			rest = fmt.Appendf(rest, "%q:%s,", key, text[at:end])
		}
		return end, err
	}
	_, err = members(text, 0, func(key string, at int) (int, error) {
		if key == "schema" {
			return members(text, at, section)
		}
		return value(text, at, nil)
	})
	return tables, append(bytes.TrimSuffix(rest, []byte{','}), '}'), err
}
