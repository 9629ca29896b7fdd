package database

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/electric-cli/electric/history"
)

// A Replication says which database a connection leads to, and whether it can be
// replicated.
type Replication struct {
	ID
	Name string `json:"name"`

	WALLevel   string `json:"wal_level"`
	Standby    bool   `json:"standby"`
	Slots      int    `json:"slots"` // that there are, of any kind and in any database
	SlotsMax   int    `json:"slots_max"`
	Senders    int    `json:"senders"` // that are at work
	SendersMax int    `json:"senders_max"`
	Replicated bool   `json:"replicated"` // a slot of Electric's is on this database

	Role         string `json:"role"`          // that is connected
	MayReplicate bool   `json:"may_replicate"` // it may open a replication connection
	MayCreate    bool   `json:"may_create"`    // it may create publications in this database

	Publication *PublicationState `json:"publication"` // nil: it does not exist
}

// A PublicationState is what Electric asks of its publication.
type PublicationState struct {
	Name     string `json:"name"`
	Complete bool   `json:"complete"` // it publishes insert, update, delete and truncate
}

// An ID tells one database from another. Addresses do not: one database has many,
// and many databases are at localhost.
type ID struct {
	// System is the cluster's system_identifier, "" when the role may not read
	// it. Standbys have it as well, and copies of the cluster's files.
	System string `json:"system_identifier,omitempty"`

	OID     uint32    `json:"oid"`     // of the database, within the cluster; 0: nothing is known
	Started time.Time `json:"started"` // when Postgres was, to the microsecond
}

// A Likeness says whether two IDs are of one database.
type Likeness string

// What IDs tell of two databases.
const (
	Same    Likeness = "same"
	Other   Likeness = "other"
	Unknown Likeness = "unknown"
)

// Like compares two IDs. The same files under another Postgres, or the same one
// started anew between the two looks, are Unknown: a standby, a copy or the same.
func (id ID) Like(other ID) Likeness {
	sameSystem := id.System != "" && id.System == other.System
	switch {
	case id.OID == 0 || other.OID == 0:
		return Unknown
	case id.Started.Equal(other.Started) && id.OID == other.OID:
		return Same
	case id.Started.Equal(other.Started), sameSystem && id.OID != other.OID:
		return Other
	case sameSystem, id.System == "", other.System == "":
		return Unknown
	}
	return Other
}

// systemQuery is asked on its own: a server may keep it from a role, and the rest
// is wanted all the same.
const systemQuery = `SELECT system_identifier::text FROM pg_catalog.pg_control_system()`

// replicationQuery answers with one JSON object. It needs no rights but to connect. $1
// is the name of Electric's publication. Amazon's RDS gives the right to
// replicate through a role.
const replicationQuery = `
SELECT json_build_object(
    'oid', d.oid::bigint, 'name', d.datname, 'started', pg_postmaster_start_time(),
    'wal_level', current_setting('wal_level'), 'standby', pg_is_in_recovery(),
    'slots', (SELECT count(*) FROM pg_catalog.pg_replication_slots), 'slots_max', current_setting('max_replication_slots')::int,
    'senders', (SELECT count(*) FROM pg_catalog.pg_stat_get_wal_senders()), 'senders_max', current_setting('max_wal_senders')::int,
    'replicated', EXISTS (SELECT FROM pg_catalog.pg_replication_slots s
        WHERE s.database = d.datname AND s.slot_type = 'logical' AND starts_with(s.slot_name::text, 'electric_slot_')),
    'role', current_user, 'may_replicate', r.rolsuper OR r.rolreplication OR EXISTS (SELECT FROM pg_catalog.pg_roles g
        WHERE g.rolname = 'rds_replication' AND pg_has_role(g.oid, 'USAGE')),
    'may_create', has_database_privilege(d.oid, 'CREATE'),
    'publication', (SELECT json_build_object('name', p.pubname, 'complete', p.pubinsert AND p.pubupdate AND p.pubdelete AND p.pubtruncate)
        FROM pg_catalog.pg_publication p WHERE p.pubname = $1))
FROM pg_catalog.pg_database d, pg_catalog.pg_roles r WHERE d.datname = current_database() AND r.rolname = current_user`

// Survey reads what is recorded, and what it takes to replicate through a
// publication of this name, which costs no round trip of its own. Nothing is
// written.
func Survey(ctx context.Context, conn *pgx.Conn, publication string) (*history.History, *Replication, error) {
	q := askReplication(ctx, conn, publication)
	names := "{" + strings.Join(recordNames(), ",") + "}"
	q.SendQueryParams(findQuery, [][]byte{[]byte(Schema), []byte(names)}, []uint32{pgtype.TextOID, pgtype.TextArrayOID}, nil, nil)
	var found foundTables
	s := q.replication()
	q.next(func(r *pgconn.ResultReader) (err error) {
		found, err = collectFound(pgx.RowsFromResultReader(conn.TypeMap(), r))
		return err
	})
	if err := q.end(); err != nil {
		return nil, nil, failed(conn, "could not look into the catalog", err)
	}
	h, err := readFound(ctx, conn, found)
	return h, s, err
}

// Identify reads a Replication alone.
func Identify(ctx context.Context, conn *pgx.Conn, publication string) (*Replication, error) {
	q := askReplication(ctx, conn, publication)
	s := q.replication()
	if err := q.end(); err != nil {
		return nil, failed(conn, "could not look at the server", err)
	}
	return s, nil
}

// An inquiry is questions that are sent at once, and their answers in turn. After
// an error there are no more of them.
type inquiry struct {
	*pgconn.Pipeline
	sent bool
	err  error
}

// askReplication asks for a Replication; more may be asked before the answers are
// read. What may be refused ends with a synchronization point, so that the rest is
// answered.
func askReplication(ctx context.Context, conn *pgx.Conn, publication string) *inquiry {
	q := &inquiry{Pipeline: conn.PgConn().StartPipeline(ctx)}
	q.SendQueryParams(systemQuery, nil, nil, nil, nil)
	q.SendPipelineSync()
	q.SendQueryParams(replicationQuery, [][]byte{[]byte(publication)}, []uint32{pgtype.NameOID}, nil, nil)
	return q
}

// replication reads the answers to askReplication.
func (q *inquiry) replication() *Replication {
	var system string
	q.next(func(r *pgconn.ResultReader) error { return first(r, &system) })
	if refused := new(pgconn.PgError); errors.As(q.err, &refused) {
		q.err = nil
	}
	q.next(nil) // the synchronization point
	s := new(Replication)
	q.next(func(r *pgconn.ResultReader) error {
		var text string
		if err := first(r, &text); err != nil {
			return err
		}
		return json.Unmarshal([]byte(text), s)
	})
	s.System = system
	return s
}

// first reads the one value of an answer.
func first(r *pgconn.ResultReader, value *string) error {
	for r.NextRow() {
		*value = string(r.Values()[0])
	}
	_, err := r.Close()
	return err
}

// next has the next answer read.
func (q *inquiry) next(read func(*pgconn.ResultReader) error) {
	if !q.sent {
		q.sent, q.err = true, q.Sync()
	}
	if q.err != nil {
		return
	}
	answer, err := q.GetResults()
	if r, is := answer.(*pgconn.ResultReader); is && read != nil {
		err = read(r)
	}
	q.err = err
}

// end frees the connection for other things.
func (q *inquiry) end() error {
	closed := q.Close()
	if q.err != nil {
		return q.err
	}
	return closed
}
