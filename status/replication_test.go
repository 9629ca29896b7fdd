package status

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/database"
)

// ready is a database that can be replicated.
func ready() *database.Replication {
	return &database.Replication{
		ID: database.ID{System: "7", OID: 5}, Name: "app", WALLevel: "logical", SlotsMax: 10, SendersMax: 10, Role: "app",
		MayReplicate: true, MayCreate: true,
	}
}

// Each thing that keeps a sync server from starting is a reason, with what mends
// it; those that only matter to a start do not matter to what is replicated.
func TestReplication(t *testing.T) {
	active := &Sync{URL: "http://x", State: "active", Database: database.Same}
	for name, tt := range map[string]struct {
		change  func(*database.Replication)
		looking bool  // with a role that no server is said to have
		sync    *Sync // that answers
		reason  string
	}{
		"nothing is wrong": {change: func(*database.Replication) {}},
		"wal_level": {
			change: func(s *database.Replication) { s.WALLevel = "replica" }, looking: true, sync: active,
			reason: "wal_level is replica, and replication needs logical: ALTER SYSTEM SET wal_level = logical, then restart Postgres (a hosted one has a setting for logical replication)",
		},
		"publication without deletes": {
			change: func(s *database.Replication) {
				s.Publication = &database.PublicationState{Name: "electric_publication_default"}
			}, looking: true, sync: active,
			reason: `publication electric_publication_default does not publish all of insert, update, delete and truncate: ` +
				`ALTER PUBLICATION "electric_publication_default" SET (publish = 'insert, update, delete, truncate')`,
		},
		"no slot": {
			change: func(s *database.Replication) { s.Slots = 10 }, looking: true,
			reason: "all of the server's 10 replication slots are in use: drop one that nobody needs (SELECT * FROM pg_replication_slots), or raise max_replication_slots and restart Postgres",
		},
		"no slot at all": {
			change: func(s *database.Replication) { s.SlotsMax = 0 },
			reason: "the server has no replication slots: drop one that nobody needs (SELECT * FROM pg_replication_slots), or raise max_replication_slots and restart Postgres",
		},
		"no sender": {
			change: func(s *database.Replication) { s.Senders = 10 }, looking: true,
			reason: "all of the server's 10 WAL senders are in use: end one (SELECT * FROM pg_stat_replication), or raise max_wal_senders and restart Postgres",
		},
		"no slot, and the server that answers has one": {change: func(s *database.Replication) { s.Slots, s.Senders = 10, 10 }, sync: active},
		"no slot, and Electric has one":                {change: func(s *database.Replication) { s.Slots, s.Replicated = 10, true }},
		"no slot, and a server of another database answers": {
			change: func(s *database.Replication) { s.Slots = 10 }, sync: &Sync{State: "active", Database: database.Other},
			reason: "all of the server's 10 replication slots are in use: drop one that nobody needs (SELECT * FROM pg_replication_slots), or raise max_replication_slots and restart Postgres",
		},
		"standby": {
			change: func(s *database.Replication) { s.Standby = true },
			reason: "the server is a standby: name its primary, replication to clients starts there",
		},
		"no right to replicate": {
			change: func(s *database.Replication) { s.MayReplicate, s.Role = false, `a"b` },
			reason: `role "a\"b" may not replicate: ALTER ROLE "a""b" REPLICATION, or name a role that may`,
		},
		"no right to publish": {
			change: func(s *database.Replication) { s.MayCreate = false },
			reason: `role "app" may not make the publication that replication needs: GRANT CREATE ON DATABASE "app" TO "app", or make it as its owner`,
		},
		"no right to publish, and it is published": {
			change: func(s *database.Replication) {
				s.MayCreate, s.Publication = false, &database.PublicationState{Complete: true}
			},
		},
		"somebody who only looks":             {change: func(s *database.Replication) { s.MayReplicate, s.MayCreate, s.Standby = false, false, true }, looking: true},
		"a server that was named replicates":  {change: func(s *database.Replication) { s.MayReplicate = false }, sync: &Sync{State: "active", Named: true, Database: database.Unknown}},
		"a server that was named is starting": {change: func(s *database.Replication) { s.MayReplicate = false }, sync: &Sync{State: "starting", Named: true, Database: database.Unknown}, reason: `role "app" may not replicate: ALTER ROLE "app" REPLICATION, or name a role that may`},
	} {
		t.Run(name, func(t *testing.T) {
			s := ready()
			tt.change(s)
			b := builder{Input: Input{Sync: tt.sync, Database: &Database{Replication: s, Serving: !tt.looking}}}
			b.replication()
			if tt.reason == "" {
				require.Empty(t, b.report.Reasons)
				return
			}
			require.Equal(t, []string{tt.reason}, b.report.Reasons)
		})
	}
}
