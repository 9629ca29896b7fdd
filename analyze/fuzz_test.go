package analyze

import (
	"path/filepath"
	"testing"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pgerr"
)

// FuzzStatement analyses any statement: it answers or refuses, and never
// panics.
func FuzzStatement(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	var c *catalog.Catalog
	for _, file := range files {
		for _, q := range readCases(&testing.T{}, file) {
			f.Add(q.sql)
		}
	}
	f.Fuzz(func(t *testing.T, sql string) {
		if c == nil {
			c = testCatalog(t)
		}
		n, err := parser.Parse(sql)
		if err != nil || n == nil {
			return
		}
		pgerr.Catch(func() { Statement(c, n) })
	})
}
