package eval

import (
	"strings"
	"sync"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// firstNormalOID is FirstNormalObjectId: what is below belongs to the system.
const firstNormalOID pg.OID = 16384

// A virtualTable is a table of pg_catalog, computed from the catalog.
type virtualTable struct {
	// scan calls yield for each row with what the columns are computed from.
	scan func(x *Executor, yield func(row any))
	// columns computes a column by name; one that is not here is unknown.
	columns map[string]func(x *Executor, row any) query.Datum
}

// columnsOf is a table's columns over rows of one type.
type columnsOf[T any] map[string]func(x *Executor, row T) query.Datum

// virtual makes a virtualTable of rows of one type.
func virtual[T any](scan func(x *Executor, yield func(T)), columns columnsOf[T]) *virtualTable {
	v := &virtualTable{columns: map[string]func(*Executor, any) query.Datum{}}
	v.scan = func(x *Executor, yield func(any)) { scan(x, func(row T) { yield(row) }) }
	for name, f := range columns {
		v.columns[name] = func(x *Executor, row any) query.Datum { return f(x, row.(T)) }
	}
	return v
}

// virtualTables holds the tables by name. A table of pg_catalog that is not
// here has unknown rows; those of emptyTables have none.
var virtualTables map[string]*virtualTable

func init() {
	virtualTables = map[string]*virtualTable{}
	for _, tables := range []map[string]*virtualTable{relationTables, typeTables, routineTables, otherTables} {
		for name, t := range tables {
			virtualTables[name] = t
		}
	}
}

// emptyTables are the tables nothing here fills.
var emptyTables = map[string]bool{
	"pg_seclabel": true, "pg_shseclabel": true, "pg_largeobject": true, "pg_largeobject_metadata": true,
	"pg_init_privs": true, "pg_replication_origin": true, "pg_db_role_setting": true, "pg_subscription_rel": true,
	"pg_default_acl": true,
}

// A scanKey names a scan whose rows are kept while a statement runs.
type scanKey struct {
	table pg.OID
	used  string
}

// systemTable gives the rows of a table of pg_catalog. Columns that are not
// used are left NULL.
func (x *Executor) systemTable(rel *catalog.Relation, used []bool) *Rows {
	t := virtualTables[rel.Name]
	if t == nil || rel.Namespace != pg.PgCatalog {
		if emptyTables[rel.Name] {
			return &Rows{}
		}
		return &Rows{Open: "the rows of " + x.c.QualifiedName(rel)}
	}
	key := scanKey{rel.OID, usedKey(used)}
	if rows, ok := x.run.scans[key]; ok {
		return &Rows{Rows: rows}
	}
	fill := make([]func(*Executor, any) query.Datum, len(rel.Columns))
	for i, col := range rel.Columns {
		if !used[i] {
			continue
		}
		if fill[i] = t.columns[col.Name]; fill[i] == nil {
			why := "column " + col.Name + " of " + rel.Name
			fill[i] = func(*Executor, any) query.Datum { return Unknown{why} }
		}
	}
	var rows [][]query.Datum
	t.scan(x, func(o any) {
		x.step(1)
		row := make([]query.Datum, len(fill))
		for i, f := range fill {
			if f != nil {
				row[i] = f(x, o)
			}
		}
		rows = append(rows, row)
	})
	x.run.scans[key] = rows
	return &Rows{Rows: rows}
}

func usedKey(used []bool) string {
	var b strings.Builder
	for _, u := range used {
		if u {
			b.WriteByte('1')
		} else {
			b.WriteByte('0')
		}
	}
	return b.String()
}

// systemQueries keeps the analysed bodies of system views and functions, which
// are the same in every database.
var systemQueries struct {
	sync.Mutex
	views     map[pg.OID]*query.Query
	functions map[string]*query.Query
}

// systemView gives the query of a system view; nil when it has none.
func (x *Executor) systemView(rel *catalog.Relation) *query.Query {
	row := pg.RelationByOID(rel.OID)
	if row == nil || row.ViewDef == "" {
		return nil
	}
	systemQueries.Lock()
	q := systemQueries.views[rel.OID]
	systemQueries.Unlock()
	if q != nil {
		return q
	}
	q = analyseSystem(x.c, row.ViewDef, nil)
	systemQueries.Lock()
	defer systemQueries.Unlock()
	if systemQueries.views == nil {
		systemQueries.views = map[pg.OID]*query.Query{}
	}
	systemQueries.views[rel.OID] = q
	return q
}

// systemFunction gives the query of a built-in function in SQL, for arguments
// of some types; nil when it is more than one query.
func systemFunction(c *catalog.Catalog, p *catalog.Proc, types []pg.OID) *query.Query {
	key := itoa(int64(p.OID))
	params := make([]analyze.Param, len(p.ArgTypes))
	for i, t := range p.ArgTypes {
		if typ := c.Type(t); typ != nil && typ.Kind == 'p' && i < len(types) {
			t = types[i]
			key += " " + itoa(int64(t))
		}
		params[i] = analyze.Param{Type: t}
		if i < len(p.ArgNames) {
			params[i].Name = p.ArgNames[i]
		}
	}
	systemQueries.Lock()
	q := systemQueries.functions[key]
	systemQueries.Unlock()
	if q != nil {
		return q
	}
	body := strings.TrimSpace(p.Src)
	if row := pg.ProcByOID(p.OID); body == "" || row == nil {
		return nil
	}
	q = analyseSystem(c, body, params)
	systemQueries.Lock()
	defer systemQueries.Unlock()
	if systemQueries.functions == nil {
		systemQueries.functions = map[string]*query.Query{}
	}
	systemQueries.functions[key] = q
	return q
}

// analyseSystem analyses a text of PostgreSQL's own, in whose names pg_catalog
// alone is searched.
func analyseSystem(c *catalog.Catalog, text string, params []analyze.Param) *query.Query {
	if rest, ok := strings.CutPrefix(text, "RETURN"); ok {
		text = "SELECT" + rest
	} else if rest, ok := strings.CutPrefix(text, "BEGIN ATOMIC"); ok {
		text = strings.TrimSuffix(rest, "END")
	}
	statements := parser.Split(text)
	if len(statements) == 0 {
		return nil
	}
	node, err := statements[0].Node()
	if err != nil || node == nil {
		return nil
	}
	var q *query.Query
	c.WithSearchPath(nil, func() {
		a := analyze.New(c)
		a.Params = params
		q = a.Query(node)
	})
	return q
}
