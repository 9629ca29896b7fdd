package diag

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNear(t *testing.T) {
	columns := []string{"id", "song_id", "local_path", "source_client_id", "created_at", "metadata"}
	for name, want := range map[string]string{
		"path":       "local_path",
		"client_id":  "source_client_id",
		"date_added": "",
		"metadat":    "metadata",
		"craeted_at": "created_at",
		"xyz":        "",
	} {
		require.Equal(t, want, Near(name, columns), name)
	}
}
