package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// A txState is where a session stands, as TBlockState in xact.c.
type txState int

const (
	txNone     txState = iota // each statement is a transaction
	txImplicit                // several statements sent as one string
	txBlock                   // after BEGIN
	txAborted                 // in a block, after an error
)

// A transaction is the open transaction block, if any.
type transaction struct {
	state      txState
	start      catalog.Mark
	savepoints []savepoint
	atCommit   []func()
}

type savepoint struct {
	name string
	mark catalog.Mark
}

// InTransaction says whether a transaction block is open.
func (s *Session) InTransaction() bool { return s.tx.state == txBlock || s.tx.state == txAborted }

// Aborted says whether the open transaction block waits for its ROLLBACK.
func (s *Session) Aborted() bool { return s.tx.state == txAborted }

// BeginImplicit starts the transaction that statements sent as one string share.
func (s *Session) BeginImplicit() {
	if s.tx.state == txNone {
		s.tx.state, s.tx.start = txImplicit, s.catalog.Mark()
	}
}

// EndImplicit ends such a transaction. A block that BEGIN opened stays open.
func (s *Session) EndImplicit() *pgerr.Error {
	if s.tx.state != txImplicit {
		return nil
	}
	err := pgerr.Catch(s.commit)
	if err != nil {
		s.rollback()
	}
	return err
}

// endsTransaction says whether an aborted transaction accepts a statement, as
// IsTransactionExitStmt.
func endsTransaction(n ast.Node) bool {
	t, ok := n.(*ast.TransactionStmt)
	if !ok {
		return false
	}
	switch t.Kind {
	case ast.TRANS_STMT_COMMIT, ast.TRANS_STMT_PREPARE, ast.TRANS_STMT_ROLLBACK, ast.TRANS_STMT_ROLLBACK_TO:
		return true
	}
	return false
}

// failed is called after a statement's own work was undone.
func (s *Session) failed() {
	switch {
	case s.tx.state == txNone:
		s.rollback()
	case s.KeepGoing:
	case s.tx.state == txImplicit:
		s.rollback()
	default:
		s.tx.state = txAborted
	}
}

// onCommit has f run when the transaction commits.
func (s *Session) onCommit(f func()) {
	n := len(s.tx.atCommit)
	s.tx.atCommit = append(s.tx.atCommit, f)
	s.catalog.OnRollback(func() {
		if len(s.tx.atCommit) > n {
			s.tx.atCommit = s.tx.atCommit[:n]
		}
	})
}

// commit ends the transaction and keeps its work.
func (s *Session) commit() {
	if s.execution.executor != nil {
		s.executor().VerifyDeferred()
	}
	s.endConstraints()
	s.dropOnCommit()
	for _, f := range s.tx.atCommit {
		f()
	}
	s.settings.endTransaction(s)
	s.closeCursors()
	s.tx = transaction{}
	s.catalog.Forget()
}

// rollback ends the transaction and undoes its work.
func (s *Session) rollback() {
	s.endConstraints()
	if s.tx.state != txNone {
		s.catalog.RollbackTo(s.tx.start)
	}
	s.settings.endTransaction(s)
	s.closeCursors()
	s.tx = transaction{}
	s.catalog.Forget()
}

// dropOnCommit drops the temporary tables made with ON COMMIT DROP, as
// PreCommit_on_commit_actions.
func (s *Session) dropOnCommit() {
	if !s.settings.onCommitDrop {
		return
	}
	var targets []catalog.Address
	var emptied []*catalog.Relation
	for _, r := range catalog.All[*catalog.Relation](s.catalog) {
		switch r.OnCommit {
		case ast.ONCOMMIT_DROP:
			targets = append(targets, r.Address())
		case ast.ONCOMMIT_DELETE_ROWS:
			emptied = append(emptied, r)
		}
	}
	s.checkEmptied(emptied)
	s.settings.onCommitDrop = len(emptied) > 0
	s.performDeletions(targets, ast.DROP_CASCADE, deletionQuiet)
}

// checkEmptied refuses to delete the rows of tables at commit that others,
// which keep theirs, refer to (heap_truncate_check_FKs).
func (s *Session) checkEmptied(tables []*catalog.Relation) {
	for _, r := range tables {
		for _, con := range s.foreignKeysTo(r) {
			if from := s.catalog.Relation(con.Relation); !slices.Contains(tables, from) {
				pgerr.New("0A000", pgerr.NoPosition, "unsupported ON COMMIT and foreign key combination").
					WithDetail("Table \"%s\" references \"%s\", but they do not have the same ON COMMIT setting.", from.Name, r.Name).Raise()
			}
		}
	}
}

