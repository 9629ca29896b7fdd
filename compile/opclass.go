package compile

import (
	"slices"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// An opMethod is what operator classes of an access method can hold.
type opMethod struct {
	operators, functions, options int
	storage, ordering             bool
}

// opMethods are the access methods' amstrategies (0: any), amsupport,
// amoptsprocnum, amstorage and amcanorderbyop.
var opMethods = map[pg.OID]opMethod{
	pg.BTree: {5, 5, 5, false, false}, pg.Hash: {1, 3, 3, false, false}, pg.Gist: {0, 11, 10, true, true},
	pg.Gin: {0, 7, 7, true, false}, pg.SPGist: {0, 7, 6, true, true}, pg.Brin: {0, 15, 5, true, false},
}

func methodOf(am pg.OID) opMethod {
	m, ok := opMethods[am]
	if !ok {
		m = opMethod{0, 32767, 0, true, true}
	}
	if m.operators == 0 {
		m.operators = 32767
	}
	return m
}

// A familyMember is an operator or function of an operator family.
type familyMember struct {
	function    bool
	object      pg.OID
	number      int
	left, right pg.OID
	sortFamily  pg.OID
}

// The kinds of CreateOpClassItem.
const (
	opclassOperator = iota + 1
	opclassFunction
	opclassStorage
)

// createOpClass interprets CREATE OPERATOR CLASS, as DefineOpClass does.
func (s *Session) createOpClass(n *ast.CreateOpClassStmt) {
	namespace, name := s.createIn(n.Opclassname)
	am := s.indexMethodNamed(n.Amname)
	s.requireSuperuser("must be superuser to create an operator class")
	typ, _ := s.typeID(n.Datatype)
	family := s.opClassFamily(n, am, namespace, name)
	oc := &catalog.OpClass{Header: catalog.Header{Name: name, Namespace: namespace, Owner: s.catalog.CurrentUser}, Method: am.OID,
		Family: family.OID, InType: typ, Default: n.IsDefault}
	var members []familyMember
	for _, node := range n.Items {
		item := node.(*ast.CreateOpClassItem)
		if item.Itemtype == opclassStorage {
			if oc.KeyType != 0 {
				pgerr.Raise("42P17", pgerr.NoPosition, "storage type specified more than once")
			}
			oc.KeyType, _ = s.typeID(item.Storedtype)
			continue
		}
		members = addMember(s, members, s.opClassItem(am, item, typ))
	}
	if oc.KeyType == typ {
		oc.KeyType = 0
	} else if oc.KeyType != 0 && !methodOf(am.OID).storage {
		pgerr.Raise("42P17", pgerr.NoPosition, `storage type cannot be different from data type for access method "%s"`, n.Amname)
	}
	if s.catalog.OpClassNamed(am.OID, s.catalog.SchemaName(namespace), name) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, `operator class "%s" for access method "%s" already exists`, dotted(n.Opclassname), n.Amname)
	}
	if n.IsDefault {
		s.checkDefaultOpClass(oc, n)
	}
	s.catalog.Add(oc)
	s.catalog.Depend(oc.Address(), catalog.Address{Class: catalog.ClassNamespace, OID: namespace}, catalog.DependNormal)
	s.catalog.Depend(oc.Address(), family.Address(), catalog.DependAuto)
	s.catalog.Depend(oc.Address(), catalog.Address{Class: catalog.ClassType, OID: typ}, catalog.DependNormal)
	for i := range members {
		s.storeMember(family, members[i], oc, dotted(n.Opclassname))
	}
	s.changed("create operator class %s", name)
}

// indexMethodNamed finds an index access method.
func (s *Session) indexMethodNamed(name string) *catalog.AccessMethod {
	am := s.plainNamed(ast.OBJECT_ACCESS_METHOD, name).(*catalog.AccessMethod)
	if am.Row.Kind != 'i' {
		pgerr.Raise("55000", pgerr.NoPosition, `access method "%s" is not of type INDEX`, name)
	}
	return am
}

// opClassFamily finds a class's family; without a name it is one of the
// class's own name, which is made when it is not there.
func (s *Session) opClassFamily(n *ast.CreateOpClassStmt, am *catalog.AccessMethod, namespace pg.OID, name string) *catalog.OpFamily {
	if n.Opfamilyname != nil {
		return s.opFamilyNamed(am.OID, n.Opfamilyname, false)
	}
	if f := s.catalog.OpFamilyNamed(am.OID, s.catalog.SchemaName(namespace), name); f != nil {
		return f
	}
	return s.addOpFamily(am, namespace, name)
}

