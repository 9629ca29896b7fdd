package eval

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// extractBuiltins take dates and timestamps apart: date_trunc, date_part and EXTRACT.
var extractBuiltins = map[string]builtin{
	"timestamp_trunc":     truncated,
	"timestamptz_trunc":   truncated,
	"timestamp_part":      datePart,
	"timestamptz_part":    datePart,
	"extract_date":        extract,
	"extract_timestamp":   extract,
	"extract_timestamptz": extract,
}

// dateUnits are the words for the parts of a timestamp (deltatktbl, datetktbl).
var dateUnits = map[string]string{
	"c": "century", "cent": "century", "centuries": "century", "dec": "decade", "decs": "decade", "decades": "decade",
	"mil": "millennium", "mils": "millennium", "millennia": "millennium",
	"y": "year", "yr": "year", "yrs": "year", "years": "year", "qtr": "quarter",
	"mon": "month", "mons": "month", "months": "month", "w": "week", "weeks": "week", "d": "day", "days": "day",
	"h": "hour", "hr": "hour", "hrs": "hour", "hours": "hour", "m": "minute", "min": "minute", "mins": "minute", "minutes": "minute",
	"s": "second", "sec": "second", "secs": "second", "seconds": "second",
	"ms": "milliseconds", "msec": "milliseconds", "msecs": "milliseconds", "millisecond": "milliseconds",
	"us": "microseconds", "usec": "microseconds", "usecs": "microseconds", "microsecond": "microseconds",
}

// unit gives the first argument, a unit's name, in its usual form.
func (c *call) unit() string {
	name := strings.ToLower(c.text(0))
	if usual, ok := dateUnits[name]; ok {
		return usual
	}
	return name
}

// notAUnit refuses a unit: an unknown one, or one that the type does not have.
func (c *call) notAUnit(known bool) {
	name := datum.TypeName(c.x.c, c.x.base(c.types[1]))
	if known {
		pgerr.Raise("0A000", pgerr.NoPosition, "unit \"%s\" not supported for type %s", c.text(0), name)
	}
	pgerr.Raise("22023", pgerr.NoPosition, "unit \"%s\" not recognized for type %s", c.text(0), name)
}

// truncated is date_trunc (timestamp_trunc, timestamptz_trunc).
func truncated(c *call) query.Datum {
	zoned := c.x.base(c.types[1]) == pg.Timestamptz
	m := c.local(1)
	if !m.Finite() {
		return m.Text(zoned)
	}
	if m = c.truncate(m, c.unit()); zoned {
		m = m.UTC(datum.SessionZone(c.x.c))
	}
	return c.timestamp(m, zoned)
}

func (c *call) truncate(m datum.Moment, unit string) datum.Moment {
	year, month, _ := m.Date()
	yearFrom := func(span, first int) datum.Moment { // the start of a span of years
		if year < 1 {
			pgerr.Raise(Undecidable, pgerr.NoPosition, "years before Christ cannot be truncated here")
		}
		return datum.MomentAt((year-first)/span*span+first, 1, 1, 0)
	}
	of := map[string]int64{"hour": 3600_000_000, "minute": 60_000_000, "second": 1_000_000, "milliseconds": 1000, "microseconds": 1}
	switch unit {
	case "millennium":
		return yearFrom(1000, 1)
	case "century":
		return yearFrom(100, 1)
	case "decade":
		return yearFrom(10, 0)
	case "year":
		return datum.MomentAt(year, 1, 1, 0)
	case "quarter":
		return datum.MomentAt(year, (month-1)/3*3+1, 1, 0)
	case "month":
		return datum.MomentAt(year, month, 1, 0)
	case "week":
		return m.AddDays(0, -int64((m.Weekday()+6)%7)) - datum.Moment(m.OfDay())
	case "day":
		return m - datum.Moment(m.OfDay())
	}
	if of[unit] == 0 {
		c.notAUnit(strings.HasPrefix(unit, "timezone"))
	}
	return m - datum.Moment(m.OfDay()%of[unit])
}

// otherUnits are those that say something of a timestamp but are no span.
var otherUnits = map[string]bool{
	"dow": true, "isodow": true, "doy": true, "isoyear": true, "julian": true, "epoch": true,
	"timezone": true, "timezone_h": true, "timezone_m": true, "timezone_hour": true, "timezone_minute": true,
}

// datePart is extract with a result of double precision.
func datePart(c *call) query.Datum {
	s, ok := extract(c).(string)
	if !ok {
		return Unknown{"a part of a timestamp"}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return Unknown{"a part of a timestamp"}
	}
	return f
}

// extract is EXTRACT (timestamp_part_common, extract_date).
func extract(c *call) query.Datum {
	m, unit := c.local(1), c.unit()
	if !m.Finite() {
		return Unknown{"a part of an infinite timestamp"}
	}
	isDate := c.x.base(c.types[1]) == pg.Date
	if n, ok := dateField(m, unit); ok {
		return itoa(n)
	}
	usec := m.OfDay()
	switch {
	case unit == "epoch":
		seconds := int64(c.moment(1)) - int64(datum.MomentAt(1970, 1, 1, 0))
		if isDate {
			return itoa(seconds / 1_000_000)
		}
		return fraction(seconds, 6)
	case isDate:
		c.notAUnit(otherUnits[unit] || unit == "hour" || unit == "minute" || unit == "second" || unit == "milliseconds" || unit == "microseconds")
	case unit == "hour":
		return itoa(usec / 3600_000_000)
	case unit == "minute":
		return itoa(usec / 60_000_000 % 60)
	case unit == "second":
		return fraction(usec%60_000_000, 6)
	case unit == "milliseconds":
		return fraction(usec%60_000_000, 3)
	case unit == "microseconds":
		return itoa(usec % 60_000_000)
	case unit == "julian", strings.HasPrefix(unit, "timezone"):
		return Unknown{"a part of a timestamp"}
	}
	c.notAUnit(false)
	return nil
}

// fraction writes a number of which so many digits are behind the point.
func fraction(n int64, digits int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	s := fmt.Sprintf("%0*d", digits+1, n)
	return sign + s[:len(s)-digits] + "." + s[len(s)-digits:]
}

// dateField gives the parts that a date has.
func dateField(m datum.Moment, unit string) (n int64, ok bool) {
	year, month, day := m.Date()
	shown := year // there is no year 0
	if year <= 0 {
		shown = year - 1
	}
	span := func(size int) int64 {
		if year > 0 {
			return int64((year + size - 1) / size)
		}
		return -int64((size - 1 - (year - 1)) / size)
	}
	switch unit {
	case "year":
		return int64(shown), true
	case "month":
		return int64(month), true
	case "day":
		return int64(day), true
	case "quarter":
		return int64((month-1)/3 + 1), true
	case "decade":
		if year >= 0 {
			return int64(year / 10), true
		}
		return -int64((8 - (year - 1)) / 10), true
	case "century":
		return span(100), true
	case "millennium":
		return span(1000), true
	case "dow":
		return int64(m.Weekday()), true
	case "isodow":
		return int64((m.Weekday()+6)%7 + 1), true
	case "doy":
		return int64(m.YearDay()), true
	}
	isoYear, week := m.ISOWeek()
	if isoYear <= 0 {
		isoYear--
	}
	return map[string]int64{"week": int64(week), "isoyear": int64(isoYear)}[unit], unit == "week" || unit == "isoyear"
}
