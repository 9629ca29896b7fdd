// Package history knows which migrations a database has had, and what that means
// for the migrations at hand: which are pending, and which contradict what was
// recorded. It reads nothing itself; package database does.
package history

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// A Row is a row of _electric.schema_versions: a migration that was applied as a
// whole.
type Row struct {
	Version    string    `json:"version"`
	Name       string    `json:"name"`
	Checksum   string    `json:"checksum"`
	SchemaHash string    `json:"schema_hash"`
	SyncHash   string    `json:"sync_hash"`
	Compiler   string    `json:"compiler"`
	AppliedAt  time.Time `json:"applied_at"`
}

// A Progress is a row of _electric.apply_progress: a migration of several
// transactions that was applied in part.
type Progress struct {
	Version  string   `json:"version"`
	Name     string   `json:"name"`
	Checksum string   `json:"checksum"`
	Done     []string `json:"done"`    // digests of the units that are committed, in order
	Running  string   `json:"running"` // a statement that refuses a transaction, begun and not known to have ended
}

// A History is what a database has recorded.
type History struct {
	Recorded bool       // the table is there
	Rows     []Row      // in the order they were applied
	Progress []Progress // at most one, unless somebody else wrote there
	Problems []string   // why the recording tables cannot be used, in words
	Unseen   []string   // what this role may not read
}

// Row gives the row of a version, or nil.
func (h *History) Row(version string) *Row {
	for i := range h.Rows {
		if h.Rows[i].Version == version {
			return &h.Rows[i]
		}
	}
	return nil
}

// Part gives the progress of a version, or nil.
func (h *History) Part(version string) *Progress {
	for i := range h.Progress {
		if h.Progress[i].Version == version {
			return &h.Progress[i]
		}
	}
	return nil
}

// A Migration is one of those at hand.
type Migration struct {
	Version  string
	Name     string
	File     string // as messages name it
	Checksum string
	Text     string   // of the file; "" when only the bundle is at hand
	Units    []string // the digest of each unit, in order; nil when not known
}

// Digest is what progress knows a unit by.
func Digest(statements []string) string {
	h := sha256.New()
	for _, s := range statements {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}
