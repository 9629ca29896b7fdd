package database

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A Trouble is a failure of the world, in words, and what to do about it.
type Trouble struct {
	Message string // one line
	Hint    string // full sentences
	Code    string // SQLSTATE, where the server refused to be connected to
	cause   error
}

func (t *Trouble) Error() string {
	if t.Hint == "" {
		return t.Message
	}
	return t.Message + "\n  = hint: " + t.Hint
}

func (t *Trouble) Unwrap() error { return t.cause }

// BadURL is the error of an address that cannot be read. It says nothing of what
// is in it: pieces of a malformed one may be the password's.
func BadURL() error {
	return &Trouble{Message: "the database URL cannot be read", Hint: AddressHint}
}

// AddressHint says what the address of a database looks like.
const AddressHint = "It looks like postgres://user:password@host:5432/name; in the password, characters such as @ : / # ? % " +
	"are written as %40 %3A %2F %23 %3F %25."

func address(c *pgx.ConnConfig) string {
	host := net.JoinHostPort(c.Host, fmt.Sprint(c.Port))
	if strings.HasPrefix(c.Host, "/") {
		host = fmt.Sprintf("%s/.s.PGSQL.%d", c.Host, c.Port)
	}
	return fmt.Sprintf("%q at %s", c.Database, host)
}

// connectHints are what to do about a connection the server refused.
var connectHints = map[string]string{
	"28P01": "Check user and password in DATABASE_URL, PGUSER, PGPASSWORD or ~/.pgpass.",
	"28000": "Check the user's name and whether pg_hba.conf lets it in from here; a server that asks for TLS wants sslmode=require.",
	"3D000": "Create it with createdb, or correct the name at the end of DATABASE_URL.",
	"42501": "Grant it: GRANT CONNECT ON DATABASE … TO …",
	"53300": "Too many clients are connected: close some, or raise max_connections.",
	"57P03": "The server is starting up or shutting down: try again in a moment.",
}

// connectTrouble puts into words why there is no connection.
func connectTrouble(c *pgx.ConnConfig, err error) error {
	t := &Trouble{cause: errors.New("no connection")}
	where := fmt.Sprintf("could not connect to database %s as user %q", address(c), c.User)
	var server *pgconn.PgError
	var name *net.DNSError
	switch {
	case errors.As(err, &server):
		t.Message = fmt.Sprintf("%s: %s [%s]", where, server.Message, server.Code)
		t.Hint, t.Code = connectHints[server.Code], server.Code
		if server.Code == "28P01" && c.Password == "" {
			t.Hint = "No password was given: put it into DATABASE_URL, PGPASSWORD or ~/.pgpass."
		}
	case errors.As(err, &name):
		t.Message = fmt.Sprintf("%s: there is no host %q", where, name.Name)
		t.Hint = "Check the host in DATABASE_URL or PGHOST."
	case errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err):
		t.Message = where + ": the server does not answer"
		t.Hint = "Check host and port, and whether a firewall is between; PGCONNECT_TIMEOUT sets how many seconds to wait."
	case errors.Is(err, context.Canceled):
		return context.Canceled
	default:
		t.Message = fmt.Sprintf("%s: %s", where, innermost(err))
		t.Hint = "Check that the server runs and that host and port in DATABASE_URL, or PGHOST and PGPORT, are its own."
	}
	t.Message = redact(c, t.Message)
	return t
}

// innermost is the cause alone: what pgx wraps around it repeats the address once
// for every attempt.
func innermost(err error) string {
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err.Error()
	}
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	return text
}

// redact takes the password out of a text. One that is the name of the user, the
// database or the host stays: hiding that would tell that it is the password. One
// that is a word is not looked for inside of others, nor in what Postgres says of
// passwords.
func redact(c *pgx.ConnConfig, text string) string {
	switch c.Password {
	case "", c.User, c.Database, c.Host, "password":
		return text
	}
	var b strings.Builder
	for {
		i := strings.Index(text, c.Password)
		if i < 0 {
			return b.String() + text
		}
		end := i + len(c.Password)
		b.WriteString(text[:i])
		if isWord(c.Password) && (isWord(text[max(i-1, 0):i]) || isWord(text[end:min(end+1, len(text))])) {
			b.WriteString(text[i:end])
		} else {
			b.WriteString("*****")
		}
		text = text[end:]
	}
}

// isWord reports whether a text is small letters alone.
func isWord(text string) bool {
	return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz") == ""
}

// ErrTooOld is within the error of a server that is too old.
var ErrTooOld = errors.New("the server is too old")

func tooOld(conn *pgx.Conn) error {
	return &Trouble{
		cause: ErrTooOld,
		Message: fmt.Sprintf("the server of database %s is PostgreSQL %s, which is too old", Address(conn),
			conn.PgConn().ParameterStatus("server_version")),
		Hint: "PostgreSQL 14 is the oldest that electric works with: upgrade the server.",
	}
}

// failed puts into words what went wrong while doing something that the user's
// SQL has no part in.
func failed(conn *pgx.Conn, doing string, err error) error {
	if errors.Is(err, context.Canceled) {
		return context.Canceled
	}
	t := &Trouble{Message: doing + ": " + innermost(err), cause: err}
	var server *pgconn.PgError
	if errors.As(err, &server) {
		t.Message = fmt.Sprintf("%s: %s [%s]", doing, server.Message, server.Code)
		switch {
		case server.Code == "57014":
			return context.Canceled
		case server.Code == "42501":
			t.Hint = fmt.Sprintf("The role %q lacks the right: connect as the owner of the database, or grant it.", conn.Config().User)
		case server.Code == "25006":
			t.Hint = "This server is read-only, perhaps a standby: connect to the primary."
		case strings.HasPrefix(server.Code, "57P"):
			t.Hint = "The server ended the connection: look into its log, then run the command again."
		}
	} else if conn.IsClosed() {
		t.Hint = "The connection was lost: look whether the server runs, then run the command again."
	}
	t.Message = redact(conn.Config(), t.Message)
	return t
}
