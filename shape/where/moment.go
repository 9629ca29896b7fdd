package where

import (
	"math"
	"strings"
)

// Dates count days and timestamps microseconds from 2000-01-01. The two ends of
// int64 are -infinity and infinity.
const (
	usecPerDay   = 24 * 60 * 60 * 1_000_000
	minTimestamp = -211813488000000000 // 4714-11-24 BC
	endTimestamp = 9223371331200000000 // 294277-01-01, excluded
	minDate      = -2451545            // as minTimestamp
	endDate      = 2145031949          // 5874898-01-01, excluded
)

// infinite gives the values of the words for infinity.
func infinite(s string) (int64, bool) {
	switch s {
	case "infinity":
		return math.MaxInt64, true
	case "-infinity":
		return math.MinInt64, true
	}
	return 0, false
}

func isInfinite(n int64) bool { return n == math.MaxInt64 || n == math.MinInt64 }

func decodeDate(text []byte) value {
	s := stringOf(text)
	if n, ok := infinite(s); ok {
		return value{n: n}
	}
	s, bc := strings.CutSuffix(s, " BC")
	day, rest, ok := readDay(s, bc)
	if !ok || rest != "" {
		return value{state: asked}
	}
	return value{n: day}
}

func decodeTime(text []byte) value {
	usec, rest, ok := readClock(stringOf(text))
	if !ok || rest != "" {
		return value{state: asked}
	}
	return value{n: usec}
}

func decodeTimestamp(text []byte) value   { return decodeMoment(stringOf(text), "") }
func decodeTimestamptz(text []byte) value { return decodeMoment(stringOf(text), "+00") }

func decodeMoment(s, zone string) value {
	if n, ok := infinite(s); ok {
		return value{n: n}
	}
	s, bc := strings.CutSuffix(s, " BC")
	day, rest, ok := readDay(s, bc)
	if ok && rest != "" && rest[0] == ' ' {
		if usec, rest, ok := readClock(rest[1:]); ok && rest == zone {
			return value{n: day*usecPerDay + usec}
		}
	}
	return value{state: asked}
}

// readDay reads YYYY-MM-DD, of a year of four digits or more.
func readDay(s string, bc bool) (day int64, rest string, ok bool) {
	year, i := 0, 0
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9' && i < 8; i++ {
		year = year*10 + int(s[i]-'0')
	}
	if i < 4 || len(s) < i+6 || s[i] != '-' || s[i+3] != '-' {
		return 0, s, false
	}
	month, ok1 := two(s[i+1:])
	dayOfMonth, ok2 := two(s[i+4:])
	if !ok1 || !ok2 || month < 1 || month > 12 {
		return 0, s, false
	}
	if bc {
		year = 1 - year
	}
	return dayOf(year, month, dayOfMonth), s[i+6:], true
}

func two(s string) (int, bool) {
	a, b := s[0]-'0', s[1]-'0'
	return int(a)*10 + int(b), a <= 9 && b <= 9
}

// readClock reads HH:MM:SS and a fraction.
func readClock(s string) (usec int64, rest string, ok bool) {
	if len(s) < 8 || s[2] != ':' || s[5] != ':' {
		return 0, s, false
	}
	h, ok1 := two(s)
	m, ok2 := two(s[3:])
	sec, ok3 := two(s[6:])
	usec, rest = int64(h*3600+m*60+sec)*1_000_000, s[8:]
	if rest != "" && rest[0] == '.' {
		i, unit := 1, int64(100_000)
		for ; i < len(rest) && rest[i] >= '0' && rest[i] <= '9'; i++ {
			usec += int64(rest[i]-'0') * unit
			unit /= 10
		}
		rest = rest[i:]
	}
	return usec, rest, ok1 && ok2 && ok3
}

// dayOf counts days of the Gregorian calendar from 2000-01-01. Years go on
// below 1 without a gap.
func dayOf(year, month, day int) int64 {
	// Years from March on, in eras of 400, so that leap days come last.
	y := int64(year)
	if month <= 2 {
		y--
	}
	era := floorDiv(y, 400)
	ofEra := y - era*400
	ofYear := int64((153*((month+9)%12)+2)/5 + day - 1)
	return era*146097 + ofEra*365 + ofEra/4 - ofEra/100 + ofYear - 730425
}

// fromDay is the way back.
func fromDay(n int64) (year, month, day int) {
	n += 730425
	era := floorDiv(n, 146097)
	ofEra := n - era*146097
	yearOfEra := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := int(ofEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100))
	m := (5*ofYear + 2) / 153
	day, month = ofYear-(153*m+2)/5+1, m+3
	if month > 12 {
		month -= 12
	}
	year = int(yearOfEra + era*400)
	if month <= 2 {
		year++
	}
	return year, month, day
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func daysIn(year, month int) int {
	if month == 12 {
		return 31
	}
	return int(dayOf(year, month+1, 1) - dayOf(year, month, 1))
}

// timestampValue checks that a timestamp is in range.
func timestampValue(n int64, ok bool) value {
	if !ok || n < minTimestamp || n >= endTimestamp {
		return failure
	}
	return value{n: n}
}

// midnight gives a date's timestamp. One beyond all timestamps is only less
// than infinity.
func midnight(day int64) (n int64, ok bool) {
	if isInfinite(day) {
		return day, true
	}
	if day >= endTimestamp/usecPerDay {
		return math.MaxInt64 - 1, false
	}
	return day * usecPerDay, true
}

func byDateAndTimestamp(a, b value) int {
	n, _ := midnight(a.n)
	return byNumber(value{n: n}, b)
}

func byTimestampAndDate(a, b value) int { return -byDateAndTimestamp(b, a) }

func init() {
	unaries["date_timestamp"] = func(v value) value {
		n, ok := midnight(v.n)
		if !ok {
			return failure
		}
		return value{n: n}
	}
	binaries["date_pli"] = func(a, b value) value { return shiftedDate(a.n, b.n) }
	binaries["date_mii"] = func(a, b value) value { return shiftedDate(a.n, -b.n) }
	binaries["date_mi"] = func(a, b value) value {
		if isInfinite(a.n) || isInfinite(b.n) {
			return failure
		}
		return value{n: a.n - b.n}
	}
	binaries["datetime_timestamp"] = func(a, b value) value {
		if isInfinite(a.n) {
			return a
		}
		n, ok := midnight(a.n)
		return timestampValue(n+b.n, ok)
	}
}

func shiftedDate(day, by int64) value {
	if isInfinite(day) {
		return value{n: day}
	}
	if day += by; day < minDate || day >= endDate {
		return failure
	}
	return value{n: day}
}
