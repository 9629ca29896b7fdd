package catalog

import (
	"fmt"
	"slices"
	"time"

	"github.com/electric-cli/electric/pg"
)

// A Catalog is one database and the one session that works on it.
type Catalog struct {
	objects      objects
	names        [classCount]map[pg.OID]map[string][]Object // by class, namespace (0: none) and name
	overloaded   [classCount]map[string][]Object            // pg_catalog's functions and operators by name, as far as asked for
	comments     map[key]string
	dependencies byAddress[[]Dependency] // by dependent
	dependents   byAddress[[]Dependency] // by referenced
	casts        map[[2]pg.OID]*Cast
	opClasses    []*OpClass  // those that are not the system's
	opFamilies   []*OpFamily // the same
	changed      map[key]struct{}
	journal      []change
	epoch        int
	nextOID      pg.OID

	// SearchPath is the setting's list of names as SHOW gives them. Change it
	// with SetSearchPath.
	SearchPath []string
	path       []pg.OID // in force, "pg_catalog" and the temporary schema included; nil: to be worked out
	pathUser   pg.OID   // whose path it is: "$user" depends on that
	tempSchema pg.OID

	// Usable says whether the present user may look names up in a schema; nil:
	// in all. search_path leaves out the others.
	Usable func(namespace pg.OID) bool

	// CurrentUser and SessionUser are roles. Change them with OnRollback.
	CurrentUser pg.OID
	SessionUser pg.OID

	// Clock is what the clock shows, as the migration that runs tells by its
	// version; zero: now() is unknown, and literals as 'now' are of a fixed time.
	Clock    time.Time
	settings map[string]string
}

// The roles of a fresh database.
const (
	Superuser     pg.OID = 10   // the one who runs migrations
	DatabaseOwner pg.OID = 6171 // pg_database_owner
)

// New makes a fresh database: the system catalogs, schema public, plpgsql.
func New() *Catalog {
	c := &Catalog{
		comments:    map[key]string{},
		casts:       map[[2]pg.OID]*Cast{},
		changed:     map[key]struct{}{},
		nextOID:     pg.FirstUserOID,
		SearchPath:  []string{"$user", "public"},
		CurrentUser: Superuser,
		SessionUser: Superuser,
	}
	c.bootstrap()
	c.Forget()
	clear(c.changed)
	return c
}

// NewOID gives an OID that no object has.
func (c *Catalog) NewOID() pg.OID {
	oid := c.nextOID
	c.nextOID++
	return oid
}

// NextOID tells the OID that the next new object gets: what is made between two
// calls has those between their answers.
func (c *Catalog) NextOID() pg.OID { return c.nextOID }

// Add puts a new object into the catalog. An OID of 0 is replaced by a new
// one. That the name is free is the caller's to check.
func (c *Catalog) Add(o Object) {
	h := o.header()
	if h.OID == 0 {
		h.OID = c.NewOID()
	}
	a := o.Address()
	if c.objects.get(a) != nil {
		panic(fmt.Sprintf("catalog: %s %d is there already", a.Class, a.OID))
	}
	c.enter(o)
	h.touched = c.epoch // undoing the Add undoes what is changed right after it
	c.journal = append(c.journal, change{added: o})
	c.changed[a.key()] = struct{}{}
}

// Drop takes an object out of the catalog, with its comment and with the
// dependencies it has on others. Lists that hold it (Relation.Constraints, …)
// are the caller's to mend.
func (c *Catalog) Drop(o Object) {
	a := o.Address()
	c.markDependents(a)
	for _, d := range slices.Clone(c.dependencies.get(a)) {
		c.cut(d)
	}
	for _, d := range slices.Clone(c.dependents.get(a)) {
		c.cut(d)
	}
	c.dropComments(o)
	c.remove(o)
	c.OnRollback(func() { c.enter(o); c.changed[a.key()] = struct{}{} })
}

// Rename gives an object another name, another schema, or both.
func (c *Catalog) Rename(o Object, namespace pg.OID, name string) {
	c.Touch(o)
	h := o.header()
	oldNamespace, oldName := h.Namespace, h.Name
	c.remove(o)
	h.Namespace, h.Name = namespace, name
	c.enter(o)
	c.OnRollback(func() {
		c.remove(o)
		h := o.header()
		h.Namespace, h.Name = oldNamespace, oldName
		c.enter(o)
	})
}

// indexed says whether objects of this class are found by name. Triggers,
// policies and rules are found through their relation.
func (a Address) indexed() bool {
	switch a.Class {
	case ClassTrigger, ClassPolicy, ClassRewrite, ClassCast:
		return false
	}
	return true
}

// enterName makes o known by its present name and schema.
func (c *Catalog) enterName(o Object) {
	h, class := o.header(), o.Address().Class
	if c.names[class] == nil {
		c.names[class] = map[pg.OID]map[string][]Object{}
	}
	if c.names[class][h.Namespace] == nil {
		c.names[class][h.Namespace] = map[string][]Object{}
	}
	in := c.names[class][h.Namespace]
	in[h.Name] = append(in[h.Name], o)
}

