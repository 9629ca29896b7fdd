package shapelog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sort"
	"strconv"

	"github.com/electric-cli/electric/shape/wire"
)

// A Page is a piece of a log, as one answer has it.
type Page struct {
	End      wire.Offset // of the page's last entry
	UpToDate bool        // nothing comes after it
	Empty    bool        // it holds nothing

	bytes    []byte // the messages, or where they are
	path     string
	from, to int64
}

// Size is how many bytes the messages have, each with its comma and line feed.
func (p *Page) Size() int64 {
	if p.bytes != nil {
		return int64(len(p.bytes))
	}
	return p.to - p.from
}

// Send writes the first n bytes of the page. A *os.File is what io.Copy hands
// on, so that the kernel copies from the file to the socket.
func (p *Page) Send(w io.Writer, n int64) error {
	if p.bytes != nil {
		_, err := w.Write(p.bytes[:n])
		return err
	}
	if n == 0 {
		return nil
	}
	f, err := os.Open(p.path)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Seek(p.from, io.SeekStart); err != nil {
		return err
	}
	_, err = io.CopyN(w, f, n)
	return err
}

// First gives what the first request of all gets: the snapshot's first chunk.
// ok is false while there is none yet.
func (l *Log) First() (p Page, ok bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone {
		return p, false, ErrGone
	}
	if len(l.chunks) == 0 {
		return p, false, nil
	}
	return l.chunk(0), true, nil
}

func (l *Log) chunk(n int) Page {
	p := Page{End: wire.Offset{Op: uint64(n)}, path: l.snapshotPath, to: l.chunks[n]}
	if n > 0 {
		p.from = l.chunks[n-1]
	}
	return p
}

// After gives what comes after an offset: the snapshot's next chunk, or changes.
// ok is false when that is a chunk that is not finished yet.
func (l *Log) After(o wire.Offset) (p Page, ok bool, err error) {
	p, to, ok, err := l.locate(o)
	if to > p.from {
		p.from, err = l.find(o, p.from, to)
	}
	return p, ok, err
}

// locate gives what comes after an offset. Where that begins, of changes, is known
// to the mark before it: it is between the page's from and to. Without one to is 0.
func (l *Log) locate(o wire.Offset) (p Page, to int64, ok bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone {
		return p, 0, false, ErrGone
	}
	if o.InSnapshot() {
		switch next := o.Op + 1; {
		case next < uint64(len(l.chunks)):
			return l.chunk(int(next)), 0, true, nil
		case !l.snapshotDone:
			return p, 0, false, nil
		}
		if l.last == wire.SnapshotEnd { // nothing changed since
			return Page{End: l.latest(), UpToDate: true, Empty: true}, 0, true, nil
		}
		o = wire.SnapshotEnd
	}
	if !o.Less(l.last) {
		return Page{End: o, UpToDate: true, Empty: true}, 0, true, nil
	}
	if o == l.tailFrom && l.tail != nil && !l.tailClosed() {
		return Page{End: l.last, UpToDate: true, bytes: l.tail}, 0, true, nil
	}
	p, to = l.changes(o)
	return p, to, true, nil
}

// tailClosed reports whether a chunk ends within the newest batch.
func (l *Log) tailClosed() bool {
	n := len(l.closed)
	return n > 0 && l.tailFrom.Less(l.closed[n-1].offset)
}

// changes gives the changes after an offset up to the end of their chunk, and
// before which place they begin.
func (l *Log) changes(o wire.Offset) (p Page, to int64) {
	p = Page{End: l.last, path: l.changesPath, to: l.size}
	c := sort.Search(len(l.closed), func(i int) bool { return o.Less(l.closed[i].offset) })
	if c < len(l.closed) {
		p.End, p.to = l.closed[c].offset, l.closed[c].at
	}
	p.UpToDate = p.End == l.last
	if c > 0 && o == l.closed[c-1].offset { // a client that goes from chunk to chunk
		p.from = l.closed[c-1].at
		return p, 0
	}
	m := sort.Search(len(l.marks), func(i int) bool { return o.Less(l.marks[i].offset) })
	if m == 0 {
		return p, 0
	}
	p.from, to = l.marks[m-1].at, l.size
	if m < len(l.marks) {
		to = l.marks[m].at
	}
	return p, to
}

// find gives the place of the first entry after an offset, by reading the file
// between two places. Nobody is held up by that.
func (l *Log) find(o wire.Offset, from, to int64) (int64, error) {
	f, err := os.Open(l.changesPath)
	if errors.Is(err, fs.ErrNotExist) { // dropped meanwhile
		return 0, ErrGone
	}
	if err != nil {
		return 0, fmt.Errorf("read a shape's log: %w", err)
	}
	defer f.Close()
	text := make([]byte, to-from)
	if _, err := f.ReadAt(text, from); err != nil {
		return 0, fmt.Errorf("read a shape's log: %w", err)
	}
	for len(text) > 0 {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		at, err := offsetOf(line)
		if err != nil {
			return 0, err
		}
		if o.Less(at) {
			return from, nil
		}
		from += int64(len(line)) + 1
		text = rest
	}
	return from, nil
}

var (
	lsnKey = []byte(`,"lsn":"`)
	opKey  = []byte(`","op_position":`)
)

// offsetOf reads an entry's offset out of its message. Headers come last, and
// within a value every quote is escaped, so the last such key is the header.
func offsetOf(line []byte) (o wire.Offset, err error) {
	at := bytes.LastIndex(line, lsnKey)
	if at < 0 {
		return o, fmt.Errorf("a shape's log has an entry without an offset: %.100q", line)
	}
	tx, rest, _ := bytes.Cut(line[at+len(lsnKey):], opKey)
	end := bytes.IndexAny(rest, ",}")
	if end < 0 {
		return o, fmt.Errorf("a shape's log has an entry without an offset: %.100q", line)
	}
	if o.Tx, err = strconv.ParseUint(string(tx), 10, 64); err == nil {
		o.Op, err = strconv.ParseUint(string(rest[:end]), 10, 64)
	}
	return o, err
}
