package generator

import (
	"fmt"
	"go/format"
	"reflect"
	"strconv"
	"strings"
)

func formatted(text string) ([]byte, error) { return format.Source([]byte(text)) }

// literal prints a value as a Go composite literal without its type, zero
// fields left out, so that equal rows are equal text and additions are small diffs.
func literal(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		structLiteral(b, v)
	case reflect.Slice:
		sliceLiteral(b, v)
	case reflect.String:
		b.WriteString(quoted(v.String()))
	case reflect.Uint8:
		b.WriteString(strconv.QuoteRune(rune(v.Uint())))
	default:
		fmt.Fprint(b, v.Interface())
	}
}

func structLiteral(b *strings.Builder, v reflect.Value) {
	b.WriteByte('{')
	first := true
	for i := range v.NumField() {
		t, f := v.Type().Field(i), v.Field(i)
		if !t.IsExported() || f.IsZero() || f.Kind() == reflect.Slice && f.Len() == 0 {
			continue
		}
		if !first {
			b.WriteString(", ")
		}
		first = false
		b.WriteString(t.Name + ": ")
		if f.Kind() == reflect.Slice {
			b.WriteString(typeName(f.Type()))
		}
		literal(b, f)
	}
	b.WriteByte('}')
}

func sliceLiteral(b *strings.Builder, v reflect.Value) {
	rows := v.Type().Elem().Kind() == reflect.Struct
	b.WriteByte('{')
	for i := range v.Len() {
		if i > 0 {
			b.WriteByte(',')
		}
		if rows {
			b.WriteByte('\n')
		} else if i > 0 {
			b.WriteByte(' ')
		}
		literal(b, v.Index(i))
	}
	if rows && v.Len() > 0 {
		b.WriteString(",\n")
	}
	b.WriteByte('}')
}

// typeName is a type's name as package pg writes it.
func typeName(t reflect.Type) string {
	return strings.ReplaceAll(t.String(), "pg.", "")
}

// quoted prints a string; texts of several lines stay readable.
func quoted(s string) string {
	if strings.Contains(s, "\n") && !strings.ContainsAny(s, "`\r\ufeff") {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}

// variable prints a package-level variable that holds rows.
func variable(b *strings.Builder, name string, rows reflect.Value) {
	fmt.Fprintf(b, "var %s = %s", name, typeName(rows.Type()))
	literal(b, rows)
	b.WriteString("\n\n")
}
