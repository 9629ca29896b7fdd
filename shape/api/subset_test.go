package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A subset's body says which transactions it saw, and marks its rows.
func TestSubset(t *testing.T) {
	s := start(t, items, "INSERT INTO items VALUES (1, 'a'), (2, 'b')")
	writer := s.connect()
	_, err := writer.Exec(t.Context(), "SELECT 1")
	require.NoError(t, err)
	a := s.get("table", "items", "offset", "-1", "log", "changes_only", "subset__where", "")
	body := a.subset()
	mark := *body.Data[0].Headers.SnapshotMark
	jsonEqual(t, map[string]any{
		"metadata": map[string]any{
			"xmin": body.Metadata.Xmin, "xmax": body.Metadata.Xmax, "xip_list": []string{}, "snapshot_mark": mark, "database_lsn": body.Metadata.DatabaseLSN,
		},
		"data": []any{
			map[string]any{
				"key": `"public"."items"/"1"`, "value": map[string]string{"id": "1", "value": "a"},
				"headers": map[string]any{"operation": "insert", "relation": []string{"public", "items"}, "snapshot_mark": mark},
			},
			map[string]any{
				"key": `"public"."items"/"2"`, "value": map[string]string{"id": "2", "value": "b"},
				"headers": map[string]any{"operation": "insert", "relation": []string{"public", "items"}, "snapshot_mark": mark},
			},
		},
	}, a.body)
	require.Less(t, mark, uint32(1<<31))
	xmin, err := strconv.ParseUint(body.Metadata.Xmin, 10, 64)
	require.NoError(t, err)
	xmax, err := strconv.ParseUint(body.Metadata.Xmax, 10, 64)
	require.NoError(t, err)
	require.LessOrEqual(t, xmin, xmax)
	_, err = strconv.ParseUint(body.Metadata.DatabaseLSN, 10, 64)
	require.NoError(t, err)

	again := s.get("table", "items", "offset", "-1", "log", "changes_only", "subset__where", "").subset()
	require.NotEqual(t, mark, again.Metadata.SnapshotMark)
	none := s.get("table", "items", "offset", "-1", "subset__where", "id = 3")
	require.Empty(t, none.subset().Data)
	require.Contains(t, none.body, `"data":[]`)
}

// A transaction that the subset does not see is told by its metadata, and comes
// with the log.
func TestSubsetAndChanges(t *testing.T) {
	s := start(t, items, "INSERT INTO items VALUES (1, 'a')")
	r, _ := s.read("table", "items", "log", "changes_only")
	writer := s.connect()
	_, err := writer.Exec(t.Context(), "BEGIN; UPDATE items SET value = 'b'")
	require.NoError(t, err)
	var xid string
	require.NoError(t, writer.QueryRow(t.Context(), "SELECT txid_current()::text").Scan(&xid))
	s.sql("INSERT INTO items VALUES (2, 'c')")
	r.next()
	a := r.ask("subset__where", "id = 1")
	require.Equal(t, []string{"insert id=1 value=a"}, briefs(a.subset().Data))
	require.Equal(t, []string{xid}, a.subset().Metadata.XipList)
	require.Equal(t, r.offset, a.offset())
	_, err = writer.Exec(t.Context(), "COMMIT")
	require.NoError(t, err)
	change := r.next().messages()[0]
	require.Equal(t, "update id=1 value=b", change.brief())
	require.Equal(t, xid, strconv.FormatUint(change.Headers.Txids[0], 10))
}

