package shape

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/electric-cli/electric/shape/where"
	"github.com/electric-cli/electric/shape/wire"
)

// A Definition says what a shape is. Equal identities are one shape.
type Definition struct {
	Table       *wire.Table
	Columns     []int         // that are synced, by position in Table.Columns, in that order
	All         bool          // they were not chosen: a new column makes another shape
	Where       *where.Filter // nil for all rows
	Full        bool          // replica=full
	ChangesOnly bool          // log=changes_only
	Reads       []*wire.Table // tables that subqueries of Where read
}

// tables are the OIDs of the tables a shape depends on, its own first.
func (d *Definition) tables() []uint32 {
	list := []uint32{d.Table.OID}
	for _, t := range d.Reads {
		if !slices.Contains(list, t.OID) {
			list = append(list, t.OID)
		}
	}
	return list
}

// identity is what makes a shape the one it is: table with its OID, key, filter
// in normal form, columns, replica and log mode.
func (d *Definition) identity() string {
	var b strings.Builder
	t := d.Table
	fmt.Fprintf(&b, "%d %q %q key%q columns%q", t.OID, t.Schema, t.Name, t.Names(t.Key), t.Names(d.Columns))
	if d.All {
		b.WriteString(" all")
	}
	if d.Where != nil {
		fmt.Fprintf(&b, " where%q", d.Where.SQL())
	}
	fmt.Fprintf(&b, " full=%t changes=%t", d.Full, d.ChangesOnly)
	return b.String()
}

// requeried reports whether a row's own values do not tell whether it is in the
// shape: the filter reads other tables, or columns that are computed, which the
// stream of changes has not.
func (d *Definition) requeried() bool {
	if d.Where == nil {
		return false
	}
	computed := func(column int) bool { return d.Table.Columns[column].Generated }
	return len(d.Where.Subqueries()) > 0 || slices.ContainsFunc(d.Where.Columns(), computed)
}

// hash is the first part of a handle.
func hash(identity string) string {
	sum := sha256.Sum256([]byte(identity))
	return hex.EncodeToString(sum[:6])
}

// FilterTable is a table as filters know it.
func FilterTable(t *wire.Table) *where.Table {
	w := &where.Table{Schema: t.Schema, Name: t.Name}
	for _, c := range t.Columns {
		w.Columns = append(w.Columns, where.Column{
			Name: c.Name, Collation: collations[c.Collation], Collate: c.Collate, Unreplicated: c.Generated,
			Type: where.Type{OID: c.TypeOID, Typmod: c.Typmod, Schema: c.TypeSchema, Name: c.RawType, Kind: c.TypeKind, Elem: c.Elem},
		})
	}
	return w
}

// FilterOptions are those of a filter of a table.
func FilterOptions(t *wire.Table) where.Options {
	return where.Options{Collation: collations[t.Collation]}
}

var collations = map[wire.Collation]where.Collation{
	wire.Linguistic: where.Linguistic, wire.Bytewise: where.Bytes, wire.Foreign: where.Foreign,
}

// selectSQL is the query of a shape's rows, of its columns in their order.
func (d *Definition) selectSQL(more string) string {
	var b strings.Builder
	b.WriteString("SELECT ")
	for i, name := range d.Table.Names(d.Columns) {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(quoteIdent(name))
	}
	b.WriteString(" FROM ")
	if !d.Table.Partitioned {
		b.WriteString("ONLY ") // rows of tables that inherit are not replicated as this one's
	}
	b.WriteString(identifier(d.Table))
	if d.Where != nil {
		b.WriteString(" WHERE (" + d.Where.SQL() + ")")
	}
	return b.String() + more
}

func quoteIdent(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Table is the table of a shape, as it was when the shape was made.
func (s *Shape) Table() *wire.Table { return s.definition.Table }
