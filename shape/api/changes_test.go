package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/api"
)

const wide = "CREATE TABLE wide (id bigint PRIMARY KEY, value1 text NOT NULL, value2 text NOT NULL, value3 text)"
const wideRow = "INSERT INTO wide VALUES (1, 'a', 'b', NULL)"

// An update tells what has changed, and the key.
func TestUpdate(t *testing.T) {
	s := start(t, wide, wideRow)
	r, _ := s.read("table", "wide")
	key := s.get("table", "wide", "offset", "-1").messages()[0].Key
	s.sql("UPDATE wide SET value2 = 'c' WHERE id = 1; UPDATE wide SET value1 = value1; UPDATE wide SET value2 = NULL WHERE false; UPDATE wide SET value3 = 'd'; UPDATE wide SET value3 = NULL")
	messages := r.next().messages()
	require.Equal(t, []string{"update id=1 value2=c", "update id=1 value3=d", "update id=1 value3=NULL", "up-to-date"}, briefs(messages))
	require.Equal(t, key, messages[0].Key)
	s.sql("DELETE FROM wide")
	require.Equal(t, []string{"delete id=1", "up-to-date"}, r.next().brief())
}

// With replica=full it tells the whole row, and what the changed columns were.
func TestReplicaFull(t *testing.T) {
	s := start(t, wide, wideRow)
	r, lines := s.read("table", "wide", "replica", "full")
	require.Equal(t, []string{"insert id=1 value1=a value2=b value3=NULL", "snapshot-end", "up-to-date"}, lines)
	s.sql("UPDATE wide SET value2 = 'c', value3 = 'd'")
	require.Equal(t, []string{"update id=1 value1=a value2=c value3=d old value2=b value3=NULL", "up-to-date"}, r.next().brief())
	s.sql("UPDATE wide SET id = 2")
	require.Equal(t, []string{"delete id=1 value1=a value2=c value3=d", "insert id=2 value1=a value2=c value3=d", "up-to-date"}, r.next().brief())
	s.sql("DELETE FROM wide")
	require.Equal(t, []string{"delete id=2 value1=a value2=c value3=d", "up-to-date"}, r.next().brief())
}

func TestColumns(t *testing.T) {
	s := start(t, wide, wideRow)
	r, lines := s.read("table", "wide", "columns", `"value1",ID`)
	require.Equal(t, []string{"insert id=1 value1=a", "snapshot-end", "up-to-date"}, lines)
	full, _ := s.read("table", "wide", "columns", "id,value1", "replica", "full")
	// What clients did not choose is not told, nor that it has changed.
	s.sql("UPDATE wide SET value2 = 'c'", "UPDATE wide SET value1 = 'd', value2 = 'e'")
	require.Equal(t, []string{"update id=1 value1=d", "up-to-date"}, r.next().brief())
	require.Equal(t, []string{"update id=1 value1=d old value1=a", "up-to-date"}, full.next().brief())
}

// queryable_columns are those that clients may choose from; the shape's own filter
// may read others.
func TestQueryableColumns(t *testing.T) {
	s := start(t, "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, token text NOT NULL)", "INSERT INTO users VALUES (1, 'Alice', 'super'), (2, 'Bob', 'public')")
	const alice = "insert id=1 name=Alice"
	a := s.get("table", "users", "offset", "-1", "queryable_columns", "id,name", "columns", "id,name", "where", "token LIKE 'super%'")
	require.Equal(t, []string{alice, "snapshot-end"}, a.brief())
	a = s.get("table", "users", "offset", "-1", "queryable_columns", "id,name")
	require.Equal(t, []string{alice, "insert id=2 name=Bob", "snapshot-end"}, a.brief(), "they are what is synced unless columns says otherwise")
	require.Equal(t, a.handle(), s.get("table", "users", "offset", "-1", "columns", "id,name").handle(), "it is the same shape")
	part := s.get("table", "users", "offset", "-1", "queryable_columns", "id,name,token", "columns", "id,name", "subset__where", "token = 'super'")
	require.Equal(t, []string{alice}, briefs(part.subset().Data), "a subset may read what is queryable")
}

// A change of the key is a deletion and an insertion.
func TestKeyChange(t *testing.T) {
	s := start(t, wide, wideRow)
	r, _ := s.read("table", "wide")
	s.sql("INSERT INTO wide VALUES (3, 'o', 'o', 'o'); UPDATE wide SET id = 2, value2 = 'c' WHERE id = 1")
	messages := r.next().messages()
	require.Equal(t, []string{"insert id=3 value1=o value2=o value3=o", "delete id=1", "insert id=2 value1=a value2=c value3=NULL", "up-to-date"}, briefs(messages))
	require.Equal(t, []string{`"public"."wide"/"3"`, `"public"."wide"/"1"`, `"public"."wide"/"2"`}, []string{messages[0].Key, messages[1].Key, messages[2].Key})
}

// Without a primary key all columns are the key.
func TestNoKey(t *testing.T) {
	s := start(t, "CREATE TABLE keyless (col2 text, col1 text NOT NULL)", "INSERT INTO keyless (col1, col2) VALUES ('test1', 'test2')")
	r, lines := s.read("table", "keyless")
	require.Equal(t, []string{"insert col1=test1 col2=test2", "snapshot-end", "up-to-date"}, lines)
	require.Equal(t, `"public"."keyless"/"test1"/"test2"`, s.get("table", "keyless", "offset", "-1").messages()[0].Key, "in the order of their names")
	s.sql("UPDATE keyless SET col1 = 'test3'; INSERT INTO keyless (col1, col2) VALUES ('test4', NULL)")
	messages := r.next().messages()
	require.Equal(t, []string{"delete col1=test1 col2=test2", "insert col1=test3 col2=test2", "insert col1=test4 col2=NULL", "up-to-date"}, briefs(messages))
	require.Equal(t, []string{`"public"."keyless"/"test1"/"test2"`, `"public"."keyless"/"test3"/"test2"`, `"public"."keyless"/"test4"/_`},
		[]string{messages[0].Key, messages[1].Key, messages[2].Key})
}

