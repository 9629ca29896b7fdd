package where

import (
	"fmt"
	"strings"
)

// Query gives a statement that asks the server which of some rows are in the
// shape: it yields the places (from 1) of those for which the clause is TRUE,
// in order, as bigint. rows are as for Decide; the arguments are text arrays,
// one for each column that the clause reads.
//
// The session must have the display settings that the rows' texts were written
// under. The statement fails when the clause does on one of the rows: see Ask.
// It is one SELECT; subqueries read what its transaction sees.
func (f *Filter) Query(rows [][][]byte) (sql string, args []any) {
	if len(f.columns) == 0 {
		return fmt.Sprintf(`SELECT q.n FROM generate_series(1, $1::int8) AS q(n) WHERE (%s) ORDER BY q.n`, f.sql), []any{int64(len(rows))}
	}
	var arrays, names, fields []string
	for i, column := range f.columns {
		col := f.table.Columns[column]
		arrays = append(arrays, fmt.Sprintf("$%d::text[]", i+1))
		names = append(names, fmt.Sprintf("c%d", i))
		fields = append(fields, fmt.Sprintf("q.c%d::%s%s AS %s", i, typeName(col.Type), col.collate(), quoteAlways(col.Name)))
		texts := make([]*string, len(rows))
		for j, row := range rows {
			if row[column] != nil {
				text := string(row[column])
				texts[j] = &text
			}
		}
		args = append(args, texts)
	}
	// The clause stands in a query level of its own, whose only columns are the
	// table's: nothing of the outer level can be meant by its names.
	sql = fmt.Sprintf(`SELECT q.n FROM unnest(%s) WITH ORDINALITY AS q(%s, n) WHERE (SELECT (%s) FROM (SELECT %s) AS %s) ORDER BY q.n`,
		strings.Join(arrays, ", "), strings.Join(names, ", "), f.sql, strings.Join(fields, ", "), quoteAlways(f.table.Name))
	return sql, args
}

// typeName names a type for a cast that keeps values as they are.
func typeName(t Type) string {
	schema := t.Schema
	if schema == "" {
		schema = "pg_catalog"
	}
	return quoteAlways(schema) + "." + quoteAlways(t.Name)
}

// collate has a value's collation be the column's.
func (c *Column) collate() string {
	if c.Collate == "" {
		return ""
	}
	return " COLLATE " + c.Collate
}

func quoteAlways(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// Ask decides rows by asking the server. run executes a statement of Query, by
// itself rather than inside a transaction; fails says that evaluating it was an
// error (SQLSTATE class 22 and what else the clause may raise), err that the
// world failed. Rows on which the clause fails are not in the shape: they are
// found by halving, so few of them cost few statements.
func (f *Filter) Ask(rows [][][]byte, run func(sql string, args []any) (places []int64, fails bool, err error)) ([]bool, error) {
	in := make([]bool, len(rows))
	var ask func(from, to int) error
	ask = func(from, to int) error {
		if from == to {
			return nil
		}
		places, fails, err := run(f.Query(rows[from:to]))
		switch {
		case err != nil:
			return err
		case !fails:
			for _, n := range places {
				in[from+int(n)-1] = true
			}
			return nil
		case to-from == 1:
			return nil
		}
		middle := (from + to) / 2
		if err := ask(from, middle); err != nil {
			return err
		}
		return ask(middle, to)
	}
	return in, ask(0, len(rows))
}
