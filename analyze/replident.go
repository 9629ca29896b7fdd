package analyze

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// checkReplicaIdentity refuses UPDATE and DELETE of published tables whose
// rows subscribers could not find (CheckCmdReplicaIdentity), of a table and of
// those below it.
func (a *Analyzer) checkReplicaIdentity(command ast.CmdType, r *catalog.Relation) {
	publications := catalog.All[*catalog.Publication](a.c)
	if len(publications) == 0 {
		return
	}
	p := publishing{a: a, command: command, all: publications}
	p.check(r)
}

// A publishing is one check over all publications.
type publishing struct {
	a       *Analyzer
	command ast.CmdType
	all     []*catalog.Publication
}

func (p *publishing) check(r *catalog.Relation) {
	if r.Kind == catalog.Table && r.Persistence == 'p' && r.OID >= 16384 {
		p.checkTable(r)
	}
	for _, child := range r.Children {
		if c := p.a.c.Relation(child); c != nil {
			p.check(c)
		}
	}
}

func (p *publishing) checkTable(r *catalog.Relation) {
	verb, publishes := "update", "updates"
	if p.command == ast.CMD_DELETE {
		verb, publishes = "delete from", "deletes"
	}
	refuse := func(detail string) {
		pgerr.New("42P10", noPosition, `cannot %s table "%s"`, verb, r.Name).WithDetail("%s", detail).Raise()
	}
	identity := p.identity(r)
	published := false
	var badList bool
	for _, pub := range p.all {
		if !p.relevant(pub) || !p.publishes(pub, r) {
			continue
		}
		published = true
		t, of := p.entry(pub, r)
		if t == nil {
			continue
		}
		if r.ReplicaIdentity != 'f' && p.filterOutside(t, of, r, identity) {
			refuse("Column used in the publication WHERE expression is not part of the replica identity.")
		}
		badList = badList || p.listOutside(t, of, r, identity)
	}
	if badList {
		refuse("Column list used by the publication does not cover the replica identity.")
	}
	if !published || r.ReplicaIdentity == 'f' || identity != nil {
		return
	}
	e := pgerr.New("55000", noPosition, `cannot %s table "%s" because it does not have a replica identity and publishes %s`, verb, r.Name, publishes)
	if p.command == ast.CMD_UPDATE {
		e.WithHint("To enable updating the table, set REPLICA IDENTITY using ALTER TABLE.").Raise()
	}
	e.WithHint("To enable deleting from the table, set REPLICA IDENTITY using ALTER TABLE.").Raise()
}

func (p *publishing) relevant(pub *catalog.Publication) bool {
	if p.command == ast.CMD_DELETE {
		return pub.Delete
	}
	return pub.Update
}

// publishes says whether a publication has a table, by itself, through an
// ancestor, a schema, or because it has all.
func (p *publishing) publishes(pub *catalog.Publication, r *catalog.Relation) bool {
	if pub.AllTables {
		return true
	}
	for _, rel := range p.lineage(r) {
		if slices.Contains(pub.Schemas, rel.Namespace) || slices.ContainsFunc(pub.Tables, func(t catalog.PublicationTable) bool { return t.Relation == rel.OID }) {
			return true
		}
	}
	return false
}

// lineage gives a table and the partitioned tables it is a partition of.
func (p *publishing) lineage(r *catalog.Relation) []*catalog.Relation {
	out := []*catalog.Relation{r}
	for r.IsPartition && len(r.Inherits) > 0 {
		if r = p.a.c.Relation(r.Inherits[0]); r == nil {
			break
		}
		out = append(out, r)
	}
	return out
}

// entry gives what a publication says of a table: its own entry, or with
// publish_via_partition_root that of its topmost published ancestor.
func (p *publishing) entry(pub *catalog.Publication, r *catalog.Relation) (*catalog.PublicationTable, *catalog.Relation) {
	lineage := p.lineage(r)
	if !pub.ViaRoot {
		lineage = lineage[:1]
	}
	for _, rel := range slices.Backward(lineage) {
		for i := range pub.Tables {
			if pub.Tables[i].Relation == rel.OID {
				return &pub.Tables[i], rel
			}
		}
		if slices.Contains(pub.Schemas, rel.Namespace) {
			return nil, nil
		}
	}
	return nil, nil
}

// identity gives the columns that identify a table's rows to subscribers, nil
// for none.
func (p *publishing) identity(r *catalog.Relation) []int16 {
	for _, index := range r.Indexes {
		info := index.IndexInfo
		if info == nil || !info.Immediate {
			continue
		}
		if r.ReplicaIdentity == 'i' && info.ReplIdent || r.ReplicaIdentity == 'd' && info.Primary {
			var cols []int16
			for _, key := range info.Keys[:info.KeyCount] {
				cols = append(cols, key.Column)
			}
			return cols
		}
	}
	return nil
}

// columnIn finds the column of the same name in another relation.
func columnIn(r, other *catalog.Relation, num int16) int16 {
	if r == other || num <= 0 {
		return num
	}
	if col := other.ColumnNamed(r.Columns[num-1].Name); col != nil {
		return col.Num
	}
	return 0
}

func (p *publishing) filterOutside(t *catalog.PublicationTable, of, r *catalog.Relation, identity []int16) bool {
	for _, num := range Columns(t.Where, 1) {
		if !slices.Contains(identity, columnIn(of, r, num)) {
			return true
		}
	}
	return false
}

func (p *publishing) listOutside(t *catalog.PublicationTable, of, r *catalog.Relation, identity []int16) bool {
	if len(t.Columns) == 0 {
		return false
	}
	if r.ReplicaIdentity == 'f' {
		return true
	}
	for _, num := range identity {
		if !slices.Contains(t.Columns, columnIn(r, of, num)) {
			return true
		}
	}
	return false
}

// checkRules refuses what does not go with a relation's rules.
func (a *Analyzer) checkRules(q *query.Query, r *catalog.Relation) {
	instead, returning := false, false
	for _, rule := range r.Rules {
		if q.OnConflict != nil && (rule.Event == ast.CMD_INSERT || rule.Event == ast.CMD_UPDATE) {
			raise("0A000", noPosition, "INSERT with ON CONFLICT clause cannot be used with table that has INSERT or UPDATE rules")
		}
		if rule.Event != q.Command {
			continue
		}
		instead = instead || rule.Instead
		for _, action := range rule.Actions {
			returning = returning || len(action.Returning) > 0
		}
	}
	if !instead || returning || len(q.Returning) == 0 {
		return
	}
	event := viewWrites[q.Command].event
	pgerr.New("0A000", noPosition, `cannot perform %s RETURNING on relation "%s"`, event, r.Name).
		WithHint("You need an unconditional ON %s DO INSTEAD rule with a RETURNING clause.", event).Raise()
}

// replaced says whether an unconditional rule does a command in its stead.
func replaced(command ast.CmdType, r *catalog.Relation) bool {
	return slices.ContainsFunc(r.Rules, func(rule *catalog.Rule) bool {
		return rule.Event == command && rule.Instead && rule.Qual == nil
	})
}
