package shape

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/shape/wire"
)

// memberships are the tables of the publication: those that were put there, not
// the partitions below them.
type memberships struct {
	tables    map[uint32]membership
	viaRoot   bool // publish_via_partition_root
	generated bool // generated columns that are stored are no hindrance: they are published, or the server is one before 18

	// attached are partitions whose changes arrive if their table's do, and the
	// transaction that made each one; nil where all do. Of what a stream knows alone.
	attached map[uint32]uint32
}

// A membership is how a table is in the publication.
type membership struct {
	row     uint32 // OID in pg_publication_rel or the like: a table that left and came back has another one
	partial bool   // some of its rows or columns are left out
}

func (m *memberships) has(table uint32) bool { _, ok := m.tables[table]; return ok }

// membersSQL reads a publication and its tables; of one FOR ALL TABLES, all.
// schemaMembersSQL, for servers of version 15 and later, adds those of whole
// schemas. A table that is there in both ways is there as a whole: those come last.
const (
	membersSQL = `WITH p AS MATERIALIZED (SELECT p.*, coalesce(pg_catalog.to_jsonb(p) ->> 'pubgencols', 's') = 's' AS generated
			FROM pg_catalog.pg_publication p WHERE p.pubname = $1)
		SELECT p.pubviaroot, p.generated, coalesce(r.prrelid, 0), coalesce(r.oid, 0),
			pg_catalog.to_jsonb(r) ->> 'prqual' IS NOT NULL OR pg_catalog.to_jsonb(r) ->> 'prattrs' IS NOT NULL
		FROM p LEFT JOIN pg_catalog.pg_publication_rel r ON r.prpubid = p.oid
		UNION ALL SELECT p.pubviaroot, p.generated, c.oid, p.oid, false FROM p JOIN pg_catalog.pg_class c ON c.relkind IN ('r', 'p') WHERE p.puballtables`
	schemaMembersSQL = `
		UNION ALL SELECT p.pubviaroot, p.generated, c.oid, n.oid, false
		FROM p JOIN pg_catalog.pg_publication_namespace n ON n.pnpubid = p.oid
		JOIN pg_catalog.pg_class c ON c.relnamespace = n.pnnspid AND c.relkind IN ('r', 'p')`
)

// members reads them.
func (e *Engine) members(ctx context.Context) (memberships, error) {
	conn, err := e.control.Acquire(ctx)
	if err != nil {
		return memberships{}, err
	}
	defer conn.Release()
	return e.membersBy(ctx, conn.Conn())
}

// membersBy reads them as a connection sees them.
func (e *Engine) membersBy(ctx context.Context, conn *pgx.Conn) (m memberships, err error) {
	m.tables, m.generated = map[uint32]membership{}, true
	sql := membersSQL
	if versionOf(conn) >= 15 {
		sql += schemaMembersSQL
	}
	rows, err := conn.Query(ctx, sql, e.publication())
	if err != nil {
		return m, err
	}
	var table uint32
	var one membership
	_, err = pgx.ForEachRow(rows, []any{&m.viaRoot, &m.generated, &table, &one.row, &one.partial}, func() error {
		if table != 0 {
			m.tables[table] = one
		}
		return nil
	})
	return m, err
}

// versionOf is the major version of a connection's server: of 17.10, and of 17beta1.
func versionOf(conn *pgx.Conn) (major int) {
	_, _ = fmt.Sscanf(conn.PgConn().ParameterStatus("server_version"), "%d", &major)
	return major
}

// unfit says why the stream will not tell all changes of a table though it is
// published, or why it must not be, and what to do about it; "" when all is well.
func (e *Engine) unfit(r *relation, m *memberships) string {
	publication := pgx.Identifier{e.publication()}.Sanitize()
	if m.viaRoot && (r.Partitioned || r.partition) {
		return fmt.Sprintf("The publication %q has publish_via_partition_root = true, which does not tell which partition a row is in. "+
			"Run: ALTER PUBLICATION %s SET (publish_via_partition_root = false)", e.publication(), publication)
	}
	if why := e.harmful(r, m.generated); why != "" {
		return why
	}
	for _, t := range append([]leaf{{oid: r.OID, name: pgx.Identifier{r.Schema, r.Name}, logged: r.logged}}, r.leaves...) {
		name, title := t.name.Sanitize(), strconv.Quote(t.name[0]+"."+t.name[1])
		switch {
		case t.foreign:
			return fmt.Sprintf("Database table %s is a foreign table, whose changes are not replicated. Run: ALTER TABLE %s DETACH PARTITION %s",
				title, r.nameOf(t.parent).Sanitize(), name)
		case !t.logged:
			return fmt.Sprintf("Database table %s is unlogged, and its changes are not replicated. Run: ALTER TABLE %s SET LOGGED", title, name)
		case m.tables[t.oid].partial:
			return fmt.Sprintf("Database table %s is in the publication %q with a row filter or a list of columns, and shapes need whole tables. "+
				"Run: ALTER PUBLICATION %s DROP TABLE %s; ALTER PUBLICATION %s ADD TABLE ONLY %s", title, e.publication(), publication, name, publication, name)
		}
	}
	return ""
}

// nameOf is the name of a table, or of one below it.
func (r *relation) nameOf(oid uint32) pgx.Identifier {
	if l := r.leaf(oid); l != nil {
		return l.name
	}
	return pgx.Identifier{r.Schema, r.Name}
}

// title is a table's name for people.
func (r *relation) title() string { return titleOf(&r.Table) }

func titleOf(t *wire.Table) string { return t.Schema + "." + t.Name }
