package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/describe"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/source"
)

// clients is the database of somebody who runs the blocks alone, as PGlite does
// with a bundle. Each block runs there right after it ran on the server's: what
// a statement needs and only server-only SQL made is found by what Postgres
// would say, not by what its text looks like. A folder without server-only SQL
// has no such database: its clients' would be the server's once more.
//
// A nil *clients does nothing.
type clients struct {
	session *Session
	server  *Session // the server's, which ran each statement before
	makers  []maker
	blamed  blamed                  // what is not there because a statement was told to fail
	told    map[catalog.Address]int // what was told to be lacking: the diagnostic's index
}

// newClients makes the clients' database, nil when it would be the server's. Beside
// another backend than the interpreter there is none: what only a server can tell,
// the clients' database cannot tell either.
func newClients(backend Backend, setup, list []source.Migration) *clients {
	in, ok := backend.(*interpreter)
	if !ok || !hasServerOnly(list) && (len(setup) == 0 || !hasBlocks(list)) {
		return nil
	}
	c := &clients{session: New(), server: in.Session, blamed: blamed{}, told: map[catalog.Address]int{}}
	c.session.KeepGoing, c.session.AnyDatabase = true, true
	return c
}

// hasBlocks reports whether anybody said what clients run. Where nobody did, they
// are given everything, and it is not known that they run it.
func hasBlocks(list []source.Migration) bool {
	for i := range list {
		for _, s := range list[i].Sections {
			if s.Marked {
				return true
			}
		}
	}
	return false
}

func hasServerOnly(list []source.Migration) bool {
	for i := range list {
		for _, s := range list[i].Sections {
			if !s.Client && len(s.Statements) > 0 {
				return true
			}
		}
	}
	return false
}

// reconnect begins a migration: it runs in a session of its own.
func (c *clients) reconnect() {
	if c != nil {
		c.session.Reconnect()
	}
}

// has reports whether clients need an extension: a block makes it, or uses it.
func (c *clients) has(extension string) bool {
	return c == nil || c.session.extension(extension) != nil
}

// copyOf describes a table as clients have it; the table itself when they have
// none of this name.
func (c *clients) copyOf(t *metadata.Table) *metadata.Table {
	if c == nil {
		return t
	}
	r := c.session.catalog.RelationNamed(t.Schema, t.Name)
	if r == nil || !describe.IsTable(c.session.catalog, r) {
		return t
	}
	return describe.Table(c.session.catalog, r)
}

// replay runs on the clients' database what ran on the server's, and tells what
// fails there.
func (r *run) replay(u source.Unit) {
	c := r.clients
	if c == nil || !u.Client {
		return
	}
	c.session.catalog.Clock = r.clients.server.catalog.Clock
	if !u.Alone {
		c.session.open()
	}
	for _, st := range u.Statements {
		if err := c.run(r.clients.server, st); err != nil {
			r.tellClients(st, err)
		}
	}
	if err := pgerr.Catch(c.session.commit); err != nil {
		c.session.rollback()
		r.tellClients(u.Statements[len(u.Statements)-1], err)
	}
}

// run runs a statement. Extensions that only the server made so far it may have:
// an app loads them into PGlite, and the bundle says which.
func (c *clients) run(server *Session, st *parser.Statement) *pgerr.Error {
	err := c.session.Run(st).Err
	if err == nil {
		return nil
	}
	missing := c.missingExtensions(server)
	if len(missing) == 0 {
		return err
	}
	if err := c.runWith(server, missing, st); err != nil {
		return err
	}
	return nil
}

// missingExtensions are those that the server has and clients have not.
func (c *clients) missingExtensions(server *Session) (list []*catalog.Extension) {
	for _, x := range catalog.All[*catalog.Extension](server.catalog) {
		if c.session.extension(x.Name) == nil {
			list = append(list, x)
		}
	}
	return list
}

// runWith runs a statement with those of the extensions that it cannot do
// without. What it says is what it says with all of them.
func (c *clients) runWith(server *Session, list []*catalog.Extension, st *parser.Statement) *pgerr.Error {
	try := func(list []*catalog.Extension) *pgerr.Error {
		mark := c.session.catalog.Mark()
		for _, x := range list {
			c.load(server, x)
		}
		err := c.session.Run(st).Err
		if err != nil {
			c.session.catalog.RollbackTo(mark)
		}
		return err
	}
	start := c.session.catalog.Mark()
	if err := try(list); err != nil {
		return err
	}
	for i := len(list) - 1; i >= 0; i-- { // what others need comes before them
		without := slices.Delete(slices.Clone(list), i, i+1)
		c.session.catalog.RollbackTo(start)
		if try(without) == nil {
			list = without
		}
	}
	c.session.catalog.RollbackTo(start)
	return try(list)
}

// load makes an extension as an app does: in the schema that the server has it
// in, if clients have that schema.
func (c *clients) load(server *Session, x *catalog.Extension) {
	if c.session.extension(x.Name) != nil {
		return // another one brought it
	}
	request := extensionRequest{name: x.Name, cascade: true}
	if schema := server.catalog.SchemaName(x.Namespace); c.session.catalog.SchemaOID(schema) != 0 {
		request.schema = schema
	}
	c.session.Subtransaction(func() { c.session.installExtension(request) })
}
