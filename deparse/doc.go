// Package deparse writes analysed trees and catalog objects back as SQL text,
// letter for letter as PostgreSQL 15 does: ruleutils.c (pg_get_expr,
// pg_get_viewdef, pg_get_indexdef, …), format_type.c, regproc.c and the
// descriptions of objectaddress.c.
//
// A name is qualified where the search path does not find it. For texts as a
// dump reads them, with every name outside pg_catalog qualified, call inside
// catalog.WithSearchPath(nil, …); messages use the session's path as it is.
//
// The exported functions print as the server's functions without "pretty" do.
package deparse
