package generator

import (
	"context"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/pg"
)

// An extension is what one database told of an extension, and how the OIDs of
// that database are to be read.
type extension struct {
	row    pg.ExtensionRow
	schema pg.OID // where it was created
	// identity names the members of the extension and of those it requires,
	// as extension/identity.
	identity map[pg.OID]string
}

// extensions writes a file for each extension the server offers. It reads all
// first: objects of one may refer to those of another that is numbered later.
func (g *generator) extensions(ctx context.Context) error {
	rows, err := g.available(ctx)
	if err != nil {
		return err
	}
	var all []*extension
	for _, row := range rows {
		x, err := g.readExtension(ctx, row)
		if err != nil {
			return fmt.Errorf("extension %s: %w", row.Name, err)
		}
		g.number(x)
		all = append(all, x)
	}
	for _, x := range all {
		if err := g.translate(x); err != nil {
			return fmt.Errorf("extension %s: %w", x.row.Name, err)
		}
		var b strings.Builder
		setVariable(&b, x)
		if err := g.write("ext_"+strings.ReplaceAll(x.row.Name, "-", "_")+".go", &b); err != nil {
			return err
		}
	}
	return g.writeExtensions(all)
}

// available lists the server's extensions. One that package pg has and the
// server lacks is an error: regenerating must not lose any.
func (g *generator) available(ctx context.Context) ([]pg.ExtensionRow, error) {
	var rows []pg.ExtensionRow
	err := g.session(ctx, func(conn *pgx.Conn) error {
		// Debian's postgis-3 and the like are other names of the same extensions.
		return readJSON(ctx, conn, &rows, `
SELECT e.name AS "Name", default_version AS "Version", v.schema AS "Schema", relocatable AS "Relocatable",
       requires AS "Requires",
       (SELECT json_agg(version ORDER BY version COLLATE "C") FROM pg_available_extension_versions o WHERE o.name = e.name) AS "Versions"
FROM pg_available_extensions e JOIN pg_available_extension_versions v ON v.name = e.name AND v.version = default_version
WHERE e.name !~ '-3$' ORDER BY e.name COLLATE "C"`)
	})
	if err != nil {
		return nil, err
	}
	for _, old := range pg.Extensions {
		if !slices.ContainsFunc(rows, func(r pg.ExtensionRow) bool { return r.Name == old.Name }) {
			return nil, fmt.Errorf("the server lacks extension %s: install postgresql-contrib, postgresql-15-postgis-3 and pgvector", old.Name)
		}
	}
	return rows, nil
}

// readExtension creates the extension in a new database and reads its members.
func (g *generator) readExtension(ctx context.Context, row pg.ExtensionRow) (*extension, error) {
	x := &extension{row: row, identity: map[pg.OID]string{}}
	x.row.Set = new(pg.Set)
	err := g.session(ctx, func(conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, "CREATE EXTENSION IF NOT EXISTS "+pgx.Identifier{row.Name}.Sanitize()+" CASCADE"); err != nil {
			return err
		}
		if err := conn.QueryRow(ctx, "SELECT extnamespace FROM pg_extension WHERE extname = $1", row.Name).Scan(&x.schema); err != nil {
			return err
		}
		installed, err := column[string](ctx, conn, "SELECT extname FROM pg_extension WHERE oid >= 16384")
		if err != nil {
			return err
		}
		for _, name := range installed {
			if err := x.readMembers(ctx, conn, name); err != nil {
				return err
			}
		}
		return nil
	})
	return x, err
}

// readMembers notes the members of an extension of the session's database, and
// reads their rows when it is x itself.
func (x *extension) readMembers(ctx context.Context, conn *pgx.Conn, name string) error {
	oids, err := column[uint32](ctx, conn, membersQuery, name)
	if err != nil {
		return err
	}
	rows, err := conn.Query(ctx, identitiesQuery, oids)
	if err != nil {
		return err
	}
	var oid uint32
	var identity string
	_, err = pgx.ForEachRow(rows, []any{&oid, &identity}, func() error {
		x.identity[pg.OID(oid)] = name + "/" + identity
		return nil
	})
	if err != nil || name != x.row.Name {
		return err
	}
	set, err := read(ctx, conn, oids)
	if err != nil {
		return err
	}
	if copyleft.MatchString(name) {
		dropTexts(set)
	}
	sortSet(set, x.identity)
	x.row.Set = set
	return nil
}

// copyleft matches the extensions whose licence (GPL) does not let this package
// carry their function bodies and view texts. What their objects are named and
// typed is no one's work and stays.
var copyleft = regexp.MustCompile(`^(postgis|address_standardizer)`)

func dropTexts(set *pg.Set) {
	for i := range set.Procs {
		if p := &set.Procs[i]; p.Lang == 's' || p.Lang == 'p' {
			p.Src = ""
		}
	}
	for i := range set.Relations {
		set.Relations[i].ViewDef = ""
	}
}

// number gives the extension and its objects their OIDs, kind by kind in the
// order of the rows.
func (g *generator) number(x *extension) {
	assign := func() pg.OID {
		g.next++
		return g.next - 1
	}
	x.row.OID = assign()
	for _, k := range kinds {
		rows := reflect.ValueOf(x.row.Set).Elem().FieldByName(k.field)
		for i := range rows.Len() {
			if f := rows.Index(i).FieldByName("OID"); f.IsValid() {
				g.assigned[x.identity[pg.OID(f.Uint())]] = assign()
			}
		}
	}
}

// translate replaces the database's OIDs in the rows by those assigned.
func (g *generator) translate(x *extension) (err error) {
	eachOID(x.row.Set, func(field string, oid *pg.OID) {
		switch {
		case field == "Namespace" && *oid == x.schema:
			*oid = 0
		case *oid >= firstNormalOID:
			to, ok := g.assigned[x.identity[*oid]]
			if !ok || x.identity[*oid] == "" {
				err = fmt.Errorf("field %s refers to %d (%s), which is no extension's", field, *oid, x.identity[*oid])
			}
			*oid = to
		}
	})
	sortByReference(x.row.Set)
	return err
}

// setVariable prints an extension's set.
func setVariable(b *strings.Builder, x *extension) {
	fmt.Fprintf(b, "var %s = Set{\n", variableOf(x))
	for _, k := range kinds {
		rows := reflect.ValueOf(x.row.Set).Elem().FieldByName(k.field)
		if rows.Len() > 0 {
			fmt.Fprintf(b, "%s: %s", k.field, typeName(rows.Type()))
			literal(b, rows)
			b.WriteString(",\n")
		}
	}
	b.WriteString("}\n")
}

func variableOf(x *extension) string {
	return "ext" + goName(strings.ReplaceAll(x.row.Name, "-", "_"))
}

// writeExtensions writes the table of the extensions.
func (g *generator) writeExtensions(all []*extension) error {
	var b strings.Builder
	b.WriteString("// Extensions holds the known extensions, sorted by name.\nvar Extensions = []ExtensionRow{\n")
	for _, x := range all {
		var row strings.Builder
		set := x.row.Set
		x.row.Set = nil
		literal(&row, reflect.ValueOf(x.row))
		x.row.Set = set
		fmt.Fprintf(&b, "%s, Set: &%s},\n", strings.TrimSuffix(row.String(), "}"), variableOf(x))
	}
	b.WriteString("}\n\n// firstUnusedOID is the first OID after the extensions'.\n")
	fmt.Fprintf(&b, "const firstUnusedOID OID = %d\n", g.next)
	return g.write("extensions.go", &b)
}
