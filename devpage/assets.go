package devpage

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed assets/*.html assets/*.css assets/*.js assets/*.svg
var files embed.FS

// contentTypes by extension: those of the system's tables may differ.
var contentTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
	".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
}

// An asset is a file of the page.
type asset struct {
	kind   string // its content type
	data   []byte
	zipped []byte
	tag    string // ETag, of data; that of zipped has another end
}

// An assetSet is all of them. Modules refer to each other by relative paths and
// the page names their folder by hash: they are kept for ever, and a page never
// mixes modules of two versions.
type assetSet struct {
	hash  string
	files map[string]*asset
}

// assets are made when they are first asked for: most runs of electric serve no
// page.
var assets = sync.OnceValue(func() *assetSet {
	set := &assetSet{files: map[string]*asset{}}
	whole := sha256.New()
	entries, err := fs.ReadDir(files, "assets") // sorted
	if err != nil {
		panic("devpage: " + err.Error())
	}
	for _, e := range entries {
		data, err := files.ReadFile("assets/" + e.Name())
		if err != nil {
			panic("devpage: " + err.Error())
		}
		fmt.Fprintf(whole, "%s %d\n", e.Name(), len(data))
		whole.Write(data)
		set.files[e.Name()] = newAsset(e.Name(), data)
	}
	set.hash = fmt.Sprintf("%x", whole.Sum(nil))[:12]
	page := set.files["index.html"]
	set.files["index.html"] = newAsset("index.html", bytes.ReplaceAll(page.data, []byte("{{assets}}"), []byte(set.hash)))
	return set
})

func newAsset(name string, data []byte) *asset {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write(data) // into memory
	_ = w.Close()
	return &asset{
		kind: contentTypes[path.Ext(name)], data: data, zipped: zipped.Bytes(),
		tag: fmt.Sprintf("%x", sha256.Sum256(data))[:16],
	}
}

func servePage(w http.ResponseWriter, r *http.Request) {
	w.Header().Add("Vary", "Accept")
	w.Header().Set("Cache-Control", "no-cache")
	assets().files["index.html"].serve(w, r)
}

// serveAsset serves "<hash>/<name>".
func serveAsset(w http.ResponseWriter, r *http.Request, name string) {
	set := assets()
	hash, file, _ := strings.Cut(name, "/")
	a := set.files[file]
	if hash != set.hash || a == nil || file == "index.html" {
		http.Error(w, "Not found", http.StatusNotFound)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	a.serve(w, r)
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	header, data, tag := w.Header(), a.data, `"`+a.tag+`"`
	header.Set("Content-Type", a.kind)
	header.Add("Vary", "Accept-Encoding")
	if takesGzip(r) {
		data, tag = a.zipped, `"`+a.tag+`-gzip"`
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("ETag", tag)
	if hasTag(r, tag) {
		header.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Length", fmt.Sprint(len(data)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(data)
	}
}

func takesGzip(r *http.Request) bool {
	for _, item := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, parameters, _ := strings.Cut(item, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") && quality(parameters) > 0 {
			return true
		}
	}
	return false
}

// hasTag reports whether the client's copy is the one with this tag.
func hasTag(r *http.Request, tag string) bool {
	for _, t := range strings.Split(r.Header.Get("If-None-Match"), ",") {
		if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == tag || t == "*" {
			return true
		}
	}
	return false
}
