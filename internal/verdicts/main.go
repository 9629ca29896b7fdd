// Command verdicts asks a real server what it says of every statement in SQL
// files, and writes the answers beside each other as NAME.verdicts.json: the
// same statements can then be run through `electric migrate explain` and
// compared. Each file runs in a database of its own, statement by statement in
// autocommit, going on after errors, as psql -f does.
//
//	go run ./internal/verdicts -url postgres://… -setup test_setup.sql -out DIR FILE.sql…
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/electric-cli/electric/parser"
)

// A verdict is the server's answer to one statement.
type verdict struct {
	N           int    `json:"n"`
	Offset      int    `json:"offset"`
	End         int    `json:"end"`
	Kind        string `json:"kind"`
	OK          bool   `json:"ok"`
	Tag         string `json:"tag,omitempty"`
	SQLSTATE    string `json:"sqlstate,omitempty"`
	Message     string `json:"message,omitempty"`
	Position    int    `json:"position,omitempty"`
	Tx          string `json:"tx,omitempty"`
	Substituted bool   `json:"substituted,omitempty"`
}

// A file is what NAME.verdicts.json holds.
type file struct {
	Format     int       `json:"format"`
	Server     int       `json:"server"`
	File       string    `json:"file"`
	Statements []verdict `json:"statements"`
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("verdicts: ")
	url := flag.String("url", "", "a server to make databases on")
	setup := flag.String("setup", "", "a file to run before each")
	out := flag.String("out", ".", "where the answers go")
	flag.Parse()
	for _, name := range flag.Args() {
		if err := ask(context.Background(), *url, *setup, name, *out); err != nil {
			log.Printf("%s: %v", name, err)
		}
	}
}

// ask runs one file in a fresh database and writes its verdicts and a copy of it.
func ask(ctx context.Context, url, setup, name, out string) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	database, drop, err := fresh(ctx, url)
	if err != nil {
		return err
	}
	defer drop()
	if setup != "" {
		if _, err := runFile(ctx, database, setup); err != nil {
			return err
		}
	}
	verdicts, err := runFile(ctx, database, name)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	base := strings.TrimSuffix(filepath.Base(name), ".sql")
	data, err := json.MarshalIndent(file{1, 15, base + ".sql", verdicts}, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, base+".sql"), text, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, base+".verdicts.json"), append(data, '\n'), 0o644)
}

// fresh makes an empty database, and what drops it again.
func fresh(ctx context.Context, url string) (database *pgconn.Config, drop func(), err error) {
	admin, err := pgconn.Connect(ctx, url)
	if err != nil {
		return nil, nil, err
	}
	name := fmt.Sprintf("verdicts_%d", os.Getpid())
	drop = func() {
		admin.Exec(context.Background(), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)").ReadAll() //nolint:errcheck // the next run drops it too
		dropRoles(admin)
		admin.Close(context.Background()) //nolint:errcheck // nothing was left to say
	}
	for _, sql := range []string{"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "CREATE DATABASE " + name + " TEMPLATE template0"} {
		if _, err := admin.Exec(ctx, sql).ReadAll(); err != nil {
			drop()
			return nil, nil, err
		}
	}
	if database, err = pgconn.ParseConfig(url); err != nil {
		drop()
		return nil, nil, err
	}
	database.Database = name
	return database, drop, nil
}

// dropRoles removes the roles that a file left behind.
func dropRoles(admin *pgconn.PgConn) {
	ctx := context.Background()
	results, err := admin.Exec(ctx, "SELECT quote_ident(rolname) FROM pg_roles WHERE oid >= 16384").ReadAll()
	if err != nil {
		return
	}
	for _, row := range results[0].Rows {
		admin.Exec(ctx, "DROP ROLE "+string(row[0])).ReadAll() //nolint:errcheck // one that owns something stays
	}
}

func runFile(ctx context.Context, database *pgconn.Config, name string) ([]verdict, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	conn, err := pgconn.ConnectConfig(ctx, database)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.Background()) //nolint:errcheck // the verdicts are there already
	if _, err := conn.Exec(ctx, "SET statement_timeout = '10s'").ReadAll(); err != nil {
		return nil, err
	}
	var out []verdict
	for _, item := range parser.SplitPsql(string(text)) {
		s := item.Statement
		if s == nil {
			continue
		}
		v := verdict{N: len(out) + 1, Offset: s.Offset, End: s.End, Kind: s.Kind(), Substituted: s.Substituted}
		switch conn.TxStatus() {
		case 'T':
			v.Tx = "open"
		case 'E':
			v.Tx = "aborted"
		}
		if err := execute(ctx, conn, s.Text, &v); err != nil {
			return out, fmt.Errorf("%w: %s", err, s.Text)
		}
		out = append(out, v)
	}
	return out, nil
}

// execute sends one statement. Its error is one of the connection.
func execute(ctx context.Context, conn *pgconn.PgConn, sql string, v *verdict) error {
	frontend := conn.Frontend()
	frontend.SendQuery(&pgproto3.Query{String: sql})
	if err := frontend.Flush(); err != nil {
		return err
	}
	v.OK = true
	for {
		message, err := conn.ReceiveMessage(ctx)
		if err != nil {
			return err
		}
		switch m := message.(type) {
		case *pgproto3.CommandComplete:
			v.Tag = string(m.CommandTag)
		case *pgproto3.CopyInResponse:
			frontend.Send(&pgproto3.CopyDone{})
			if err := frontend.Flush(); err != nil {
				return err
			}
		case *pgproto3.ErrorResponse:
			v.OK, v.Tag, v.SQLSTATE, v.Message, v.Position = false, "", m.Code, m.Message, int(m.Position)
		case *pgproto3.ReadyForQuery:
			return nil
		}
	}
}
