package compile

import (
	"os"
	"testing"
	"time"

	"github.com/electric-cli/electric/parser"
)

// FuzzExecute runs texts in a session whose schema has a bit of everything: no
// statement may end in a mistake of ours, or not end.
func FuzzExecute(f *testing.F) {
	setup, err := os.ReadFile("testdata/eval_setup.sql")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range []string{"testdata/eval_queries.sql", "testdata/bodies.sql"} {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, st := range parser.Split(string(text)) {
			f.Add(st.Text)
		}
	}
	base := parser.Split(string(setup))
	f.Fuzz(func(t *testing.T, text string) {
		s := New()
		for _, st := range base {
			s.Run(st)
		}
		start := time.Now()
		for _, st := range parser.Split(text) {
			if r := s.Run(st); r.Err != nil && isBug(r.Err) {
				t.Fatalf("%s: %s\n%s", st.Text, r.Err.Message, r.Err.Detail)
			}
			if n, err := st.Node(); err == nil && n != nil && s.tx.state != txAborted {
				askSession(s, st)
			}
		}
		if d := time.Since(start); d > 30*time.Second {
			t.Fatalf("%s took %s", text, d)
		}
	})
}
