package compile

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/describe"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// isBug says whether an error is a mistake of this program's: no test takes it
// for a refusal.
func isBug(err *pgerr.Error) bool {
	return err != nil && err.Code == "XX000" && strings.HasPrefix(err.Message, internalError)
}

// TestInternalError has a statement fail by a mistake of this program's: it is
// undone, and the next one works.
func TestInternalError(t *testing.T) {
	create := relationStatements["CreateStmt"]
	t.Cleanup(func() { relationStatements["CreateStmt"] = create })
	relationStatements["CreateStmt"] = statement{run: func(s *Session, n ast.Node) {
		create.run(s, n)
		var none []int
		none[len(s.text)]++
	}}
	s := New()
	before := lines(describe.Schema(s.catalog))
	fails := func(text string) *pgerr.Error {
		r := s.Run(parser.Split(text)[0])
		require.True(t, isBug(r.Err), "%v", r.Err)
		require.Equal(t, before, lines(describe.Schema(s.catalog)))
		return r.Err
	}
	err := fails("CREATE TABLE t (a int)")
	require.Equal(t, "internal error: index out of range [22] with length 0", err.Message)
	require.Contains(t, err.Hint, "report it")
	require.Empty(t, err.Detail)

	s.Debug = true
	err = fails("DO $$BEGIN CREATE TABLE t (a int); EXCEPTION WHEN OTHERS THEN NULL; END$$")
	require.Contains(t, err.Detail, "TestInternalError")
	require.Nil(t, s.Run(parser.Split("CREATE VIEW v AS SELECT 1 AS a")[0]).Err)
}
