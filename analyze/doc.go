// Package analyze turns raw parse trees into query trees over a catalog, as
// PostgreSQL's parse analysis (src/backend/parser) does: it finds what every
// name means, types every expression, inserts the casts, and refuses what
// PostgreSQL refuses, with its SQLSTATE, words and place.
//
// New starts an analysis of one statement. Expr analyses an expression of one
// of the kinds that DDL has, over a scope of relations; Query analyses a whole
// SELECT, INSERT, UPDATE, DELETE or MERGE. Besides there are the lookups that
// DDL shares with expressions: TypeName, LookupFuncWithArgs, LookupOperator,
// DefaultOpClass, and what is asked of finished trees: References, volatility.
//
// Files mirror PostgreSQL's: coerce.go is parse_coerce.c, call.go and
// lookup.go parse_func.c, relation.go parse_relation.c, and so on. Raw trees
// are PostgreSQL 16's; what 15 does not know is refused as 15 would. Nothing
// here changes the catalog or the raw tree.
package analyze
