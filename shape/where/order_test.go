package where

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// orders are orders of subsets, and their normal form or what Electric says of
// them. Places count the characters of "SELECT 1 ORDER BY " too.
var orders = []struct{ order, sql, message string }{
	{"id", "id", ""},
	{"id asc, title DESC", "id ASC, title DESC", ""},
	{"ts desc nulls last, id NULLS FIRST", "ts DESC NULLS LAST, id NULLS FIRST", ""},
	{`"Wei""rd" ASC`, `"Wei""rd" ASC`, ""},
	{"id ASC, 1", "id ASC, 1", ""},
	{"nope", "", "At location 18: unknown reference nope"},
	{"items.id", "", "At location 18: unknown reference items.id"},
	{"id, $1", "", "At location 22: parameter $1 is not supported in ORDER BY clauses"},
	{"id; DROP TABLE users", "", "Unexpected `;` in order by"},
	{"id LIMIT 1", "", "malformed query ending with SQL clauses"},
	{"id FOR UPDATE", "", "malformed query ending with SQL clauses"},
	{"id UNION SELECT 2", "", `At location 21: syntax error at or near "UNION"`},
	{"id::text", "", "At location 20: TypeCast expressions are not allowed in ORDER BY clauses"},
	{"lower(title)", "", "At location 18: FuncCall expressions are not allowed in ORDER BY clauses"},
	{"pg_sleep(5)", "", "At location 18: FuncCall expressions are not allowed in ORDER BY clauses"},
	{"current_user", "", "At location 18: SQLValueFunction expressions are not allowed in ORDER BY clauses"},
	{"id + 1", "", "At location 21: A_Expr expressions are not allowed in ORDER BY clauses"},
	{"title IS NULL", "", "At location 24: NullTest expressions are not allowed in ORDER BY clauses"},
	{"coalesce(title, 'x')", "", "At location 18: CoalesceExpr expressions are not allowed in ORDER BY clauses"},
	{"(SELECT 1)", "", "At location 18: SubLink expressions are not allowed in ORDER BY clauses"},
	{"CASE WHEN (SELECT true) THEN 1 ELSE 0 END", "", "At location 18: CaseExpr expressions are not allowed in ORDER BY clauses"},
	{"CAST((SELECT version()) AS int) DESC", "", "At location 23: SubLink expressions are not allowed in ORDER BY clauses"},
	{"id USING < NULLS LAST", "id USING < NULLS LAST", ""},
	{"id USING @@", "", `At location 27: operator "@@" is not allowed in ORDER BY clauses`},
	{"", "", "At location 18: syntax error at end of input"},
	{"id, " + strings.Repeat("(", 30000), "", "stack depth limit exceeded"},
}

func TestCompileOrder(t *testing.T) {
	for _, c := range orders {
		sql, err := CompileOrder(c.order, items, options)
		if c.message == "" {
			require.Nil(t, err, c.order)
			require.Equal(t, c.sql, sql)
			continue
		}
		require.Equal(t, &Error{"order_by", c.message}, err, shortened(c.order))
	}
	o := options
	o.Queryable = []string{"id"}
	_, err := CompileOrder("title", items, o)
	require.Equal(t, &Error{"order_by", "At location 18: unknown reference title"}, err)
}
