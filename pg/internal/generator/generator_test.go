package generator

import (
	"reflect"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/pg"
)

// firstUnpinnedOID is where initdb's numbering begins (FirstUnpinnedObjectId
// of transam.h): from here on OIDs depend on the build and its locales.
const firstUnpinnedOID = 12000

// start connects to a PostgreSQL of the version the tables were read from.
func start(t *testing.T) (*pgx.Conn, string) {
	server := pgtest.Start(t)
	if server.Version != 15 {
		t.Skipf("the tables are PostgreSQL 15's, the server is %d", server.Version)
	}
	dsn := server.Database(t)
	conn, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(t.Context()) })
	return conn, dsn
}

// The built-in rows equal a server's, all fields of all rows that have the
// same OID everywhere, and in number for the others.
func TestBuiltinEqualsServer(t *testing.T) {
	conn, _ := start(t)
	live, err := read(t.Context(), conn, nil)
	require.NoError(t, err)
	sortSet(live, nil)
	ours := pg.Builtin
	for _, k := range kinds {
		want, got := pinned(reflect.ValueOf(live), k.field), pinned(reflect.ValueOf(&ours), k.field)
		require.Equal(t, len(want), len(got), k.field)
		for i := range want {
			require.Equal(t, want[i], got[i], k.field)
		}
		if k.field != "Collations" && k.field != "Named" {
			assert.Equal(t, count(live, k.field), count(&ours, k.field), k.field)
		}
	}
}

func count(s *pg.Set, field string) int {
	return reflect.ValueOf(s).Elem().FieldByName(field).Len()
}

// pinned prints the rows of a kind whose OIDs, own and referred to, do not
// depend on the build.
func pinned(set reflect.Value, field string) []string {
	rows := set.Elem().FieldByName(field)
	var texts []string
	for i := range rows.Len() {
		row := reflect.New(rows.Index(i).Type()).Elem()
		row.Set(rows.Index(i))
		stable := true
		eachOIDOf(row, "", func(_ string, oid *pg.OID) { stable = stable && *oid < firstUnpinnedOID })
		if stable && !builtBy(row) {
			var b strings.Builder
			literal(&b, row)
			texts = append(texts, b.String())
		}
	}
	return texts
}

// builtBy tells of the bootstrap superuser, whom initdb's caller names.
func builtBy(row reflect.Value) bool {
	n, ok := row.Interface().(pg.NamedRow)
	return ok && n.Catalog == "pg_authid" && n.OID == 10
}

// The extensions the server has bring what the tables say.
func TestExtensionsEqualServer(t *testing.T) {
	_, dsn := start(t)
	g := &generator{dsn: dsn}
	for _, name := range []string{"btree_gist", "citext", "hstore", "pg_trgm", "vector"} {
		ours := pg.FindExtension(name)
		require.NotNil(t, ours, name)
		live, err := g.readExtension(t.Context(), pg.ExtensionRow{Name: name})
		if err != nil {
			t.Logf("%s is not compared: %v", name, err)
			continue
		}
		for _, k := range kinds {
			assert.Equal(t, count(live.row.Set, k.field), count(ours.Set, k.field), "%s %s", name, k.field)
		}
		for i := range ours.Set.Procs {
			assert.Equal(t, live.row.Set.Procs[i].Name, ours.Set.Procs[i].Name, name)
			assert.Equal(t, live.row.Set.Procs[i].Src, ours.Set.Procs[i].Src, name)
		}
	}
}

func TestGoName(t *testing.T) {
	for name, want := range map[string]string{"int4": "Int4", "pg_lsn": "PgLsn", "anyarray": "AnyArray", "tstzrange": "TstzRange"} {
		assert.Equal(t, want, goName(name))
	}
}

func TestLiteral(t *testing.T) {
	var b strings.Builder
	literal(&b, reflect.ValueOf(pg.ProcRow{OID: 1, Name: "a\n`", Kind: 'f', ArgTypes: []pg.OID{23, 25}, ArgNames: []string{"", "x"}}))
	assert.Equal(t, `{OID: 1, Name: "a\n`+"`"+`", Kind: 'f', ArgTypes: []OID{23, 25}, ArgNames: []string{"", "x"}}`, b.String())
}
