package plpgsql

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzParse asks that no body crashes the parser, and that positions are inside
// the body.
func FuzzParse(f *testing.F) {
	raw, err := os.ReadFile("testdata/bodies.txt")
	require.NoError(f, err)
	for _, c := range strings.Split(string(raw), "== ")[1:] {
		_, rest, _ := strings.Cut(c, "\n")
		body, _, _ := strings.Cut(rest, "\n----\n")
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, kind := range []string{"args", "table", "trigger"} {
			fn, err := Parse(body, signatures[kind], nil)
			switch {
			case err != nil && err.Position > len(body):
				t.Fatalf("position %d of %d", err.Position, len(body))
			case err == nil && fn.Body == nil:
				t.Fatal("neither function nor error")
			}
			Parse(body, signatures[kind], someTypes{})
		}
	})
}

func TestNesting(t *testing.T) {
	for _, c := range []struct{ open, shut string }{
		{"BEGIN ", "END;"}, {"IF a THEN ", "END IF;"}, {"LOOP ", "END LOOP;"}, {"CASE WHEN a THEN ", "END CASE;"},
	} {
		deep := func(n int) string { return "BEGIN " + strings.Repeat(c.open, n) + strings.Repeat(c.shut, n) + " END" }
		_, err := Parse(deep(400), DoBlock, nil)
		require.Nil(t, err)
		_, err = Parse(deep(100000), DoBlock, nil)
		require.NotNil(t, err)
		require.Equal(t, "54001", err.Code)
	}
	_, err := Parse("BEGIN RETURN "+strings.Repeat("(", 100000)+"; END", Signature{}, nil)
	require.NotNil(t, err)
	_, err = Parse("BEGIN PERFORM 1"+strings.Repeat("+1", 50000)+"; END", DoBlock, nil)
	require.NotNil(t, err)
	require.Equal(t, "54001", err.Code)
}
