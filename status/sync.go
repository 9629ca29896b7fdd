package status

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/electric-cli/electric/database"
)

// Sync is a sync server that answered.
type Sync struct {
	URL    string `json:"url"`
	State  string `json:"state"`  // active, starting, waiting
	Server string `json:"server"` // what it calls itself
	Named  bool   `json:"named"`  // somebody named it, it was not only found

	// Database says whether it serves the database that was looked at. What only
	// a server of that database's tells is left out where it is another.
	Database database.Likeness `json:"database"`

	// What one of ours tells besides: see package devpage.
	Ours       bool        `json:"ours"`
	ID         database.ID `json:"-"`                      // of the database it serves
	Serves     string      `json:"serves,omitempty"`       // its address, or its name
	Project    string      `json:"project,omitempty"`      // of its folder
	Elsewhere  bool        `json:"other_folder,omitempty"` // it was started in another folder than this one
	Reason     string      `json:"reason,omitempty"`       // why it is not active
	Shapes     *int        `json:"shapes,omitempty"`
	Tables     []string    `json:"shape_tables,omitempty"` // that shapes are on, as "schema.table"
	Clients    *int        `json:"clients,omitempty"`      // that wait for news of them
	LSN        string      `json:"lsn,omitempty"`          // of the last commit that shapes have
	SchemaHash string      `json:"schema_hash,omitempty"`
	Mistakes   int         `json:"mistakes,omitempty"` // that the last compile of electric dev found
}

// Choose picks, of the servers that answer, the one that matters to a database:
// one that serves it, else one that may, else one that does not. doubt says why
// that is not known. Without a database id is zero, and only folders tell.
func Choose(servers []Sync, id database.ID) (s *Sync, doubt string) {
	if len(servers) == 0 {
		return nil, ""
	}
	list := slices.Clone(servers)
	for i := range list {
		list[i].Database = id.Like(list[i].ID)
	}
	slices.SortStableFunc(list, func(a, b Sync) int { return cmp.Compare(a.distance(), b.distance()) })
	s = &list[0]
	if s.Foreign() {
		*s = Sync{
			URL: s.URL, State: s.State, Server: s.Server, Named: s.Named, Database: s.Database,
			Ours: s.Ours, Serves: s.Serves, Project: s.Project, Elsewhere: s.Elsewhere,
		}
	}
	return s, s.doubt(id)
}

// distance is from a database that was looked at.
func (s *Sync) distance() int {
	switch {
	case s.Foreign():
		return 2
	case s.Database == database.Unknown:
		return 1
	}
	return 0
}

// Foreign reports whether a server has nothing to do with what was looked at: it
// serves another database, or was only found and is of another folder.
func (s *Sync) Foreign() bool {
	return s.Database == database.Other || s.Database == database.Unknown && s.Elsewhere && !s.Named
}

// doubt says why it is not known which database a server serves.
func (s *Sync) doubt(id database.ID) string {
	why := "it does not tell"
	switch {
	case id.OID == 0 || s.Database != database.Unknown || s.Foreign():
		return ""
	case s.Ours && s.ID.OID == 0:
		why = "it has not reached it yet"
	case s.ID.OID != 0:
		why = "this one or a copy of it, under another Postgres"
	}
	return fmt.Sprintf("which database the sync server at %s serves: %s", s.URL, why)
}

// replicates reports whether a server shows that this database can be replicated.
func (s *Sync) replicates() bool {
	return s != nil && s.State == "active" && !s.Foreign() && (s.Database == database.Same || s.Named)
}

// about tells of a server in a few words.
func (s *Sync) about() string {
	about := strings.TrimSuffix(s.URL+", "+s.Server, ", ")
	if s.Shapes != nil {
		about += fmt.Sprintf(", %s, %s waiting", count(*s.Shapes, "shape"), count(*s.Clients, "client"))
	}
	if s.Elsewhere {
		about += ", of " + s.project()
	}
	return about
}

// Text says whose a server is that is Foreign.
func (s *Sync) Text() string {
	text := "the server at " + s.URL + " "
	switch {
	case s.Database == database.Other && s.Serves != "":
		text += "serves another database: " + s.Serves
	case s.Database == database.Other:
		text += "serves another database"
	default:
		return text + "is of " + s.project()
	}
	if s.Elsewhere {
		text += ", of " + s.project()
	}
	return text
}

func (s *Sync) project() string {
	if s.Project == "" {
		return "another project"
	}
	return "project " + s.Project
}

func (b *builder) sync() {
	s := b.Sync
	if s == nil || s.Foreign() {
		return
	}
	if s.State != "active" {
		reason := ""
		if s.Reason != "" {
			reason = " (" + s.Reason + ")"
		}
		b.say("the sync server at %s is not active yet: %s%s", s.URL, s.State, reason)
	}
	if s.Mistakes > 0 {
		dev := "electric dev"
		if s.Elsewhere {
			dev += " of " + s.project()
		}
		b.say("%s serves an earlier state: the last compile found %s", dev, count(s.Mistakes, "mistake"))
	}
}
