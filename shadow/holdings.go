package shadow

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// holdings are what a server has outside of its databases: in words, what it is
// now.
type holdings map[string]string

// shared reads them, by kind, name and state. What a role may not see is not
// watched. Scratch databases come and go, so that only the others count.
const shared = `
SELECT 'the role ' || rolname, r::text FROM (SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,
	rolreplication, rolconnlimit, rolvaliduntil, rolbypassrls FROM pg_catalog.pg_roles) r
UNION ALL SELECT 'the membership of ' || pg_catalog.pg_get_userbyid(m.member) || ' in ' || pg_catalog.pg_get_userbyid(m.roleid), string_agg(m.admin_option::text, ',')
	FROM pg_catalog.pg_auth_members m GROUP BY m.member, m.roleid
UNION ALL SELECT 'the tablespace ' || spcname, t::text FROM pg_catalog.pg_tablespace t
UNION ALL SELECT '` + databases + `' || datname, ROW(datdba, datallowconn, datconnlimit, datistemplate, datacl,
		(SELECT array_agg(s ORDER BY s.setrole) FROM pg_catalog.pg_db_role_setting s WHERE s.setdatabase = d.oid))::text
	FROM pg_catalog.pg_database d WHERE datname !~ '^` + namePrefix + `'
UNION ALL SELECT 'the settings of ' || coalesce('the role ' || pg_catalog.pg_get_userbyid(nullif(setrole, 0)), 'every role'), setconfig::text
	FROM pg_catalog.pg_db_role_setting s WHERE s.setdatabase = 0`

// databases begins the names of databases. That they come and go says nothing:
// no function or DO block can make or drop one.
const databases = "the database "

func readHoldings(ctx context.Context, conn *pgx.Conn) (holdings, error) {
	rows, err := conn.Query(ctx, shared, pgx.QueryExecModeExec)
	if err != nil {
		return nil, err
	}
	h := holdings{}
	var name, state string
	_, err = pgx.ForEachRow(rows, []any{&name, &state}, func() error { h[name] = state; return nil })
	return h, err
}

// changes says what happened from one look to a later one.
func (h holdings) changes(later holdings) (list []string) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		switch state, there := later[name]; {
		case !there && strings.HasPrefix(name, databases):
		case !there:
			list = append(list, name+" went")
		case state != h[name]:
			list = append(list, name+" changed")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(later)) {
		if _, there := h[name]; !there && !strings.HasPrefix(name, databases) {
			list = append(list, name+" came")
		}
	}
	return list
}
