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

var errPublicationGone = errors.New("the publication was dropped or made anew")

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
		case <-check.C:
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

// Reconcile compares shapes with the catalog at once, after a migration.
func (e *Engine) Reconcile(ctx context.Context) {
	done := make(chan struct{})
	select {
	case e.check <- done:
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
	return e.verify(ctx, shapes)
}

// verify ends those of the shapes that the catalog does not agree with.
func (e *Engine) verify(ctx context.Context, shapes []*Shape) error {
	if len(shapes) == 0 {
		return nil
	}
	members, err := e.members(ctx)
	if err != nil {
		return err
	}
	var oids []uint32
	for _, s := range shapes {
		oids = append(oids, s.definition.tables()...)
	}
	slices.Sort(oids)
	found, err := e.catalog.byOID(ctx, slices.Compact(oids))
	if err != nil {
		return err
	}
	for _, s := range shapes {
		if why := s.outdated(found, members); why != "" {
			e.rotate(why, s)
		}
	}
	return nil
}

// outdated says why a shape is not what its definition says now; "" when it is.
func (s *Shape) outdated(found map[uint32]*relation, members memberships) string {
	tables := append([]*wire.Table{s.definition.Table}, s.definition.Reads...)
	for i, t := range tables {
		now := found[t.OID]
		name := t.Schema + "." + t.Name
		switch {
		case now == nil:
			return name + " was dropped"
		case now.Schema != t.Schema || now.Name != t.Name:
			return name + " was renamed"
		case !members.has(t.OID):
			return name + " is not in the publication any more"
		case members[t.OID] != s.members[t.OID]:
			return name + " was out of the publication for a while"
		case !now.full():
			return "the replica identity of " + name + " is not FULL any more"
		}
		if then := s.relations[t.OID]; !sameStorage(then, now) {
			return "the rows of " + name + " were written anew"
		} else if !samePartitions(then, now) {
			return "partitions of " + name + " were added or removed"
		} else if !sameLabels(then, now) {
			return "an enum's value was renamed, which " + name + " may have"
		}
		if i > 0 {
			if !sameStructure(t, &now.Table) {
				return name + " was altered"
			}
			continue
		}
		if why := s.altered(now); why != "" {
			return why
		}
	}
	return ""
}

// altered says what is new about the shape's own table, and makes the header
// follow what does no harm.
func (s *Shape) altered(now *relation) string {
	t := s.definition.Table
	if !slices.Equal(t.Names(t.Key), now.Names(now.Key)) {
		return "the primary key was altered"
	}
	if s.definition.All && len(t.Columns) != len(now.Columns) {
		return "columns were added or dropped"
	}
	columns := make([]int, 0, len(s.definition.Columns))
	for i := range t.Columns {
		selected := slices.Contains(s.definition.Columns, i)
		if !selected && !s.filters(i) {
			continue
		}
		at := now.Index(t.Columns[i].Name)
		if at < 0 || !sameColumn(&t.Columns[i], &now.Columns[at]) {
			return fmt.Sprintf("the column %s was altered", t.Columns[i].Name)
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
		slices.EqualFunc(a.Columns, b.Columns, func(a, b wire.Column) bool { return sameColumn(&a, &b) })
}

func sameColumn(a, b *wire.Column) bool {
	return a.Name == b.Name && a.Num == b.Num && a.TypeOID == b.TypeOID && a.Typmod == b.Typmod && a.Type == b.Type && a.Generated == b.Generated
}

// samePartitions reports whether a table has the partitions that it had.
func samePartitions(a, b *relation) bool {
	return slices.EqualFunc(a.leaves, b.leaves, func(a, b leaf) bool { return a.oid == b.oid })
}

// sameLabels reports whether the enums' labels are called what they were called.
func sameLabels(a, b *relation) bool {
	for oid, label := range a.labels {
		if now, there := b.labels[oid]; there && now != label {
			return false
		}
	}
	return true
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
