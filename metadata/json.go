package metadata

import (
	"encoding/json"
	"io"
)

// AppendJSON appends the schema as compact JSON.
func (s *Schema) AppendJSON(buf []byte) []byte {
	e := Encoder{buf: buf}
	e.Open()
	s.WriteFields(&e)
	e.Close()
	return e.buf
}

// MarshalJSON writes the schema with the conventions of this package.
func (s *Schema) MarshalJSON() ([]byte, error) {
	return s.AppendJSON(nil), nil
}

// MarshalJSON writes the table with the conventions of this package.
func (t *Table) MarshalJSON() ([]byte, error) {
	var e Encoder
	t.write(&e, 0)
	return e.buf, nil
}

// Write writes the schema as JSON with an indent of two spaces, keys in a fixed order, and a final newline: equal
// schemas give equal bytes.
func Write(w io.Writer, s *Schema) error {
	e := Encoder{Indent: "  "}
	e.Open()
	s.WriteFields(&e)
	e.Close()
	_, err := w.Write(append(e.buf, '\n'))
	return err
}

// Read reads a schema as [Write] or the server's truth has it. Unknown fields are ignored.
func Read(r io.Reader) (*Schema, error) {
	s := new(Schema)
	if err := json.NewDecoder(r).Decode(s); err != nil {
		return nil, err
	}
	return s, nil
}
