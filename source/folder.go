package source

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/platform"
)

// exampleName is shown to those whose folder holds no migration.
const exampleName = "1749530140_create_songs.sql"

// folder finds the migrations of a folder, in order.
func (r *reader) folder(dir string) []candidate {
	entries, err := readDir(dir)
	if err != nil {
		r.report(nil, refuseFolder(err, shownDir(dir)))
		return nil
	}
	if list, ok := r.readJournal(dir); ok {
		slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(a.order, b.order) })
		r.noteSkipped(dir, "as "+journalFile+" does not list them", othersThan(list, sqlFiles(entries)))
		return list
	}
	r.refuseFolders(dir, entries)
	files := sqlFiles(entries)
	if below := r.migrationFolders(dir, entries); len(below) > 0 {
		files = append(files, below...)
	}
	list, others := r.classify(dir, files)
	if len(list) == 0 && !r.failed() {
		r.report(nil, noMigrations(dir, others))
		return nil
	}
	r.noteSkipped(dir, "as their names have no version", others)
	r.order(dir, list)
	markRegular(list, entries)
	return list
}

// readDir lists a folder. It never opens what is none: a pipe would block.
func readDir(dir string) ([]fs.DirEntry, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, syscall.ENOTDIR
	}
	return os.ReadDir(dir)
}

// classify picks the first layout that fits each file. Files of two layouts in
// one folder cannot be ordered.
func (r *reader) classify(dir string, files []string) (list []candidate, others []string) {
	first := map[string]string{} // layout → a file of it
	var names []string
	for _, file := range files {
		if isWayBack(file) {
			continue
		}
		found := false
		for _, l := range layouts {
			c, ok := l.match(file)
			if !ok {
				continue
			}
			if found = true; first[l.name] == "" {
				first[l.name] = file
				names = append(names, l.name)
			}
			list = append(list, c)
			break
		}
		if !found {
			others = append(others, file)
		}
	}
	if len(names) > 1 {
		a, b := first[names[0]], first[names[1]]
		d := diag.Errorf(diag.WholeFile(join(dir, b)), "mixed-layouts",
			"%q and %q are named by different tools' rules, so their order is unknown", a, b)
		d.Hint = "Keep one way of naming in one folder."
		r.report(nil, d)
	}
	return list, others
}

