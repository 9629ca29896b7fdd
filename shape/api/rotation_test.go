package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape"
)

// ended waits until a shape has ended, and checks what its clients are told.
func (r *reader) ended() {
	r.s.t.Helper()
	require.Eventually(r.s.t, func() bool {
		for _, i := range r.s.engine.Shapes() {
			if i.Handle == r.handle {
				return false
			}
		}
		return true
	}, patience, tick)
}

// refetch asks again, is told to start anew, and reads the shape there is now.
func (r *reader) refetch() (now *reader, lines []string) {
	r.s.t.Helper()
	a := r.ask()
	require.Equal(r.s.t, http.StatusConflict, a.status, a.body)
	require.NotEqual(r.s.t, r.handle, a.handle())
	now, lines = r.s.read(r.definition...)
	require.Equal(r.s.t, a.handle(), now.handle)
	return now, lines
}

func TestTruncate(t *testing.T) {
	s := start(t, items, "INSERT INTO items VALUES (1, 'a')")
	r, _ := s.read("table", "items")
	s.sql("INSERT INTO items VALUES (2, 'b')")
	r.next()
	answers := r.live()
	s.sql("TRUNCATE items")
	require.Equal(t, http.StatusConflict, s.within(answers).status)
	r, lines := r.refetch()
	require.Equal(t, []string{"snapshot-end", "up-to-date"}, lines)
	s.sql("INSERT INTO items VALUES (3, 'c')")
	require.Equal(t, []string{"insert id=3 value=c", "up-to-date"}, r.next().brief())
	s.sql("INSERT INTO items VALUES (4, 'd'); TRUNCATE items; INSERT INTO items VALUES (5, 'e')")
	r.ended()
	_, lines = r.refetch()
	require.Equal(t, []string{"insert id=5 value=e", "snapshot-end", "up-to-date"}, lines)
}

// A column that may be NULL now changes the header, and nothing else, up to the
// first NULL: clients do not read the header again, and stop at a NULL that theirs
// rules out.
func TestNullability(t *testing.T) {
	s := start(t, "CREATE TABLE items (id int PRIMARY KEY, value text NOT NULL)")
	r, _ := s.read("table", "items")
	require.JSONEq(t, `{"id":{"not_null":true,"pk_index":0,"type":"int4"},"value":{"not_null":true,"type":"text"}}`, r.ask().header.Get("electric-schema"))
	s.sql("ALTER TABLE items ALTER COLUMN value DROP NOT NULL", "ALTER TABLE items ALTER COLUMN value SET DEFAULT 'x'", "INSERT INTO items VALUES (1, 'a')")
	require.Equal(t, []string{"insert id=1 value=a", "up-to-date"}, r.next().brief())
	require.Eventually(t, func() bool { return r.ask().header.Get("electric-schema") == itemsSchema }, patience, tick)
	require.Equal(t, itemsSchema, s.get("table", "items", "offset", "-1").header.Get("electric-schema"))
	require.Equal(t, r.handle, s.get("table", "items", "offset", "-1").handle())

	s.sql("INSERT INTO items VALUES (2, NULL)")
	r.ended()
	r, lines := r.refetch()
	require.Equal(t, []string{"insert id=1 value=a", "insert id=2 value=NULL", "snapshot-end", "up-to-date"}, lines)
	require.Equal(t, itemsSchema, r.ask().header.Get("electric-schema"))
	s.sql("INSERT INTO items VALUES (3, NULL)")
	require.Equal(t, []string{"insert id=3 value=NULL", "up-to-date"}, r.next().brief())
}

// What a table's alteration does to shapes: to those of all columns, and to one
// of id and value.
func TestAlteration(t *testing.T) {
	for _, row := range []struct {
		name, sql  string
		all, some  bool     // that shape ends
		allLines   []string // what it has after that; nil: the table is gone
		someAnswer int      // status of a request for the other
	}{
		{"a column more", "ALTER TABLE items ADD COLUMN extra int DEFAULT 7", true, false, []string{"insert extra=7 id=1 other=x value=a"}, 200},
		{"a column less", "ALTER TABLE items DROP COLUMN other", true, false, []string{"insert id=1 value=a"}, 200},
		{"a chosen column less", "ALTER TABLE items DROP COLUMN value", true, true, []string{"insert id=1 other=x"}, 400},
		{"another type", "ALTER TABLE items ALTER COLUMN value TYPE varchar(9)", true, true, []string{"insert id=1 other=x value=a"}, 409},
		{"another type elsewhere", "ALTER TABLE items ALTER COLUMN other TYPE varchar", true, false, []string{"insert id=1 other=x value=a"}, 200},
		// Rows are written anew: that the chosen columns kept their values, nothing tells.
		{"another type elsewhere, rows written anew", "ALTER TABLE items ALTER COLUMN other TYPE varchar(9)", true, true, []string{"insert id=1 other=x value=a"}, 409},
		{"a column by another name", "ALTER TABLE items RENAME COLUMN value TO worth", true, true, []string{"insert id=1 other=x worth=a"}, 400},
		{"another key", "ALTER TABLE items DROP CONSTRAINT items_pkey", true, true, []string{"insert id=1 other=x value=a"}, 400},
		{"another name", "ALTER TABLE items RENAME TO things", true, true, nil, 503},
		{"another schema", "CREATE SCHEMA away; ALTER TABLE items SET SCHEMA away", true, true, nil, 503},
		{"another table of that name", "DROP TABLE items; CREATE TABLE items (id int PRIMARY KEY, value text, other text)", true, true, []string{}, 409},
		{"another table with other columns", "DROP TABLE items; CREATE TABLE items (id int PRIMARY KEY, third text)", true, true, []string{}, 400},
		{"no table", "DROP TABLE items", true, true, nil, 503},
		{"not published", "ALTER PUBLICATION electric_publication_default DROP TABLE items", true, true, []string{"insert id=1 other=x value=a"}, 409},
		{"no whole old rows", "ALTER TABLE items REPLICA IDENTITY DEFAULT", true, true, []string{"insert id=1 other=x value=a"}, 409},
		{"an index more", "CREATE INDEX ON items (value)", false, false, []string{"insert id=1 other=x value=a"}, 200},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := start(t, "CREATE TABLE items (id int PRIMARY KEY, value text, other text)", "INSERT INTO items VALUES (1, 'a', 'x')")
			all, _ := s.read("table", "items")
			some, _ := s.read("table", "items", "columns", "id,value")
			s.sql(row.sql)
			if !row.all {
				s.engine.Reconcile(t.Context())
				require.Equal(t, http.StatusOK, all.ask().status)
				return
			}
			all.ended()
			if row.some {
				some.ended()
			}
			require.Equal(t, row.someAnswer, some.ask().status)
			if row.allLines == nil {
				require.Equal(t, http.StatusServiceUnavailable, all.ask().status, "it may come back")
				return
			}
			now, lines := all.refetch()
			require.Equal(t, append(row.allLines, "snapshot-end", "up-to-date"), lines)
			s.sql("DELETE FROM items")
			if len(row.allLines) > 0 {
				require.Equal(t, "up-to-date", now.next().brief()[1])
			}
			if row.someAnswer == http.StatusOK && !row.some {
				require.Equal(t, []string{"delete id=1", "up-to-date"}, some.next().brief(), "it goes on")
			}
		})
	}
}

