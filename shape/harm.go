package shape

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// With the replica identity FULL, which shapes need, Postgres refuses each UPDATE
// and DELETE of a table that is in a publication without some of its columns (see
// CheckCmdReplicationIdentity): what is read here keeps users' writes from that.
// Generated columns count since version 18, which can publish those that are
// stored.

// harmful says why a table cannot be published without harm to those who write to
// it; "" when it can.
func (e *Engine) harmful(r *relation, generated bool) string {
	switch {
	case r.virtual != "":
		table, column := identifier(&r.Table), pgx.Identifier{r.virtual}.Sanitize()
		return fmt.Sprintf("Database table %s has the virtual generated column %q, and Postgres refuses updates and deletes of such a table while it is replicated. "+
			"Make it a stored one: ALTER TABLE %s DROP COLUMN %s, ADD COLUMN %s … GENERATED ALWAYS AS (…) STORED", strconv.Quote(r.title()), r.virtual, table, column, column)
	case r.stored != "" && !generated:
		return leavesOutGenerated(r, e.publication())
	}
	return ""
}

func leavesOutGenerated(r *relation, publication string) string {
	return fmt.Sprintf("Database table %s has the generated column %q, which the publication %q leaves out. With the replica identity FULL, which shapes need, "+
		"Postgres would refuse updates and deletes of it. Run: ALTER PUBLICATION %s SET (publish_generated_columns = stored)",
		strconv.Quote(r.title()), r.stored, publication, pgx.Identifier{publication}.Sanitize())
}

// othersSQL gives other publications that have some tables without all columns;
// generatedOthersSQL, for servers of version 18 and later, those that leave out
// generated ones.
const (
	othersSQL = `SELECT p.pubname, n.nspname, c.relname, false FROM pg_catalog.pg_publication p JOIN pg_catalog.pg_publication_rel r ON r.prpubid = p.oid
		JOIN pg_catalog.pg_class c ON c.oid = r.prrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE p.pubname <> $1 AND (p.pubupdate OR p.pubdelete) AND c.oid = ANY($2::oid[]) AND r.prattrs IS NOT NULL`
	generatedOthersSQL = `
		UNION ALL SELECT p.pubname, n.nspname, c.relname, true
		FROM pg_catalog.pg_publication p CROSS JOIN pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE p.pubname <> $1 AND (p.pubupdate OR p.pubdelete) AND p.pubgencols <> 's' AND c.oid = ANY($2::oid[])
		AND EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> '')
		AND (p.puballtables OR EXISTS (SELECT FROM pg_catalog.pg_publication_rel r WHERE r.prpubid = p.oid AND r.prrelid = c.oid)
			OR EXISTS (SELECT FROM pg_catalog.pg_publication_namespace s WHERE s.pnpubid = p.oid AND s.pnnspid = c.relnamespace))`
)

// mayIdentify refuses to give a table the replica identity FULL that is in another
// publication as well, without all of its columns.
func (e *Engine) mayIdentify(ctx context.Context, r *relation) error {
	oids, err := readRoots(ctx, e.control, r.OID)
	if err != nil {
		return err
	}
	oids = append(oids, r.OID)
	for _, l := range r.leaves {
		oids = append(oids, l.oid)
	}
	conn, err := e.control.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	sql, version := othersSQL, versionOf(conn.Conn())
	if version < 15 { // whole tables are all it knows
		return nil
	}
	if version >= 18 {
		sql += generatedOthersSQL
	}
	rows, err := conn.Query(ctx, sql+" ORDER BY 1, 2, 3 LIMIT 1", e.publication(), oids)
	if err != nil {
		return err
	}
	var name, schema, table, why string
	var generated bool
	if _, err := pgx.ForEachRow(rows, []any{&name, &schema, &table, &generated}, func() error {
		if why = leavesOutGenerated(r, name); !generated {
			publication, id := pgx.Identifier{name}.Sanitize(), pgx.Identifier{schema, table}.Sanitize()
			why = fmt.Sprintf("Database table %s is in the publication %q with a list of columns. With the replica identity FULL, which shapes need, "+
				"Postgres would refuse updates and deletes of it. Run: ALTER PUBLICATION %s DROP TABLE %s; ALTER PUBLICATION %s ADD TABLE ONLY %s",
				strconv.Quote(schema+"."+table), name, publication, id, publication, id)
		}
		return nil
	}); err != nil || why == "" {
		return err
	}
	return &Unavailable{Message: why, After: 10 * time.Second, Known: true}
}

// harmedSQL gives the tables whose updates and deletes are refused as long as a
// publication has them. It is for servers of version 18 and later.
const harmedSQL = `SELECT r.prrelid FROM pg_catalog.pg_publication p
	JOIN pg_catalog.pg_publication_rel r ON r.prpubid = p.oid JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
	WHERE p.pubname = $1 AND c.relreplident = 'f' AND EXISTS (SELECT FROM pg_catalog.pg_attribute a
		WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND (a.attgenerated = 'v' OR a.attgenerated = 's' AND p.pubgencols <> 's'))`

// unpublishHarmful takes tables out of the publication that have become harmful,
// at once: somebody waits to write to them.
func (e *Engine) unpublishHarmful(ctx context.Context) error {
	if e.options.Manual {
		return nil
	}
	e.publish.Lock()
	defer e.publish.Unlock()
	harmed, err := e.harmed(ctx)
	if err != nil || len(harmed) == 0 {
		return err
	}
	found, err := e.catalog.byOID(ctx, harmed)
	if err != nil {
		return err
	}
	for _, r := range found {
		if !r.owned {
			continue
		}
		switch err := e.retractOne(ctx, r); {
		case err == nil:
			e.log.Warn(r.title() + " leaves the publication: a generated column has Postgres refuse updates and deletes of it")
		case !isLocked(err):
			return err
		}
	}
	return nil
}

// harmed reads the tables of harmedSQL.
func (e *Engine) harmed(ctx context.Context) ([]uint32, error) {
	conn, err := e.control.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	if versionOf(conn.Conn()) < 18 {
		return nil, nil
	}
	rows, err := conn.Query(ctx, harmedSQL, e.publication())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uint32])
}
