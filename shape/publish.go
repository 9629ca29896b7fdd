package shape

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// lockTimeout is how long a table's writers are waited for.
const lockTimeout = 5 * time.Second

// ensurePublished has the changes of tables arrive, with whole old rows: they are
// put into the publication and get the replica identity FULL.
//
// Where anything was missing, the table's writers are waited for: a transaction
// that wrote before is decoded as it was then, without the table in the
// publication, though it commits later. So it is where somebody else has put the
// table there. Shapes of other tables do not wait with it.
func (e *Engine) ensurePublished(ctx context.Context, tables []*relation) error {
	members, err := e.membersNow(ctx)
	if err != nil {
		return e.unavailable(err)
	}
	var missing []*relation
	for _, r := range tables {
		if why := e.unfit(r, &members); why != "" {
			return &Unavailable{Message: why, After: 10 * time.Second, Known: true}
		}
		if !r.full() {
			if err := e.mayIdentify(ctx, r); err != nil {
				return e.unavailable(err)
			}
		}
		if !members.has(r.OID) || !r.full() {
			missing = append(missing, r)
		}
	}
	if len(missing) > 0 {
		if err := e.mayPublish(missing, &members); err != nil {
			return err
		}
		slices.SortFunc(missing, func(a, b *relation) int { return strings.Compare(identifier(&a.Table), identifier(&b.Table)) })
		_, err, _ := e.altering.Do(fmt.Sprint(oidsOf(missing)), func() (any, error) { return nil, e.alter(ctx, missing) })
		if err != nil {
			return e.unavailable(err)
		}
	}
	reminded, err := e.remind(ctx, tables, &members)
	if err != nil {
		return e.unavailable(err)
	}
	return e.unavailableNil(e.outwait(ctx, tables, members, missing, reminded))
}

// membersNow reads the publication between two alterations of [Engine.retract]:
// that one spares the tables of shapes in the making, and takes others out.
func (e *Engine) membersNow(ctx context.Context) (memberships, error) {
	e.publish.Lock()
	defer e.publish.Unlock()
	return e.members(ctx)
}

// publishedBefore gives the tables that are published before a slot is made: it
// waits for all transactions that do not know of them. Not to know them costs a
// moment later.
func (e *Engine) publishedBefore(ctx context.Context) memberships {
	ctx, cancel := context.WithTimeout(ctx, catalogTimeout)
	defer cancel()
	m, err := e.members(ctx)
	if err != nil {
		m.tables = map[uint32]membership{}
	}
	if m.attached, err = e.attachedBefore(ctx); err != nil {
		m.attached = map[uint32]uint32{}
	}
	return m
}

// outwait waits for the writers of tables that somebody else has published since, and
// of those that the server was reminded of: see ensurePublished. Those of altered
// tables are over.
func (e *Engine) outwait(ctx context.Context, tables []*relation, members memberships, altered, reminded []*relation) error {
	var err error
	if len(altered) > 0 {
		if members, err = e.members(ctx); err != nil {
			return err
		}
	}
	for _, r := range tables {
		e.mu.Lock()
		known := e.published.tables[r.OID] == members.tables[r.OID]
		e.mu.Unlock()
		again := slices.Contains(reminded, r)
		if known && !again {
			continue
		}
		if again || !slices.Contains(altered, r) {
			if err := e.outwaitWriters(ctx, r); err != nil {
				return err
			}
		}
		e.mu.Lock()
		e.published.tables[r.OID] = members.tables[r.OID]
		e.mu.Unlock()
	}
	return nil
}

// writersSQL gives the transactions that have written to tables, by what the lock
// table calls them.
const writersSQL = `SELECT DISTINCT virtualtransaction FROM pg_catalog.pg_locks
	WHERE locktype = 'relation' AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
	AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) AND relation = ANY($1::oid[]) AND granted`

// outwaitWriters waits until those who have written to a table until now are done.
func (e *Engine) outwaitWriters(ctx context.Context, r *relation) error {
	oids := []uint32{r.OID}
	for _, l := range r.leaves {
		oids = append(oids, l.oid)
	}
	ctx, cancel := context.WithTimeout(ctx, lockTimeout)
	defer cancel()
	var waited []string
	for first := true; ; first = false {
		rows, err := e.control.Query(ctx, writersSQL, oids)
		if err != nil {
			return tooLong(err)
		}
		now, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return tooLong(err)
		}
		if first {
			waited = now
		}
		waited = slices.DeleteFunc(waited, func(writer string) bool { return !slices.Contains(now, writer) })
		if len(waited) == 0 {
			return nil
		}
		if err := pauseFor(ctx, 20*time.Millisecond); err != nil {
			return tooLong(err)
		}
	}
}

