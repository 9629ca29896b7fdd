package where

import "strings"

// A Collation says how far a text column's collation can be followed without
// asking the server.
type Collation byte

const (
	// Linguistic is a deterministic collation of some language: texts are equal
	// when their bytes are, ASCII letters have the usual other case, but only
	// the server knows the order.
	Linguistic Collation = iota
	// Bytes orders as C, POSIX, C.UTF-8 and ucs_basic do.
	Bytes
	// Foreign is one of which nothing can be told: it is nondeterministic, or
	// Turkic, where I and i are no pair.
	Foreign
)

// CollationOf reads a row of pg_collation (collprovider, collcollate or the
// ICU or built-in locale, collisdeterministic), or for the default collation
// one of pg_database (datlocprovider, datcollate or the locale, true).
func CollationOf(provider byte, locale string, deterministic bool) Collation {
	name := strings.ToLower(locale)
	language, _, _ := strings.Cut(strings.NewReplacer("-", "_", ".", "_", "@", "_").Replace(name), "_")
	switch {
	case !deterministic, language == "tr", language == "az", language == "turkish", language == "azeri":
		return Foreign
	case provider != 'i' && (name == "c" || name == "posix" || name == "c.utf8" || name == "c.utf-8" || name == "pg_c_utf8"):
		return Bytes
	}
	return Linguistic
}
