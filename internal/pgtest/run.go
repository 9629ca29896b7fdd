package pgtest

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// A Verdict is what the server said of one statement.
type Verdict struct {
	OK       bool
	Tag      string // of a statement that ran: "CREATE TABLE"
	SQLSTATE string // of one that failed: "42P07"
	Message  string
	Detail   string
	Hint     string
	Position int // in characters from 1; 0 when there is none
}

// Run executes statements one by one in one session of the database at url, in autocommit, going on after errors. Each
// goes to the server as it is, by the simple protocol.
func Run(t testing.TB, url string, statements []string) []Verdict {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), url)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	defer end(t, url, conn)
	verdicts := make([]Verdict, 0, len(statements))
	for _, statement := range statements {
		v, err := execute(t.Context(), conn, statement)
		if err != nil {
			t.Fatalf("%v\n%s", err, statement)
		}
		verdicts = append(verdicts, v)
	}
	return verdicts
}

// end closes a session and waits until the server has done so, too: only then are its temporary objects gone, and what
// hangs on them.
func end(t testing.TB, url string, session *pgconn.PgConn) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	pid := session.PID()
	_ = session.Close(ctx) // the verdicts are there already
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // it was only for looking
	for lives := true; lives; time.Sleep(time.Millisecond) {
		if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1)", pid).Scan(&lives); err != nil {
			t.Fatalf("wait for the end of a session: %v", err)
		}
	}
}

// Run makes a database and executes the statements in it; see [Run]. The URL is there to look at what they did. They
// may create roles: those are dropped with the database.
func (s *Server) Run(t testing.TB, statements []string) (url string, verdicts []Verdict) {
	t.Helper()
	url = s.DatabaseAlone(t)
	return url, Run(t, url, statements)
}

// execute runs one statement. Its error is one of the connection, not of the statement. The messages are read one by
// one, because pgconn's Exec waits for ever on COPY FROM STDIN; here that copies nothing.
func execute(ctx context.Context, conn *pgconn.PgConn, statement string) (Verdict, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	frontend := conn.Frontend()
	frontend.SendQuery(&pgproto3.Query{String: statement})
	if err := frontend.Flush(); err != nil {
		return Verdict{}, err
	}
	v := Verdict{OK: true}
	for {
		message, err := conn.ReceiveMessage(ctx)
		if err != nil {
			return v, err
		}
		switch m := message.(type) {
		case *pgproto3.CommandComplete:
			v.Tag = string(m.CommandTag)
		case *pgproto3.CopyInResponse:
			frontend.Send(&pgproto3.CopyDone{})
			if err := frontend.Flush(); err != nil {
				return v, err
			}
		case *pgproto3.ErrorResponse:
			v = Verdict{
				SQLSTATE: m.Code, Message: m.Message, Detail: m.Detail, Hint: m.Hint, Position: int(m.Position),
			}
		case *pgproto3.ReadyForQuery:
			return v, nil
		}
	}
}
