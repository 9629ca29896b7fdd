package eval

import (
	"cmp"
	"math"
	"time"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

const usecPerDay = 24 * 60 * 60 * 1_000_000

// momentBuiltins compute with timestamps and intervals, and turn dates and
// timestamps into each other.
var momentBuiltins = map[string]builtin{
	"timestamp_pl_interval":   func(c *call) query.Datum { return c.shifted(1, false) },
	"timestamp_mi_interval":   func(c *call) query.Datum { return c.shifted(-1, false) },
	"timestamptz_pl_interval": func(c *call) query.Datum { return c.shifted(1, true) },
	"timestamptz_mi_interval": func(c *call) query.Datum { return c.shifted(-1, true) },
	"date_pl_interval":        func(c *call) query.Datum { return c.shifted(1, false) },
	"date_mi_interval":        func(c *call) query.Datum { return c.shifted(-1, false) },
	"timestamp_mi":            momentDifference,

	"interval_pl":    func(c *call) query.Datum { return sumOfIntervals(c, 1) },
	"interval_mi":    func(c *call) query.Datum { return sumOfIntervals(c, -1) },
	"interval_um":    func(c *call) query.Datum { return scaled(c, c.interval(0), -1) },
	"interval_mul":   func(c *call) query.Datum { return scaled(c, c.interval(0), float(c.args[1])) },
	"mul_d_interval": func(c *call) query.Datum { return scaled(c, c.interval(1), float(c.args[0])) },
	"make_interval":  makeInterval,

	"timestamptz_timestamp": func(c *call) query.Datum {
		return c.finite(c.local(0), func(m datum.Moment) query.Datum { return m.Text(false) })
	},
	"timestamptz_date": func(c *call) query.Datum { return c.finite(c.local(0), dayOf) },
	"timestamp_date":   func(c *call) query.Datum { return c.finite(c.moment(0), dayOf) },
	"timestamptz_time": func(c *call) query.Datum { return c.finite(c.local(0), clockOf) },
	"timestamp_time":   func(c *call) query.Datum { return c.finite(c.moment(0), clockOf) },
	"datetime_timestamp": func(c *call) query.Datum {
		return datum.In(c.x.c, pg.Timestamp, -1, c.text(0)+" "+c.text(1))
	},
	"timestamptz_zone": func(c *call) query.Datum {
		return c.inZone(func(zone *time.Location, m datum.Moment) query.Datum { return m.Local(zone).Text(false) })
	},
	"timestamp_zone": func(c *call) query.Datum {
		return c.inZone(func(zone *time.Location, m datum.Moment) query.Datum { return m.UTC(zone).Text(true) })
	},
	"make_timestamp":   func(c *call) query.Datum { return makeTimestamp(c, false) },
	"make_timestamptz": func(c *call) query.Datum { return makeTimestamp(c, true) },
	"float8_timestamptz": func(c *call) query.Datum {
		f := float(c.args[0])
		if math.IsNaN(f) || math.Abs(f) > 1e11 {
			return Unknown{"a far timestamp"}
		}
		return datum.MomentOf(time.UnixMicro(int64(math.RoundToEven(f * 1e6)))).Text(true)
	},
}

func dayOf(m datum.Moment) query.Datum   { return m.DayText() }
func clockOf(m datum.Moment) query.Datum { return m.ClockText() }

// moment gives an argument that is a date or timestamp.
func (c *call) moment(i int) datum.Moment {
	return datum.ParseMoment(c.x.c, c.text(i), c.x.base(c.types[i]) == pg.Timestamptz)
}

// local gives such an argument as clocks in the session's zone show it.
func (c *call) local(i int) datum.Moment {
	m := c.moment(i)
	if m.Finite() && c.x.base(c.types[i]) == pg.Timestamptz {
		m = m.Local(datum.SessionZone(c.x.c))
	}
	return m
}

func (c *call) interval(i int) datum.Interval { return datum.ParseInterval(c.x.c, c.text(i)) }

// finite leaves out what infinity is turned into.
func (c *call) finite(m datum.Moment, f func(datum.Moment) query.Datum) query.Datum {
	if !m.Finite() {
		return Unknown{"a timestamp that is not finite"}
	}
	return f(m)
}

// shifted adds the interval of the second argument to the first.
func (c *call) shifted(sign int64, zoned bool) query.Datum {
	m := c.moment(0)
	if !m.Finite() {
		return m.Text(zoned)
	}
	return c.timestamp(c.plus(m, c.interval(1), sign, zoned), zoned)
}

// timestamp gives a moment as a value; one out of range is refused.
func (c *call) timestamp(m datum.Moment, zoned bool) query.Datum {
	if !m.Finite() {
		pgerr.Raise("22008", pgerr.NoPosition, "timestamp out of range")
	}
	return m.Text(zoned)
}

// plus adds an interval: months and days by the calendar of the session's zone.
func (c *call) plus(m datum.Moment, v datum.Interval, sign int64, zoned bool) datum.Moment {
	if max(v.Months, -v.Months) > 12*300_000 || max(v.Days, -v.Days) > 110_000_000 || max(v.Usec, -v.Usec) > 1<<62 {
		pgerr.Raise("22008", pgerr.NoPosition, "timestamp out of range")
	}
	if zone := datum.SessionZone(c.x.c); zoned && (v.Months != 0 || v.Days != 0) {
		m = m.Local(zone).AddDays(sign*v.Months, sign*v.Days).UTC(zone)
	} else {
		m = m.AddDays(sign*v.Months, sign*v.Days)
	}
	if !m.Finite() {
		return m
	}
	return m + datum.Moment(sign*v.Usec)
}

func momentDifference(c *call) query.Datum {
	a, b := c.moment(0), c.moment(1)
	if !a.Finite() || !b.Finite() {
		pgerr.Raise("22008", pgerr.NoPosition, "cannot subtract infinite timestamps")
	}
	return datum.Interval{Days: int64(a-b) / usecPerDay, Usec: int64(a-b) % usecPerDay}.String()
}

func sumOfIntervals(c *call, sign int64) query.Datum {
	a, b := c.interval(0), c.interval(1)
	return limitedInterval(datum.Interval{Months: a.Months + sign*b.Months, Days: a.Days + sign*b.Days, Usec: a.Usec + sign*b.Usec})
}

func limitedInterval(v datum.Interval) query.Datum {
	if int64(int32(v.Months)) != v.Months || int64(int32(v.Days)) != v.Days {
		pgerr.Raise("22008", pgerr.NoPosition, "interval out of range")
	}
	return v.String()
}

// scaled multiplies an interval by a number. Parts of months and days, which
// spill into smaller units by rules of their own, are not computed.
func scaled(c *call, v datum.Interval, factor float64) query.Datum {
	months, days, usec := float64(v.Months)*factor, float64(v.Days)*factor, math.RoundToEven(float64(v.Usec)*factor)
	if months != math.Trunc(months) || days != math.Trunc(days) || !(math.Abs(usec) < 1<<53) {
		return Unknown{"a part of an interval"}
	}
	return limitedInterval(datum.Interval{Months: int64(months), Days: int64(days), Usec: int64(usec)})
}

func makeInterval(c *call) query.Datum {
	sec := math.RoundToEven(float(c.args[6]) * 1e6)
	if !(math.Abs(sec) < 1<<53) {
		return Unknown{"a long interval"}
	}
	return limitedInterval(datum.Interval{
		Months: c.int(0)*12 + c.int(1), Days: c.int(2)*7 + c.int(3),
		Usec: c.int(4)*3600_000_000 + c.int(5)*60_000_000 + int64(sec),
	})
}

// inZone is AT TIME ZONE with a zone's name.
func (c *call) inZone(f func(*time.Location, datum.Moment) query.Datum) query.Datum {
	m := c.moment(1)
	zone := datum.Zone(c.text(0))
	if zone == nil || !m.Finite() {
		return Unknown{"a time zone"}
	}
	return f(zone, m)
}

func makeTimestamp(c *call, zoned bool) query.Datum {
	day := datum.In(c.x.c, pg.Date, -1, dateOf(c.int(0), c.int(1), c.int(2)))
	sec := float(c.args[5])
	if hour, minute := c.int(3), c.int(4); hour < 0 || hour > 23 || minute < 0 || minute > 59 || !(sec >= 0 && sec < 60) {
		return Unknown{"a time of day"}
	}
	m := datum.ParseMoment(c.x.c, text(day), false) +
		datum.Moment((c.int(3)*60+c.int(4))*60_000_000+int64(math.RoundToEven(sec*1e6)))
	if zoned {
		m = m.UTC(datum.SessionZone(c.x.c))
	}
	return m.Text(zoned)
}

// momentSeries is generate_series over timestamps.
func momentSeries(c *call, zoned bool) Rows {
	m, last, step := c.moment(0), c.moment(1), c.interval(2)
	sign := cmp.Compare((step.Months*30+step.Days)*usecPerDay+step.Usec, 0)
	if sign == 0 {
		pgerr.Raise("22023", pgerr.NoPosition, "step size cannot equal zero")
	}
	if !m.Finite() || !last.Finite() {
		return Rows{Open: "an endless series"}
	}
	var out Rows
	for ; sign > 0 && m <= last || sign < 0 && m >= last; m = c.plus(m, step, 1, zoned) {
		out.Rows = append(out.Rows, []query.Datum{c.timestamp(m, zoned)})
		if c.x.step(1); len(out.Rows) > maxRows {
			return Rows{Open: "a long series"}
		}
	}
	return out
}
