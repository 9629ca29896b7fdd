package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Names that are key words of later versions stay names.
func TestColumnNamedLikeAKeyWord(t *testing.T) {
	s := start(t, `CREATE TABLE logins (id int PRIMARY KEY, "system_user" text)`, "INSERT INTO logins VALUES (1, 'Ä'), (2, 'b')")
	r, lines := s.read("table", "logins", "where", `lower("system_user") = 'ä'`)
	require.Equal(t, []string{"insert id=1 system_user=Ä", "snapshot-end", "up-to-date"}, lines)
	s.sql("INSERT INTO logins VALUES (3, 'Ä'), (4, 'b')")
	require.Equal(t, []string{"insert id=3 system_user=Ä", "up-to-date"}, r.next().brief())
}
