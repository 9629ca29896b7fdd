package shape

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/shape/replication"
)

// Backing off between attempts to connect.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 2 * time.Second
)

// mistaken are the SQLSTATEs of an address that is wrong: user or password,
// access, database.
var mistaken = []string{"28P01", "28000", "3D000"}

// Run connects and keeps shapes up to date until the context ends. It returns an
// error only where trying again would not help.
func (e *Engine) Run(ctx context.Context) error {
	pause := firstPause
	told := ""
	for {
		began, before := time.Now(), e.former
		err := e.stream(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if hopeless := e.hopeless(err); hopeless != nil {
			return hopeless
		}
		e.setState(Starting, "", err)
		if e.former != before && time.Since(began) > 10*time.Second { // it went well for a while
			pause, told = firstPause, ""
		}
		if text := err.Error(); text != told { // the same again is no news
			e.log.Warn("no stream of changes: " + text)
			told = text
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
			pause = min(2*pause, lastPause)
		}
	}
}

// hopeless gives the error that trying again does not mend. An address that
// worked before is right.
func (e *Engine) hopeless(err error) error {
	var fatal *replication.Fatal
	var trouble *database.Trouble
	switch {
	case errors.As(err, &fatal):
		return fatal.Unwrap()
	case errors.Is(err, database.ErrTooOld):
		return err
	case e.former == 0 && errors.As(err, &trouble) && slices.Contains(mistaken, trouble.Code):
		return err
	}
	return nil
}

// stream lives through one stream of changes.
func (e *Engine) stream(ctx context.Context) error {
	if err := e.store.Renew(); err != nil {
		return err
	}
	published := e.publishedBefore(ctx)
	s, err := replication.Open(ctx, replication.Options{
		URL: e.options.URL, Stream: e.options.Stream, Manual: e.options.Manual, Former: e.former,
		Waiting: func(holder string) {
			e.log.Warn("waiting: another instance has the lock: " + holder)
			e.setState(Waiting, holder, nil)
		},
		Note: func(format string, args ...any) { e.log.Warn(fmt.Sprintf(format, args...)) },
	})
	if err != nil {
		return err
	}
	defer s.Close()
	e.former = s.PID
	e.created = e.created || s.Created
	e.begin(s.Confirmed, published)
	e.log.Info("active: changes arrive", "lsn", s.Confirmed)
	e.now.Store(s)
	defer e.now.Store(nil)
	ctx, cancel := context.WithCancelCause(ctx)
	var reconciling sync.WaitGroup
	reconciling.Go(func() { cancel(e.reconcile(ctx)) })
	err = s.Run(ctx, &consumer{Engine: e, ctx: ctx, cancel: cancel, stream: s})
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	cancel(err)
	reconciling.Wait()
	// What broke the stream may have broken these, though nobody has been told.
	e.pool.Reset()
	e.control.Reset()
	return err
}

// begin makes a new stream the one that shapes live in. Shapes of the one before
// have missed changes. published are tables whose changes arrive in any case.
func (e *Engine) begin(lsn uint64, published memberships) {
	e.purge(func() {
		e.epoch++
		e.state, e.holder, e.trouble = Active, "", nil
		e.recent = recentXids{}
		e.published = published
		e.lsn.Store(max(lsn, e.lsn.Load()))
		close(e.changed)
		e.changed = make(chan struct{})
	})
	e.notify()
}

// purge ends all shapes; and, under the same lock, does what f does.
func (e *Engine) purge(f func()) {
	e.mu.Lock()
	list := slices.Collect(maps.Values(e.shapes))
	for _, s := range list {
		e.remove(s)
	}
	if f != nil {
		f()
	}
	e.mu.Unlock()
	e.drop(list)
}

// Rotate ends shapes: their clients fetch them again.
func (e *Engine) rotate(why string, list ...*Shape) {
	e.mu.Lock()
	list = slices.DeleteFunc(slices.Clone(list), func(s *Shape) bool { return !e.remove(s) })
	e.mu.Unlock()
	for _, s := range list {
		e.log.Info("shape ended: "+why, "table", s.definition.Table.Schema+"."+s.definition.Table.Name, "handle", s.Handle)
	}
	e.drop(list)
}

// remove takes a shape out of all lists; false when it is in none.
func (e *Engine) remove(s *Shape) bool {
	if s.gone.Swap(true) {
		return false
	}
	if e.shapes[s.identity] == s {
		delete(e.shapes, s.identity)
	}
	e.endings.add(tableName{s.definition.Table.Schema, s.definition.Table.Name}, time.Now())
	delete(e.handles, s.Handle)
	e.routes.Store(e.routes.Load().without(s))
	return true
}

func (e *Engine) drop(list []*Shape) {
	for _, s := range list {
		if err := s.Log.Drop(); err != nil {
			e.log.Warn("remove a shape's files: " + err.Error())
		}
	}
	if len(list) > 0 {
		e.notify()
	}
}
