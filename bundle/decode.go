package bundle

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// ErrNewer is wrapped by Read's refusal of a bundle from a newer electric.
var ErrNewer = errors.New("made by a newer electric")

// ReadFile reads the bundle at path.
func ReadFile(path string) (*Bundle, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	defer f.Close()
	b, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("read bundle %s: %w", path, err)
	}
	return b, nil
}

// Read reads a bundle of any format up to Format.
func Read(r io.Reader) (*Bundle, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return decode(data)
}

// decode reads a bundle's bytes.
func decode(data []byte) (*Bundle, error) {
	if err := checkFormat(data); err != nil {
		return nil, err
	}
	var f file
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("not a bundle: %w", err)
	}
	b := f.Bundle
	s := f.Schema.Schema
	b.Schema = Schema{Schema: &s, Relations: f.Schema.Relations}
	for i := range f.Schema.Tables {
		s.Tables = append(s.Tables, f.Schema.Tables[i].Table)
		b.Schema.Tables = append(b.Schema.Tables, f.Schema.Tables[i].TableInfo)
	}
	return &b, nil
}

// A file is a bundle as its bytes are: tables with what is told besides.
type file struct {
	Bundle
	Schema struct {
		metadata.Schema
		Tables    []fileTable `json:"tables"`
		Relations []Relation  `json:"relations"`
	} `json:"schema"`
}

// A fileTable is a table with what is told besides, in one object.
type fileTable struct {
	metadata.Table
	TableInfo
}

// UnmarshalJSON reads both halves: each ignores the other's keys.
func (t *fileTable) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &t.Table); err != nil {
		return err
	}
	return json.Unmarshal(data, &t.TableInfo)
}

// checkFormat reads the number that a bundle begins with.
func checkFormat(data []byte) error {
	var format int
	err := eachMember(data, func(key string, value []byte) error {
		if key != "format" {
			return nil
		}
		return cmp.Or(json.Unmarshal(value, &format), errStop)
	})
	switch {
	case err != nil && !errors.Is(err, errStop):
		return fmt.Errorf("not a bundle: %w", cmp.Or(json.Unmarshal(data, new(struct{})), err))
	case format < 1:
		return errors.New("not a bundle: it has no format number")
	case format > Format:
		return fmt.Errorf("%w: its format is %d, this one reads up to %d; upgrade electric", ErrNewer, format, Format)
	}
	return nil
}

// UnmarshalJSON reads the columns from an object by name.
func (s *Sync) UnmarshalJSON(data []byte) error {
	var raw struct {
		PrimaryKey []string              `json:"primary_key"`
		Schema     map[string]ColumnInfo `json:"schema"`
		Warnings   []Warning             `json:"warnings"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	*s = Sync{PrimaryKey: raw.PrimaryKey, Warnings: raw.Warnings}
	for name, c := range raw.Schema {
		c.Name = name
		s.Schema = append(s.Schema, c)
	}
	slices.SortFunc(s.Schema, func(a, b ColumnInfo) int { return strings.Compare(a.Name, b.Name) })
	return nil
}
