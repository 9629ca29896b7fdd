package shape

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/electric-cli/electric/shape/wire"
)

// making is a shape that is being made; who asks for it meanwhile waits.
type making struct {
	done   chan struct{}
	tables []uint32 // that it depends on
	shape  *Shape
	err    error
}

// Find gives the shape of a handle; nil when there is none.
func (e *Engine) Find(handle string) *Shape {
	e.mu.Lock()
	defer e.mu.Unlock()
	s := e.handles[handle]
	if s != nil {
		s.Used()
	}
	return s
}

// Lookup gives the shape of a definition when there is one.
func (e *Engine) Lookup(d *Definition) *Shape {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.shapes[d.identity()]
}

// Is reports whether a shape is the one a definition describes.
func (s *Shape) Is(d *Definition) bool { return s.identity == d.identity() }

// Get gives the shape of a definition, making it when there is none. An error may
// be [Unavailable].
func (e *Engine) Get(ctx context.Context, d *Definition) (*Shape, error) {
	identity := d.identity()
	e.mu.Lock()
	if s := e.shapes[identity]; s != nil {
		s.Used()
		e.mu.Unlock()
		return s, nil
	}
	m := e.making[identity]
	if m == nil {
		m = &making{done: make(chan struct{}), tables: d.tables()}
		e.making[identity] = m
		go e.make(context.WithoutCancel(ctx), d, identity, m)
	}
	e.mu.Unlock()
	select {
	case <-m.done:
		return m.shape, m.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// makeTimeout bounds what making a shape waits for, up to its snapshot.
const makeTimeout = 20 * time.Second

// make makes a shape for all who wait for it.
func (e *Engine) make(ctx context.Context, d *Definition, identity string, m *making) {
	ctx, cancel := context.WithTimeout(ctx, makeTimeout)
	defer cancel()
	m.shape, m.err = e.create(ctx, d, identity)
	e.mu.Lock()
	delete(e.making, identity)
	e.mu.Unlock()
	close(m.done)
	if m.err == nil {
		e.log.Debug("shape made", "table", d.Table.Schema+"."+d.Table.Name, "handle", m.shape.Handle)
		e.evict()
		e.notify()
	}
}

// evict ends the shape that was not asked for longest, when there are too many.
func (e *Engine) evict() {
	if e.options.MaxShapes == 0 {
		return
	}
	e.mu.Lock()
	var oldest *Shape
	if len(e.shapes) > e.options.MaxShapes {
		for _, s := range e.shapes {
			if oldest == nil || s.usedAt.Load() < oldest.usedAt.Load() {
				oldest = s
			}
		}
	}
	e.mu.Unlock()
	if oldest != nil {
		e.rotate("there are more shapes than ELECTRIC_MAX_SHAPES", oldest)
	}
}

// create makes a shape: its table is published, the shape is registered for
// changes, the snapshot is begun. Rows are written in the background.
func (e *Engine) create(ctx context.Context, d *Definition, identity string) (*Shape, error) {
	epoch, err := e.ready(ctx)
	if err != nil {
		return nil, err
	}
	tables, err := e.readTables(ctx, d)
	if err != nil {
		return nil, err
	}
	if err := e.ensurePublished(ctx, tables); err != nil {
		return nil, err
	}
	// Read again: what was altered until now, the lock has let pass.
	current, err := e.catalog.byOID(ctx, []uint32{d.Table.OID})
	if err != nil {
		return nil, e.unavailable(err)
	}
	if r := current[d.Table.OID]; r == nil || !sameStructure(&r.Table, d.Table) {
		return nil, errTableChanged
	}
	s := e.newShape(d, identity, tables)
	if s.members, err = e.members(ctx); err != nil {
		return nil, e.unavailable(err)
	}
	conn, err := e.pool.Acquire(ctx)
	if err != nil {
		return nil, e.unavailable(err)
	}
	if err := e.begun(ctx, conn, s, epoch); err != nil {
		conn.Release()
		return nil, err
	}
	go e.fill(conn, s)
	if s.sub != nil {
		go e.keep(s)
	}
	return s, nil
}

// errTableChanged is why a definition no longer holds: the request is read again.
var errTableChanged = errors.New("the table has changed meanwhile")

// TableChanged reports whether a definition has to be made anew of the catalog.
func TableChanged(err error) bool { return errors.Is(err, errTableChanged) }

// readTables reads the tables that a shape depends on, its own first.
func (e *Engine) readTables(ctx context.Context, d *Definition) ([]*relation, error) {
	oids := d.tables()
	found, err := e.catalog.byOID(ctx, oids)
	if err != nil {
		return nil, e.unavailable(err)
	}
	var list []*relation
	for _, oid := range oids {
		if found[oid] == nil {
			return nil, errTableChanged
		}
		list = append(list, found[oid])
	}
	return list, nil
}

func (e *Engine) newShape(d *Definition, identity string, tables []*relation) *Shape {
	s := &Shape{
		Log: e.store.New(e.options.Chunk), definition: *d, identity: identity, relations: map[uint32]*relation{},
		encoder: wire.NewEncoder(d.Table, d.Columns, d.Full), created: time.Now(), known: make(chan struct{}),
	}
	for _, r := range tables {
		s.relations[r.OID] = r
	}
	header := d.Table.Header(d.Columns)
	s.header.Store(&header)
	s.Used()
	if d.requeried() {
		s.sub = newMaterialized(s, e.store.NewRows())
	}
	return s
}

// register enters a shape for changes, and gives the transactions it has missed.
func (e *Engine) register(s *Shape, epoch int) (missed []uint32, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.epoch != epoch || e.state != Active {
		return nil, &Unavailable{Message: "Failed to create shape, please retry", After: time.Second}
	}
	now := max(time.Now().UnixMicro(), e.lastTime+1)
	e.lastTime = now
	s.Handle = fmt.Sprintf("%s-%d", hash(s.identity), now)
	e.shapes[s.identity] = s
	e.handles[s.Handle] = s
	e.routes.Store(e.routes.Load().with(s))
	if s.sub != nil {
		e.keepers.Add(1)
	}
	return e.recent.list(), nil
}

// begun begins the snapshot's transaction on conn, with the shape registered
// before. When it fails, the shape is gone.
func (e *Engine) begun(ctx context.Context, conn *pgxpool.Conn, s *Shape, epoch int) error {
	missed, err := e.register(s, epoch)
	if err != nil {
		return err
	}
	if s.snapshot, err = beginSnapshotSeeing(ctx, conn, missed); err != nil {
		s.fail(err)
		e.rotate("its snapshot could not be begun: "+err.Error(), s)
		close(s.known)
		if s.sub != nil {
			e.keepers.Done()
		}
		return e.unavailable(err)
	}
	close(s.known)
	return nil
}

// Delete ends a shape.
func (e *Engine) Delete(s *Shape) { e.rotate("it was deleted", s) }
