// Package where reads shapes' where clauses: what Electric accepts is accepted,
// what it refuses is refused in its words, and what is accepted means what
// PostgreSQL makes of it.
//
// Compile runs a clause through four stages. The parser package gives the
// grammar's tree. The checker (check*.go) types it by Electric's own catalogue
// of functions, operators and casts (known.go, overload.go), whose reach and
// words are Electric's; it also settles the type of every $n. The printer
// (print.go) writes the tree back as SQL with the parameters as typed
// literals: that text is the shape's identity and the only thing that ever
// reaches a server. Last, package analyze types the same tree as PostgreSQL
// does (analyse.go), and compile.go turns it into functions over the texts of a
// row's columns. Those mirror the C functions by name: integer.go, numeric.go,
// text.go, moment.go, array.go and so on.
//
// What those functions cannot decide as PostgreSQL would (a linguistic
// collation's order, letters beyond ASCII in another case, subqueries, …) is
// not guessed: Decide says so, and Query gives the statement that asks the
// server. TestOracle compares random clauses with one.
//
// The package is pure: it imports parser, analyze, catalog, datum, query, pg
// and pgerr, and knows neither connections nor HTTP. Filters are immutable.
package where
