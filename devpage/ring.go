package devpage

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"time"
)

// A LogLine is a line of the server's log.
type LogLine struct {
	Seq   int64     `json:"seq"` // from 1, without gaps
	Time  time.Time `json:"time"`
	Level string    `json:"level"` // debug, info, warning, error
	Text  string    `json:"text"`
}

// LogTail is how many lines the page is sent at once.
const LogTail = 200

// maxLine is how much of a line is kept, in bytes.
const maxLine = 4096

// A Ring keeps the last lines of a log: those handed to Add, written to it as
// text (it is an io.Writer) or logged through its Handler. It is safe for use by
// many goroutines.
type Ring struct {
	changes *Changes

	mu      sync.Mutex
	lines   []LogLine // lines[seq%len] holds the line with that Seq
	last    int64     // Seq of the last line, 0 before the first
	partial []byte    // a line that Write has not seen the end of
}

// NewRing makes a Ring for a number of lines; changes hears of each.
func NewRing(lines int, changes *Changes) *Ring {
	return &Ring{lines: make([]LogLine, max(lines, 1)), changes: changes}
}

// Add adds a line. Passwords in URLs are masked, what is too long is cut off,
// and of a text with more lines each becomes one.
func (r *Ring) Add(level, text string) { r.add(time.Now(), level, text) }

func (r *Ring) add(at time.Time, level, text string) {
	r.mu.Lock()
	for line := range strings.Lines(text) {
		r.put(at, level, line)
	}
	r.mu.Unlock()
	r.changes.Notify()
}

func (r *Ring) put(at time.Time, level, line string) {
	r.last++
	r.lines[r.last%int64(len(r.lines))] = LogLine{Seq: r.last, Time: at, Level: level, Text: clean(line)}
}

// Log gives the kept lines after one, oldest first.
func (r *Ring) Log(after int64) []LogLine {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := max(after+1, r.last-int64(len(r.lines))+1, 1)
	list := make([]LogLine, 0, max(r.last-first+1, 0))
	for seq := first; seq <= r.last; seq++ {
		list = append(list, r.lines[seq%int64(len(r.lines))])
	}
	return list
}

// Write adds the whole lines of p; their level is read from how they begin. A
// line without its end is kept until that comes. It never fails.
func (r *Ring) Write(p []byte) (int, error) {
	now, n := time.Now(), len(p)
	r.mu.Lock()
	for {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			break
		}
		line := string(append(r.partial, p[:i]...))
		r.partial, p = r.partial[:0], p[i+1:]
		r.put(now, levelOf(line), line)
	}
	if room := maxLine - len(r.partial); room > 0 {
		r.partial = append(r.partial, p[:min(room, len(p))]...)
	}
	r.mu.Unlock()
	r.changes.Notify()
	return n, nil
}

// patterns of what log lines must not or need not hold.
var patterns = sync.OnceValue(func() (p struct{ escape, level *regexp.Regexp }) {
	p.escape = regexp.MustCompile("\x1b(\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(\x07|\x1b\\\\)|[@-Z\\\\^_])")
	p.level = regexp.MustCompile(`(?i)^[^a-z]*\b(debug|trace|error|err|fatal|panic|warning|warn)\b|\b(error|warning): `)
	return p
})

var levels = map[string]string{
	"debug": "debug", "trace": "debug", "warning": "warning", "warn": "warning",
	"error": "error", "err": "error", "fatal": "error", "panic": "error",
}

// levelOf reads the level of a line that was written for people: of "error: …",
// "file.sql:3:1: warning: …" or "2026-01-05 WARN …".
func levelOf(line string) string {
	line = patterns().escape.ReplaceAllString(line, "")
	if m := patterns().level.FindStringSubmatch(line); m != nil {
		return levels[strings.ToLower(m[1]+m[2])]
	}
	return "info"
}

// clean makes a line that can be shown: no colours, no passwords, not too long.
func clean(line string) string {
	line = strings.TrimRight(firstBytes(line, maxLine), "\r\n")
	return maskText(strings.ToValidUTF8(patterns().escape.ReplaceAllString(line, ""), "\uFFFD"))
}
