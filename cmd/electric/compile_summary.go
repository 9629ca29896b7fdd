package main

import (
	"fmt"
	"time"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/diag"
)

// A summary is what a successful compile says.
type summary struct {
	Migrations   int           `json:"migrations"`
	Tables       int           `json:"tables"`
	ServerOnly   int           `json:"server_only"` // of the tables those that clients do not have
	Columns      int           `json:"columns"`
	Relations    int           `json:"relations"`
	SchemaHash   string        `json:"schema_hash"`
	SyncHash     string        `json:"sync_hash"`
	SyncWarnings []syncWarning `json:"sync_warnings"` // of tables that clients have
	Elapsed      time.Duration `json:"-"`
}

// A syncWarning says of which table a warning is.
type syncWarning struct {
	Table string `json:"table"` // "schema.table"
	bundle.Warning
}

func summarize(b *bundle.Bundle) summary {
	s := summary{
		Migrations: len(b.Migrations), Tables: len(b.Schema.Schema.Tables), Relations: len(b.Schema.Relations) / 2,
		SchemaHash: b.SchemaHash, SyncHash: b.SyncHash, SyncWarnings: []syncWarning{},
	}
	for i, info := range b.Schema.Tables {
		t := &b.Schema.Schema.Tables[i]
		s.Columns += len(t.Columns)
		if !info.Client {
			s.ServerOnly++
			continue
		}
		for _, w := range info.Sync.Warnings {
			s.SyncWarnings = append(s.SyncWarnings, syncWarning{t.Schema + "." + t.Name, w})
		}
	}
	return s
}

func (s summary) String() string {
	tables := count(s.Tables, "table")
	if s.ServerOnly > 0 {
		tables += fmt.Sprintf(" (%d server-only)", s.ServerOnly)
	}
	return fmt.Sprintf("%s, %s, %s, %s\nschema %s in %s", count(s.Migrations, "migration"), tables,
		count(s.Columns, "column"), count(s.Relations, "relation"), s.SchemaHash, s.Elapsed.Round(100*time.Microsecond))
}

// noteWarnings tells what is known to sync badly, when all is asked for. It is in
// the bundle, whoever compiles, and no mistake.
func (a *app) noteWarnings(s summary) {
	if !a.loud || diag.Format(a.reportFormat) == diag.JSON {
		return
	}
	for _, w := range s.SyncWarnings {
		a.note("%s: %s [%s]", w.Table, w.Message, w.Code)
	}
}
