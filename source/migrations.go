package source

import (
	"slices"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parallel"
)

// Migrations splits what Read found into sections and statements.
func (in *Input) Migrations() []Migration {
	list := make([]Migration, len(in.found))
	problems := make([][]diag.Diagnostic, len(in.found))
	parallel.Each(len(in.found), func(i int) {
		f := in.found[i]
		list[i] = Migration{Version: f.version.text, Name: f.name, File: f.file, Path: f.path, Psql: f.psql}
		if f.psql {
			problems[i] = list[i].readPsql()
			return
		}
		list[i].Sections, problems[i] = cut(f.file)
	})
	for i := range list {
		in.Diagnostics = append(in.Diagnostics, problems[i]...)
		for _, f := range list[i].Includes {
			in.Texts[f.Path] = f.Text
		}
	}
	in.audience(list)
	return list
}

// audience decides which sections clients get. With markers anywhere, the blocks
// are meant; without any, everything is.
func (in *Input) audience(list []Migration) {
	unmarked, assumed := in.Options.Unmarked, false
	if unmarked == UnmarkedAuto {
		unmarked, assumed = UnmarkedClient, true
		if slices.ContainsFunc(list, Migration.hasBlocks) {
			unmarked, assumed = UnmarkedServer, false
		}
	}
	for i := range list {
		list[i].Assumed = assumed
		for j := range list[i].Sections {
			s := &list[i].Sections[j]
			s.Client = s.Marked || unmarked == UnmarkedClient
			if !s.Marked && unmarked == UnmarkedError {
				in.Diagnostics = append(in.Diagnostics, s.unmarked())
			}
		}
	}
}

func (s *Section) unmarked() diag.Diagnostic {
	first := s.Statements[0]
	d := diag.Errorf(diag.Span{File: s.File.Path, Start: first.Offset, End: first.End}, "unmarked-statement",
		"statement outside of a transaction block")
	d.Hint = "Put it between -- :electric:txn:start and -- :electric:txn:end, or set unmarked to client or server."
	return d
}

func (m Migration) hasBlocks() bool {
	return slices.ContainsFunc(m.Sections, func(s Section) bool { return s.Marked })
}
