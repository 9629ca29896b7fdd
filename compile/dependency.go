package compile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// deletionFlags are the PERFORM_DELETION_ flags of dependency.h.
type deletionFlags int

const (
	deletionInternal deletionFlags = 1 << iota
	deletionQuiet
	deletionSkipOriginal
	deletionSkipExtensions
)

// foundFlags say how an object came to be among those to delete: DEPFLAG_.
type foundFlags int

const (
	foundOriginal foundFlags = 1 << iota
	foundNormal
	foundAuto
	foundInternal
	foundPartition
	foundExtension
	foundReverse
	foundIsPart
	foundSubobject
)

// A target is an object to be deleted, and on whose account.
type target struct {
	object   catalog.Address
	flags    foundFlags
	dependee catalog.Address
}

// A deletion collects what goes when some objects are dropped.
type deletion struct {
	s       *Session
	flags   deletionFlags
	targets []*target
	pending []catalog.Address
}

// A deletionStack holds the objects on the way to the present one.
type deletionStack struct {
	object catalog.Address
	flags  foundFlags
	next   *deletionStack
}

// performDeletion drops one object and what goes with it.
func (s *Session) performDeletion(object catalog.Address, behavior ast.DropBehavior, flags deletionFlags) {
	d := &deletion{s: s, flags: flags}
	d.find(object, foundOriginal, nil)
	d.report(behavior, &object)
	d.execute()
}

// performDeletions drops several objects at once: dependencies among them do
// not matter, as performMultipleDeletions.
func (s *Session) performDeletions(objects []catalog.Address, behavior ast.DropBehavior, flags deletionFlags) {
	if len(objects) == 0 {
		return
	}
	d := &deletion{s: s, flags: flags, pending: objects}
	for _, o := range objects {
		d.find(o, foundOriginal, nil)
	}
	var only *catalog.Address
	if len(objects) == 1 {
		only = &objects[0]
	}
	d.report(behavior, only)
	d.execute()
}

// present says whether an object is among the targets already, and adds flags.
func (d *deletion) present(o catalog.Address, flags foundFlags) bool {
	found := false
	for _, t := range slices.Backward(d.targets) {
		if t.object.Class != o.Class || t.object.OID != o.OID {
			continue
		}
		switch {
		case t.object.Sub == o.Sub:
			t.flags |= flags
			found = true
		case t.object.Sub == 0:
			found = true
		case o.Sub == 0:
			t.flags |= foundSubobject
		}
	}
	return found
}

func (st *deletionStack) present(o catalog.Address, flags foundFlags) bool {
	found := false
	for ; st != nil; st = st.next {
		if st.object.Class != o.Class || st.object.OID != o.OID {
			continue
		}
		if st.object.Sub == o.Sub {
			st.flags |= flags
			found = true
		} else if st.object.Sub == 0 {
			found = true
		}
	}
	return found
}

// find adds an object and all that must go with it to the targets, dependents
// first, as findDependentObjects.
func (d *deletion) find(o catalog.Address, flags foundFlags, stack *deletionStack) {
	if stack.present(o, flags) || d.present(o, flags) {
		return
	}
	if d.s.catalog.Pinned(o) {
		pgerr.Raise("2BP01", pgerr.NoPosition, "cannot drop %s because it is required by the database system", d.s.describe(o))
	}
	partition, done := d.findOwners(o, &flags, stack)
	if done {
		return
	}
	level := &deletionStack{object: o, flags: flags, next: stack}
	for _, dep := range d.dependents(o) {
		d.find(dep.Dependent, foundBy[dep.Kind], level)
	}
	t := &target{object: o, flags: level.flags}
	if t.flags&foundIsPart != 0 {
		t.dependee = partition
	} else if stack != nil {
		t.dependee = stack.object
	}
	d.targets = append(d.targets, t)
}

// foundBy maps the kind of a dependency to the flag of an object found by it.
var foundBy = map[catalog.DependKind]foundFlags{
	catalog.DependNormal: foundNormal, catalog.DependAuto: foundAuto, catalog.DependAutoExt: foundAuto,
	catalog.DependInternal: foundInternal, catalog.DependExtension: foundExtension,
	catalog.DependPartitionPri: foundPartition, catalog.DependPartitionSec: foundPartition,
}

