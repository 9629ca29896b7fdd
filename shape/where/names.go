package where

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is the longest identifier, in characters.
const maxName = 63

// NoTable words that a table does not exist.
func NoTable(schema, table string) string {
	quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	return fmt.Sprintf("Table %s.%s does not exist. If the table name contains capitals or special characters you must quote it.",
		quote(schema), quote(table))
}

// ParseTable reads a request's table: name or schema.name, each part quoted or
// not. message is Electric's when it is neither.
func ParseTable(name string) (schema, table, message string) {
	parts := splitOutsideQuotes(name, '.', false)
	schema = "public"
	switch len(parts) {
	case 1:
	case 2:
		if schema, message = parseIdentifier(parts[0]); message != "" {
			return "", "", message
		}
	default:
		return "", "", "Invalid relation identifier, too many delimiters: " + name
	}
	if table, message = parseIdentifier(parts[len(parts)-1]); message != "" {
		return "", "", message
	}
	return schema, table, ""
}

// ParseColumns reads a request's list of columns, separated by commas outside
// of quotes.
func ParseColumns(list string) (names []string, message string) {
	for _, part := range splitOutsideQuotes(list, ',', true) {
		name, message := parseIdentifier(part)
		if message != "" {
			return nil, message
		}
		names = append(names, name)
	}
	return names, ""
}

// splitOutsideQuotes splits at separators that have an even number of quotes on
// one side: before them, or behind them.
func splitOutsideQuotes(s string, separator byte, behind bool) (parts []string) {
	quotes, start := 0, 0
	if behind {
		quotes = strings.Count(s, `"`)
	}
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quotes++
		case s[i] == separator && quotes%2 == 0:
			parts, start = append(parts, s[start:i]), i+1
		}
	}
	return append(parts, s[start:])
}

// parseIdentifier reads one name. Unquoted, its ASCII letters are folded.
func parseIdentifier(s string) (name, message string) {
	if strings.HasPrefix(s, `"`) && strings.HasSuffix(s, `"`) {
		name, message = quotedIdentifier(s)
		if message == "" && (!utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0) {
			return "", "Invalid identifier with a byte that no name has: " + s
		}
	} else {
		name, message = unquotedIdentifier(s)
	}
	if message == "" && utf8.RuneCountInString(name) > maxName {
		return "", fmt.Sprintf("Identifier is too long (max length is %d)", maxName)
	}
	return name, message
}

const noName = "Invalid zero-length delimited identifier"

func quotedIdentifier(s string) (name, message string) {
	if len(s) <= 2 {
		return "", noName
	}
	s = s[1 : len(s)-1]
	// A quote stands beside another one, on either side.
	for i := 0; i < len(s); i++ {
		if s[i] == '"' && (i == 0 || s[i-1] != '"') && (i+1 == len(s) || s[i+1] != '"') {
			return "", "Invalid identifier with unescaped quote: " + s
		}
	}
	return strings.ReplaceAll(s, `""`, `"`), ""
}

func unquotedIdentifier(s string) (name, message string) {
	if s == "" {
		return "", noName
	}
	for i, r := range s {
		letter := r == '_' || unicode.IsLetter(r) && r != utf8.RuneError
		if !letter && (i == 0 || !unicode.IsMark(r) && r != '$' && (r < '0' || r > '9')) {
			return "", "Invalid unquoted identifier contains special characters: " + s
		}
	}
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s), ""
}
