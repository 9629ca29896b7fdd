package database

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// A Server is what replication depends on of a server and one of its databases.
type Server struct {
	Version      string        `json:"version"`
	Database     string        `json:"database"`
	WALLevel     string        `json:"wal_level"`
	Standby      bool          `json:"standby"`
	SlotsMax     int           `json:"max_replication_slots"`
	SendersMax   int           `json:"max_wal_senders"`
	Roles        []Role        `json:"roles"` // the one that is connected first, then those that may replicate
	Publications []Publication `json:"publications"`
	Slots        []Slot        `json:"slots"` // of this database
	Tables       []Identity    `json:"tables"`
}

// A Role is a role of the server.
type Role struct {
	Name        string `json:"name"`
	Connected   bool   `json:"connected"`
	Superuser   bool   `json:"superuser"`
	Replication bool   `json:"replication"`
	CanCreate   bool   `json:"can_create"` // schemas and publications in this database
}

// A Publication is a publication and the tables in it.
type Publication struct {
	Name      string   `json:"name"`
	Owner     string   `json:"owner"`
	AllTables bool     `json:"all_tables"`
	Complete  bool     `json:"complete"` // it publishes insert, update, delete and truncate
	Tables    []string `json:"tables"`
}

// A Slot is a logical replication slot.
type Slot struct {
	Name      string `json:"name"`
	Plugin    string `json:"plugin"`
	Temporary bool   `json:"temporary"`
	Active    bool   `json:"active"`
	Status    string `json:"wal_status"`
	Lag       *int64 `json:"lag"`      // bytes written that it has not confirmed; nil when not known
	Retained  *int64 `json:"retained"` // bytes of WAL kept for it
}

// An Identity is what old rows of a table are replicated with.
type Identity struct {
	Table           string   `json:"table"` // "schema.table"
	ReplicaIdentity string   `json:"replica_identity"`
	Publications    []string `json:"publications"`
}

// serverQuery answers with one JSON object. It needs no rights but to connect.
const serverQuery = `
WITH here AS (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS lsn)
SELECT json_build_object(
    'version', current_setting('server_version'), 'database', current_database(), 'wal_level', current_setting('wal_level'),
    'standby', pg_is_in_recovery(), 'max_replication_slots', current_setting('max_replication_slots')::int,
    'max_wal_senders', current_setting('max_wal_senders')::int,
    'roles', (SELECT json_agg(json_build_object('name', r.rolname, 'connected', r.rolname = current_user,
            'superuser', r.rolsuper, 'replication', r.rolreplication,
            'can_create', has_database_privilege(r.oid, current_database(), 'CREATE'))
            ORDER BY r.rolname <> current_user, r.rolname)
        FROM pg_catalog.pg_roles r WHERE r.rolname = current_user OR r.rolcanlogin AND (r.rolsuper OR r.rolreplication)),
    'publications', coalesce((SELECT json_agg(json_build_object('name', p.pubname, 'owner', pg_get_userbyid(p.pubowner),
            'all_tables', p.puballtables, 'complete', p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate,
            'tables', coalesce((SELECT json_agg(t.schemaname || '.' || t.tablename ORDER BY t.schemaname, t.tablename)
                FROM pg_catalog.pg_publication_tables t WHERE t.pubname = p.pubname), '[]')) ORDER BY p.pubname)
        FROM pg_catalog.pg_publication p), '[]'),
    'slots', coalesce((SELECT json_agg(json_build_object('name', s.slot_name, 'plugin', s.plugin, 'temporary', s.temporary,
            'active', s.active, 'wal_status', coalesce(s.wal_status, ''),
            'lag', pg_wal_lsn_diff(here.lsn, s.confirmed_flush_lsn)::bigint,
            'retained', pg_wal_lsn_diff(here.lsn, s.restart_lsn)::bigint) ORDER BY s.slot_name)
        FROM pg_catalog.pg_replication_slots s WHERE s.slot_type = 'logical' AND s.database = current_database()), '[]'),
    'tables', coalesce((SELECT json_agg(json_build_object('table', n.nspname || '.' || c.relname,
            'replica_identity', CASE c.relreplident WHEN 'd' THEN 'default' WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' ELSE 'index' END,
            'publications', coalesce((SELECT json_agg(t.pubname ORDER BY t.pubname)
                FROM pg_catalog.pg_publication_tables t WHERE t.schemaname = n.nspname AND t.tablename = c.relname), '[]'))
            ORDER BY n.nspname, c.relname)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname || '.' || c.relname = ANY ($1::text[])), '[]'))
FROM here`

// LookAt reads what replication depends on. tables are those whose replica
// identity is wanted, as "schema.table".
func LookAt(ctx context.Context, conn *pgx.Conn, tables []string) (*Server, error) {
	if tables == nil {
		tables = []string{}
	}
	var answer []byte
	if err := conn.QueryRow(ctx, serverQuery, pgx.QueryExecModeExec, tables).Scan(&answer); err != nil {
		return nil, failed(conn, "could not look at the server", err)
	}
	s := new(Server)
	if err := json.Unmarshal(answer, s); err != nil {
		return nil, failed(conn, "could not look at the server", err)
	}
	return s, nil
}

// Text tells of a role in a line.
func (r Role) Text() string {
	words := []string{r.Name}
	for _, w := range []struct {
		is   bool
		text string
	}{
		{r.Connected, "connected"},
		{r.Superuser, "superuser"},
		{r.Replication, "may replicate"},
		{r.Connected && !r.Superuser && !r.Replication, "may not replicate"},
		{r.CanCreate, "may create"},
	} {
		if w.is {
			words = append(words, w.text)
		}
	}
	return strings.Join(words, ", ")
}

// Text tells of a publication in a line.
func (p Publication) Text() string {
	text := fmt.Sprintf("%s of %s: %d tables", p.Name, p.Owner, len(p.Tables))
	if len(p.Tables) == 1 {
		text = fmt.Sprintf("%s of %s: 1 table", p.Name, p.Owner)
	}
	if p.AllTables {
		text += ", all there are"
	}
	if !p.Complete {
		text += ", not all of insert, update, delete and truncate"
	}
	return text
}

// Text tells of a slot in a line.
func (s Slot) Text() string {
	text := fmt.Sprintf("%s (%s): ", s.Name, s.Plugin)
	if s.Active {
		text += "active"
	} else {
		text += "not active"
	}
	if s.Temporary {
		text += ", temporary"
	}
	if s.Lag != nil {
		text += fmt.Sprintf(", %s behind", size(*s.Lag))
	}
	if s.Retained != nil {
		text += fmt.Sprintf(", keeps %s of WAL", size(*s.Retained))
	}
	if s.Status != "" && s.Status != "reserved" {
		text += ", " + s.Status
	}
	return text
}

// size writes a number of bytes.
func size(n int64) string {
	if n < 1<<10 {
		return fmt.Sprintf("%d bytes", n)
	}
	value, unit := float64(n)/1024, "kB"
	for _, next := range []string{"MB", "GB", "TB"} {
		if value < 1024 {
			break
		}
		value, unit = value/1024, next
	}
	return fmt.Sprintf("%.1f %s", value, unit)
}
