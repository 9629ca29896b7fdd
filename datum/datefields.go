package datum

import (
	"strings"
	"time"
	_ "time/tzdata" // the zones of machines that have none
)

// fieldKind is what ParseDateTime takes a field for.
type fieldKind int

const (
	numberField fieldKind = iota
	wordField
	dateField
	timeField
	zoneField
	specialField
)

type dateFieldText struct {
	kind fieldKind
	text string
}

func isAlpha(b byte) bool { return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

// splitDateTime cuts a date or time literal into fields (ParseDateTime); false
// for bytes that no field can have.
func splitDateTime(s string) ([]dateFieldText, bool) {
	var out []dateFieldText
	i := 0
	span := func(ok func(byte) bool) {
		for i < len(s) && ok(s[i]) {
			i++
		}
	}
	for i < len(s) {
		b := s[i]
		start := i
		kind := numberField
		switch {
		case isSpace(b):
			i++
			continue
		case isDigit(b):
			kind = splitNumber(s, &i)
		case b == '.':
			i++
			span(isDigit)
		case isAlpha(b):
			span(isAlpha)
			kind = wordField
			if i < len(s) && continuesDate(s[start:i], s[i]) {
				kind = dateField
				i++
				span(func(b byte) bool {
					return b == '+' || b == '-' || b == '/' || b == '_' || b == '.' || b == ':' || isAlpha(b) || isDigit(b)
				})
			}
		case b == '+' || b == '-':
			i++
			span(isSpace)
			if i >= len(s) {
				return nil, false
			}
			digits := i
			if isDigit(s[i]) {
				kind = zoneField
				span(func(b byte) bool { return isDigit(b) || b == ':' || b == '.' || b == '-' })
			} else if isAlpha(s[i]) {
				kind = specialField
				span(isAlpha)
			} else {
				return nil, false
			}
			out = append(out, dateFieldText{kind, string(b) + strings.ToLower(s[digits:i])})
			continue
		case b > ' ' && b < 0x7f:
			i++
			continue
		default:
			return nil, false
		}
		if len(out) >= 25 {
			return nil, false
		}
		out = append(out, dateFieldText{kind, strings.ToLower(s[start:i])})
	}
	return out, true
}

// splitNumber takes a field that begins with a digit.
func splitNumber(s string, i *int) fieldKind {
	span := func(ok func(byte) bool) {
		for *i < len(s) && ok(s[*i]) {
			*i++
		}
	}
	span(isDigit)
	if *i >= len(s) {
		return numberField
	}
	switch delim := s[*i]; delim {
	case ':':
		span(func(b byte) bool { return isDigit(b) || b == ':' || b == '.' })
		return timeField
	case '-', '/', '.':
		*i++
		if *i < len(s) && isDigit(s[*i]) {
			kind := dateField
			if delim == '.' {
				kind = numberField
			}
			span(isDigit)
			if *i < len(s) && s[*i] == delim {
				kind = dateField
				span(func(b byte) bool { return isDigit(b) || b == delim })
			}
			return kind
		}
		span(func(b byte) bool { return isAlpha(b) || isDigit(b) || b == delim })
		return dateField
	}
	return numberField
}

// continuesDate says whether the byte after a word makes both a date or the
// name of a time zone.
func continuesDate(word string, next byte) bool {
	switch {
	case next == '-' || next == '/' || next == '.':
		return true
	case next == '+' || isDigit(next):
		_, known := dateWords[clip(strings.ToLower(word))]
		return !known
	}
	return false
}

// clip cuts a word to the length that the tables compare, TOKMAXLEN.
func clip(word string) string {
	if len(word) > 10 {
		return word[:10]
	}
	return word
}

// A wordMeaning is what a word of a date literal says.
type wordMeaning struct {
	kind  wordKind
	value int
}

type wordKind int

const (
	ignoredWord wordKind = iota
	reservedWord
	monthWord
	weekdayWord
	eraWord
	meridianWord
	unitWord
	isoTimeWord
	summerWord
	agoWord
)

// The reserved words' values.
const (
	plainDate = iota
	nowWord
	yesterdayWord
	todayWord
	tomorrowWord
	zuluWord
	epochWord
	lateWord
	earlyWord
)

// Units, as prefixes of numbers in dates and suffixes in intervals.
const (
	noUnit = iota
	julianUnit
	timeUnit
	microsecondUnit
	millisecondUnit
	secondUnit
	minuteUnit
	hourUnit
	dayUnit
	weekUnit
	monthUnit
	quarterUnit
	yearUnit
	decadeUnit
	centuryUnit
	millenniumUnit
	otherUnit
)

// dateWords are the words of date literals (datetktbl).
var dateWords = map[string]wordMeaning{
	"infinity": {reservedWord, lateWord}, "-infinity": {reservedWord, earlyWord},
	"now": {reservedWord, nowWord}, "yesterday": {reservedWord, yesterdayWord}, "today": {reservedWord, todayWord},
	"tomorrow": {reservedWord, tomorrowWord}, "allballs": {reservedWord, zuluWord}, "epoch": {reservedWord, epochWord},
	"ad": {eraWord, 0}, "bc": {eraWord, 1}, "am": {meridianWord, 1}, "pm": {meridianWord, 2},
	"at": {ignoredWord, 0}, "on": {ignoredWord, 0}, "dst": {summerWord, 3600}, "t": {isoTimeWord, timeUnit},
	"d": {unitWord, dayUnit}, "dow": {unitWord, otherUnit}, "doy": {unitWord, otherUnit}, "h": {unitWord, hourUnit},
	"isodow": {unitWord, otherUnit}, "isoyear": {unitWord, otherUnit}, "j": {unitWord, julianUnit},
	"jd": {unitWord, julianUnit}, "julian": {unitWord, julianUnit}, "m": {unitWord, monthUnit}, "mm": {unitWord, minuteUnit},
	"s": {unitWord, secondUnit}, "y": {unitWord, yearUnit},
	"jan": {monthWord, 1}, "january": {monthWord, 1}, "feb": {monthWord, 2}, "february": {monthWord, 2},
	"mar": {monthWord, 3}, "march": {monthWord, 3}, "apr": {monthWord, 4}, "april": {monthWord, 4}, "may": {monthWord, 5},
	"jun": {monthWord, 6}, "june": {monthWord, 6}, "jul": {monthWord, 7}, "july": {monthWord, 7}, "aug": {monthWord, 8},
	"august": {monthWord, 8}, "sep": {monthWord, 9}, "sept": {monthWord, 9}, "september": {monthWord, 9},
	"oct": {monthWord, 10}, "october": {monthWord, 10}, "nov": {monthWord, 11}, "november": {monthWord, 11},
	"dec": {monthWord, 12}, "december": {monthWord, 12},
	"sun": {weekdayWord, 0}, "sunday": {weekdayWord, 0}, "mon": {weekdayWord, 1}, "monday": {weekdayWord, 1},
	"tue": {weekdayWord, 2}, "tues": {weekdayWord, 2}, "tuesday": {weekdayWord, 2}, "wed": {weekdayWord, 3},
	"weds": {weekdayWord, 3}, "wednesday": {weekdayWord, 3}, "thu": {weekdayWord, 4}, "thur": {weekdayWord, 4},
	"thurs": {weekdayWord, 4}, "thursday": {weekdayWord, 4}, "fri": {weekdayWord, 5}, "friday": {weekdayWord, 5},
	"sat": {weekdayWord, 6}, "saturday": {weekdayWord, 6},
}

// location finds a time zone by name, in any case; nil for none.
func location(name string) *time.Location {
	if name == "" || strings.EqualFold(name, "local") {
		return nil
	}
	for _, candidate := range []string{name, strings.ToUpper(name), zoneCase(name)} {
		if zone, err := time.LoadLocation(candidate); err == nil {
			return zone
		}
	}
	return posixZone(name)
}

// zoneCase writes a zone's name as the database of zones does: Europe/Isle_of_Man.
func zoneCase(name string) string {
	out := []byte(strings.ToLower(name))
	start := true
	for i, b := range out {
		if start && b >= 'a' && b <= 'z' {
			out[i] = b - 'a' + 'A'
		}
		start = b == '/' || b == '_' || b == '-' || b == '+'
	}
	return strings.NewReplacer("_Of_", "_of_", "-Au-", "-au-", "-Es-", "-es-", "Etc/Gmt", "Etc/GMT", "Etc/Utc", "Etc/UTC", "_Es_", "_es_").Replace(string(out))
}
