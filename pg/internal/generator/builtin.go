package generator

import (
	"context"
	"fmt"
	"reflect"
	"sort"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/pg"
)

// builtin writes the rows every database has.
func (g *generator) builtin(ctx context.Context) error {
	return g.session(ctx, func(conn *pgx.Conn) error {
		set, err := read(ctx, conn, nil)
		if err != nil {
			return err
		}
		sortSet(set, nil)
		if err := g.writeBuiltin(set); err != nil {
			return err
		}
		return g.writeOIDs(set)
	})
}

// writeBuiltin writes one file for each group of kinds, and builtin.go that
// joins them with their indexes.
func (g *generator) writeBuiltin(set *pg.Set) error {
	files := map[string]*strings.Builder{}
	var fields, index, arrays strings.Builder
	for _, k := range kinds {
		rows := reflect.ValueOf(set).Elem().FieldByName(k.field)
		if rows.Len() == 0 {
			continue
		}
		name := "builtin_" + k.file + ".go"
		if files[name] == nil {
			files[name] = new(strings.Builder)
		}
		variable(files[name], "builtin"+k.field, rows)
		fmt.Fprintf(&fields, "%s: builtin%s,\n", k.field, k.field)
		if k.indexed {
			field := strings.ToLower(k.field[:1]) + k.field[1:]
			fmt.Fprintf(&index, "%s: builtin%sByOID,\n", field, k.field)
			fmt.Fprintf(&arrays, "var builtin%sByOID = %s\n\n", k.field, positions(rows))
		}
	}
	for name, body := range files {
		if err := g.write(name, body); err != nil {
			return err
		}
	}
	var b strings.Builder
	b.WriteString("// Builtin holds the objects that every database has.\n")
	fmt.Fprintf(&b, "var Builtin = Set{\n%sbyOID: &builtinByOID,\n}\n\n", &fields)
	fmt.Fprintf(&b, "var builtinByOID = oidIndex{\n%s}\n\n%s", &index, &arrays)
	return g.write("builtin.go", &b)
}

// positions prints the rows' positions in the order of their OIDs.
func positions(rows reflect.Value) string {
	order := make([]int, rows.Len())
	for i := range order {
		order[i] = i
	}
	oid := func(i int) uint64 { return rows.Index(order[i]).FieldByName("OID").Uint() }
	sort.Slice(order, func(i, j int) bool { return oid(i) < oid(j) })
	var b strings.Builder
	b.WriteString("[]uint16{")
	for i, p := range order {
		if i%20 == 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%d,", p)
	}
	b.WriteString("\n}")
	return b.String()
}
