package where

import (
	"cmp"
	"math"
	"strconv"
	"strings"
)

// An interval is months, days and microseconds, which do not convert into each
// other.
type interval struct {
	months, days int32
	usec         int64
}

// decodeInterval reads an interval in the style iso_8601: P1Y2M3DT4H5M6.7S.
func decodeInterval(text []byte) value {
	s, ok := strings.CutPrefix(stringOf(text), "P")
	var out interval
	clock := false
	for ok && s != "" {
		if s[0] == 'T' && !clock {
			clock, s = true, s[1:]
			ok = s != ""
			continue
		}
		end := strings.IndexAny(s, "YMDHS")
		if end < 0 || !out.add(s[:end], s[end], clock) {
			return value{state: asked}
		}
		s = s[end+1:]
	}
	if !ok {
		return value{state: asked}
	}
	return value{x: out}
}

// add adds one number and its unit.
func (i *interval) add(number string, unit byte, clock bool) bool {
	whole, fraction, _ := strings.Cut(number, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || fraction != "" && unit != 'S' || n != int64(int32(n)) && unit != 'H' {
		return false
	}
	switch {
	case unit == 'Y' && !clock:
		i.months += int32(n) * 12
	case unit == 'M' && !clock:
		i.months += int32(n)
	case unit == 'D' && !clock:
		i.days += int32(n)
	case unit == 'H' && clock && n < math.MaxInt64/3_600_000_000 && n > math.MinInt64/3_600_000_000:
		i.usec += n * 3_600_000_000
	case unit == 'M' && clock:
		i.usec += n * 60_000_000
	case unit == 'S' && clock:
		i.usec += n * 1_000_000
		return i.addFraction(fraction, whole[0] == '-')
	default:
		return false
	}
	return true
}

func (i *interval) addFraction(digits string, negative bool) bool {
	usec, err := strconv.ParseInt((digits + "000000")[:6], 10, 64)
	if negative {
		usec = -usec
	}
	i.usec += usec
	return err == nil && len(digits) <= 6
}

// byInterval orders intervals with months of 30 days and days of 24 hours.
func byInterval(a, b value) int {
	day, rest := total(a.x.(interval))
	otherDay, otherRest := total(b.x.(interval))
	return cmp.Or(cmp.Compare(day, otherDay), cmp.Compare(rest, otherRest))
}

func total(i interval) (days, usec int64) {
	carry := floorDiv(i.usec, usecPerDay)
	return int64(i.months)*30 + int64(i.days) + carry, i.usec - carry*usecPerDay
}

// intervalValue checks that months and days are in range.
func intervalValue(months, days, usec int64, ok bool) value {
	if !ok || months != int64(int32(months)) || days != int64(int32(days)) {
		return failure
	}
	return value{x: interval{int32(months), int32(days), usec}}
}

func intervalSum(a, b value, sign int64) value {
	x, y := a.x.(interval), b.x.(interval)
	add := integerOps["pl"]
	if sign < 0 {
		add = integerOps["mi"]
	}
	usec, ok := add(x.usec, y.usec)
	return intervalValue(int64(x.months)+sign*int64(y.months), int64(x.days)+sign*int64(y.days), usec, ok)
}

// shifted adds an interval to a timestamp: months by the calendar, the day
// being the month's last when it has no such day, then days, then time.
func shifted(n int64, i interval, sign int64) value {
	if isInfinite(n) {
		return value{n: n}
	}
	day := floorDiv(n, usecPerDay)
	ofDay := n - day*usecPerDay
	if i.months != 0 {
		year, month, dayOfMonth := fromDay(day)
		months := int64(month-1) + sign*int64(i.months)
		year += int(floorDiv(months, 12))
		month = int(months-floorDiv(months, 12)*12) + 1
		day = dayOf(year, month, min(dayOfMonth, daysIn(year, month)))
		if v := momentOf(day, ofDay); v.state != fine {
			return v
		}
	}
	if i.days != 0 {
		day += sign * int64(i.days)
		if v := momentOf(day, ofDay); v.state != fine {
			return v
		}
	}
	n, ok := integerOps["pl"](day*usecPerDay+ofDay, sign*i.usec)
	return timestampValue(n, ok)
}

// momentOf checks that a day and a time of day are a timestamp.
func momentOf(day, ofDay int64) value {
	if day < minTimestamp/usecPerDay-1 || day > endTimestamp/usecPerDay {
		return failure
	}
	n := day*usecPerDay + ofDay
	return timestampValue(n, true)
}

// timeOfDay brings microseconds to those of a day.
func timeOfDay(usec int64) value { return value{n: usec - floorDiv(usec, usecPerDay)*usecPerDay} }

// timestampDifference gives days and a rest of one sign. Later versions of
// PostgreSQL than ours have infinite intervals.
func timestampDifference(a, b value) value {
	if isInfinite(a.n) || isInfinite(b.n) {
		return value{state: asked}
	}
	usec, ok := integerOps["mi"](a.n, b.n)
	return intervalValue(0, usec/usecPerDay, usec%usecPerDay, ok)
}

func init() {
	for _, name := range []string{"timestamp", "timestamptz"} { // the session's zone is UTC
		binaries[name+"_pl_interval"] = func(a, b value) value { return shifted(a.n, b.x.(interval), 1) }
		binaries[name+"_mi_interval"] = func(a, b value) value { return shifted(a.n, b.x.(interval), -1) }
	}
	for name, sign := range map[string]int64{"date_pl_interval": 1, "date_mi_interval": -1} {
		binaries[name] = func(a, b value) value {
			n, ok := midnight(a.n)
			if !ok {
				return failure
			}
			return shifted(n, b.x.(interval), sign)
		}
	}
	binaries["time_pl_interval"] = func(a, b value) value { return timeOfDay(a.n + b.x.(interval).usec%usecPerDay) }
	binaries["time_mi_interval"] = func(a, b value) value { return timeOfDay(a.n - b.x.(interval).usec%usecPerDay) }
	binaries["timestamp_mi"] = timestampDifference
	binaries["interval_pl"] = func(a, b value) value { return intervalSum(a, b, 1) }
	binaries["interval_mi"] = func(a, b value) value { return intervalSum(a, b, -1) }
	unaries["time_interval"] = func(v value) value { return value{x: interval{usec: v.n}} }
}