// What a subset may ask for.
func TestSubsetQueries(t *testing.T) {
	s := start(t, "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')", `CREATE TABLE people (id int PRIMARY KEY, name text, age int, m mood, "Odd" int)`,
		"INSERT INTO people VALUES (1, 'Ann', 30, 'sad', 3), (2, 'Bob', NULL, 'ok', 2), (3, 'Cid', 20, 'happy', 1), (4, 'Dee', 50, 'ok', 0)")
	ids := func(params ...string) (list []string) {
		t.Helper()
		a := s.get(append([]string{"table", "people", "offset", "-1", "where", "id < 4"}, params...)...)
		for _, m := range a.subset().Data {
			list = append(list, *m.Value["id"])
		}
		return list
	}
	for _, row := range []struct {
		params []string
		want   []string
	}{
		{[]string{"subset__limit", "2", "subset__order_by", "id"}, []string{"1", "2"}},
		{[]string{"subset__limit", "2", "subset__order_by", "name DESC"}, []string{"3", "2"}},
		{[]string{"subset__limit", "2", "subset__offset", "1", "subset__order_by", "id DESC"}, []string{"2", "1"}},
		{[]string{"subset__offset", "2", "subset__order_by", "id"}, []string{"3"}},
		{[]string{"subset__order_by", "age NULLS FIRST, id"}, []string{"2", "3", "1"}},
		{[]string{"subset__order_by", "age DESC NULLS LAST"}, []string{"1", "3", "2"}},
		{[]string{"subset__order_by", `"Odd" ASC`}, []string{"3", "2", "1"}},
		{[]string{"subset__order_by", "m DESC"}, []string{"3", "2", "1"}},
		{[]string{"subset__where", "age > 10", "subset__order_by", "age"}, []string{"3", "1"}},
		{[]string{"subset__where", "name ILIKE $1", "subset__params", `{"1":"%b%"}`}, []string{"2"}},
		{[]string{"subset__where", "age = $1", "subset__params", `{"1":30}`}, []string{"1"}},
		{[]string{"subset__where", "age = $1", "subset__params[1]", "30"}, []string{"1"}},
		{[]string{"subset[where]", "age = $1", "subset[params][1]", "30"}, []string{"1"}},
		{[]string{"subset__where", "name = $1::text", "subset__params", `{"1":"Cid"}`}, []string{"3"}},
		{[]string{"subset__where", "id = 4 OR id = 3"}, []string{"3"}},
		{[]string{"subset__where", "m = 'ok'"}, []string{"2"}},
		{[]string{"subset__where", "m = $1", "subset__params", `{"1":"ok"}`}, []string{"2"}},
		{[]string{"subset__where", "m IN ('ok', 'happy')", "subset__order_by", "id"}, []string{"2", "3"}},
		{[]string{"subset__where", "m = ANY ('{ok,happy}')", "subset__order_by", "id"}, []string{"2", "3"}},
		{[]string{"subset__where", "m = ANY ($1)", "subset__params", `{"1":"{ok,sad}"}`, "subset__order_by", "id"}, []string{"1", "2"}},
		{[]string{"subset__where", "m <> ALL ($1)", "subset__params", `{"1":"{ok,NULL}"}`}, nil},
		{[]string{"subset__where", "m <> ALL ($1)", "subset__params", `{"1":"{\"ok\",sad}"}`}, []string{"3"}},
		{[]string{"subset__where", "m NOT IN ('ok', $1)", "subset__params", `{"1":"sad"}`}, []string{"3"}},
		{[]string{"subset__where", "m IS DISTINCT FROM 'ok'", "subset__order_by", "id"}, []string{"1", "3"}},
		{[]string{"subset__where", "m::text < 'ok'", "subset__order_by", "id"}, []string{"3"}},
		{[]string{"subset__where_expr", `{"type":"ref"}`, "subset__order_by", "id"}, []string{"1", "2", "3"}},
		{[]string{"subset__where", "name = '''; DROP TABLE people; --'"}, nil},
	} {
		require.Equal(t, row.want, ids(row.params...), row.params)
	}
	require.Equal(t, []string{"insert id=3", "insert id=1"}, briefs(
		s.get("table", "people", "offset", "-1", "columns", "id", "subset__limit", "2", "subset__order_by", "age", "subset__where", "age IS NOT NULL OR name = 'Bob'").subset().Data))
}

// Which labels an enum has, Postgres knows: what is none is told in its words, and
// never runs.
func TestSubsetOfUnknownLabels(t *testing.T) {
	s := start(t, `CREATE TYPE "Mood" AS ENUM ('sad', 'it''s')`, `CREATE TABLE people (id int PRIMARY KEY, m "Mood")`, "INSERT INTO people VALUES (1, 'sad')")
	none := func(label string) string { return `invalid input value for enum public."Mood": "` + label + `"` }
	for _, row := range []struct{ where, param, text string }{
		{"m = 'nope'", "", none("nope")},
		{"m IN ('sad', 'nope')", "", none("nope")},
		{"m = $1", "nope", none("nope")},
		{"m = $1", "", none("")},
		{"m = ANY ('{sad,nope}')", "", none("nope")},
		{"m = ANY ($1)", "{nope}", none("nope")},
		{"m <> ALL ($1)", "{sad,\"a b\"}", none("a b")},
		{"m = $1", "sad' OR '1'='1", none("sad' OR '1'='1")},
		{"m = $1", `\' OR 1 = 1; DROP TABLE people; --`, none(`\' OR 1 = 1; DROP TABLE people; --`)},
		{"m = ANY ($1)", "{sad}'::text[]) OR true; --", ""},
		{"m = ANY ($1)", "{sad", ""},
		{"m < 'sad'", "", ""},
		{"m = 'sad'::\"Mood\"", "", ""},
	} {
		params := []string{"table", "people", "offset", "-1", "log", "changes_only", "subset__where", row.where}
		if strings.Contains(row.where, "$1") {
			params = append(params, "subset__params[1]", row.param)
		}
		a := s.get(params...)
		require.Equal(t, http.StatusBadRequest, a.status, "%v %s", row, a.body)
		if row.text == "" {
			require.Contains(t, a.body, `"errors":{"subset":{"where":["At location`)
			continue
		}
		jsonEqual(t, invalid(map[string]any{"subset": map[string]any{"where": row.text}}), a.body)
	}
	require.Len(t, s.get("table", "people", "offset", "-1", "subset__where", "m = ANY ($1)", "subset__params[1]", `{sad,it's}`).subset().Data, 1)
}

