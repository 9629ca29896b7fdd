package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// triggerStates are the states that ENABLE and DISABLE TRIGGER give.
var triggerStates = map[ast.AlterTableType]byte{
	ast.AT_EnableTrig: 'O', ast.AT_EnableAlwaysTrig: 'A', ast.AT_EnableReplicaTrig: 'R', ast.AT_DisableTrig: 'D',
	ast.AT_EnableTrigAll: 'O', ast.AT_DisableTrigAll: 'D', ast.AT_EnableTrigUser: 'O', ast.AT_DisableTrigUser: 'D',
}

// applyTriggers mirrors ATExecEnableDisableTrigger.
func applyTriggers(a *alteration, t *alteredTable, c *alterCmd) {
	a.s.enableTriggers(t.rel, c.Name, triggerStates[c.Subtype], c.recurse)
}

// enableTriggers sets the state of one trigger, or of all with name "".
func (s *Session) enableTriggers(r *catalog.Relation, name string, state byte, recurse bool) {
	found := name == ""
	for _, t := range r.Triggers {
		if name != "" && t.Name != name {
			continue
		}
		found = true
		if t.Enabled != state {
			s.catalog.Touch(t)
			t.Enabled = state
		}
		if r.Kind == catalog.PartitionedTable && recurse && t.Type&1 != 0 {
			for _, child := range s.children(r) {
				for _, ct := range child.Triggers {
					if ct.Parent == t.OID {
						s.enableTriggers(child, ct.Name, state, true)
					}
				}
			}
		}
	}
	if !found {
		pgerr.Raise("42704", pgerr.NoPosition, "trigger \"%s\" for table \"%s\" does not exist", name, r.Name)
	}
}

// dropClonedTriggers removes the triggers that a partition has from its parent
// (DropClonedTriggersFromPartition).
func (s *Session) dropClonedTriggers(part *catalog.Relation) {
	for _, t := range slices.Clone(part.Triggers) {
		if t.Parent == 0 {
			continue
		}
		s.catalog.Undepend(t.Address(), isPartitionDependency)
		s.performDeletion(t.Address(), ast.DROP_RESTRICT, deletionInternal|deletionQuiet)
	}
}
