package config

import (
	"fmt"
	"slices"

	"github.com/electric-cli/electric/diag"
)

// A Target says which database is meant.
type Target struct {
	URL    string            // with its password; "" when libpq's variables say it all
	Source string            // where it was named
	Span   diag.Span         // the same as a place in a file, if it is one
	Export map[string]string // libpq's variables of the .env files, which pgx reads from the process's own
}

// naming are libpq's variables that say which database is meant.
var naming = []string{"PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE"}

// Database finds the database that is meant: the flag's, DATABASE_URL's of the
// environment or the .env files, electric.yaml's, at last that of libpq's
// variables. ok is false when nothing names one: none is guessed.
func (r *Resolver) Database() (target Target, ok bool, problems []diag.Diagnostic) {
	s, _ := Find("database_url")
	if r.Flags[s.Key] == "" { // who names a database does not depend on what the files hold
		if problems = slices.Clone(r.Env.Problems); len(problems) > 0 {
			return target, false, problems
		}
	}
	target.Export = r.Env.Exported()
	if v := r.value(s); v.Set {
		if len(v.unset) > 0 {
			return target, false, []diag.Diagnostic{unsetVariable(v)}
		}
		target.URL, target.Source, target.Span = v.raw, v.Source, v.Span
		if v.unreadable() {
			return target, false, mistakes(r.checkValue(v))
		}
		return target, true, nil
	}
	if f, found := r.Env.lookup(naming...); found {
		target.Source = f.name + " of " + f.source()
		return target, true, nil
	}
	return target, false, nil
}

func unsetVariable(v Value) diag.Diagnostic {
	d := diag.Errorf(v.Span, "unset-variable", "%q names %s, which is not set", v.Name, nameList(v.unset))
	d.Hint = fmt.Sprintf("Set %s in the environment or in .env.", v.unset[0])
	return d
}

// SyncURL is where the sync server listens; named is false when it is only
// guessed.
func (r *Resolver) SyncURL() (url string, named bool) {
	s, _ := Find("electric_url")
	v := r.value(s)
	return v.raw, v.Set
}
