package datum

import (
	"fmt"
	"strconv"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// Out writes a value as its type's output function does.
func Out(c *catalog.Catalog, typ pg.OID, v query.Datum) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		if v {
			return "t"
		}
		return "f"
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		if typ == pg.Float4 {
			return floatOut(v, 32)
		}
		return floatOut(v, 64)
	case pg.OID:
		return oidOut(c, typ, v)
	case *query.Array:
		return arrayOut(c, v)
	case *query.Row:
		return rowOut(c, v)
	case nil:
		return ""
	}
	panic(fmt.Sprintf("datum: a %T is no value", v))
}
