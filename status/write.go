package status

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/electric-cli/electric/compat"
)

// maxOther is how many differences that do not count are shown to people.
const maxOther = 10

// Write shows a report to people.
func Write(w io.Writer, r Report, verbose bool) error {
	t := writer{}
	t.places(r)
	t.list("", r.Standing)
	t.tables(r)
	t.drifts("drift, what should be there | what is:", r.Drift, len(r.Drift))
	other := maxOther
	if verbose {
		other = len(r.Other)
	}
	t.drifts("other differences, which neither replication nor clients depend on:", r.Other, other)
	if len(r.Unseen) > 0 {
		t.list("not seen:", r.Unseen)
	}
	if r.Safe {
		t.line("\nsafe to replicate")
	} else {
		t.list("not safe to replicate:", r.Reasons)
	}
	_, err := io.WriteString(w, t.out.String())
	return err
}

type writer struct{ out strings.Builder }

func (t *writer) line(format string, args ...any) { fmt.Fprintf(&t.out, format+"\n", args...) }

func (t *writer) list(title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	t.line("")
	indent := ""
	if title != "" {
		t.line("%s", title)
		indent = "  "
	}
	for _, l := range lines {
		t.line("%s%s", indent, l)
	}
}

// grid writes rows in columns.
func (t *writer) grid(rows [][]string) {
	var width []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(width) {
				width = append(width, 0)
			}
			width[i] = max(width[i], runewidth.StringWidth(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell)
			if i < len(row)-1 {
				line.WriteString(strings.Repeat(" ", width[i]-runewidth.StringWidth(cell)+2))
			}
		}
		t.line("%s", strings.TrimRight(line.String(), " "))
	}
}

// hashWidth is how much of a hash people are shown.
const hashWidth = 15

func (t *writer) places(r Report) {
	var rows [][]string
	add := func(name, version, hash, about string) {
		rows = append(rows, []string{name, cmp.Or(version, "-"), cmp.Or(hash[:min(len(hash), hashWidth)], "-"), about})
	}
	if f := r.Files; f != nil {
		add("files", f.Version, f.SchemaHash, f.Path+", "+migrations(f.Migrations))
	} else {
		add("files", "", "", "none")
	}
	if b := r.Bundle; b != nil {
		about := b.Path
		if !b.Fresh {
			about += ", stale"
		}
		add("bundle", b.Version, b.SchemaHash, about)
	} else {
		add("bundle", "", "", "none")
	}
	t.databasePlaces(r, add)
	switch s := r.Sync; {
	case s == nil:
		add("sync", "", "", "no sync server answers")
	case s.Foreign():
		add("sync", "", "", s.Text())
	default:
		add("sync", s.State, s.SchemaHash, s.about())
	}
	t.grid(rows)
}

func (t *writer) databasePlaces(r Report, add func(name, version, hash, about string)) {
	if c := r.Recorded; c != nil {
		about := "_electric.schema_versions, " + count(c.Versions, "version")
		if !c.Exists {
			about = "there is no _electric.schema_versions"
		}
		if c.Partial != "" {
			about += ", " + c.Partial + " in part"
		}
		add("recorded", c.Version, c.SchemaHash, about)
	}
	if l := r.Live; l != nil {
		add("live", strings.Join(short(l.Versions), " or "), l.SchemaHash, l.Address+", PostgreSQL "+l.Server)
	} else {
		add("live", "", "", "no database was looked at")
	}
}

// short leaves out the middle of a long list.
func short(names []string) []string {
	if len(names) <= 3 {
		return names
	}
	return []string{names[0], "…", names[len(names)-1]}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// tables shows the tables in which something changed; the others are counted.
func (t *writer) tables(r Report) {
	if len(r.Tables) == 0 {
		return
	}
	rows := [][]string{{"table", "reads", "writes", "why"}}
	same := 0
	for _, x := range r.Tables {
		if len(x.Findings) == 0 {
			same++
			continue
		}
		name := x.Schema + "." + x.Name
		reads, writes := x.Reads.String(), x.Writes.String()
		for _, f := range x.Findings {
			rows = append(rows, []string{name, reads, writes, f.Rule + ": " + f.Message})
			name, reads, writes = "", "", ""
		}
	}
	t.line("")
	if len(rows) > 1 {
		t.grid(rows)
	}
	if same > 0 {
		t.line("%s the same to clients, reads and writes", are(same, len(r.Tables)))
	}
}

func are(n, all int) string {
	switch {
	case n == all && n == 1:
		return "the 1 table is"
	case n == all:
		return fmt.Sprintf("all %d tables are", n)
	case n == 1:
		return "1 other table is"
	}
	return fmt.Sprintf("%d other tables are", n)
}

func (t *writer) drifts(title string, list []Drift, limit int) {
	if len(list) == 0 {
		return
	}
	var lines []string
	for _, d := range list[:min(limit, len(list))] {
		lines = append(lines, d.What+": "+orNothing(d.Want)+" | "+orNothing(d.Live))
	}
	if more := len(list) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more: electric status --verbose", more))
	}
	t.list(title, lines)
}

// Breaks reports whether clients break on a table.
func (t TableInfo) Breaks() bool { return t.Reads == compat.Breaking || t.Writes == compat.Breaking }
