package datum

import (
	"fmt"
	"strings"
	"time"
)

// Days and instants count from 2000-01-01; instants in microseconds.
const (
	julianEpoch = 2451545 // the Julian day of 2000-01-01
	unixEpoch   = -10957  // 1970-01-01 in days

	usecPerSecond = int64(1_000_000)
	usecPerMinute = 60 * usecPerSecond
	usecPerHour   = 60 * usecPerMinute
	usecPerDay    = 24 * usecPerHour
)

// The bounds of date and timestamp, the first excluded day at the end.
var (
	dateMin      = int64(-julianEpoch)
	dateEnd      = toDay(5874898, 1, 1)
	timestampMin = dateMin * usecPerDay
	timestampEnd = toDay(294277, 1, 1) * usecPerDay
)

// toDay gives a date's day number (date2j). Years before 1 count 0, -1, ….
func toDay(year, month, day int) int64 {
	if month > 2 {
		month++
		year += 4800
	} else {
		month += 13
		year += 4799
	}
	century := year / 100
	julian := int64(year)*365 - 32167
	julian += int64(year/4 - century + century/4)
	return julian + int64(7834*month/256+day) - julianEpoch
}

// fromDay takes a day number apart (j2date).
func fromDay(day int64) (year, month, dayOfMonth int) {
	julian := uint64(day+julianEpoch) + 32044
	quad := julian / 146097
	extra := (julian-quad*146097)*4 + 3
	julian += 60 + quad*3 + extra/146097
	quad = julian / 1461
	julian -= quad * 1461
	y := julian * 4 / 1461
	if y != 0 {
		julian = (julian + 305) % 365
	} else {
		julian = (julian + 306) % 366
	}
	julian += 123
	year = int(y+quad*4) - 4800
	quad = julian * 2141 / 65536
	return year, int((quad+10)%12) + 1, int(julian - 7834*quad/256)
}

func isLeap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

var monthDays = [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func daysIn(year, month int) int {
	if month == 2 && isLeap(year) {
		return 29
	}
	return monthDays[month-1]
}

// dateText writes a day in ISO style.
func dateText(day int64) string {
	text, bc := isoDate(day)
	return text + bc
}

// isoDate gives a date's text and " BC" where that belongs behind it.
func isoDate(day int64) (text, bc string) {
	year, month, dayOfMonth := fromDay(day)
	if year <= 0 {
		year, bc = 1-year, " BC"
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, dayOfMonth), bc
}

// clockText writes a time of day in microseconds.
func clockText(usec int64) string {
	out := fmt.Sprintf("%02d:%02d:%02d", usec/usecPerHour, usec/usecPerMinute%60, usec/usecPerSecond%60)
	return out + fractionText(usec%usecPerSecond)
}

// fractionText writes the microseconds behind the seconds without trailing zeros.
func fractionText(usec int64) string {
	if usec == 0 {
		return ""
	}
	return strings.TrimRight(fmt.Sprintf(".%06d", usec), "0")
}

// timestampText writes an instant; zone is appended before BC.
func timestampText(instant int64, zone string) string {
	day := floorDiv(instant, usecPerDay)
	text, bc := isoDate(day)
	return text + " " + clockText(instant-day*usecPerDay) + zone + bc
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// zoneText writes an offset in seconds east of Greenwich (EncodeTimezone).
func zoneText(east int) string {
	sign := '+'
	if east < 0 {
		sign, east = '-', -east
	}
	switch {
	case east%60 != 0:
		return fmt.Sprintf("%c%02d:%02d:%02d", sign, east/3600, east/60%60, east%60)
	case east%3600 != 0:
		return fmt.Sprintf("%c%02d:%02d", sign, east/3600, east/60%60)
	}
	return fmt.Sprintf("%c%02d", sign, east/3600)
}

// zoneOffset gives a zone's seconds east of Greenwich at a local time. In the
// gap of a change to summer time the time before it counts, in the doubled
// hour the one after (DetermineTimeZoneOffset).
func zoneOffset(zone *time.Location, local int64) int {
	seconds := floorDiv(local, usecPerSecond) - int64(unixEpoch)*86400
	at := func(unix int64) int {
		_, offset := time.Unix(unix, 0).In(zone).Zone()
		return offset
	}
	before, after := at(seconds-86400), at(seconds+86400)
	if before == after {
		return before
	}
	beforeHolds := at(seconds-int64(before)) == before
	afterHolds := at(seconds-int64(after)) == after
	if afterHolds || !beforeHolds && before > after {
		return after
	}
	return before
}