func (c *Catalog) removeName(o Object) {
	h, class := o.header(), o.Address().Class
	in := c.names[class][h.Namespace]
	if len(in[h.Name]) == 0 { // a system object, found through its row
		return
	}
	list := slices.Clone(in[h.Name])
	in[h.Name] = slices.DeleteFunc(list, func(x Object) bool { return x == o })
}

func (c *Catalog) enter(o Object) {
	a := o.Address()
	c.objects.set(a, o)
	if a.indexed() {
		c.enterName(o)
	}
	switch o := o.(type) {
	case *Cast:
		c.casts[[2]pg.OID{o.Source, o.Target}] = o
	case *OpClass:
		c.opClasses = append(slices.Clip(c.opClasses), o)
	case *OpFamily:
		c.opFamilies = append(slices.Clip(c.opFamilies), o)
	}
	if a.Class == ClassNamespace {
		c.path = nil
	}
}

// OpClasses gives the operator classes that are not the system's own.
func (c *Catalog) OpClasses() []*OpClass { return c.opClasses }

// OpFamilies gives the operator families that are not the system's own.
func (c *Catalog) OpFamilies() []*OpFamily { return c.opFamilies }

func (c *Catalog) remove(o Object) {
	a := o.Address()
	c.objects.remove(a)
	if a.indexed() {
		c.removeName(o)
	}
	switch o := o.(type) {
	case *Cast:
		delete(c.casts, [2]pg.OID{o.Source, o.Target})
	case *OpClass:
		c.opClasses = slices.DeleteFunc(slices.Clone(c.opClasses), func(x *OpClass) bool { return x == o })
	case *OpFamily:
		c.opFamilies = slices.DeleteFunc(slices.Clone(c.opFamilies), func(x *OpFamily) bool { return x == o })
	}
	if a.Class == ClassNamespace {
		c.path = nil
	}
}

// Object gives the object at an address, nil when there is none. System
// objects are made from their rows when they are asked for.
func (c *Catalog) Object(a Address) Object {
	if o := c.objects.get(a); o != nil {
		return o
	}
	return c.system(a.Class, a.OID)
}

// Named gives the object of a class with this name in a schema (0 for classes
// without schemas), nil when there is none.
func (c *Catalog) Named(class Class, namespace pg.OID, name string) Object {
	if list := c.names[class][namespace][name]; len(list) > 0 {
		return list[0]
	}
	if o := c.systemNamed(class, namespace, name); o != nil && o.header().Name == name && o.header().Namespace == namespace {
		return o
	}
	return nil
}

// All gives the objects of a class that are not the system's own, by OID.
func All[T Object](c *Catalog) []T {
	var out []T
	for _, class := range c.objects.lists {
		for _, o := range class {
			t, ok := o.(T)
			if !ok {
				break // a class has objects of one type
			}
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b T) int { return int(int64(a.Address().OID) - int64(b.Address().OID)) })
	return out
}

// Pinned says whether an object is the system's own: it can be neither dropped
// nor depended on, as IsPinnedObject says of it.
func (c *Catalog) Pinned(a Address) bool {
	switch {
	case a.OID >= 16384, a.Class == ClassExtension, a.Class == ClassNamespace && a.OID == pg.Public, a.Class == ClassLanguage && a.OID == pg.LangPLpgSQL:
		return false
	}
	return true
}

// Comment gives an object's comment, "" for none.
func (c *Catalog) Comment(a Address) string { return c.comments[a.key()] }

// SetComment sets an object's comment; "" removes it.
func (c *Catalog) SetComment(a Address, text string) {
	old, had := c.comments[a.key()]
	if text == "" {
		delete(c.comments, a.key())
	} else {
		c.comments[a.key()] = text
	}
	c.changed[a.whole().key()] = struct{}{}
	c.OnRollback(func() {
		if had {
			c.comments[a.key()] = old
		} else {
			delete(c.comments, a.key())
		}
	})
}

// dropComments removes the comments on an object and on its columns.
func (c *Catalog) dropComments(o Object) {
	a := o.Address()
	last := 0
	if r, ok := o.(*Relation); ok {
		last = len(r.Columns)
	}
	for sub := 0; sub <= last; sub++ {
		a.Sub = int16(sub)
		if c.comments[a.key()] != "" {
			c.SetComment(a, "")
		}
	}
}

// markDependents marks a and all that depends on it as changed, before the
// edges that say so are cut.
func (c *Catalog) markDependents(a Address) {
	a = a.whole()
	if _, seen := c.changed[a.key()]; seen {
		return
	}
	c.changed[a.key()] = struct{}{}
	for _, d := range c.dependents.get(a) {
		c.markDependents(d.Dependent)
	}
}
