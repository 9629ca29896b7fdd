package wire

import (
	"bytes"
	"fmt"
	"slices"
)

// A CopyEncoder turns rows of COPY … TO STDOUT, in text format, into the insert
// messages of a first snapshot. It reuses memory: one goroutine at a time.
type CopyEncoder struct {
	*Encoder
	mark   []byte // between the value and the end, for subsets: `,"snapshot_mark":7`
	at     []int  // where each column of the table stands in the row, -1 for nowhere
	fields [][]byte
}

// NewCopyEncoder makes one for rows that hold the encoder's columns, in that
// order. mark is not zero for the rows of a subset.
func (e *Encoder) NewCopyEncoder(mark uint32) *CopyEncoder {
	c := &CopyEncoder{Encoder: e, at: make([]int, len(e.table.Columns)), fields: make([][]byte, len(e.columns))}
	for i := range c.at {
		c.at[i] = slices.Index(e.columns, i)
	}
	if mark != 0 {
		c.mark = fmt.Appendf(nil, `,"snapshot_mark":%d`, mark)
	}
	return c
}

var (
	copyNull = []byte(`\N`)
	yes, no  = []byte("true"), []byte("false")
)

// Append appends the message of a row, which ends with a line feed.
func (c *CopyEncoder) Append(dst, line []byte) ([]byte, error) {
	if err := c.split(line); err != nil {
		return dst, err
	}
	dst = append(dst, c.prefix...)
	dst = c.appendCopiedKey(dst)
	dst = append(dst, `","value":{`...)
	for i, field := range c.fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, c.names[i]...)
		if len(field) == 2 && field[0] == '\\' && field[1] == 'N' {
			dst = append(dst, "null"...)
			continue
		}
		dst = append(dst, '"')
		dst = append(appendCopied(dst, field), '"')
	}
	dst = append(dst, `},"headers":{"operation":"insert",`...)
	dst = append(dst, c.relation...)
	dst = append(dst, c.mark...)
	return append(dst, "}},\n"...), nil
}

// appendCopiedKey is appendKey of the fields.
func (c *CopyEncoder) appendCopiedKey(dst []byte) []byte {
	for _, column := range c.key {
		field := c.fields[c.at[column]]
		if bytes.Equal(field, copyNull) {
			dst = append(dst, "/_"...)
			continue
		}
		dst = append(dst, `/\"`...)
		for i := bytes.IndexByte(field, '/'); i >= 0; i = bytes.IndexByte(field, '/') {
			dst = append(appendCopied(dst, field[:i]), "//"...)
			field = field[i+1:]
		}
		dst = append(appendCopied(dst, field), `\"`...)
	}
	return dst
}

// KeyOf appends the key of a line's row, as [Encoder.Key] gives it.
func (c *CopyEncoder) KeyOf(dst, line []byte) ([]byte, error) {
	if err := c.split(line); err != nil {
		return dst, err
	}
	return c.appendCopiedKey(dst), nil
}

// Row gives a line's values, for the columns that the shape has. They are valid
// as long as the line is, and until the next call.
func (c *CopyEncoder) Row(line []byte) (Row, error) {
	if err := c.split(line); err != nil {
		return nil, err
	}
	row := make(Row, len(c.table.Columns))
	for i, field := range c.fields {
		if !bytes.Equal(field, copyNull) {
			row[c.columns[i]] = uncopied(field)
		}
	}
	return row, nil
}

// split finds the fields of a line, booleans in their one spelling.
func (c *CopyEncoder) split(line []byte) error {
	line = bytes.TrimSuffix(line, []byte("\n"))
	n := 0
	for {
		i := bytes.IndexByte(line, '\t')
		field := line
		if i >= 0 {
			field = line[:i]
		}
		if n == len(c.fields) {
			return fmt.Errorf("a row of COPY has more than %d fields", len(c.fields))
		}
		c.fields[n] = field
		if len(field) == 1 && c.table.Columns[c.columns[n]].Bool {
			c.fields[n] = no
			if field[0] == 't' {
				c.fields[n] = yes
			}
		}
		n++
		if i < 0 {
			break
		}
		line = line[i+1:]
	}
	if n != len(c.fields) {
		return fmt.Errorf("a row of COPY has %d fields, not %d", n, len(c.fields))
	}
	return nil
}
