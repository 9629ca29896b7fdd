package shape

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/electric-cli/electric/shape/wire"
)

// checkInterval is how often the catalog is compared with what shapes were made
// of; retractInterval, how often tables without shapes leave the publication.
const (
	checkInterval   = 400 * time.Millisecond
	retractInterval = time.Minute
)

// What makes the stream begin anew, and all shapes with it.
var (
	errPublicationGone = errors.New("the publication was dropped or made anew")
	errLogsGone        = errors.New("somebody removed the folder of shape logs: clients fetch their shapes again")
)

// reconcile finds what the stream of changes does not tell, or only with the next
// change: dropped, renamed and altered tables, a publication without them. It
// ends with an error when the stream has to begin anew.
func (e *Engine) reconcile(ctx context.Context) error {
	publication, err := e.publicationOID(ctx)
	if err != nil {
		return err
	}
	check := time.NewTicker(checkInterval)
	defer check.Stop()
	retract := time.NewTicker(retractInterval)
	defer retract.Stop()
	for {
		var asked chan struct{}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-retract.C:
			if err := e.retract(ctx); err != nil && ctx.Err() == nil {
				e.log.Warn("take tables out of the publication: " + err.Error())
			}
			continue
		case <-e.renew:
			return errAttached
		case <-check.C:
			if e.store.Lost() {
				return errLogsGone
			}
		case asked = <-e.check:
		}
		err := e.compareSoon(ctx, publication)
		if asked != nil {
			close(asked)
		}
		if errors.Is(err, errPublicationGone) {
			return err
		}
		if err != nil && ctx.Err() == nil {
			e.log.Debug("compare shapes with the catalog: " + err.Error())
		}
	}
}

