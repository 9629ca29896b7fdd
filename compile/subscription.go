package compile

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// subscriptionOptions are the options of CREATE SUBSCRIPTION.
var subscriptionOptions = nameSet("connect", "enabled", "create_slot", "slot_name", "copy_data", "synchronous_commit", "binary", "streaming",
	"two_phase", "disable_on_error")

// createSubscription interprets CREATE SUBSCRIPTION, as CreateSubscription:
// that it never connects to the other server is all that differs.
func (s *Session) createSubscription(n *ast.CreateSubscriptionStmt) {
	opts := s.subscriptionOptions(n.Options, subscriptionOptions)
	connect := s.optionTrue(opts, "connect", true)
	for _, name := range []string{"enabled", "create_slot", "copy_data"} {
		if !connect && opts[name] != nil && s.defBool(opts[name]) {
			pgerr.Raise("42601", pgerr.NoPosition, "connect = false and %s = true are mutually exclusive options", name)
		}
	}
	s.checkSlotOptions(opts, connect)
	if s.optionTrue(opts, "create_slot", connect) {
		s.preventInTransactionBlock("CREATE SUBSCRIPTION ... WITH (create_slot = true)")
	}
	s.requireSuperuser("must be superuser to create subscriptions")
	if s.catalog.Named(catalog.ClassSubscription, 0, n.Subname) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, `subscription "%s" already exists`, n.Subname)
	}
	checkConnection(n.Conninfo)
	checkPublicationNames(ast.Strings(n.Publication))
	g := s.addGeneric(catalog.ClassSubscription, 0, n.Subname)
	slot := n.Subname
	if d := opts["slot_name"]; d != nil {
		slot = s.slotName(d)
	}
	g.Extra = slot
	if !connect {
		s.warning("01000", "tables were not subscribed, you will have to run ALTER SUBSCRIPTION ... REFRESH PUBLICATION to subscribe the tables")
	}
	g.Options = []catalog.Option{{Name: "enabled", Value: s.boolText(s.optionTrue(opts, "enabled", connect))}}
	for _, name := range ast.Strings(n.Publication) {
		g.Options = append(g.Options, catalog.Option{Name: "publication", Value: name})
	}
}

func (s *Session) boolText(v bool) string {
	if v {
		return "true"
	}
	return "false"
}

func (s *Session) subscriptionOptions(list []ast.Node, known map[string]bool) optionSet {
	opts := options(list, known, func(d *ast.DefElem) {
		pgerr.Raise("42601", pgerr.NoPosition, `unrecognized subscription parameter: "%s"`, d.Defname)
	})
	for _, name := range []string{"connect", "enabled", "create_slot", "copy_data", "binary", "streaming", "two_phase", "disable_on_error"} {
		if d := opts[name]; d != nil {
			s.defBool(d)
		}
	}
	if d := opts["synchronous_commit"]; d != nil {
		s.checkSetting("synchronous_commit", s.defString(d))
	}
	if d := opts["slot_name"]; d != nil {
		s.checkSlotName(s.slotName(d))
	}
	return opts
}

func (s *Session) optionTrue(opts optionSet, name string, usual bool) bool {
	if d := opts[name]; d != nil {
		return s.defBool(d)
	}
	return usual
}

// slotName gives a slot's name, "" for NONE.
func (s *Session) slotName(d *ast.DefElem) string {
	if name := s.defString(d); name != "none" {
		return name
	}
	return ""
}

// checkSlotName mirrors ReplicationSlotValidateName.
func (s *Session) checkSlotName(name string) {
	for _, r := range name {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_') {
			pgerr.New("42602", pgerr.NoPosition, `replication slot name "%s" contains invalid character`, name).
				WithHint("Replication slot names may only contain lower case letters, numbers, and the underscore character.").Raise()
		}
	}
}

// checkSlotOptions refuses slot_name = NONE beside what needs a slot.
func (s *Session) checkSlotOptions(opts optionSet, connect bool) {
	d := opts["slot_name"]
	if d == nil || s.slotName(d) != "" {
		return
	}
	for _, name := range []string{"enabled", "create_slot"} {
		switch {
		case opts[name] != nil && s.defBool(opts[name]):
			pgerr.Raise("42601", pgerr.NoPosition, "slot_name = NONE and %s = true are mutually exclusive options", name)
		case opts[name] == nil && connect:
			pgerr.Raise("42601", pgerr.NoPosition, "subscription with slot_name = NONE must also set %s = false", name)
		}
	}
}

// checkConnection refuses a connection string that is neither a URI nor made
// of words with values.
func checkConnection(info string) {
	word := strings.TrimSpace(info)
	if word != "" && !strings.Contains(word, "=") && !strings.HasPrefix(word, "postgres://") && !strings.HasPrefix(word, "postgresql://") {
		pgerr.Raise("42601", pgerr.NoPosition, "invalid connection string syntax: missing \"=\" after \"%s\" in connection info string\n", word)
	}
}

func checkPublicationNames(names []string) {
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			pgerr.Raise("42710", pgerr.NoPosition, `publication name "%s" used more than once`, name)
		}
	}
}

