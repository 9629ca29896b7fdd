// Package source turns folders and files of SQL into migrations: which files
// count, in which order, and which part of each is for clients.
//
// It knows the house style (`1749530140_create_songs.sql` with transaction
// markers) and the layouts of the tools people come from. It splits text into
// statements but gives them no meaning; what is wrong with names, bytes or
// markers is a diagnostic here, what is wrong with SQL is package compile's.
// Nothing an input holds makes it block or fail: pipes and devices are not
// opened, sizes are bounded.
package source

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/platform"
)

// A Migration is one file, and what it includes.
type Migration struct {
	Version  string // leading digits as written; without digits, the name
	Name     string
	File     *File
	Path     string    // File's path for the bundle: never absolute
	Includes []*File   // files it reads with psql's \i and \ir, in order
	Sections []Section // in the order they run
	Psql     bool      // named on the command line, read by psql's rules
	Assumed  bool      // clients get all of it only because nobody said what they get: no block, no setting
}

// A Section is a piece of a migration that is treated as one.
type Section struct {
	File       *File
	Start, End int // byte offsets into File.Text
	Mode       Mode
	Client     bool                // clients get it; else it is server-only
	Marked     bool                // it is a marked block
	Statements []*parser.Statement // Offset and End are relative to File.Text
}

// A Mode says how a section's statements run.
type Mode int

const (
	// Autocommit runs statement by statement, as psql does, BEGIN and COMMIT
	// having their usual effect.
	Autocommit Mode = iota
	// Transaction runs all or nothing: a marked block, or a file of a tool that
	// wraps each migration into a transaction.
	Transaction
)

// Unmarked says who gets SQL outside of transaction markers.
type Unmarked string

const (
	UnmarkedAuto   Unmarked = ""       // clients, unless a migration of the run has markers
	UnmarkedClient Unmarked = "client" // clients
	UnmarkedServer Unmarked = "server" // the server alone
	UnmarkedError  Unmarked = "error"  // nobody: it is a mistake
)

// UnmarkedValues are what users may write.
var UnmarkedValues = []string{string(UnmarkedClient), string(UnmarkedServer), string(UnmarkedError)}

// Options for Read. The zero value is the usual wish.
type Options struct {
	Unmarked Unmarked
	// WorkingDir makes absolute paths below it relative in bundles; "" keeps
	// only the last folder of an absolute path.
	WorkingDir string
	// Setup names what the database holds before the first migration: files, and
	// the built-in ones of package platform. nil leaves it to the folders' names
	// (see setup.go); an empty list is nothing.
	Setup []string
}

// An Input is what Read found. Diagnostics grow while Migrations works.
type Input struct {
	Diagnostics []diag.Diagnostic
	Texts       diag.Texts // of all files read, for rendering
	Options     Options

	found []found
	setup []found
}

// A found is a migration whose text is read but not yet split.
type found struct {
	candidate
	file *File
	psql bool
	path string // for the bundle
}

// Read finds and reads the migrations that args name: folders and files, in the
// order given. What cannot be read is in the Input's Diagnostics.
func Read(args []string, o Options) *Input {
	r := &reader{Input: &Input{Texts: diag.Texts{}, Options: o}}
	r.findSetup(args)
	for _, arg := range args {
		r.argument(arg)
	}
	r.found = r.load(r.found)
	r.checkDuplicates()
	return r.Input
}

// Files gives the files of the migrations, in order.
func (in *Input) Files() []*File {
	files := make([]*File, 0, len(in.found))
	for _, f := range in.found {
		files = append(files, f.file)
	}
	return files
}

// Paths gives the bundle's path of each of Files.
func (in *Input) Paths() []string {
	paths := make([]string, 0, len(in.found))
	for _, f := range in.found {
		paths = append(paths, f.path)
	}
	return paths
}

// IncludesFiles reports whether other files than Files may take part, as psql's
// \i makes them.
func (in *Input) IncludesFiles() bool {
	for _, f := range slices.Concat(in.setup, in.found) {
		if f.psql && strings.ContainsRune(f.file.Text, '\\') {
			return true
		}
	}
	return false
}

// A reader builds an Input.
type reader struct{ *Input }

func (r *reader) report(f *File, d diag.Diagnostic) {
	if f != nil {
		r.Texts[f.Path] = f.Text
	}
	r.Diagnostics = append(r.Diagnostics, d)
}

func (r *reader) failed() bool { return diag.HasErrors(r.Diagnostics) }

// argument finds the migrations of one argument: a folder's, or a file itself.
func (r *reader) argument(arg string) {
	if isFile(arg) {
		shown := path.Clean(filepath.ToSlash(arg))
		r.found = append(r.found, found{candidate: fileCandidate(arg), psql: true, path: r.bundlePath(shown), file: &File{Path: shown}})
		return
	}
	arg = below(arg)
	for _, c := range r.folder(arg) {
		shown := join(arg, c.path)
		r.found = append(r.found, found{candidate: c, path: r.bundlePath(shown), file: &File{Path: shown}})
	}
}

// below gives the folder of migrations where a folder above it is named that a
// platform's own tool works in, and that holds no migration itself.
func below(dir string) string {
	sub, ok := platform.Below(dir)
	if !ok || !exists(sub) {
		return dir
	}
	entries, err := readDir(dir)
	if err != nil || slices.ContainsFunc(sqlFiles(entries), func(f string) bool { _, is := numbered(f); return is }) {
		return dir
	}
	return sub
}

// fileCandidate is the migration that a file named on the command line is. It
// has no order to be found, so any name will do.
func fileCandidate(arg string) candidate {
	base := filepath.Base(arg)
	for _, l := range layouts {
		if c, ok := l.match(base); ok && c.version.kind != badDate && c.version.kind != badDigits {
			return c
		}
	}
	name := strings.TrimSuffix(base, ".sql")
	return candidate{path: base, version: version{text: name}, name: name}
}

// bundlePath is a path that is the same on every machine.
func (r *reader) bundlePath(shown string) string {
	if !path.IsAbs(shown) && filepath.VolumeName(shown) == "" {
		return shown
	}
	if wd := r.Options.WorkingDir; wd != "" {
		if rel, err := filepath.Rel(wd, filepath.FromSlash(shown)); err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel)
		}
	}
	dir, file := path.Split(shown)
	return path.Join(path.Base(dir), file)
}
