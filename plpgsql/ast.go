package plpgsql

// A Function is a parsed function body.
type Function struct {
	Signature Signature
	Body      *Block

	// Scope is the outermost one: arguments, FOUND, what triggers get.
	Scope *Scope

	// Found and the arguments in Scope, by their place in Signature.Args.
	Found *Variable
	Args  []*Variable

	VariableConflict  string // error, use_variable or use_column; "" when not set
	PrintStrictParams string // on or off; "" when not set
}

// A Stmt is one statement: always a pointer to one of the structs below.
type Stmt interface {
	// At gives the byte of the body where the statement begins.
	At() int
}

// Pos is the byte of the body where a statement begins.
type Pos int

// At gives the position itself.
func (p Pos) At() int { return int(p) }

type (
	// Block is [<<Label>>] [DECLARE …] BEGIN … [EXCEPTION …] END.
	Block struct {
		Pos
		Label     string
		Variables []*Variable // those of its DECLARE, in order; initialised on entry
		Body      []Stmt
		Handlers  []*Handler

		// SQLState and SQLErrM are the variables the handlers see; nil without
		// handlers.
		SQLState, SQLErrM *Variable
	}

	// Handler is WHEN conditions THEN body.
	Handler struct {
		Pos
		Conditions []Cond
		Body       []Stmt
	}

	// Cond is one condition of a handler or of RAISE.
	Cond struct {
		Name  string   // as written; "" for SQLSTATE '…'
		Codes []string // the SQLSTATEs it means; nil for OTHERS
	}

	// Assign is target := expr.
	Assign struct {
		Pos
		Target *Target
		Value  *Expr
	}

	// Perform is PERFORM query; Query's text is that query with SELECT for
	// PERFORM.
	Perform struct {
		Pos
		Query *Expr
	}

	// Call is CALL or DO within a body; Query is the whole statement.
	Call struct {
		Pos
		Query *Expr
		IsDo  bool
	}

	// ExecSQL is any SQL statement; INTO and its targets are blanks in Query.
	ExecSQL struct {
		Pos
		Query  *Expr
		Into   []*Target // nil without INTO
		Strict bool
	}

	// Execute is EXECUTE query [INTO …] [USING …].
	Execute struct {
		Pos
		Query  *Expr
		Into   []*Target
		Strict bool
		Using  []*Expr
	}

	// If is IF … ELSIF … ELSE … END IF: the first arm whose condition holds.
	If struct {
		Pos
		Arms []*Arm
		Else []Stmt
	}

	// Case is CASE; without Value each arm's condition is a boolean of its own,
	// with it an arm holds when Value is in the list that Cond's text is.
	Case struct {
		Pos
		Value   *Expr
		Arms    []*Arm
		HasElse bool
		Else    []Stmt
	}

	// Arm is a condition and what it leads to.
	Arm struct {
		Pos
		Cond *Expr
		Body []Stmt
	}

	// Loop is LOOP … END LOOP.
	Loop struct {
		Pos
		Label string
		Body  []Stmt
	}

	// While is WHILE cond LOOP … END LOOP.
	While struct {
		Pos
		Label string
		Cond  *Expr
		Body  []Stmt
	}

	// ForInt is FOR var IN [REVERSE] lower .. upper [BY step] LOOP.
	ForInt struct {
		Pos
		Label            string
		Var              *Variable // the loop's own
		Reverse          bool
		Lower, Upper, By *Expr // By nil: 1
		Body             []Stmt
	}

	// ForQuery is FOR targets IN query LOOP.
	ForQuery struct {
		Pos
		Label string
		Into  []*Target
		Query *Expr
		Body  []Stmt
	}

	// ForCursor is FOR var IN cursor [(args)] LOOP.
	ForCursor struct {
		Pos
		Label  string
		Var    *Variable // the loop's own record
		Cursor *Variable
		Args   []CursorArg
		Body   []Stmt
	}

	// ForExecute is FOR targets IN EXECUTE query [USING …] LOOP.
	ForExecute struct {
		Pos
		Label string
		Into  []*Target
		Query *Expr
		Using []*Expr
		Body  []Stmt
	}

	// Foreach is FOREACH targets [SLICE n] IN ARRAY expr LOOP.
	Foreach struct {
		Pos
		Label string
		Into  []*Target
		Slice int
		Array *Expr
		Body  []Stmt
	}

	// Exit is EXIT or CONTINUE [label] [WHEN cond].
	Exit struct {
		Pos
		Continue bool
		Label    string
		When     *Expr
	}

	// Return is RETURN [expr].
	Return struct {
		Pos
		Value *Expr // nil: nothing, or the OUT parameters
	}

	// ReturnNext is RETURN NEXT [expr].
	ReturnNext struct {
		Pos
		Value *Expr
	}

	// ReturnQuery is RETURN QUERY query, or with Dynamic RETURN QUERY EXECUTE.
	ReturnQuery struct {
		Pos
		Query   *Expr
		Dynamic bool
		Using   []*Expr
	}

	// Raise is RAISE in all its forms.
	Raise struct {
		Pos
		Level   string // exception, warning, notice, info, log or debug
		Rethrow bool   // RAISE without anything
		Cond    *Cond
		Message *string // the format, % for each of Params
		Params  []*Expr
		Options []RaiseOption
	}

	// RaiseOption is name = expr after USING.
	RaiseOption struct {
		Name  string // errcode, message, detail, hint, column, constraint, datatype, table, schema
		Value *Expr
	}

	// Assert is ASSERT cond [, message].
	Assert struct {
		Pos
		Cond, Message *Expr
	}

	// GetDiagnostics is GET [CURRENT|STACKED] DIAGNOSTICS.
	GetDiagnostics struct {
		Pos
		Stacked bool
		Items   []DiagnosticItem
	}

	// DiagnosticItem is target = item.
	DiagnosticItem struct {
		Target *Target
		Item   string // row_count, message_text, …
	}

	// Open is OPEN cursor [args] or OPEN cursor [[NO] SCROLL] FOR query.
	Open struct {
		Pos
		Cursor  *Variable
		Args    []CursorArg
		Scroll  *bool // nil: not said
		Query   *Expr // nil for a bound cursor
		Dynamic bool  // FOR EXECUTE
		Using   []*Expr
	}

	// CursorArg is a bound cursor's argument; the list has one for each of the
	// cursor's, in their order.
	CursorArg struct {
		Name  string
		Value *Expr
	}

	// Fetch is FETCH or MOVE.
	Fetch struct {
		Pos
		Move      bool
		Direction string // forward, backward, absolute or relative
		Count     *Expr  // nil: HowMany
		HowMany   int    // 1, -1 for LAST (absolute)
		All       bool
		Cursor    *Variable
		Into      []*Target
	}

	// Close is CLOSE cursor.
	Close struct {
		Pos
		Cursor *Variable
	}

	// Null is NULL.
	Null struct{ Pos }

	// Commit is COMMIT [AND CHAIN], or with Rollback ROLLBACK.
	Commit struct {
		Pos
		Rollback, Chain bool
	}
)

