package eval

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// VerifyDomain checks the values of a domain in rows that are known against
// what ALTER DOMAIN adds to it: a constraint, or without one NOT NULL
// (validateDomainConstraint).
func (x *Executor) VerifyDomain(domain pg.OID, con *catalog.Constraint) {
	if x.store == nil {
		return
	}
	y := x.begin()
	for _, rel := range catalog.All[*catalog.Relation](y.c) {
		if rel.Kind != catalog.Table && rel.Kind != catalog.MaterializedView || y.store.known(rel) == 0 {
			continue
		}
		if !slices.ContainsFunc(rel.Live(), func(c *catalog.Column) bool { return y.isOver(c.Type, domain) }) {
			continue
		}
		y.settle(rel)
		for _, row := range y.tableRows(rel).Rows {
			y.verifyDomainRow(rel, row, domain, con)
		}
	}
}

func (x *Executor) verifyDomainRow(rel *catalog.Relation, row []query.Datum, domain pg.OID, con *catalog.Constraint) {
	for i, col := range rel.Columns {
		switch {
		case col.Dropped || !x.isOver(col.Type, domain):
		case con == nil && row[i] == nil:
			pgerr.Raise("23502", pgerr.NoPosition, "column \"%s\" of table \"%s\" contains null values", col.Name, rel.Name)
		case con != nil && isFalse(x.expr(&frame{test: row[i]}, con.Check)):
			pgerr.Raise("23514", pgerr.NoPosition, "column \"%s\" of table \"%s\" contains values that violate the new constraint", col.Name, rel.Name)
		}
	}
}

// isOver says whether a type is a domain or one over it.
func (x *Executor) isOver(typ, domain pg.OID) bool {
	for t := x.c.Type(typ); t != nil && t.Kind == 'd'; t = x.c.Type(t.BaseType) {
		if t.OID == domain {
			return true
		}
	}
	return false
}
