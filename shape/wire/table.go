package wire

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/metadata"
)

// A Table is a table as the server's catalog has it.
type Table struct {
	OID          uint32
	Schema, Name string
	Partitioned  bool
	Columns      []Column  // in the order of attnum, without dropped ones
	Collation    Collation // the database's
	Key          []int     // the primary key's columns, in key order; empty without one
}

// A Column is a column of a table.
type Column struct {
	Num       int16 // attnum: a column that was dropped and made again has another one
	Name      string
	TypeOID   uint32
	Typmod    int32
	Type      string // as format_type writes it
	TypeName  string // pg_type.typname; of an array, its element's
	IsArray   bool
	Dims      int  // declared dimensions of an array
	Bool      bool // boolean, or a domain over it
	NotNull   bool
	Generated bool // and therefore not replicated: virtual, or stored before PostgreSQL 18

	TypeSchema string
	RawType    string // pg_type.typname, of an array too
	TypeKind   byte   // pg_type.typtype
	Elem       uint32 // an array's element type
	Collation  Collation
	Collate    string // the collation's name, quoted and with its schema; "" for the database's
}

// A Collation says how texts compare.
type Collation byte

// The kinds of collations.
const (
	Linguistic Collation = iota // as some language has it
	Bytewise                    // by their bytes
	Foreign                     // equal texts may differ in their bytes, or I and i are no pair
)

// Index finds a column by its name; -1 when there is none.
func (t *Table) Index(name string) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
}

// Names gives the names of columns.
func (t *Table) Names(columns []int) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = t.Columns[c].Name
	}
	return names
}

// Header is the electric-schema header of a shape on the given columns.
func (t *Table) Header(columns []int) string {
	m := &metadata.Table{Schema: t.Schema, Name: t.Name}
	if len(t.Key) > 0 {
		m.PrimaryKey = &metadata.Key{Columns: t.Names(t.Key)}
	}
	for _, c := range t.Columns {
		m.Columns = append(m.Columns, metadata.Column{
			Name: c.Name, Nullable: !c.NotNull,
			TypeRef: metadata.TypeRef{Type: c.Type, TypeName: c.TypeName, IsArray: c.IsArray},
		})
	}
	sync := bundle.SyncOf(m, func(name string) bundle.Attribute {
		c := t.Columns[t.Index(name)]
		return bundle.Attribute{Dims: c.Dims, Typmod: int(c.Typmod)}
	})
	header := map[string]bundle.ColumnInfo{}
	for _, info := range sync.Schema {
		if slices.Contains(columns, t.Index(info.Name)) {
			header[info.Name] = info
		}
	}
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(header); err != nil {
		panic(err) // names and numbers: nothing that JSON could not hold
	}
	return asciiHeader(strings.TrimSuffix(text.String(), "\n"))
}

// asciiHeader writes other characters as JSON's escapes: to most clients a
// header's bytes are Latin-1.
func asciiHeader(text string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		if unit < 0x80 {
			b.WriteByte(byte(unit))
		} else {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}
