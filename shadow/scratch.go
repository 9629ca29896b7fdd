package shadow

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pgerr"
)

// A scratch is an empty database to run migrations on.
type scratch struct {
	url      string
	database string // "" for the one that url names
	end      func(context.Context)
	guest    *guest // on a server that is not ours; nil on a private one
}

// open makes the scratch database.
func open(ctx context.Context, o Options) (s *scratch, err error) {
	if o.on != nil {
		return o.on(ctx)
	}
	if o.URL != "" || o.Named {
		s, err = openNamed(ctx, o)
	} else {
		s, err = openPrivate(ctx, o)
	}
	if err != nil {
		return nil, err
	}
	if err := s.checkVersion(ctx, o); err != nil {
		s.close(ctx)
		return nil, err
	}
	return s, nil
}

// closeTimeout is how long a scratch database has to go away.
const closeTimeout = 30 * time.Second

// close removes the scratch database, whatever became of ctx.
func (s *scratch) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	s.end(ctx)
}

// connect opens a connection to it, and to nothing else.
func (s *scratch) connect(ctx context.Context) (*pgx.Conn, error) {
	conn, err := database.Connect(ctx, s.url, database.ConnectOptions{Database: s.database, Apart: s.guest == nil})
	if err != nil {
		return nil, err
	}
	var name string
	err = conn.QueryRow(ctx, "SELECT pg_catalog.current_database()", pgx.QueryExecModeExec).Scan(&name)
	if err == nil && s.database != "" && name != s.database {
		err = fmt.Errorf("the server connected to the database %q in place of the scratch one: a pooler between cannot be used", name)
	}
	if err != nil {
		_ = conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

// dialect is the major version whose language the compiler speaks.
const dialect = 15

// checkVersion says so when the server speaks another language.
func (s *scratch) checkVersion(ctx context.Context, o Options) error {
	conn, err := s.connect(ctx)
	if err != nil {
		return err
	}
	if warning := foreign(conn.PgConn().ParameterStatus("server_version")); warning != "" {
		o.Note(warning)
	}
	return conn.Close(ctx)
}

// foreign warns of a server of another version than the compiler's; "" for one
// of the same.
func foreign(version string) string {
	var major int
	if _, err := fmt.Sscanf(version, "%d", &major); err == nil && major == dialect {
		return ""
	}
	return fmt.Sprintf("warning: the scratch Postgres is version %s; without --shadow it is %d that answers, and the two differ in places", version, dialect)
}

// allows refuses what would reach beyond a scratch database on a server that
// others use, too.
func (s *scratch) allows(st *parser.Statement) *pgerr.Error {
	if s.guest == nil {
		return nil
	}
	return beyond(st)
}
