package api

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/electric-cli/electric/shape/wire"
)

// validate checks what can be checked without the table. The first thing that is
// wrong is the answer.
func (p *params) validate() error {
	for _, c := range []struct {
		field, text string
		values      []string
	}{
		{"replica", p.replica, []string{"", "default", "full"}},
		{"log", p.log, []string{"", "full", "changes_only"}},
	} {
		if !slices.Contains(c.values, c.text) {
			return wrong(c.field, "is invalid")
		}
	}
	for field, text := range map[string]string{"table": p.table, "where": p.where, "columns": p.columns, "handle": p.handle} {
		if !utf8.ValidString(text) || slices.Contains([]byte(text), 0) {
			return wrong(field, "is invalid")
		}
	}
	if err := p.validateOffset(); err != nil {
		return err
	}
	switch {
	case p.handle == "" && !p.first && !p.now:
		return wrong("handle", "can't be blank when offset != -1")
	case p.live && p.first:
		return wrong("live", "can't be true when offset == -1")
	case p.live && p.now:
		return wrong("live", "can't be true when offset is 'now'")
	case p.sse && !p.live:
		return wrong("live_sse", "can't be true unless live is also true")
	case p.table == "":
		return wrong("table", "can't be blank")
	}
	return nil
}

func (p *params) validateOffset() error {
	var ok bool
	switch p.offsetText {
	case "":
		return wrong("offset", "can't be blank")
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

// validate checks a subset's numbers.
func (s *subsetParams) validate() error {
	if s.order == "" && (s.limit != "" || s.offset != "") {
		return inSubset("order_by", "order_by is required when limit or offset is present")
	}
	if s.limit != "" {
		if n, err := strconv.ParseInt(s.limit, 10, 64); err != nil {
			return inSubset("limit", "is invalid")
		} else if n <= 0 {
			return inSubset("limit", "must be greater than 0")
		}
	}
	if s.offset != "" {
		if n, err := strconv.ParseInt(s.offset, 10, 64); err != nil {
			return inSubset("offset", "is invalid")
		} else if n < 0 {
			return inSubset("offset", "must be greater than or equal to 0")
		}
	}
	return nil
}
