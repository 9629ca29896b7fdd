package shape

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A leaf is a table somewhere below a partitioned one.
type leaf struct {
	oid, parent uint32
	name        pgx.Identifier
	identity    byte
	storage     uint32
	attached    uint32 // transaction that made it a partition: another one when it left and came back
	logged      bool
	foreign     bool // a foreign table
}

// leavesSQL reads the partitions below tables, with their replica identity.
const leavesSQL = `
WITH RECURSIVE below AS (
	SELECT i.inhparent AS root, i.inhparent AS parent, i.inhrelid AS oid, i.xmin::text::bigint AS attached FROM pg_catalog.pg_inherits i
		JOIN pg_catalog.pg_class p ON p.oid = i.inhparent AND p.relkind = 'p' WHERE i.inhparent = ANY($1::oid[]) AND NOT i.inhdetachpending
	UNION
	SELECT b.root, i.inhparent, i.inhrelid, i.xmin::text::bigint FROM below b
		JOIN pg_catalog.pg_inherits i ON i.inhparent = b.oid AND NOT i.inhdetachpending
)
SELECT b.root, b.parent, b.oid, n.nspname, c.relname, c.relreplident::text, c.relfilenode, b.attached, c.relpersistence = 'p', c.relkind = 'f'
FROM below b JOIN pg_catalog.pg_class c ON c.oid = b.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
ORDER BY b.root, b.oid`

// rootsSQL reads the partitioned tables above a partition.
const rootsSQL = `
WITH RECURSIVE above AS (
	SELECT i.inhparent AS oid FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhparent AND p.relkind = 'p'
		WHERE i.inhrelid = $1 AND NOT i.inhdetachpending
	UNION
	SELECT i.inhparent FROM above a JOIN pg_catalog.pg_inherits i ON i.inhrelid = a.oid AND NOT i.inhdetachpending
)
SELECT oid FROM above`

// readLeaves completes partitioned tables.
func readLeaves(ctx context.Context, q querier, found map[uint32]*relation) error {
	var roots []uint32
	for oid, r := range found {
		if r.Partitioned {
			roots = append(roots, oid)
		}
	}
	if len(roots) == 0 {
		return nil
	}
	rows, err := q.Query(ctx, leavesSQL, roots)
	if err != nil {
		return fmt.Errorf("read partitions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var root uint32
		var attached int64
		var l leaf
		var schema, name, identity string
		if err := rows.Scan(&root, &l.parent, &l.oid, &schema, &name, &identity, &l.storage, &attached, &l.logged, &l.foreign); err != nil {
			return fmt.Errorf("read partitions: %w", err)
		}
		l.name, l.identity, l.attached = pgx.Identifier{schema, name}, identity[0], uint32(attached) //nolint:gosec // an xid
		found[root].leaves = append(found[root].leaves, l)
	}
	return rows.Err()
}

// readRoots gives the partitioned tables above a table.
func readRoots(ctx context.Context, q querier, oid uint32) ([]uint32, error) {
	rows, err := q.Query(ctx, rootsSQL, oid)
	if err != nil {
		return nil, fmt.Errorf("read partitions: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[uint32])
}

// leaf finds a partition; nil when there is none of that OID.
func (r *relation) leaf(oid uint32) *leaf {
	i, ok := slices.BinarySearchFunc(r.leaves, oid, func(l leaf, oid uint32) int { return cmp.Compare(l.oid, oid) })
	if !ok {
		return nil
	}
	return &r.leaves[i]
}

// A joiner is a partition that is new to some shapes.
type joiner struct {
	made  bool // by CREATE TABLE … PARTITION OF: all its rows were written since, and so have arrived or will
	empty bool // it has no rows, and never had any
}

// joinersSQL tells tables that were made as partitions, by a column that was
// inherited when the table was made: it was written with the system's columns, and
// not since. ATTACH PARTITION writes every column anew. Nor may the rows have been
// written anew: a table's first file has its OID.
const joinersSQL = `
SELECT c.oid, EXISTS (SELECT FROM pg_catalog.pg_attribute s JOIN pg_catalog.pg_attribute a ON a.attrelid = s.attrelid
	WHERE s.attrelid = c.oid AND s.attnum = -1 AND a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 1 AND NOT a.attislocal
	AND a.xmin = s.xmin AND a.cmin = s.cmin AND c.relfilenode IN (c.oid, 0))
FROM pg_catalog.pg_class c WHERE c.oid = ANY($1::oid[])`

// joiners reads the partitions that any of some shapes does not know yet. Of each
// it is known, then, whether its shapes' clients have missed rows of it: a
// partition belongs to the publication from its first moment on, but with a table
// that is attached, rows come that no change has told.
func (e *Engine) joiners(ctx context.Context, shapes []*Shape, found map[uint32]*relation) (map[uint32]joiner, error) {
	var oids []uint32
	for _, s := range shapes {
		for _, oid := range s.definition.tables() {
			then, now := s.relation(oid), found[oid]
			if now == nil || samePartitions(then, now) {
				continue
			}
			for _, l := range now.leaves {
				if then.leaf(l.oid) == nil {
					oids = append(oids, l.oid)
				}
			}
		}
	}
	if len(oids) == 0 {
		return nil, nil
	}
	slices.Sort(oids)
	rows, err := e.control.Query(ctx, joinersSQL, slices.Compact(oids))
	if err != nil {
		return nil, fmt.Errorf("read partitions: %w", err)
	}
	list := map[uint32]joiner{}
	var attached []uint32
	var oid uint32
	var made bool
	if _, err := pgx.ForEachRow(rows, []any{&oid, &made}, func() error {
		list[oid] = joiner{made: made}
		if !made {
			attached = append(attached, oid)
		}
		return nil
	}); err != nil {
		return nil, fmt.Errorf("read partitions: %w", err)
	}
	if !e.notices() { // what is written to them would not arrive
		return list, nil
	}
	return list, e.readEmpty(ctx, attached, list)
}

// briefly is how long a lock is waited for that is not urgent: who waits for it
// holds up those who come later.
const briefly = 100 * time.Millisecond

// readEmpty notes which tables have not a single page. Of one that is locked it is
// not known.
func (e *Engine) readEmpty(ctx context.Context, oids []uint32, list map[uint32]joiner) error {
	if len(oids) == 0 {
		return nil
	}
	err := pgx.BeginFunc(ctx, e.control, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, lockTimeoutSQL(briefly)); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, "SELECT oid FROM pg_catalog.unnest($1::oid[]) AS oid WHERE pg_catalog.pg_relation_size(oid) = 0", oids)
		if err != nil {
			return err
		}
		empty, err := pgx.CollectRows(rows, pgx.RowTo[uint32])
		for _, oid := range empty {
			list[oid] = joiner{empty: true}
		}
		return err
	})
	if isLocked(err) {
		return nil
	}
	return err
}

