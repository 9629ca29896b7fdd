package eval

import (
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// clockUnknown is what reading the clock gives when the catalog has none.
var clockUnknown = Unknown{"the clock"}

// clockBuiltins are the functions that read the clock. It stands still: every
// one gives the instant that the catalog's Clock names, so that the same files
// make the same schema on any day.
var clockBuiltins = map[string]builtin{
	"now":                 clockNow,
	"statement_timestamp": clockNow,
	"clock_timestamp":     clockNow,
	"timeofday": func(c *call) query.Datum {
		if c.x.c.Clock.IsZero() {
			return clockUnknown
		}
		return c.x.c.Clock.In(datum.SessionZone(c.x.c)).Format("Mon Jan 02 15:04:05.000000 2006 MST")
	},
}

func clockNow(c *call) query.Datum {
	if c.x.c.Clock.IsZero() {
		return clockUnknown
	}
	return datum.MomentOf(c.x.c.Clock).Text(true)
}

// clockValue is CURRENT_DATE and its like.
func (x *Executor) clockValue(e *query.SQLValueFunction) query.Datum {
	if x.c.Clock.IsZero() {
		return clockUnknown
	}
	now := datum.MomentOf(x.c.Clock)
	local := now.Local(datum.SessionZone(x.c))
	switch e.Op {
	case ast.SVFOP_CURRENT_DATE:
		return local.DayText()
	case ast.SVFOP_CURRENT_TIMESTAMP, ast.SVFOP_CURRENT_TIMESTAMP_N:
		return datum.In(x.c, pg.Timestamptz, e.Typmod, now.Text(true))
	case ast.SVFOP_LOCALTIMESTAMP, ast.SVFOP_LOCALTIMESTAMP_N:
		return datum.In(x.c, pg.Timestamp, e.Typmod, local.Text(false))
	case ast.SVFOP_LOCALTIME, ast.SVFOP_LOCALTIME_N:
		return datum.In(x.c, pg.Time, e.Typmod, local.ClockText())
	case ast.SVFOP_CURRENT_TIME, ast.SVFOP_CURRENT_TIME_N:
		return datum.In(x.c, pg.Timetz, e.Typmod, local.ClockText()+x.c.Clock.In(datum.SessionZone(x.c)).Format("-07:00"))
	}
	return clockUnknown
}
