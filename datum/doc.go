// Package datum reads and writes the values of types: the input and output
// functions of src/backend/utils/adt.
//
// In turns a literal's text into a value, or refuses it with PostgreSQL's own
// error; Out turns it back into text, so that Out(In(text)) is the text the
// server would show. Most types keep their value as that canonical text; those
// that expressions compute with are Go values (see query.Datum). Which function
// reads a type is decided by the name of its input function, as in pg_type, so
// domains of extensions and types made by CREATE TYPE are served alike.
//
// It imports catalog, for enums, composites and the names that regclass and
// its kin look up, and for the settings that dates depend on.
package datum
