// Package catalog is the database that the compiler builds in memory: what
// PostgreSQL keeps in its system catalogs, object by object, with the same
// OIDs for what every database has.
//
// # Invariants
//
// Every change goes through Add, Drop, Touch, Rename or a function of this
// package that calls them, so that the journal can undo it: RollbackTo brings
// back the very state of an earlier Mark, as a failed statement or ROLLBACK TO
// SAVEPOINT demands. Objects refer to each other by OID. Dependencies are
// edges with the kinds of pg_depend; what a name means is decided here
// (search_path, temporary schemas), what a statement does is decided in
// package compile.
//
// It imports pg, query, parser/ast and pgerr.
package catalog