// transactionStmt interprets BEGIN, COMMIT, SAVEPOINT and their like, as
// standard_ProcessUtility and xact.c do.
func (s *Session) transactionStmt(n *ast.TransactionStmt) {
	if s.depth > 0 {
		pgerr.Raise("0A000", pgerr.NoPosition, "unsupported transaction command in PL/pgSQL")
	}
	switch n.Kind {
	case ast.TRANS_STMT_BEGIN, ast.TRANS_STMT_START:
		s.begin(n.Options)
	case ast.TRANS_STMT_COMMIT:
		s.endBlock(n, "COMMIT", true)
	case ast.TRANS_STMT_ROLLBACK:
		s.endBlock(n, "ROLLBACK", false)
	case ast.TRANS_STMT_PREPARE:
		s.prepareTransaction()
	case ast.TRANS_STMT_COMMIT_PREPARED, ast.TRANS_STMT_ROLLBACK_PREPARED:
		s.finishPrepared(n)
	case ast.TRANS_STMT_SAVEPOINT:
		s.requireTransactionBlock("SAVEPOINT")
		s.tx.savepoints = append(s.tx.savepoints, savepoint{n.SavepointName, s.catalog.Mark()})
	case ast.TRANS_STMT_RELEASE:
		s.requireTransactionBlock("RELEASE SAVEPOINT")
		s.tx.savepoints = s.tx.savepoints[:s.savepoint(n.SavepointName)]
	case ast.TRANS_STMT_ROLLBACK_TO:
		s.rollbackTo(n.SavepointName)
	}
}

func (s *Session) begin(options []ast.Node) {
	switch s.tx.state {
	case txBlock:
		s.warning("25001", "there is already a transaction in progress")
	case txImplicit:
		s.tx.state = txBlock
	default:
		s.tx.state, s.tx.start = txBlock, s.catalog.Mark()
	}
	s.transactionOptions(options)
}

// transactionOptions applies READ ONLY, ISOLATION LEVEL and DEFERRABLE.
func (s *Session) transactionOptions(options []ast.Node) {
	for _, o := range options {
		if d, ok := o.(*ast.DefElem); ok {
			s.setConfig(d.Defname, constantText(d.Arg), true)
		}
	}
}

// endBlock is COMMIT or ROLLBACK.
func (s *Session) endBlock(n *ast.TransactionStmt, command string, keep bool) {
	if !s.InTransaction() {
		if n.Chain {
			pgerr.Raise("25P01", pgerr.NoPosition, "%s AND CHAIN can only be used in transaction blocks", command)
		}
		s.warning("25P01", "there is no transaction in progress")
	}
	if keep && s.tx.state != txAborted {
		if err := pgerr.Catch(s.commit); err != nil {
			s.rollback()
			err.Raise()
		}
	} else {
		s.rollback()
	}
	if n.Chain {
		s.tx.state, s.tx.start = txBlock, s.catalog.Mark()
	}
}

// prepareTransaction is PREPARE TRANSACTION: a server has prepared
// transactions switched off unless told otherwise.
func (s *Session) prepareTransaction() {
	switch s.tx.state {
	case txAborted:
		s.rollback()
		return
	case txNone, txImplicit:
		s.warning("25P01", "there is no transaction in progress")
		return
	}
	s.rollback()
	pgerr.New("55000", pgerr.NoPosition, "prepared transactions are disabled").
		WithHint("Set max_prepared_transactions to a nonzero value.").Raise()
}

func (s *Session) finishPrepared(n *ast.TransactionStmt) {
	command := "COMMIT PREPARED"
	if n.Kind == ast.TRANS_STMT_ROLLBACK_PREPARED {
		command = "ROLLBACK PREPARED"
	}
	s.preventInTransactionBlock(command)
	pgerr.Raise("42704", pgerr.NoPosition, "prepared transaction with identifier \"%s\" does not exist", n.Gid)
}

// savepoint finds the newest savepoint of a name.
func (s *Session) savepoint(name string) int {
	for i := len(s.tx.savepoints) - 1; i >= 0; i-- {
		if s.tx.savepoints[i].name == name {
			return i
		}
	}
	pgerr.Raise("3B001", pgerr.NoPosition, "savepoint \"%s\" does not exist", name)
	return 0
}

func (s *Session) rollbackTo(name string) {
	s.requireTransactionBlock("ROLLBACK TO SAVEPOINT")
	i := s.savepoint(name)
	s.catalog.RollbackTo(s.tx.savepoints[i].mark)
	s.tx.savepoints = s.tx.savepoints[:i+1]
	s.tx.state = txBlock
}

// preventInTransactionBlock refuses a command that must be a transaction of its own.
func (s *Session) preventInTransactionBlock(command string) {
	switch {
	case len(s.tx.savepoints) > 0 && s.InTransaction():
		fallthrough
	case s.tx.state != txNone:
		pgerr.Raise("25001", pgerr.NoPosition, "%s cannot run inside a transaction block", command)
	case s.depth > 0:
		pgerr.Raise("25001", pgerr.NoPosition, "%s cannot be executed from a function", command)
	}
}

// requireTransactionBlock refuses a command that has no effect outside one.
func (s *Session) requireTransactionBlock(command string) {
	if !s.InTransaction() && s.depth == 0 {
		pgerr.Raise("25P01", pgerr.NoPosition, "%s can only be used in transaction blocks", command)
	}
}

// readOnly says whether the transaction may not write.
func (s *Session) readOnly() bool {
	if v, ok := s.settings.local["transaction_read_only"]; ok {
		return v == "on"
	}
	return s.Setting("default_transaction_read_only") == "on"
}

// setRole changes who runs the statements that follow.
func (s *Session) setRole(oid pg.OID) {
	was := s.catalog.CurrentUser
	s.catalog.CurrentUser = oid
	s.catalog.OnRollback(func() { s.catalog.CurrentUser = was })
}
