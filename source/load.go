package source

import (
	"os"
	"strings"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parallel"
)

// load reads the files found, several at a time, and drops those that cannot be.
func (r *reader) load(list []found) []found {
	problems := make([]*diag.Diagnostic, len(list))
	parallel.Each(len(list), func(i int) {
		f := &list[i]
		var text *File
		if text, problems[i] = load(f.file.Path, f.file.Path, f.regular); text != nil {
			f.file = text
		}
	})
	kept := list[:0]
	for i, f := range list {
		r.Texts[f.file.Path] = f.file.Text
		if problems[i] != nil {
			r.report(nil, *problems[i])
			continue
		}
		kept = append(kept, f)
	}
	return kept
}

// checkDuplicates refuses two files of one version.
func (r *reader) checkDuplicates() {
	first := map[string]found{}
	for _, f := range r.found {
		key := f.version.key()
		g, twice := first[key]
		if !twice {
			first[key] = f
			continue
		}
		d := diag.Errorf(diag.WholeFile(f.file.Path), "duplicate-version",
			"version %q is taken: %s has it too", f.version.text, g.file.Path)
		d.Related = []diag.Note{{Span: diag.WholeFile(g.file.Path), Message: "the other file"}}
		d.Hint = "Give one of them another version; the order of two files of one version is unknown."
		if g.file.Path == f.file.Path {
			d = diag.Errorf(d.Span, d.Code, "is given twice")
		}
		r.report(nil, d)
	}
}

// isFile reports whether an argument of the command line is meant as a file.
// All else is a folder, or to be told that it is none.
func isFile(arg string) bool {
	if !strings.HasSuffix(arg, ".sql") {
		return false
	}
	info, err := os.Stat(arg)
	return err != nil || !info.IsDir()
}
