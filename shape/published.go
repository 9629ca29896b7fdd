package shape

import (
	"slices"

	"github.com/electric-cli/electric/shape/replication"
	"github.com/electric-cli/electric/shape/wire"
)

// A published table is a table as the stream describes it.
type published struct {
	*replication.Relation
	targets map[*wire.Table]*target // tables that shapes are on, which its rows belong to
	roots   []uint32                // it is a partition below these
}

const maxTargets = 64

// A target is a table whose shapes get the changes, and where each of its columns
// stands in the stream's rows, below 0 when it does not; nil where they are the
// same.
type target struct {
	at      []int
	missing bool // a column is
}

// target finds how the stream's rows are rows of a table: by the columns' names.
func (p *published) target(t *wire.Table) *target {
	if known := p.targets[t]; known != nil {
		return known
	}
	if p.targets == nil || len(p.targets) >= maxTargets { // those of shapes that have ended are of no use
		p.targets = map[*wire.Table]*target{}
	}
	found := positions(t, p.Columns)
	p.targets[t] = &found
	return &found
}

// positions finds a table's columns in the stream's. Generated columns may be
// missing: they are not in shapes then.
func positions(t *wire.Table, columns []replication.Column) target {
	found := target{at: make([]int, len(t.Columns))}
	same := len(columns) == len(t.Columns)
	for i := range t.Columns {
		at := slices.IndexFunc(columns, func(c replication.Column) bool { return c.Name == t.Columns[i].Name })
		found.at[i] = at
		found.missing = found.missing || at < 0 && !t.Columns[i].Generated
		same = same && at == i
	}
	if same {
		found.at = nil
	}
	return found
}

func (t *target) row(row wire.Row) wire.Row {
	if t.at == nil || row == nil {
		return row
	}
	own := make(wire.Row, len(t.at))
	for i, from := range t.at {
		if from >= 0 {
			own[i] = row[from]
		}
	}
	return own
}

// mismatch says in what a shape's table is another one than the stream describes.
// A partition may be new, without the replica identity FULL yet: what it lacks,
// its changes tell (see replication.Change.NoOld).
func (s *Shape) mismatch(r *replication.Relation) string {
	t := s.definition.Table
	if r.Identity != 'f' && r.OID == t.OID {
		return "its table's replica identity is not FULL"
	}
	if known := s.relation(t.OID); r.OID != t.OID && known != nil && known.leaf(r.OID) == nil {
		return "the partition " + r.Schema + "." + r.Name + " joined its table while the shape was made"
	}
	if r.OID == t.OID && (r.Schema != t.Schema || r.Name != t.Name) {
		return "its table was renamed"
	}
	plain := 0
	for i, c := range t.Columns {
		if c.Generated {
			continue
		}
		plain++
		if !slices.Contains(s.definition.Columns, i) && !s.filters(i) {
			continue
		}
		at := slices.IndexFunc(r.Columns, func(other replication.Column) bool { return other.Name == c.Name })
		if at < 0 || r.Columns[at].TypeOID != c.TypeOID || r.Columns[at].Typmod != c.Typmod {
			return "the column " + c.Name + " was altered"
		}
	}
	if s.definition.All && r.OID == t.OID && len(r.Columns) != plain && len(r.Columns) != len(t.Columns) {
		return "columns were added or dropped"
	}
	return ""
}

// filters reports whether the filter reads a column.
func (s *Shape) filters(column int) bool {
	return s.definition.Where != nil && slices.Contains(s.definition.Where.Columns(), column)
}