// findOwners looks at what o belongs to. It refuses to drop a part of
// something by itself; reached from elsewhere, a part takes its owner along,
// and then all is done.
func (d *deletion) findOwners(o catalog.Address, flags *foundFlags, stack *deletionStack) (partition catalog.Address, done bool) {
	var owner catalog.Address
	for _, dep := range d.s.catalog.Dependencies(o) {
		other := dep.Referenced
		if other.Class == o.Class && other.OID == o.OID && o.Sub == 0 {
			continue
		}
		switch dep.Kind {
		case catalog.DependExtension, catalog.DependInternal:
			if dep.Kind == catalog.DependExtension && d.flags&deletionSkipExtensions != 0 {
				continue
			}
			if stack == nil {
				if slices.Contains(d.pending, other) {
					return partition, true
				}
				if owner.Class == 0 || dep.Kind == catalog.DependExtension {
					owner = other
				}
				continue
			}
			if stack.present(other, 0) {
				continue
			}
			d.find(other, foundReverse, stack)
			d.present(o, *flags)
			return partition, true
		case catalog.DependPartitionPri:
			*flags |= foundIsPart
			partition = other
		case catalog.DependPartitionSec:
			if *flags&foundIsPart == 0 {
				partition = other
			}
			*flags |= foundIsPart
		}
	}
	if owner.Class != 0 {
		if partition.Class != 0 {
			owner = partition
		}
		d.requires(o, owner)
	}
	return partition, false
}

func (d *deletion) requires(o, owner catalog.Address) {
	other := d.s.describe(owner)
	pgerr.New("2BP01", pgerr.NoPosition, "cannot drop %s because %s requires it", d.s.describe(o), other).
		WithHint("You can drop %s instead.", other).Raise()
}

// dependents gives what depends on o, the newest first.
func (d *deletion) dependents(o catalog.Address) []catalog.Dependency {
	list := slices.DeleteFunc(slices.Clone(d.s.catalog.Dependents(o)), func(dep catalog.Dependency) bool {
		return dep.Dependent.Class == o.Class && dep.Dependent.OID == o.OID && o.Sub == 0
	})
	slices.SortStableFunc(list, func(a, b catalog.Dependency) int {
		if a.Dependent.OID != b.Dependent.OID {
			return int(int64(b.Dependent.OID) - int64(a.Dependent.OID))
		}
		if a.Dependent.Class != b.Dependent.Class {
			return int(a.Dependent.Class) - int(b.Dependent.Class)
		}
		return int(uint16(a.Dependent.Sub)) - int(uint16(b.Dependent.Sub))
	})
	return list
}

// maxReportedDependents is how many dependents a message lists.
const maxReportedDependents = 100

// report refuses a RESTRICT that would cascade and tells what a CASCADE takes
// along, as reportDependentObjects.
func (d *deletion) report(behavior ast.DropBehavior, original *catalog.Address) {
	for _, t := range d.targets {
		if t.flags&foundIsPart != 0 && t.flags&foundPartition == 0 {
			d.requires(t.object, t.dependee)
		}
	}
	if behavior == ast.DROP_CASCADE && d.flags&deletionQuiet != 0 {
		return
	}
	cascade := behavior == ast.DROP_CASCADE
	var lines []string
	for _, t := range slices.Backward(d.targets) {
		if t.flags&(foundOriginal|foundSubobject|foundAuto|foundInternal|foundPartition|foundExtension) != 0 {
			continue
		}
		if cascade {
			lines = append(lines, "drop cascades to "+d.s.describe(t.object))
		} else {
			lines = append(lines, d.s.describe(t.object)+" depends on "+d.s.describe(t.dependee))
		}
	}
	switch {
	case len(lines) == 0:
	case !cascade:
		what, them := "desired object(s)", "them"
		if original != nil {
			what, them = d.s.describe(*original), "it"
		}
		pgerr.New("2BP01", pgerr.NoPosition, "cannot drop %s because other objects depend on %s", what, them).
			WithDetail("%s", reportedLines(lines)).
			WithHint("Use DROP ... CASCADE to drop the dependent objects too.").Raise()
	case d.flags&deletionQuiet != 0:
	case len(lines) == 1:
		d.s.notice("00000", "%s", lines[0])
	default:
		d.s.Report(Notice{Severity: "NOTICE", Code: "00000",
			Message: fmt.Sprintf("drop cascades to %d other objects", len(lines)), Detail: reportedLines(lines)})
	}
}

// reportedLines joins the lines of a detail, the first hundred in full.
func reportedLines(lines []string) string {
	more := len(lines) - maxReportedDependents
	if more <= 0 {
		return strings.Join(lines, "\n")
	}
	noun := "objects"
	if more == 1 {
		noun = "object"
	}
	return fmt.Sprintf("%s\nand %d other %s (see server log for list)", strings.Join(lines[:maxReportedDependents], "\n"), more, noun)
}

// execute removes the targets, dependents first.
func (d *deletion) execute() {
	for _, t := range d.targets {
		if d.flags&deletionSkipOriginal != 0 && t.flags&foundOriginal != 0 {
			continue
		}
		if t.flags&(foundAuto|foundInternal|foundPartition|foundSubobject) == 0 && d.flags&deletionInternal == 0 {
			d.s.changed("drop %s", d.s.describe(t.object))
		}
		d.s.deleteObject(t.object)
	}
}
