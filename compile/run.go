package compile

import (
	"github.com/electric-cli/electric/describe"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// Run runs one statement of a text, Electric's old ones included.
func (s *Session) Run(st *parser.Statement) Result {
	if st.Electric != nil {
		return Result{Err: s.electric(st.Electric)}
	}
	n, err := st.Node()
	switch {
	case err != nil:
		return Result{Err: s.refuse(err)}
	case n == nil:
		return Result{}
	}
	return s.Exec(n, st.Text)
}

// refuse answers a statement that was not even parsed. In a transaction block it
// counts as a failure, like any other one; in an aborted one the mistake is still
// what the server tells.
func (s *Session) refuse(err *pgerr.Error) *pgerr.Error {
	if s.tx.state != txAborted {
		s.failed()
	}
	return err
}

// Reconnect ends the session, as closing its connection does, and begins another
// one on the same database: an open transaction is rolled back, settings have
// their defaults, temporary objects are gone.
func (s *Session) Reconnect() {
	if s.InTransaction() {
		s.rollback()
	}
	s.execute(&ast.DiscardStmt{Target: ast.DISCARD_ALL})
}

// Metadata describes the session's database.
func (s *Session) Metadata() *metadata.Schema { return describe.Schema(s.catalog) }

// electric interprets a statement of Electric before 1.0, as far as it still
// means something.
func (s *Session) electric(e *parser.ElectricStmt) *pgerr.Error {
	if e.Kind == parser.ElectricEnable {
		return pgerr.Catch(func() { s.lookup(rangeVarOf(e.Table), false) })
	}
	return RefuseElectric(e)
}

// RefuseElectric refuses a statement that Electric dropped, and says what
// replaced it; nil for one that still means something.
func RefuseElectric(e *parser.ElectricStmt) *pgerr.Error {
	if e.Kind == parser.ElectricEnable || e.Kind == parser.ElectricVersion {
		return nil
	}
	err := pgerr.New("0A000", pgerr.NoPosition, "%s is a statement of an Electric before 1.0 and has no effect today", e.Command)
	if hint, ok := instead[e.Command]; ok {
		return err.WithHint("Take the statement out. %s", hint)
	}
	return err.WithHint("Take the statement out.")
}

// What does today what Electric's old statements did.
const (
	shapesInstead   = "Which tables are synced is now the clients' choice: they ask for shapes."
	accessInstead   = "Who may read or write what is now decided by your API in front of Electric, or by Postgres's row security."
	clientsOwnPlace = "What only clients run belongs where the app opens its database, after the bundle is applied."
)

// instead gives it by command.
var instead = map[string]string{
	"ALTER TABLE DISABLE ELECTRIC": shapesInstead, "ELECTRIC DISABLE": shapesInstead, "ELECTRIC ENABLE": shapesInstead,
	"ELECTRIC GRANT": accessInstead, "ELECTRIC REVOKE": accessInstead, "ELECTRIC ASSIGN": accessInstead, "ELECTRIC UNASSIGN": accessInstead,
	"ELECTRIC SQLITE": clientsOwnPlace,
}