// tooLong puts a wait that was too long into Electric's words.
func tooLong(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return &Unavailable{Message: "Snapshot timed out while waiting for a table lock", After: 10 * time.Second, Known: true}
	}
	return err
}

func (e *Engine) unavailableNil(err error) error {
	if err == nil {
		return nil
	}
	return e.unavailable(err)
}

// full reports whether updates and deletes carry the whole old row.
func (r *relation) full() bool {
	return r.identity == 'f' && !slices.ContainsFunc(r.leaves, func(l leaf) bool { return l.identity != 'f' })
}

// mayPublish refuses what has to be done by somebody else, in Electric's words.
func (e *Engine) mayPublish(missing []*relation, members *memberships) error {
	for _, r := range missing {
		if r.owned && !e.options.Manual {
			continue
		}
		name := strconv.Quote(r.halfKept())
		message := fmt.Sprintf("Database table %s does not have its replica identity set to FULL", name)
		if !members.has(r.OID) {
			name = strconv.Quote(r.title())
			message = fmt.Sprintf("Database table %s is missing from the publication %q and ", name, e.publication())
			if e.options.Manual {
				message += "the ELECTRIC_MANUAL_TABLE_PUBLISHING setting prevents Electric from adding it"
			} else {
				message += "Electric lacks privileges to add it"
			}
		}
		return &Unavailable{Message: message, After: 10 * time.Second, Known: true}
	}
	return nil
}

// halfKept names the table whose replica identity is not FULL: it or one below it.
func (r *relation) halfKept() string {
	if i := slices.IndexFunc(r.leaves, func(l leaf) bool { return l.identity != 'f' }); r.identity == 'f' && i >= 0 {
		return strings.Join(r.leaves[i].name, ".")
	}
	return r.title()
}

// alter publishes tables, all or none of them. First it waits for their writers,
// with a connection that nothing else waits for; then no writer comes until they
// are published. What is left to be done is certain only with the locks.
func (e *Engine) alter(ctx context.Context, tables []*relation) error {
	return pgx.BeginFunc(ctx, e.pool, func(tx pgx.Tx) error {
		locks := []string{lockTimeoutSQL(lockTimeout)}
		for _, r := range tables {
			locks = append(locks, "LOCK TABLE "+identifier(&r.Table)+" IN SHARE ROW EXCLUSIVE MODE")
		}
		if err := runAll(ctx, tx, locks); err != nil {
			return err
		}
		members, err := e.membersBy(ctx, tx.Conn())
		if err != nil {
			return err
		}
		oids := oidsOf(tables)
		now, err := readRelations(ctx, tx, oids, nil, nil)
		if err != nil {
			return err
		}
		return runAll(ctx, tx, e.publishSQL(oids, now, &members))
	})
}

// publishSQL gives what tables lack: the replica identity, and, at last, since it
// holds up other alterations of the publication, to be in there.
func (e *Engine) publishSQL(oids []uint32, now map[uint32]*relation, members *memberships) (list []string) {
	oids = slices.DeleteFunc(oids, func(oid uint32) bool { return now[oid] == nil })
	for _, oid := range oids {
		list = append(list, now[oid].identitySQL()...)
	}
	for _, oid := range oids {
		if r := now[oid]; !members.has(oid) {
			list = append(list, "ALTER PUBLICATION "+pgx.Identifier{e.publication()}.Sanitize()+" ADD TABLE ONLY "+identifier(&r.Table))
		}
	}
	return list
}

func oidsOf(tables []*relation) []uint32 {
	list := make([]uint32, len(tables))
	for i, r := range tables {
		list[i] = r.OID
	}
	return list
}

func runAll(ctx context.Context, tx pgx.Tx, list []string) error {
	for _, sql := range list {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

// identitySQL sets the replica identity where it is not FULL.
func (r *relation) identitySQL() (list []string) {
	set := func(name string) { list = append(list, "ALTER TABLE ONLY "+name+" REPLICA IDENTITY FULL") }
	if r.identity != 'f' {
		set(identifier(&r.Table))
	}
	for _, l := range r.leaves {
		if l.identity != 'f' {
			set(l.name.Sanitize())
		}
	}
	return list
}
