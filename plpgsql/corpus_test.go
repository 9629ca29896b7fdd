package plpgsql

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// A body is a PL/pgSQL body found in a statement.
type body struct {
	text string
	sig  Signature
}

// A session knows what earlier statements made: names of record types, settings.
type session struct {
	records map[string]bool
	shadow  bool
}

func (s *session) note(n ast.Node) {
	switch n := n.(type) {
	case *ast.CreateStmt:
		s.records[n.Relation.Relname] = true
	case *ast.CompositeTypeStmt:
		s.records[n.Typevar.Relname] = true
	case *ast.VariableSetStmt:
		if n.Name == "plpgsql.extra_errors" {
			s.shadow = len(n.Args) > 0 && n.Args[0].(*ast.A_Const).Val.(*ast.String).Sval == "shadowed_variables"
		}
	}
}

func (s *session) Type(text string) (TypeKind, *pgerr.Error) {
	switch {
	case s.records[strings.ToLower(text)] || strings.HasSuffix(strings.ToUpper(text), "%ROWTYPE"):
		return RecordType, nil
	case strings.EqualFold(text, "refcursor"):
		return RefcursorType, nil
	}
	return UnknownType, nil
}

func (s *session) Collation([]string) *pgerr.Error { return nil }

// bodyOf finds the body in CREATE FUNCTION, CREATE PROCEDURE or DO.
func bodyOf(n ast.Node, in *session) (body, bool) {
	switch n := n.(type) {
	case *ast.DoStmt:
		text, language := options(n.Args)
		return body{text, DoBlock}, language == "" || language == "plpgsql"
	case *ast.CreateFunctionStmt:
		text, language := options(n.Options)
		return body{text, signature(n, in)}, language == "plpgsql"
	}
	return body{}, false
}

func options(list []ast.Node) (text, language string) {
	for _, n := range list {
		d := n.(*ast.DefElem)
		switch arg := d.Arg.(type) {
		case *ast.String:
			if d.Defname == "as" {
				text = arg.Sval
			} else if d.Defname == "language" {
				language = strings.ToLower(arg.Sval)
			}
		case *ast.List:
			if d.Defname == "as" {
				text = arg.Items[0].(*ast.String).Sval
			}
		}
	}
	return text, language
}

func signature(n *ast.CreateFunctionStmt, in *session) Signature {
	names := ast.Strings(n.Funcname)
	s := Signature{Name: names[len(names)-1], Procedure: n.IsProcedure, ReturnsVoid: n.IsProcedure, ShadowErrors: in.shadow}
	for _, a := range n.Parameters {
		p := a.(*ast.FunctionParameter)
		mode := map[ast.FunctionParameterMode]byte{ast.FUNC_PARAM_OUT: 'o', ast.FUNC_PARAM_INOUT: 'b', ast.FUNC_PARAM_TABLE: 't', ast.FUNC_PARAM_VARIADIC: 'v'}[p.Mode]
		if mode == 0 {
			mode = 'i'
		}
		types := ast.Strings(p.ArgType.Names)
		kind, _ := in.Type(types[len(types)-1])
		s.Args = append(s.Args, Arg{Name: p.Name, Mode: mode, Kind: kind})
		s.ReturnsSet = s.ReturnsSet || mode == 't'
	}
	if n.ReturnType != nil {
		s.ReturnsSet = s.ReturnsSet || n.ReturnType.Setof
		switch t := ast.Strings(n.ReturnType.Names); t[len(t)-1] {
		case "void":
			s.ReturnsVoid = true
		case "trigger":
			s.Trigger = true
		case "event_trigger":
			s.EventTrigger = true
		}
	}
	return s
}

// TestCorpus parses every body of the corpora, all of which PostgreSQL accepts.
func TestCorpus(t *testing.T) {
	files, _ := filepath.Glob("../../shared/corpus/*/migrations/*.sql")
	if len(files) == 0 {
		t.Skip("no corpus beside the repository")
	}
	n := 0
	for _, file := range files {
		in := &session{records: map[string]bool{}}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, it := range parser.SplitPsql(string(text)) {
			if it.Statement == nil || it.Statement.ChangesRows() {
				continue
			}
			node, perr := it.Statement.Node()
			if perr != nil {
				continue
			}
			in.note(node)
			b, ok := bodyOf(node, in)
			if !ok {
				continue
			}
			n++
			if _, err := Parse(b.text, b.sig, in); err != nil {
				t.Errorf("%s: %s at %d: %s", file, err, err.Position, b.text)
			}
		}
	}
	t.Logf("%d bodies", n)
}

type verdict struct {
	N, Offset, Position int
	OK                  bool
	SQLState, Message   string
	Substituted         bool
}

// TestRegress compares with what the server said of PostgreSQL's own tests.
func TestRegress(t *testing.T) {
	files, _ := filepath.Glob("../../shared/regress/*.sql")
	if len(files) == 0 {
		t.Skip("no regression files beside the repository")
	}
	n, refused := 0, 0
	for _, file := range files {
		in := &session{records: map[string]bool{}}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		raw, err := os.ReadFile(strings.TrimSuffix(file, ".sql") + ".verdicts.json")
		require.NoError(t, err)
		var doc struct{ Statements []verdict }
		require.NoError(t, json.Unmarshal(raw, &doc))
		verdicts := map[int]verdict{}
		for _, v := range doc.Statements {
			verdicts[v.Offset] = v
		}
		for _, it := range parser.SplitPsql(string(text)) {
			if it.Statement == nil || verdicts[it.Statement.Offset].Substituted {
				continue
			}
			node, _ := it.Statement.Node()
			in.note(node)
			b, ok := bodyOf(node, in)
			if !ok {
				continue
			}
			n++
			want := verdicts[it.Statement.Offset]
			_, got := Parse(b.text, b.sig, in)
			_, isDo := node.(*ast.DoStmt)
			switch {
			case got == nil && !want.OK && !isDo && want.SQLState != "42P13":
				t.Errorf("%s:%d accepted, want %s %s: %s", filepath.Base(file), want.N, want.SQLState, want.Message, b.text)
			case got != nil && (want.OK || want.SQLState != got.Code || want.Message != got.Message):
				t.Errorf("%s:%d %s, want %s %s: %s", filepath.Base(file), want.N, got, want.SQLState, want.Message, b.text)
			case got != nil:
				refused++
			}
		}
	}
	t.Logf("%d bodies, %d refused as by the server", n, refused)
}
