package source

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"

	"github.com/electric-cli/electric/diag"
)

// MaxFileSize is the largest file that is read, in bytes. Offsets are ints and
// every statement is held in memory; SQL people write is far below.
const MaxFileSize = 100 << 20

// A File is the text of one input file.
type File struct {
	Path     string // as the user named it, with slashes
	Text     string // the file's bytes
	Checksum string // SHA-256 of these bytes, in hex
}

// load reads one file. What is wrong with it is a diagnostic: the input is the
// user's. It never opens what is not a regular file, as a FIFO would block.
// known says that it was found to be one already.
func load(path, shown string, known bool) (*File, *diag.Diagnostic) {
	data, err := readRegular(path, known)
	if err != nil {
		return nil, refuse(err, diag.WholeFile(shown))
	}
	sum := sha256.Sum256(data)
	f := &File{Path: shown, Text: string(data), Checksum: hex.EncodeToString(sum[:])}
	return f, checkText(f)
}

var (
	errNotRegular = errors.New("is not a regular file")
	errDirectory  = errors.New("is a folder, not a file")
)

type tooLarge int64

func (n tooLarge) Error() string {
	return fmt.Sprintf("is too large: %d MB, the limit is %d MB", int64(n)>>20, MaxFileSize>>20)
}

// checkMode refuses what is not a regular file of a sensible size.
func checkMode(mode fs.FileMode, size int64) error {
	switch {
	case mode.IsDir():
		return errDirectory
	case !mode.IsRegular():
		return errNotRegular
	case size > MaxFileSize:
		return tooLarge(size)
	}
	return nil
}

// refuse turns the failure to read a file into a diagnostic.
func refuse(err error, span diag.Span) *diag.Diagnostic {
	d := diag.Errorf(span, "unreadable-file", "could not be read: %s", cause(err))
	var large tooLarge
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d = diag.Errorf(span, "no-such-file", "does not exist")
	case errors.Is(err, fs.ErrPermission):
		d.Hint = "Give yourself the right to read it, as with chmod +r."
	case errors.Is(err, errDirectory):
		d = diag.Errorf(span, "not-a-file", "%s", err)
	case errors.Is(err, errNotRegular):
		d = diag.Errorf(span, "not-a-file", "%s", err)
		d.Hint = "Only regular files are read: no pipes, devices or sockets."
	case errors.As(err, &large):
		d = diag.Errorf(span, "file-too-large", "%s", err)
		d.Hint = "Keep the schema here and load data another way."
	}
	return &d
}

// cause is the innermost reason of an error of package os, without the path.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// checkText asks that a file is UTF-8 text without NULs.
func checkText(f *File) *diag.Diagnostic {
	if encoding := utf16(f.Text); encoding != "" {
		d := diag.Errorf(diag.WholeFile(f.Path), "not-utf-8", "is %s, not UTF-8, from byte 0 on", encoding)
		d.Hint = "Save it as UTF-8."
		return &d
	}
	at, what := -1, ""
	if i := strings.IndexByte(f.Text, 0); i >= 0 {
		at, what = i, "a NUL"
	}
	if i := invalidUTF8(f.Text); i >= 0 && (at < 0 || i < at) {
		at, what = i, fmt.Sprintf("an invalid UTF-8 sequence (0x%02x)", f.Text[i])
	}
	if at < 0 {
		return nil
	}
	d := diag.Errorf(diag.Span{File: f.Path, Start: at, End: at + 1}, "22021", "%s at byte %d", what, at)
	d.Hint = "Save the file as UTF-8 text."
	return &d
}

func invalidUTF8(s string) int {
	if utf8.ValidString(s) {
		return -1
	}
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return i
			}
		}
	}
	return -1
}

// utf16 names the UTF-16 encoding a text seems to be in, or "": by its byte
// order mark, or by NULs beside its first two characters.
func utf16(s string) string {
	zeros := func(a, b, c, d bool) bool {
		return len(s) >= 4 && (s[0] == 0) == a && (s[1] == 0) == b && (s[2] == 0) == c && (s[3] == 0) == d
	}
	switch {
	case strings.HasPrefix(s, "\xff\xfe"), zeros(false, true, false, true):
		return "UTF-16 (little endian)"
	case strings.HasPrefix(s, "\xfe\xff"), zeros(true, false, true, false):
		return "UTF-16 (big endian)"
	}
	return ""
}
