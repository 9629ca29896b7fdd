package source

import (
	"path/filepath"

	"github.com/electric-cli/electric/diag"
)

// Earlier gives the migrations that stand before a file in its folder, and that
// folder: none when the folder is none of migrations, or the file none of them. Of
// layouts with a folder for each migration, it is the one above.
func Earlier(file string, o Options) (list []Program, dir string) {
	dir = filepath.Dir(file)
	for _, dir := range []string{dir, filepath.Dir(dir)} {
		in := Read([]string{dir}, o)
		if diag.HasErrors(in.Diagnostics) {
			continue
		}
		for i, f := range in.found {
			if filepath.Clean(filepath.FromSlash(f.file.Path)) == filepath.Clean(file) {
				in.found = in.found[:i]
				for _, m := range in.Migrations() {
					list = append(list, m.program())
				}
				return list, dir
			}
		}
	}
	return nil, dir
}