func (s *Session) addOpFamily(am *catalog.AccessMethod, namespace pg.OID, name string) *catalog.OpFamily {
	f := &catalog.OpFamily{Header: catalog.Header{Name: name, Namespace: namespace, Owner: s.catalog.CurrentUser}, Method: am.OID}
	s.catalog.Add(f)
	s.catalog.Depend(f.Address(), catalog.Address{Class: catalog.ClassNamespace, OID: namespace}, catalog.DependNormal)
	s.catalog.Depend(f.Address(), am.Address(), catalog.DependAuto)
	return f
}

func (s *Session) checkDefaultOpClass(oc *catalog.OpClass, n *ast.CreateOpClassStmt) {
	if old := analyze.DefaultOpClass(s.catalog, oc.InType, oc.Method); old != nil && old.InType == oc.InType {
		pgerr.New("42710", pgerr.NoPosition, `could not make operator class "%s" be default for type %s`, dotted(n.Opclassname), s.typeNameText(n.Datatype)).
			WithDetail(`Operator class "%s" already is the default.`, old.Name).Raise()
	}
}

// opClassItem resolves an OPERATOR or FUNCTION. typ is the class's type, 0 in
// ALTER OPERATOR FAMILY.
func (s *Session) opClassItem(am *catalog.AccessMethod, item *ast.CreateOpClassItem, typ pg.OID) familyMember {
	m := familyMember{number: item.Number, function: item.Itemtype == opclassFunction}
	checkItemNumber(am, item)
	switch {
	case m.function:
		p := s.routine(ast.OBJECT_FUNCTION, item.Name)
		m.object = p.OID
		if len(item.ClassArgs) > 0 {
			m.left, m.right = s.itemTypes(item.ClassArgs)
		}
		s.functionTypes(am, &m, p, typ)
	case typ == 0 && len(item.Name.Objargs) == 0:
		pgerr.Raise("42601", pgerr.NoPosition, "operator argument types must be specified in ALTER OPERATOR FAMILY")
	default:
		var op *catalog.Operator
		if len(item.Name.Objargs) > 0 {
			op = analyze.LookupOperatorWithArgs(s.catalog, item.Name, false)
		} else {
			op = s.operatorNamed(item.Name.Objname, typ, typ)
		}
		m.object = op.OID
		if len(item.OrderFamily) > 0 {
			m.sortFamily = s.opFamilyNamed(pg.BTree, item.OrderFamily, false).OID
		}
		operatorTypes(am, &m, op)
	}
	return m
}

func checkItemNumber(am *catalog.AccessMethod, item *ast.CreateOpClassItem) {
	limits := methodOf(am.OID)
	limit, word := limits.operators, "operator"
	if item.Itemtype == opclassFunction {
		limit, word = limits.functions, "function"
	}
	if item.Number <= 0 || item.Number > limit {
		pgerr.Raise("42P17", pgerr.NoPosition, "invalid %s number %d, must be between 1 and %d", word, item.Number, limit)
	}
}

// itemTypes mirrors processTypesSpec.
func (s *Session) itemTypes(args []ast.Node) (left, right pg.OID) {
	left, _ = s.typeID(args[0].(*ast.TypeName))
	right = left
	if len(args) > 1 {
		right, _ = s.typeID(args[1].(*ast.TypeName))
	}
	if len(args) > 2 {
		pgerr.Raise("42601", pgerr.NoPosition, "one or two argument types must be specified")
	}
	return left, right
}

// operatorTypes mirrors assignOperTypes.
func operatorTypes(am *catalog.AccessMethod, m *familyMember, op *catalog.Operator) {
	switch {
	case op.Kind != 'b':
		pgerr.Raise("42P17", pgerr.NoPosition, "index operators must be binary")
	case m.sortFamily != 0 && !methodOf(am.OID).ordering:
		pgerr.Raise("42P17", pgerr.NoPosition, `access method "%s" does not support ordering operators`, am.Name)
	case m.sortFamily == 0 && op.Result != pg.Bool:
		pgerr.Raise("42P17", pgerr.NoPosition, "index search operators must return boolean")
	}
	m.left, m.right = op.Left, op.Right
}

func addMember(s *Session, members []familyMember, m familyMember) []familyMember {
	for _, old := range members {
		if old.function == m.function && old.number == m.number && old.left == m.left && old.right == m.right {
			pgerr.Raise("42P17", pgerr.NoPosition, "%s number %d for (%s,%s) appears more than once", m.word(), m.number, s.formatType(m.left), s.formatType(m.right))
		}
	}
	return append(members, m)
}

func (m familyMember) word() string {
	if m.function {
		return "function"
	}
	return "operator"
}

// storeMember puts an operator or function into its family.
func (s *Session) storeMember(f *catalog.OpFamily, m familyMember, oc *catalog.OpClass, name string) {
	if familyIndex(f, m) >= 0 {
		pgerr.Raise("42710", pgerr.NoPosition, `%s %d(%s,%s) already exists in operator family "%s"`, m.word(), m.number, s.formatType(m.left), s.formatType(m.right), name)
	}
	s.catalog.Touch(f)
	class := catalog.ClassOperator
	if m.function {
		class = catalog.ClassProc
		f.Procs = append(slices.Clone(f.Procs), pg.AmprocRow{Family: f.OID, Left: m.left, Right: m.right, Num: int16(m.number), Proc: m.object})
	} else {
		purpose := byte('s')
		if m.sortFamily != 0 {
			purpose = 'o'
		}
		f.Ops = append(slices.Clone(f.Ops), pg.AmopRow{Family: f.OID, Left: m.left, Right: m.right, Strategy: int16(m.number),
			Purpose: purpose, Operator: m.object, Method: f.Method, SortFamily: m.sortFamily})
	}
	holder := f.Address()
	if oc != nil {
		holder = oc.Address()
	}
	s.catalog.Depend(holder, catalog.Address{Class: class, OID: m.object}, catalog.DependNormal)
}

// familyIndex finds a member in its family's list; -1: none.
func familyIndex(f *catalog.OpFamily, m familyMember) int {
	if m.function {
		return slices.IndexFunc(f.Procs, func(r pg.AmprocRow) bool { return int(r.Num) == m.number && r.Left == m.left && r.Right == m.right })
	}
	return slices.IndexFunc(f.Ops, func(r pg.AmopRow) bool { return int(r.Strategy) == m.number && r.Left == m.left && r.Right == m.right })
}

// createOpFamily interprets CREATE OPERATOR FAMILY, as DefineOpFamily does.
func (s *Session) createOpFamily(n *ast.CreateOpFamilyStmt) {
	namespace, name := s.createIn(n.Opfamilyname)
	am := s.indexMethodNamed(n.Amname)
	s.requireSuperuser("must be superuser to create an operator family")
	if s.catalog.OpFamilyNamed(am.OID, s.catalog.SchemaName(namespace), name) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, `operator family "%s" for access method "%s" already exists`, dotted(n.Opfamilyname), n.Amname)
	}
	s.addOpFamily(am, namespace, name)
	s.changed("create operator family %s", name)
}

// alterOpFamily interprets ALTER OPERATOR FAMILY … ADD and DROP, as
// AlterOpFamily does.
func (s *Session) alterOpFamily(n *ast.AlterOpFamilyStmt) {
	am := s.indexMethodNamed(n.Amname)
	f := s.opFamilyNamed(am.OID, n.Opfamilyname, false)
	s.requireSuperuser("must be superuser to alter an operator family")
	var members []familyMember
	for _, node := range n.Items {
		item := node.(*ast.CreateOpClassItem)
		switch {
		case item.Itemtype == opclassStorage:
			pgerr.Raise("42601", pgerr.NoPosition, "STORAGE cannot be specified in ALTER OPERATOR FAMILY")
		case n.IsDrop:
			m := familyMember{number: item.Number, function: item.Itemtype == opclassFunction}
			checkItemNumber(am, item)
			m.left, m.right = s.itemTypes(item.ClassArgs)
			members = addMember(s, members, m)
		default:
			members = addMember(s, members, s.opClassItem(am, item, 0))
		}
	}
	for _, m := range members {
		if n.IsDrop {
			s.dropMember(f, m, dotted(n.Opfamilyname))
		} else {
			s.storeMember(f, m, nil, dotted(n.Opfamilyname))
		}
	}
}

func (s *Session) dropMember(f *catalog.OpFamily, m familyMember, name string) {
	i := familyIndex(f, m)
	if i < 0 {
		pgerr.Raise("42704", pgerr.NoPosition, `%s %d(%s,%s) does not exist in operator family "%s"`, m.word(), m.number, s.formatType(m.left), s.formatType(m.right), name)
	}
	s.catalog.Touch(f)
	var object catalog.Address
	if m.function {
		object = catalog.Address{Class: catalog.ClassProc, OID: f.Procs[i].Proc}
		f.Procs = slices.Delete(slices.Clone(f.Procs), i, i+1)
	} else {
		object = catalog.Address{Class: catalog.ClassOperator, OID: f.Ops[i].Operator}
		f.Ops = slices.Delete(slices.Clone(f.Ops), i, i+1)
	}
	s.catalog.Undepend(f.Address(), func(d catalog.Dependency) bool { return d.Referenced == object })
}
