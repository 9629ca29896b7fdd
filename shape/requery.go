package shape

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/electric-cli/electric/shape/wire"
)

// requery has Postgres say which rows are in the shape, and writes what differs as
// changes of the first transaction of a batch: those of a queue that one query is
// for. told are the rows it touched of which something was written.
func (k *keeper) requery(ctx context.Context, queue []*pending) (batch []*pending, told map[string]bool, err error) {
	select {
	case k.requeries <- struct{}{}:
		defer func() { <-k.requeries }()
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	if p := k.pinFor(queue[0]); p != nil {
		return k.requeryPinned(ctx, p, queue)
	}
	conn, err := k.pool.Acquire(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer conn.Release()
	defer conn.Exec(context.WithoutCancel(ctx), "ROLLBACK") //nolint:errcheck // a connection that broke is not used again
	batch = together(queue)
	for {
		snapshot, p, err := k.begin(ctx, conn, batch)
		if err != nil {
			return nil, nil, err
		}
		if p != nil {
			return k.requeryPinned(ctx, p, queue)
		}
		told, err = k.compare(ctx, conn, snapshot, batch, !k.whole)
		var refused *pgconn.PgError
		if k.whole || !errors.As(err, &refused) || !strings.HasPrefix(refused.Code, "42") {
			return batch, told, err
		}
		k.whole = true
		if _, err := conn.Exec(ctx, "ROLLBACK"); err != nil {
			return nil, nil, err
		}
	}
}

// begin begins a transaction that sees a batch, unless there is a pin now that does.
func (k *keeper) begin(ctx context.Context, conn *pgxpool.Conn, batch []*pending) (snapshot wire.Snapshot, p *pin, err error) {
	done, err := k.m.pins.turn(ctx)
	if err != nil {
		return snapshot, nil, err
	}
	defer done()
	if p = k.pinFor(batch[0]); p != nil {
		return snapshot, p, nil
	}
	xids := make([]uint32, len(batch))
	for i, t := range batch {
		xids[i] = t.xid
	}
	snapshot, err = beginSnapshotSeeing(ctx, conn, xids)
	return snapshot, nil, err
}

// requeryPinned is requery in a pin's transaction, for those that it sees; for none
// when its subset could not be read.
func (k *keeper) requeryPinned(ctx context.Context, p *pin, queue []*pending) (batch []*pending, told map[string]bool, err error) {
	select {
	case <-p.read:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	if p.failed {
		k.m.pins.drop()
		k.unpin(p)
		return nil, nil, nil
	}
	unseen := func(t *pending) bool { return !sees(&p.snapshot, t) }
	if n := slices.IndexFunc(queue, unseen); n >= 0 {
		queue = queue[:n]
	}
	batch = together(queue)
	// A query that is refused would end the transaction.
	told, err = k.compare(ctx, p.conn, p.snapshot, batch, k.narrow)
	return batch, told, err
}

// compare compares rows as conn's transaction has them with those that clients
// have: those that the transactions may have moved, if some will do, or all.
func (k *keeper) compare(ctx context.Context, conn *pgxpool.Conn, snapshot wire.Snapshot, batch []*pending, some bool) (told map[string]bool, err error) {
	moved := func(t *pending) bool { return t.all }
	if some && k.encoder.HasKey() && !slices.ContainsFunc(batch, moved) {
		told, err = k.compareSome(ctx, conn, snapshot, batch)
		if !errors.Is(err, errTooMany) {
			k.narrow = k.narrow || err == nil
			return told, err
		}
	}
	return k.compareAll(ctx, conn, snapshot, batch)
}

// compareAll compares all rows.
func (k *keeper) compareAll(ctx context.Context, conn *pgxpool.Conn, snapshot wire.Snapshot, batch []*pending) (map[string]bool, error) {
	d := newDiffer(k, batch[0])
	k.m.rows.Mark()
	if err := d.copy(ctx, conn, k.definition.selectSQL("")); err != nil {
		return nil, err
	}
	if err := k.m.rows.Sweep(d.gone); err != nil {
		return nil, err
	}
	k.seen, k.ahead = snapshot, snapshot
	return d.told, nil
}

// A differ compares rows that a query gives with those that clients have.
type differ struct {
	*keeper
	t     *pending
	told  map[string]bool // of the rows that the transaction touched, those of which something was written
	found map[string]bool // keys that are taken out of it when their rows are there
	err   error
}

func newDiffer(k *keeper, t *pending) *differ {
	d := &differ{keeper: k, t: t, told: map[string]bool{}}
	for _, row := range t.touched {
		d.told[row.key] = false
	}
	return d
}

// copy compares the rows of a query.
func (d *differ) copy(ctx context.Context, conn *pgxpool.Conn, sql string) error {
	_, err := conn.Conn().PgConn().CopyTo(ctx, d, "COPY ("+sql+") TO STDOUT")
	if d.err != nil {
		return d.err
	}
	return err
}

// Write takes COPY's output: each Write is a row.
func (d *differ) Write(line []byte) (int, error) {
	if d.err = d.row(cutLine(line)); d.err != nil {
		return 0, d.err
	}
	return len(line), nil
}

func cutLine(line []byte) []byte { return bytes.TrimSuffix(line, []byte("\n")) }

func (d *differ) row(line []byte) (err error) {
	if d.key, err = d.rows.KeyOf(d.key[:0], line); err != nil {
		return err
	}
	delete(d.found, string(d.key))
	old, same, err := d.m.rows.Put(d.key, line)
	if err != nil || same {
		return err
	}
	w := wire.Change{Operation: wire.Insert}
	if w.New, err = d.rows.Row(line); err != nil {
		return err
	}
	if old != nil {
		w.Operation = wire.Update
		if w.Old, err = d.before.Row(old); err != nil {
			return err
		}
	}
	return d.tell(&w)
}

// gone takes a row that clients have and the query does not give.
func (d *differ) gone(line []byte) (err error) {
	w := wire.Change{Operation: wire.Delete}
	if d.key, err = d.before.KeyOf(d.key[:0], line); err != nil {
		return err
	}
	if w.Old, err = d.before.Row(line); err != nil {
		return err
	}
	return d.tell(&w)
}

// tell writes a message about the row whose key is d.key.
func (d *differ) tell(w *wire.Change) error {
	if _, touched := d.told[string(d.key)]; touched {
		d.told[string(d.key)] = true
	}
	return d.write(d.t, w)
}
