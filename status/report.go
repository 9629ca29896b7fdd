// Package status answers whether everybody is on one schema: the SQL files, the
// bundle, what a database has recorded, its live catalog, and the sync server.
//
// It compares and judges, and reads nothing itself: cmd/electric gathers an
// Input, Build makes a Report of it, which is data, and Write shows that to
// people.
package status

import (
	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compat"
	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/history"
	"github.com/electric-cli/electric/metadata"
)

// An Input is what could be gathered.
type Input struct {
	Files    *Source        // nil: there are none
	Bundle   *bundle.Bundle // a sketch will do; nil: there is none that can be read
	Path     string         // of the bundle
	Problem  string         // why there is no bundle
	Versions []Version      // of the files, or else of the bundle
	Database *Database      // nil: none was named
	Sync     *Sync          // nil: nobody answered
	Unseen   []string       // what could not be looked at

	// Whole gives the bundle with its schema, which is asked for when the catalog
	// is not Alike. It may take from the catalog what is the same there.
	Whole func(live *metadata.Schema) (*bundle.Bundle, error)

	// Alike reports whether a catalog is the bundle's in everything, also in what
	// the hash leaves out. It must be quick, and may say no when it is not sure;
	// nil stands for that.
	Alike func(live *metadata.Schema) bool

	// More gives Versions with their scopes; it is asked when the catalog has
	// not the bundle's hash. It may be nil.
	More func() []Version

	// Reference gives the schema of a version of Versions, for telling what
	// drifted from it; nil when it cannot.
	Reference func(i int) (*metadata.Schema, hash.Tables)
}

// A Source is the SQL files.
type Source struct {
	Path       string   `json:"path"`
	Version    string   `json:"version"`
	SchemaHash string   `json:"schema_hash"`
	SyncHash   string   `json:"sync_hash"`
	Migrations int      `json:"migrations"`
	Changed    []string `json:"changed,omitempty"` // files that the bundle does not hold as they are
	Mistakes   int      `json:"mistakes,omitempty"`
}

// A Database is what was read of one.
type Database struct {
	Address     string
	Server      string // its version
	Live        *metadata.Schema
	History     *history.History
	Standing    history.Standing
	Replication *database.Replication // nil: not looked at

	// Serving says that a sync server with these settings would connect as the
	// role that looked; else another one may.
	Serving bool
}

// A Report is the answer.
type Report struct {
	Format      int                   `json:"format"`
	Safe        bool                  `json:"safe"`
	Reasons     []string              `json:"reasons"` // why it is not safe
	Files       *Source               `json:"files"`
	Bundle      *Held                 `json:"bundle"`
	Recorded    *Recorded             `json:"recorded"`
	Live        *Live                 `json:"live"`
	Sync        *Sync                 `json:"sync"`
	Replication *database.Replication `json:"replication"` // what it takes to replicate the database
	Standing    []string              `json:"standing"`    // who is behind whom, in words
	Pending     []string              `json:"pending"`     // versions that are not recorded as applied
	Tables      []TableInfo           `json:"tables"`
	Drift       []Drift               `json:"drift"` // what counts of a database that is at no version
	Other       []Drift               `json:"other"` // what differs and does not count
	Unseen      []string              `json:"unseen"`
}

// Held is the bundle.
type Held struct {
	Path       string `json:"path"`
	Version    string `json:"version"`
	SchemaHash string `json:"schema_hash"`
	SyncHash   string `json:"sync_hash"`
	Migrations int    `json:"migrations"`
	Compiler   string `json:"compiler"`
	Fresh      bool   `json:"fresh"` // the files are what it was made of
}

// Recorded is what schema_versions says.
type Recorded struct {
	Version    string `json:"version"` // "" when nothing is recorded
	SchemaHash string `json:"schema_hash"`
	SyncHash   string `json:"sync_hash"`
	Versions   int    `json:"versions"`
	Exists     bool   `json:"exists"`
	Partial    string `json:"partial,omitempty"` // a version that is applied in part
}

// Live is the catalog of the database, as it is.
type Live struct {
	Address    string   `json:"address"`
	Server     string   `json:"server"`
	Versions   []string `json:"versions"` // those whose hash it has
	SchemaHash string   `json:"schema_hash"`
	SyncHash   string   `json:"sync_hash"`
	Tables     int      `json:"tables"`
}

// A TableInfo is the verdict on one table: may clients built on the bundle read
// from and write to the database?
type TableInfo struct {
	compat.Table
	LiveHash string `json:"live_hash"` // "" when the table is missing
	Hash     string `json:"hash"`      // the bundle's
}
