package database

import (
	"context"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
)

// connectTimeout is how long a server may take to answer when nothing else was
// said: connect_timeout in the URL, PGCONNECT_TIMEOUT.
const connectTimeout = 5 * time.Second

// cancelGrace is how long the server has to end a statement that was cancelled
// before the connection is given up.
const cancelGrace = 5 * time.Second

// ConnectOptions for Connect.
type ConnectOptions struct {
	Notice func(severity, message string) // what the server says besides results; may be nil
	Params map[string]string              // settings of the session, sent as the connection begins
	// Database is connected to in place of the one that the address names; "" for that.
	Database string
	// Apart keeps the settings of libpq's environment variables from the session: they are meant for another server.
	Apart bool
}

// Connect opens a connection. address is a URL or libpq's keywords; "" leaves
// everything to libpq's environment variables, of which it knows those pgx knows.
// Errors never hold the password.
//
// A context that ends while a statement runs has the server cancel it; the
// connection stays usable, so that the transaction can be rolled back.
func Connect(ctx context.Context, address string, o ConnectOptions) (*pgx.Conn, error) {
	config, err := ParseAddress(address)
	if err != nil {
		return nil, err
	}
	if o.Database != "" {
		config.Database = o.Database
	}
	if o.Apart {
		config.RuntimeParams, config.Fallbacks, config.ValidateConnect = map[string]string{}, nil, nil
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "electric"
	}
	maps.Copy(config.RuntimeParams, o.Params)
	config.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: cancelGrace}
	}
	if o.Notice != nil {
		config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { o.Notice(n.SeverityUnlocalized, n.Message) }
	}
	ctx, cancel := context.WithTimeout(ctx, config.ConnectTimeout)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, connectTrouble(config, err)
	}
	if _, err := majorVersion(conn); err != nil {
		conn.Close(ctx)
		return nil, tooOld(conn)
	}
	return conn, nil
}

// ParseAddress reads an address as Connect does, without connecting.
func ParseAddress(address string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil || doubtful(address) {
		return nil, BadURL()
	}
	return config, nil
}

// doubtful reports whether a URL has an @ where none belongs: it then ends a
// password with a / in it, of which one part is taken for the host and the other
// for the name of the database, which is shown.
func doubtful(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme != "" && strings.Contains(u.EscapedPath(), "@")
}

// Address tells people which database a connection leads to, without secrets.
func Address(conn *pgx.Conn) string { return address(conn.Config()) }
