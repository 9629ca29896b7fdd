package shape

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
)

// retract takes tables that no shape is on out of the publication.
func (e *Engine) retract(ctx context.Context) error {
	if e.options.Manual {
		return nil
	}
	e.publish.Lock()
	defer e.publish.Unlock()
	rows, err := e.control.Query(ctx, `SELECT r.prrelid FROM pg_catalog.pg_publication_rel r
		JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid WHERE p.pubname = $1`, e.publication())
	if err != nil {
		return err
	}
	members, err := pgx.CollectRows(rows, pgx.RowTo[uint32])
	if err != nil {
		return err
	}
	needed := e.neededTables()
	members = slices.DeleteFunc(members, func(oid uint32) bool { return needed[oid] })
	if len(members) == 0 {
		return nil
	}
	found, err := e.catalog.byOID(ctx, members)
	if err != nil {
		return err
	}
	for _, r := range found {
		if !r.owned {
			continue
		}
		if err := e.retractOne(ctx, r); err != nil && !isLocked(err) { // those that somebody has locked have time
			return err
		}
	}
	return nil
}

func (e *Engine) retractOne(ctx context.Context, r *relation) error {
	return pgx.BeginFunc(ctx, e.control, func(tx pgx.Tx) error {
		return runAll(ctx, tx, []string{
			lockTimeoutSQL(briefly),
			"ALTER PUBLICATION " + pgx.Identifier{e.publication()}.Sanitize() + " DROP TABLE ONLY " + identifier(&r.Table),
		})
	})
}

// neededTables are the tables that shapes depend on, or will in a moment.
func (e *Engine) neededTables() map[uint32]bool {
	needed := map[uint32]bool{}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range e.shapes {
		needed[s.definition.Table.OID] = true
		for _, oid := range s.reads() {
			needed[oid] = true
		}
	}
	for _, m := range e.making {
		for _, oid := range m.tables {
			needed[oid] = true
		}
	}
	return needed
}
