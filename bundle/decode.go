package bundle

import (
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
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("not a bundle: %w", err)
	}
	switch {
	case head.Format < 1:
		return nil, errors.New("not a bundle: it has no format number")
	case head.Format > Format:
		return nil, fmt.Errorf("%w: its format is %d, this one reads up to %d; upgrade electric", ErrNewer, head.Format, Format)
	}
	b := new(Bundle)
	if err := json.Unmarshal(data, b); err != nil {
		return nil, fmt.Errorf("not a bundle: %w", err)
	}
	return b, nil
}

// UnmarshalJSON reads the schema's description and what stands besides.
func (s *Schema) UnmarshalJSON(data []byte) error {
	s.Schema = new(metadata.Schema)
	if err := json.Unmarshal(data, s.Schema); err != nil {
		return err
	}
	var rest struct {
		Tables    []TableInfo `json:"tables"`
		Relations []Relation  `json:"relations"`
	}
	if err := json.Unmarshal(data, &rest); err != nil {
		return err
	}
	s.Tables, s.Relations = rest.Tables, rest.Relations
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
