package bundle

import (
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
		"sync_hash": &b.SyncHash, "requires": &b.Requires, "migrations": &b.Migrations,
	}
	err := eachMember(data, func(key string, value []byte) error {
		if key == "schema" {
			return b.sketchSchema(value)
		}
		if target := into[key]; target != nil {
			return json.Unmarshal(value, target)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("not a bundle: %w", err)
	}
	return b, nil
}

func (b *Bundle) sketchSchema(data []byte) error {
	return eachMember(data, func(key string, value []byte) error {
		if key != "tables" {
			return nil
		}
		return eachElement(value, func(table []byte) error {
			var t metadata.Table
			var info TableInfo
			into := map[string]any{
				"schema": &t.Schema, "name": &t.Name, "client": &info.Client, "server_columns": &info.ServerColumns,
				"hash": &info.Hash, "sync_hash": &info.SyncHash,
			}
			err := eachMember(table, func(key string, value []byte) error {
				if target := into[key]; target != nil {
					return json.Unmarshal(value, target)
				}
				return nil
			})
			b.Schema.Schema.Tables = append(b.Schema.Schema.Tables, t)
			b.Schema.Tables = append(b.Schema.Tables, info)
			return err
		})
	})
}

// errStop ends a walk early.
var errStop = errors.New("stop")

// eachMember calls f with each member of a JSON object: its key, which is plain,
// and the bytes of its value. The rest of the text is only skipped over.
func eachMember(data []byte, f func(key string, value []byte) error) error {
	return walk(data, '{', '}', f)
}

// eachElement calls f with each element of a JSON list.
func eachElement(data []byte, f func(element []byte) error) error {
	return walk(data, '[', ']', func(_ string, value []byte) error { return f(value) })
}

func walk(data []byte, open, close byte, f func(key string, value []byte) error) error {
	i := space(data, 0)
	if i >= len(data) || data[i] != open {
		return fmt.Errorf("%q is expected at byte %d", string(open), i)
	}
	for i = space(data, i+1); i < len(data) && data[i] != close; {
		key := ""
		if open == '{' {
			end := skip(data, i)
			if data[i] != '"' || end-i < 2 {
				return fmt.Errorf("a key is expected at byte %d", i)
			}
			key = string(data[i+1 : end-1])
			i = space(data, end)
			if i >= len(data) || data[i] != ':' {
				return fmt.Errorf("':' is expected at byte %d", i)
			}
			i = space(data, i+1)
		}
		end := skip(data, i)
		if end == i {
			return fmt.Errorf("a value is expected at byte %d", i)
		}
		if err := f(key, data[i:end]); err != nil {
			return err
		}
		if i = space(data, end); i < len(data) && data[i] == ',' {
			i = space(data, i+1)
		}
	}
	if i >= len(data) {
		return errors.New("unexpected end of JSON input")
	}
	return nil
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
			i++
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

func skipString(data []byte, i int) int {
	for i++; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(data)
}
