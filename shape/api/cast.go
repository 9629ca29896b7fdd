package api

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/electric-cli/electric/shape/where"
)

// An invalid request: fields and what is wrong with each. That is a list of
// texts, or of a subset fields again, whose text is Postgres's own where that
// refuses.
type invalid struct{ errors map[string]any }

func (i *invalid) Error() string {
	return "invalid request: " + strings.Join(slices.Sorted(maps.Keys(i.errors)), ", ")
}

func wrong(field, text string) error {
	return &invalid{map[string]any{field: []string{text}}}
}

// A caster takes values out of fields, and collects what is wrong with them. A
// text of white space is none.
type caster struct {
	given  fields
	errors map[string]any
}

func (c *caster) wrong(name, text string) {
	if c.errors == nil {
		c.errors = map[string]any{}
	}
	list, _ := c.errors[name].([]string)
	c.errors[name] = append(list, text)
}

// err is all that was wrong.
func (c *caster) err() error {
	if c.errors == nil {
		return nil
	}
	return &invalid{c.errors}
}

const isInvalid = "is invalid"

// text gives a text, "" for none. Postgres takes no other than valid UTF-8
// without NUL.
func (c *caster) text(name string) string {
	switch value := c.given[name].(type) {
	case nil:
		return ""
	case string:
		if strings.TrimSpace(value) == "" {
			return ""
		}
		if utf8.ValidString(value) && !strings.Contains(value, "\x00") {
			return value
		}
	}
	c.wrong(name, isInvalid)
	return ""
}

// choice gives one of several words, the first when there is none.
func (c *caster) choice(name string, words ...string) string {
	text := c.text(name)
	switch {
	case text == "":
		return words[0]
	case !slices.Contains(words, text):
		c.wrong(name, isInvalid)
	}
	return text
}

// flag reads a boolean strictly.
func (c *caster) flag(name string) bool {
	if b, ok := c.given[name].(bool); ok {
		return b
	}
	switch c.text(name) {
	case "true", "1":
		return true
	case "false", "0", "":
	default:
		c.wrong(name, isInvalid)
	}
	return false
}

// present reads a boolean by whether it is there: all but false is true.
func (c *caster) present(name string) bool {
	value, given := c.given[name]
	return given && value != "false" && value != false
}

// columns reads a list of columns, nil when there is none: names as SQL has them,
// or a list of plain ones.
func (c *caster) columns(name string) []string {
	list, isList := c.given[name].([]any)
	if !isList {
		text := c.text(name)
		if text == "" {
			return nil
		}
		names, reason := where.ParseColumns(text)
		if reason != "" {
			c.wrong(name, reason)
		}
		return names
	}
	names := make([]string, 0, len(list))
	for _, item := range list {
		switch text, ok := item.(string); {
		case !ok:
			c.wrong(name, isInvalid)
			return nil
		case text == "":
			c.wrong(name, "Invalid zero-length identifier")
			return nil
		default:
			names = append(names, text)
		}
	}
	if len(names) == 0 {
		c.wrong(name, isInvalid)
	}
	return names
}

// texts reads texts by key.
func (c *caster) texts(name string) map[string]string {
	if text, ok := c.given[name].(string); ok && strings.TrimSpace(text) == "" {
		return nil
	}
	given, ok := c.given[name].(fields)
	if !ok && c.given[name] != nil {
		c.wrong(name, isInvalid)
	}
	values := map[string]string{}
	for key, value := range given {
		text, isText := value.(string)
		if !isText && value != nil {
			c.wrong(name, isInvalid)
			return nil
		}
		values[key] = text
	}
	return values
}

// scalars reads values by key, each as a text. They may be a JSON object in a
// text.
func (c *caster) scalars(name string) map[string]string {
	given := c.given[name]
	if text, ok := given.(string); ok {
		if strings.TrimSpace(text) == "" {
			return nil
		}
		decoded, err := decodeJSON([]byte(text))
		if err != nil {
			c.wrong(name, "params must be valid JSON")
			return nil
		}
		if _, ok := decoded.(fields); !ok {
			c.wrong(name, "params must be a JSON object")
			return nil
		}
		given = decoded
	}
	object, ok := given.(fields)
	if !ok && given != nil {
		c.wrong(name, isInvalid)
	}
	values := make(map[string]string, len(object))
	for key, value := range object {
		values[key] = scalar(value)
	}
	return values
}

// scalar is a JSON value as the text of a parameter.
func scalar(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	case json.Number:
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // JSON made it
	}
	return string(text)
}

// integer reads an integer of at least least, "" for none.
func (c *caster) integer(name string, least int64, tooSmall string) string {
	text := ""
	if n, ok := c.given[name].(json.Number); ok {
		text = n.String()
	} else {
		text = c.text(name)
	}
	if text == "" {
		return ""
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
		c.wrong(name, isInvalid)
		return ""
	case n < least:
		c.wrong(name, tooSmall)
	}
	return strconv.FormatInt(n, 10)
}
