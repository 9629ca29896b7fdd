package bundle

import (
	"github.com/electric-cli/electric/metadata"
)

// Encode gives the bundle's bytes.
func Encode(b *Bundle) []byte {
	e := &metadata.Encoder{Indent: "  "}
	e.Grow(b.estimate())
	e.Open()
	e.Int("format", Format)
	e.Str("compiler", b.Compiler)
	e.Str("version", b.Version)
	e.Str("schema_hash", b.SchemaHash)
	e.Str("sync_hash", b.SyncHash)
	e.Key("requires")
	e.Open()
	e.Strs("extensions", b.Requires.Extensions)
	e.Close()
	if b.Setup != nil {
		b.Setup.encode(e)
	}
	list(e, "migrations", b.Migrations, (*Migration).encode)
	e.Key("schema")
	b.Schema.encode(e)
	e.Close()
	return append(e.Bytes(), '\n')
}

// estimate is about how many bytes the bundle has, rather more than fewer.
func (b *Bundle) estimate() int {
	const migration, table, column = 800, 3000, 300
	n := 4096 + len(b.Migrations)*migration
	for _, m := range b.Migrations {
		for _, t := range m.Transactions {
			for _, s := range t.Statements {
				n += len(s) + len(s)/8 + 32
			}
		}
	}
	for i := range b.Schema.Schema.Tables {
		n += table + len(b.Schema.Schema.Tables[i].Columns)*column
	}
	return n
}

func list[T any](e *metadata.Encoder, key string, items []T, encode func(*T, *metadata.Encoder)) {
	e.Key(key)
	e.OpenList()
	for i := range items {
		encode(&items[i], e)
	}
	e.CloseList()
}

func (m *Migration) encode(e *metadata.Encoder) {
	e.Open()
	e.Str("version", m.Version)
	e.Str("name", m.Name)
	e.Str("file", m.File)
	e.Str("checksum", m.Checksum)
	if len(m.Includes) > 0 {
		list(e, "includes", m.Includes, (*Include).encode)
	}
	e.Str("schema_hash", m.SchemaHash)
	e.Str("sync_hash", m.SyncHash)
	list(e, "transactions", m.Transactions, (*Transaction).encode)
	e.Close()
}

func (i *Include) encode(e *metadata.Encoder) {
	e.Open()
	e.Str("file", i.File)
	e.Str("checksum", i.Checksum)
	e.Close()
}

func (s *Setup) encode(e *metadata.Encoder) {
	e.Key("setup")
	e.Open()
	list(e, "files", s.Files, (*SetupFile).encode)
	e.Strs("schemas", s.Schemas)
	e.Strs("objects", s.Objects)
	e.Strs("own", s.Own)
	e.Close()
}

func (f *SetupFile) encode(e *metadata.Encoder) {
	e.Open()
	e.Str("file", f.File)
	e.Str("checksum", f.Checksum)
	if len(f.Includes) > 0 {
		list(e, "includes", f.Includes, (*Include).encode)
	}
	e.Close()
}

func (t *Transaction) encode(e *metadata.Encoder) {
	e.Open()
	e.Int("line", int64(t.Line))
	e.Strs("statements", t.Statements)
	e.Close()
}

func (s *Schema) encode(e *metadata.Encoder) {
	e.Table = func(e *metadata.Encoder, i int) { s.Tables[i].encode(e) }
	e.Open()
	e.Sparse = true
	s.Schema.WriteFields(e)
	e.Sparse = false
	list(e, "relations", s.Relations, (*Relation).encode)
	e.Close()
}

// encode writes the keys into the table's own object.
func (t *TableInfo) encode(e *metadata.Encoder) {
	e.Bool("client", t.Client)
	if len(t.ServerColumns) > 0 {
		e.Strs("server_columns", t.ServerColumns)
	}
	e.Key("sync")
	t.Sync.encode(e)
	e.Str("hash", t.Hash)
	e.Str("sync_hash", t.SyncHash)
}

func (s *Sync) encode(e *metadata.Encoder) {
	e.Open()
	e.Strs("primary_key", s.PrimaryKey)
	e.Key("schema")
	e.Open()
	for i := range s.Schema {
		s.Schema[i].encode(e)
	}
	e.Close()
	list(e, "warnings", s.Warnings, (*Warning).encode)
	e.Close()
}

// encode writes the keys in the order of their names, as Electric does.
func (c *ColumnInfo) encode(e *metadata.Encoder) {
	e.Name(c.Name)
	e.Open()
	number := func(key string, n *int) {
		if n != nil {
			e.Int(key, int64(*n))
		}
	}
	number("dims", c.Dims)
	if c.Fields != "" {
		e.Str("fields", c.Fields)
	}
	number("length", c.Length)
	number("max_length", c.MaxLength)
	if c.NotNull {
		e.Bool("not_null", true)
	}
	number("pk_index", c.PKIndex)
	number("precision", c.Precision)
	number("scale", c.Scale)
	e.Str("type", c.Type)
	number("type_mod", c.TypeMod)
	e.Close()
}

func (w *Warning) encode(e *metadata.Encoder) {
	e.Open()
	e.Str("code", w.Code)
	e.Str("message", w.Message)
	if len(w.Columns) > 0 {
		e.Strs("columns", w.Columns)
	}
	e.Close()
}

func (r *Relation) encode(e *metadata.Encoder) {
	e.Open()
	e.Key("from")
	r.From.encode(e)
	e.Key("to")
	r.To.encode(e)
	e.Str("cardinality", string(r.Cardinality))
	e.Bool("optional", r.Optional)
	e.Strs("foreign_keys", r.ForeignKeys)
	e.Key("through")
	if r.Through == nil {
		e.Null()
	} else {
		r.Through.encode(e)
	}
	e.Close()
}

func (x *End) encode(e *metadata.Encoder) {
	e.Open()
	e.Str("schema", x.Schema)
	e.Str("table", x.Table)
	e.Strs("columns", x.Columns)
	e.Close()
}

func (t *Through) encode(e *metadata.Encoder) {
	e.Open()
	e.Str("schema", t.Schema)
	e.Str("table", t.Table)
	e.Strs("from_columns", t.FromColumns)
	e.Strs("to_columns", t.ToColumns)
	e.Close()
}
