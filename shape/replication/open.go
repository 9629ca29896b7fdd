package replication

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pglogrepl"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/electric-cli/electric/database"
)

// DisplaySettings are how values are written: the same for first snapshots and
// for changes, by Electric's clients' expectations.
var DisplaySettings = map[string]string{
	"bytea_output": "hex", "DateStyle": "ISO, DMY", "TimeZone": "UTC", "extra_float_digits": "1", "IntervalStyle": "iso_8601",
	"client_encoding": "UTF8",
}

// Options for Open.
type Options struct {
	URL    string // of the database, as database.Connect takes it
	Stream string // Electric's ELECTRIC_REPLICATION_STREAM_ID; "" is "default"
	Manual bool   // never make the publication: it must be there
	Former uint32 // backend of this process's previous stream, which may still hold the lock; 0 for none

	Waiting func(holder string) // told once when another instance has the lock; may be nil
	Note    func(format string, args ...any)
}

// Publication is the name of the publication of a stream.
func Publication(stream string) string { return "electric_publication_" + stream }

// made is the comment on a publication that this program made. One that could not
// drop it at its end is gone: the next to run does.
const made = "made by electric dev or electric daemon, which drops it when it ends"

// MayDropSQL asks whether a publication is this program's to drop: it made it,
// nobody has said otherwise since, and no slot of Electric's own sync service has
// come to rely on it.
func MayDropSQL(stream string) string {
	return `SELECT EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = ` + literal(Publication(stream)) + `
			AND pg_catalog.obj_description(oid, 'pg_publication') = ` + literal(made) + `)
		AND NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots WHERE slot_name = ` + literal(slotName(stream)) + `
			AND database = pg_catalog.current_database())`
}

func slotName(stream string) string { return "electric_slot_" + stream }

// A Stream is a connection that changes arrive on.
type Stream struct {
	Confirmed uint64 // LSN from which on changes arrive
	Created   bool   // the publication was made here, or by this program before
	PID       uint32 // of the server's process

	conn    *pgconn.PgConn
	timeout time.Duration // wal_sender_timeout
	applied position
	telling sync.Mutex // one status at a time
	closed  bool       // guarded by it
}

// A Fatal error is one that trying again does not mend.
type Fatal struct{ err error }

func (f *Fatal) Error() string { return f.err.Error() }
func (f *Fatal) Unwrap() error { return f.err }

// Open connects, waits for the lock that one instance on a stream's name has,
// and makes what is missing of publication and slot. Every change from
// Stream.Confirmed on arrives.
func Open(ctx context.Context, o Options) (*Stream, error) {
	if o.Stream == "" {
		o.Stream = "default"
	}
	params := map[string]string{"replication": "database", "search_path": ""} // names of objects are values of some types: see beginSQL
	for name, value := range DisplaySettings {
		params[name] = value
	}
	conn, err := database.Connect(ctx, o.URL, database.ConnectOptions{Params: params})
	var trouble *database.Trouble
	if errors.As(err, &trouble) && trouble.Code == "42501" && strings.Contains(strings.ToLower(trouble.Message), "sender") {
		return nil, mayNotReplicate(trouble.Message)
	}
	if err != nil {
		return nil, err
	}
	s := &Stream{PID: conn.PgConn().PID(), conn: conn.PgConn()}
	if err := s.open(ctx, o); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Stream) open(ctx context.Context, o Options) error {
	if err := s.checkServer(ctx); err != nil {
		return err
	}
	if err := s.lock(ctx, o); err != nil {
		return err
	}
	if err := s.publication(ctx, o); err != nil {
		return err
	}
	slot, err := s.slot(ctx, o)
	if err != nil {
		return err
	}
	lsn, err := pglogrepl.ParseLSN(slot.ConsistentPoint)
	if err != nil {
		return fmt.Errorf("make the replication slot: %w", err)
	}
	s.Confirmed = uint64(lsn)
	s.applied.advance(s.Confirmed)
	err = pglogrepl.StartReplication(ctx, s.conn, slot.SlotName, lsn, pglogrepl.StartReplicationOptions{
		Mode:       pglogrepl.LogicalReplication,
		PluginArgs: []string{"proto_version '1'", "publication_names " + literal(pgx.Identifier{Publication(o.Stream)}.Sanitize())},
	})
	if err != nil {
		return fmt.Errorf("start replication: %w", err)
	}
	return nil
}

