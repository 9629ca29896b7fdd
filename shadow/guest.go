package shadow

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/diag"
)

// A guest is who makes a scratch database on a server that others use as well.
type guest struct {
	conn   *pgx.Conn // to the database that the URL names; nothing is done there
	name   string    // of the scratch database
	before holdings
}

// namePrefix begins the names of scratch databases.
const namePrefix = "electric_shadow_"

// openNamed makes a scratch database on the server of o.URL. Its name is nobody
// else's, and known to the server from before it is there: application_name tells
// whose databases are in use.
func openNamed(ctx context.Context, o Options) (*scratch, error) {
	g := &guest{name: namePrefix + strings.ToLower(rand.Text())}
	var err error
	params := map[string]string{"application_name": g.name}
	if g.conn, err = database.Connect(ctx, o.URL, database.ConnectOptions{Params: params}); err != nil {
		return nil, err
	}
	s := &scratch{url: o.URL, database: g.name, guest: g, end: func(ctx context.Context) { g.leave(ctx, o) }}
	o.Progress("making a scratch database on the server of " + database.Address(g.conn))
	g.tellLeftovers(ctx, o)
	if g.before, err = readHoldings(ctx, g.conn); err == nil {
		err = g.create(ctx)
	}
	if err != nil {
		s.close(ctx)
		return nil, err
	}
	return s, nil
}

// create makes the database as the compiler takes one to be: in UTF-8, ordered
// by bytes, with settings that constants are written by.
func (g *guest) create(ctx context.Context) error {
	const statement = "CREATE DATABASE %s TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE '%s' LC_CTYPE '%[2]s'"
	err := g.exec(ctx, fmt.Sprintf(statement, g.name, "C.UTF-8"))
	var e *pgconn.PgError
	if errors.As(err, &e) && strings.Contains(e.Message, "locale") {
		err = g.exec(ctx, fmt.Sprintf(statement, g.name, "C"))
	}
	for _, setting := range []string{"timezone = 'UTC'", "datestyle = 'ISO, MDY'", "intervalstyle = 'postgres'", `search_path = "$user", public`} {
		if err == nil {
			err = g.exec(ctx, "ALTER DATABASE "+g.name+" SET "+setting)
		}
	}
	if errors.As(err, &e) {
		t := &database.Trouble{Message: fmt.Sprintf("--shadow: could not make a scratch database on the server of %s: %s [%s]",
			database.Address(g.conn), e.Message, e.Code)}
		if e.Code == "42501" {
			t.Hint = fmt.Sprintf("Let the role %q create databases (ALTER ROLE … CREATEDB), or use --shadow without a URL.", g.conn.Config().User)
		}
		return t
	}
	return err
}

func (g *guest) exec(ctx context.Context, sql string) error {
	return g.conn.PgConn().Exec(ctx, sql).Close()
}

// leave drops the database, whoever is connected to it.
func (g *guest) leave(ctx context.Context, o Options) {
	drop := "DROP DATABASE IF EXISTS " + g.name + " WITH (FORCE)"
	err := g.exec(ctx, drop)
	if err != nil && g.conn.IsClosed() { // cancelled in the middle of something, or lost
		var again *pgx.Conn
		if again, err = database.Connect(ctx, o.URL, database.ConnectOptions{}); err == nil {
			g.conn = again
			err = g.exec(ctx, drop)
		}
	}
	if err != nil {
		o.Note(fmt.Sprintf("warning: the scratch database is left behind: %v; remove it with: %s", err, drop))
	}
	_ = g.conn.Close(ctx)
}

// leftovers are scratch databases nobody is at work on.
const leftovers = `SELECT d.datname::text FROM pg_catalog.pg_database d WHERE d.datname ~ '^` + namePrefix + `[a-z2-7]{26}$'
	AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.application_name = d.datname) ORDER BY 1`

// tellLeftovers names what killed processes left. They are not dropped: that
// they are ours is no more than likely.
func (g *guest) tellLeftovers(ctx context.Context, o Options) {
	rows, err := g.conn.Query(ctx, leftovers, pgx.QueryExecModeExec)
	if err != nil {
		return // it is only a courtesy
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return
	}
	for _, name := range names {
		o.Note(fmt.Sprintf("a --shadow that was killed left a database on this server; remove it with: DROP DATABASE %s", name))
	}
}

// trespasses tells what the migrations changed on the server outside of the
// scratch database, in ways that nobody can see in a statement.
func (s *scratch) trespasses(ctx context.Context) (ds []diag.Diagnostic) {
	if s.guest == nil {
		return nil
	}
	after, err := readHoldings(ctx, s.guest.conn)
	if err != nil {
		return nil
	}
	for _, change := range s.guest.before.changes(after) {
		d := diag.Warnf(diag.WholeFile("--shadow"), "beyond-database", "while the migrations ran, %s on the server of %s", change, database.Address(s.guest.conn))
		d.Detail = "What belongs to no database stays when the scratch database goes."
		d.Hint = "If nobody else did that, a function or DO block of the migrations does: use --shadow without a URL."
		ds = append(ds, d)
	}
	return ds
}
