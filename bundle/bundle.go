// Package bundle is the file format of `_electric/migrations`: what compile
// writes and everything else reads.
//
// The format is canonical JSON: two-space indent, keys in a fixed order, LF, no
// times, no machine paths, so that equal input gives identical bytes. It begins
// with its number. Readers accept every older number, ignore keys they do not
// know and refuse a newer number in words; keys are added, meanings never
// change. docs/bundle.schema.json describes it.
package bundle

import (
	"github.com/electric-cli/electric/metadata"
)

// Format is the number this program writes.
const Format = 1

// A Bundle is a compiled set of migrations.
type Bundle struct {
	Format     int         `json:"format"`
	Compiler   string      `json:"compiler"` // "electric 0.1.0"
	Version    string      `json:"version"`  // of the last migration
	SchemaHash string      `json:"schema_hash"`
	SyncHash   string      `json:"sync_hash"`
	Requires   Requires    `json:"requires"`
	Setup      *Setup      `json:"setup,omitempty"` // nil: the database was empty
	Migrations []Migration `json:"migrations"`
	Schema     Schema      `json:"schema"`
}

// Requires says what a client's database needs to have.
type Requires struct {
	Extensions []string `json:"extensions"`
}

// A Setup is what the database held before the first migration. None of it is in
// the bundle's schema.
type Setup struct {
	Files []SetupFile `json:"files"` // in the order they run
	metadata.Ground
}

// A SetupFile is a file of the setup.
type SetupFile struct {
	File     string    `json:"file"`     // as a migration's; a built-in one goes by its name
	Checksum string    `json:"checksum"` // as a migration's
	Includes []Include `json:"includes,omitempty"`
}

// Ground is what the database held before the first migration; nil: nothing.
func (b *Bundle) Ground() *metadata.Ground {
	if b.Setup == nil {
		return nil
	}
	return &b.Setup.Ground
}

// A Migration is one file.
type Migration struct {
	Version      string        `json:"version"`
	Name         string        `json:"name"`
	File         string        `json:"file"`               // with slashes, never absolute
	Checksum     string        `json:"checksum"`           // SHA-256 of the file's bytes, in hex
	Includes     []Include     `json:"includes,omitempty"` // files it reads with \i and \ir
	SchemaHash   string        `json:"schema_hash"`        // after it
	SyncHash     string        `json:"sync_hash"`
	Transactions []Transaction `json:"transactions"`
}

// An Include is a file that a migration reads.
type Include struct {
	File     string `json:"file"`
	Checksum string `json:"checksum"`
}

// A Transaction is what a client runs whole or not at all.
type Transaction struct {
	Line       int      `json:"line"` // of the file, where it begins
	Statements []string `json:"statements"`
}

// A Schema is the finished schema, with what clients want to know besides.
type Schema struct {
	*metadata.Schema
	Relations []Relation
	Tables    []TableInfo // one for each table of the schema, in its order
}

// A TableInfo is what a bundle tells of a table besides its description.
type TableInfo struct {
	Client        bool     `json:"client"`                   // clients have it; else it is the server's alone
	ServerColumns []string `json:"server_columns,omitempty"` // columns of a client's table that clients do not know
	Sync          Sync     `json:"sync"`
	Hash          string   `json:"hash"`
	SyncHash      string   `json:"sync_hash"`
}
