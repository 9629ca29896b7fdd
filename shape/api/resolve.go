package api

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
	"weak"

	"golang.org/x/sync/singleflight"

	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/wire"
)

// A finder finds the shapes that requests define, and makes those there are not.
// It remembers which shape a definition's texts came to, so that a request for one
// that lives costs no query. What it remembers holds as long as the shape does:
// one whose table is altered in a way that matters ends.
type finder struct {
	engine *shape.Engine
	flight singleflight.Group // clients of a shape that ended all ask at once

	mu     sync.Mutex
	shapes map[string]weak.Pointer[shape.Shape] // those that end are not kept for it
}

// remembered bounds what a finder remembers: when it is full, it begins anew.
const remembered = 50_000

// known gives the shape that texts came to, if it lives.
func (f *finder) known(key string) *shape.Shape {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.shapes[key].Value()
	if s == nil || s.Gone() {
		delete(f.shapes, key)
		return nil
	}
	return s
}

func (f *finder) remember(key string, s *shape.Shape) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.shapes == nil || len(f.shapes) >= remembered {
		f.shapes = map[string]weak.Pointer[shape.Shape]{}
	}
	f.shapes[key] = weak.Make(s)
}

// findTimeout bounds how long a shape is looked for: longer than the engine's own
// limits.
const findTimeout = 40 * time.Second

// find finds or makes the shape that a request defines.
func (f *finder) find(ctx context.Context, p *params) (*shape.Shape, error) {
	key := p.key()
	if s := f.known(key); s != nil {
		s.Used()
		return s, nil
	}
	found := f.flight.DoChan(key, func() (found any, err error) {
		defer caught(&err)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), findTimeout)
		defer cancel()
		s, err := f.make(ctx, p)
		if err == nil {
			f.remember(key, s)
		}
		return s, err
	})
	select {
	case result := <-found:
		var c *crash
		if errors.As(result.Err, &c) {
			panic(c.Error())
		}
		s, _ := result.Val.(*shape.Shape)
		return s, result.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// A crash is a mistake of this program, of a goroutine that requests share: it is
// theirs to answer for it.
type crash struct {
	value any
	stack []byte
}

func (c *crash) Error() string { return fmt.Sprintf("%v\n%s", c.value, c.stack) }

// caught makes an error of a panic.
func caught(err *error) {
	if value := recover(); value != nil {
		*err = &crash{value, debug.Stack()}
	}
}

// attempts is how often a definition is made anew because its table was altered
// meanwhile.
const attempts = 5

func (f *finder) make(ctx context.Context, p *params) (s *shape.Shape, err error) {
	for range attempts {
		var d *shape.Definition
		if d, err = f.define(ctx, p); err != nil {
			return nil, err
		}
		if s, err = f.engine.Get(ctx, d); err == nil || !shape.TableChanged(err) {
			return s, err
		}
	}
	return nil, err
}

// table gives the table of a request's shape, without making the shape.
func (f *finder) table(ctx context.Context, p *params) (*wire.Table, error) {
	if s := f.known(p.key()); s != nil {
		return s.Table(), nil
	}
	d, err := f.define(ctx, p)
	if err != nil {
		return nil, err
	}
	return d.Table, nil
}
