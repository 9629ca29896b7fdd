package shapelog

import (
	"errors"
	"fmt"
	"os"
)

// writeSize is how much of a snapshot is written at once.
const writeSize = 256 << 10

// A snapshotWriter is the state of writing the first snapshot.
type snapshotWriter struct {
	file  *os.File
	size  int64
	chunk int64 // bytes in the open chunk, and one for each row
	rows  int64
	buf   []byte
}

// Buffer is the buffer that rows' messages are appended to, for AppendedRow.
func (l *Log) Buffer() []byte { return l.snapshot.buf }

// AppendedRow takes a buffer to which one more row's message was appended.
func (l *Log) AppendedRow(buffer []byte) error {
	w := &l.snapshot
	w.chunk += int64(len(buffer)-len(w.buf)) + 1
	w.buf = buffer
	w.rows++
	if w.chunk >= l.threshold {
		return l.closeChunk(false)
	}
	if len(w.buf) >= writeSize {
		return l.writeRows()
	}
	return nil
}

// Abandon ends a snapshot that does not come to its end.
func (l *Log) Abandon() {
	if w := &l.snapshot; w.file != nil {
		_ = w.file.Close()
		*w = snapshotWriter{}
	}
}

// EndSnapshot ends the snapshot with its control message.
func (l *Log) EndSnapshot(end []byte) error {
	l.snapshot.buf = append(l.snapshot.buf, end...)
	err := l.closeChunk(true)
	l.snapshot.buf = nil
	return err
}

// closeChunk makes a chunk visible.
func (l *Log) closeChunk(done bool) error {
	w := &l.snapshot
	err := l.writeRows()
	w.chunk = 0
	if w.file != nil && (done || err != nil) {
		err = errors.Join(err, w.file.Close())
		w.file = nil
	}
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.chunks = append(l.chunks, w.size)
	l.snapshotDone, l.rows = done, w.rows
	l.wake()
	return nil
}

// writeRows writes the rows that are in the buffer.
func (l *Log) writeRows() (err error) {
	w := &l.snapshot
	if w.file == nil {
		if w.file, err = l.open(l.snapshotPath, os.O_TRUNC); err != nil {
			w.file = nil
			return fmt.Errorf("write a shape's snapshot: %w", err)
		}
	}
	if _, err := w.file.Write(w.buf); err != nil {
		return fmt.Errorf("write a shape's snapshot: %w", err)
	}
	w.size += int64(len(w.buf))
	w.buf = w.buf[:0]
	return nil
}
