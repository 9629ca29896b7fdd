//go:build unix

package consistency

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/electric-cli/electric/internal/shapeclient"
)

// A follower is a client on a shape, and what Postgres is asked about it.
type follower struct {
	table  *table
	where  *clause // nil for all rows
	client *shapeclient.Client
	kept   bool // it is never retired
	cancel context.CancelFunc
	ended  chan error
}

// newFollower makes a random shape on a table.
func newFollower(r *rand.Rand, base string, t *table) *follower {
	f := &follower{table: t}
	shape := shapeclient.Shape{Table: ident(t.name), Key: t.key, Full: chance(r, 30), ChangesOnly: chance(r, 15)}
	if t.name == strings.ToLower(t.name) && !strings.ContainsAny(t.name, `"/. `) && chance(r, 50) {
		shape.Table = pick(r, []string{t.name, "public." + t.name})
	}
	switch {
	case t.level > 0 && strings.HasPrefix(t.name, "level") && chance(r, 80):
		f.where = &clause{text: levelClause(r, t.level), uses: t.synced()}
		shape.Repeats = true
	case chance(r, 70):
		f.where = newClause(r, t)
	}
	if f.where != nil {
		shape.Where, shape.Params = f.where.text, f.where.params
	}
	if t.hasUnsynced() || len(t.key) > 0 && chance(r, 30) { // without a key, all columns are one
		shape.Columns = someColumns(r, t)
	}
	f.client = shapeclient.New(shapeclient.Options{Base: base, Shape: shape, SSE: chance(r, 30), Slow: slowness(r)})
	return f
}

func slowness(r *rand.Rand) time.Duration {
	if chance(r, 10) {
		return time.Duration(r.IntN(300)) * time.Millisecond
	}
	return 0
}

// someColumns chooses columns, with those that tell rows apart.
func someColumns(r *rand.Rand, t *table) (list []string) {
	for _, name := range t.synced() {
		if t.isKey(name) || chance(r, 60) {
			list = append(list, name)
		}
	}
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// columns are the columns that the shape has at the moment.
func (f *follower) columns() []string {
	if f.client.Columns != nil {
		return f.client.Columns
	}
	return f.table.synced()
}

// needs reports whether the shape names a column.
func (f *follower) needs(name string) bool {
	return slices.Contains(f.client.Columns, name) || f.where != nil && slices.Contains(f.where.uses, name)
}

func (f *follower) String() string {
	text := fmt.Sprintf("the shape on %s of columns %q", f.client.Table, f.client.Columns)
	if f.where != nil {
		text += " where " + f.where.sql()
	}
	return fmt.Sprintf("%s (full %t, changes only %t, SSE %t)", text, f.client.Full, f.client.ChangesOnly, f.client.SSE)
}

// start follows the shape until the test ends.
func (f *follower) start(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f.cancel, f.ended = cancel, make(chan error, 1)
	go func() { f.ended <- f.client.Run(ctx) }()
}

// stop ends the client, and gives what was wrong.
func (f *follower) stop() error {
	f.cancel()
	return <-f.ended
}

// failed gives what ended the client, nil while it runs.
func (f *follower) failed() error {
	select {
	case err := <-f.ended:
		f.ended <- err
		return err
	default:
		return nil
	}
}
