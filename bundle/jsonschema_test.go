package bundle

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/metadata"
)

const schemaFile = "../docs/bundle.schema.json"

// The published JSON Schema is derived from the structs, so that it cannot fall
// behind them: go test ./bundle -run Published -rewrite.
func TestPublishedSchema(t *testing.T) {
	want := publishedSchema(t)
	if *rewrite {
		require.NoError(t, os.WriteFile(schemaFile, want, 0o644))
	}
	got, err := os.ReadFile(schemaFile)
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got), "it is behind the structs: run go test ./bundle -run Published -rewrite")
}

func TestBundlesAreValid(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	schema, err := compiler.Compile(schemaFile)
	require.NoError(t, err)
	samples, err := filepath.Glob("testdata/format*.json")
	require.NoError(t, err)
	texts := map[string][]byte{"written": Encode(library())}
	for _, s := range samples {
		texts[s], err = os.ReadFile(s)
		require.NoError(t, err)
	}
	for name, data := range texts {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		require.NoError(t, err)
		require.NoError(t, schema.Validate(v), name)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(`{"format": 1}`))
	require.NoError(t, err)
	require.Error(t, schema.Validate(v))
}

// schemaWriter derives a JSON Schema from Go types. Texts that may be null are
// those of package metadata, whose "" is null in JSON.
type schemaWriter struct{ defs map[string]any }

func publishedSchema(t *testing.T) []byte {
	w := schemaWriter{map[string]any{}}
	root := w.object(reflect.TypeFor[Bundle]())
	tables := w.defs["Table"].(map[string]any)
	required := tables["required"].([]string)
	w.fields(reflect.TypeFor[TableInfo](), tables["properties"].(map[string]any), &required)
	tables["required"] = required
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "The bundle that electric migrate compile writes, format 1"
	root["$defs"] = w.defs
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	require.NoError(t, e.Encode(root))
	return out.Bytes()
}

func (w schemaWriter) ref(t reflect.Type) map[string]any {
	if _, done := w.defs[t.Name()]; !done {
		w.defs[t.Name()] = nil
		w.defs[t.Name()] = w.object(t)
	}
	return map[string]any{"$ref": "#/$defs/" + t.Name()}
}

// object describes a struct. Readers ignore keys they do not know.
func (w schemaWriter) object(t reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	w.fields(t, properties, &required)
	return map[string]any{"type": "object", "properties": properties, "required": required}
}

// always are the keys that every object of the schema has which knows them: the others are left out at their usual
// value.
var always = map[string]bool{"schema": true, "name": true, "kind": true, "type": true, "nullable": true, "def": true}

// mayLack says whether a key of the schema's objects may be absent.
func mayLack(t reflect.Type, tag string) bool {
	return strings.HasSuffix(t.PkgPath(), "/metadata") && t != reflect.TypeFor[metadata.Schema]() && !always[tag]
}

func (w schemaWriter) fields(t reflect.Type, properties map[string]any, required *[]string) {
	inMetadata := strings.HasSuffix(t.PkgPath(), "/metadata")
	for f := range fieldsOf(t) {
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case t == reflect.TypeFor[Schema]() && f.Name == "Tables", tag == "-":
		case t == reflect.TypeFor[Schema]() && f.Name == "Relations":
			properties["relations"] = w.value(f.Type, false)
			*required = append(*required, "relations")
		case t == reflect.TypeFor[Sync]() && f.Name == "Schema":
			properties[tag] = map[string]any{"type": "object", "additionalProperties": w.ref(reflect.TypeFor[ColumnInfo]())}
			*required = append(*required, tag)
		case f.Anonymous:
			inner := f.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			w.fields(inner, properties, required)
		default:
			properties[tag] = w.value(f.Type, inMetadata)
			if options == "" && !mayLack(t, tag) {
				*required = append(*required, tag)
			}
		}
	}
}

func fieldsOf(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if !yield(t.Field(i)) {
				return
			}
		}
	}
}

func (w schemaWriter) value(t reflect.Type, nullable bool) map[string]any {
	simple := func(name string) map[string]any {
		if nullable {
			return map[string]any{"type": []string{name, "null"}}
		}
		return map[string]any{"type": name}
	}
	switch t.Kind() {
	case reflect.String:
		return simple("string")
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Pointer:
		if t.Elem().Kind() == reflect.Struct {
			return map[string]any{"anyOf": []any{w.ref(t.Elem()), map[string]any{"type": "null"}}}
		}
		nullable = true
		return map[string]any{"type": []string{"integer", "null"}}
	case reflect.Slice:
		list := simple("array")
		list["items"] = w.value(t.Elem(), false)
		return list
	case reflect.Struct:
		return w.ref(t)
	}
	panic("no JSON Schema for " + t.String())
}
