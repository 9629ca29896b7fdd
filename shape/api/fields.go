package api

import (
	"net/url"
	"strings"
)

// fields are what a request gives by name: of a query texts, lists of them
// (name[]=…) and more fields (name[key]=…), of a JSON body whatever JSON has.
type fields = map[string]any

// parseQuery reads a query as Electric does: of several values of a name the last
// one counts, and only & separates. What cannot be decoded is passed over.
func parseQuery(raw string) fields {
	given := fields{}
	for raw != "" {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		key, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(key)
		text, err2 := url.QueryUnescape(value)
		if name != "" && err == nil && err2 == nil {
			set(given, keyPath(name), text)
		}
	}
	return given
}

// keyPath takes name[key][…] apart. A key in brackets may be empty, other
// brackets are part of the name.
func keyPath(key string) []string {
	name, rest, _ := strings.Cut(key, "[")
	if name == "" || !strings.HasSuffix(rest, "]") {
		return []string{key}
	}
	return append([]string{name}, strings.Split(strings.TrimSuffix(rest, "]"), "][")...)
}

func set(given fields, path []string, text string) {
	name := path[0]
	switch {
	case len(path) == 1:
		given[name] = text
	case len(path) == 2 && path[1] == "":
		list, _ := given[name].([]any)
		given[name] = append(list, text)
	default:
		inner, ok := given[name].(fields)
		if !ok {
			inner = fields{}
			given[name] = inner
		}
		set(inner, path[1:], text)
	}
}

// subsetPrefix marks what a subset is made of, in a query.
const subsetPrefix = "subset__"

// gatherSubset puts the fields of a subset together under its name. Without any
// there is no subset.
func gatherSubset(given fields) {
	subset := fields{}
	for name, value := range given {
		if inner, ok := strings.CutPrefix(name, subsetPrefix); ok {
			subset[inner] = value
			delete(given, name)
		}
	}
	if _, already := given["subset"]; len(subset) > 0 && !already {
		given["subset"] = subset
	}
}
