package devpage

import "sync"

// Changes tells any number of waiters that something changed. The zero value is
// ready; it is safe for use by many goroutines.
type Changes struct {
	mu   sync.Mutex
	next chan struct{} // closed at the next change; nil when nobody waits
}

// Changed gives a channel that is closed at the next change.
func (c *Changes) Changed() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next == nil {
		c.next = make(chan struct{})
	}
	return c.next
}

// Notify tells everybody who waits. It costs little when nobody does.
func (c *Changes) Notify() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next != nil {
		close(c.next)
		c.next = nil
	}
}

// A Board is a Source to pin news to: Set changes the state, and its Ring takes
// the log. What changes too often to be pinned, as shapes' counters do, is asked
// for through Live when somebody looks.
type Board struct {
	*Ring
	Changes

	// Live fills in what is not pinned, in a copy of the state that it may
	// change. May be nil. Whoever counts calls Notify after counting.
	Live func(*State)

	mu    sync.Mutex
	state State
}

// NewBoard makes a Board that keeps a number of log lines.
func NewBoard(lines int) *Board {
	b := &Board{}
	b.Ring = NewRing(lines, &b.Changes)
	return b
}

// Set changes the state. The function must replace parts and lists, not change
// what they hold: snapshots that were given share them.
func (b *Board) Set(change func(*State)) {
	b.mu.Lock()
	change(&b.state)
	b.mu.Unlock()
	b.Notify()
}

// State gives a snapshot.
func (b *Board) State() *State {
	b.mu.Lock()
	s := b.state
	b.mu.Unlock()
	if b.Live != nil {
		b.Live(&s)
	}
	return &s
}
