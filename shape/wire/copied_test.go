package wire_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/wire"
)

// copyText writes a value as COPY does in text format: see CopyAttributeOutText.
func copyText(value *string) string {
	if value == nil {
		return `\N`
	}
	return strings.NewReplacer(
		"\\", `\\`, "\b", `\b`, "\f", `\f`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\v", `\v`,
	).Replace(*value)
}

func text(s string) *string { return &s }

// A message is what a client makes of one.
type message struct {
	Key     string
	Value   map[string]*string
	Headers map[string]any
}

func parse(t *testing.T, bytes []byte) (m message) {
	t.Helper()
	line, found := strings.CutSuffix(string(bytes), ",\n")
	require.True(t, found, "a message ends with a comma and a line feed: %q", bytes)
	require.NotContains(t, line, "\n", "logs are read line by line")
	require.NoError(t, json.Unmarshal([]byte(line), &m), "%s", line)
	return m
}

// pair is a table of two columns, the first of which is its key.
func pair() *wire.Table {
	return &wire.Table{Schema: "public", Name: "pairs", Key: []int{0}, Columns: []wire.Column{{Name: "k"}, {Name: "v"}}}
}

// check has a row written by both encoders: the one that reads COPY and the one
// that reads the log of changes. They agree to the byte, and mean the row.
func check(t *testing.T, k, v *string) {
	t.Helper()
	e := wire.NewEncoder(pair(), []int{0, 1}, false)
	row := wire.Row{}
	for _, value := range []*string{k, v} {
		if value == nil {
			row = append(row, nil)
		} else {
			row = append(row, []byte(*value))
		}
	}
	line := []byte(copyText(k) + "\t" + copyText(v) + "\n")
	copied, err := e.NewCopyEncoder(0).Append(nil, line)
	require.NoError(t, err)
	written := e.Append(nil, &wire.Change{Operation: wire.Insert, New: row})
	written = append(written, e.End(false)...)
	require.Equal(t, string(written), string(copied))

	m := parse(t, copied)
	require.Equal(t, map[string]*string{"k": k, "v": v}, m.Value)
	key := "_"
	if k != nil {
		key = `"` + strings.ReplaceAll(*k, "/", "//") + `"`
	}
	require.Equal(t, `"public"."pairs"/`+key, m.Key)

	again, err := e.NewCopyEncoder(0).Row(line)
	require.NoError(t, err)
	require.Equal(t, row, again)
	same, err := e.NewCopyEncoder(0).KeyOf(nil, line)
	require.NoError(t, err)
	require.Equal(t, string(e.Key(row)), string(same))
}

func TestCopyIsJSON(t *testing.T) {
	for _, value := range []string{
		"", "a", "1234567", "12345678", "123456789", "1234567890123456", `"`, `\`, `\\`, `\N`, `\.`, "/", "//", "a/b", "/a/",
		"tab\t", "line\n", "\r\n", "\b\f\v", "\x01\x1f\x7f", "é", "日本語", "🎵", `{"a": "b\"c"}`, `\x00ff`, "12345678\"", "1234567\"8", "é\"é\\é\n",
		strings.Repeat("x", 100) + "\"", strings.Repeat(`"`, 33), strings.Repeat("\v", 9),
	} {
		check(t, text(value), nil)
		check(t, nil, text(value))
		check(t, text(value), text(value))
	}
}

// Every byte at every place of a text, of every length around the eight bytes
// that are looked at together.
func TestCopyIsJSONAtEveryPlace(t *testing.T) {
	for length := range 18 {
		for place := range length {
			for c := byte(1); c < utf8.RuneSelf; c++ {
				value := []byte(strings.Repeat("~", length))
				value[place] = c
				if place+1 < length {
					value[place+1] = (c+'!')&0x7f | 1 // another one follows
				}
				check(t, text("k"), text(string(value)))
			}
		}
	}
}

func FuzzCopyIsJSON(f *testing.F) {
	f.Add("key", "value", true)
	f.Add("a/b", "first\nsecond \"line\" \\ \v", false)
	f.Fuzz(func(t *testing.T, k, v string, null bool) {
		if !utf8.ValidString(k) || !utf8.ValidString(v) || strings.Contains(k+v, "\x00") {
			return // Postgres has no such text
		}
		check(t, &k, &v)
		if null {
			check(t, &k, nil)
			check(t, nil, &v)
		}
	})
}

// A text "\N" is not NULL: COPY writes its backslash twice.
func TestNull(t *testing.T) {
	e := wire.NewEncoder(pair(), []int{0, 1}, false).NewCopyEncoder(0)
	got, err := e.Append(nil, []byte("\\\\N\t\\N\n"))
	require.NoError(t, err)
	require.Equal(t, `{"key":"\"public\".\"pairs\"/\"\\N\"","value":{"k":"\\N","v":null},`+
		`"headers":{"operation":"insert","relation":["public","pairs"]}},`+"\n", string(got))
}

// COPY says t and f, where the text of a boolean is true and false; keys as well.
func TestBooleansHaveOneSpelling(t *testing.T) {
	table := pair()
	table.Columns[0].Bool, table.Columns[1].Bool = true, true
	e := wire.NewEncoder(table, []int{0, 1}, false)
	for _, written := range []string{"t\tf\n", "true\tfalse\n"} {
		got, err := e.NewCopyEncoder(0).Append(nil, []byte(written))
		require.NoError(t, err)
		m := parse(t, got)
		require.Equal(t, `"public"."pairs"/"true"`, m.Key)
		require.Equal(t, map[string]*string{"k": text("true"), "v": text("false")}, m.Value)
	}
	m := parse(t, append(e.Append(nil, &wire.Change{Operation: wire.Insert, New: wire.Row{[]byte("t"), []byte("f")}}), e.End(true)...))
	require.Equal(t, `"public"."pairs"/"true"`, m.Key)
	require.Equal(t, map[string]*string{"k": text("true"), "v": text("false")}, m.Value)
}

// The columns of a shape are those of COPY, in the order of the table; the key
// may be any of them.
func TestSomeColumns(t *testing.T) {
	table := &wire.Table{Schema: "s", Name: "t", Key: []int{3, 1}, Columns: []wire.Column{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}}}
	e := wire.NewEncoder(table, []int{1, 2, 3}, false).NewCopyEncoder(7)
	got, err := e.Append(nil, []byte("1\t2\t3\n"))
	require.NoError(t, err)
	require.Equal(t, `{"key":"\"s\".\"t\"/\"3\"/\"1\"","value":{"b":"1","c":"2","d":"3"},`+
		`"headers":{"operation":"insert","relation":["s","t"],"snapshot_mark":7}},`+"\n", string(got))
	row, err := e.Row([]byte("1\t2\t\\N\n"))
	require.NoError(t, err)
	require.Equal(t, wire.Row{nil, []byte("1"), []byte("2"), nil}, row)
}

func TestRowsOfAnotherTable(t *testing.T) {
	e := wire.NewEncoder(pair(), []int{0, 1}, false).NewCopyEncoder(0)
	_, err := e.Append(nil, []byte("1\n"))
	require.EqualError(t, err, "a row of COPY has 1 fields, not 2")
	_, err = e.Append(nil, []byte("1\t2\t3\n"))
	require.EqualError(t, err, "a row of COPY has more than 2 fields")
	_, err = e.Row([]byte("\n"))
	require.EqualError(t, err, "a row of COPY has 1 fields, not 2")
}
