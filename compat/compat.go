// Package compat says what a change of the schema does to clients that do not know of it yet.
//
// It compares the schema a client app was built on (before) with the one its server has now (after), and answers for
// each table twice:
//
//   - reads: the client, its types and its local copy still of before, reads rows that a server on after sends.
//   - writes: the client sends rows as before had them, through the app's API, to a server on after.
//
// One thought decides nearly everything. A reader copes with the rows before allowed, so reads break where after allows
// more: a dropped NOT NULL, a new enum label, a wider type, a dropped CHECK that the client's copy still enforces.
// A writer sends rows before allowed, so writes break where after allows less. The rest is how Electric and its clients
// work: values travel as text and are parsed by the type named in the electric-schema header, a shape whose columns
// change is told to start over (409, must-refetch), a shape of a table or column that is gone is refused (400).
//
// Each kind of change is a row of the table in rules.go, with an executable example under testdata/compat.
package compat

import (
	"fmt"
	"maps"
	"slices"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/metadata"
)

// A Verdict says what a change means in one direction. The zero value is Same.
type Verdict int

const (
	Same       Verdict = iota // nothing that this direction depends on
	Compatible                // something changed, and who does not know of it is fine
	Breaking                  // who does not know of it fails, or goes on with wrong data
)

// Verdicts are the names of all verdicts.
var Verdicts = []string{"same", "compatible", "breaking"}

func (v Verdict) String() string { return Verdicts[v] }

// MarshalText writes the verdict's name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a verdict's name.
func (v *Verdict) UnmarshalText(text []byte) error {
	for i, name := range Verdicts {
		if name == string(text) {
			*v = Verdict(i)
			return nil
		}
	}
	return fmt.Errorf("verdict %q is not one of %q", text, Verdicts)
}

// Options for Check. The zero value compares all tables.
type Options struct {
	// BeforeClients and AfterClients are what clients have of each schema; nil says all of it. A table that clients
	// have in neither schema is not judged.
	BeforeClients, AfterClients Clients

	// Renames are those that are known, in the order they were made. Without them a rename is a removal and an
	// addition, with a note when the two look alike.
	Renames []Rename

	// Levels replace what the rules say by themselves.
	Levels Levels

	// Live says that one of the schemas was read from a database, where Electric sets the replica identity it needs.
	Live bool
}

// Clients are the tables that clients have, by schema and name, and of each the columns that are the server's alone, as
// Bundle.Clients gives them.
type Clients map[[2]string][]string

// has reports whether clients have a table.
func (c Clients) has(table [2]string) bool {
	_, ok := c[table]
	return c == nil || ok
}

// lacks reports whether a column of a table is the server's alone.
func (c Clients) lacks(table [2]string, column string) bool { return slices.Contains(c[table], column) }

// Of gives what clients have of a schema that does not tell, as one read from a database: of the tables that c tells of
// the same, and all tables that known, the schema c is of, does not have.
func (c Clients) Of(schema, known *metadata.Schema) Clients {
	if c == nil {
		return nil
	}
	all := maps.Clone(c)
	for i := range schema.Tables {
		if t := &schema.Tables[i]; known.Table(t.Schema, t.Name) == nil {
			all[[2]string{t.Schema, t.Name}] = nil
		}
	}
	return all
}

// A Report is what Check found.
type Report struct {
	Tables []Table `json:"tables"` // judged ones, unchanged ones too, by schema and name
}

// A Table is the verdict on one table.
type Table struct {
	Schema   string    `json:"schema"`
	Name     string    `json:"name"`          // in after, or in before when it is gone
	Was      string    `json:"was,omitempty"` // "schema.table" in before, when it was renamed
	Reads    Verdict   `json:"reads"`
	Writes   Verdict   `json:"writes"`
	Findings []Finding `json:"changes"` // never nil
}

// A Finding is one change that a rule told.
type Finding struct {
	Rule    string    `json:"rule"`
	Reads   Verdict   `json:"reads"`
	Writes  Verdict   `json:"writes"`
	Column  string    `json:"column,omitempty"` // it concerns, as before names it unless it is new
	Type    string    `json:"type,omitempty"`   // "schema.type", when what changed is a type the table uses
	Message string    `json:"message"`          // one line: lower case, names quoted, no final stop
	Before  string    `json:"before,omitempty"` // in SQL's words
	After   string    `json:"after,omitempty"`
	Note    string    `json:"note,omitempty"`    // what to know of this one
	Allowed string    `json:"allowed,omitempty"` // the reason an allow comment gives: it counts as compatible then
	Span    diag.Span `json:"-"`                 // the statement that made it, when Place knows
}

// Check compares two sorted schemas. It changes neither.
func Check(before, after *metadata.Schema, opts Options) Report {
	c := newComparison(before, after, opts)
	r := Report{Tables: []Table{}}
	for _, p := range c.pairs() {
		r.Tables = append(r.Tables, c.judge(p))
	}
	return r
}

// judge asks every rule about a table.
func (c *comparison) judge(p *tables) Table {
	t := Table{Schema: p.schema, Name: p.name, Findings: []Finding{}}
	if p.was != [2]string{p.schema, p.name} {
		t.Was = p.was[0] + "." + p.was[1]
	}
	for i := range rules {
		r := &rules[i]
		levels := c.opts.Levels.of(r)
		for _, ch := range r.check(p) {
			t.Findings = append(t.Findings, Finding{
				Rule: r.Name, Reads: levels.Reads, Writes: levels.Writes, Column: ch.column, Type: ch.typ,
				Message: ch.message, Before: ch.before, After: ch.after, Note: ch.note, Span: diag.WholeFile(""),
			})
		}
	}
	t.settle()
	return t
}

// settle makes the table's verdicts the worst of its findings'.
func (t *Table) settle() {
	t.Reads, t.Writes = Same, Same
	for i := range t.Findings {
		reads, writes := t.Findings[i].Counts()
		t.Reads, t.Writes = max(t.Reads, reads), max(t.Writes, writes)
	}
}

// Counts gives what a finding counts for: what is allowed breaks nothing.
func (f *Finding) Counts() (reads, writes Verdict) {
	if f.Allowed != "" {
		return min(f.Reads, Compatible), min(f.Writes, Compatible)
	}
	return f.Reads, f.Writes
}