// A Variable is what a name in a body may stand for.
type Variable struct {
	Name     string
	Offset   int    // of its name in the body; -1 for what the caller gives
	Type     string // as written; "%TYPE" of another variable is that one's type
	Kind     TypeKind
	Constant bool
	NotNull  bool
	Default  *Expr
	Collate  []string
	Cursor   *CursorDecl // of a bound cursor
}

// A CursorDecl is the query that a cursor variable is bound to.
type CursorDecl struct {
	Scroll *bool
	Args   []*Variable
	Query  *Expr
}

// A TypeKind is what the grammar must know of a variable's type.
type TypeKind byte

// The kinds of types.
const (
	UnknownType TypeKind = iota // nobody was asked: all uses are allowed
	ScalarType                  // arrays, domains over scalars, … too
	RecordType                  // record and composite types: has fields
	RefcursorType
	PseudoType // no variable may have it, but for record
)

// A Target is a place that a value goes to: a variable, a field of a record, an
// element.
type Target struct {
	Var    *Variable
	Offset int
	Names  []string // as written: [block.]variable[.field]
	Path   []Step   // fields and subscripts behind the variable
}

// A Step goes from a value into a part of it.
type Step struct {
	Field        string
	Slice        bool  // [lower:upper]
	Lower, Upper *Expr // [index] is Upper; nil: left out
}

// An ExprMode is the form of SQL an Expr's text has.
type ExprMode byte

// The forms of SQL in a body.
const (
	Expression ExprMode = iota // what follows SELECT
	Query                      // a whole statement
)
