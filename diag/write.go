package diag

import (
	"fmt"
	"io"
)

// A Format names a writer, as users write it behind --format.
type Format string

const (
	Text   Format = "text"
	JSON   Format = "json"
	GitHub Format = "github"
	SARIF  Format = "sarif"
)

// Formats are all writers, in the order help lists them.
var Formats = []Format{Text, JSON, GitHub, SARIF}

// Options say how diagnostics are shown. The zero value is plain text.
type Options struct {
	Format  Format // default Text
	Colour  bool   // text only
	Version string // of electric, for SARIF
}

// Write shows ds in the format asked for. Text and GitHub write nothing when
// there is nothing to say; JSON and SARIF always write one document.
func Write(w io.Writer, ds []Diagnostic, texts Texts, o Options) error {
	switch o.Format {
	case Text, "":
		return writeText(w, ds, texts, o.Colour)
	case JSON:
		return writeJSON(w, ds, texts)
	case GitHub:
		return writeGitHub(w, ds, texts)
	case SARIF:
		return writeSARIF(w, ds, texts, o.Version)
	}
	return fmt.Errorf("unknown format %q", o.Format)
}
