package where

import (
	"fmt"
	"slices"
	"strconv"
)

// A Type is a column's type as pg_type has it.
type Type struct {
	OID    uint32
	Typmod int32 // -1: none
	Schema string
	Name   string
	Kind   byte   // typtype: b c d e p r m
	Elem   uint32 // an array's element type, else 0
}

// A Column is a column of a table.
type Column struct {
	Name string
	Type Type
	// Collation is that of a collatable type.
	Collation Collation
	// Collate is its name as SQL has it, "" for the database's.
	Collate string
	// Unreplicated marks a generated column that the publication leaves out: a
	// subquery cannot select it.
	Unreplicated bool
}

// A Table is a table that a clause reads.
type Table struct {
	Schema, Name string
	Columns      []Column
}

// Tables finds a table that a subquery names; nil when there is none.
type Tables func(schema, name string) *Table

// Options say what a clause may do beside reading its table's columns.
type Options struct {
	// Tables finds subqueries' tables. Without it there are none.
	Tables Tables
	// Queryable, when not nil, lists the only columns that may be named.
	Queryable []string
	// Subset allows literals of enums, which the server then checks, and no
	// subqueries.
	Subset bool
	// Collation is the database's own, of text that comes from no column.
	Collation Collation
}

// An Error is a clause refused, in Electric's words.
type Error struct {
	Field   string // of the request: "where", "params", for subqueries also "table" and "columns"
	Message string // with "At location N: " where Electric gives a place
}

func (e *Error) Error() string { return e.Field + ": " + e.Message }

// Limits of what is compiled at all.
const (
	maxText   = 65536   // bytes, as pg_query's for the whole statement
	maxParams = 65535   // as in the wire protocol
	maxNodes  = 200_000 // of the tree, with what BETWEEN and IN repeat counted as often
)

// Compile parses and checks a clause over a table, which must not change
// afterwards. params are the texts of $1, $2, …; they must be numbered without
// gaps. An empty clause is a syntax error: a request with one has none.
func Compile(clause string, params map[int]string, t *Table, o Options) (*Filter, *Error) {
	tree, err := parseClause(clause)
	if err != nil {
		return nil, err
	}
	c := newChecker(t, params, o)
	root, err := c.check(tree)
	if err != nil {
		return nil, err
	}
	return newFilter(c, tree, root)
}

// checkParams refuses parameters that are not numbered 1, 2, ….
func checkParams(params map[int]string) *Error {
	for n := 1; n <= len(params); n++ {
		if _, ok := params[n]; !ok || n > maxParams {
			return &Error{"params", "Parameters must be numbered sequentially, starting from 1"}
		}
	}
	return nil
}

// ParseParams reads the keys of a request's parameters, $n's numbers. That they
// have no gaps Compile checks, after the clause's syntax.
func ParseParams(given map[string]string) (map[int]string, *Error) {
	params := make(map[int]string, len(given))
	for key, text := range given {
		n, err := strconv.Atoi(key)
		if err != nil || strconv.Itoa(n) != key {
			return nil, &Error{"params", "Parameters can only use numbers as keys"}
		}
		params[n] = text
	}
	return params, nil
}

// at makes an error with a place in the text "SELECT 1 WHERE …", as pg_query
// gives it: the prefix is taken off.
func at(location int, format string, args ...any) *Error {
	return &Error{"where", fmt.Sprintf("At location %d: %s", max(location-len(prefix), 0), fmt.Sprintf(format, args...))}
}

func plain(message string) *Error { return &Error{"where", message} }

// column finds a column that may be named; -1 when there is none.
func (o *Options) column(t *Table, name string) int {
	if o.Queryable != nil && !slices.Contains(o.Queryable, name) {
		return -1
	}
	return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name })
}
