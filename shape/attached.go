package shape

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A server before version 15 keeps in mind, for each table it has sent or left out
// changes of, whether it is published. It forgets that when a publication is altered,
// but not when the table becomes a partition of one that is (see
// rel_sync_cache_relation_cb in pgoutput.c): changes of a table that was written to,
// and then attached, would not arrive. So it is known here which partitions a stream
// began with, and for others the publication is altered, to what it is.

var errAttached = errors.New("partitions were attached, which PostgreSQL 14 notices in a new stream alone")

// attachedBefore gives all partitions of the database, and the transaction that made
// each one; nil of servers that need no help.
func (e *Engine) attachedBefore(ctx context.Context) (map[uint32]uint32, error) {
	conn, err := e.control.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	if versionOf(conn.Conn()) >= 15 {
		return nil, nil
	}
	rows, err := conn.Query(ctx, "SELECT inhrelid, xmin::text::bigint FROM pg_catalog.pg_inherits")
	if err != nil {
		return nil, err
	}
	list := map[uint32]uint32{}
	var oid uint32
	var xid int64
	_, err = pgx.ForEachRow(rows, []any{&oid, &xid}, func() error {
		list[oid] = uint32(xid) //nolint:gosec // an xid
		return nil
	})
	return list, err
}

// notices reports whether the server sees by itself what becomes a partition.
func (e *Engine) notices() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.published.attached == nil
}

// follows reports whether changes of all partitions below a table arrive.
func (e *Engine) follows(r *relation) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.published.attached == nil || !slices.ContainsFunc(r.leaves, func(l leaf) bool {
		xid, known := e.published.attached[l.oid]
		return !known || xid != l.attached
	})
}

// remind has changes of tables' new partitions arrive, and gives the tables that
// have any. Those that were not in the publication before need no more.
func (e *Engine) remind(ctx context.Context, tables []*relation, before *memberships) ([]*relation, error) {
	list := slices.DeleteFunc(slices.Clone(tables), e.follows)
	if slices.ContainsFunc(list, func(r *relation) bool { return before.has(r.OID) }) {
		if err := e.touch(ctx); err != nil {
			return nil, err
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range list {
		for _, l := range r.leaves {
			if e.published.attached != nil {
				e.published.attached[l.oid] = l.attached
			}
		}
	}
	return list, nil
}

// touch alters the publication to what it is. Where that is not for us to do, the
// stream begins anew.
func (e *Engine) touch(ctx context.Context) error {
	var refused *pgconn.PgError
	if !e.options.Manual {
		_, err := e.control.Exec(ctx, "ALTER PUBLICATION "+pgx.Identifier{e.publication()}.Sanitize()+" SET (publish = 'insert, update, delete, truncate')")
		if !errors.As(err, &refused) || refused.Code != "42501" {
			return err
		}
	}
	select {
	case e.renew <- struct{}{}:
	default: // somebody has asked for that
	}
	return &Unavailable{Message: errAttached.Error(), After: 2 * time.Second, Known: true}
}
