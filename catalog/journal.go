package catalog

import "slices"

// A Mark is a point in the journal that RollbackTo can return to.
type Mark int

// Mark names the present state.
func (c *Catalog) Mark() Mark {
	c.epoch++
	return Mark(len(c.journal))
}

// RollbackTo undoes every change since m was taken.
func (c *Catalog) RollbackTo(m Mark) {
	for len(c.journal) > int(m) {
		last := len(c.journal) - 1
		undone := c.journal[last]
		c.journal = c.journal[:last]
		c.undo(undone)
	}
	c.epoch++
}

// A change is a step that can be undone: an object that was added, a dependency
// that was recorded, or what a function undoes. The two commonest are data and
// no functions, which would have to be allocated.
type change struct {
	added  Object
	linked Dependency
	undo   func()
}

func (c *Catalog) undo(done change) {
	switch {
	case done.undo != nil:
		done.undo()
	case done.added != nil:
		c.remove(done.added)
		c.changed[done.added.Address().key()] = struct{}{}
	default:
		c.unlink(done.linked)
	}
}

// Forget drops the journal: what has happened so far cannot be undone any
// more. It is called when a transaction ends.
func (c *Catalog) Forget() {
	clear(c.journal)
	c.journal = c.journal[:0]
	c.epoch++
}

// OnRollback runs undo when the present statement or transaction is undone.
// Session state (settings, roles, prepared statements) uses it directly.
func (c *Catalog) OnRollback(undo func()) { c.journal = append(c.journal, change{undo: undo}) }

// Touch must be called before o or one of its parts is changed. It makes the
// change undoable and marks o and what depends on it as changed.
func (c *Catalog) Touch(o Object) {
	c.changed[o.Address().key()] = struct{}{}
	h := o.header()
	if h.touched == c.epoch {
		return
	}
	before := h.touched
	restore := o.save()
	h.touched = c.epoch
	c.OnRollback(func() {
		restore()
		o.header().touched = before
		c.changed[o.Address().key()] = struct{}{}
	})
}

// AddIndex enters an index in its relation's list. What it keeps for undoing is
// that list: Touch would copy the whole relation, for each of its indexes.
func (c *Catalog) AddIndex(r, index *Relation) {
	addTo(c, r, &r.Indexes, index)
}

// AddConstraint enters a constraint in its relation's list, as AddIndex does.
func (c *Catalog) AddConstraint(r *Relation, con *Constraint) {
	addTo(c, r, &r.Constraints, con)
}

// AddColumn enters a column behind its relation's others, without a copy of
// them. Columns are no objects: a Touch after this puts copies into their place
// when it is undone, so that undoing takes the last one off, whatever the others
// are then.
func (c *Catalog) AddColumn(r *Relation, col *Column) {
	c.changed[r.Address().key()] = struct{}{}
	r.Columns = append(slices.Clip(r.Columns), col)
	c.OnRollback(func() {
		r.Columns = r.Columns[:len(r.Columns)-1]
		c.changed[r.Address().key()] = struct{}{}
	})
}

func addTo[T any](c *Catalog, o Object, list *[]T, element T) {
	c.changed[o.Address().key()] = struct{}{}
	old := *list
	*list = append(slices.Clip(old), element)
	c.OnRollback(func() {
		*list = old
		c.changed[o.Address().key()] = struct{}{}
	})
}

// Changed gives the objects added, changed or dropped since the last call, and
// everything that depends on them, so that what was derived from them can be
// made anew. Each is there once.
func (c *Catalog) Changed() []Address {
	out := make([]Address, 0, 2*len(c.changed))
	for k := range c.changed {
		out = append(out, k.address())
	}
	for i := 0; i < len(out); i++ {
		for _, d := range c.dependents.get(out[i]) {
			a := d.Dependent.whole()
			if _, seen := c.changed[a.key()]; !seen {
				c.changed[a.key()] = struct{}{}
				out = append(out, a)
			}
		}
	}
	clear(c.changed)
	return out
}

func (o *Schema) save() func()       { was := *o; return func() { *o = was } }
func (o *Constraint) save() func()   { was := *o; return func() { *o = was } }
func (o *Trigger) save() func()      { was := *o; return func() { *o = was } }
func (o *Policy) save() func()       { was := *o; return func() { *o = was } }
func (o *Rule) save() func()         { was := *o; return func() { *o = was } }
func (o *Operator) save() func()     { was := *o; return func() { *o = was } }
func (o *Cast) save() func()         { was := *o; return func() { *o = was } }
func (o *Collation) save() func()    { was := *o; return func() { *o = was } }
func (o *OpClass) save() func()      { was := *o; return func() { *o = was } }
func (o *AccessMethod) save() func() { was := *o; return func() { *o = was } }
func (o *Extension) save() func()    { was := *o; return func() { *o = was } }
func (o *EventTrigger) save() func() { was := *o; return func() { *o = was } }
func (o *Generic) save() func() {
	was := *o
	was.Options = slices.Clone(o.Options)
	return func() { *o = was }
}

func (o *OpFamily) save() func() {
	was := *o
	was.Ops, was.Procs = slices.Clone(o.Ops), slices.Clone(o.Procs)
	return func() { *o = was }
}

func (o *Role) save() func() {
	was := *o
	was.MemberOf = slices.Clone(o.MemberOf)
	return func() { *o = was }
}

func (o *Publication) save() func() {
	was := *o
	was.Tables, was.Schemas = slices.Clone(o.Tables), slices.Clone(o.Schemas)
	return func() { *o = was }
}

func (o *Statistics) save() func() { was := *o; return func() { *o = was } }

func (o *Proc) save() func() {
	was := *o
	was.ArgNames, was.Defaults, was.Config = slices.Clone(o.ArgNames), slices.Clone(o.Defaults), slices.Clone(o.Config)
	return func() { *o = was }
}

func (o *Type) save() func() {
	was := *o
	was.Labels, was.Constraints = slices.Clone(o.Labels), slices.Clone(o.Constraints)
	return func() { *o = was }
}

// save copies a relation's lists and columns; constraints, triggers and the
// like are objects of their own.
func (o *Relation) save() func() {
	was := *o
	was.Columns = make([]*Column, len(o.Columns))
	copies := make([]Column, len(o.Columns)) // in one piece
	for i, col := range o.Columns {
		copies[i] = *col
		copies[i].Options, copies[i].FDWOptions = slices.Clone(col.Options), slices.Clone(col.FDWOptions)
		was.Columns[i] = &copies[i]
	}
	was.Options, was.ToastOptions = slices.Clone(o.Options), slices.Clone(o.ToastOptions)
	was.Inherits, was.Children = slices.Clone(o.Inherits), slices.Clone(o.Children)
	was.Constraints, was.Indexes = slices.Clone(o.Constraints), slices.Clone(o.Indexes)
	was.Triggers, was.Policies, was.Rules = slices.Clone(o.Triggers), slices.Clone(o.Policies), slices.Clone(o.Rules)
	if o.IndexInfo != nil {
		info := *o.IndexInfo
		info.Keys = slices.Clone(info.Keys)
		was.IndexInfo = &info
	}
	if o.SeqInfo != nil {
		info := *o.SeqInfo
		was.SeqInfo = &info
	}
	if o.Foreign != nil {
		info := *o.Foreign
		info.Options = slices.Clone(info.Options)
		was.Foreign = &info
	}
	return func() { *o = was }
}
