package status

import (
	"fmt"
	"strings"

	"github.com/electric-cli/electric/database"
)

// A need is something without which a database cannot be replicated.
type need struct {
	fails  func(*database.Replication) bool
	reason func(*database.Replication) string // what is wrong, and what mends it
	scope  needScope
}

// When a need matters.
type needScope int

const (
	always   needScope = iota
	toStart            // as long as nobody replicates the database: a server would have to start
	toBecome           // besides, when that server would connect as the role that looked
)

// needs are what a sync server asks of a database before it serves.
var needs = []need{
	{
		scope: always,
		fails: func(s *database.Replication) bool { return s.WALLevel != "logical" },
		reason: func(s *database.Replication) string {
			return fmt.Sprintf("wal_level is %s, and replication needs logical: ALTER SYSTEM SET wal_level = logical, then restart Postgres "+
				"(a hosted one has a setting for logical replication)", s.WALLevel)
		},
	},
	{
		scope: always,
		fails: func(s *database.Replication) bool { return s.Publication != nil && !s.Publication.Complete },
		reason: func(s *database.Replication) string {
			return fmt.Sprintf("publication %s does not publish all of insert, update, delete and truncate: "+
				"ALTER PUBLICATION %s SET (publish = 'insert, update, delete, truncate')", s.Publication.Name, identifier(s.Publication.Name))
		},
	},
	{
		scope: toStart,
		fails: func(s *database.Replication) bool { return s.Slots >= s.SlotsMax },
		reason: func(s *database.Replication) string {
			return fmt.Sprintf("%s: drop one that nobody needs (SELECT * FROM pg_replication_slots), or raise max_replication_slots and restart Postgres",
				taken(s.SlotsMax, "replication slot"))
		},
	},
	{
		scope: toStart,
		fails: func(s *database.Replication) bool { return s.Senders >= s.SendersMax },
		reason: func(s *database.Replication) string {
			return fmt.Sprintf("%s: end one (SELECT * FROM pg_stat_replication), or raise max_wal_senders and restart Postgres",
				taken(s.SendersMax, "WAL sender"))
		},
	},
	{
		scope: toBecome,
		fails: func(s *database.Replication) bool { return s.Standby },
		reason: func(*database.Replication) string {
			return "the server is a standby: name its primary, replication to clients starts there"
		},
	},
	{
		scope: toBecome,
		fails: func(s *database.Replication) bool { return !s.MayReplicate },
		reason: func(s *database.Replication) string {
			return fmt.Sprintf("role %q may not replicate: ALTER ROLE %s REPLICATION, or name a role that may", s.Role, identifier(s.Role))
		},
	},
	{
		scope: toBecome,
		fails: func(s *database.Replication) bool { return s.Publication == nil && !s.MayCreate },
		reason: func(s *database.Replication) string {
			return fmt.Sprintf("role %q may not make the publication that replication needs: GRANT CREATE ON DATABASE %s TO %s, or make it as its owner",
				s.Role, identifier(s.Name), identifier(s.Role))
		},
	},
}

// identifier quotes a name for SQL.
func identifier(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func taken(limit int, noun string) string {
	if limit == 0 {
		return "the server has no " + noun + "s"
	}
	return fmt.Sprintf("all of the server's %s are in use", count(limit, noun))
}

// replication says what makes replication impossible.
func (b *builder) replication() {
	s := b.Database.Replication
	if s == nil {
		return
	}
	b.report.Replication = s
	scope := toStart
	switch {
	case s.Replicated || b.Sync.replicates():
		scope = always
	case b.Database.Serving:
		scope = toBecome
	}
	for _, n := range needs {
		if n.scope <= scope && n.fails(s) {
			b.unsafe("%s", n.reason(s))
		}
	}
}
