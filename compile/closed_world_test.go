package compile

import (
	goast "go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/parser/ast"
)

// TestEveryStatementIsKnown asks that each statement of the grammar is in one
// table of statements or, by name, in refused: none is passed over in silence.
func TestEveryStatementIsKnown(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../parser/ast/nodes.go", nil, 0)
	require.NoError(t, err)
	seen := 0
	for _, decl := range file.Decls {
		g, ok := decl.(*goast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range g.Specs {
			ts, ok := spec.(*goast.TypeSpec)
			if !ok || !strings.HasSuffix(ts.Name.Name, "Stmt") {
				continue
			}
			seen++
			name, places := ts.Name.Name, 0
			if _, ok := relationStatements[name]; ok {
				places++
			}
			if _, ok := objectStatements[name]; ok {
				places++
			}
			if refused[name] != "" {
				places++
			}
			assert.Equal(t, 1, places, "%s is in %d of the tables", name, places)
		}
	}
	assert.Greater(t, seen, 100)
}

// TestEveryAlterCommandIsKnown asks the same of ALTER TABLE's subcommands.
func TestEveryAlterCommandIsKnown(t *testing.T) {
	const last = ast.AT_ReAddStatistics
	for kind := ast.AlterTableType(0); kind <= last; kind++ {
		_, known := alterRules[kind]
		name := kind.String()
		assert.NotEqual(t, known, refused[name] != "", "%s is to be in alterRules or in refused", name)
		if known {
			assert.NotNil(t, alterRules[kind].apply, name)
		}
	}
	assert.Panics(t, func() { _ = (last + 1).String() }, "a newer grammar has more")
}