// alterSubscription interprets ALTER SUBSCRIPTION, as AlterSubscription.
func (s *Session) alterSubscription(n *ast.AlterSubscriptionStmt) {
	g := s.genericNamed(ast.OBJECT_SUBSCRIPTION, n.Subname)
	s.checkOwnerAs(g, ast.OBJECT_SUBSCRIPTION, n.Subname)
	switch n.Kind {
	case ast.ALTER_SUBSCRIPTION_OPTIONS:
		s.alterSubscriptionOptions(g, n)
	case ast.ALTER_SUBSCRIPTION_ENABLED:
		s.enableSubscription(g, s.subscriptionOptions(n.Options, nameSet("enabled")))
	case ast.ALTER_SUBSCRIPTION_SET_PUBLICATION, ast.ALTER_SUBSCRIPTION_ADD_PUBLICATION, ast.ALTER_SUBSCRIPTION_DROP_PUBLICATION:
		s.alterSubscribed(g, n)
	case ast.ALTER_SUBSCRIPTION_REFRESH:
		s.subscriptionOptions(n.Options, nameSet("copy_data"))
		if option(g.Options, "enabled") != "true" {
			pgerr.Raise("55000", pgerr.NoPosition, "ALTER SUBSCRIPTION ... REFRESH is not allowed for disabled subscriptions")
		}
		s.preventInTransactionBlock("ALTER SUBSCRIPTION ... REFRESH")
	case ast.ALTER_SUBSCRIPTION_SKIP:
		s.requireSuperuser("must be superuser to skip transaction")
		s.subscriptionSkip(n)
	}
}

func (s *Session) subscriptionSkip(n *ast.AlterSubscriptionStmt) {
	options(n.Options, nameSet("lsn"), func(d *ast.DefElem) {
		pgerr.Raise("42601", pgerr.NoPosition, `unrecognized subscription parameter: "%s"`, d.Defname)
	})
}

func (s *Session) alterSubscriptionOptions(g *catalog.Generic, n *ast.AlterSubscriptionStmt) {
	opts := s.subscriptionOptions(n.Options, nameSet("slot_name", "synchronous_commit", "binary", "streaming", "disable_on_error"))
	d := opts["slot_name"]
	if d == nil {
		return
	}
	name := s.slotName(d)
	if name == "" && option(g.Options, "enabled") == "true" {
		pgerr.Raise("55000", pgerr.NoPosition, "cannot set %s for enabled subscription", "slot_name = NONE")
	}
	s.catalog.Touch(g)
	g.Extra = name
}

func (s *Session) enableSubscription(g *catalog.Generic, opts optionSet) {
	on := s.optionTrue(opts, "enabled", true)
	if on && g.Extra == "" {
		pgerr.Raise("55000", pgerr.NoPosition, "cannot enable subscription that does not have a slot name")
	}
	s.catalog.Touch(g)
	for i := range g.Options {
		if g.Options[i].Name == "enabled" {
			g.Options[i].Value = s.boolText(on)
		}
	}
}

// alterSubscribed changes the list of publications.
func (s *Session) alterSubscribed(g *catalog.Generic, n *ast.AlterSubscriptionStmt) {
	opts := s.subscriptionOptions(n.Options, nameSet("copy_data", "refresh"))
	names := ast.Strings(n.Publication)
	checkPublicationNames(names)
	var have []string
	for _, o := range g.Options {
		if o.Name == "publication" {
			have = append(have, o.Value)
		}
	}
	switch n.Kind {
	case ast.ALTER_SUBSCRIPTION_SET_PUBLICATION:
		have = names
	case ast.ALTER_SUBSCRIPTION_ADD_PUBLICATION:
		for _, name := range names {
			if slices.Contains(have, name) {
				pgerr.Raise("42710", pgerr.NoPosition, `publication "%s" is already in subscription "%s"`, name, g.Name)
			}
			have = append(have, name)
		}
	default:
		have = dropSubscribed(g, have, names)
	}
	if s.optionTrue(opts, "refresh", true) {
		if option(g.Options, "enabled") != "true" {
			pgerr.New("55000", pgerr.NoPosition, "ALTER SUBSCRIPTION with refresh is not allowed for disabled subscriptions").
				WithHint("Use ALTER SUBSCRIPTION ... SET PUBLICATION ... WITH (refresh = false).").Raise()
		}
		s.preventInTransactionBlock("ALTER SUBSCRIPTION with refresh")
	}
	s.catalog.Touch(g)
	g.Options = slices.DeleteFunc(g.Options, func(o catalog.Option) bool { return o.Name == "publication" })
	for _, name := range have {
		g.Options = append(g.Options, catalog.Option{Name: "publication", Value: name})
	}
}

func dropSubscribed(g *catalog.Generic, have, names []string) []string {
	for _, name := range names {
		i := slices.Index(have, name)
		if i < 0 {
			pgerr.Raise("42P17", pgerr.NoPosition, `publication "%s" is not in subscription "%s"`, name, g.Name)
		}
		have = slices.Delete(slices.Clone(have), i, i+1)
	}
	if len(have) == 0 {
		pgerr.Raise("42P17", pgerr.NoPosition, "cannot drop all the publications from a subscription")
	}
	return have
}

// dropSubscription interprets DROP SUBSCRIPTION, as DropSubscription.
func (s *Session) dropSubscription(n *ast.DropSubscriptionStmt) {
	g, _ := s.catalog.Named(catalog.ClassSubscription, 0, n.Subname).(*catalog.Generic)
	if g == nil {
		if !n.MissingOk {
			pgerr.Raise("42704", pgerr.NoPosition, `subscription "%s" does not exist`, n.Subname)
		}
		s.notice("00000", `subscription "%s" does not exist, skipping`, n.Subname)
		return
	}
	s.checkOwnerAs(g, ast.OBJECT_SUBSCRIPTION, n.Subname)
	if g.Extra != "" {
		s.preventInTransactionBlock("DROP SUBSCRIPTION")
	}
	s.catalog.Drop(g)
	s.changed("drop subscription %s", n.Subname)
}
