// Package compile is the DDL interpreter: it runs SQL statements over a
// catalog and leaves there what PostgreSQL would leave in its own.
//
// # Where to find things
//
// Files are named for PostgreSQL's src/backend/commands: table.go holds what
// tablecmds.c does for CREATE TABLE, index.go what indexcmds.c does, and so on.
// session.go is the session: transactions, notices, one entry point for a
// statement. statements.go and objects.go are the tables that say which
// function runs which statement; what stands in neither is refused by name.
//
// # Invariants
//
// A statement that is refused raises a pgerr.Error, and Session.Exec undoes
// whatever it did until then. Checks come in PostgreSQL's order, because the
// first error is what a user sees. Rows are known as far as
// the statements themselves wrote them (package eval): what PostgreSQL would
// refuse for the sake of rows is refused when those that are known decide it.
package compile
