package compile

import (
	"slices"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// This file mirrors transformRuleStmt and rewriteDefine.c.

// createRule interprets CREATE RULE.
func (s *Session) createRule(n *ast.RuleStmt) {
	r := s.catalog.RelationNamed(n.Relation.Schemaname, n.Relation.Relname)
	if r == nil {
		s.lookup(n.Relation, false)
	}
	rule := &catalog.Rule{Relation: r.OID, Event: n.Event, Enabled: 'O', Instead: n.Instead}
	rule.Name = n.Rulename
	rule.Qual, rule.Actions = s.analyzer().Rule(n, r)
	s.checkRule(r, rule, n)
	if rule.Event == ast.CMD_SELECT {
		s.becomeView(r, rule.Actions[0])
	} else {
		s.enterRule(r, rule, n.Replace)
	}
	s.changed("create rule %s on %s", rule.Name, r.Name)
}

// checkRule mirrors the checks of DefineQueryRewrite.
func (s *Session) checkRule(r *catalog.Relation, rule *catalog.Rule, n *ast.RuleStmt) {
	if r.Kind != catalog.Table && r.Kind != catalog.View && r.Kind != catalog.PartitionedTable {
		notSupportedFor(r, "relation \"%s\" cannot have rules")
	}
	checkNotSystem(r)
	s.checkOwner(r)
	refuse := func(format string) { pgerr.Raise("0A000", pgerr.NoPosition, "%s", format) }
	for _, q := range rule.Actions {
		switch {
		case analyze.InsertSelect(q) != q: // OLD and NEW are in its SELECT
		case q.Result == 1:
			pgerr.New("0A000", pgerr.NoPosition, "rule actions on OLD are not implemented").WithHint("Use views or triggers instead.").Raise()
		case q.Result == 2:
			pgerr.New("0A000", pgerr.NoPosition, "rule actions on NEW are not implemented").WithHint("Use triggers instead.").Raise()
		}
	}
	if n.Event == ast.CMD_SELECT {
		s.checkSelectRule(r, rule)
		return
	}
	returning := false
	for _, q := range rule.Actions {
		if len(q.Returning) == 0 {
			continue
		}
		switch {
		case returning:
			refuse("cannot have multiple RETURNING lists in a rule")
		case rule.Qual != nil:
			refuse("RETURNING lists are not supported in conditional rules")
		case !rule.Instead:
			refuse("RETURNING lists are not supported in non-INSTEAD rules")
		}
		returning = true
		s.checkRuleColumns(r, q.Returning, false)
	}
	if rule.Name == "_RETURN" {
		pgerr.Raise("42P17", pgerr.NoPosition, "non-view rule for \"%s\" must not be named \"%s\"", r.Name, rule.Name)
	}
}

// checkSelectRule refuses all but what CREATE VIEW itself makes.
func (s *Session) checkSelectRule(r *catalog.Relation, rule *catalog.Rule) {
	refuse := func(format, hint string) {
		err := pgerr.New("0A000", pgerr.NoPosition, "%s", format)
		if hint != "" {
			err = err.WithHint("%s", hint)
		}
		err.Raise()
	}
	switch {
	case len(rule.Actions) == 0:
		refuse("INSTEAD NOTHING rules on SELECT are not implemented", "Use views instead.")
	case len(rule.Actions) > 1:
		refuse("multiple actions for rules on SELECT are not implemented", "")
	case !rule.Instead || rule.Actions[0].Command != ast.CMD_SELECT:
		refuse("rules on SELECT must have action INSTEAD SELECT", "")
	case rule.Actions[0].HasModifyingCTE:
		refuse("rules on SELECT must not contain data-modifying statements in WITH", "")
	case rule.Qual != nil:
		refuse("event qualifications are not implemented for rules on SELECT", "")
	}
	s.checkRuleColumns(r, rule.Actions[0].TargetList, true)
	if r.Kind == catalog.View {
		pgerr.Raise("55000", pgerr.NoPosition, "\"%s\" is already a view", r.Name)
	}
	if rule.Name != "_RETURN" {
		pgerr.Raise("42P17", pgerr.NoPosition, "view rule for \"%s\" must be named \"%s\"", r.Name, "_RETURN")
	}
	checkBecomesView(r)
}

// checkBecomesView refuses tables that a rule cannot turn into a view.
func checkBecomesView(r *catalog.Relation) {
	switch {
	case r.Kind == catalog.PartitionedTable:
		pgerr.Raise("42809", pgerr.NoPosition, "cannot convert partitioned table \"%s\" to a view", r.Name)
	case r.IsPartition:
		pgerr.Raise("42809", pgerr.NoPosition, "cannot convert partition \"%s\" to a view", r.Name)
	}
	for _, c := range []struct {
		has  bool
		what string
	}{
		{len(r.Triggers) > 0, "it has triggers"}, {len(r.Indexes) > 0, "it has indexes"}, {len(r.Children) > 0, "it has child tables"},
		{len(r.Inherits) > 0, "it has parent tables"}, {r.RowSecurity, "it has row security enabled"}, {len(r.Policies) > 0, "it has row security policies"},
	} {
		if c.has {
			pgerr.Raise("55000", pgerr.NoPosition, "could not convert table \"%s\" to a view because %s", r.Name, c.what)
		}
	}
}

// becomeView turns a table into a view, as PostgreSQL before 16 does for a
// rule on SELECT.
func (s *Session) becomeView(r *catalog.Relation, q *query.Query) {
	s.catalog.Touch(r)
	r.Kind, r.Query, r.AccessMethod, r.ReplicaIdentity, r.Options, r.ToastOptions = catalog.View, q, 0, 'n', nil, nil
	s.dependOnQuery(r.Address(), q)
}

// checkRuleColumns demands that a rule's result is like its relation
// (checkRuleResultList).
func (s *Session) checkRuleColumns(r *catalog.Relation, targets []*query.TargetEntry, isSelect bool) {
	what := "RETURNING list"
	if isSelect {
		what = "SELECT rule's target list"
	}
	i := 0
	for _, t := range targets {
		if t.Resjunk {
			continue
		}
		if i >= len(r.Columns) {
			pgerr.Raise("42P17", pgerr.NoPosition, "%s has too many entries", what)
		}
		col := r.Columns[i]
		i++
		if col.Dropped {
			pgerr.Raise("0A000", pgerr.NoPosition, "cannot create a RETURNING list for a relation containing dropped columns")
		}
		if isSelect && col.Name != t.Resname {
			pgerr.Raise("42P17", pgerr.NoPosition, "SELECT rule's target entry %d has different column name from column \"%s\"", i, col.Name)
		}
		entry := "RETURNING list's"
		if isSelect {
			entry = "SELECT rule's target"
		}
		if typ := query.ExprType(t.Expr); typ != col.Type {
			pgerr.Raise("42P17", pgerr.NoPosition, "%s entry %d has different type from column \"%s\"", entry, i, col.Name)
		}
		if typmod := query.ExprTypmod(t.Expr); typmod != col.Typmod && typmod != -1 {
			pgerr.Raise("42P17", pgerr.NoPosition, "%s entry %d has different size from column \"%s\"", entry, i, col.Name)
		}
	}
	if i != len(r.Columns) {
		pgerr.Raise("42P17", pgerr.NoPosition, "%s has too few entries", what)
	}
}

// enterRule adds or replaces a rule (InsertRule).
func (s *Session) enterRule(r *catalog.Relation, rule *catalog.Rule, replace bool) {
	for _, old := range r.Rules {
		if old.Name != rule.Name {
			continue
		}
		if !replace {
			pgerr.Raise("42710", pgerr.NoPosition, "rule \"%s\" for relation \"%s\" already exists", rule.Name, r.Name)
		}
		s.catalog.Touch(old)
		s.catalog.Undepend(old.Address(), nil)
		old.Event, old.Instead, old.Qual, old.Actions = rule.Event, rule.Instead, rule.Qual, rule.Actions
		s.dependRule(r, old)
		return
	}
	s.catalog.Add(rule)
	s.catalog.Touch(r)
	r.Rules = append(slices.Clone(r.Rules), rule)
	s.dependRule(r, rule)
}

func (s *Session) dependRule(r *catalog.Relation, rule *catalog.Rule) {
	me := rule.Address()
	s.catalog.Depend(me, r.Address(), catalog.DependAuto)
	for _, q := range rule.Actions {
		s.dependOnQuery(me, q)
	}
	if rule.Qual != nil {
		for _, a := range analyze.References(s.catalog, rule.Qual, r.OID, r.OID) {
			s.catalog.Depend(me, a, catalog.DependNormal)
		}
	}
}
