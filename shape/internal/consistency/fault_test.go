//go:build unix

package consistency

import (
	"fmt"
	"strings"
	"time"

	"github.com/electric-cli/electric/internal/pgtest"
)

// A fault is something that goes wrong. It returns when it is over, though its
// consequences may not be.
type fault struct {
	name  string
	grace time.Duration // how long clients may be wrong without knowing: see settle
	do    func(x *run)
	slow  bool // it takes long until it is noticed: for long runs
}

// noticed is how soon the server sees what the stream of changes does not tell.
const noticed = 5 * time.Second

var faults = []fault{
	{name: "the walsender is terminated", do: func(x *run) { x.terminate("backend_type = 'walsender'") }},
	{name: "the connections for queries are terminated", do: func(x *run) { x.terminate("application_name LIKE 'electric%' AND backend_type = 'client backend'") }},
	{name: "the publication is dropped", do: func(x *run) { x.patiently("DROP PUBLICATION IF EXISTS electric_publication_default") }},
	{name: "a table leaves the publication", grace: noticed, do: (*run).unpublish},
	{name: "a table leaves the publication and returns", grace: noticed, do: (*run).republish},
	{name: "a replica identity is reset", grace: noticed, do: (*run).resetIdentity},
	{name: "Postgres restarts", do: func(x *run) { x.restartPostgres(func() { x.postgres.Stop(pgtest.Fast) }) }},
	{name: "Postgres crashes", do: func(x *run) { x.restartPostgres(func() { x.postgres.Stop(pgtest.Immediate) }) }},
	{name: "connections are cut", do: func(x *run) { x.proxy.Drop() }},
	{name: "the network is down", do: func(x *run) { x.proxy.Cut(); x.pause(700); x.proxy.Heal() }},
	{name: "the network is a black hole", do: func(x *run) { x.proxy.Stall(); x.pause(1500); x.proxy.Heal() }},
	{name: "connections are half open", do: func(x *run) { x.proxy.HalfOpen() }, slow: true},
	{name: "the network is a black hole for long", do: func(x *run) { x.proxy.Stall(); x.pause(28_000); x.proxy.Heal() }, slow: true},
	{name: "the server restarts", do: func(x *run) { x.server.stop(x.t); x.pause(100); x.server.start(x.t) }},
	{name: "the server is killed", do: func(x *run) { x.server.kill(x.t); x.server.start(x.t) }},
}

func (x *run) pause(milliseconds int) { time.Sleep(time.Duration(milliseconds) * time.Millisecond) }

// terminate ends sessions.
func (x *run) terminate(which string) {
	x.exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND " + which)
}

// restartPostgres stops the database and starts it again.
func (x *run) restartPostgres(stop func()) {
	_ = x.conn.Close(x.t.Context())
	stop()
	x.pause(300)
	x.postgres.Start()
	x.connect()
}

// member is a table of the publication, "" when there is none: not the marker, nor
// others that are to stay.
func (x *run) member(others ...string) string {
	stay := "'marker'::regclass"
	for _, name := range others {
		stay += ", " + literal(name) + "::regclass"
	}
	rows := x.exec("SELECT prrelid::regclass FROM pg_publication_rel WHERE prrelid NOT IN (" + stay + ") ORDER BY 1")[0].Rows
	if len(rows) == 0 {
		return ""
	}
	return string(pick(x.r, rows)[0])
}

// unpublish spares the ledger, as republish does: of what is written while it is
// out, nobody can tell, and half a transaction is there until that is noticed.
func (x *run) unpublish() {
	if name := x.member("ledger"); name != "" {
		x.patiently("ALTER PUBLICATION electric_publication_default DROP TABLE ONLY " + name)
	}
}

// republish leaves no trace in what the publication has.
func (x *run) republish() {
	name := x.member("ledger")
	if name == "" {
		return
	}
	x.patiently("ALTER PUBLICATION electric_publication_default DROP TABLE ONLY " + name)
	if !strings.Contains(name, "level") {
		x.patiently(fmt.Sprintf("DELETE FROM %s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %s LIMIT 2))", name, name))
	}
	x.patiently("ALTER PUBLICATION electric_publication_default ADD TABLE ONLY " + name)
}

func (x *run) resetIdentity() {
	if name := x.member(); name != "" {
		x.patiently("ALTER TABLE ONLY " + name + " REPLICA IDENTITY DEFAULT")
	}
}
