package metadata

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fill sets everything to something that is not its zero value: one element in each list.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.String:
		v.SetString("materialized") // a kind of view with all its keys
	case reflect.Bool:
		v.SetBool(true)
	default:
		v.SetInt(7)
	}
}

// tags lists the json tags of a type and all in it, depth first.
func tags(t reflect.Type) (keys []string) {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.Anonymous {
			keys = append(keys, f.Tag.Get("json"))
		}
		keys = append(keys, tags(f.Type)...)
	}
	return keys
}

// keys lists the keys of JSON in their order.
func keys(t *testing.T, data []byte) (found []string) {
	var walk func(m json.RawMessage)
	walk = func(m json.RawMessage) {
		dec := json.NewDecoder(bytes.NewReader(m))
		start, err := dec.Token()
		require.NoError(t, err)
		if _, isDelim := start.(json.Delim); !isDelim {
			return
		}
		for dec.More() {
			if start == json.Delim('{') {
				key, err := dec.Token()
				require.NoError(t, err)
				found = append(found, key.(string))
			}
			var value json.RawMessage
			require.NoError(t, dec.Decode(&value))
			walk(value)
		}
	}
	walk(data)
	return found
}

func TestEveryFieldIsWrittenInOrder(t *testing.T) {
	var s Schema
	fill(reflect.ValueOf(&s).Elem())
	data := s.AppendJSON(nil)
	require.Equal(t, strings.Join(tags(reflect.TypeFor[Schema]()), "\n"), strings.Join(keys(t, data), "\n"))

	back, err := Read(bytes.NewReader(data))
	require.NoError(t, err)
	require.Equal(t, &s, back)
}

func TestIndentIsThatOfTheStandardLibrary(t *testing.T) {
	var s Schema
	fill(reflect.ValueOf(&s).Elem())
	s.Tables = append(s.Tables, Table{})
	var want, got bytes.Buffer
	require.NoError(t, json.Indent(&want, s.AppendJSON(nil), "", "  "))
	require.NoError(t, Write(&got, &s))
	require.Equal(t, want.String()+"\n", got.String())
}

func TestStringsAreEscaped(t *testing.T) {
	all := "\u2028é漢\U0001f600<>&'/\x7f"
	for c := rune(0); c < 0x80; c++ {
		all += string(c)
	}
	for _, s := range []string{"", all, "a\"b", "\\", "ends\n", "\x00"} {
		var back string
		require.NoError(t, json.Unmarshal(appendString(nil, s), &back))
		require.Equal(t, s, back)
	}
	require.Equal(t, "\"a\ufffdb\"", string(appendString(nil, "a\xffb")))
}

func TestTableHookAddsKeys(t *testing.T) {
	s := Schema{Tables: []Table{{Schema: "public", Name: "a"}}}
	e := Encoder{Indent: " "}
	e.Table = func(e *Encoder, i int) { e.Str("hash", s.Tables[i].Name+"!") }
	e.Open()
	s.WriteFields(&e)
	e.Int("more", 1)
	e.Close()
	var back struct {
		Tables []struct{ Name, Hash string }
		More   int
	}
	require.NoError(t, json.Unmarshal(e.Bytes(), &back))
	require.Equal(t, "a!", back.Tables[0].Hash)
	require.Equal(t, 1, back.More)
}

// Many tables are written in pieces at the same time; nobody can tell.
func TestManyTablesAreWrittenInOrder(t *testing.T) {
	var s Schema
	for i := range 1000 {
		s.Tables = append(s.Tables, Table{Schema: "public", Name: fmt.Sprintf("t%04d", i), Columns: []Column{{Name: "id"}}})
	}
	e := Encoder{Indent: "  "}
	e.Table = func(e *Encoder, i int) { e.Int("number", int64(i)) }
	e.Open()
	s.WriteFields(&e)
	e.Close()
	var back struct {
		Tables []struct {
			Name   string
			Number int
		}
	}
	require.NoError(t, json.Unmarshal(e.Bytes(), &back))
	require.Len(t, back.Tables, len(s.Tables))
	for i, table := range back.Tables {
		require.Equal(t, s.Tables[i].Name, table.Name)
		require.Equal(t, i, table.Number)
	}
	var indented bytes.Buffer
	require.NoError(t, json.Indent(&indented, e.Bytes(), "", "  "))
	require.Equal(t, indented.String(), string(e.Bytes()))
}
