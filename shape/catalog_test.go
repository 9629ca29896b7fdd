package shape

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/shape/wire"
)

// A row's key is made of these columns in this order: the primary key's own
// order, wherever its columns stand in the table.
func TestPrimaryKey(t *testing.T) {
	conn, err := pgx.Connect(t.Context(), pgtest.Start(t).Database(t))
	require.NoError(t, err)
	defer conn.Close(t.Context())

	for _, c := range []struct {
		name, columns string
		key           []string
	}{
		{"first", "id int PRIMARY KEY, a text", []string{"id"}},
		{"second", "a text, id int PRIMARY KEY", []string{"id"}},
		{"pair", "a int, b int, c int, PRIMARY KEY (c, a)", []string{"c", "a"}},
		{"included", "a int, b int, PRIMARY KEY (b) INCLUDE (a)", []string{"b"}},
		{"without", "a int, b int UNIQUE", []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := conn.Exec(t.Context(), "CREATE TABLE "+c.name+" ("+c.columns+")")
			require.NoError(t, err)
			r, err := (&reader{from: conn}).byName(t.Context(), "public", c.name)
			require.NoError(t, err)
			require.Equal(t, c.key, r.Names(r.Key))
		})
	}
}

// Texts are ordered here where a collation orders by bytes, whatever its name is.
func TestCollations(t *testing.T) {
	server := pgtest.Start(t)
	conn, err := pgx.Connect(t.Context(), server.Database(t))
	require.NoError(t, err)
	defer conn.Close(t.Context())

	for _, c := range []struct {
		name, of string // of CREATE COLLATION; "" when the server has it
		since    int
		want     wire.Collation
	}{
		{"default", "", 14, wire.Bytewise},
		{"C", "", 14, wire.Bytewise},
		{"POSIX", "", 14, wire.Bytewise},
		{"ucs_basic", "", 14, wire.Bytewise},
		{"pg_c_utf8", "", 17, wire.Bytewise},
		{"pg_unicode_fast", "", 18, wire.Linguistic},
		{"en-x-icu", "", 14, wire.Linguistic},
		{"tr-x-icu", "", 14, wire.Foreign},
		{"icu_c", "provider = icu, locale = 'C'", 14, wire.Linguistic},
		{"icu_posix", "provider = icu, locale = 'posix'", 14, wire.Linguistic},
		{"without_accents", "provider = icu, locale = 'und-u-ks-level1', deterministic = false", 14, wire.Foreign},
	} {
		t.Run(c.name, func(t *testing.T) {
			if server.Version < c.since {
				t.Skipf("PostgreSQL has it since version %d, the server is %d", c.since, server.Version)
			}
			name := pgx.Identifier{c.name}.Sanitize()
			if c.of != "" {
				_, err := conn.Exec(t.Context(), "CREATE COLLATION "+name+" ("+c.of+")")
				require.NoError(t, err)
			}
			_, err := conn.Exec(t.Context(), "CREATE TABLE t (a text COLLATE "+name+")")
			require.NoError(t, err)
			r, err := (&reader{from: conn}).byName(t.Context(), "public", "t")
			require.NoError(t, err)
			require.Equal(t, c.want, r.Columns[0].Collation)
			_, err = conn.Exec(t.Context(), "DROP TABLE t")
			require.NoError(t, err)
		})
	}
}
