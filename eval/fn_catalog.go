package eval

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// catalogBuiltins ask the catalog and the session about themselves.
var catalogBuiltins = map[string]builtin{
	"to_regclass":      func(c *call) query.Datum { return c.find(pg.Regclass) },
	"to_regtype":       func(c *call) query.Datum { return c.find(pg.Regtype) },
	"to_regproc":       func(c *call) query.Datum { return c.find(pg.Regproc) },
	"to_regprocedure":  func(c *call) query.Datum { return c.find(pg.Regprocedure) },
	"to_regnamespace":  func(c *call) query.Datum { return c.find(pg.Regnamespace) },
	"to_regrole":       func(c *call) query.Datum { return c.find(pg.Regrole) },
	"to_regcollation":  func(c *call) query.Datum { return c.find(pg.Regcollation) },
	"to_regoper":       func(c *call) query.Datum { return c.find(pg.Regoper) },
	"to_regoperator":   func(c *call) query.Datum { return c.find(pg.Regoperator) },
	"current_database": func(*call) query.Datum { return databaseName },
	"current_user":     func(c *call) query.Datum { return c.x.roleName(c.x.c.CurrentUser) },
	"session_user":     func(c *call) query.Datum { return c.x.roleName(c.x.c.SessionUser) },
	"current_schema":   func(c *call) query.Datum { return c.x.currentSchema() },
	"current_schemas":  currentSchemas,
	"pgsql_version":    func(*call) query.Datum { return serverVersion },
	"show_config_by_name": func(c *call) query.Datum {
		return c.x.setting(c.text(0), false)
	},
	"show_config_by_name_missing_ok": func(c *call) query.Datum { return c.x.setting(c.text(0), isTrue(c.args[1])) },
	"set_config_by_name":             setConfig,
	"pg_get_userbyid":                func(c *call) query.Datum { return c.x.userByID(oid(c.args[0])) },
	"pg_table_is_visible":            visible(catalog.ClassRelation),
	"pg_type_is_visible":             visible(catalog.ClassType),
	"pg_function_is_visible":         visible(catalog.ClassProc),
	"pg_operator_is_visible":         visible(catalog.ClassOperator),
	"pg_opclass_is_visible":          visible(catalog.ClassOpClass),
	"pg_collation_is_visible":        visible(catalog.ClassCollation),
	"nextval_oid":                    func(c *call) query.Datum { return c.x.nextval(oid(c.args[0])) },
	"currval_oid":                    currval,
	"lastval":                        func(*call) query.Datum { return Unknown{"lastval()"} },
	"setval_oid":                     setval,
	"setval3_oid":                    setval,
	"pg_sequence_last_value":         sequenceLast,
	"pg_get_serial_sequence":         serialSequence,
	"pg_is_other_temp_schema":        func(*call) query.Datum { return false },
	"pg_my_temp_schema":              func(c *call) query.Datum { return c.x.c.SchemaOID("pg_temp") },
	"PG_encoding_to_char":            func(c *call) query.Datum { return encodingName(c.int(0)) },
	"pg_relation_is_updatable":       updatable,
	"pg_column_is_updatable":         func(c *call) query.Datum { return number(updatable(c)) != 0 },
	"pg_is_in_recovery":              func(*call) query.Datum { return false },
	"pg_partition_root":              partitionRoot,
	"pg_indexam_progress_phasename":  func(*call) query.Datum { return nil },
	"getdatabaseencoding":            func(*call) query.Datum { return "UTF8" },
	"pg_client_encoding":             func(*call) query.Datum { return "UTF8" },
}

// serverVersion is what version() says.
const serverVersion = "PostgreSQL 15.18 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit"

// find looks a name up; NULL when nothing has it, as the to_reg functions do.
func (c *call) find(typ pg.OID) query.Datum {
	var v query.Datum
	err := pgerr.Catch(func() { v = datum.In(c.x.c, typ, -1, c.text(0)) })
	if err != nil {
		switch err.Code {
		case "42601", "42602", "0A000", "22023":
			err.Raise()
		}
		return nil
	}
	return v
}

// roleName gives a role's name.
func (x *Executor) roleName(oid pg.OID) query.Datum {
	if r := x.c.Role(oid); r != nil {
		return r.Name
	}
	return Unknown{"a role"}
}

func (x *Executor) userByID(oid pg.OID) query.Datum {
	if r := x.c.Role(oid); r != nil {
		return r.Name
	}
	return "unknown (OID=" + itoa(int64(oid)) + ")"
}

