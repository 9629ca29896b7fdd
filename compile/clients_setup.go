package compile

import (
	"fmt"
	"strings"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/source"
)

// clientLacksSetup is the code of what is told when clients are given everything
// because nobody said what they get, and the setup holds what some of it needs.
const clientLacksSetup = "client-lacks-setup"

// newBare makes the database of a client that is given everything, without the
// setup: to see whether it runs there. It is nil where there is no setup, or where
// somebody said what clients get; see newClients for those.
func newBare(backend Backend, setup, list []source.Migration) *clients {
	in, ok := backend.(*interpreter)
	if !ok || len(setup) == 0 || len(list) == 0 || !list[0].Assumed {
		return nil
	}
	c := &clients{session: New(), server: in.Session}
	c.session.KeepGoing, c.session.AnyDatabase = true, true
	return c
}

// rehearse runs on the bare client what ran on the server's database, up to the
// first statement that fails there: it is told, and ends the rehearsal.
func (r *run) rehearse(u source.Unit) {
	c := r.bare
	if c == nil || !u.Client {
		return
	}
	if diag.HasErrors(r.diagnostics) {
		r.bare = nil
		return
	}
	c.session.catalog.Clock = c.server.catalog.Clock
	if !u.Alone {
		c.session.open()
	}
	for _, st := range u.Statements {
		if err := c.run(c.server, st); err != nil {
			r.tellBare(st, err)
			return
		}
	}
	if err := pgerr.Catch(c.session.commit); err != nil {
		r.tellBare(u.Statements[len(u.Statements)-1], err)
	}
}

// tellBare tells of the first statement that a client without the setup cannot run.
func (r *run) tellBare(st *parser.Statement, err *pgerr.Error) {
	r.bare = nil
	if err.Code == eval.Undecidable {
		return
	}
	var names []string
	for _, m := range r.list[:r.setup] {
		names = append(names, m.Path)
	}
	d := diag.Warnf(r.place(st, err), clientLacksSetup, "clients are given this and cannot run it: %s [%s]", oneLineMessage(err.Message), err.Code)
	d.Detail = fmt.Sprintf("No migration has a block, so clients get all of them, and nothing of the setup (%s).", strings.Join(names, ", "))
	d.Hint = "Put what clients get between -- :electric:txn:start and -- :electric:txn:end, and what needs the setup outside; " +
		"or write unmarked: client into electric.yaml if no client runs migrations."
	r.report(d)
}
