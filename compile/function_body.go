package compile

import (
	"strings"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// functionBody fills in a function's source (interpret_AS_clause).
func (s *Session) functionBody(p *catalog.Proc, n *ast.CreateFunctionStmt, opts optionSet, lang *catalog.Generic) {
	as := opts["as"]
	switch {
	case n.SqlBody == nil && as == nil:
		pgerr.Raise("42P13", pgerr.NoPosition, "no function body specified")
	case n.SqlBody != nil && as != nil:
		pgerr.Raise("42P13", pgerr.NoPosition, "duplicate function body specified")
	case n.SqlBody != nil && p.Lang != pg.LangSQL:
		pgerr.Raise("42P13", pgerr.NoPosition, "inline SQL function body only valid for language SQL")
	}
	if n.SqlBody != nil {
		p.Body = s.atomicBody(p, n.SqlBody)
		return
	}
	var parts []string
	if list, ok := as.Arg.(*ast.List); ok {
		parts = ast.Strings(list.Items)
	} else {
		parts = []string{s.defString(as)}
	}
	if p.Lang == pg.LangC {
		checkLibrary(parts[0])
		p.Bin = parts[0]
		p.Src = p.Name
		if len(parts) > 1 && parts[1] != "-" {
			p.Src = parts[1]
		}
		return
	}
	if len(parts) != 1 {
		pgerr.Raise("42P13", pgerr.NoPosition, `only one AS item needed for language "%s"`, lang.Name)
	}
	p.Src = parts[0]
	if p.Lang == pg.LangInternal && (p.Src == "" || p.Src == "-") {
		p.Src = p.Name
	}
}

// checkLibrary refuses a C function's library unless it comes with an
// extension that is known here: a server looks for the file.
func checkLibrary(file string) {
	name := strings.TrimSuffix(strings.TrimPrefix(file, "$libdir/"), ".so")
	if name == "plpgsql" || pg.FindExtension(name) != nil || pg.FindExtension(strings.ReplaceAll(name, "_", "-")) != nil {
		return
	}
	pgerr.Raise("58P01", pgerr.NoPosition, `could not access file "%s": No such file or directory`, file)
}

// bodyPosition tells where in the statement a function's source stands.
func bodyPosition(opts optionSet) int {
	if d := opts["as"]; d != nil {
		return d.Location
	}
	return pgerr.NoPosition
}

// functionAnalyzer makes an analyzer that knows a function's parameters.
func (s *Session) functionAnalyzer(p *catalog.Proc) *analyze.Analyzer {
	a := analyze.New(s.catalog)
	a.Function = p.Name
	names := inputNames(p)
	for i, typ := range p.ArgTypes {
		a.Params = append(a.Params, analyze.Param{Name: names[i], Type: typ})
	}
	return a
}

// atomicBody analyses BEGIN ATOMIC … END or RETURN ….
func (s *Session) atomicBody(p *catalog.Proc, body ast.Node) []*query.Query {
	var statements []ast.Node
	flatten(body, &statements)
	var out []*query.Query
	for _, n := range statements {
		if r, ok := n.(*ast.ReturnStmt); ok {
			out = append(out, s.functionAnalyzer(p).Query(r))
			continue
		}
		if !isOptimizable(n) {
			pgerr.Raise("0A000", pgerr.NoPosition, "%s is not yet supported in unquoted SQL function body", statementName(n))
		}
		out = append(out, s.functionAnalyzer(p).Query(n))
	}
	return out
}

// flatten collects the statements of nested lists.
func flatten(n ast.Node, out *[]ast.Node) {
	if list, ok := n.(*ast.List); ok {
		for _, item := range list.Items {
			flatten(item, out)
		}
		return
	}
	if n != nil {
		*out = append(*out, n)
	}
}

// isOptimizable says whether a statement is a query and not a utility command.
func isOptimizable(n ast.Node) bool {
	switch n.(type) {
	case *ast.SelectStmt, *ast.InsertStmt, *ast.UpdateStmt, *ast.DeleteStmt, *ast.MergeStmt:
		return true
	}
	return false
}

// validateFunction runs the validator of a function's language.
func (s *Session) validateFunction(p *catalog.Proc, position int) {
	switch p.Lang {
	case pg.LangSQL:
		s.withSettings(p.Config, func() { s.validateSQL(p, position) })
	case pg.LangPLpgSQL:
		s.withSettings(p.Config, func() { s.validatePLpgSQL(p, position) })
	case pg.LangInternal:
		if p.Kind != 'a' && !isBuiltinSymbol(p.Src) {
			pgerr.Raise("42883", pgerr.NoPosition, `there is no built-in function named "%s"`, p.Src)
		}
	}
}

// isBuiltinSymbol says whether the server has a C function of this name.
func isBuiltinSymbol(name string) bool {
	for i := range pg.Builtin.Procs {
		if p := &pg.Builtin.Procs[i]; p.Lang == 'i' && p.Src == name {
			return true
		}
	}
	return false
}

// checkBodies says whether check_function_bodies is on.
func (s *Session) checkBodies() bool { return s.Setting("check_function_bodies") != "off" }

// validateSQL checks the body of a SQL function (fmgr_sql_validator).
func (s *Session) validateSQL(p *catalog.Proc, position int) {
	if t := s.catalog.Type(p.RetType); t.Kind == 'p' && p.RetType != pg.Record && p.RetType != pg.Void && !polymorphic(p.RetType) {
		pgerr.Raise("42P13", pgerr.NoPosition, "SQL functions cannot return type %s", s.formatType(p.RetType))
	}
	poly := false
	for _, typ := range p.ArgTypes {
		if polymorphic(typ) {
			poly = true
		} else if s.catalog.Type(typ).Kind == 'p' {
			pgerr.Raise("42P13", pgerr.NoPosition, "SQL functions cannot have arguments of type %s", s.formatType(typ))
		}
	}
	if !s.checkBodies() {
		return
	}
	if p.Body != nil {
		if !poly {
			s.checkSQLResult(p, lastQuery(p.Body))
		}
		return
	}
	s.inBody(p.Src, position, func() { s.validateSQLText(p, poly) })
}

func lastQuery(list []*query.Query) *query.Query {
	if len(list) == 0 {
		return nil
	}
	return list[len(list)-1]
}

// inBody runs f, whose errors point into a function's source, and makes them
// point into the statement where the source stands there as it is.
func (s *Session) inBody(src string, position int, f func()) {
	err := pgerr.Catch(f)
	if err == nil {
		return
	}
	if err.Position != pgerr.NoPosition {
		err.Position = bodyOffset(s.text, src, position, err.Position)
	}
	err.Raise()
}

// validateSQLText parses and analyses the statements of a body. Those of a
// polymorphic function are only parsed: their types are not known yet.
func (s *Session) validateSQLText(p *catalog.Proc, poly bool) {
	statements := parser.Split(p.Src)
	var nodes []ast.Node
	for _, st := range statements {
		n, err := st.Node()
		if err != nil {
			if err.Position != pgerr.NoPosition {
				err.Position += st.Offset
			}
			err.Raise()
		}
		if n != nil {
			nodes = append(nodes, n)
		}
	}
	if poly {
		return
	}
	var last *query.Query
	for i, n := range nodes {
		last = nil
		s.at(statements[i].Offset, func() {
			if isOptimizable(n) {
				last = s.functionAnalyzer(p).Query(n)
			}
		})
	}
	s.checkSQLResult(p, last)
}

// at shifts the positions of errors that f raises.
func (s *Session) at(offset int, f func()) {
	if err := pgerr.Catch(f); err != nil {
		if err.Position != pgerr.NoPosition {
			err.Position += offset
		}
		err.Raise()
	}
}

// bodyOffset turns a byte offset in a function's source into one in the
// statement: the source stands in a dollar quote or a string there, from
// position on. Where quoting made them differ, the source's beginning has to do.
func bodyOffset(text, src string, position, offset int) int {
	if position < 0 || position > len(text) {
		return pgerr.NoPosition
	}
	start := strings.IndexByte(text[position:], '$')
	if quote := strings.IndexByte(text[position:], '\''); start < 0 || quote >= 0 && quote < start {
		start = quote
	}
	if start < 0 {
		return position
	}
	if i := strings.Index(text[position+start:], src); i >= 0 && src != "" {
		return position + start + i + offset
	}
	return position + start
}
