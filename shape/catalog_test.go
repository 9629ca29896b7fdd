package shape

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
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
