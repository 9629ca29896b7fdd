package source

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/electric-cli/electric/diag"
)

// A Draft is a migration that is yet to be made.
type Draft struct {
	Path string // below the folder
	Text string // what it begins with
}

// Next drafts the migration that comes after those of a folder, in their style:
// numbered, named and marked as they are. A folder without any gets the house
// style, Unix seconds and our markers. slug is for the file's name, title for
// people. It is an error when the folder cannot be read, or when another tool
// keeps a list of its migrations.
func Next(dir, slug, title string, now time.Time) (Draft, error) {
	if exists(filepath.Join(dir, filepath.FromSlash(journalFile))) {
		return Draft{}, fmt.Errorf("%s lists the migrations of %s: make one with drizzle-kit generate --custom", journalFile, shownDir(dir))
	}
	s := style{file: numberedFile, text: markedText, version: version{kind: seconds}}
	if exists(dir) {
		in := Read([]string{dir}, Options{})
		if last := in.last(); last != nil {
			s = in.styleOf(last)
		} else if problem := firstError(in.Diagnostics); problem != nil {
			return Draft{}, problem
		}
	}
	number, err := s.version.next(now)
	if err != nil {
		return Draft{}, err
	}
	return Draft{Path: s.file(number, slug), Text: fmt.Sprintf(s.text, title)}, nil
}

// last is the migration that a new one comes after; nil when there is none.
// Flyway's R__ files come after all that ever will be.
func (in *Input) last() *found {
	for i := len(in.found) - 1; i >= 0; i-- {
		if in.found[i].version.kind != named {
			return &in.found[i]
		}
	}
	return nil
}

// firstError is why a folder's migrations are not known; nil when it is empty.
func firstError(ds []diag.Diagnostic) error {
	for _, d := range ds {
		if d.Severity == diag.Error && d.Code != "no-migrations" {
			return fmt.Errorf("%s %s", d.Span.File, d.Message)
		}
	}
	return nil
}

// A style is how a folder's migrations look.
type style struct {
	version version // of the last one
	file    func(number, slug string) string
	text    string // with %s for the title
}

// styleOf tells a folder's style: names by its last migration, markers by any.
func (in *Input) styleOf(last *found) style {
	s := style{version: last.version, file: numberedFile, text: plainText}
	base := filepath.Base(last.path)
	switch {
	case base == "migration.sql":
		s.file = func(number, slug string) string { return number + "_" + slug + "/migration.sql" }
	case strings.HasPrefix(base, "V"):
		s.file = func(number, slug string) string { return "V" + number + "__" + slug + ".sql" }
	case strings.HasSuffix(base, ".up.sql"):
		s.file = func(number, slug string) string { return number + "_" + slug + ".up.sql" }
	}
	for _, f := range in.found {
		for _, m := range findMarks(f.file.Text) {
			if text, ok := markTexts[m.kind]; ok {
				s.text = text
			}
		}
	}
	return s
}

func numberedFile(number, slug string) string { return number + "_" + slug + ".sql" }

// What new files hold.
const (
	plainText  = "-- %s\n"
	markedText = "-- %s\n-- :electric:txn:start\n\n-- :electric:txn:end\n"
	gooseText  = "-- +goose Up\n-- %s\n\n-- +goose Down\n"
	dbmateText = "-- migrate:up\n-- %s\n\n-- migrate:down\n"
)

// markTexts are the texts of folders by their markers.
var markTexts = map[markKind]string{blockStart: markedText, gooseUp: gooseText, dbmateUp: dbmateText}

// next gives the version after v, of the same kind: for times that is now, or
// the next instant when v is not over yet.
func (v version) next(now time.Time) (string, error) {
	switch v.kind {
	case seconds:
		return strconv.FormatInt(max(now.Unix(), v.at/1000+1), 10), nil
	case millis:
		return strconv.FormatInt(max(now.UnixMilli(), v.at+1), 10), nil
	case stamp:
		after := time.UnixMilli(v.at).Add(time.Second)
		if now.After(after) {
			after = now
		}
		return after.UTC().Format(stampLayout), nil
	case serial:
		return fmt.Sprintf("%0*d", len(v.text), v.at+1), nil
	case dotted:
		dots := strings.Split(v.text, ".")
		dots[len(dots)-1] = strconv.FormatInt(v.dots[len(v.dots)-1]+1, 10)
		return strings.Join(dots, "."), nil
	}
	return "", fmt.Errorf("what comes after version %q is not known: %w", v.text, fs.ErrInvalid)
}
