package eval

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// A writing is one INSERT, UPDATE, DELETE or MERGE while it runs.
type writing struct {
	x   *Executor
	f   *frame
	q   *query.Query
	rel *catalog.Relation
	why string // not empty: what it writes is not known
	n   int64  // rows written
	// unsure says that triggers may change the rows before they are written.
	unsure bool

	written [][]query.Datum // the new rows
	removed [][]query.Datum // the rows that are there no more
	out     Rows            // of RETURNING
}

// write runs a statement that writes. What cannot be told leaves the table's
// rows unknown; it is no error.
func (x *Executor) write(parent *frame, q *query.Query) Result {
	f := &frame{parent: parent, q: q, ctes: map[string]*Rows{}, row: make(tuple, len(q.RangeTable))}
	w := &writing{x: x, f: f, q: q}
	if q.Result > 0 {
		w.rel = x.c.Relation(q.RangeTable[q.Result-1].Relation)
	}
	x.modifyingCTEs(f)
	w.unsure = w.rel != nil && rowTriggers(w.rel, q.Command)
	switch {
	case w.rel == nil:
		w.why = "a table"
	case x.store == nil || w.rel.OID < pg.FirstUserOID:
		w.why = "the rows of " + x.c.QualifiedName(w.rel)
	case q.Command == ast.CMD_INSERT && w.rel.Kind == catalog.PartitionedTable && q.OnConflict == nil && len(w.rel.Rules) == 0:
		w.distribute()
	case w.rel.Kind != catalog.Table, len(w.rel.Children) > 0, len(w.rel.Rules) > 0, q.Command == ast.CMD_MERGE:
		w.scatter(w.rel)
		w.why = "what is written to " + x.c.QualifiedName(w.rel)
	case q.Command == ast.CMD_INSERT:
		w.insert()
	case q.Command == ast.CMD_UPDATE:
		w.change((*writing).update)
	default:
		w.change((*writing).remove)
	}
	w.trigger()
	if w.why != "" {
		w.out = Rows{Open: w.why}
	}
	return Result{Rows: w.out, Affected: w.n, AffectedKnown: w.why == ""}
}

// rowTriggers says whether a table has triggers that see rows before they are
// written.
func rowTriggers(rel *catalog.Relation, command ast.CmdType) bool {
	event := triggerEvents[command]
	return slices.ContainsFunc(rel.Triggers, func(t *catalog.Trigger) bool {
		return !t.Internal && t.Enabled != 'D' && t.Type&3 == 3 && t.Type&event != 0
	})
}

// triggerEvents are the TRIGGER_TYPE_ bits of commands.
var triggerEvents = map[ast.CmdType]int16{ast.CMD_INSERT: 4, ast.CMD_DELETE: 8, ast.CMD_UPDATE: 16}

// scatter forgets the rows of whatever tables a write may reach.
func (w *writing) scatter(rel *catalog.Relation) {
	if rel.Query != nil || len(rel.Rules) > 0 {
		w.x.store.ForgetAll()
		return
	}
	w.x.store.Forget(rel)
	for _, child := range rel.Children {
		if c := w.x.c.Relation(child); c != nil {
			w.scatter(c)
		}
	}
}

// trigger forgets what triggers may have written: they are not fired.
func (w *writing) trigger() {
	if w.rel == nil || w.x.store == nil {
		return
	}
	event := triggerEvents[w.q.Command]
	for _, t := range w.rel.Triggers {
		if t.Internal || t.Enabled == 'D' || event != 0 && t.Type&event == 0 {
			continue
		}
		if t.Type&1 != 0 && w.why == "" && w.n == 0 {
			continue // for each row, and there was none
		}
		w.x.store.ForgetAll()
		w.why = firstOf(w.why, "the trigger "+t.Name)
		return
	}
	if w.n > 0 || w.why != "" {
		w.cascade()
	}
}

