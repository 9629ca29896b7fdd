package deparse

import "github.com/electric-cli/electric/catalog"

// IndexKey writes one key of an index on r as pg_get_indexdef(index, n, false)
// does: a column, or an expression, between parentheses unless it is a call.
func IndexKey(c *catalog.Catalog, r *catalog.Relation, key *catalog.IndexKey) string {
	text, _, _ := keyText(c, r, key, style{indent: true})
	return text
}
