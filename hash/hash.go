// Package hash turns a schema into a canonical text people can read, and that
// text into a fingerprint, so that two hashes that differ can be explained by a
// diff.
//
// The text has one unindented line for each table and each type a table uses,
// sorted, and below it, indented, what it is made of, sorted as well:
//
//	s1
//	table public.songs 5c1f…
//	  column id uuid not null default gen_random_uuid()
//	  primary key (id)
//
// An unindented line ends with the SHA-256 of the lines below it, and the hash
// is the SHA-256 of the unindented lines. That makes it cheap to hash a schema
// again after one of its tables changed. Its prefix names the version of the
// text: s1 for all that makes a schema, y1 for what replication and a client's
// copy depend on.
//
// Nothing the SQL files may order, split or write differently is in the text:
// no column order and no names of constraints and indexes, which Postgres makes
// up from the order of statements.
package hash

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// Versions of the two texts: they begin them, and their hashes.
const (
	schemaVersion = "s1"
	syncVersion   = "y1"
)

// A Scope says what of a schema counts. The zero value is all of it.
type Scope struct {
	Table  func(*metadata.Table) bool                   // nil: every table
	Column func(*metadata.Table, *metadata.Column) bool // nil: every column
}

func (s Scope) table(t *metadata.Table) bool { return s.Table == nil || s.Table(t) }

func (s Scope) column(t *metadata.Table, c *metadata.Column) bool {
	return s.Column == nil || s.Column(t, c)
}

// Of gives the schema hash.
func Of(s *metadata.Schema, scope Scope) string { return build(s, scope).Schema() }

// Sync gives the sync hash.
func Sync(s *metadata.Schema, scope Scope) string { return build(s, scope).Sync() }

// Text gives the text that the schema hash is made of.
func Text(s *metadata.Schema, scope Scope) string { return build(s, scope).Text() }

// SyncText gives the text that the sync hash is made of.
func SyncText(s *metadata.Schema, scope Scope) string { return build(s, scope).SyncText() }

func build(s *metadata.Schema, scope Scope) *Builder {
	b := NewBuilder(scope)
	b.SetTypes(s)
	for i := range s.Tables {
		b.SetTable(&s.Tables[i])
	}
	return b
}

// The two texts of an object.
type part int

const (
	schemaPart part = iota
	syncPart
	parts
)

var versions = [parts]string{schemaVersion, syncVersion}

// An object is a table or type: its lines in both texts.
type object struct {
	key  string // "table public.songs"
	head [parts][]byte
	body [parts]string
	uses []string // keys of the types it is made of
}

func newObject(key string, bodies [parts]string, uses []string) *object {
	o := &object{key: key, body: bodies, uses: uses}
	for p, body := range bodies {
		sum := sha256.Sum256([]byte(body))
		o.head[p] = []byte(key + " " + hex.EncodeToString(sum[:]) + "\n")
	}
	return o
}

// lines collects the indented lines of an object.
type lines []string

// add makes a line of words; empty ones are left out.
func (l *lines) add(words ...string) {
	var buf [128]byte // as long as most lines
	line := append(buf[:0], ' ')
	for _, w := range words {
		if w != "" {
			line = append(line, ' ')
			line = append(line, oneLine.Replace(w)...)
		}
	}
	*l = append(*l, string(append(line, '\n')))
}

// oneLine keeps a text on its line, and different texts different.
var oneLine = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)

// when gives word if the condition holds.
func when(condition bool, word string) string {
	if condition {
		return word
	}
	return ""
}

// after gives "word text", or nothing without a text.
func after(word, text string) string {
	if text == "" {
		return ""
	}
	return word + " " + text
}