// cascade forgets the tables whose foreign keys act on what was deleted or
// changed.
func (w *writing) cascade() {
	if w.q.Command == ast.CMD_INSERT {
		return
	}
	for _, con := range catalog.All[*catalog.Constraint](w.x.c) {
		if con.Kind != 'f' || con.Foreign != w.rel.OID {
			continue
		}
		action := con.OnDelete
		if w.q.Command == ast.CMD_UPDATE {
			action = con.OnUpdate
		}
		if r := w.x.c.Relation(con.Relation); r != nil && (action == 'c' || action == 'n' || action == 'd') && w.x.store.known(r) > 0 {
			w.x.store.Forget(r)
		}
	}
}

// known counts the rows that are known of a table.
func (s *Store) known(rel *catalog.Relation) int {
	if t := s.tables[rel.OID]; t != nil {
		return len(t.rows)
	}
	return 0
}

// insert adds rows.
func (w *writing) insert() {
	source, open := w.source()
	present := w.x.tableRows(w.rel)
	rows, keys := w.x.store.grow(present)
	own := false // are the rows copied?
	if w.x.store.visited[w.rel.OID] > maxVisited {
		w.why = "the rows of " + w.x.c.QualifiedName(w.rel)
	}
	for _, row := range source {
		w.f.row = row
		fresh := w.newRow()
		if w.q.OnConflict != nil {
			if present.Open != "" {
				w.why = present.Open
				break
			}
			at, sure := w.conflict(rows, keys, fresh)
			if !sure {
				w.why = "a conflict in " + w.x.c.QualifiedName(w.rel)
				break
			}
			if at >= 0 {
				if !own && w.q.OnConflict.Action == ast.ONCONFLICT_UPDATE {
					rows, own = slices.Clone(rows), true
					w.x.store.visited[w.rel.OID] += len(rows)
				}
				w.resolve(rows, keys, at, fresh)
				continue
			}
		}
		w.checkRow(fresh)
		w.checkUnique(rows, keys, fresh)
		rows = append(rows, fresh)
		w.written = append(w.written, fresh)
		w.returning(fresh)
	}
	w.why = firstOf(w.why, open)
	w.references(rows, keys)
	w.keep(rows, keys, firstOf(w.why, present.Open))
}

// references checks the foreign keys of and to what was written. left are the
// table's rows afterwards.
func (w *writing) references(left [][]query.Datum, keys *keySet) {
	if w.unsure {
		return
	}
	saved := w.x.run.reads[w.rel.OID]
	w.x.run.reads[w.rel.OID] = &Rows{Rows: left, Open: w.why, keys: keys}
	defer func() { w.x.run.reads[w.rel.OID] = saved }()
	for i, row := range w.written {
		var old []query.Datum
		if i < len(w.removed) {
			old = w.removed[i]
		}
		w.x.checkReferences(w.rel, row, old)
	}
	if len(w.removed) > 0 {
		w.checkReferenced(w.x.run.reads[w.rel.OID])
	}
}

// source gives the rows that INSERT … VALUES or SELECT yields.
func (w *writing) source() ([]tuple, string) {
	if w.q.Jointree == nil || len(w.q.Jointree.From) == 0 {
		return []tuple{make(tuple, len(w.q.RangeTable))}, ""
	}
	return w.x.from(w.f)
}

// keep stores the table's rows, or forgets them.
func (w *writing) keep(rows [][]query.Datum, keys *keySet, why string) {
	if why != "" {
		w.x.store.Forget(w.rel)
		return
	}
	w.x.store.write(w.rel, rows, keys)
}

// useDefault stands for DEFAULT in a row of VALUES.
type useDefault struct{}

// newRow computes an inserted row: what is given, and the defaults.
func (w *writing) newRow() []query.Datum {
	row := make([]query.Datum, len(w.rel.Columns))
	given := make([]bool, len(row))
	for _, t := range w.q.TargetList {
		if t.Resjunk || int(t.Resno) > len(row) {
			continue
		}
		if _, isDefault := t.Expr.(*query.SetToDefault); isDefault {
			continue
		}
		v := w.x.expr(w.f, t.Expr)
		if _, isDefault := v.(useDefault); !isDefault {
			row[t.Resno-1], given[t.Resno-1] = v, true
		}
	}
	for i, col := range w.rel.Columns {
		if !given[i] && !col.Dropped && col.Generated == 0 {
			row[i] = w.byDefault(col)
		}
	}
	w.generate(row)
	return row
}

