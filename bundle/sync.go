package bundle

import (
	"slices"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// A Sync is what clients need to sync a table.
type Sync struct {
	PrimaryKey []string     `json:"primary_key"` // in key order; [] without one
	Schema     []ColumnInfo `json:"schema"`      // the electric-schema header; in JSON an object by column name
	Warnings   []Warning    `json:"warnings"`    // what is known to sync badly
}

// A ColumnInfo is a column in Electric's electric-schema header.
type ColumnInfo struct {
	Name      string `json:"-"`
	Dims      *int   `json:"dims,omitempty"` // declared dimensions of an array
	Fields    string `json:"fields,omitempty"`
	Length    *int   `json:"length,omitempty"`     // char(n), bit(n), bit varying(n)
	MaxLength *int   `json:"max_length,omitempty"` // varchar(n)
	NotNull   bool   `json:"not_null,omitempty"`
	PKIndex   *int   `json:"pk_index,omitempty"` // from 0
	Precision *int   `json:"precision,omitempty"`
	Scale     *int   `json:"scale,omitempty"`
	Type      string `json:"type"`               // pg_type's name; of an array, its element's
	TypeMod   *int   `json:"type_mod,omitempty"` // of any other type with a modifier
}

// A Warning says why a table syncs badly.
type Warning struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Columns []string `json:"columns,omitempty"` // of server-columns: those to ask for
}

// An Attribute is what pg_attribute knows of a column and its description does
// not tell.
type Attribute struct {
	Dims   int // attndims: the declared dimensions of an array
	Typmod int // atttypmod, -1 for none
}

// SyncOf tells how a table syncs to a copy like itself. attribute is asked for columns whose
// description does not tell enough; nil stands for arrays of one dimension and for no modifiers of unusual types.
func SyncOf(t *metadata.Table, attribute func(column string) Attribute) Sync {
	return SyncTo(t, t, attribute)
}

// SyncTo tells how a table syncs to a client's copy that may lack columns and
// constraints of it: those that only server-only SQL made.
func SyncTo(t, copied *metadata.Table, attribute func(column string) Attribute) Sync {
	if attribute == nil {
		attribute = func(string) Attribute { return Attribute{1, -1} }
	}
	s := Sync{}
	if t.PrimaryKey != nil {
		s.PrimaryKey = t.PrimaryKey.Columns
	}
	s.Schema = slices.Grow(s.Schema, len(t.Columns))
	for i := range t.Columns {
		s.Schema = append(s.Schema, columnInfo(t, &t.Columns[i], attribute))
	}
	slices.SortFunc(s.Schema, func(a, b ColumnInfo) int { return strings.Compare(a.Name, b.Name) })
	for _, w := range warnings {
		for _, message := range w.find(t, copied) {
			s.Warnings = append(s.Warnings, Warning{Code: w.code, Message: message})
		}
	}
	if w, ok := serverColumns(t, copied); ok {
		s.Warnings = append(s.Warnings, w)
	}
	return s
}

func columnInfo(t *metadata.Table, c *metadata.Column, attribute func(string) Attribute) ColumnInfo {
	info := ColumnInfo{Name: c.Name, Type: c.TypeName, NotNull: !c.Nullable}
	if t.PrimaryKey != nil {
		if i := slices.Index(t.PrimaryKey.Columns, c.Name); i >= 0 {
			info.PKIndex = &i
		}
	}
	if c.IsArray {
		dims := max(attribute(c.Name).Dims, 1)
		info.Dims = &dims
	}
	info.modifiers(c.TypeRef, func() int { return attribute(c.Name).Typmod })
	return info
}

// modifiers tells the type modifier, read out of format_type's text, such as
// "numeric(12,2)[]" or "interval minute to second(3)".
func (c *ColumnInfo) modifiers(t metadata.TypeRef, typmod func() int) {
	if plain[t.Type] {
		return
	}
	text := strings.TrimSuffix(t.Type, "[]")
	numbers := typmodNumbers(text)
	first := func() *int {
		if len(numbers) == 0 {
			return nil
		}
		return &numbers[0]
	}
	switch t.TypeName {
	case "varchar":
		c.MaxLength = first()
	case "bpchar", "bit", "varbit":
		c.Length = first()
	case "numeric":
		if len(numbers) == 2 {
			c.Precision, c.Scale = &numbers[0], &numbers[1]
		}
	case "time", "timetz", "timestamp", "timestamptz":
		if p := first(); p != nil && *p > 0 {
			c.Precision = p
		}
	case "interval":
		c.interval(text, first())
	default:
		if n := typmod(); n >= 0 {
			c.TypeMod = &n
		}
	}
}

// plain are the commonest types that have no modifier.
var plain = map[string]bool{
	"text": true, "uuid": true, "integer": true, "bigint": true, "boolean": true, "jsonb": true, "date": true,
	"timestamp with time zone": true, "timestamp without time zone": true, "numeric": true, "character varying": true,
}

// interval reads "interval(3)" and "interval minute to second(3)".
func (c *ColumnInfo) interval(text string, precision *int) {
	fields, _, _ := strings.Cut(strings.TrimPrefix(text, "interval"), "(")
	c.Fields = strings.ToUpper(strings.TrimSpace(fields))
	c.Precision = precision
}

// typmodNumbers gives the numbers in a type's parentheses, none when there is
// anything else in them.
func typmodNumbers(text string) (numbers []int) {
	_, rest, _ := strings.Cut(text, "(")
	inner, _, _ := strings.Cut(rest, ")")
	for _, part := range strings.Split(inner, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return nil
		}
		numbers = append(numbers, n)
	}
	return numbers
}