// literal quotes text for the commands of the replication protocol.
func literal(text string) string { return "'" + escapeQuotes(text) + "'" }

// answerTimeout is when a connection without an answer counts as lost.
const answerTimeout = 20 * time.Second

// values runs SQL that gives one row. A replication connection knows the simple
// protocol alone, so values are within the text.
func (s *Stream) values(ctx context.Context, sql string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	results, err := s.conn.Exec(ctx, sql).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(results) == 0 || len(results[len(results)-1].Rows) == 0 {
		return nil, nil
	}
	var row []string
	for _, value := range results[len(results)-1].Rows[0] {
		row = append(row, string(value))
	}
	return row, nil
}

// checkServer refuses a server that cannot replicate.
func (s *Stream) checkServer(ctx context.Context) error {
	row, err := s.values(ctx, `SELECT current_setting('wal_level'), setting FROM pg_catalog.pg_settings WHERE name = 'wal_sender_timeout'`)
	if err != nil {
		return fmt.Errorf("read the server's settings: %w", err)
	}
	if level := row[0]; level != "logical" {
		return &Fatal{&database.Trouble{
			Message: fmt.Sprintf("the server's wal_level is %s: replication requires logical", level),
			Hint:    "ALTER SYSTEM SET wal_level = 'logical', then restart the server; a hosted one has a setting for logical replication.",
		}}
	}
	milliseconds, err := time.ParseDuration(row[1] + "ms")
	if err != nil {
		return fmt.Errorf("read wal_sender_timeout: %w", err)
	}
	s.timeout = milliseconds
	return nil
}

// lockPoll is how often the lock is tried. Waiting within the server would leave
// a waiter there when this process ends.
const lockPoll = 250 * time.Millisecond

// LockKey is an SQL expression: the key of the advisory lock that one instance on a
// stream's name has. Electric's own sync service takes it, too.
func LockKey(stream string) string { return "pg_catalog.hashtext(" + literal(slotName(stream)) + ")" }

// lock takes the advisory lock.
func (s *Stream) lock(ctx context.Context, o Options) error {
	key := LockKey(o.Stream)
	told := false
	for {
		row, err := s.values(ctx, "SELECT pg_catalog.pg_try_advisory_lock("+key+")")
		if err != nil {
			return fmt.Errorf("take the lock %s: %w", slotName(o.Stream), err)
		}
		if row[0] == "t" {
			return nil
		}
		if o.Former != 0 { // our own connection, which the server has not missed yet
			if _, err := s.values(ctx, formerSQL(o.Former)); err != nil {
				return fmt.Errorf("end the former connection: %w", err)
			}
		}
		if !told && o.Waiting != nil {
			row, err := s.values(ctx, holderSQL(key))
			if err != nil {
				return fmt.Errorf("find the holder of the lock: %w", err)
			}
			holder := "another session"
			if len(row) > 0 {
				holder = row[0]
			}
			o.Waiting(holder)
			told = true
		}
		if err := sleep(ctx, lockPoll); err != nil {
			return err
		}
	}
}

// formerSQL ends a session of this very user and program.
func formerSQL(pid uint32) string {
	return fmt.Sprintf(`SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
		WHERE pid = %d AND usename = current_user AND application_name = current_setting('application_name')
		AND backend_type = 'walsender'`, pid)
}

func holderSQL(key string) string {
	return fmt.Sprintf(`SELECT format('process %%s of %%s (%%s) since %%s', a.pid, coalesce(a.usename, '?'),
		coalesce(nullif(a.application_name, ''), 'no name'), date_trunc('second', a.backend_start))
		FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid)
		WHERE %s`, isHeld(key))
}

