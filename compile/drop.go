package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// A droppable is a kind of relation that DROP names.
type droppable struct {
	kind byte
	word string // in "… does not exist"
	not  string // in "is not …"
	hint string
	code string // when there is none
}

var droppables = map[ast.ObjectType]droppable{
	ast.OBJECT_TABLE:         {catalog.Table, "table", "a table", "Use DROP TABLE to remove a table.", "42P01"},
	ast.OBJECT_SEQUENCE:      {catalog.Sequence, "sequence", "a sequence", "Use DROP SEQUENCE to remove a sequence.", "42P01"},
	ast.OBJECT_VIEW:          {catalog.View, "view", "a view", "Use DROP VIEW to remove a view.", "42P01"},
	ast.OBJECT_MATVIEW:       {catalog.MaterializedView, "materialized view", "a materialized view", "Use DROP MATERIALIZED VIEW to remove a materialized view.", "42P01"},
	ast.OBJECT_INDEX:         {catalog.Index, "index", "an index", "Use DROP INDEX to remove an index.", "42704"},
	ast.OBJECT_FOREIGN_TABLE: {catalog.ForeignTable, "foreign table", "a foreign table", "Use DROP FOREIGN TABLE to remove a foreign table.", "42704"},
}

// dropHints say how to drop a relation of a kind.
var dropHints = map[byte]string{
	catalog.Table: droppables[ast.OBJECT_TABLE].hint, catalog.Sequence: droppables[ast.OBJECT_SEQUENCE].hint,
	catalog.View: droppables[ast.OBJECT_VIEW].hint, catalog.MaterializedView: droppables[ast.OBJECT_MATVIEW].hint,
	catalog.Index: droppables[ast.OBJECT_INDEX].hint, catalog.ForeignTable: droppables[ast.OBJECT_FOREIGN_TABLE].hint,
	catalog.CompositeType: "Use DROP TYPE to remove a type.",
}

// drop interprets DROP.
func (s *Session) drop(n *ast.DropStmt) {
	d, ok := droppables[n.RemoveType]
	if !ok {
		if n.RemoveType == ast.OBJECT_RULE {
			s.refuseViewRules(n)
		}
		s.removeObjects(n)
		return
	}
	if n.Concurrent {
		if len(n.Objects) > 1 {
			pgerr.Raise("0A000", pgerr.NoPosition, "DROP INDEX CONCURRENTLY does not support dropping multiple objects")
		}
		if n.Behavior == ast.DROP_CASCADE {
			pgerr.Raise("0A000", pgerr.NoPosition, "DROP INDEX CONCURRENTLY does not support CASCADE")
		}
	}
	var targets []catalog.Address
	for _, o := range n.Objects {
		rv := rangeVarOf(ast.Strings(listItems(o)))
		if r := s.lookupForDrop(rv, d, n.MissingOk); r != nil {
			if n.Concurrent && r.Persistence != 't' && r.Kind == catalog.PartitionedIndex {
				pgerr.Raise("0A000", pgerr.NoPosition, "cannot drop partitioned index \"%s\" concurrently", rv.Relname)
			}
			targets = append(targets, r.Address())
		}
	}
	s.performDeletions(targets, n.Behavior, 0)
}

// lookupForDrop finds a relation of the kind that DROP names, as
// RemoveRelations. nil: there is none, and that is allowed.
func (s *Session) lookupForDrop(rv *ast.RangeVar, d droppable, missingOK bool) *catalog.Relation {
	r := s.lookup(rv, true)
	if r == nil {
		s.dropMissing(rv, d, missingOK)
		return nil
	}
	kind := r.Kind
	switch kind {
	case catalog.PartitionedTable:
		kind = catalog.Table
	case catalog.PartitionedIndex:
		kind = catalog.Index
	}
	if kind != d.kind {
		err := pgerr.New("42809", pgerr.NoPosition, "\"%s\" is not %s", rv.Relname, d.not)
		if hint := dropHints[kind]; hint != "" {
			err = err.WithHint("%s", hint)
		}
		err.Raise()
	}
	if schema := s.catalog.Schema(r.Namespace); !s.owns(r) && (schema == nil || !s.owns(schema)) {
		s.notOwner(s.objectType(r), r.Name)
	}
	checkNotSystem(r)
	return r
}

func (s *Session) dropMissing(rv *ast.RangeVar, d droppable, missingOK bool) {
	if rv.Schemaname != "" && s.catalog.SchemaOID(rv.Schemaname) == 0 {
		if !missingOK {
			pgerr.Raise("3F000", pgerr.NoPosition, "schema \"%s\" does not exist", rv.Schemaname)
		}
		s.notice("00000", "schema \"%s\" does not exist, skipping", rv.Schemaname)
		return
	}
	if !missingOK {
		pgerr.Raise(d.code, pgerr.NoPosition, "%s \"%s\" does not exist", d.word, rv.Relname)
	}
	s.notice("00000", "%s \"%s\" does not exist, skipping", d.word, rv.Relname)
}

// refuseViewRules refuses to drop what makes a view a view.
func (s *Session) refuseViewRules(n *ast.DropStmt) {
	for _, o := range n.Objects {
		names := ast.Strings(listItems(o))
		last := len(names) - 1
		if last < 1 || names[last] != "_RETURN" {
			continue
		}
		if r := s.lookup(rangeVarOf(names[:last]), true); r != nil && r.Kind == catalog.View {
			view := s.describe(r.Address())
			pgerr.New("2BP01", pgerr.NoPosition, "cannot drop rule _RETURN on %s because %s requires it", view, view).
				WithHint("You can drop %s instead.", view).Raise()
		}
	}
}