const numbers = "CREATE TABLE numbers (id int PRIMARY KEY, num int)"

// An update that moves a row in or out of the shape is an insertion or a deletion.
func TestMoves(t *testing.T) {
	s := start(t, numbers, "INSERT INTO numbers VALUES (1, 1), (2, 10)")
	r, lines := s.read("table", "numbers", "where", "num > 5")
	require.Equal(t, []string{"insert id=2 num=10", "snapshot-end", "up-to-date"}, lines)
	s.sql("INSERT INTO numbers VALUES (3, 8), (4, 9), (5, NULL), (6, 2)")
	require.Equal(t, []string{"insert id=3 num=8", "insert id=4 num=9", "up-to-date"}, r.next().brief())
	s.sql("UPDATE numbers SET num = 6 WHERE id = 1; UPDATE numbers SET num = 5 WHERE id = 3")
	a := r.next()
	messages := a.messages()
	require.Equal(t, []string{"insert id=1 num=6", "delete id=3", "up-to-date"}, briefs(messages))
	require.Equal(t, *messages[0].Headers.OpPosition+2, *messages[1].Headers.OpPosition)
	require.True(t, *messages[1].Headers.Last)
	require.Nil(t, messages[0].Headers.Last)
	s.sql("UPDATE numbers SET num = NULL WHERE id = 4; UPDATE numbers SET num = 7 WHERE id = 5; UPDATE numbers SET num = 3 WHERE id = 6; DELETE FROM numbers WHERE id = 6")
	require.Equal(t, []string{"delete id=4", "insert id=5 num=7", "up-to-date"}, r.next().brief())
}

func TestMovesByKey(t *testing.T) {
	s := start(t, numbers, "INSERT INTO numbers VALUES (1, 1), (2, 2), (10, 10), (20, 20)")
	r, lines := s.read("table", "numbers", "where", "id < 10")
	require.Equal(t, []string{"insert id=1 num=1", "insert id=2 num=2", "snapshot-end", "up-to-date"}, lines)
	s.sql("UPDATE numbers SET id = 3 WHERE id = 20; UPDATE numbers SET id = 11 WHERE id = 2; UPDATE numbers SET id = 4 WHERE id = 1")
	messages := r.next().messages()
	require.Equal(t, []string{"insert id=3 num=20", "delete id=2", "delete id=1", "insert id=4 num=1", "up-to-date"}, briefs(messages))
	for i, position := range []uint64{0, 2, 4, 5} {
		require.Equal(t, position, *messages[i].Headers.OpPosition)
	}
	require.Empty(t, messages[0].Headers.KeyChangeFrom, "its old key was not in the shape")
}

// A transaction's other changes leave a shape alone, and its answer.
func TestUnrelatedChanges(t *testing.T) {
	s := start(t, items)
	r, _ := s.read("table", "items", "where", "value ILIKE 'yes%'")
	s.sql("INSERT INTO items VALUES (1, 'yes!'), (2, 'no :(')")
	require.Equal(t, []string{"insert id=1 value=yes!", "up-to-date"}, r.next().brief())
	require.Equal(t, []string{"up-to-date"}, r.ask().brief())
}

// A parameter is a value, whatever it looks like.
func TestParametersAreValues(t *testing.T) {
	s := start(t, items, "INSERT INTO items VALUES (1, 'terrible')")
	const value = "'nonexistent' OR TRUE"
	require.Equal(t, []string{"insert id=1 value=terrible", "snapshot-end"}, s.get("table", "items", "offset", "-1", "where", "value = "+value).brief())
	require.Equal(t, []string{"snapshot-end"}, s.get("table", "items", "offset", "-1", "where", "value = $1", "params[1]", value).brief())
	s.sql(`INSERT INTO items VALUES (2, $$'; DROP TABLE items; --$$)`)
	require.Equal(t, []string{"insert id=2 value='; DROP TABLE items; --", "snapshot-end"},
		s.get("table", "items", "offset", "-1", "where", "value = $1", "params[1]", "'; DROP TABLE items; --").brief())
}

// A subquery's table moves rows, too.
func TestSubquery(t *testing.T) {
	s := startWith(t, options{API: api.Options{}, SQL: []string{
		"CREATE TABLE parent (id int PRIMARY KEY, value int NOT NULL)", "CREATE TABLE child (id int PRIMARY KEY, parent_id int NOT NULL)",
		"INSERT INTO parent VALUES (1, 1), (2, 2)", "INSERT INTO child VALUES (1, 1), (2, 2)",
	}})
	r, lines := s.read("table", "child", "where", "parent_id IN (SELECT id FROM parent WHERE value = $1)", "params[1]", "1")
	require.Equal(t, []string{"insert id=1 parent_id=1", "snapshot-end", "up-to-date"}, lines)
	s.sql("INSERT INTO child VALUES (3, 1)")
	require.Equal(t, []string{"insert id=3 parent_id=1", "up-to-date"}, r.next().brief())
	s.sql("UPDATE parent SET value = 1 WHERE id = 2")
	require.Equal(t, []string{"insert id=2 parent_id=2", "up-to-date"}, r.next().brief())
	s.sql("UPDATE parent SET value = 3 WHERE id = 1")
	gone := r.next().brief()
	require.ElementsMatch(t, []string{"delete id=1", "delete id=3", "up-to-date"}, gone)
}
