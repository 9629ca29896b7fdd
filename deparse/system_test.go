package deparse_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/deparse"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// TestSystemViews reads the server's own views and prints them again: their
// texts are what pg_get_viewdef gives, so nothing may change.
func TestSystemViews(t *testing.T) {
	c := catalog.New()
	c.SetSearchPath([]string{"pg_catalog"})
	tried := 0
	for _, row := range pg.Builtin.Relations {
		if row.ViewDef == "" {
			continue
		}
		tried++
		node, perr := parser.Parse(row.ViewDef)
		require.Nil(t, perr, row.Name)
		var got string
		err := pgerr.Catch(func() {
			view := *c.Relation(row.OID)
			view.Query = analyze.New(c).Query(node)
			got = deparse.ViewDef(c, &view)
		})
		if assert.Nil(t, err, row.Name) {
			// What was an unnamed constant becomes, once cast, a column called name.
			want := strings.ReplaceAll(row.ViewDef, "'PUBLIC'::name) grantee", "'PUBLIC'::name AS name) grantee")
			assert.Equal(t, want, got, row.Name)
		}
	}
	require.Greater(t, tried, 100)
}
