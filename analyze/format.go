package analyze

import (
	"strconv"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
)

func itoa(n int) string { return strconv.Itoa(n) }

// formatType names a type as messages do: with its schema only where the name
// alone would not find it.
func formatType(c *catalog.Catalog, typ pg.OID) string { return datum.TypeName(c, typ) }

// formatTypmod is formatType with the modifier.
func formatTypmod(c *catalog.Catalog, typ pg.OID, typmod int32) string {
	return datum.FormatType(c, typ, typmod)
}
