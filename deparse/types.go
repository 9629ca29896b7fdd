package deparse

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
)

// isRowType says whether a type is composite: named, record, or a domain over one.
func isRowType(c *catalog.Catalog, typ pg.OID) bool {
	if typ == pg.Record {
		return true
	}
	t := c.Type(baseType(c, typ))
	return t != nil && t.Kind == 'c'
}

// rowColumns gives the columns of a named composite type, nil for a record.
func rowColumns(c *catalog.Catalog, typ pg.OID) []*catalog.Column {
	if typ == pg.Record {
		return nil
	}
	t := c.Type(baseType(c, typ))
	if t == nil {
		return nil
	}
	if r := c.Relation(t.RelID); r != nil {
		return r.Columns
	}
	return nil
}
