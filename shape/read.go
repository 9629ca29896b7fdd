package shape

import (
	"context"
	"slices"
	"sync"
)

// A reader reads tables from the catalog. Who asks while a query runs waits for
// the next one, which is for all who have asked until then: a page that opens many
// shapes costs a few queries. What is read is never older than the question.
type reader struct {
	from querier

	mu      sync.Mutex
	next    *question // nil: nobody waits
	reading bool
}

// A question is what one query is to find.
type question struct {
	oids           []uint32
	schemas, names []string // of tables that are asked for by their name

	answered chan struct{}
	found    map[uint32]*relation
	err      error
}

// byOID reads tables by OID. They are shared: nobody may alter them.
func (r *reader) byOID(ctx context.Context, oids []uint32) (map[uint32]*relation, error) {
	q, err := r.ask(ctx, func(q *question) { q.oids = append(q.oids, oids...) })
	if err != nil {
		return nil, err
	}
	found := map[uint32]*relation{}
	for _, oid := range oids {
		if t := q.found[oid]; t != nil {
			found[oid] = t
		}
	}
	return found, nil
}

// byName reads one table; nil when there is none of that name that can be a
// shape's.
func (r *reader) byName(ctx context.Context, schema, name string) (*relation, error) {
	q, err := r.ask(ctx, func(q *question) {
		q.schemas, q.names = append(q.schemas, schema), append(q.names, name)
	})
	if err != nil {
		return nil, err
	}
	for _, t := range q.found {
		if t.Schema == schema && t.Name == name {
			return t, nil
		}
	}
	return nil, nil
}

// ask adds to the question that is asked next, and waits for its answer.
func (r *reader) ask(ctx context.Context, add func(*question)) (*question, error) {
	r.mu.Lock()
	if r.next == nil {
		r.next = &question{answered: make(chan struct{})}
	}
	q := r.next
	add(q)
	if !r.reading {
		r.reading = true
		go r.run()
	}
	r.mu.Unlock()
	select {
	case <-q.answered:
		return q, q.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// run asks one question after the other until nobody waits.
func (r *reader) run() {
	for {
		r.mu.Lock()
		q := r.next
		r.next = nil
		r.reading = q != nil
		r.mu.Unlock()
		if q == nil {
			return
		}
		slices.Sort(q.oids)
		ctx, cancel := context.WithTimeout(context.Background(), catalogTimeout) // who asked may have given up
		q.found, q.err = readRelations(ctx, r.from, slices.Compact(q.oids), q.schemas, q.names)
		cancel()
		close(q.answered)
	}
}
