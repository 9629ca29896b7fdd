package compat

import (
	"fmt"
	"slices"

	"github.com/electric-cli/electric/metadata"
)

func rowSecurityEnabled(p *tables) []change {
	if p.before.RowSecurity || !p.after.RowSecurity {
		return nil
	}
	return one(change{message: "row security enabled"})
}

func rowSecurityDisabled(p *tables) []change {
	if !p.before.RowSecurity || p.after.RowSecurity {
		return nil
	}
	return one(change{message: "row security disabled"})
}

// policies lists those that bear on writes, while row security is on in both schemas: else switching it is the change.
func (p *tables) policies() (before, after []metadata.Policy) {
	if !p.before.RowSecurity || !p.after.RowSecurity {
		return nil, nil
	}
	writes := func(list []metadata.Policy) []metadata.Policy {
		return slices.DeleteFunc(slices.Clone(list), func(x metadata.Policy) bool { return x.Command == "SELECT" })
	}
	return writes(p.before.Policies), writes(p.after.Policies)
}

// only lists the policies of list whose names other has not.
func only(list, other []metadata.Policy) []metadata.Policy {
	return slices.DeleteFunc(slices.Clone(list), func(x metadata.Policy) bool {
		return slices.ContainsFunc(other, func(y metadata.Policy) bool { return x.Name == y.Name })
	})
}

// policyTells tells of policies that came and of those that went.
func policyTells(came, went []metadata.Policy, cameMatters, wentMatters bool) (found []change) {
	for _, x := range came {
		if x.Permissive == cameMatters {
			found = append(found, change{message: fmt.Sprintf("%s policy %q added", permissiveness(x), x.Name)})
		}
	}
	for _, x := range went {
		if x.Permissive == wentMatters {
			found = append(found, change{message: fmt.Sprintf("%s policy %q removed", permissiveness(x), x.Name)})
		}
	}
	return found
}

func permissiveness(x metadata.Policy) string {
	if x.Permissive {
		return "permissive"
	}
	return "restrictive"
}

func policyTightened(p *tables) []change {
	before, after := p.policies()
	return policyTells(only(after, before), only(before, after), false, true)
}

func policyLoosened(p *tables) []change {
	before, after := p.policies()
	return policyTells(only(after, before), only(before, after), true, false)
}

func policyChanged(p *tables) (found []change) {
	before, after := p.policies()
	for _, b := range before {
		i := slices.IndexFunc(after, func(x metadata.Policy) bool { return x.Name == b.Name })
		if i < 0 {
			continue
		}
		if old, now := policyText(b), policyText(after[i]); old != now {
			found = append(found, change{message: fmt.Sprintf("policy %q is another one", b.Name), before: old, after: now})
		}
	}
	return found
}

func policyText(x metadata.Policy) string {
	roles := slices.Sorted(slices.Values(x.Roles))
	text := fmt.Sprintf("%s for %s to %v", permissiveness(x), x.Command, roles)
	if x.Using != "" {
		text += " using " + x.Using
	}
	if x.WithCheck != "" {
		text += " with check " + x.WithCheck
	}
	return text
}

func triggerChanged(p *tables) (found []change) {
	missing := func(list, other []metadata.Trigger, what string) {
		for _, x := range list {
			if !slices.ContainsFunc(other, func(y metadata.Trigger) bool { return x.Name == y.Name }) {
				found = append(found, change{message: fmt.Sprintf("trigger %q %s", x.Name, what)})
			}
		}
	}
	missing(p.after.Triggers, p.before.Triggers, "added")
	missing(p.before.Triggers, p.after.Triggers, "removed")
	for _, b := range p.before.Triggers {
		for _, a := range p.after.Triggers {
			if a.Name == b.Name && (a.Def != b.Def || a.Enabled != b.Enabled) {
				found = append(found, change{message: fmt.Sprintf("trigger %q is another one", a.Name), before: b.Def, after: a.Def})
			}
		}
	}
	return found
}
