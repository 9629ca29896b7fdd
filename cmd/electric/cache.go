package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/cespare/xxhash/v2"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/source"
)

// A slot is a place in the user's cache folder that remembers what the last
// compile of a project came to: with which input, and what bundle it wrote. It
// only saves time. Absent, damaged, read-only or wrong, it makes the compile do
// its work.
type slot struct {
	path string // "" when there is none
	key  string // of the input, the settings and this program
	out  string
}

// A remembered is what a slot holds.
type remembered struct {
	Key         string            `json:"key"`
	Bundle      string            `json:"bundle"` // xxhash of the file written
	Summary     summary           `json:"summary"`
	Diagnostics []diag.Diagnostic `json:"diagnostics"`
}

// cacheSlot finds the slot for a compile. One that fails, or that may read other
// files, has none.
func (a *app) cacheSlot(in *source.Input, o compileOptions) slot {
	dir, err := os.UserCacheDir()
	wd, errWd := os.Getwd()
	if err != nil || errWd != nil || o.stdout || in.IncludesFiles() || diag.HasErrors(in.Diagnostics) {
		return slot{}
	}
	place := sha256.New()
	fmt.Fprintf(place, "%q %q %q", wd, o.out, o.args)
	key := sha256.New()
	fmt.Fprintf(key, "%s %s %q\n", compilerName, programIdentity(), o.unmarked)
	paths := in.Paths()
	for i, f := range in.Files() {
		io.WriteString(key, paths[i]+"\x00"+f.Checksum+"\n")
	}
	for i, f := range in.SetupFiles() {
		io.WriteString(key, "setup "+in.SetupPaths()[i]+"\x00"+f.Checksum+"\n")
	}
	for _, d := range in.Diagnostics { // they are told again, with the names in them
		io.WriteString(key, d.Message+"\n")
	}
	return slot{
		path: filepath.Join(dir, "electric", hex.EncodeToString(place.Sum(nil))+".json"),
		key:  hex.EncodeToString(key.Sum(nil)),
		out:  o.out,
	}
}

// programIdentity changes whenever the program is built anew.
func programIdentity() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprint(info.Size(), info.ModTime().UnixNano())
}

// lookup gives what the compile came to last time, if its input is the same and
// the bundle is still what it wrote.
func (s slot) lookup() (compiled, bool) {
	if s.path == "" {
		return compiled{}, false
	}
	data, err := os.ReadFile(s.path)
	var r remembered
	if err != nil || json.Unmarshal(data, &r) != nil || r.Key != s.key || r.Bundle == "" || r.Bundle != fileDigest(s.out) {
		return compiled{}, false
	}
	return compiled{summary: r.Summary, diagnostics: r.Diagnostics}, true
}

// store remembers a compile whose bundle is in its file now.
func (s slot) store(done compiled) {
	if s.path == "" {
		return
	}
	data, err := json.Marshal(remembered{s.key, digest(done.data), done.summary, done.diagnostics})
	if err != nil || os.MkdirAll(filepath.Dir(s.path), 0o700) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(s.path), "new-*")
	if err != nil {
		return
	}
	_, err = f.Write(data)
	if f.Close() != nil || err != nil || os.Rename(f.Name(), s.path) != nil {
		os.Remove(f.Name())
	}
}

func fileDigest(path string) string {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := xxhash.New()
	n, err := io.CopyBuffer(onlyWriter{h}, onlyReader{f}, make([]byte, 256<<10))
	if err != nil {
		return ""
	}
	return digestText(n, h.Sum64())
}

// onlyReader and onlyWriter hide the methods with which io.CopyBuffer would pass
// over the buffer.
type (
	onlyReader struct{ io.Reader }
	onlyWriter struct{ io.Writer }
)

func digest(data []byte) string { return digestText(int64(len(data)), xxhash.Sum64(data)) }

func digestText(size int64, sum uint64) string { return fmt.Sprintf("%d-%016x", size, sum) }
