package main

import (
	"cmp"
	"fmt"
	"strings"
)

// electricPublication begins the name of the publications that Electric makes; the
// rest names the instance.
const electricPublication = "electric_publication_"

// text is the info for people.
func (i info) text() string {
	var b strings.Builder
	section := func(name string) { fmt.Fprintf(&b, "%s\n", name) }
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "  %-14s %s\n", name, fmt.Sprintf(format, args...))
	}
	section("program")
	line("electric", "%s, the schema compiler (github.com/electric-cli/electric)", i.Program.Version)
	line("path", "%s", i.Program.Path)
	if i.Program.Commit != "" {
		line("commit", "%s", i.Program.Commit)
	}
	line("built by", "%s %s", i.Program.Go, i.Program.Platform)
	line("schema", "PostgreSQL %s", i.Program.Postgres)
	if x := i.Bundle; x != nil {
		section("bundle")
		line("file", "%s, %d bytes, made by %s", x.Path, x.Size, x.Compiler)
		line("version", "%s, %s, %s", cmp.Or(x.Version, "none"), count(x.Migrations, "migration"), count(x.Statements, "statement"))
		line("schema hash", "%s", x.SchemaHash)
		line("sync hash", "%s", x.SyncHash)
		line("tables", "%d, %d of them for clients; %s, %s", x.Tables, x.ForClients, count(x.Columns, "column"), count(x.Relations, "relation"))
		if len(x.Extensions) > 0 {
			line("extensions", "%s", strings.Join(x.Extensions, ", "))
		}
	}
	if i.Database != nil {
		section("database")
		i.databaseText(line)
	}
	section("sync server")
	i.syncText(line)
	if len(i.Unseen) > 0 {
		section("not seen")
		for _, u := range i.Unseen {
			fmt.Fprintf(&b, "  %s\n", u)
		}
	}
	return b.String()
}

func (i info) syncText(line func(name, format string, args ...any)) {
	s := i.Sync
	switch {
	case s == nil:
		line("state", "no sync server answers")
		return
	case s.Foreign(): // what it says of itself is not about the database above
		line("state", "%s", s.Text())
		return
	}
	line("address", "%s", s.URL)
	line("state", "%s", s.State)
	if s.Server != "" {
		line("server", "%s", s.Server)
	}
	if s.Shapes != nil {
		line("shapes", "%s, %s waiting", count(*s.Shapes, "shape"), count(*s.Clients, "client"))
	}
	if len(s.Tables) > 0 {
		line("shapes on", "%s", strings.Join(s.Tables, ", "))
	}
	if s.LSN != "" {
		line("last commit", "%s", s.LSN)
	}
}

func (i info) databaseText(line func(name, format string, args ...any)) {
	d := i.Database
	line("name", "%s, PostgreSQL %s", d.Database, d.Version)
	wal := d.WALLevel
	if wal != "logical" {
		wal += ": Electric needs logical (ALTER SYSTEM SET wal_level = logical, then restart)"
	}
	line("wal_level", "%s", wal)
	if d.Standby {
		line("standby", "yes: it takes no migrations")
	}
	if i.Recorded != nil {
		line("recorded", "version %s", *i.Recorded)
	} else {
		line("recorded", "no version")
	}
	for _, r := range d.Roles {
		line("role", "%s", r.Text())
	}
	for _, p := range d.Publications {
		line("publication", "%s", p.Text())
	}
	if len(d.Publications) == 0 {
		line("publication", "none")
	}
	if len(i.Published) > 0 {
		line("published", "%s (for shapes that are there, or were)", strings.Join(i.Published, ", "))
	}
	for _, s := range d.Slots {
		line("slot", "%s", s.Text())
	}
	if len(d.Slots) == 0 {
		line("slot", "none in this database (at most %d, %d senders)", d.SlotsMax, d.SendersMax)
	}
	for _, t := range d.Tables {
		text := t.Table + ": replica identity " + t.ReplicaIdentity
		if len(t.Publications) > 0 {
			text += ", in " + strings.Join(t.Publications, ", ")
		}
		line("table", "%s", text)
	}
}
