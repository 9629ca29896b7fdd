package shapelog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sync"

	"github.com/electric-cli/electric/shape/wire"
)

// flushSize is how many bytes of a transaction are kept in memory at most, and
// tailSize how many of the newest one for those who wait for it.
const (
	flushSize = 256 << 10
	tailSize  = 64 << 10
	markSize  = 32 << 10
)

// ErrGone is what reading gives after [Log.Drop].
var ErrGone = errors.New("the shape is gone")

// A Log is one shape's log.
type Log struct {
	snapshotPath, changesPath string
	threshold                 int64

	// Of the writers: no lock is needed.
	snapshot snapshotWriter
	pending  batch

	mu           sync.Mutex // guards the rest
	chunks       []int64    // ends of the snapshot's closed chunks, in its file
	snapshotDone bool
	rows         int64
	closed       []mark // ends of closed chunks of changes: Offset of the last entry, place after it
	marks        []mark // every so often: Offset of an entry, its place
	last         wire.Offset
	size         int64 // visible bytes of changes
	entries      int64
	tail         []byte // the newest batch, when it is small
	tailFrom     wire.Offset
	gone         bool
	changed      chan struct{}
}

// A mark is an entry's offset and a place in the file of changes.
type mark struct {
	offset wire.Offset
	at     int64
}

// A batch is what was appended since the last Commit.
type batch struct {
	buffer  []byte
	flushed int64 // bytes of the batch that are in the file already
	size    int64 // of the file with all that was appended
	chunk   int64 // bytes in the open chunk
	marked  int64 // place of the newest mark
	any     bool
	marks   []mark
	closed  []mark
	last    wire.Offset
	entries int64
	tail    []byte
}

// Append adds a change's message, with its comma and line feed. It is not
// visible before Commit.
func (l *Log) Append(o wire.Offset, message []byte) error {
	p := &l.pending
	if p.size == 0 || p.size-p.marked >= markSize {
		p.marks = append(p.marks, mark{o, p.size})
		p.marked = p.size
	}
	p.buffer = append(p.buffer, message...)
	n := int64(len(message))
	p.size, p.chunk, p.last, p.any = p.size+n, p.chunk+n, o, true
	p.entries++
	if p.chunk >= l.threshold {
		p.closed = append(p.closed, mark{o, p.size})
		p.chunk = 0
	}
	if len(p.buffer) >= flushSize {
		return l.flush()
	}
	return nil
}

// Pending reports whether something was appended since the last Commit.
func (l *Log) Pending() bool { return l.pending.any }

// Flush writes to disk what Commit is going to show.
func (l *Log) Flush() error {
	p := &l.pending
	if p.flushed == 0 && len(p.buffer) <= tailSize {
		p.tail = slices.Clone(p.buffer)
	}
	return l.flush()
}

func (l *Log) flush() error {
	p := &l.pending
	if len(p.buffer) == 0 {
		return nil
	}
	f, err := l.open(l.changesPath, os.O_APPEND)
	if err == nil {
		_, err = f.Write(p.buffer)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return fmt.Errorf("write a shape's log: %w", err)
	}
	p.flushed += int64(len(p.buffer))
	p.buffer = p.buffer[:0]
	return nil
}

// open opens one of the log's files for writing, unless the log has ended: a file
// that is made after that would stay.
func (l *Log) open(path string, how int) (*os.File, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone {
		return nil, ErrGone
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|how, 0o600)
}

// Commit makes visible what was flushed.
func (l *Log) Commit() {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &l.pending
	if !p.any {
		return
	}
	l.tail, l.tailFrom = p.tail, l.last
	l.marks = append(l.marks, p.marks...)
	l.closed = append(l.closed, p.closed...)
	l.last, l.size, l.entries = p.last, p.size, l.entries+p.entries
	*p = batch{buffer: p.buffer[:0], size: p.size, chunk: p.chunk, marked: p.marked}
	if cap(p.buffer) > tailSize {
		p.buffer = nil
	}
}

// Wake wakes all who wait for a change.
func (l *Log) Wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wake()
}

func (l *Log) wake() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// Changed gives a channel that is closed at the next change. Look at the log
// after asking for it.
func (l *Log) Changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changed
}

// Drop ends the log: its files are removed and those who wait are woken. Answers
// that are being sent from its files are not disturbed.
func (l *Log) Drop() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone {
		return nil
	}
	l.gone = true
	l.wake()
	var errs []error
	for _, path := range []string{l.snapshotPath, l.changesPath} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Stats are numbers for people.
type Stats struct {
	Rows    int64 // of the first snapshot
	Entries int64 // changes since
	Bytes   int64 // of both, on disk
	Offset  wire.Offset
}

// Stats tells how large the log is.
func (l *Log) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := Stats{Rows: l.rows, Entries: l.entries, Bytes: l.size, Offset: l.latest()}
	if n := len(l.chunks); n > 0 {
		s.Bytes += l.chunks[n-1]
	}
	return s
}

// latest is the offset that is newest: of the changes, else of the snapshot's
// last chunk.
func (l *Log) latest() wire.Offset {
	if l.last != wire.SnapshotEnd || !l.snapshotDone {
		return l.last
	}
	return wire.Offset{Op: uint64(len(l.chunks) - 1)}
}

// Latest is the offset of the newest entry: 0_inf while the snapshot is written.
func (l *Log) Latest() wire.Offset {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.latest()
}

// Complete reports whether the snapshot is written to its end.
func (l *Log) Complete() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.snapshotDone
}
