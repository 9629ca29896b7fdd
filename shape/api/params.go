package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/electric-cli/electric/shape/wire"
)

// params are what a request asks for.
type params struct {
	table, handle, cursor string
	where                 string
	columns, queryable    []string          // nil when not given
	values                map[string]string // of the where clause's parameters
	full, changesOnly     bool              // replica=full, log=changes_only
	offsetText            string
	offset                wire.Offset
	first, now            bool // offset is -1, now
	live, sse             bool
	compaction            bool // experimental_compaction
	subset                any  // fields, or what was given for them; nil for none
}

// cast reads a request's fields. Unknown ones are passed over: clients send some
// of their own, and proxies add theirs.
func (c *caster) cast() *params {
	p := &params{
		table: c.text("table"), handle: c.text("handle"), where: c.text("where"),
		columns: c.columns("columns"), queryable: c.columns("queryable_columns"), values: c.texts("params"),
		full:        c.choice("replica", "default", "full") == "full",
		changesOnly: c.choice("log", "full", "changes_only") == "changes_only",
		offsetText:  c.text("offset"), compaction: c.flag("experimental_compaction"), subset: c.given["subset"],
	}
	p.cursor, _ = c.given["cursor"].(string)
	return p
}

// readParams reads and checks what can be checked without the table, in stages: a
// later one is not reached when an earlier one finds something wrong.
func readParams(given fields) (*params, error) {
	gatherSubset(given)
	c := &caster{given: given}
	p := c.cast()
	p.live = c.present("live")
	sse := "live_sse"
	if _, given := given[sse]; !given {
		sse = "experimental_live_sse" // its old name
	}
	p.sse = c.present(sse)
	if p.offsetText == "" && c.errors["offset"] == nil {
		c.wrong("offset", "can't be blank")
	}
	if err := c.err(); err != nil {
		return nil, err
	}
	if err := p.readOffset(); err != nil {
		return nil, err
	}
	switch {
	case p.handle == "" && !p.first && !p.now:
		return nil, wrong("handle", "can't be blank when offset != -1")
	case p.live && p.first:
		return nil, wrong("live", "can't be true when offset == -1")
	case p.live && p.now:
		return nil, wrong("live", "can't be true when offset is 'now'")
	case p.sse && !p.live:
		return nil, wrong("live_sse", "can't be true unless live is also true")
	case p.table == "":
		return nil, wrong("table", "can't be blank")
	}
	return p, nil
}

func (p *params) readOffset() error {
	var ok bool
	switch p.offsetText {
	case "-1":
		p.first = true
	case "now":
		p.now = true
	default:
		if p.offset, ok = wire.ParseOffset(p.offsetText); !ok {
			return wrong("offset", "has invalid format")
		}
	}
	return nil
}

// key is all of a request that defines its shape, as it was written.
func (p *params) key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %q %q %t %t", p.table, p.where, p.columns, p.queryable, p.full, p.changesOnly)
	for _, name := range slices.Sorted(maps.Keys(p.values)) {
		fmt.Fprintf(&b, " %q=%q", name, p.values[name])
	}
	return b.String()
}
