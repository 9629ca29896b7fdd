package compat

import (
	"fmt"
	"strings"
)

const docsIntro = `# Compatibility

<!-- Generated from the table in compat/rules.go: go test ./compat -run TestDocs -rewrite -->

` + "`electric migrate diff A B`" + ` says of each table what the change from schema A to schema B does to clients that still are on A:

- **reads**: the client, its types and its local copy still of A, reads rows that a server on B sends.
- **writes**: the client sends rows as A had them, through the app's API, to a server on B.

Each is ` + "`same`" + ` (nothing this direction depends on), ` + "`compatible`" + ` (who does not know of the change is fine) or
` + "`breaking`" + ` (who does not know of it fails, or goes on with wrong data).

A client copes with the rows A allowed, so reads break where B allows more: a dropped NOT NULL, a new enum label, a wider
type, a dropped CHECK that the client's copy in PGlite still enforces. A client sends rows A allowed, so writes break where
B allows less. The rest is how Electric works: values travel as text and are parsed by the type that the electric-schema
header names, a shape whose columns change starts over, a shape of a table or column that is gone is refused.

A rename is told as a removal and an addition, with a note when the two look alike, unless the migrations between A and B
are at hand and rename it.

## Modes

` + "`--mode`" + ` says what makes the command fail (exit status 1), in the sense of Confluent's schema registry: a client's rows are
data of the old schema, what the server sends is data of the new one.

| mode | fails when |
|---|---|
| ` + "`backward`" + ` | writes break: the new server does not take what old clients write |
| ` + "`forward`" + ` | reads break: old clients cannot read what the new server sends |
| ` + "`full`" + ` (default) | either breaks |
| ` + "`none`" + ` | never |

With ` + "`-transitive`" + ` behind it, B is compared with every version up to A: the migrations are compiled again up to each.

## Changes that are meant

    -- electric:allow column-removed because no released app reads it since 2.1
    ALTER TABLE songs DROP COLUMN rating;

The comment stands before its statement, inside of it, or behind it on its last line. It is about what that statement
names: its tables and types, and for a change of a column, that column (all of them when it makes or drops the table).
` + "`electric:allow-file`" + ` is about all statements of its file. Several rules are separated by commas. A comment without a reason, or with an unknown rule, is an error; one that
allows nothing is a warning. Only migrations that A has not are read. What is allowed counts as compatible.

A rule can be set for all: ` + "`--rule column-added=breaking`" + `, or for one direction: ` + "`--rule column-added=reads=breaking`" + `.

## Rules

| rule | reads | writes | what changed |
|---|---|---|---|
`

// Docs gives docs/compat.md.
func Docs() string {
	var b strings.Builder
	b.WriteString(docsIntro)
	for i := range rules {
		r := &rules[i]
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s |\n", r.Name, r.Name, r.Reads, r.Writes, r.Doc)
	}
	b.WriteString("\nEach has an example that a test runs, in [testdata/compat](../testdata/compat).\n")
	for i := range rules {
		r := &rules[i]
		fmt.Fprintf(&b, "\n### %s\n\n%s. Reads: %s, writes: %s.\n\n%s\n", r.Name, sentence(r.Doc), r.Reads, r.Writes, r.Why)
		if r.Instead != "" {
			fmt.Fprintf(&b, "\nInstead: %s\n", r.Instead)
		}
		fmt.Fprintf(&b, "\nExample: [testdata/compat/%s](../testdata/compat/%s)\n", r.Name, r.Name)
	}
	return b.String()
}

// sentence begins a text with a capital.
func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }
