package compile

import (
	"math"
	"strconv"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// This file mirrors sequence.c.

// A sequenceSpec is a sequence to be made.
type sequenceSpec struct {
	name        string
	namespace   pg.OID
	persistence byte
	owner       pg.OID
	options     []ast.Node
	identity    bool
}

// createSequence interprets CREATE SEQUENCE.
func (s *Session) createSequence(n *ast.CreateSeqStmt) {
	namespace, persistence := s.creation(n.Sequence)
	if n.IfNotExists && s.catalog.Named(catalog.ClassRelation, namespace, n.Sequence.Relname) != nil {
		s.notice("42P07", "relation \"%s\" already exists, skipping", n.Sequence.Relname)
		return
	}
	spec := &sequenceSpec{name: n.Sequence.Relname, namespace: namespace, persistence: persistence, owner: s.catalog.CurrentUser,
		options: n.Options, identity: n.ForIdentity}
	s.defineSequence(spec)
	s.changed("create sequence %s", spec.name)
}

// defineSequence makes a sequence, as DefineSequence.
func (s *Session) defineSequence(spec *sequenceSpec) *catalog.Relation {
	info := &catalog.SequenceInfo{}
	owned := s.sequenceParams(info, spec.options, spec.identity, true)
	r := &catalog.Relation{Header: catalog.Header{Name: spec.name, Namespace: spec.namespace, Owner: spec.owner},
		Kind: catalog.Sequence, Persistence: spec.persistence, SeqInfo: info, ReplicaIdentity: 'n', Populated: true}
	s.checkCatalogCreation(r)
	if s.catalog.Named(catalog.ClassRelation, r.Namespace, r.Name) != nil {
		pgerr.Raise("42P07", pgerr.NoPosition, "relation \"%s\" already exists", r.Name)
	}
	s.claimRowTypeName(r)
	for i, col := range []catalog.Column{{Name: "last_value", Type: pg.Int8}, {Name: "log_cnt", Type: pg.Int8}, {Name: "is_called", Type: pg.Bool}} {
		col.Num, col.Typmod, col.NotNull, col.IsLocal, col.Statistics = int16(i+1), -1, true, true, -1
		r.Columns = append(r.Columns, &col)
	}
	r.ACL = s.defaultPrivileges(r, r.Namespace)
	s.catalog.Add(r)
	s.dependRelation(r)
	if owned != nil {
		s.setSequenceOwner(r, owned, spec.identity)
	}
	return r
}

// sequenceTypes are the types of sequences, with their least and greatest values.
var sequenceTypes = map[pg.OID][2]int64{
	pg.Int2: {math.MinInt16, math.MaxInt16}, pg.Int4: {math.MinInt32, math.MaxInt32}, pg.Int8: {math.MinInt64, math.MaxInt64},
}

// sequenceOptionNames are the options that init_params knows.
var sequenceOptionNames = map[string]bool{"as": true, "increment": true, "start": true, "restart": true, "maxvalue": true,
	"minvalue": true, "cache": true, "cycle": true, "owned_by": true, "sequence_name": true}

// sequenceParams applies the options of CREATE or ALTER SEQUENCE and gives
// OWNED BY, as init_params.
func (s *Session) sequenceParams(info *catalog.SequenceInfo, options []ast.Node, identity, create bool) (owned *ast.DefElem) {
	opts := map[string]*ast.DefElem{}
	for _, o := range options {
		d := o.(*ast.DefElem)
		if d.Defname == "sequence_name" {
			pgerr.Raise("42601", d.Location, "invalid sequence option SEQUENCE NAME")
		}
		if !sequenceOptionNames[d.Defname] {
			pgerr.Raise("XX000", pgerr.NoPosition, "option \"%s\" not recognized", d.Defname)
		}
		if opts[d.Defname] != nil {
			conflicting(d)
		}
		opts[d.Defname] = d
	}
	resetMin, resetMax := s.sequenceType(info, opts["as"], identity, create)
	if d := opts["increment"]; d != nil {
		if info.Increment = s.defInt64(d); info.Increment == 0 {
			pgerr.Raise("22023", pgerr.NoPosition, "INCREMENT must not be zero")
		}
	} else if create {
		info.Increment = 1
	}
	if d := opts["cycle"]; d != nil {
		info.Cycle = s.defBool(d)
	}
	s.sequenceLimits(info, opts, create, resetMin, resetMax)
	s.sequenceStart(info, opts, create)
	if d := opts["cache"]; d != nil {
		if info.Cache = s.defInt64(d); info.Cache <= 0 {
			pgerr.Raise("22023", pgerr.NoPosition, "CACHE (%d) must be greater than zero", info.Cache)
		}
	} else if create {
		info.Cache = 1
	}
	return opts["owned_by"]
}

// sequenceType applies AS. A change of type takes limits along that were the
// old type's own.
func (s *Session) sequenceType(info *catalog.SequenceInfo, as *ast.DefElem, identity, create bool) (resetMin, resetMax bool) {
	if as == nil {
		if create {
			info.Type = pg.Int8
		}
		return false, false
	}
	typ, _ := s.typeID(s.defTypeName(as))
	if _, ok := sequenceTypes[typ]; !ok {
		what := "sequence"
		if identity {
			what = "identity column"
		}
		pgerr.Raise("22023", pgerr.NoPosition, "%s type must be smallint, integer, or bigint", what)
	}
	if !create {
		old := sequenceTypes[info.Type]
		resetMax = info.Max == old[1]
		resetMin = info.Min == old[0]
	}
	info.Type = typ
	return resetMin, resetMax
}

func (s *Session) sequenceLimits(info *catalog.SequenceInfo, opts map[string]*ast.DefElem, create, resetMin, resetMax bool) {
	limits := sequenceTypes[info.Type]
	if d := opts["maxvalue"]; d != nil && d.Arg != nil {
		info.Max = s.defInt64(d)
	} else if create || d != nil || resetMax {
		info.Max = -1
		if info.Increment > 0 || resetMax {
			info.Max = limits[1]
		}
	}
	if info.Max < limits[0] || info.Max > limits[1] {
		pgerr.Raise("22023", pgerr.NoPosition, "MAXVALUE (%d) is out of range for sequence data type %s", info.Max, s.formatType(info.Type))
	}
	if d := opts["minvalue"]; d != nil && d.Arg != nil {
		info.Min = s.defInt64(d)
	} else if create || d != nil || resetMin {
		info.Min = 1
		if info.Increment < 0 || resetMin {
			info.Min = limits[0]
		}
	}
	if info.Min < limits[0] || info.Min > limits[1] {
		pgerr.Raise("22023", pgerr.NoPosition, "MINVALUE (%d) is out of range for sequence data type %s", info.Min, s.formatType(info.Type))
	}
	if info.Min >= info.Max {
		pgerr.Raise("22023", pgerr.NoPosition, "MINVALUE (%d) must be less than MAXVALUE (%d)", info.Min, info.Max)
	}
}

func (s *Session) sequenceStart(info *catalog.SequenceInfo, opts map[string]*ast.DefElem, create bool) {
	if d := opts["start"]; d != nil {
		info.Start = s.defInt64(d)
	} else if create {
		info.Start = info.Max
		if info.Increment > 0 {
			info.Start = info.Min
		}
	}
	check := func(what string, value int64) {
		if value < info.Min {
			pgerr.Raise("22023", pgerr.NoPosition, "%s value (%d) cannot be less than MINVALUE (%d)", what, value, info.Min)
		}
		if value > info.Max {
			pgerr.Raise("22023", pgerr.NoPosition, "%s value (%d) cannot be greater than MAXVALUE (%d)", what, value, info.Max)
		}
	}
	check("START", info.Start)
	if d := opts["restart"]; d != nil {
		info.LastValue, info.IsCalled = info.Start, false
		if d.Arg != nil {
			info.LastValue = s.defInt64(d)
		}
	} else if create {
		info.LastValue, info.IsCalled = info.Start, false
	}
	check("RESTART", info.LastValue)
}

// defInt64 gives a number that an option holds (defGetInt64).
func (s *Session) defInt64(d *ast.DefElem) int64 {
	switch v := d.Arg.(type) {
	case *ast.Integer:
		return int64(v.Ival)
	case *ast.Float:
		i, err := strconv.ParseInt(v.Fval, 10, 64)
		if err == nil {
			return i
		}
		if _, isNumber := strconv.ParseFloat(v.Fval, 64); isNumber == nil && !isInteger(v.Fval) {
			pgerr.Raise("22P02", pgerr.NoPosition, "invalid input syntax for type bigint: \"%s\"", v.Fval)
		}
		pgerr.Raise("22003", pgerr.NoPosition, "value \"%s\" is out of range for type bigint", v.Fval)
	}
	pgerr.Raise("42601", pgerr.NoPosition, "%s requires a numeric value", d.Defname)
	return 0
}

func isInteger(text string) bool {
	for i, c := range text {
		if (c < '0' || c > '9') && !(i == 0 && c == '-') {
			return false
		}
	}
	return true
}

// alterSequence interprets ALTER SEQUENCE.
func (s *Session) alterSequence(n *ast.AlterSeqStmt) {
	r := s.lookup(n.Sequence, n.MissingOk)
	if r == nil {
		s.notice("42P01", "relation \"%s\" does not exist, skipping", n.Sequence.Relname)
		return
	}
	s.checkOwner(r)
	checkNotSystem(r)
	s.changeSequence(r, n.Options, n.ForIdentity)
	s.changed("alter sequence %s", r.Name)
}

// changeSequence applies options to a sequence that is there (AlterSequence).
func (s *Session) changeSequence(r *catalog.Relation, options []ast.Node, identity bool) {
	if r.Kind != catalog.Sequence {
		notSupportedFor(r, "cannot open relation \"%s\"")
	}
	s.catalog.Touch(r)
	if owned := s.sequenceParams(r.SeqInfo, options, identity, false); owned != nil {
		s.setSequenceOwner(r, owned, identity)
	}
}

// sequenceOptions gives the options that make a sequence like one that is there
// (sequence_options).
func sequenceOptions(info *catalog.SequenceInfo) []ast.Node {
	number := func(name string, value int64) ast.Node {
		return &ast.DefElem{Defname: name, Arg: &ast.Float{Fval: strconv.FormatInt(value, 10)}, Location: -1}
	}
	return []ast.Node{number("cache", info.Cache), &ast.DefElem{Defname: "cycle", Arg: &ast.Boolean{Boolval: info.Cycle}, Location: -1},
		number("increment", info.Increment), number("maxvalue", info.Max), number("minvalue", info.Min), number("start", info.Start)}
}

// setSequenceOwner applies OWNED BY, as process_owned_by.
func (s *Session) setSequenceOwner(seq *catalog.Relation, d *ast.DefElem, identity bool) {
	names := ast.Strings(s.defName(d))
	var table *catalog.Relation
	var col *catalog.Column
	if len(names) == 1 {
		if names[0] != "none" {
			pgerr.New("42601", pgerr.NoPosition, "invalid OWNED BY option").
				WithHint("Specify OWNED BY table.column or OWNED BY NONE.").Raise()
		}
	} else {
		last := len(names) - 1
		table = s.lookup(rangeVarOf(names[:last]), false)
		switch table.Kind {
		case catalog.Table, catalog.ForeignTable, catalog.View, catalog.PartitionedTable:
		default:
			notSupportedFor(table, "sequence cannot be owned by relation \"%s\"")
		}
		if seq.Owner != table.Owner {
			pgerr.Raise("55000", pgerr.NoPosition, "sequence must have same owner as table it is linked to")
		}
		if seq.Namespace != table.Namespace {
			pgerr.Raise("55000", pgerr.NoPosition, "sequence must be in same schema as table it is linked to")
		}
		if col = table.ColumnNamed(names[last]); col == nil {
			pgerr.Raise("42703", pgerr.NoPosition, "column \"%s\" of relation \"%s\" does not exist", names[last], table.Name)
		}
	}
	s.refuseIdentitySequence(seq, identity, "cannot change ownership of identity sequence")
	s.linkSequence(seq, table, col, identity)
}

// refuseIdentitySequence raises 0A000 for the sequence of an identity column.
func (s *Session) refuseIdentitySequence(seq *catalog.Relation, identity bool, message string) {
	if identity {
		return
	}
	if owner := s.sequenceOwner(seq, catalog.DependInternal); owner != nil {
		pgerr.New("0A000", pgerr.NoPosition, "%s", message).
			WithDetail("Sequence \"%s\" is linked to table \"%s\".", seq.Name, owner.Name).Raise()
	}
}

// sequenceOwner gives the table that a sequence belongs to in a certain way; nil: none.
func (s *Session) sequenceOwner(seq *catalog.Relation, kind catalog.DependKind) *catalog.Relation {
	for _, d := range s.catalog.Dependencies(seq.Address()) {
		if d.Kind == kind && d.Referenced.Class == catalog.ClassRelation && d.Referenced.Sub > 0 {
			return s.catalog.Relation(d.Referenced.OID)
		}
	}
	return nil
}

// ownSequence ties a sequence to its column.
func (s *Session) ownSequence(seq, table *catalog.Relation, col *catalog.Column, identity bool) {
	s.linkSequence(seq, table, col, identity)
}

func (s *Session) linkSequence(seq, table *catalog.Relation, col *catalog.Column, identity bool) {
	kind := catalog.DependAuto
	if identity {
		kind = catalog.DependInternal
	}
	s.catalog.Touch(seq)
	s.catalog.Undepend(seq.Address(), func(d catalog.Dependency) bool {
		return d.Kind == kind && d.Referenced.Class == catalog.ClassRelation
	})
	if col != nil {
		s.catalog.Touch(table)
		s.catalog.Depend(seq.Address(), table.Column(col.Num), kind)
	}
}
