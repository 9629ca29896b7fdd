package eval

import "github.com/electric-cli/electric/query"

// miscBuiltins are functions that do nothing here, and what is left.
var miscBuiltins = map[string]builtin{
	"pg_num_nulls":    func(c *call) query.Datum { return countNulls(c, true) },
	"pg_num_nonnulls": func(c *call) query.Datum { return countNulls(c, false) },
	"boolne":          func(c *call) query.Datum { return c.args[0] != c.args[1] },
	"booleq":          func(c *call) query.Datum { return c.args[0] == c.args[1] },
	"hashtext":        func(*call) query.Datum { return Unknown{"a hash"} },
	"pg_column_size":  func(*call) query.Datum { return Unknown{"a size"} },
}

// quiet are functions whose call has no effect here and yields void.
var quiet = []string{
	"pg_advisory_lock_int8", "pg_advisory_lock_int4", "pg_advisory_lock_shared_int8", "pg_advisory_lock_shared_int4",
	"pg_advisory_xact_lock_int8", "pg_advisory_xact_lock_int4", "pg_advisory_xact_lock_shared_int8", "pg_advisory_xact_lock_shared_int4",
	"pg_advisory_unlock_all", "pg_notify", "pg_sleep", "pg_stat_clear_snapshot",
}

// granted are functions that ask for a lock, which is to be had.
var granted = []string{
	"pg_try_advisory_lock_int8", "pg_try_advisory_lock_int4", "pg_try_advisory_xact_lock_int8", "pg_try_advisory_xact_lock_int4",
	"pg_advisory_unlock_int8", "pg_advisory_unlock_int4",
}

func init() {
	for _, name := range quiet {
		miscBuiltins[name] = func(*call) query.Datum { return "" }
	}
	for _, name := range granted {
		miscBuiltins[name] = func(*call) query.Datum { return true }
	}
}

func countNulls(c *call, nulls bool) query.Datum {
	values, _ := c.spread(0)
	if c.variadic && c.args[len(c.args)-1] == nil {
		return nil
	}
	n := int64(0)
	for _, v := range values {
		if (v == nil) == nulls {
			n++
		}
	}
	return n
}
