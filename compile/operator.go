package compile

import (
	"strings"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// operatorParams are the parameters of CREATE OPERATOR. Those with sort and
// cmp in them are obsolete and mean MERGES.
var operatorParams = nameSet("leftarg", "rightarg", "function", "procedure", "commutator", "negator", "restrict", "join", "hashes", "merges",
	"sort1", "sort2", "ltcmp", "gtcmp")

// createOperator interprets CREATE OPERATOR, as DefineOperator does.
func (s *Session) createOperator(n *ast.DefineStmt) {
	namespace, name := s.createIn(n.Defnames)
	params := optionSet{}
	for _, node := range n.Definition {
		d := node.(*ast.DefElem)
		if !operatorParams[d.Defname] {
			s.warning("42601", `operator attribute "%s" not recognized`, d.Defname)
			continue
		}
		params[d.Defname] = d
		if d.Defname == "leftarg" || d.Defname == "rightarg" {
			if s.defTypeName(d).Setof {
				pgerr.Raise("42P13", pgerr.NoPosition, "SETOF type not allowed for operator argument")
			}
		}
	}
	function := params["function"]
	if function == nil {
		function = params["procedure"]
	}
	op := &catalog.Operator{Header: catalog.Header{Name: name, Namespace: namespace, Owner: s.catalog.CurrentUser}, Kind: 'b'}
	if function == nil {
		pgerr.Raise("42P13", pgerr.NoPosition, "operator function must be specified")
	}
	op.Left, op.Right = s.operatorArgument(params["leftarg"]), s.operatorArgument(params["rightarg"])
	s.checkOperatorArguments(op)
	s.operatorFunction(op, s.defName(function))
	op.Rest = s.estimator(params["restrict"], "restriction", []pg.OID{pg.Internal, pg.Oid, pg.Internal, pg.Int4})
	op.Join = s.estimator(params["join"], "join", []pg.OID{pg.Internal, pg.Oid, pg.Internal, pg.Int2, pg.Internal})
	op.CanHash = params["hashes"] != nil && s.defBool(params["hashes"])
	op.CanMerge = params["merges"] != nil && s.defBool(params["merges"])
	for _, old := range []string{"sort1", "sort2", "ltcmp", "gtcmp"} {
		op.CanMerge = op.CanMerge || params[old] != nil
	}
	s.checkOperator(op, params)
	s.enterOperator(op, params)
	s.changed("create operator %s", name)
}

func (s *Session) operatorArgument(d *ast.DefElem) pg.OID {
	if d == nil {
		return 0
	}
	typ, _ := s.typeID(s.defTypeName(d))
	return typ
}

func (s *Session) checkOperatorArguments(op *catalog.Operator) {
	switch {
	case op.Left == 0 && op.Right == 0:
		pgerr.Raise("42P13", pgerr.NoPosition, "operator argument types must be specified")
	case op.Right == 0:
		pgerr.New("42P13", pgerr.NoPosition, "operator right argument type must be specified").WithDetail("Postfix operators are not supported.").Raise()
	case op.Left == 0:
		op.Kind = 'l'
	}
	for _, typ := range []pg.OID{op.Left, op.Right} {
		if typ != 0 {
			s.checkTypeUsage(typ)
		}
	}
}

// operatorFunction finds the function that an operator stands for.
func (s *Session) operatorFunction(op *catalog.Operator, name []ast.Node) {
	args := []pg.OID{op.Right}
	if op.Left != 0 {
		args = []pg.OID{op.Left, op.Right}
	}
	p := s.functionNamed(name, args)
	s.checkPrivilege(p, aclExecute)
	s.checkTypeUsage(p.RetType)
	op.Code, op.Result = p.OID, p.RetType
}

// estimator finds a selectivity function (ValidateRestrictionEstimator,
// ValidateJoinEstimator).
func (s *Session) estimator(d *ast.DefElem, what string, args []pg.OID) pg.OID {
	if d == nil || d.Arg == nil {
		return 0
	}
	name := s.defName(d)
	if dotted(name) == "none" {
		return 0
	}
	p := s.findFunction(name, args)
	if p == nil && what == "join" {
		p = s.findFunction(name, args[:4])
	}
	if p == nil {
		p = s.functionNamed(name, args)
	}
	if p.RetType != pg.Float8 {
		pgerr.Raise("42809", pgerr.NoPosition, "%s estimator function %s must return type %s", what, dotted(name), "float8")
	}
	s.checkPrivilege(p, aclExecute)
	return p.OID
}

// checkOperator refuses what an operator of this shape cannot have
// (OperatorCreate).
func (s *Session) checkOperator(op *catalog.Operator, params optionSet) {
	if !validOperatorName(op.Name) {
		pgerr.Raise("42602", pgerr.NoPosition, `"%s" is not a valid operator name`, op.Name)
	}
	refuse := func(kind, what string) {
		pgerr.Raise("42P13", pgerr.NoPosition, "only %s operators can %s", kind, what)
	}
	if op.Left == 0 || op.Right == 0 {
		switch {
		case params["commutator"] != nil:
			refuse("binary", "have commutators")
		case op.Join != 0:
			refuse("binary", "have join selectivity")
		case op.CanMerge:
			refuse("binary", "merge join")
		case op.CanHash:
			refuse("binary", "hash")
		}
	}
	if op.Result != pg.Bool {
		switch {
		case params["negator"] != nil:
			refuse("boolean", "have negators")
		case op.Rest != 0:
			refuse("boolean", "have restriction selectivity")
		case op.Join != 0:
			refuse("boolean", "have join selectivity")
		case op.CanMerge:
			refuse("boolean", "merge join")
		case op.CanHash:
			refuse("boolean", "hash")
		}
	}
}

func validOperatorName(name string) bool {
	if name == "" || len(name) > nameLimit || strings.Trim(name, "~!@#^&|`?+-*/%<>=") != "" {
		return false
	}
	if strings.Contains(name, "/*") || strings.Contains(name, "--") || name == "!=" {
		return false
	}
	last := name[len(name)-1]
	return len(name) == 1 || last != '+' && last != '-' || strings.ContainsAny(name, "~!@#^&|`?%")
}

// operatorIn finds the operator with exactly these arguments in one schema.
func (s *Session) operatorIn(namespace pg.OID, name string, left, right pg.OID) *catalog.Operator {
	for _, op := range s.catalog.OperatorsNamed(s.catalog.SchemaName(namespace), name) {
		if op.Left == left && op.Right == right {
			return op
		}
	}
	return nil
}

// enterOperator enters an operator, in the place of a shell operator that an
// earlier one named as its commutator or negator.
func (s *Session) enterOperator(op *catalog.Operator, params optionSet) {
	old := s.operatorIn(op.Namespace, op.Name, op.Left, op.Right)
	switch {
	case old == nil:
		s.catalog.Add(op)
	case old.Code != 0:
		pgerr.Raise("42723", pgerr.NoPosition, "operator %s already exists", op.Name)
	default:
		s.checkOwner(old)
		s.catalog.Touch(old)
		h := old.Header
		*old = *op
		old.Header = h
		op = old
	}
	if d := params["commutator"]; d != nil {
		op.Commutator = s.otherOperator(op, s.defName(d), op.Right, op.Left, true)
	}
	if d := params["negator"]; d != nil {
		op.Negator = s.otherOperator(op, s.defName(d), op.Left, op.Right, false)
	}
	a := op.Address()
	s.catalog.Depend(a, catalog.Address{Class: catalog.ClassNamespace, OID: op.Namespace}, catalog.DependNormal)
	for _, typ := range []pg.OID{op.Left, op.Right, op.Result} {
		if typ != 0 {
			s.catalog.Depend(a, catalog.Address{Class: catalog.ClassType, OID: typ}, catalog.DependNormal)
		}
	}
	for _, fn := range []pg.OID{op.Code, op.Rest, op.Join} {
		if fn != 0 {
			s.catalog.Depend(a, catalog.Address{Class: catalog.ClassProc, OID: fn}, catalog.DependNormal)
		}
	}
}

// otherOperator finds the commutator or negator of an operator, or makes a
// shell for one that is still to come (get_other_operator), and tells it of
// this one.
func (s *Session) otherOperator(op *catalog.Operator, name []ast.Node, left, right pg.OID, commutator bool) pg.OID {
	schema, base := splitName(name)
	var other *catalog.Operator
	for _, o := range s.catalog.OperatorsNamed(schema, base) {
		if o.Left == left && o.Right == right {
			other = o
			break
		}
	}
	if other == nil {
		namespace, base := s.createIn(name)
		if !validOperatorName(base) {
			pgerr.Raise("42602", pgerr.NoPosition, `"%s" is not a valid operator name`, base)
		}
		other = &catalog.Operator{Header: catalog.Header{Name: base, Namespace: namespace, Owner: s.catalog.CurrentUser}, Kind: op.Kind, Left: left, Right: right}
		s.catalog.Add(other)
	}
	if other == op {
		if commutator {
			return op.OID
		}
		pgerr.Raise("42P13", pgerr.NoPosition, "operator cannot be its own negator or sort operator")
	}
	s.catalog.Touch(other)
	if commutator && other.Commutator == 0 {
		other.Commutator = op.OID
	}
	if !commutator && other.Negator == 0 {
		other.Negator = op.OID
	}
	return other.OID
}

// operatorNamed finds an operator that takes exactly these arguments
// (LookupOperName).
func (s *Session) operatorNamed(name []ast.Node, left, right pg.OID) *catalog.Operator {
	return analyze.LookupOperator(s.catalog, ast.Strings(name), left, right, false, pgerr.NoPosition)
}

// alterOperator interprets ALTER OPERATOR … SET, as AlterOperator does.
func (s *Session) alterOperator(n *ast.AlterOperatorStmt) {
	op := analyze.LookupOperatorWithArgs(s.catalog, n.Opername, false)
	rest, join := op.Rest, op.Join
	for _, node := range n.Options {
		d := node.(*ast.DefElem)
		switch {
		case d.Defname == "restrict":
			rest = s.estimator(d, "restriction", []pg.OID{pg.Internal, pg.Oid, pg.Internal, pg.Int4})
		case d.Defname == "join":
			join = s.estimator(d, "join", []pg.OID{pg.Internal, pg.Oid, pg.Internal, pg.Int2, pg.Internal})
		case operatorParams[d.Defname]:
			pgerr.Raise("42601", pgerr.NoPosition, `operator attribute "%s" cannot be changed`, d.Defname)
		default:
			pgerr.Raise("42601", pgerr.NoPosition, `operator attribute "%s" not recognized`, d.Defname)
		}
	}
	s.checkOwner(op)
	changed := *op
	changed.Rest, changed.Join = rest, join
	s.checkOperator(&changed, optionSet{})
	s.catalog.Touch(op)
	op.Rest, op.Join = rest, join
	s.catalog.Undepend(op.Address(), func(d catalog.Dependency) bool {
		return d.Referenced.Class == catalog.ClassProc && d.Referenced.OID != op.Code
	})
	for _, fn := range []pg.OID{rest, join} {
		if fn != 0 {
			s.catalog.Depend(op.Address(), catalog.Address{Class: catalog.ClassProc, OID: fn}, catalog.DependNormal)
		}
	}
}
