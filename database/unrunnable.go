package database

import (
	"strings"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
)

// Unrunnable finds the statements of a migration that cannot be applied, so that
// nothing is begun that could not be ended: COPY … FROM stdin, whose rows are for
// psql to send.
func (m *Migration) Unrunnable() (ds []diag.Diagnostic) {
	for _, u := range m.Units {
		for _, s := range u.Statements {
			if readsStdin(s) {
				ds = append(ds, stdinRefusal(u.File.Path, s))
			}
		}
	}
	return ds
}

func stdinRefusal(path string, s *parser.Statement) diag.Diagnostic {
	d := diag.Errorf(diag.Span{File: path, Start: s.Offset, End: s.Offset + len("COPY")}, "copy-from-stdin",
		"COPY … FROM stdin cannot be applied: the rows behind it are psql's to send")
	d.Hint = "Write the rows as INSERT, or load them with psql after the migrations."
	return d
}

func readsStdin(s *parser.Statement) bool {
	if len(s.Text) < len("COPY") || !strings.EqualFold(s.Text[:len("COPY")], "COPY") {
		return false
	}
	node, err := s.Node()
	if err != nil {
		return false
	}
	n, ok := node.(*ast.CopyStmt)
	return ok && n.IsFrom && n.Filename == "" && !n.IsProgram
}
