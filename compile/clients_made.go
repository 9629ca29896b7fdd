package compile

import (
	"cmp"
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/source"
)

// A maker is a statement that ran on the server. OIDs are given in order: it
// made what has one from first up to the next maker's.
type maker struct {
	first, next pg.OID
	section     *source.Section
	statement   *parser.Statement
}

// made notes a statement that ran.
func (c *clients) made(r *run, st *parser.Statement) {
	if c == nil {
		return
	}
	m := maker{first: pg.FirstUserOID, next: r.clients.server.catalog.NextOID(), section: r.section, statement: st}
	if n := len(c.makers); n > 0 {
		m.first = c.makers[n-1].next
	}
	c.makers = append(c.makers, m)
}

// makerOf finds the statement that made an object; nil for none. Of several that
// run at one OID the first made it.
func (c *clients) makerOf(oid pg.OID) *maker {
	i, _ := slices.BinarySearchFunc(c.makers, oid, func(m maker, oid pg.OID) int { return cmp.Compare(m.next, oid+1) })
	if i == len(c.makers) || oid < c.makers[i].first {
		return nil
	}
	return &c.makers[i]
}

// A lack is an object that clients do not have, and what made it on the server;
// nil when that is not known.
type lack struct {
	object catalog.Address
	maker  *maker
}

// lacking finds what a statement needs of the server's alone, given what
// Postgres says of it on a client: the object that is named there, or else one
// that what the statement made depends on.
func (r *run) lacking(st *parser.Statement, err *pgerr.Error) (found lack, ok bool) {
	needed := r.needed(st)
	names := missingNames(err)
	for _, list := range [][]lack{needed, r.serverOnly()} {
		for _, l := range list {
			if o := r.clients.server.catalog.Object(l.object); o != nil && l.object.Sub == 0 && slices.Contains(names, catalog.HeaderOf(o).Name) {
				return l, true
			}
		}
	}
	if l, ok := r.lackingColumn(st, names); ok {
		return l, true
	}
	if len(needed) > 0 {
		return needed[0], true
	}
	return lack{}, false
}

// needed are the server's own objects that what a statement made depends on,
// each once.
func (r *run) needed(st *parser.Statement) (list []lack) {
	cat := r.clients.server.catalog
	for _, o := range catalog.All[catalog.Object](cat) {
		if m := r.clients.makerOf(o.Address().OID); m == nil || m.statement != st {
			continue
		}
		for _, d := range cat.Dependencies(o.Address()) {
			if l, ok := r.owner(d.Referenced); ok && !slices.Contains(list, l) && !r.clientsHave(l) {
				list = append(list, l)
			}
		}
	}
	return list
}

// owner gives an object of the server's alone, or what it is a part of: an index
// belongs to its constraint, and that to its table.
func (r *run) owner(a catalog.Address) (lack, bool) {
	by := r.clients.makerOf(a.OID)
	if by == nil || by.section.Client {
		return lack{}, false
	}
	a.Sub = 0
	for _, d := range r.clients.server.catalog.Dependencies(a) {
		part := d.Kind == catalog.DependInternal || d.Kind == catalog.DependAuto && a.Class == catalog.ClassConstraint
		if part && (d.Referenced.Class != a.Class || d.Referenced.OID < a.OID) { // columns depend on their table's others
			if l, ok := r.owner(d.Referenced); ok {
				return l, true
			}
		}
	}
	return lack{a, by}, true
}

// clientsHave reports whether clients have something of this kind and name after
// all: a block may make it IF NOT EXISTS.
func (r *run) clientsHave(l lack) bool {
	o := r.clients.server.catalog.Object(l.object)
	if o == nil {
		return false
	}
	h, theirs := catalog.HeaderOf(o), r.clients.session.catalog
	namespace := pg.OID(0)
	if h.Namespace != 0 {
		if namespace = theirs.SchemaOID(r.clients.server.catalog.SchemaName(h.Namespace)); namespace == 0 {
			return false
		}
	}
	return theirs.Named(l.object.Class, namespace, h.Name) != nil
}

// serverOnly are the objects that server-only SQL made: relations first, since
// their types have their names.
func (r *run) serverOnly() (list []lack) {
	for _, o := range catalog.All[catalog.Object](r.clients.server.catalog) {
		if by := r.clients.makerOf(o.Address().OID); by != nil && !by.section.Client {
			list = append(list, lack{o.Address(), by})
		}
	}
	slices.SortStableFunc(list, func(a, b lack) int { return cmp.Compare(a.object.Class, b.object.Class) })
	return list
}

// lackingColumn finds the column that a client's copy of a table has not.
func (r *run) lackingColumn(st *parser.Statement, names []string) (lack, bool) {
	n, err := st.Node()
	if err != nil || n == nil || len(names) == 0 {
		return lack{}, false
	}
	name := names[len(names)-1]
	for _, rv := range relationsIn(n) {
		rel := r.clients.server.relation(rv)
		if rel == nil || rel.ColumnNamed(name) == nil {
			continue
		}
		copied := r.clients.session.relation(rv)
		if copied == nil || copied.ColumnNamed(name) != nil {
			continue
		}
		return lack{rel.Column(rel.ColumnNamed(name).Num), r.clients.columnMaker(rv.Relname, name)}, true
	}
	return lack{}, false
}

// columnMaker finds the server-only statement that last gave a table a column of
// this name: columns have no OID that would tell. nil: none does in so many words.
func (c *clients) columnMaker(table, column string) *maker {
	for i := len(c.makers) - 1; i >= 0; i-- {
		m := &c.makers[i]
		if n, err := m.statement.Node(); err == nil && !m.section.Client && givesColumn(n, table, column) {
			return m
		}
	}
	return nil
}

func givesColumn(n ast.Node, table, column string) bool {
	switch n := n.(type) {
	case *ast.RenameStmt:
		return n.RenameType == ast.OBJECT_COLUMN && n.Relation.Relname == table && n.Newname == column
	case *ast.AlterTableStmt:
		return n.Relation.Relname == table && slices.ContainsFunc(n.Cmds, func(c ast.Node) bool {
			def, ok := c.(*ast.AlterTableCmd).Def.(*ast.ColumnDef)
			return ok && c.(*ast.AlterTableCmd).Subtype == ast.AT_AddColumn && def.Colname == column
		})
	}
	return false
}

// note points at the statement that made what clients lack.
func (m *maker) note(name string) diag.Note {
	return diag.Note{Span: nameSpan(m.section.File.Path, m.statement, name), Message: "server-only SQL makes it here"}
}
