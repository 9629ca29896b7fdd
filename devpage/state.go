package devpage

import (
	"time"

	"github.com/electric-cli/electric/diag"
)

// Format is the number of the State this program writes. Fields are added,
// meanings never change.
const Format = 1

// A State is everything the page shows but the log. A part that is nil is not
// known (yet). Parts are the unit of updates: one that changes is sent whole, so
// what changes often (Shapes) is apart from what is large (Schema).
type State struct {
	Format      int          `json:"format"` // set by this package
	Server      Server       `json:"server"`
	Agreement   *Agreement   `json:"agreement"`
	Change      *Change      `json:"change"`
	Schema      *Schema      `json:"schema"` // the same pointer means: nothing changed in it
	Migrations  []Migration  `json:"migrations"`
	Shapes      *Shapes      `json:"shapes"`
	Diagnostics *Diagnostics `json:"diagnostics"`
}

// How a server is. The first three are those of the sync protocol's health.
const (
	Starting = "starting"
	Active   = "active"
	Waiting  = "waiting" // another instance holds the lock
	Stopped  = "stopped" // on purpose: paused, or about to end
	Failed   = "error"
)

// A Server is who serves, and where.
type Server struct {
	Instance  string    `json:"instance"` // another one after each start
	Status    string    `json:"status"`   // Starting, Active, Waiting, Stopped or Failed
	Reason    string    `json:"reason,omitempty"`
	Command   string    `json:"command,omitempty"` // "electric dev"
	Version   string    `json:"version"`           // of electric
	Engine    string    `json:"engine,omitempty"`  // embedded, electric
	Project   string    `json:"project"`           // its name: that of the folder, mostly
	Folder    string    `json:"folder,omitempty"`  // tells the project's folder from others of that name, without saying where it is
	StartedAt time.Time `json:"started_at,omitzero"`
	URL       string    `json:"url,omitempty"`       // of the sync server: "http://localhost:3000"
	HTTPSURL  string    `json:"https_url,omitempty"` // the same over TLS and HTTP/2
	Secret    bool      `json:"secret"`              // requests need ELECTRIC_SECRET
	Database  Database  `json:"database"`
	LSN       string    `json:"lsn,omitempty"` // global_last_seen_lsn, in decimal
}

// A Database is the one that is served.
type Database struct {
	Name        string `json:"name,omitempty"`
	URL         string `json:"url,omitempty"`    // DATABASE_URL; passwords are masked by this package
	Server      string `json:"server,omitempty"` // "15.14"
	Private     bool   `json:"private"`          // electric started it for itself
	Slot        string `json:"slot,omitempty"`
	Publication string `json:"publication,omitempty"`

	// What tells it from all others, as its addresses do not; empty until it was
	// asked.
	System  string    `json:"system_identifier,omitempty"` // of the cluster; "" when it does not tell
	OID     uint32    `json:"oid,omitempty"`               // of the database
	Started time.Time `json:"started_at,omitzero"`         // when its Postgres was
}

// An Agreement says whether everybody is on one schema.
type Agreement struct {
	Verdict string   `json:"verdict"` // Same, Differs or Unknown
	Summary string   `json:"summary"` // one sentence, without full stop
	Reasons []string `json:"reasons"` // why not, and what to do
	Places  []Place  `json:"places"`  // in the order of their flow: files, bundle, database, …
}

// What is said of a place or of all of them.
const (
	Same    = "same"
	Differs = "differs"
	Missing = "missing"
	Unknown = "unknown"
)

// A Place is where a schema is.
type Place struct {
	Name       string `json:"name"`  // "files", "bundle", "database", "sync server"
	About      string `json:"about"` // "schema/, 5 migrations"
	Version    string `json:"version,omitempty"`
	SchemaHash string `json:"schema_hash,omitempty"`
	State      string `json:"state"` // Same, Differs, Missing or Unknown: beside the place before
}

// A Change is the last thing that happened to the schema.
type Change struct {
	At    time.Time    `json:"at"`
	Title string       `json:"title"`             // "applied 1750221000_add_songs_genre"
	Took  float64      `json:"took_ms,omitempty"` // milliseconds
	Lines []ChangeLine `json:"lines"`
}

// A ChangeLine is one difference.
type ChangeLine struct {
	Sign string `json:"sign"` // "+", "-", "~"; "!" for what clients do not survive
	Text string `json:"text"` // "column songs.genre text[]"
}

// What a database knows of a migration.
const (
	Applied = "applied"
	Pending = "pending"
	Edited  = "edited" // applied, but the file is another by now
	// Failed: it was tried, and refused.
)

// A Migration is one file, and what the database knows of it. In the list they
// have their own order.
type Migration struct {
	Version    string    `json:"version"`
	Name       string    `json:"name"`
	File       string    `json:"file"`
	Checksum   string    `json:"checksum"` // SHA-256, in hex
	SchemaHash string    `json:"schema_hash"`
	Statements int       `json:"statements"`
	State      string    `json:"state"` // Applied, Pending, Edited or Failed; "" when not known
	AppliedAt  time.Time `json:"applied_at,omitzero"`
	Problem    string    `json:"problem,omitempty"` // why it failed
}

// Shapes are the live shapes of the server.
type Shapes struct {
	Total   int     `json:"total"`   // of them; List may have fewer
	Waiting Waiters `json:"waiting"` // on all of them
	List    []Shape `json:"list"`    // at most MaxShapes, the rest is cut off
}

// MaxShapes is how many shapes the page is told of. A Source with more should
// give those that changed last.
const MaxShapes = 200

// Waiters are clients that wait for news.
type Waiters struct {
	LongPoll int `json:"long_poll"`
	SSE      int `json:"sse"`
}

// A Shape is a live shape.
type Shape struct {
	Handle    string            `json:"handle"`
	Schema    string            `json:"schema"`
	Table     string            `json:"table"`
	Where     string            `json:"where,omitempty"`
	Params    map[string]string `json:"params,omitempty"`
	Columns   []string          `json:"columns"` // null: all of them
	Replica   string            `json:"replica"` // default, full
	Offset    string            `json:"offset"`  // of the last entry: "26800160_4"
	Rows      int64             `json:"rows"`    // in the snapshot, or by now if that is known
	Entries   int64             `json:"entries"` // in the log
	Bytes     int64             `json:"bytes"`   // of the log
	Waiting   Waiters           `json:"waiting"`
	CreatedAt time.Time         `json:"created_at,omitzero"`
	ChangedAt time.Time         `json:"changed_at,omitzero"` // when the last entry came
}

// Diagnostics are what the last compile had to say.
type Diagnostics struct {
	At       time.Time    `json:"at"`
	Took     float64      `json:"took_ms,omitempty"` // milliseconds
	Files    int          `json:"files"`             // that were compiled
	Errors   int          `json:"errors"`
	Warnings int          `json:"warnings"`
	List     []Diagnostic `json:"list"` // at most MaxDiagnostics
}

// A Diagnostic is one of them, with the source that shows it.
type Diagnostic struct {
	diag.Record
	Excerpt *Excerpt `json:"excerpt,omitempty"`
}

// An Excerpt is a line of source, in three pieces of which the middle one is
// marked.
type Excerpt struct {
	Line   int    `json:"line"` // from 1
	Before string `json:"before"`
	Marked string `json:"marked"` // may be empty: the place is between two characters
	After  string `json:"after"`
}