// byDefault computes a column's default, as the rewriter puts it in.
func (w *writing) byDefault(col *catalog.Column) query.Datum {
	if col.Identity != 0 {
		for _, d := range w.x.c.Dependents(w.rel.Column(col.Num)) {
			if s := w.x.c.Relation(d.Dependent.OID); d.Dependent.Class == catalog.ClassRelation && s != nil && s.SeqInfo != nil {
				return w.x.nextval(s.OID)
			}
		}
	}
	if col.Default != nil {
		return w.x.expr(&frame{}, col.Default)
	}
	if t := w.x.c.Type(col.Type); t != nil && t.Kind == 'd' && t.Default != nil {
		return w.x.expr(&frame{}, t.Default)
	}
	return nil
}

// generate computes the generated columns of a row.
func (w *writing) generate(row []query.Datum) {
	for i, col := range w.rel.Columns {
		if col.Generated != 0 && col.Default != nil {
			row[i] = w.x.expr(&frame{row: tuple{row}}, col.Default)
		}
	}
}

// returning adds RETURNING's row for a written one.
func (w *writing) returning(row []query.Datum) {
	w.n++
	if len(w.q.Returning) == 0 {
		return
	}
	saved := w.f.row
	w.f.row = slices.Clone(saved)
	w.f.row[w.q.Result-1] = row
	out := make([]query.Datum, len(w.q.Returning))
	for i, t := range w.q.Returning {
		out[i] = w.x.expr(w.f, t.Expr)
	}
	w.f.row = saved
	w.out.Rows = append(w.out.Rows, out)
}

// conflict finds the row that a unique index finds equal; sure is false when
// that cannot be told.
func (w *writing) conflict(rows [][]query.Datum, keys *keySet, fresh []query.Datum) (at int, sure bool) {
	if len(rows) == 0 {
		return -1, true
	}
	for _, index := range w.rel.Indexes {
		info := index.IndexInfo
		if !info.Unique || !w.arbiter(index) {
			continue
		}
		if info.Predicate != nil {
			return -1, false
		}
		at, sure := -1, true
		few := w.x.byIndex(keys, w.rel, index).each(rows, fresh, func(i int) bool {
			var equal bool
			if equal, sure = w.equalKeys(info, rows[i], fresh); equal {
				at = i
			}
			return sure && !equal
		})
		if at >= 0 || !sure || !few {
			return at, sure && few
		}
	}
	return -1, true
}

// arbiter says whether ON CONFLICT looks at an index.
func (w *writing) arbiter(index *catalog.Relation) bool {
	c := w.q.OnConflict
	if c.Constraint != 0 {
		con := w.x.c.Constraint(c.Constraint)
		return con != nil && con.Index == index.OID
	}
	if len(c.Arbiters) == 0 {
		return true
	}
	info := index.IndexInfo
	if len(c.Arbiters) != info.KeyCount {
		return false
	}
	for _, a := range c.Arbiters {
		v, ok := a.Expr.(*query.Var)
		if ok && !slices.ContainsFunc(info.Keys[:info.KeyCount], func(k catalog.IndexKey) bool { return k.Column == v.Varattno }) {
			return false
		}
	}
	return true
}

// equalKeys compares two rows by an index's columns; NULL equals nothing.
func (w *writing) equalKeys(info *catalog.IndexInfo, a, b []query.Datum) (equal, known bool) {
	known = true
	for _, k := range info.Keys[:info.KeyCount] {
		if k.Column <= 0 {
			return false, false
		}
		x, y := a[k.Column-1], b[k.Column-1]
		switch {
		case IsUnknown(x) || IsUnknown(y):
			known = false
		case x == nil && y == nil && info.NullsNotDistinct:
		case x == nil || y == nil:
			return false, true
		case w.x.compare(x, y, w.rel.Columns[k.Column-1].Type, w.rel.Columns[k.Column-1].Type) != 0:
			return false, true
		}
	}
	return known, known
}

