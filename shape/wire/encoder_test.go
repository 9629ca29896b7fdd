package wire_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/wire"
)

func row(values ...string) wire.Row {
	r := wire.Row{}
	for _, v := range values {
		if v == "NULL" {
			r = append(r, nil)
		} else {
			r = append(r, []byte(v))
		}
	}
	return r
}

// The messages that clients get, as ELECTRIC's API has them. The table is
// items (id primary key, title, done boolean).
func TestMessages(t *testing.T) {
	table := &wire.Table{Schema: "public", Name: "items", Key: []int{0}, Columns: []wire.Column{{Name: "id"}, {Name: "title"}, {Name: "done", Bool: true}}}
	const where = `"relation":["public","items"],"txids":[1000],"lsn":"123456789012","op_position":`
	for name, c := range map[string]struct {
		change wire.Change
		full   bool
		last   bool
		want   string
	}{
		"insert": {
			change: wire.Change{Operation: wire.Insert, New: row("1", "one", "t")},
			want: `{"key":"\"public\".\"items\"/\"1\"","value":{"id":"1","title":"one","done":"true"},` +
				`"headers":{"operation":"insert",` + where + `2}},`,
		},
		"the last of its transaction": {
			change: wire.Change{Operation: wire.Insert, New: row("1", "NULL", "NULL")},
			last:   true,
			want: `{"key":"\"public\".\"items\"/\"1\"","value":{"id":"1","title":null,"done":null},` +
				`"headers":{"operation":"insert",` + where + `2,"last":true}},`,
		},
		"update: the key and what changed": {
			change: wire.Change{Operation: wire.Update, Old: row("1", "one", "f"), New: row("1", "one", "t")},
			want:   `{"key":"\"public\".\"items\"/\"1\"","value":{"id":"1","done":"true"},"headers":{"operation":"update",` + where + `2}},`,
		},
		"update from NULL": {
			change: wire.Change{Operation: wire.Update, Old: row("1", "NULL", "f"), New: row("1", "", "f")},
			want:   `{"key":"\"public\".\"items\"/\"1\"","value":{"id":"1","title":""},"headers":{"operation":"update",` + where + `2}},`,
		},
		"update, replica=full": {
			change: wire.Change{Operation: wire.Update, Old: row("1", "one", "f"), New: row("1", "uno", "f")},
			full:   true,
			want: `{"key":"\"public\".\"items\"/\"1\"","value":{"id":"1","title":"uno","done":"false"},"old_value":{"title":"one"},` +
				`"headers":{"operation":"update",` + where + `2}},`,
		},
		"delete: the key": {
			change: wire.Change{Operation: wire.Delete, Old: row("1", "one", "t")},
			want:   `{"key":"\"public\".\"items\"/\"1\"","value":{"id":"1"},"headers":{"operation":"delete",` + where + `2}},`,
		},
		"delete, replica=full": {
			change: wire.Change{Operation: wire.Delete, Old: row("1", "one", "t")},
			full:   true,
			want: `{"key":"\"public\".\"items\"/\"1\"","value":{"id":"1","title":"one","done":"true"},` +
				`"headers":{"operation":"delete",` + where + `2}},`,
		},
		"the first half of a new key": {
			change: wire.Change{Operation: wire.Delete, Old: row("1", "one", "t"), Moved: row("a/b", "one", "t")},
			want: `{"key":"\"public\".\"items\"/\"1\"","value":{"id":"1"},"headers":{"operation":"delete","relation":["public","items"],` +
				`"key_change_to":"\"public\".\"items\"/\"a//b\"","txids":[1000],"lsn":"123456789012","op_position":2}},`,
		},
		"the second half": {
			change: wire.Change{Operation: wire.Insert, New: row("a/b", "one", "t"), Moved: row("1", "one", "t")},
			want: `{"key":"\"public\".\"items\"/\"a//b\"","value":{"id":"a/b","title":"one","done":"true"},"headers":{"operation":"insert",` +
				`"relation":["public","items"],"key_change_from":"\"public\".\"items\"/\"1\"","txids":[1000],"lsn":"123456789012","op_position":2}},`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := wire.NewEncoder(table, []int{0, 1, 2}, c.full)
			c.change.Xid, c.change.LSN, c.change.Op = 1000, 123456789012, 2
			got := append(e.Append(nil, &c.change), e.End(c.last)...)
			require.Equal(t, c.want+"\n", string(got))
			parse(t, got)
		})
	}
}

func TestKeys(t *testing.T) {
	columns := []wire.Column{{Name: "b"}, {Name: "a"}, {Name: "c", Bool: true}}
	for name, c := range map[string]struct {
		schema, table string
		key           []int
		row           wire.Row
		want          string
	}{
		"one column":               {"public", "t", []int{0}, row("1", "x", "t"), `"public"."t"/"1"`},
		"in the key's order":       {"public", "t", []int{1, 0}, row("1", "x", "t"), `"public"."t"/"x"/"1"`},
		"a boolean":                {"public", "t", []int{2}, row("1", "x", "f"), `"public"."t"/"false"`},
		"no key: columns by name":  {"public", "t", nil, row("1", "NULL", "t"), `"public"."t"/_/"1"/"true"`},
		"slashes are doubled":      {"public", "t", []int{0}, row("/a//", "x", "t"), `"public"."t"/"//a////"`},
		"names: dots and slashes":  {"my.schema", `a/"b"`, []int{0}, row("1", "x", "t"), `"my..schema"."a//"b""/"1"`},
		"what JSON has to escape":  {"public", "t", []int{0}, row("\"\\\n", "x", "t"), "\"public\".\"t\"/\"\"\\\n\""},
		"an empty text is no NULL": {"public", "t", []int{1}, row("1", "", "t"), `"public"."t"/""`},
	} {
		t.Run(name, func(t *testing.T) {
			e := wire.NewEncoder(&wire.Table{Schema: c.schema, Name: c.table, Key: c.key, Columns: columns}, []int{0, 1, 2}, false)
			require.Equal(t, c.key != nil, e.HasKey())
			m := parse(t, append(e.Append(nil, &wire.Change{Operation: wire.Insert, New: c.row}), e.End(false)...))
			require.Equal(t, c.want, m.Key)
			require.Equal(t, []any{c.schema, c.table}, m.Headers["relation"])
		})
	}
}

func TestSame(t *testing.T) {
	e := wire.NewEncoder(pair(), []int{0}, false) // v is not selected
	require.True(t, e.Same(row("1", "a"), row("1", "b")))
	require.False(t, e.Same(row("1", "a"), row("2", "a")))
	require.True(t, e.SameKey(row("1", "a"), row("1", "b")))
	require.False(t, e.SameKey(row("1", "a"), row("NULL", "a")))
	require.False(t, e.SameKey(row("", "a"), row("NULL", "a")))
}