// Reconcile compares shapes with the catalog at once, after a migration. Without a
// stream there is nothing to compare: the next one begins without shapes.
func (e *Engine) Reconcile(ctx context.Context) {
	e.mu.Lock()
	state, changed := e.state, e.changed
	e.mu.Unlock()
	if state != Active {
		return
	}
	done := make(chan struct{})
	select {
	case e.check <- done:
	case <-changed:
		return
	case <-ctx.Done():
		return
	}
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// publicationOID gives the publication's OID; 0 when it is gone, or does not
// publish everything any more.
func (e *Engine) publicationOID(ctx context.Context) (oid uint32, err error) {
	err = e.control.QueryRow(ctx, `SELECT coalesce((SELECT oid FROM pg_catalog.pg_publication
		WHERE pubname = $1 AND pubinsert AND pubupdate AND pubdelete AND pubtruncate), 0)`, e.publication()).Scan(&oid)
	return oid, err
}

func (e *Engine) compareSoon(ctx context.Context, publication uint32) error {
	ctx, cancel := context.WithTimeout(ctx, catalogTimeout)
	defer cancel()
	return e.compare(ctx, publication)
}

// compare ends the shapes that the catalog no longer agrees with.
func (e *Engine) compare(ctx context.Context, publication uint32) error {
	e.mu.Lock()
	shapes := slices.Collect(maps.Values(e.shapes))
	e.mu.Unlock()
	// What is read from here on is newer than every shape of the list.
	oid, err := e.publicationOID(ctx)
	if err != nil {
		return err
	}
	if oid != publication {
		return errPublicationGone
	}
	l, err := e.verify(ctx, shapes)
	if err == nil {
		e.adopt(ctx, l, shapes)
	}
	return errors.Join(err, e.unpublishHarmful(ctx))
}

// A look is what the catalog says of shapes' tables at one moment.
type look struct {
	found   map[uint32]*relation
	members memberships
	joiners map[uint32]joiner
	unfit   map[uint32]string // tables whose changes do not all arrive, by OID, and why
	manual  bool
}

// verify ends those of the shapes that the catalog does not agree with.
func (e *Engine) verify(ctx context.Context, shapes []*Shape) (*look, error) {
	l := &look{unfit: map[uint32]string{}, manual: e.options.Manual}
	if len(shapes) == 0 {
		return l, nil
	}
	var err error
	if l.members, err = e.members(ctx); err != nil {
		return nil, err
	}
	var oids []uint32
	for _, s := range shapes {
		oids = append(oids, s.definition.tables()...)
	}
	slices.Sort(oids)
	if l.found, err = e.catalog.byOID(ctx, slices.Compact(oids)); err != nil {
		return nil, err
	}
	for oid, r := range l.found {
		l.unfit[oid] = e.unfit(r, &l.members)
	}
	if l.joiners, err = e.joiners(ctx, shapes, l.found); err != nil {
		return nil, err
	}
	for _, s := range shapes {
		if why := l.outdated(s); why != "" {
			e.rotate(why, s)
		}
	}
	return l, nil
}

// outdated says why a shape is not what its definition says now; "" when it is.
func (l *look) outdated(s *Shape) string {
	for i, t := range append([]*wire.Table{s.definition.Table}, s.definition.Reads...) {
		then, now := s.relation(t.OID), l.found[t.OID]
		if why := l.departed(s, t, now); why != "" {
			return why
		}
		if why := l.departs(then, now); why != "" {
			return why
		}
		if i > 0 {
			if !sameStructure(t, &now.Table) || !sameTypes(then, now) {
				return titleOf(t) + " was altered"
			}
		} else if why := s.altered(then, now); why != "" {
			return why
		}
		if !samePartitions(then, now) {
			s.follow(now)
		}
	}
	return ""
}

// departed says why changes of a table do not arrive any more.
func (l *look) departed(s *Shape, t *wire.Table, now *relation) string {
	name := titleOf(t)
	switch {
	case now == nil:
		return name + " was dropped"
	case now.Schema != t.Schema || now.Name != t.Name:
		return name + " was renamed"
	case !l.members.has(t.OID):
		return name + " is not in the publication any more"
	case l.members.tables[t.OID].row != s.members.tables[t.OID].row:
		return name + " was out of the publication for a while"
	case now.policies && !s.relation(t.OID).policies: // else its snapshot tells
		return "row-level security applies to " + name + " now"
	}
	return l.unfit[t.OID]
}

// departs says in what a table's rows are others than changes have told.
func (l *look) departs(then, now *relation) string {
	if name := l.unidentified(then, now); name != "" {
		return "the replica identity of " + name + " is not FULL any more"
	}
	if !sameStorage(then, now) {
		return "the rows of " + now.title() + " were written anew"
	}
	return l.rejoined(then, now)
}

// altered says what is new about the shape's own table, and makes the header
// follow what does no harm.
func (s *Shape) altered(then, now *relation) string {
	t := s.definition.Table
	if !slices.Equal(t.Names(t.Key), now.Names(now.Key)) {
		return "the primary key was altered"
	}
	if s.definition.All && len(t.Columns) != len(now.Columns) {
		return "columns were added or dropped"
	}
	columns := make([]int, 0, len(s.definition.Columns))
	for i := range t.Columns {
		c := &t.Columns[i]
		selected := slices.Contains(s.definition.Columns, i)
		if !selected && !s.filters(i) {
			continue
		}
		at := now.Index(c.Name)
		switch {
		case at < 0 || !sameColumn(c, &now.Columns[at]):
			return fmt.Sprintf("the column %s was altered", c.Name)
		case s.filters(i) && c.Collate != now.Columns[at].Collate:
			return fmt.Sprintf("the collation of the column %s was altered, which its filter reads", c.Name)
		case !then.types[c.TypeOID].sameTexts(now.types[c.TypeOID]):
			return fmt.Sprintf("the type %s was altered: values of the column %s have another text", c.Type, c.Name)
		case now.denied[c.Name] && !then.denied[c.Name]: // else its snapshot tells
			return fmt.Sprintf("the column %s may not be read any more", c.Name)
		}
		if selected {
			columns = append(columns, at)
		}
	}
	if header := now.headers.of(&now.Table, columns); header != s.Header() {
		s.header.Store(&header)
	}
	return ""
}

// headers are the electric-schema headers of a table's shapes, which are often the
// same.
type headers struct {
	mu    sync.Mutex
	known map[string]string // by the columns
}

func (h *headers) of(t *wire.Table, columns []int) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	key := fmt.Sprint(columns)
	header, ok := h.known[key]
	if !ok {
		if h.known == nil {
			h.known = map[string]string{}
		}
		header = t.Header(columns)
		h.known[key] = header
	}
	return header
}

// sameStructure reports whether rows of one table are rows of the other.
func sameStructure(a, b *wire.Table) bool {
	return a.Schema == b.Schema && a.Name == b.Name && slices.Equal(a.Names(a.Key), b.Names(b.Key)) &&
		slices.EqualFunc(a.Columns, b.Columns, func(a, b wire.Column) bool { return sameColumn(&a, &b) && a.Collate == b.Collate })
}

func sameColumn(a, b *wire.Column) bool {
	return a.Name == b.Name && a.Num == b.Num && a.TypeOID == b.TypeOID && a.Typmod == b.Typmod && a.Type == b.Type && a.Generated == b.Generated
}

// sameTypes reports whether values of a table's columns are written as they were.
func sameTypes(a, b *relation) bool {
	return !slices.ContainsFunc(a.Columns, func(c wire.Column) bool { return !a.types[c.TypeOID].sameTexts(b.types[c.TypeOID]) })
}

// sameStorage reports whether no table's rows were all written anew since, as
// ALTER TABLE does to compute them another way; VACUUM FULL looks the same.
func sameStorage(a, b *relation) bool {
	storage := map[uint32]uint32{a.OID: a.storage}
	for _, l := range a.leaves {
		storage[l.oid] = l.storage
	}
	was := func(oid, now uint32) bool {
		then, known := storage[oid]
		return !known || then == now
	}
	return was(b.OID, b.storage) && !slices.ContainsFunc(b.leaves, func(l leaf) bool { return !was(l.oid, l.storage) })
}