// order sorts a folder's migrations and refuses what has no order.
func (r *reader) order(dir string, list []candidate) {
	for _, c := range list {
		if d, bad := checkVersion(c.version, join(dir, c.path)); bad {
			r.report(nil, d)
		}
	}
	r.checkMixed(dir, list)
	slices.SortStableFunc(list, func(a, b candidate) int {
		if a.version.kind == named || b.version.kind == named { // Flyway's R__ come last
			return cmp.Or(boolCompare(a.version.kind == named, b.version.kind == named), strings.Compare(a.name, b.name))
		}
		return cmp.Or(a.version.compare(b.version), strings.Compare(a.path, b.path))
	})
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// checkMixed refuses a folder that holds serial numbers and times.
func (r *reader) checkMixed(dir string, list []candidate) {
	serials := slices.IndexFunc(list, func(c candidate) bool { return c.version.kind == serial })
	times := slices.IndexFunc(list, func(c candidate) bool { return c.version.kind.isTime() })
	if serials < 0 || times < 0 {
		return
	}
	a, b := list[serials], list[times]
	d := diag.Errorf(diag.WholeFile(join(dir, a.path)), "mixed-versions",
		"%q has a serial number and %q a timestamp, so their order is unknown", a.path, b.path)
	d.Hint = "Number all migrations of the folder in the same way."
	r.report(nil, d)
}

// checkVersion refuses digits that are neither a serial number nor a time.
func checkVersion(v version, file string) (d diag.Diagnostic, bad bool) {
	switch v.kind {
	case badDate:
		d = diag.Errorf(diag.WholeFile(file), "impossible-date", "version %q is not a date", v.text)
		d.Hint = "Fourteen digits mean YYYYMMDDHHMMSS, in UTC."
	case badDigits:
		d = diag.Errorf(diag.WholeFile(file), "unknown-version", "version %q has %d digits", v.text, len(v.text))
		d.Hint = "Use ten digits for Unix seconds, 13 for milliseconds, 14 for YYYYMMDDHHMMSS, or at most nine for a serial number."
	default:
		return d, false
	}
	return d, true
}

// markRegular notes which files their folder says are regular.
func markRegular(list []candidate, entries []fs.DirEntry) {
	regular := make(map[string]bool, len(entries))
	for _, e := range entries {
		regular[e.Name()] = e.Type().IsRegular()
	}
	for i := range list {
		list[i].regular = regular[list[i].path]
	}
}

// migrationFolders gives the `<stamp>_<name>/migration.sql` below a folder.
func (r *reader) migrationFolders(dir string, entries []fs.DirEntry) (files []string) {
	for _, e := range entries {
		file := e.Name() + "/migration.sql"
		if _, ok := foldered(file); ok && exists(filepath.Join(dir, filepath.FromSlash(file))) {
			files = append(files, file)
		}
	}
	return files
}

// refuseFolders refuses folders that are named as migrations and hold none.
func (r *reader) refuseFolders(dir string, entries []fs.DirEntry) {
	for _, e := range entries {
		if !e.IsDir() || isWayBack(e.Name()) || exists(filepath.Join(dir, e.Name(), "migration.sql")) {
			continue
		}
		for _, l := range layouts {
			if _, ok := l.match(e.Name()); ok {
				d := *refuse(errDirectory, diag.WholeFile(join(dir, e.Name())))
				d.Hint = "It is named as a migration: rename it, or put the file in its place."
				r.report(nil, d)
				break
			}
		}
	}
}

func sqlFiles(entries []fs.DirEntry) (files []string) {
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".sql") && !strings.HasPrefix(e.Name(), ".") && !e.IsDir() {
			files = append(files, e.Name())
		}
	}
	return files
}

func othersThan(list []candidate, files []string) []string {
	return slices.DeleteFunc(files, func(f string) bool {
		return slices.ContainsFunc(list, func(c candidate) bool { return c.path == f })
	})
}

func (r *reader) noteSkipped(dir, why string, others []string) {
	if len(others) == 0 {
		return
	}
	r.report(nil, diag.Infof(diag.WholeFile(shownDir(dir)), "not-migrations",
		"not migrations, %s: %s", why, nameList(others)))
}

func noMigrations(dir string, others []string) diag.Diagnostic {
	d := diag.Errorf(diag.WholeFile(shownDir(dir)), "no-migrations", "no migrations here")
	if len(others) > 0 {
		d = diag.Errorf(d.Span, d.Code, "no migrations here, only %s", nameList(others))
	}
	d.Hint = fmt.Sprintf("Name migrations <version>_<name>.sql, such as %s; electric migrate new NAME makes one.", exampleName)
	return d
}

// nameList names files, the first few of many.
func nameList(files []string) string {
	const most = 6
	if len(files) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(files[:most], ", "), len(files)-most)
	}
	return strings.Join(files, ", ")
}

func refuseFolder(err error, shown string) diag.Diagnostic {
	span := diag.WholeFile(shown)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d := diag.Errorf(span, "no-such-folder", "does not exist")
		d.Hint = "Name the folder of your migrations, or run electric init to make one."
		if p, ok := platform.In("."); ok {
			d.Hint = "Name " + p.Folder + ", or run electric init, which settles on it."
		}
		return d
	case errors.Is(err, syscall.ENOTDIR):
		d := diag.Errorf(span, "not-a-folder", "is a file, not a folder")
		d.Hint = "Name a folder, or files that end in .sql."
		return d
	}
	return *refuse(err, span)
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// join makes the name that is shown of a file below a folder, with slashes.
func join(dir, file string) string { return path.Join(filepath.ToSlash(dir), file) }

func shownDir(dir string) string {
	return strings.TrimSuffix(path.Clean(filepath.ToSlash(dir)), "/") + "/"
}