func (x *Executor) currentSchema() query.Datum {
	if oid := x.c.CreationSchema(); oid != 0 {
		return x.c.SchemaName(oid)
	}
	return nil
}

func currentSchemas(c *call) query.Datum {
	var out []query.Datum
	seen := map[pg.OID]bool{}
	if isTrue(c.args[0]) {
		for _, n := range c.x.c.Path() {
			out = append(out, c.x.c.SchemaName(n))
		}
		return array(pg.Name, out)
	}
	user, _ := c.x.roleName(c.x.c.CurrentUser).(string)
	for _, name := range c.x.c.SearchPath {
		if name == "$user" {
			name = user
		}
		if n := c.x.c.SchemaOID(name); n != 0 && !seen[n] && name != "pg_temp" {
			seen[n] = true
			out = append(out, name)
		}
	}
	return array(pg.Name, out)
}

func (x *Executor) setting(name string, missingOK bool) query.Datum {
	if x.host == nil {
		return Unknown{"the setting " + name}
	}
	if v, known := x.host.Setting(name); known {
		return v
	}
	if missingOK {
		return nil
	}
	pgerr.Raise("42704", pgerr.NoPosition, "unrecognized configuration parameter \"%s\"", name)
	return nil
}

func setConfig(c *call) query.Datum {
	if c.args[0] == nil {
		pgerr.Raise("22004", pgerr.NoPosition, "SET requires parameter name")
	}
	if c.x.host == nil {
		return Unknown{"a setting"}
	}
	return c.x.host.SetConfig(c.text(0), c.text(1), isTrue(c.args[2]))
}

func visible(class catalog.Class) builtin {
	return func(c *call) query.Datum {
		o := c.x.c.Object(catalog.Address{Class: class, OID: oid(c.args[0])})
		if o == nil {
			return nil
		}
		return c.x.c.Visible(o)
	}
}

// sequence finds a sequence by OID.
func (x *Executor) sequence(o pg.OID) *catalog.Relation {
	r := x.c.Relation(o)
	if r == nil {
		pgerr.Raise("42P01", pgerr.NoPosition, "could not open relation with OID %d", o)
	}
	if r.SeqInfo == nil {
		pgerr.Raise("42809", pgerr.NoPosition, "\"%s\" is not a sequence", r.Name)
	}
	return r
}

// nextval advances a sequence, as nextval_internal. That a rollback keeps the
// new value is not modelled.
func (x *Executor) nextval(o pg.OID) query.Datum {
	r := x.sequence(o)
	x.c.Touch(r)
	s := r.SeqInfo
	if !s.IsCalled {
		s.IsCalled = true
		return s.LastValue
	}
	next := s.LastValue + s.Increment
	up := s.Increment > 0
	if up && (next > s.Max || next < s.LastValue) || !up && (next < s.Min || next > s.LastValue) {
		if !s.Cycle && up {
			pgerr.Raise("2200H", pgerr.NoPosition, "nextval: reached maximum value of sequence \"%s\" (%d)", r.Name, s.Max)
		} else if !s.Cycle {
			pgerr.Raise("2200H", pgerr.NoPosition, "nextval: reached minimum value of sequence \"%s\" (%d)", r.Name, s.Min)
		}
		next = s.Min
		if !up {
			next = s.Max
		}
	}
	s.LastValue = next
	return next
}

func currval(c *call) query.Datum {
	r := c.x.sequence(oid(c.args[0]))
	if !r.SeqInfo.IsCalled {
		pgerr.Raise("55000", pgerr.NoPosition, "currval of sequence \"%s\" is not yet defined in this session", r.Name)
	}
	return r.SeqInfo.LastValue
}

func setval(c *call) query.Datum {
	r := c.x.sequence(oid(c.args[0]))
	n := c.int(1)
	if n < r.SeqInfo.Min || n > r.SeqInfo.Max {
		pgerr.Raise("22003", pgerr.NoPosition, "setval: value %d is out of bounds for sequence \"%s\" (%d..%d)", n, r.Name, r.SeqInfo.Min, r.SeqInfo.Max)
	}
	c.x.c.Touch(r)
	r.SeqInfo.LastValue, r.SeqInfo.IsCalled = n, len(c.args) < 3 || isTrue(c.args[2])
	return n
}

func sequenceLast(c *call) query.Datum {
	r := c.x.sequence(oid(c.args[0]))
	if !r.SeqInfo.IsCalled {
		return nil
	}
	return r.SeqInfo.LastValue
}

