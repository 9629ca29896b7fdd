package eval

import (
	"slices"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/query"
)

// node computes the rows of one element of FROM by itself.
func (x *Executor) node(f *frame, n query.JoinTree, conds []*condition, outer tuple) ([]tuple, string) {
	switch n := n.(type) {
	case *query.RangeTblRef:
		return x.scanItem(f, n.Index, conds, outer)
	case *query.JoinExpr:
		return x.outerJoin(f, n, conds, outer)
	}
	return nil, ""
}

// scanItem computes the rows of one range table entry.
func (x *Executor) scanItem(f *frame, index int, conds []*condition, outer tuple) ([]tuple, string) {
	f.row = outer
	rows := x.scan(f, index, conds)
	out := make([]tuple, 0, len(rows.Rows))
	for _, values := range rows.Rows {
		row := slices.Clone(outer)
		row[index-1] = values
		out = append(out, row)
	}
	open := rows.Open
	for _, c := range conds {
		out, open = x.where(f, out, c.expr, open)
	}
	return out, open
}

// outerJoin computes LEFT, RIGHT and FULL joins.
func (x *Executor) outerJoin(f *frame, j *query.JoinExpr, conds []*condition, outer tuple) ([]tuple, string) {
	leftNode, rightNode, typ := j.Left, j.Right, j.Type
	if typ == ast.JOIN_RIGHT {
		leftNode, rightNode, typ = rightNode, leftNode, ast.JOIN_LEFT
	}
	lrels, rrels, needs := set{}, set{}, set{}
	x.members(f, leftNode, lrels, set{})
	x.members(f, rightNode, rrels, needs)
	var pushed []*condition
	if typ == ast.JOIN_LEFT {
		pushed = own(lrels, conds)
	}
	left, open := x.inner(f, []query.JoinTree{leftNode}, pushed, outer)
	on := x.conjuncts(f, j.Quals, nil)
	var rows []tuple
	var why string
	if lateral := x.refersTo(f, rightNode, lrels); lateral {
		rows, why = x.lateralJoin(f, left, rightNode, rrels, on)
	} else {
		var mine []*condition
		if typ == ast.JOIN_LEFT {
			mine = own(rrels, on)
		}
		right, rightOpen := x.inner(f, []query.JoinTree{rightNode}, mine, outer)
		rows, why = x.pair(f, left, right, lrels, rrels, on, typ == ast.JOIN_FULL, rightOpen)
	}
	open = firstOf(open, why)
	for _, c := range conds {
		if !c.used {
			c.used = true
			rows, open = x.where(f, rows, c.expr, open)
		}
	}
	return rows, open
}

// refersTo says whether an element of FROM refers laterally to rels.
func (x *Executor) refersTo(f *frame, n query.JoinTree, rels set) bool {
	switch n := n.(type) {
	case *query.RangeTblRef:
		return x.lateral(f, n.Index).meets(rels)
	case *query.JoinExpr:
		return x.refersTo(f, n.Left, rels) || x.refersTo(f, n.Right, rels)
	}
	return false
}

// lateralJoin computes the right side anew for each row of the left.
func (x *Executor) lateralJoin(f *frame, left []tuple, node query.JoinTree, rrels set, on []*condition) ([]tuple, string) {
	var out []tuple
	open := ""
	for _, l := range left {
		right, why := x.inner(f, []query.JoinTree{node}, nil, l)
		rows, why2 := x.pair(f, []tuple{l}, right, set{}, rrels, on, false, why)
		open = firstOf(firstOf(open, why), why2)
		out = append(out, rows...)
	}
	return out, open
}

// pair joins two sides; a left row without a partner gets a missing right one.
func (x *Executor) pair(f *frame, left, right []tuple, lrels, rrels set, on []*condition, full bool, rightOpen string) ([]tuple, string) {
	var out []tuple
	open := rightOpen
	taken := map[*[]query.Datum]bool{}
	match := x.matcher(f, right, lrels, rrels, on)
	for _, l := range left {
		found, unsure := false, rightOpen != ""
		for _, r := range match(l) {
			x.step(1)
			row := merge(l, r, rrels)
			f.row = row
			switch v := x.all(f, on).(type) {
			case bool:
				if v {
					found = true
					room(out)
					out = append(out, row)
					taken[identity(r, rrels)] = true
				}
			case Unknown:
				unsure = true
				open = firstOf(open, v.Why)
			}
		}
		if !found && !unsure {
			out = append(out, l)
		}
	}
	if full {
		for _, r := range right {
			if !taken[identity(r, rrels)] {
				out = append(out, r)
			}
		}
	}
	return out, open
}

// identity names a row among the right side's.
func identity(t tuple, rels set) *[]query.Datum {
	for r := range rels {
		if t[r-1] != nil {
			return &t[r-1]
		}
	}
	return nil
}

// all evaluates a conjunction: true, false or Unknown.
func (x *Executor) all(f *frame, conds []*condition) query.Datum {
	var result query.Datum = true
	for _, c := range conds {
		if c.used {
			continue
		}
		switch v := x.keep(f, c.expr).(type) {
		case bool:
			if !v {
				return false
			}
		case Unknown:
			result = v
		}
	}
	return result
}
