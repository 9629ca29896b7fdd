package history

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/electric-cli/electric/diag"
)

// A Standing is where a database stands among migrations.
type Standing struct {
	Applied  int   // how many of the migrations are recorded
	Last     int   // index of the newest recorded migration, -1 for none
	Pending  []int // indexes of those to apply, in order
	Problems []diag.Diagnostic
}

// Compare holds migrations, in their order, against what a database recorded.
func Compare(h *History, migrations []Migration) Standing {
	s := Standing{Last: -1}
	c := comparison{h, migrations, &s}
	c.missing()
	for i, m := range migrations {
		switch row := h.Row(m.Version); {
		case row == nil:
			s.Pending = append(s.Pending, i)
		default:
			s.Applied++
			s.Last = i
			c.edited(m, row)
		}
	}
	c.outOfOrder()
	c.partial()
	return s
}

type comparison struct {
	history    *History
	migrations []Migration
	standing   *Standing
}

func (c *comparison) problem(d diag.Diagnostic, hint string) {
	d.Hint = hint
	c.standing.Problems = append(c.standing.Problems, d)
}

// missing finds versions that are recorded and have no file. What to do about all of
// them is said once, with the last: of another branch there may be many.
func (c *comparison) missing() {
	var gone []Row
	for _, r := range c.history.Rows {
		if !slices.ContainsFunc(c.migrations, func(m Migration) bool { return m.Version == r.Version }) {
			gone = append(gone, r)
		}
	}
	for i, r := range gone {
		hint := ""
		switch {
		case len(gone) == 1:
			hint = "Bring its file back from version control, or check out the branch that the database is on."
		case i == len(gone)-1:
			hint = "Bring their files back from version control, or check out the branch that the database is on."
		}
		c.problem(diag.Errorf(diag.Span{}, "migration-missing",
			"migration %q (%s) is recorded as applied to the database, but there is no file of that version", r.Version, r.Name), hint)
	}
}

// edited finds a file that is not what was applied.
func (c *comparison) edited(m Migration, row *Row) {
	if m.Checksum == row.Checksum {
		return
	}
	d := diag.Errorf(diag.WholeFile(m.File), "migration-edited", "was edited after it was applied on %s",
		row.AppliedAt.UTC().Format("2006-01-02 15:04 UTC"))
	if sameButLineEnds(m.Text, row.Checksum) {
		d.Detail = "Only its line ends differ from what was applied."
		c.problem(d, `Put "*.sql -text" into .gitattributes, so that version control leaves line ends alone, and check the file out again.`)
		return
	}
	d.Detail = fmt.Sprintf("Its checksum is %s, the applied one's is %s.", short(m.Checksum), short(row.Checksum))
	c.problem(d, "Bring back the file that was applied, and make the change in a new migration.")
}

// sameButLineEnds reports whether text has the checksum once its line ends are
// LF, or CRLF.
func sameButLineEnds(text, checksum string) bool {
	lf := strings.ReplaceAll(text, "\r\n", "\n")
	for _, variant := range []string{lf, strings.ReplaceAll(lf, "\n", "\r\n")} {
		sum := sha256.Sum256([]byte(variant))
		if text != "" && hex.EncodeToString(sum[:]) == checksum {
			return true
		}
	}
	return false
}

func short(checksum string) string { return checksum[:min(len(checksum), 12)] }

// outOfOrder finds pending migrations that come before an applied one.
func (c *comparison) outOfOrder() {
	for _, i := range c.standing.Pending {
		if i > c.standing.Last {
			continue
		}
		m, last := c.migrations[i], c.migrations[c.standing.Last]
		c.problem(diag.Errorf(diag.WholeFile(m.File), "migration-out-of-order",
			"is not applied, but version %s, which comes after it, is", last.Version),
			"Give it a version newer than "+last.Version+" by renaming the file, so that every database applies it in the same order.")
	}
}

// partial looks at migrations that were applied in part: the rest has to fit.
func (c *comparison) partial() {
	for _, p := range c.history.Progress {
		i := slices.IndexFunc(c.migrations, func(m Migration) bool { return m.Version == p.Version })
		if i < 0 {
			c.problem(diag.Errorf(diag.Span{}, "migration-missing",
				"migration %q (%s) is applied in part (%s), but there is no file of that version", p.Version, p.Name, transactions(len(p.Done))),
				"Bring its file back from version control, so that its rest can be applied.")
			continue
		}
		m := c.migrations[i]
		if m.Units == nil || len(p.Done) <= len(m.Units) && slices.Equal(p.Done, m.Units[:len(p.Done)]) {
			continue
		}
		c.problem(diag.Errorf(diag.WholeFile(m.File), "migration-edited",
			"is applied in part, and the part that is applied (%s) was edited since", transactions(len(p.Done))),
			"Bring back what was applied; what comes after it may be changed.")
	}
}

func transactions(n int) string {
	if n == 1 {
		return "its first transaction"
	}
	return fmt.Sprintf("its first %d transactions", n)
}
