package main

import (
	"path/filepath"
	"strings"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/diag"
)

// newerBundle is what compile says of a bundle that a newer electric made: it is neither stale, as far as this one can
// tell, nor to be overwritten. err is bundle.ErrNewer, with the formats behind it.
func newerBundle(path string, err error) diag.Diagnostic {
	d := diag.Errorf(diag.WholeFile(filepath.ToSlash(path)), "newer-bundle", "was made by a newer electric, and is left as it is")
	if _, formats, ok := strings.Cut(err.Error(), bundle.ErrNewer.Error()+": its "); ok {
		formats, _, _ = strings.Cut(formats, ";")
		d.Detail = "Its " + formats + "."
	}
	d.Hint = "Upgrade electric; or, to go back to this one, delete the file and compile again."
	return d
}
