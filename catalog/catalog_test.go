package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
)

func table(name string) *catalog.Relation {
	return &catalog.Relation{Header: catalog.Header{Name: name, Namespace: pg.Public}, Kind: catalog.Table,
		Columns: []*catalog.Column{{Num: 1, Name: "id", Type: pg.Int4}}}
}

func TestRollbackBringsBackWhatWas(t *testing.T) {
	c := catalog.New()
	a := table("a")
	c.Add(a)
	b := table("b")
	c.Add(b)
	c.Depend(b.Address(), a.Address(), catalog.DependNormal)
	c.SetComment(a.Address(), "first")

	mark := c.Mark()
	c.Touch(a)
	a.Columns[0].Name = "key"
	a.Columns = append(a.Columns, &catalog.Column{Num: 2, Name: "more"})
	c.Rename(a, pg.Public, "z")
	c.SetComment(a.Address(), "second")
	c.Drop(b)
	require.Nil(t, c.RelationNamed("", "a"))
	require.Nil(t, c.RelationNamed("", "b"))

	c.RollbackTo(mark)
	require.Same(t, a, c.RelationNamed("", "a"))
	require.Same(t, b, c.RelationNamed("public", "b"))
	require.Nil(t, c.RelationNamed("", "z"))
	require.Len(t, a.Columns, 1)
	require.Equal(t, "id", a.Columns[0].Name)
	require.Equal(t, "first", c.Comment(a.Address()))
	require.Len(t, c.Dependents(a.Address()), 1)
}

func TestSystemObjectsAppearWhenAskedFor(t *testing.T) {
	c := catalog.New()
	require.Equal(t, pg.OID(pg.Int4), c.TypeNamed("", "int4").OID)
	require.Equal(t, "pg_class", c.RelationNamed("", "pg_class").Name)
	require.NotEmpty(t, c.ProcsNamed("", "lower"))
	require.NotEmpty(t, c.OperatorsNamed("pg_catalog", "="))
	require.NotNil(t, c.Cast(pg.Int4, pg.Int8))
	require.Nil(t, c.TypeNamed("public", "int4"))
}

func TestChangedFollowsDependents(t *testing.T) {
	c := catalog.New()
	a, b := table("a"), table("b")
	c.Add(a)
	c.Add(b)
	c.Depend(b.Address(), a.Address(), catalog.DependNormal)
	c.Changed()
	c.Touch(a)
	changed := c.Changed()
	require.Contains(t, changed, b.Address())
	require.Empty(t, c.Changed())
}

// Who looks at what Changed told may do so until it changes, and is told before.
func TestBeforeChange(t *testing.T) {
	a := table("a")
	for name, change := range map[string]func(*catalog.Catalog){
		"touched":       func(c *catalog.Catalog) { c.Touch(a) },
		"renamed":       func(c *catalog.Catalog) { c.Rename(a, a.Namespace, "b") },
		"commented":     func(c *catalog.Catalog) { c.SetComment(a.Column(1), "new") },
		"given a part":  func(c *catalog.Catalog) { c.AddColumn(a, &catalog.Column{Num: 2}) },
		"given a list":  func(c *catalog.Catalog) { c.AddIndex(a, table("a_idx")) },
		"dropped":       func(c *catalog.Catalog) { c.Drop(a) },
		"a setting":     func(c *catalog.Catalog) { c.SetSetting("timezone", "America/New_York") },
		"temp's schema": func(c *catalog.Catalog) { c.TempSchema() },
	} {
		t.Run(name, func(t *testing.T) {
			c, calls := catalog.New(), 0
			a = table("a")
			c.Add(a)
			c.Touch(a)
			c.Changed()
			c.BeforeChange = func() {
				calls++
				require.Equal(t, "a", a.Name)
				require.Same(t, a, c.Relation(a.OID))
				require.Len(t, a.Columns, 1)
				require.Empty(t, a.Indexes)
				require.Empty(t, c.Comment(a.Column(1)))
				require.Equal(t, "UTC", c.Setting("timezone"))
				require.False(t, c.HasTemp())
			}
			c.Add(table("another"))
			c.SetSetting("timezone", "UTC")
			require.Zero(t, calls)
			change(c)
			require.NotZero(t, calls)
		})
	}
}

// A reader finds what its catalog has, also what was changed of the system's, and
// leaves nothing behind.
func TestReader(t *testing.T) {
	c := catalog.New()
	int4 := c.Type(pg.Int4)
	c.Touch(int4)
	int4.Name = "changed"
	r := c.Reader()
	require.Equal(t, "changed", r.Type(pg.Int4).Name)
	require.NotSame(t, r.Type(pg.Int8), r.Type(pg.Int8))
	require.Len(t, r.ProcsNamed("", "lower"), len(c.ProcsNamed("", "lower")))
	require.NotNil(t, r.Cast(pg.Int4, pg.Int8))
	r.WithSearchPath(nil, func() { require.NotContains(t, r.Path(), pg.OID(pg.Public)) })
	require.Contains(t, c.Path(), pg.OID(pg.Public))
}

// What is added to a table without a copy of it is undone together with what
// Touch copied before and after.
func TestRollbackTakesBackWhatATableWasGiven(t *testing.T) {
	c := catalog.New()
	a := table("a")
	c.Add(a)
	key := &catalog.Constraint{Header: catalog.Header{Name: "a_key"}, Relation: a.OID}

	mark := c.Mark()
	c.AddColumn(a, &catalog.Column{Num: 2, Name: "first"})
	c.AddConstraint(a, key)
	c.Touch(a)
	a.Columns[0].Name = "changed"
	c.AddColumn(a, &catalog.Column{Num: 3, Name: "second"})
	c.AddIndex(a, table("a_idx"))

	c.RollbackTo(mark)
	require.Len(t, a.Columns, 1)
	require.Equal(t, "id", a.Columns[0].Name)
	require.Empty(t, a.Constraints)
	require.Empty(t, a.Indexes)
	require.Contains(t, c.Changed(), a.Address())
}
