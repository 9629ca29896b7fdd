//go:build unix

package consistency

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/electric-cli/electric/internal/shapeclient"
)

// displaySettings are how values are written for Electric's clients.
const displaySettings = `SET bytea_output = hex; SET DateStyle = 'ISO, DMY'; SET TimeZone = 'UTC'; SET extra_float_digits = 1;
SET IntervalStyle = iso_8601`

// query is the SQL of a shape's rows.
func (f *follower) query() string {
	sql := fmt.Sprintf("SELECT %s FROM %s", names(f.columns()), f.table)
	if f.where != nil {
		sql += " WHERE (" + f.where.sql() + ")"
	}
	return sql
}

// expected asks Postgres for the rows that the client should have, by the keys
// that they should have.
func (f *follower) expected(ctx context.Context, conn *pgconn.PgConn) (map[string]shapeclient.Row, error) {
	results, err := conn.Exec(ctx, f.query()).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.query(), err)
	}
	rows := map[string]shapeclient.Row{}
	columns := f.columns()
	for _, fields := range results[0].Rows {
		row := shapeclient.Row{}
		for i, name := range columns {
			row[name] = f.spelled(name, fields[i])
		}
		key := f.key(row)
		if rows[key] != nil {
			return nil, fmt.Errorf("two rows with the key %s", key)
		}
		rows[key] = row
	}
	return rows, nil
}

func (f *follower) spelled(name string, value []byte) *string {
	if value == nil {
		return nil
	}
	text := string(value)
	if f.table.column(name).typ == "bool" {
		text = map[string]string{"t": "true", "f": "false"}[text]
	}
	return &text
}

// key is a row's key by the protocol's rule.
func (f *follower) key(row shapeclient.Row) string {
	double := func(text string) string { return strings.ReplaceAll(text, "/", "//") }
	key := `"public"."` + strings.ReplaceAll(double(f.table.name), ".", "..") + `"`
	columns := f.table.key
	if len(columns) == 0 {
		columns = slices.Sorted(slices.Values(f.columns()))
	}
	for _, name := range columns {
		if row[name] == nil {
			key += "/_"
		} else {
			key += `/"` + double(*row[name]) + `"`
		}
	}
	return key
}

// difference says how the client's rows are not Postgres's; "" when they are.
func difference(want, got map[string]shapeclient.Row) string {
	var lines []string
	note := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for key, row := range want {
		switch mine, there := got[key]; {
		case !there:
			note("missing: %s %s", key, show(row))
		case show(mine) != show(row):
			note("wrong:   %s %s\n  instead of %s", key, show(mine), show(row))
		}
	}
	for key, row := range got {
		if _, there := want[key]; !there {
			note("extra:   %s %s", key, show(row))
		}
	}
	if len(lines) == 0 {
		return ""
	}
	slices.Sort(lines)
	return fmt.Sprintf("%d of %d rows differ\n%s", len(lines), len(want), strings.Join(lines[:min(len(lines), 10)], "\n"))
}

func show(row shapeclient.Row) string {
	var parts []string
	for name, value := range row {
		if value == nil {
			parts = append(parts, fmt.Sprintf("%q: NULL", name))
		} else {
			parts = append(parts, fmt.Sprintf("%q: %q", name, *value))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}
