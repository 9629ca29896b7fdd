package deparse

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/query"
)

// columns holds the names of one entry's columns (deparse_columns). A name of
// "" stands for a dropped column.
type columns struct {
	names        []string // by the Vars' attribute numbers
	current      []string // those that exist now, in the order an alias list has them
	isNew        []bool   // of current: added after the tree was made
	printAliases bool     // the names must be printed in an alias list
	parentUsing  []string // merged names of the joins above
	left, right  int      // of a join: its inputs, indexes into the entries from 0
	leftCols     []int    // of a join's column: the left input's column from 1, 0 for none
	rightCols    []int
	usingNames   []string
}

// grow makes room for n names.
func (k *columns) grow(n int) {
	if more := n - len(k.names); more > 0 {
		k.names = append(k.names, make([]string, more)...)
	}
}

// dangerousUsing says whether some USING merges columns into an expression;
// then merged names must be unique throughout (has_dangerous_join_using).
func (n *namespace) dangerousUsing(node query.JoinTree) bool {
	switch node := node.(type) {
	case *query.FromExpr:
		return slices.ContainsFunc(node.From, n.dangerousUsing)
	case *query.JoinExpr:
		if node.Alias == nil && len(node.Using) > 0 {
			join := n.entries[node.Index-1]
			for _, v := range join.JoinAliasVars[:join.MergedCols] {
				if _, plain := v.(*query.Var); !plain {
					return true
				}
			}
		}
		return n.dangerousUsing(node.Left) || n.dangerousUsing(node.Right)
	}
	return false
}

// nameUsing gives merged columns their names, from the top of the join tree
// down, because both inputs must call them the same (set_using_names).
func (n *namespace) nameUsing(node query.JoinTree, parentUsing []string) {
	switch node := node.(type) {
	case *query.FromExpr:
		for _, item := range node.From {
			n.nameUsing(item, parentUsing)
		}
	case *query.JoinExpr:
		n.nameJoinUsing(node, parentUsing)
	}
}

func (n *namespace) nameJoinUsing(j *query.JoinExpr, parentUsing []string) {
	entry, k := n.entries[j.Index-1], n.columns[j.Index-1]
	k.identify(j, entry)
	left, right := n.columns[k.left], n.columns[k.right]
	push := func(i int, name string) {
		if at := k.leftCols[i]; at > 0 {
			left.grow(at)
			left.names[at-1] = name
		}
		if at := k.rightCols[i]; at > 0 {
			right.grow(at)
			right.names[at-1] = name
		}
	}
	if entry.Alias == nil {
		for i, name := range k.names {
			if name != "" {
				push(i, name)
			}
		}
	}
	if len(j.Using) > 0 {
		parentUsing = slices.Clone(parentUsing)
		k.grow(len(j.Using))
		for i, name := range j.Using {
			if k.names[i] != "" {
				name = k.names[i]
			} else {
				if entry.Alias != nil && i < len(entry.Alias.Cols) {
					name = entry.Alias.Cols[i]
				}
				name = n.unique(name, k)
				if n.uniqueUsing {
					n.usingNames = append(n.usingNames, name)
				}
				k.names[i] = name
			}
			k.usingNames = append(k.usingNames, name)
			parentUsing = append(parentUsing, name)
			push(i, name)
		}
	}
	left.parentUsing, right.parentUsing = parentUsing, parentUsing
	n.nameUsing(j.Left, parentUsing)
	n.nameUsing(j.Right, parentUsing)
}

// identify notes where a join's columns come from (identify_join_columns).
func (k *columns) identify(j *query.JoinExpr, entry *query.RangeTblEntry) {
	k.left, k.right = entryOf(j.Left), entryOf(j.Right)
	total := len(entry.JoinAliasVars)
	k.leftCols, k.rightCols = make([]int, total), make([]int, total)
	next := copy(k.leftCols, entry.JoinLeftCols)
	for i, col := range entry.JoinRightCols {
		if i < entry.MergedCols {
			k.rightCols[i] = col
			continue
		}
		k.rightCols[next] = col
		next++
	}
}

func entryOf(node query.JoinTree) int {
	switch node := node.(type) {
	case *query.RangeTblRef:
		return node.Index - 1
	case *query.JoinExpr:
		return node.Index - 1
	}
	return 0
}

// nameColumns names the columns of an entry that is no join
// (set_relation_column_names). Columns may have been renamed, dropped or added
// since the tree was made.
func (n *namespace) nameColumns(c *catalog.Catalog, e *query.RangeTblEntry, k *columns) {
	real := realColumns(c, e)
	k.grow(len(real))
	k.current, k.isNew = slices.Grow(k.current, len(real)), slices.Grow(k.isNew, len(real))
	changed := false
	for i, now := range real {
		if now == "" {
			continue
		}
		if k.names[i] == "" {
			name := now
			if e.Alias != nil && i < len(e.Alias.Cols) {
				name = e.Alias.Cols[i]
			}
			k.names[i] = n.unique(name, k)
		}
		k.current = append(k.current, k.names[i])
		k.isNew = append(k.isNew, i >= len(e.Eref.Cols))
		changed = changed || k.names[i] != now
	}
	switch {
	case e.Kind == query.RTERelation:
		k.printAliases = changed
	case e.Kind == query.RTEFunction:
		k.printAliases = true
	case e.Kind == query.RTETableFunc:
	case e.Alias != nil && len(e.Alias.Cols) > 0:
		k.printAliases = true
	default:
		k.printAliases = changed
	}
}

