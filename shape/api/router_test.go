package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const items = "CREATE TABLE items (id int PRIMARY KEY, value text)"

func TestFirst(t *testing.T) {
	s := start(t, items, "INSERT INTO items VALUES (1, 'a')")
	a := s.get("table", "items", "offset", "-1")
	require.Equal(t, []string{"insert id=1 value=a", "snapshot-end"}, a.brief())
	r, lines := s.read("table", "items")
	require.Equal(t, []string{"insert id=1 value=a", "snapshot-end", "up-to-date"}, lines)
	answers := r.live()
	s.sql("INSERT INTO items VALUES (2, 'b')")
	require.Equal(t, []string{"insert id=2 value=b", "up-to-date"}, s.within(answers).brief())
}
