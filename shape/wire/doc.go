// Package wire is what goes over the wire between a sync server and Electric's
// clients: offsets, keys, messages and the electric-schema header, as bytes.
//
// Nothing here knows connections, files or shapes. A row is a [Row]: Postgres's
// text output per column, nil for NULL. Rows out of COPY keep COPY's escapes
// until they are JSON, because the two escape nearly the same way: that is what
// makes a large first sync little dearer than COPY itself.
//
// It imports bundle and metadata alone, for the electric-schema header, which
// the bundle holds too.
package wire

// A Row holds a table's values in Postgres's text output, by the position of
// their column in [Table.Columns]; nil is NULL.
type Row = [][]byte