// A table that is missing for a moment, as when migrations are run again, stops
// no client.
func TestTableComesBack(t *testing.T) {
	s := start(t, items, "INSERT INTO items VALUES (1, 'a')")
	r, _ := s.read("table", "items")
	s.sql("DROP TABLE items")
	r.ended()
	a := s.get("table", "items", "offset", "-1")
	require.Equal(t, http.StatusServiceUnavailable, a.status, a.body)
	require.Equal(t, "1", a.header.Get("retry-after"))
	require.Contains(t, a.body, `Table \"public\".\"items\" was dropped or renamed, please retry: it may come back`)
	require.Equal(t, http.StatusBadRequest, s.get("table", "others", "offset", "-1").status)

	s.sql(items, "INSERT INTO items VALUES (2, 'b')")
	_, lines := r.refetch()
	require.Equal(t, []string{"insert id=2 value=b", "snapshot-end", "up-to-date"}, lines)
}

// A change in the same breath as the alteration is not shown as another row.
func TestAlterationBeforeChange(t *testing.T) {
	s := start(t, items, "INSERT INTO items VALUES (1, 'a')")
	r, _ := s.read("table", "items")
	answers := r.live()
	s.sql("ALTER TABLE items ADD COLUMN extra int; UPDATE items SET extra = 2")
	require.Equal(t, http.StatusConflict, s.within(answers).status)
	_, lines := r.refetch()
	require.Equal(t, []string{"insert extra=2 id=1 value=a", "snapshot-end", "up-to-date"}, lines)
}

// Tables that come and go leave the others in peace.
func TestTablesComeAndGo(t *testing.T) {
	s := start(t, items)
	r, _ := s.read("table", "items")
	for range 5 {
		s.sql("CREATE TABLE passing (id int PRIMARY KEY)", "INSERT INTO passing VALUES (1)")
		passing, lines := s.read("table", "passing")
		require.Equal(t, []string{"insert id=1", "snapshot-end", "up-to-date"}, lines)
		s.sql("DROP TABLE passing")
		passing.ended() // until then it is the shape of that name
	}
	s.sql("INSERT INTO items VALUES (1, 'a')")
	require.Equal(t, []string{"insert id=1 value=a", "up-to-date"}, r.next().brief())
}

// A filter's column that is gone ends the shape, with the first change after it.
func TestFilterColumnDropped(t *testing.T) {
	s := start(t, "CREATE TABLE items (id int PRIMARY KEY, value text, other text)", "INSERT INTO items VALUES (1, 'a', 'x')")
	r, lines := s.read("table", "items", "columns", "id,value", "where", "other = 'x'")
	require.Equal(t, []string{"insert id=1 value=a", "snapshot-end", "up-to-date"}, lines)
	answers := r.live()
	s.sql("ALTER TABLE items DROP COLUMN other; INSERT INTO items VALUES (2, 'b')")
	require.Equal(t, http.StatusConflict, s.within(answers).status)
	require.Equal(t, http.StatusBadRequest, r.ask().status)
}

// When there are too many shapes, the one ends that was not asked for longest.
func TestTooManyShapes(t *testing.T) {
	s := startWith(t, options{Options: shape.Options{MaxShapes: 2}, SQL: []string{items}})
	first, _ := s.read("table", "items", "where", "id = 1")
	second, _ := s.read("table", "items", "where", "id = 2")
	require.Equal(t, http.StatusOK, first.ask().status)
	_, _ = s.read("table", "items", "where", "id = 3")
	second.ended()
	require.Equal(t, http.StatusOK, first.ask().status)
	require.Equal(t, http.StatusConflict, second.ask().status)
}
