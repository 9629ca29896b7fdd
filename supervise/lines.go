package supervise

import (
	"bytes"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	maxLine   = 8 << 10 // bytes of a line; what is longer comes in pieces
	tailLines = 20      // lines kept for an error message
)

// Lines is an [io.Writer] that cuts what a program writes into lines and remembers the last ones. It never fails, and
// may be used by several goroutines.
type Lines struct {
	// To gets each line, without its end; nil for nobody. One call at a time.
	To func(line string)
	// Edit changes a line before anybody sees it; nil leaves it as it is.
	Edit func(line string) string

	mu   sync.Mutex
	rest []byte // of a line without its end yet
	tail []string
}

// Write implements [io.Writer].
func (l *Lines) Write(data []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, data...)
	for {
		line, size := cut(l.rest)
		if size == 0 {
			return len(data), nil
		}
		l.emit(string(line))
		l.rest = append(l.rest[:0], l.rest[size:]...)
	}
}

// cut returns the first line of the data and its size with its end; 0 when it is not complete.
func cut(data []byte) (line []byte, size int) {
	end := bytes.IndexByte(data, '\n')
	switch {
	case end >= 0 && end <= maxLine:
		return bytes.TrimSuffix(data[:end], []byte("\r")), end + 1
	case len(data) <= maxLine:
		return nil, 0
	}
	size = maxLine
	for size > maxLine-utf8.UTFMax && !utf8.RuneStart(data[size]) {
		size--
	}
	return data[:size], size
}

func (l *Lines) emit(line string) {
	if l.Edit != nil {
		line = l.Edit(line)
	}
	if len(l.tail) == tailLines {
		l.tail = append(l.tail[:0], l.tail[1:]...)
	}
	l.tail = append(l.tail, line)
	if l.To != nil {
		l.To(line)
	}
}

// Flush hands on a last line that has no end.
func (l *Lines) Flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.rest) > 0 {
		l.emit(string(l.rest))
		l.rest = nil
	}
}

// Tail returns the last lines, for an error message.
func (l *Lines) Tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.tail
	if rest := string(l.rest); rest != "" {
		if l.Edit != nil {
			rest = l.Edit(rest)
		}
		lines = append(lines[:len(lines):len(lines)], rest)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
