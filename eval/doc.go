// Package eval runs analysed expressions and queries over a catalog, so that
// migrations which ask the database about itself get PostgreSQL's answer: the
// conditions of DO blocks, the queries of functions, SELECT format(…).
//
// The tables of pg_catalog and information_schema are computed from the catalog
// (virtual.go and the files named system_*.go); their views run through their
// own definitions. Rows of users' tables are kept in a Store as far as the
// migrations themselves wrote them. What depends on anything else - a table
// whose rows are not known, the clock, chance, a function that is not modelled -
// is Unknown: a value of its own that spreads through expressions as NULL does,
// except where the other operand decides (unknown AND false is false).
//
// Built-in functions are found by the name of their C function (pg_proc.prosrc)
// in one table, builtins. Functions that users wrote are run by the Host.
//
// Errors are raised as in package pgerr. Everything is bounded: an execution
// that takes too many steps ends as an error, not as a hang.
package eval
