package source

import (
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/electric-cli/electric/diag"
)

// load reads the files found, several at a time, and drops those that cannot be.
func (r *reader) load() {
	problems := make([]*diag.Diagnostic, len(r.found))
	parallel(len(r.found), func(i int) {
		f := &r.found[i]
		var text *File
		if text, problems[i] = load(f.file.Path, f.file.Path, f.regular); text != nil {
			f.file = text
		}
	})
	kept := r.found[:0]
	for i, f := range r.found {
		r.Texts[f.file.Path] = f.file.Text
		if problems[i] != nil {
			r.report(nil, *problems[i])
			continue
		}
		kept = append(kept, f)
	}
	r.found = kept
}

// parallel calls do(0) … do(n-1), each once, on all processors.
func parallel(n int, do func(int)) {
	var next atomic.Int64
	work := func() {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			do(i)
		}
	}
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n/16) { // a few files are not worth a goroutine
		group.Go(work)
	}
	work()
	group.Wait()
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