// serialSequence finds the sequence that a column owns.
func serialSequence(c *call) query.Datum {
	parts := datum.SplitName(c.text(0))
	schema, name := "", parts[len(parts)-1]
	if len(parts) > 1 {
		schema = parts[len(parts)-2]
	}
	r := c.x.c.RelationNamed(schema, name)
	if r == nil {
		pgerr.Raise("42P01", pgerr.NoPosition, "relation \"%s\" does not exist", c.text(0))
	}
	col := r.ColumnNamed(c.text(1))
	if col == nil {
		pgerr.Raise("42703", pgerr.NoPosition, "column \"%s\" of relation \"%s\" does not exist", c.text(1), r.Name)
	}
	for _, d := range c.x.c.Dependents(r.Column(col.Num)) {
		if d.Dependent.Class != catalog.ClassRelation || d.Kind != catalog.DependAuto && d.Kind != catalog.DependInternal {
			continue
		}
		if s := c.x.c.Relation(d.Dependent.OID); s != nil && s.Kind == catalog.Sequence {
			return datum.QuoteQualified(c.x.c.SchemaName(s.Namespace), s.Name)
		}
	}
	return nil
}

func encodingName(n int64) query.Datum {
	switch n {
	case 6:
		return "UTF8"
	case 0:
		return "SQL_ASCII"
	}
	return Unknown{"an encoding"}
}

// updatable says which of UPDATE (4), INSERT (8) and DELETE (16) a relation
// allows; what a view allows is not worked out.
func updatable(c *call) query.Datum {
	r := c.x.c.Relation(oid(c.args[0]))
	if r == nil {
		return int64(0)
	}
	switch r.Kind {
	case catalog.Table, catalog.PartitionedTable:
		return int64(28)
	case catalog.View, catalog.ForeignTable:
		return Unknown{"whether a view can be updated"}
	}
	return int64(0)
}

func partitionRoot(c *call) query.Datum {
	rows := partitionAncestors(c).Rows
	if len(rows) == 0 {
		return nil
	}
	return rows[len(rows)-1][0]
}

// publications calls yield for every table that a publication publishes.
func publications(x *Executor, name string, yield func(table pg.OID, columns []int16, where query.Expr)) {
	userObjects(x, func(p *catalog.Publication) {
		if p.Name != name {
			return
		}
		for _, t := range p.Tables {
			yield(t.Relation, t.Columns, t.Where)
		}
		userObjects(x, func(r *catalog.Relation) {
			if (r.Kind != catalog.Table && r.Kind != catalog.PartitionedTable) || r.Persistence != 'p' {
				return
			}
			if r.IsPartition == p.ViaRoot && (r.IsPartition || r.Kind == catalog.PartitionedTable) {
				return
			}
			in := p.AllTables
			for _, s := range p.Schemas {
				in = in || s == r.Namespace
			}
			if in {
				yield(r.OID, nil, nil)
			}
		})
	})
}

// cutOption cuts name=value.
func cutOption(s string) (name, value string, found bool) { return strings.Cut(s, "=") }

// privilegeBuiltins answer for a superuser, who may do everything; for others
// the answer is not worked out.
var privilegeBuiltins = map[string]builtin{}

func init() {
	for i := range pg.Builtin.Procs {
		p := &pg.Builtin.Procs[i]
		if p.Lang == 'i' && (strings.HasPrefix(p.Name, "has_") && strings.HasSuffix(p.Name, "_privilege") || p.Name == "pg_has_role") {
			privilegeBuiltins[p.Src] = mayDo
		}
	}
}

// mayDo answers has_…_privilege: the role is the first argument when there are
// as many as the function's longest form has.
func mayDo(c *call) query.Datum {
	role := c.x.c.Role(c.x.c.CurrentUser)
	named := strings.HasPrefix(c.proc.Src, c.proc.Name+"_id_") || strings.HasPrefix(c.proc.Src, c.proc.Name+"_name_")
	columns := c.proc.Name == "has_column_privilege" && len(c.args) < 4
	if named && !columns {
		switch v := c.args[0].(type) {
		case string:
			if v == "public" {
				return Unknown{"privileges"}
			}
			if role = c.x.c.RoleNamed(v); role == nil {
				pgerr.Raise("42704", pgerr.NoPosition, "role \"%s\" does not exist", v)
			}
		case pg.OID:
			role = c.x.c.Role(v)
		}
	}
	if role != nil && role.Super {
		return true
	}
	return Unknown{"privileges"}
}