// rejoined says why partitions are not what they were; "" when clients have all of
// their rows, or will.
func (l *look) rejoined(then, now *relation) string {
	if samePartitions(then, now) {
		return ""
	}
	for _, was := range then.leaves {
		if is := now.leaf(was.oid); is == nil || is.attached != was.attached || is.parent != was.parent {
			return "partitions of " + now.title() + " were removed"
		}
	}
	for _, is := range now.leaves {
		if then.leaf(is.oid) == nil && !l.joiners[is.oid].empty && !l.madeBelow(then, now, is.oid) {
			return "a partition with rows was attached to " + now.title()
		}
	}
	return ""
}

// madeBelow reports whether a partition was made as one of a table that was below
// the root then, or as one of a partition that was made so.
func (l *look) madeBelow(then, now *relation, oid uint32) bool {
	for {
		p := now.leaf(oid)
		if p == nil || !l.joiners[oid].made {
			return false
		}
		if oid = p.parent; oid == now.OID || then.leaf(oid) != nil {
			return true
		}
	}
}

// samePartitions reports whether a table has the partitions that it had.
func samePartitions(a, b *relation) bool {
	return slices.EqualFunc(a.leaves, b.leaves, func(a, b leaf) bool {
		return a.oid == b.oid && a.parent == b.parent && a.attached == b.attached && a.identity == b.identity
	})
}

// unidentified says which table's updates and deletes do not carry the whole old
// row any more. Those of new partitions do not yet: adopt sees to that, and a
// change that comes before ends the shape.
func (l *look) unidentified(then, now *relation) string {
	if now.identity != 'f' {
		return now.title()
	}
	for _, is := range now.leaves {
		was := then.leaf(is.oid)
		if is.identity != 'f' && (was != nil && was.identity == 'f' || !l.adopts(now)) {
			return is.name.Sanitize()
		}
	}
	return ""
}

// adopts reports whether we see to a table's new partitions.
func (l *look) adopts(r *relation) bool { return r.owned && !l.manual }

// adopt gives new partitions the replica identity FULL. What cannot be done ends
// the shapes: with the next one, it is said why.
func (e *Engine) adopt(ctx context.Context, l *look, shapes []*Shape) {
	for _, r := range l.found {
		if r.full() || !l.adopts(r) || r.identity != 'f' {
			continue
		}
		if err := e.adoptBelow(ctx, r); err != nil && !isLocked(err) && ctx.Err() == nil {
			for _, s := range shapes {
				if slices.Contains(s.definition.tables(), r.OID) {
					e.rotate("a partition of "+r.title()+" cannot be given the replica identity FULL: "+err.Error(), s)
				}
			}
		}
	}
}

func (e *Engine) adoptBelow(ctx context.Context, r *relation) error {
	for _, sql := range r.identitySQL() {
		err := pgx.BeginFunc(ctx, e.control, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, lockTimeoutSQL(briefly)); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, sql)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func lockTimeoutSQL(d time.Duration) string {
	return fmt.Sprintf("SET LOCAL lock_timeout = %d", d.Milliseconds())
}

// isLocked reports whether a lock was not to be had in time.
func isLocked(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && refused.Code == "55P03"
}
