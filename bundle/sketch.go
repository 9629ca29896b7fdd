package bundle

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/electric-cli/electric/metadata"
)

// SketchFile reads of the bundle at path what tells it from others: all of it but
// the schema, of which only the tables' names, hashes and audience are there.
// That takes a tenth of the time.
func SketchFile(path string) (*Bundle, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	b, err := sketch(data)
	if err != nil {
		return nil, fmt.Errorf("read bundle %s: %w", path, err)
	}
	return b, nil
}

func sketch(data []byte) (*Bundle, error) {
	if err := checkFormat(data); err != nil {
		return nil, err
	}
	b := &Bundle{Schema: Schema{Schema: new(metadata.Schema)}}
	into := map[string]any{
		"format": &b.Format, "compiler": &b.Compiler, "version": &b.Version, "schema_hash": &b.SchemaHash,
		"sync_hash": &b.SyncHash, "requires": &b.Requires, "setup": &b.Setup, "migrations": &b.Migrations,
	}
	_, err := members(data, 0, func(key string, at int) (int, error) {
		if key == "schema" {
			return b.sketchSchema(data, at)
		}
		return value(data, at, into[key])
	})
	if err != nil {
		return nil, fmt.Errorf("not a bundle: %w", err)
	}
	return b, nil
}

func (b *Bundle) sketchSchema(data []byte, at int) (int, error) {
	return members(data, at, func(key string, at int) (int, error) {
		if key != "tables" {
			return value(data, at, nil)
		}
		return walk(data, at, '[', ']', func(_ string, at int) (int, error) { return b.sketchTable(data, at) })
	})
}

func (b *Bundle) sketchTable(data []byte, at int) (int, error) {
	var t metadata.Table
	var info TableInfo
	end, err := members(data, at, func(key string, at int) (int, error) {
		var target any
		switch key {
		case "schema":
			target = &t.Schema
		case "name":
			target = &t.Name
		case "client":
			target = &info.Client
		case "server_columns":
			target = &info.ServerColumns
		case "hash":
			target = &info.Hash
		case "sync_hash":
			target = &info.SyncHash
		}
		return value(data, at, target)
	})
	b.Schema.Schema.Tables = append(b.Schema.Schema.Tables, t)
	b.Schema.Tables = append(b.Schema.Tables, info)
	return end, err
}

// value reads the value that begins at a byte into target, or with nil skips over it, and gives its end.
func value(data []byte, at int, target any) (end int, err error) {
	if end = skip(data, at); end == at {
		return end, fmt.Errorf("a value is expected at byte %d", at)
	}
	if target == nil {
		return end, nil
	}
	text := data[at:end]
	if s, is := target.(*string); is && unescaped(text) {
		*s = string(text[1 : len(text)-1])
		return end, nil
	}
	return end, json.Unmarshal(text, target)
}

// unescaped reports whether a JSON string says what it says without escapes: most do.
func unescaped(text []byte) bool {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return false
	}
	for _, c := range text[1 : len(text)-1] {
		if c < ' ' || c > '~' || c == '\\' || c == '"' {
			return false
		}
	}
	return true
}

// errStop ends a walk early.
var errStop = errors.New("stop")

// eachMember calls f with each member of a JSON object: its key, which is plain,
// and the bytes of its value. The rest of the text is only skipped over.
func eachMember(data []byte, f func(key string, value []byte) error) error {
	_, err := members(data, 0, func(key string, at int) (int, error) {
		end, err := value(data, at, nil)
		if err != nil {
			return end, err
		}
		return end, f(key, data[at:end])
	})
	return err
}

// members calls f with each member of the JSON object that begins at a byte: its
// key, which is plain, and where its value begins, of which f gives the end. So
// each byte is looked at once.
func members(data []byte, at int, f func(key string, at int) (end int, err error)) (end int, err error) {
	return walk(data, at, '{', '}', f)
}

// walk is members for lists as well, whose elements have no key.
func walk(data []byte, at int, open, close byte, f func(key string, at int) (int, error)) (int, error) {
	i := space(data, at)
	if i >= len(data) || data[i] != open {
		return i, fmt.Errorf("%q is expected at byte %d", string(open), i)
	}
	for i = space(data, i+1); i < len(data) && data[i] != close; {
		key := ""
		if open == '{' {
			end := skip(data, i)
			if data[i] != '"' || end-i < 2 {
				return i, fmt.Errorf("a key is expected at byte %d", i)
			}
			key = string(data[i+1 : end-1])
			i = space(data, end)
			if i >= len(data) || data[i] != ':' {
				return i, fmt.Errorf("':' is expected at byte %d", i)
			}
			i = space(data, i+1)
		}
		end, err := f(key, i)
		if err != nil {
			return end, err
		}
		if i = space(data, end); i < len(data) && data[i] == ',' {
			i = space(data, i+1)
		}
	}
	if i >= len(data) {
		return i, errors.New("unexpected end of JSON input")
	}
	return i + 1, nil
}

func space(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\t' || data[i] == '\r') {
		i++
	}
	return i
}

// skip gives the end of the value that begins at i.
func skip(data []byte, i int) int {
	for depth := 0; i < len(data); {
		switch c := data[i]; c {
		case '"':
			i = skipString(data, i)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return i
			}
			for i++; i < len(data) && !starts[data[i]]; i++ {
			}
			continue
		default:
			for i < len(data) && data[i] > ' ' && data[i] != ',' && data[i] != '}' && data[i] != ']' && data[i] != ':' {
				i++
			}
		}
		if depth <= 0 {
			return i
		}
	}
	return i
}

// starts are the bytes that begin or end something inside a value.
var starts = [256]bool{'"': true, '{': true, '}': true, '[': true, ']': true}

func skipString(data []byte, i int) int {
	for i++; ; i++ {
		n := bytes.IndexByte(data[i:], '"')
		if n < 0 {
			return len(data)
		}
		i += n
		escapes := 0
		for data[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i + 1
		}
	}
}
