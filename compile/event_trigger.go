package compile

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// eventTriggerEvents are what an event trigger can wait for.
var eventTriggerEvents = nameSet("ddl_command_start", "ddl_command_end", "sql_drop", "table_rewrite")

// createEventTrigger interprets CREATE EVENT TRIGGER, as CreateEventTrigger.
func (s *Session) createEventTrigger(n *ast.CreateEventTrigStmt) {
	if !s.superuser() {
		pgerr.New("42501", pgerr.NoPosition, `permission denied to create event trigger "%s"`, n.Trigname).
			WithHint("Must be superuser to create an event trigger.").Raise()
	}
	if !eventTriggerEvents[n.Eventname] {
		pgerr.Raise("42601", pgerr.NoPosition, `unrecognized event name "%s"`, n.Eventname)
	}
	tags := s.eventTags(n)
	if s.catalog.Named(catalog.ClassEventTrigger, 0, n.Trigname) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, `event trigger "%s" already exists`, n.Trigname)
	}
	p := s.functionNamed(n.Funcname, nil)
	if p.RetType != pg.EventTrigger {
		pgerr.Raise("42P17", pgerr.NoPosition, "function %s must return type %s", dotted(n.Funcname), "event_trigger")
	}
	t := &catalog.EventTrigger{Header: catalog.Header{Name: n.Trigname, Owner: s.catalog.CurrentUser}, Event: n.Eventname, Function: p.OID, Enabled: 'O', Tags: tags}
	s.catalog.Add(t)
	s.catalog.Depend(t.Address(), p.Address(), catalog.DependNormal)
	s.changed("create event trigger %s", t.Name)
}

// eventTags reads WHEN tag IN (…).
func (s *Session) eventTags(n *ast.CreateEventTrigStmt) []string {
	var tags []string
	for _, node := range n.Whenclause {
		d := node.(*ast.DefElem)
		if d.Defname != "tag" {
			pgerr.Raise("42601", pgerr.NoPosition, `unrecognized filter variable "%s"`, d.Defname)
		}
		if tags != nil {
			pgerr.Raise("42601", pgerr.NoPosition, `filter variable "%s" specified more than once`, d.Defname)
		}
		for _, tag := range ast.Strings(d.Arg.(*ast.List).Items) {
			s.checkEventTag(n.Eventname, tag)
			tags = append(tags, strings.ToUpper(tag))
		}
	}
	return tags
}

// checkEventTag refuses command tags that the event never has
// (validate_ddl_tags, validate_table_rewrite_tags).
func (s *Session) checkEventTag(event, written string) {
	tag := strings.ToUpper(written)
	switch {
	case !eventTags[tag] && !otherTags[tag]:
		pgerr.Raise("42601", pgerr.NoPosition, `filter value "%s" not recognized for filter variable "%s"`, written, "tag")
	case event == "table_rewrite" && !rewriteTags[tag], event != "table_rewrite" && !eventTags[tag]:
		pgerr.Raise("0A000", pgerr.NoPosition, "event triggers are not supported for %s", written)
	}
}

// alterEventTrigger interprets ALTER EVENT TRIGGER … ENABLE and DISABLE.
func (s *Session) alterEventTrigger(n *ast.AlterEventTrigStmt) {
	t := s.plainNamed(ast.OBJECT_EVENT_TRIGGER, n.Trigname).(*catalog.EventTrigger)
	s.checkOwnerAs(t, ast.OBJECT_EVENT_TRIGGER, n.Trigname)
	s.catalog.Touch(t)
	t.Enabled = n.Tgenabled[0]
}
