package plpgsql

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/pgerr"
)

// signatures has the functions that testdata/bodies.txt names.
var signatures = map[string]Signature{
	"args":    {Name: "f", Args: in("a", "b")},
	"void":    {Name: "f", Args: in("a", "b"), ReturnsVoid: true},
	"set":     {Name: "f", Args: in("a", "b"), ReturnsSet: true},
	"out":     {Name: "f", Args: append(in("a"), Arg{Name: "b", Mode: 'o', Kind: ScalarType})},
	"table":   {Name: "f", Args: append(in("a"), Arg{Name: "b", Mode: 't', Kind: ScalarType}, Arg{Name: "d", Mode: 't', Kind: ScalarType}), ReturnsSet: true},
	"proc":    {Name: "f", Args: in("a", "b"), ReturnsVoid: true, Procedure: true},
	"trigger": {Name: "f", Trigger: true},
	"event":   {Name: "f", EventTrigger: true, ReturnsVoid: true},
}

func in(names ...string) []Arg {
	var list []Arg
	for _, n := range names {
		list = append(list, Arg{Name: n, Mode: 'i', Kind: ScalarType})
	}
	return list
}

// someTypes knows the types that the bodies use.
type someTypes struct{}

func (someTypes) Type(text string) (TypeKind, *pgerr.Error) {
	switch {
	case text == `"zz"` || text == `"int"`:
		return 0, pgerr.New("42704", 0, "type \"zz\" does not exist")
	case strings.HasPrefix(text, "any") || text == "cstring" || text == "trigger":
		return PseudoType, nil
	case strings.Contains(text, "zz%ROWTYPE"):
		return 0, pgerr.New("42P01", pgerr.NoPosition, "relation \"zz\" does not exist")
	case strings.HasSuffix(text, "a%ROWTYPE"):
		return 0, pgerr.New("42P01", pgerr.NoPosition, "relation \"a\" does not exist")
	case text == "pg_class" || strings.HasSuffix(text, "%ROWTYPE"):
		return RecordType, nil
	case text == "foo":
		return 0, pgerr.New("42704", 0, "type \"foo\" does not exist")
	case text == "refcursor":
		return RefcursorType, nil
	}
	return ScalarType, nil
}

func (someTypes) Collation([]string) *pgerr.Error { return nil }

// TestBodies compares with what a PostgreSQL 15 server said when it was asked
// to create a function with each body of testdata/bodies.txt.
func TestBodies(t *testing.T) {
	raw, err := os.ReadFile("testdata/bodies.txt")
	require.NoError(t, err)
	for _, c := range strings.Split(string(raw), "== ")[1:] {
		kind, rest, _ := strings.Cut(c, "\n")
		body, want, _ := strings.Cut(rest, "\n----\n")
		got := "ok"
		if _, err := Parse(body, signatures[kind], someTypes{}); err != nil {
			got = fmt.Sprintf("%s %d %s", err.Code, err.Position, err.Message)
		}
		if got != strings.TrimSuffix(want, "\n") {
			t.Errorf("%s: %s\nhave %s\nwant %s", kind, body, got, want)
		}
	}
}