// isHeld is the condition that an entry l of pg_locks is somebody's advisory lock.
func isHeld(key string) string {
	return `l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
		AND l.objsubid = 1 AND (l.classid::bigint << 32 | l.objid::bigint) = ` + key + `::bigint`
}

// TakenSQL asks whether another backend than one has the lock of a stream's name.
func TakenSQL(stream string, pid uint32) string {
	return fmt.Sprintf("SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE %s AND l.pid <> %d)", isHeld(LockKey(stream)), pid)
}

// publication makes the publication, empty, where it is missing.
func (s *Stream) publication(ctx context.Context, o Options) error {
	name := Publication(o.Stream)
	row, err := s.values(ctx, `SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate,
		coalesce(pg_catalog.obj_description(oid, 'pg_publication'), '') FROM pg_catalog.pg_publication WHERE pubname = `+literal(name))
	if err != nil {
		return fmt.Errorf("look for the publication: %w", err)
	}
	if row == nil {
		if o.Manual {
			return &Fatal{fmt.Errorf("Publication %q not found in the database", name)} //nolint:staticcheck // Electric's words
		}
		return s.createPublication(ctx, name)
	}
	if row[0] != "t" {
		return &Fatal{fmt.Errorf("Publication %q does not publish all required operations: INSERT, UPDATE, DELETE, TRUNCATE", name)} //nolint:staticcheck // Electric's words
	}
	s.Created = row[1] == made && !o.Manual
	return nil
}

func (s *Stream) createPublication(ctx context.Context, name string) error {
	quoted := pgx.Identifier{name}.Sanitize()
	sql := "CREATE PUBLICATION " + quoted
	if s.version() >= 18 {
		sql += " WITH (publish_generated_columns = stored)"
	}
	sql += "; COMMENT ON PUBLICATION " + quoted + " IS " + literal(made) // one text is one transaction
	_, err := s.values(ctx, sql)
	var refused *pgconn.PgError
	switch {
	case err == nil:
		s.Created = true
		return nil
	case !errors.As(err, &refused):
		return fmt.Errorf("make the publication: %w", err)
	case refused.Code == "42710": // somebody else was quicker
		return nil
	case refused.Code == "42501":
		return &Fatal{&database.Trouble{
			Message: fmt.Sprintf("the publication %s cannot be made: %s", name, refused.Message),
			Hint:    "Grant CREATE on the database to the user, or make the publication as its owner: CREATE PUBLICATION " + name + ";",
		}}
	}
	return fmt.Errorf("make the publication: %w", err)
}

func (s *Stream) version() int {
	major := 0
	_, _ = fmt.Sscanf(s.conn.ParameterStatus("server_version"), "%d", &major)
	return major
}

// slot makes the temporary slot. Its name is new each time: one whose connection
// broke lives until the server has noticed.
func (s *Stream) slot(ctx context.Context, o Options) (pglogrepl.CreateReplicationSlotResult, error) {
	var unique [4]byte
	_, _ = rand.Read(unique[:]) // it does not fail
	name := slotName(o.Stream) + "_" + hex.EncodeToString(unique[:])
	stop := watchBlockers(ctx, o, s.PID)
	defer stop()
	slot, err := pglogrepl.CreateReplicationSlot(ctx, s.conn, name, "pgoutput", pglogrepl.CreateReplicationSlotOptions{
		Temporary: true, Mode: pglogrepl.LogicalReplication, SnapshotAction: "NOEXPORT_SNAPSHOT",
	})
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == "42501" {
		return slot, mayNotReplicate("the replication slot cannot be made: " + refused.Message)
	}
	if err != nil {
		return slot, fmt.Errorf("make the replication slot: %w", err)
	}
	return slot, nil
}

// mayNotReplicate says what a user lacks.
func mayNotReplicate(message string) *Fatal {
	return &Fatal{&database.Trouble{
		Message: message,
		Hint:    "The user needs REPLICATION: ALTER ROLE … REPLICATION; on a hosted server, its own role for that.",
	}}
}

// Close ends the connection, and with it slot and lock.
func (s *Stream) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	s.telling.Lock()
	defer s.telling.Unlock()
	s.closed = true
	_ = s.conn.Close(ctx)
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