// A shape's own filter says nothing of labels, as Electric's: of their texts it may.
func TestEnumsInFilters(t *testing.T) {
	s := start(t, "CREATE TYPE mood AS ENUM ('sad', 'ok')", "CREATE TABLE people (id int PRIMARY KEY, m mood)", "INSERT INTO people VALUES (1, 'sad'), (2, 'ok')")
	for _, row := range []struct{ where, param, text string }{
		{"m = 'ok'", "", "At location 4: invalid syntax for type enum mood: ok"},
		{"m = $1", "ok", "At location 4: invalid syntax for type enum mood: ok"},
		{"m IN ('ok', $1)", "ok", "At location 6: invalid syntax for type enum mood: ok"},
		{"m = ANY ($1)", "{ok}", "At location 9: invalid syntax for type enum mood[]: {ok}"},
		{"m < $1", "ok", "At location 2: Could not select an operator overload"},
	} {
		params := []string{"table", "people", "offset", "-1", "where", row.where}
		if row.param != "" {
			params = append(params, "params[1]", row.param)
		}
		a := s.get(params...)
		require.Equal(t, http.StatusBadRequest, a.status, a.body)
		jsonEqual(t, invalid(one("where", row.text)), a.body)
	}
	for clause, param := range map[string]string{"m::text = $1": "ok", "m::text = ANY ($1)": "{ok,nope}", "m::text IN ($1, 'x')": "ok", "m::text LIKE $1": "o%"} {
		r, lines := s.read("table", "people", "where", clause, "params[1]", param)
		require.Equal(t, []string{"insert id=2 m=ok", "snapshot-end", "up-to-date"}, lines, clause)
		s.sql("UPDATE people SET m = 'ok' WHERE id = 1")
		require.Equal(t, []string{"insert id=1 m=ok", "up-to-date"}, r.next().brief(), clause)
		s.sql("UPDATE people SET m = 'sad' WHERE id = 1")
	}
}

// An order is columns, and nothing that is run.
func TestOrderInjection(t *testing.T) {
	s := start(t, items, "INSERT INTO items VALUES (1, 'a')")
	for order, text := range map[string]string{
		"CAST((SELECT version()) AS int) DESC":   "At location 23: SubLink expressions are not allowed in ORDER BY clauses",
		"pg_sleep(5)":                            "At location 18: FuncCall expressions are not allowed in ORDER BY clauses",
		"(SELECT count(*) FROM pg_tables)":       "At location 18: SubLink expressions are not allowed in ORDER BY clauses",
		"id::text":                               "At location 20: TypeCast expressions are not allowed in ORDER BY clauses",
		"CASE WHEN (SELECT true) THEN 1 END":     "At location 18: CaseExpr expressions are not allowed in ORDER BY clauses",
		"id + 1":                                 "At location 21: A_Expr expressions are not allowed in ORDER BY clauses",
		"current_user":                           "At location 18: SQLValueFunction expressions are not allowed in ORDER BY clauses",
		"$1":                                     "At location 18: parameter $1 is not supported in ORDER BY clauses",
		"items.id":                               "At location 18: unknown reference items.id",
		"pg_class":                               "At location 18: unknown reference pg_class",
		"id; DROP TABLE items":                   "Unexpected `;` in order by",
		"id LIMIT 1":                             "malformed query ending with SQL clauses",
		"id FOR UPDATE":                          "malformed query ending with SQL clauses",
		"id UNION SELECT 1":                      `At location 21: syntax error at or near "UNION"`,
		"id -- ":                                 "",
		"id DESC /* quiet */ , value NULLS LAST": "",
	} {
		a := s.get("table", "items", "offset", "-1", "log", "changes_only", "subset__order_by", order)
		if text == "" {
			require.Equal(t, http.StatusOK, a.status, order)
			continue
		}
		require.Equal(t, http.StatusBadRequest, a.status, order)
		jsonEqual(t, invalid(map[string]any{"subset": one("order_by", text)}), a.body)
	}
	require.Equal(t, []string{"insert id=1 value=a", "snapshot-end"}, s.get("table", "items", "offset", "-1").brief())
}

// A subset's own mistake makes no shape.
func TestRefusedSubset(t *testing.T) {
	s := start(t, items)
	a := s.get("table", "items", "offset", "-1", "subset__where", "nope")
	require.Equal(t, http.StatusBadRequest, a.status)
	require.Empty(t, s.engine.Shapes())
	a = s.get("table", "items", "offset", "0_0", "handle", "unknown", "subset__where", "nope = 1")
	require.Equal(t, http.StatusBadRequest, a.status, "it is told before the handle")
	jsonEqual(t, invalid(map[string]any{"subset": one("where", "At location 0: unknown reference nope")}), a.body)
}

// A large subset is sent as it comes.
func TestLargeSubset(t *testing.T) {
	s := start(t, items, "INSERT INTO items SELECT i, repeat('x', 1000) FROM generate_series(1, 5000) i")
	a := s.get("table", "items", "offset", "-1", "log", "changes_only", "subset__order_by", "id")
	data := a.subset().Data
	require.Len(t, data, 5000)
	require.Equal(t, "5000", *data[4999].Value["id"])
}
