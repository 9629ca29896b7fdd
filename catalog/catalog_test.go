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