// realColumns gives the names that an entry's columns have now.
func realColumns(c *catalog.Catalog, e *query.RangeTblEntry) []string {
	if e.Kind != query.RTERelation {
		if e.Eref == nil {
			return nil
		}
		return functionColumns(c, e)
	}
	r := c.Relation(e.Relation)
	if r == nil {
		return nil
	}
	return columnsNow(r)
}

// columnsNow gives the names of a relation's columns, "" for dropped ones.
func columnsNow(r *catalog.Relation) []string {
	names := make([]string, len(r.Columns))
	for i, col := range r.Columns {
		if !col.Dropped {
			names[i] = col.Name
		}
	}
	return names
}

// functionColumns gives the columns of an entry without a relation. For a
// function that returns a composite, columns dropped since are left out.
func functionColumns(c *catalog.Catalog, e *query.RangeTblEntry) []string {
	names := slices.Clone(e.Eref.Cols)
	at := 0
	for _, f := range e.Functions {
		if len(f.ColNames) == 0 {
			if t := c.Type(baseType(c, query.ExprType(f.Expr))); t != nil && t.Kind == 'c' {
				if r := c.Relation(t.RelID); r != nil {
					for i, col := range r.Columns {
						if col.Dropped && at+i < len(names) && i < f.ColCount {
							names[at+i] = ""
						}
					}
				}
			}
		}
		at += f.ColCount
	}
	return names
}

// nameJoinColumns names a join's columns after its inputs' (set_join_column_names).
func (n *namespace) nameJoinColumns(e *query.RangeTblEntry, k *columns) {
	left, right := n.columns[k.left], n.columns[k.right]
	old := len(e.Eref.Cols)
	k.grow(old)
	changed := false
	for i := len(k.usingNames); i < old; i++ {
		var now string
		switch {
		case k.leftCols[i] > 0:
			now = left.names[k.leftCols[i]-1]
		case k.rightCols[i] > 0:
			now = right.names[k.rightCols[i]-1]
		default:
			now = e.Eref.Cols[i]
		}
		if now == "" {
			k.names[i] = ""
			continue
		}
		if e.Alias == nil {
			k.names[i] = now
			continue
		}
		if k.names[i] == "" {
			name := now
			if i < len(e.Alias.Cols) {
				name = e.Alias.Cols[i]
			}
			k.names[i] = n.unique(name, k)
		}
		changed = changed || k.names[i] != now
	}
	if n.orderJoinColumns(e, k, left, right, old) {
		changed = true
	}
	k.printAliases = e.Alias != nil && changed
}

// orderJoinColumns works out a join's columns as they are now: merged ones,
// then the left input's, then the right's.
func (n *namespace) orderJoinColumns(e *query.RangeTblEntry, k, left, right *columns, old int) (changed bool) {
	i := 0
	leftMerged, rightMerged := map[int]bool{}, map[int]bool{}
	for ; i < old && k.leftCols[i] != 0 && k.rightCols[i] != 0; i++ {
		k.current, k.isNew = append(k.current, k.names[i]), append(k.isNew, false)
		leftMerged[k.leftCols[i]], rightMerged[k.rightCols[i]] = true, true
	}
	side := func(input *columns, merged map[int]bool) {
		at := 0
		for j, childName := range input.current {
			name := childName
			if !input.isNew[j] {
				for at < len(input.names) && input.names[at] == "" {
					at++
				}
				at++
				if merged[at] {
					continue
				}
				for i < len(k.names) && k.names[i] == "" {
					i++
				}
				if i < len(k.names) {
					name = k.names[i]
				}
				i++
			} else if e.Alias != nil {
				name = n.unique(childName, k)
				changed = changed || name != childName
			}
			k.current, k.isNew = append(k.current, name), append(k.isNew, input.isNew[j])
		}
	}
	side(left, leftMerged)
	side(right, rightMerged)
	return changed
}

// unique appends a number to a column's name if another one has it
// (make_colname_unique).
func (n *namespace) unique(name string, k *columns) string {
	taken := func(s string) bool {
		return slices.Contains(k.names, s) || slices.Contains(k.current, s) ||
			slices.Contains(n.usingNames, s) || slices.Contains(k.parentUsing, s)
	}
	candidate := name
	for i := 1; taken(candidate); i++ {
		candidate = numbered(name, i)
	}
	return candidate
}
