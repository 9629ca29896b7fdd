package bundle

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// A warning finds one thing that is known to sync badly, of a table and of a
// client's copy of it.
type warning struct {
	code string
	find func(t, copied *metadata.Table) []string
}

// warnings in the order they are listed.
var warnings = []warning{
	{"no-primary-key", func(t, _ *metadata.Table) []string {
		return once(t.PrimaryKey == nil, "without a primary key all columns together are a row's key: an update is a delete and an insert")
	}},
	{"foreign-table", func(t, _ *metadata.Table) []string {
		return once(t.Kind == "foreign", "a foreign table is not replicated")
	}},
	{"unlogged", func(t, _ *metadata.Table) []string {
		return once(t.Persistence == "unlogged", "an unlogged table is not replicated")
	}},
	{"inheritance", func(t, _ *metadata.Table) []string {
		return once(len(t.Inherits) > 0 && t.PartitionOf == "", "rows of a child table are not replicated as its parent's")
	}},
	{"generated-column", func(t, _ *metadata.Table) (found []string) {
		for _, c := range t.Columns {
			if c.Generated != "" {
				found = append(found, fmt.Sprintf("generated column %q cannot be in a shape before PostgreSQL 18, and a client's copy refuses a value for it", c.Name))
			}
		}
		return found
	}},
	{"client-foreign-key", func(_, copied *metadata.Table) (found []string) {
		for _, f := range copied.ForeignKeys {
			if !f.InitiallyDeferred {
				found = append(found, fmt.Sprintf("foreign key %q is enforced in a client's copy too: sync %q together with this table", f.Name, f.RefTable))
			}
		}
		return found
	}},
	{"client-trigger", func(_, copied *metadata.Table) (found []string) {
		for _, g := range copied.Triggers {
			if g.Enabled != "disabled" {
				found = append(found, fmt.Sprintf("trigger %q runs in a client's copy too, on rows that were already triggered on the server", g.Name))
			}
		}
		return found
	}},
}

func once(found bool, message string) []string {
	if !found {
		return nil
	}
	return []string{message}
}

// serverColumns tells of columns that a copy lacks: a shape of the whole table
// delivers them all the same.
func serverColumns(t, copied *metadata.Table) (w Warning, is bool) {
	if t == copied {
		return w, false
	}
	var lacking, ask []string
	for i := range t.Columns {
		switch c := &t.Columns[i]; {
		case copied.Column(c.Name) == nil:
			lacking = append(lacking, strconv.Quote(c.Name))
		case c.Generated == "":
			ask = append(ask, c.Name)
		}
	}
	if lacking == nil {
		return w, false
	}
	what := "column " + lacking[0] + " is"
	if len(lacking) > 1 {
		what = "columns " + strings.Join(lacking, ", ") + " are"
	}
	return Warning{"server-columns", fmt.Sprintf("%s the server's alone, and a shape of the whole table has more than a client's copy can hold: "+
		"ask for it with columns=%s", what, columnsParameter(ask)), ask}, true
}

// columnsParameter writes a list of columns as Electric's parameter has it: a name
// that is not plain in quotes.
func columnsParameter(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = name
		if !plainName.MatchString(name) {
			list[i] = `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		}
	}
	return strings.Join(list, ",")
}

var plainName = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)
