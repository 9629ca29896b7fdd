package analyze

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
)

func catalogAndUsers(b *testing.B) (*catalog.Catalog, *catalog.Relation) {
	c := testCatalog(&testing.T{})
	return c, c.RelationNamed("", "users")
}

// BenchmarkExpr types an expression as CHECK and CREATE INDEX do.
func BenchmarkExpr(b *testing.B) {
	for _, e := range []string{"lower(name)", "char_length(name) > 0", "age IN (1, 2, 3) AND name <> ''", "meta->>'a'", "now()", "'{}'::jsonb"} {
		b.Run(e, func(b *testing.B) {
			c, users := catalogAndUsers(b)
			sel, err := parser.Parse("SELECT " + e)
			require.Nil(b, err)
			n := sel.(*ast.SelectStmt).TargetList[0].(*ast.ResTarget).Val
			b.ReportAllocs()
			for b.Loop() {
				New(c).Expr(n, KindCheckConstraint, Table(users)...)
			}
		})
	}
}

// BenchmarkInsert checks an INSERT of 10,000 rows.
func BenchmarkInsert(b *testing.B) {
	c, _ := catalogAndUsers(b)
	var rows []string
	for i := range 10000 {
		rows = append(rows, fmt.Sprintf("(%d, 'name', 'a@b', 1, '2020-01-01')", i))
	}
	n, err := parser.Parse("INSERT INTO users (id, name, email, age, born) VALUES " + strings.Join(rows, ", "))
	require.Nil(b, err)
	for b.Loop() {
		Statement(c, n)
	}
}

// BenchmarkView analyses a join with grouping.
func BenchmarkView(b *testing.B) {
	c, _ := catalogAndUsers(b)
	n, err := parser.Parse("SELECT u.id, lower(u.name) AS n, count(o.id) AS orders, coalesce(sum(o.total), 0) FROM users u LEFT JOIN orders o ON o.user_id = u.id WHERE u.age > 18 GROUP BY u.id ORDER BY 3 DESC")
	require.Nil(b, err)
	b.ReportAllocs()
	for b.Loop() {
		New(c).Query(n)
	}
}
