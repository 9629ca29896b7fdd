package datum_test

import (
	"bufio"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// try gives on a server what input and output functions make of a literal, or
// the SQLSTATE and message they refuse it with.
const try = `CREATE FUNCTION pg_temp.try(typ text, lit text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE r text;
BEGIN
  EXECUTE format('SELECT format(''%%s'', CAST(%L AS %s))', lit, typ) INTO r;
  RETURN r;
EXCEPTION WHEN others THEN RETURN 'ERROR ' || SQLSTATE || ' ' || SQLERRM;
END $$`

// cases reads testdata/literals.txt: "[types]" lines followed by literals, one
// a line; \n and \t are escapes.
func cases(t testing.TB) (types, literals []string) {
	t.Helper()
	f, err := os.Open("testdata/literals.txt")
	require.NoError(t, err)
	defer f.Close()
	var current []string
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "[[") {
			current = strings.Split(strings.Trim(line, "[]"), "; ")
			continue
		}
		for _, typ := range current {
			types, literals = append(types, typ), append(literals, strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(line))
		}
	}
	require.NoError(t, lines.Err())
	return types, literals
}

// TestServer compares every literal of testdata with a real server.
func TestServer(t *testing.T) {
	ctx := context.Background()
	conn := connect15(t)
	_, err := conn.Exec(ctx, try+"; CREATE EXTENSION IF NOT EXISTS hstore")
	require.NoError(t, err)

	types, literals := cases(t)
	rows, err := conn.Query(ctx, "SELECT coalesce(pg_temp.try(a.t, a.l), '') FROM unnest($1::text[], $2::text[]) WITH ORDINALITY a(t, l, n) ORDER BY n", types, literals)
	require.NoError(t, err)
	wants, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)

	c := catalog.New()
	hstore := pg.FindExtension("hstore")
	ext := &catalog.Extension{Header: catalog.Header{OID: hstore.OID, Name: "hstore", Namespace: pg.Public}}
	c.Add(ext)
	c.AddExtensionObjects(ext, hstore.Set)
	for i, want := range wants {
		got := ours(c, types[i], literals[i])
		if got != want {
			t.Errorf("%s %q\n  want %s\n  got  %s", types[i], literals[i], want, got)
		}
	}
	t.Logf("%d literals", len(wants))
}

func ours(c *catalog.Catalog, typ, literal string) (out string) {
	err := pgerr.Catch(func() {
		oid, _ := datum.ParseType(c, typ)
		out = datum.Out(c, oid, datum.In(c, oid, -1, literal))
	})
	if err != nil {
		return "ERROR " + err.Code + " " + err.Message
	}
	return out
}
