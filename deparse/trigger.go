package deparse

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/query"
)

// The bits of Trigger.Type (TRIGGER_TYPE_ in trigger.h).
const (
	triggerRow      = 1 << 0
	triggerBefore   = 1 << 1
	triggerInsert   = 1 << 2
	triggerDelete   = 1 << 3
	triggerUpdate   = 1 << 4
	triggerTruncate = 1 << 5
	triggerInstead  = 1 << 6
)

// TriggerDef writes CREATE TRIGGER as pg_get_triggerdef does.
func TriggerDef(c *catalog.Catalog, t *catalog.Trigger) string {
	p := &printer{c: c, style: style{indent: true}}
	r := c.Relation(t.Relation)
	p.write("CREATE ")
	if t.Constraint != 0 {
		p.write("CONSTRAINT ")
	}
	p.write("TRIGGER ", QuoteIdent(t.Name), " ")
	switch {
	case t.Type&triggerBefore != 0:
		p.write("BEFORE")
	case t.Type&triggerInstead != 0:
		p.write("INSTEAD OF")
	default:
		p.write("AFTER")
	}
	p.write(triggerEvents(t, r), " ON ", qualified(c, r), " ")
	if t.Constraint != 0 {
		p.constraintTrigger(t)
	}
	if t.OldTable != "" || t.NewTable != "" {
		p.write("REFERENCING ")
		if t.OldTable != "" {
			p.write("OLD TABLE AS ", QuoteIdent(t.OldTable), " ")
		}
		if t.NewTable != "" {
			p.write("NEW TABLE AS ", QuoteIdent(t.NewTable), " ")
		}
	}
	if t.Type&triggerRow != 0 {
		p.write("FOR EACH ROW ")
	} else {
		p.write("FOR EACH STATEMENT ")
	}
	if t.When != nil {
		p.namespaces = []*namespace{simpleNamespace(c, relationEntry(r, "old"), relationEntry(r, "new"))}
		p.varPrefix = true
		p.level = indentStep
		p.write("WHEN (")
		p.expr(t.When, false)
		p.write(") ")
	}
	args := make([]string, len(t.Args))
	for i, arg := range t.Args {
		args[i] = quoteSimple(arg)
	}
	p.write("EXECUTE FUNCTION ", name(c, c.Proc(t.Function)), "(", strings.Join(args, ", "), ")")
	return string(p.out)
}

func triggerEvents(t *catalog.Trigger, r *catalog.Relation) string {
	var events []string
	if t.Type&triggerInsert != 0 {
		events = append(events, "INSERT")
	}
	if t.Type&triggerDelete != 0 {
		events = append(events, "DELETE")
	}
	if t.Type&triggerUpdate != 0 {
		event := "UPDATE"
		if len(t.Columns) > 0 {
			event += " OF " + columnNames(r, t.Columns)
		}
		events = append(events, event)
	}
	if t.Type&triggerTruncate != 0 {
		events = append(events, "TRUNCATE")
	}
	return " " + strings.Join(events, " OR ")
}

func (p *printer) constraintTrigger(t *catalog.Trigger) {
	if t.ConstrRel != 0 {
		p.write("FROM ", name(p.c, p.c.Relation(t.ConstrRel)), " ")
	}
	if !t.Deferrable {
		p.write("NOT ")
	}
	p.write("DEFERRABLE INITIALLY ")
	if t.InitDeferred {
		p.write("DEFERRED ")
	} else {
		p.write("IMMEDIATE ")
	}
}

// events are the words of the commands that rules are for.
var events = map[ast.CmdType]string{
	ast.CMD_SELECT: "SELECT", ast.CMD_UPDATE: "UPDATE", ast.CMD_INSERT: "INSERT", ast.CMD_DELETE: "DELETE",
}

// RuleDef writes CREATE RULE as pg_get_ruledef does.
func RuleDef(c *catalog.Catalog, rule *catalog.Rule) string {
	p := &printer{c: c, style: style{indent: true}}
	p.write("CREATE RULE ", QuoteIdent(rule.Name), " AS\n    ON ", events[rule.Event], " TO ", qualified(c, c.Relation(rule.Relation)))
	if rule.Qual != nil {
		p.write("\n   WHERE ")
		p.ruleQual(rule)
	}
	p.write(" DO ")
	if rule.Instead {
		p.write("INSTEAD ")
	}
	if len(rule.Actions) == 0 {
		p.write("NOTHING;")
		return string(p.out)
	}
	if len(rule.Actions) == 1 {
		p.query(rule.Actions[0], nil, nil, true, nil)
		p.write(";")
		return string(p.out)
	}
	p.write("(")
	for _, action := range rule.Actions {
		p.query(action, nil, nil, true, nil)
		p.write(";\n")
	}
	p.write(");")
	return string(p.out)
}

// ruleQual writes a rule's condition in the scope of its first action.
func (p *printer) ruleQual(rule *catalog.Rule) {
	q := &printer{c: p.c, style: p.style, out: p.out, level: indentStep}
	if len(rule.Actions) > 0 {
		action := insertSelect(rule.Actions[0])
		q.namespaces = []*namespace{newNamespace(p.c, action, nil, nil)}
		q.varPrefix = len(action.RangeTable) != 1
	} else {
		r := p.c.Relation(rule.Relation)
		q.namespaces = []*namespace{simpleNamespace(p.c, relationEntry(r, "old"), relationEntry(r, "new"))}
		q.varPrefix = true
	}
	q.expr(rule.Qual, false)
	p.out = q.out
}

// insertSelect gives the SELECT of an INSERT … SELECT whose range table has the
// rule's OLD and NEW, else the query itself (getInsertSelectQuery).
func insertSelect(q *query.Query) *query.Query {
	if q.Command != ast.CMD_INSERT || q.Jointree == nil || len(q.Jointree.From) != 1 {
		return q
	}
	if len(q.RangeTable) >= 2 && entryIsOldNew(q.RangeTable[0]) {
		return q
	}
	if ref, ok := q.Jointree.From[0].(*query.RangeTblRef); ok {
		if e := q.RangeTable[ref.Index-1]; e.Kind == query.RTESubquery {
			return e.Subquery
		}
	}
	return q
}

func entryIsOldNew(e *query.RangeTblEntry) bool {
	return e.Kind == query.RTERelation && e.Alias != nil && e.Alias.Name == "old"
}
