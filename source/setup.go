package source

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/platform"
)

// NoSetup is what users write for a database that holds nothing before the first
// migration, whatever its folder is called.
const NoSetup = "none"

// SetupNames takes a list as users write it: `none` is an empty one, and nothing
// is nil, which leaves it to the folders' names.
func SetupNames(list []string) []string {
	if len(list) == 1 && list[0] == NoSetup {
		return []string{}
	}
	return list
}

// SetupFileNames are those of a list that are files.
func SetupFileNames(list []string) []string {
	return slices.DeleteFunc(slices.Clone(SetupNames(list)), func(name string) bool {
		_, ok := platform.Find(name)
		return ok
	})
}

// findSetup finds what runs before the migrations.
func (r *reader) findSetup(args []string) {
	names := SetupNames(r.Options.Setup)
	if names == nil {
		names = r.recognized(args)
	}
	var files []found
	for _, name := range names {
		if f, ok := builtin(name); ok {
			r.Texts[f.Path] = f.Text
			files = append(files, found{file: f, path: f.Path})
			continue
		}
		shown := path.Clean(filepath.ToSlash(name))
		if !strings.HasSuffix(name, ".sql") && !exists(name) {
			r.report(nil, unknownSetup(name))
			continue
		}
		files = append(files, found{psql: true, path: r.bundlePath(shown), file: &File{Path: shown}})
	}
	r.loadSetup(files)
}

// loadSetup reads the files among what was found; the built-in ones are there.
func (r *reader) loadSetup(files []found) {
	for _, f := range files {
		if f.psql {
			r.setup = append(r.setup, r.load([]found{f})...)
		} else {
			r.setup = append(r.setup, f)
		}
	}
}

// Recognized gives the platform whose own tool's folder the migrations are in, and
// that folder. The place alone decides, as it is written: see
// docs/decisions/0008-setup.md.
func Recognized(args []string) (p platform.Platform, dir string, ok bool) {
	for _, arg := range args {
		dir = filepath.ToSlash(arg)
		if isFile(arg) {
			dir = path.Dir(dir)
		} else {
			dir = filepath.ToSlash(below(arg))
		}
		if p, ok = platform.Of(dir); ok {
			return p, dir, true
		}
	}
	return p, "", false
}

// recognized takes the built-in setup of the platform that is recognized, and
// says so.
func (r *reader) recognized(args []string) []string {
	p, dir, ok := Recognized(args)
	if !ok {
		return nil
	}
	d := diag.Infof(diag.WholeFile(shownDir(dir)), "platform-recognized",
		"taken as migrations of a %s database, which holds %s's own schemas and roles before the first of them", p.Title, p.Title)
	d.Hint = "Write setup: " + p.Name + " into electric.yaml to say so yourself, or setup: " + NoSetup + " if it is not so."
	r.report(nil, d)
	return []string{p.Name}
}

// builtin gives a built-in setup as a file.
func builtin(name string) (*File, bool) {
	p, ok := platform.Find(name)
	if !ok {
		return nil, false
	}
	sum := sha256.Sum256([]byte(p.SQL))
	return &File{Path: p.Name, Text: p.SQL, Checksum: hex.EncodeToString(sum[:])}, true
}

func unknownSetup(name string) diag.Diagnostic {
	d := diag.Errorf(diag.WholeFile(name), "unknown-setup", "is neither a built-in setup nor a file")
	d.Hint = "The built-in one is " + strings.Join(platform.Names(), ", ") + "; all else is a file of SQL."
	if near := diag.Near(name, append(platform.Names(), NoSetup)); near != "" {
		d.Hint = "Perhaps " + near + " is meant."
	}
	return d
}

// Setup gives what runs before the migrations, in order, all of it for the
// server alone. It reads as psql does.
func (in *Input) Setup() []Migration {
	var list []Migration
	for _, f := range in.setup {
		m := Migration{Version: f.file.Path, Name: f.file.Path, File: f.file, Path: f.path, Psql: true}
		for _, d := range m.readPsql() {
			if !slices.ContainsFunc(in.Diagnostics, func(x diag.Diagnostic) bool { return x.Span == d.Span && x.Code == d.Code }) {
				in.Diagnostics = append(in.Diagnostics, d)
			}
		}
		for _, x := range m.Includes {
			in.Texts[x.Path] = x.Text
		}
		for i := range m.Sections { // markers say what clients get: nothing of this
			m.Sections[i].Mode, m.Sections[i].Marked = Autocommit, false
		}
		list = append(list, m)
	}
	return list
}

// SetupFiles gives the files of the setup, in order; a built-in one goes by its
// name.
func (in *Input) SetupFiles() []*File {
	var files []*File
	for _, f := range in.setup {
		files = append(files, f.file)
	}
	return files
}

// SetupPaths gives the bundle's path of each of SetupFiles.
func (in *Input) SetupPaths() []string {
	var paths []string
	for _, f := range in.setup {
		paths = append(paths, f.path)
	}
	return paths
}

// SetupScript reads a setup by name, for those who run it: as Script does a file.
func SetupScript(name string) (lines []Line, texts diag.Texts, problems []diag.Diagnostic) {
	f, ok := builtin(name)
	if !ok {
		return Script(name)
	}
	for _, s := range split(f.Text) {
		lines = append(lines, Line{File: f, Statement: s})
	}
	return lines, diag.Texts{f.Path: f.Text}, nil
}
