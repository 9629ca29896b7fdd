package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"

	"github.com/electric-cli/electric/config"
)

// logLevels are Electric's; those above error are as rare as it.
var logLevels = map[string]slog.Level{
	"debug": slog.LevelDebug, "info": slog.LevelInfo, "notice": slog.LevelInfo, "warning": slog.LevelWarn,
}

// levelOf is the level from which on the server's log is written.
func levelOf(s config.SyncServer) slog.Level {
	if level, ok := logLevels[s.LogLevel]; ok {
		return level
	}
	return slog.LevelError
}

// A lineHandler writes a log for people: a line each, time and message first,
// the level only where it matters.
type lineHandler struct {
	w      io.Writer
	mu     *sync.Mutex
	level  slog.Level
	colour bool
	attrs  string
}

func (a *app) lineHandler(level slog.Level) slog.Handler {
	if a.quiet {
		level = max(level, slog.LevelError)
	}
	return &lineHandler{w: a.err, mu: &sync.Mutex{}, level: level, colour: a.colours(a.err)}
}

func (h *lineHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.level }

// levelWords begin a line, and how they are coloured.
var levelWords = map[slog.Level][2]string{
	slog.LevelWarn: {"warning: ", "\x1b[33m"}, slog.LevelError: {"error: ", "\x1b[31m"}, slog.LevelDebug: {"", "\x1b[2m"},
}

func (h *lineHandler) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	stamp := r.Time.Format("15:04:05.000 ")
	word, colour := levelWords[r.Level][0], levelWords[r.Level][1]
	if h.colour {
		stamp = "\x1b[2m" + stamp + "\x1b[0m"
		if word != "" {
			word = colour + word + "\x1b[0m"
		}
	}
	b.WriteString(stamp + word + r.Message + h.attrs)
	r.Attrs(func(a slog.Attr) bool {
		b.WriteString(attribute(a))
		return true
	})
	b.WriteByte('\n')
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := io.WriteString(h.w, b.String())
	return err
}

// attribute writes a value as it is where that is one word.
func attribute(a slog.Attr) string {
	text := a.Value.String()
	if text == "" || strings.ContainsAny(text, " \t\r\n\"=") {
		text = fmt.Sprintf("%q", text)
	}
	return " " + a.Key + "=" + text
}

func (h *lineHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	more := *h
	for _, a := range attrs {
		more.attrs += attribute(a)
	}
	return &more
}

func (h *lineHandler) WithGroup(string) slog.Handler { return h }
