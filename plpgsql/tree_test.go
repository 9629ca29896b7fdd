package plpgsql

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTree shows the tree of a migration's DO block.
func TestTree(t *testing.T) {
	body := `
DECLARE r record; n int := 0;
BEGIN
  FOR r IN SELECT relname FROM pg_class LOOP
    EXECUTE format('ALTER TABLE %I ADD x int', r.relname) USING n;
  END LOOP;
  SELECT count(*) INTO STRICT n FROM pg_class;
  r.total := n + 1;
  RAISE NOTICE 'done %', n USING HINT = 'x';
EXCEPTION WHEN duplicate_object OR SQLSTATE '42701' THEN NULL;
END`
	f, err := Parse(body, DoBlock, nil)
	require.Nil(t, err)
	require.Equal(t, "r", f.Body.Variables[0].Name)
	n := f.Body.Variables[1]
	require.Equal(t, "0", n.Default.Text)

	loop := f.Body.Body[0].(*ForQuery)
	require.Equal(t, "SELECT relname FROM pg_class", loop.Query.Text)
	require.Same(t, f.Body.Variables[0], loop.Into[0].Var)
	execute := loop.Body[0].(*Execute)
	require.Equal(t, "format('ALTER TABLE %I ADD x int', r.relname)", execute.Query.Text)
	require.Equal(t, execute.Query.Text, body[execute.Query.Offset:][:len(execute.Query.Text)])
	v, used := execute.Query.Scope.Lookup("r", "relname")
	require.Same(t, f.Body.Variables[0], v)
	require.Equal(t, 1, used)

	sql := f.Body.Body[1].(*ExecSQL)
	require.Equal(t, "SELECT count(*)               FROM pg_class", sql.Query.Text)
	require.True(t, sql.Strict)
	require.Same(t, n, sql.Into[0].Var)
	assign := f.Body.Body[2].(*Assign)
	require.Equal(t, []Step{{Field: "total"}}, assign.Target.Path)
	require.Equal(t, "n + 1", assign.Value.Text)
	node, perr := assign.Value.Node()
	require.Nil(t, perr)
	require.Equal(t, "SelectStmt", node.Tag())
	require.Equal(t, assign.Value.Offset-len("SELECT "), assign.Value.Shift())

	raise := f.Body.Body[3].(*Raise)
	require.Equal(t, "notice", raise.Level)
	require.Equal(t, "done %", *raise.Message)
	require.Equal(t, "hint", raise.Options[0].Name)
	require.Equal(t, []Cond{{Name: "duplicate_object", Codes: []string{"42710"}}, {Codes: []string{"42701"}}}, f.Body.Handlers[0].Conditions)
}

func TestPerformAndPositions(t *testing.T) {
	f, err := Parse("BEGIN PERFORM pg_sleep(0); a[1:2].b := 3; END", Signature{ReturnsVoid: true, Args: []Arg{{Name: "a", Mode: 'i'}}}, nil)
	require.Nil(t, err)
	perform := f.Body.Body[0].(*Perform)
	require.Equal(t, "SELECT pg_sleep(0)", perform.Query.Text)
	require.Equal(t, 1+len("BEGIN "), perform.Query.Shift())
	path := f.Body.Body[1].(*Assign).Target.Path
	require.Equal(t, "1", path[0].Lower.Text)
	require.Equal(t, "2", path[0].Upper.Text)
	require.Equal(t, "b", path[1].Field)
}
