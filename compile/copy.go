package compile

import (
	"strings"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// copyOptions are the options of COPY.
var copyOptions = optionNames("format freeze delimiter null header quote escape force_quote force_not_null force_null convert_selectively encoding default")

// copyStmt interprets COPY, as DoCopy and ProcessCopyOptions.
func (s *Session) copyStmt(n *ast.CopyStmt) {
	if n.Query != nil {
		s.copyQuery(n)
		return
	}
	r := s.catalog.RelationNamed(n.Relation.Schemaname, n.Relation.Relname)
	if r == nil {
		s.lookup(n.Relation, false)
	}
	if n.WhereClause != nil {
		s.analyzer().Where(n.WhereClause, analyze.KindCopyWhere, "WHERE", analyze.Table(r)...)
	}
	s.copyOptions(n)
	if n.IsFrom {
		s.checkCopyTarget(r)
		s.executor().Store().Forget(r)
	} else {
		s.checkCopySource(r)
	}
	copyColumns(r, ast.Strings(n.Attlist))
}

func (s *Session) copyQuery(n *ast.CopyStmt) {
	if sel, ok := n.Query.(*ast.SelectStmt); ok && sel.IntoClause != nil {
		pgerr.Raise("0A000", pgerr.NoPosition, "COPY (SELECT INTO) is not supported")
	}
	s.copyOptions(n)
	q := s.analyseQuery(n.Query)
	if q.Command != ast.CMD_SELECT && len(q.Returning) == 0 {
		pgerr.Raise("0A000", pgerr.NoPosition, "COPY query must have a RETURNING clause")
	}
}

// copyOptions refuses options that COPY does not have or that contradict.
func (s *Session) copyOptions(n *ast.CopyStmt) {
	seen := map[string]*ast.DefElem{}
	format := "text"
	for _, o := range n.Options {
		d := o.(*ast.DefElem)
		if !copyOptions[d.Defname] || d.Defname == "default" {
			pgerr.Raise("42601", d.Location, "option \"%s\" not recognized", d.Defname)
		}
		if seen[d.Defname] != nil {
			conflicting(d)
		}
		seen[d.Defname] = d
		if d.Defname == "format" {
			if format = s.defString(d); format != "text" && format != "csv" && format != "binary" {
				pgerr.Raise("22023", d.Location, "COPY format \"%s\" not recognized", format)
			}
		}
	}
	refuse := func(code, format string, args ...any) { pgerr.Raise(code, pgerr.NoPosition, format, args...) }
	for _, name := range []string{"delimiter", "null"} {
		if format == "binary" && seen[name] != nil {
			refuse("42601", "cannot specify %s in BINARY mode", strings.ToUpper(name))
		}
	}
	for _, name := range []string{"quote", "escape"} {
		if format != "csv" && seen[name] != nil {
			refuse("0A000", "COPY %s available only in CSV mode", name)
		}
	}
	if d := seen["delimiter"]; d != nil {
		if text := s.defString(d); len(text) != 1 {
			refuse("0A000", "COPY delimiter must be a single one-byte character")
		}
	}
	if seen["force_quote"] != nil && (format != "csv" || n.IsFrom) {
		refuse("0A000", "COPY force quote available only in CSV mode")
	}
	for _, name := range []string{"force_not_null", "force_null"} {
		if seen[name] != nil && (format != "csv" || !n.IsFrom) {
			refuse("0A000", "COPY %s available only in CSV mode", strings.ReplaceAll(name, "_", " "))
		}
	}
}

// checkCopyTarget refuses to copy into what has no rows of its own.
func (s *Session) checkCopyTarget(r *catalog.Relation) {
	kind := ""
	switch r.Kind {
	case catalog.View:
		for _, t := range r.Triggers {
			if t.Type&(1<<6) != 0 && t.Type&(1<<2) != 0 {
				return
			}
		}
		pgerr.New("42809", pgerr.NoPosition, "cannot copy to view \"%s\"", r.Name).
			WithHint("To enable copying to a view, provide an INSTEAD OF INSERT trigger.").Raise()
	case catalog.MaterializedView:
		kind = "materialized view"
	case catalog.Sequence:
		kind = "sequence"
	case catalog.Table, catalog.PartitionedTable, catalog.ForeignTable:
		return
	default:
		kind = "non-table relation"
	}
	pgerr.Raise("42809", pgerr.NoPosition, "cannot copy to %s \"%s\"", kind, r.Name)
}

func (s *Session) checkCopySource(r *catalog.Relation) {
	const useSelect = "Try the COPY (SELECT ...) TO variant."
	kind := ""
	switch r.Kind {
	case catalog.Table:
		return
	case catalog.View:
		kind = "view"
	case catalog.MaterializedView:
		kind = "materialized view"
	case catalog.ForeignTable:
		kind = "foreign table"
	case catalog.PartitionedTable:
		kind = "partitioned table"
	case catalog.Sequence:
		pgerr.Raise("42809", pgerr.NoPosition, "cannot copy from sequence \"%s\"", r.Name)
	default:
		pgerr.Raise("42809", pgerr.NoPosition, "cannot copy from non-table relation \"%s\"", r.Name)
	}
	pgerr.New("42809", pgerr.NoPosition, "cannot copy from %s \"%s\"", kind, r.Name).WithHint(useSelect).Raise()
}

// copyColumns checks a column list (CopyGetAttnums).
func copyColumns(r *catalog.Relation, names []string) {
	seen := map[string]bool{}
	for _, name := range names {
		col := r.ColumnNamed(name)
		if col == nil {
			pgerr.Raise("42703", pgerr.NoPosition, "column \"%s\" of relation \"%s\" does not exist", name, r.Name)
		}
		if col.Generated != 0 {
			pgerr.New("42P10", pgerr.NoPosition, "column \"%s\" is a generated column", name).
				WithDetail("Generated columns cannot be used in COPY.").Raise()
		}
		if seen[name] {
			pgerr.Raise("42701", pgerr.NoPosition, "column \"%s\" specified more than once", name)
		}
		seen[name] = true
	}
}
