package devpage

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func texts(lines []LogLine) (list []string) {
	for _, l := range lines {
		list = append(list, l.Text)
	}
	return list
}

func TestRingKeepsTheLast(t *testing.T) {
	r := NewRing(3, new(Changes))
	require.Empty(t, r.Log(0))
	for i := range 5 {
		r.Add("info", fmt.Sprint("line ", i))
	}
	lines := r.Log(0)
	require.Equal(t, []string{"line 2", "line 3", "line 4"}, texts(lines))
	require.Equal(t, int64(3), lines[0].Seq)
	require.Equal(t, []string{"line 4"}, texts(r.Log(4)))
	require.Empty(t, r.Log(5))
	require.Empty(t, r.Log(99))
}

func TestRingIsAWriter(t *testing.T) {
	r := NewRing(100, new(Changes))
	for _, piece := range []string{"one\ntw", "o\r\nwarning: three\n", "schema/1.sql:3:14: error: four\n", "five"} {
		n, err := io.WriteString(r, piece)
		require.NoError(t, err)
		require.Equal(t, len(piece), n)
	}
	require.Equal(t, []string{"one", "two", "warning: three", "schema/1.sql:3:14: error: four"}, texts(r.Log(0)))
	require.Equal(t, "warning", r.Log(0)[2].Level)
	require.Equal(t, "error", r.Log(0)[3].Level)
	fmt.Fprintln(r, " and more")
	require.Equal(t, "five and more", r.Log(4)[0].Text)
}

func TestLevels(t *testing.T) {
	for line, want := range map[string]string{
		"serving": "info", "ERROR: no": "error", "2026/01/05 10:00:00 WARN slow": "warning", "[debug] x": "debug",
		"\x1b[1;31merror:\x1b[0m no": "error", "terror: no": "info", "no errors": "info", "fatal: x": "error",
	} {
		require.Equal(t, want, levelOf(line), line)
	}
}

// What is kept can be shown: no colours, no passwords, no endless lines.
func TestRingCleans(t *testing.T) {
	r := NewRing(10, new(Changes))
	r.Add("info", "\x1b[1mbold\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07 connect postgres://ada:love@lace@localhost:5432/db\nnext \xff")
	r.Add("info", strings.Repeat("é", 10_000))
	fmt.Fprint(r, strings.Repeat("x", 10_000))
	fmt.Fprintln(r, strings.Repeat("x", 10_000))
	lines := texts(r.Log(0))
	require.Equal(t, "bold link connect postgres://ada:****@localhost:5432/db", lines[0])
	require.Equal(t, "next \uFFFD", lines[1])
	require.LessOrEqual(t, len(lines[2]), maxLine+len("…"))
	require.LessOrEqual(t, len(lines[3]), maxLine+len("…"))
	require.Empty(t, texts(func() []LogLine { r.Add("info", ""); return r.Log(4) }()), "no text is no line")
}

func TestRingForSlog(t *testing.T) {
	r := NewRing(100, new(Changes))
	log := slog.New(r.Handler(slog.LevelInfo))
	log.Debug("left out")
	log.Info("plain")
	log.With("table", "songs").WithGroup("client").Warn("slow", "took", 3, slog.Group("at", "offset", "1_2"), "text", `say "hi"`)
	log.Error("no", "err", errors.New("gone away"))
	lines := r.Log(0)
	require.Equal(t, []string{"plain", `slow table=songs client.took=3 client.at.offset=1_2 client.text="say \"hi\""`, `no err="gone away"`}, texts(lines))
	require.Equal(t, []string{"info", "warning", "error"}, []string{lines[0].Level, lines[1].Level, lines[2].Level})
	require.Equal(t, "debug", levelName(slog.LevelDebug))
	require.NoError(t, log.Handler().WithGroup("").Handle(t.Context(), slog.Record{Message: "no time"}))
	require.Equal(t, "no time", r.Log(3)[0].Text)
}

func TestRingTellsOfChanges(t *testing.T) {
	b := NewBoard(10)
	for _, change := range []func(){
		func() { b.Add("info", "x") },
		func() { fmt.Fprintln(b, "y") },
		func() { b.Set(func(*State) {}) },
		b.Notify,
	} {
		changed := b.Changed()
		select {
		case <-changed:
			require.Fail(t, "nothing changed yet")
		default:
		}
		change()
		<-changed
	}
}

func TestRingIsSafe(t *testing.T) {
	r := NewRing(50, new(Changes))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 200 {
				r.Add("info", fmt.Sprint(i))
				fmt.Fprintln(r, i)
				r.Log(0)
			}
		})
	}
	all.Wait()
	lines := r.Log(0)
	require.Len(t, lines, 50)
	require.Equal(t, int64(8*200*2), lines[49].Seq)
}

func TestMask(t *testing.T) {
	for text, want := range map[string]string{
		"postgres://ada:secret@localhost/db":               "postgres://ada:****@localhost/db",
		"postgres://ada@localhost/db":                      "postgres://ada@localhost/db",
		"postgres://:secret@localhost/db":                  "postgres://:****@localhost/db",
		"postgres://u:a@b@host:5432/db?sslmode=disable":    "postgres://u:****@host:5432/db?sslmode=disable",
		"postgres:///db?user=ada&password=secret&x=1":      "postgres:///db?user=ada&password=****&x=1",
		"host=localhost password=secret dbname=x":          "host=localhost password=**** dbname=x",
		`host=localhost password = 'se cr\'et' dbname=x`:   "host=localhost password = **** dbname=x",
		"GET /v1/shape?table=songs&secret=abc&offset=-1":   "GET /v1/shape?table=songs&secret=****&offset=-1",
		"two: a://b:c@d and e://f:g@h":                     "two: a://b:****@d and e://f:****@h",
		"http://localhost:3000 user@example.com":           "http://localhost:3000 user@example.com",
		"compiled schema/1749530140_create_songs.sql:3:14": "compiled schema/1749530140_create_songs.sql:3:14",
	} {
		require.Equal(t, want, maskText(text))
	}
}
