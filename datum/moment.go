package datum

import (
	"time"

	"github.com/electric-cli/electric/catalog"
)

// A Moment is a timestamp as a number to compute with: microseconds since
// 2000-01-01, of UTC or of some clock on a wall.
type Moment int64

// ParseMoment reads a value of timestamp, or of timestamptz when it is zoned.
func ParseMoment(c *catalog.Catalog, text string, zoned bool) Moment {
	return Moment(parseInstant(c, text, zoned))
}

// MomentOf gives an instant in UTC.
func MomentOf(t time.Time) Moment { return Moment(t.UnixMicro() + unixEpoch*usecPerDay) }

// MomentAt gives a date and a time of day in microseconds.
func MomentAt(year, month, day int, usec int64) Moment {
	return Moment(toDay(year, month, day)*usecPerDay + usec)
}

// Finite says whether a moment is neither infinity nor too far away for a timestamp.
func (m Moment) Finite() bool { return int64(m) >= timestampMin && int64(m) < timestampEnd }

// Text gives the moment as a value of timestamp or timestamptz.
func (m Moment) Text(zoned bool) string {
	if zoned {
		return instantText(int64(m), "+00")
	}
	return instantText(int64(m), "")
}

// DayText gives the moment's date.
func (m Moment) DayText() string { return dateText(m.Day()) }

// Day gives the days since 2000-01-01.
func (m Moment) Day() int64 { return floorDiv(int64(m), usecPerDay) }

// OfDay gives the microseconds since midnight.
func (m Moment) OfDay() int64 { return int64(m) - m.Day()*usecPerDay }

// Date takes the moment's date apart.
func (m Moment) Date() (year, month, day int) { return fromDay(m.Day()) }

// ClockText gives the moment's time of day.
func (m Moment) ClockText() string { return clockText(m.OfDay()) }

// Weekday counts from Sunday, which is 0.
func (m Moment) Weekday() int { return int((m.Day()%7 + 7 + 6) % 7) }

// YearDay counts from 1.
func (m Moment) YearDay() int {
	year, _, _ := m.Date()
	return int(m.Day()-toDay(year, 1, 1)) + 1
}

// ISOWeek gives the year and the week of ISO 8601.
func (m Moment) ISOWeek() (year, week int) {
	thursday := m.Day() - int64((m.Weekday()+6)%7) + 3
	year, _, _ = fromDay(thursday)
	return year, int(thursday-toDay(year, 1, 1))/7 + 1
}

// Julian gives the number of the Julian day.
func (m Moment) Julian() int64 { return m.Day() + julianEpoch }

// Local gives what a clock in a zone shows at a moment of UTC.
func (m Moment) Local(zone *time.Location) Moment {
	return m + Moment(int64(m.offset(zone))*usecPerSecond)
}

// UTC gives the moment at which a clock in a zone shows m.
func (m Moment) UTC(zone *time.Location) Moment {
	return m - Moment(int64(zoneOffset(zone, int64(m)))*usecPerSecond)
}

func (m Moment) offset(zone *time.Location) int {
	_, offset := time.Unix(floorDiv(int64(m), usecPerSecond)-unixEpoch*86400, 0).In(zone).Zone()
	return offset
}

// AddDays adds months and days as timestamp_pl_interval does: a day that the
// month does not have becomes its last one.
func (m Moment) AddDays(months, days int64) Moment {
	if months != 0 {
		year, month, day := m.Date()
		count := int64(year)*12 + int64(month-1) + months
		year, month = int(floorDiv(count, 12)), int(count-floorDiv(count, 12)*12)+1
		m = MomentAt(year, month, min(day, daysIn(year, month)), m.OfDay())
	}
	return m + Moment(days*usecPerDay)
}

// SessionZone gives the time zone that the session has set.
func SessionZone(c *catalog.Catalog) *time.Location { return sessionZone(c) }

// An Interval is months, days and microseconds.
type Interval struct{ Months, Days, Usec int64 }

// ParseInterval reads a value of interval.
func ParseInterval(c *catalog.Catalog, text string) Interval {
	v := parseInterval(c, text, -1)
	return Interval{v.months, v.days, v.usec}
}

func (v Interval) String() string { return interval{v.Months, v.Days, v.Usec}.String() }