// resolve does what ON CONFLICT asks for.
func (w *writing) resolve(rows [][]query.Datum, keys *keySet, at int, fresh []query.Datum) {
	c := w.q.OnConflict
	if c.Action != ast.ONCONFLICT_UPDATE {
		return
	}
	w.f.row = slices.Clone(w.f.row)
	w.f.row[w.q.Result-1], w.f.row[c.ExclRel-1] = rows[at], fresh
	switch v := w.x.keep(w.f, c.Where).(type) {
	case Unknown:
		w.why = v.Why
		return
	case bool:
		if !v {
			return
		}
	}
	old := rows[at]
	rows[at] = w.assigned(old, c.Set)
	keys.replaced(at, old, rows[at])
	w.checkRow(rows[at])
	w.returning(rows[at])
}

// assigned gives a copy of a row with assignments made.
func (w *writing) assigned(row []query.Datum, set []*query.TargetEntry) []query.Datum {
	out := slices.Clone(row)
	for _, t := range set {
		if t.Resjunk || t.Resno < 1 || int(t.Resno) > len(out) {
			continue
		}
		if _, isDefault := t.Expr.(*query.SetToDefault); isDefault {
			out[t.Resno-1] = w.byDefault(w.rel.Columns[t.Resno-1])
			continue
		}
		if multi(t.Expr) {
			out[t.Resno-1] = Unknown{"an assignment of several columns"}
			continue
		}
		out[t.Resno-1] = w.x.expr(w.f, t.Expr)
	}
	w.generate(out)
	return out
}

// multi says whether an expression takes a column of (a, b) = (SELECT …).
func multi(e query.Expr) bool {
	found := false
	query.Walk(e, func(e query.Expr) bool {
		p, ok := e.(*query.Param)
		found = found || ok && p.Kind == query.ParamMultiExpr
		return !found
	})
	return found
}

// change runs UPDATE or DELETE: f gives a row's successor, nil for none.
func (w *writing) change(f func(*writing, []query.Datum) []query.Datum) {
	matched, open := w.x.from(w.f)
	all := w.x.tableRows(w.rel)
	open = firstOf(open, all.Open)
	if open != "" && w.q.Command == ast.CMD_DELETE && w.q.Jointree.Quals == nil && len(w.q.Jointree.From) == 1 {
		w.x.store.write(w.rel, nil, nil)
		w.why = open
		return
	}
	next := map[*query.Datum][]query.Datum{}
	gone := map[*query.Datum]bool{}
	for _, t := range matched {
		row := t[w.q.Result-1]
		if len(row) == 0 || gone[&row[0]] {
			continue
		}
		gone[&row[0]] = true
		w.f.row = t
		successor := f(w, row)
		w.removed = append(w.removed, row)
		if successor == nil {
			w.returning(row)
			continue
		}
		w.checkRow(successor)
		w.written = append(w.written, successor)
		next[&row[0]] = successor
		w.returning(successor)
	}
	w.why = open
	if len(gone) == 0 && open == "" {
		return
	}
	var rows [][]query.Datum
	for _, row := range all.Rows {
		switch {
		case len(row) == 0 || !gone[&row[0]]:
			rows = append(rows, row)
		case next[&row[0]] != nil:
			rows = append(rows, next[&row[0]])
		}
	}
	w.recheckUnique(unchanged(all.Rows, gone))
	keys := &keySet{grown: busy}
	w.references(rows, keys)
	w.keep(rows, keys, w.why)
}

// recheckUnique asks that changed rows differ from one another and from those
// that stay.
func (w *writing) recheckUnique(rows [][]query.Datum) {
	if len(w.written) == 0 {
		return
	}
	keys := &keySet{}
	for _, row := range w.written {
		w.checkUnique(rows, keys, row)
		rows = append(rows, row)
	}
}

// unchanged gives the rows that were not touched.
func unchanged(rows [][]query.Datum, gone map[*query.Datum]bool) [][]query.Datum {
	var out [][]query.Datum
	for _, row := range rows {
		if len(row) == 0 || !gone[&row[0]] {
			out = append(out, row)
		}
	}
	return out
}

func (w *writing) update(row []query.Datum) []query.Datum { return w.assigned(row, w.q.TargetList) }

func (w *writing) remove([]query.Datum) []query.Datum { return nil }
