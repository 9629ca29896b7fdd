package eval

import (
	"fmt"
	"strings"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// timeTextBuiltins write and read timestamps by a pattern (formatting.c).
var timeTextBuiltins = map[string]builtin{
	"timestamp_to_char":   toChar,
	"timestamptz_to_char": toChar,
	"to_date": func(c *call) query.Datum {
		if m, ok := fromChar(c); ok {
			return m.DayText()
		}
		return Unknown{"a date by a pattern"}
	},
	"to_timestamp": func(c *call) query.Datum {
		if m, ok := fromChar(c); ok {
			return m.UTC(datum.SessionZone(c.x.c)).Text(true)
		}
		return Unknown{"a timestamp by a pattern"}
	},
}

// A pattern is one piece of a format: a field, or text as it stands.
type pattern struct {
	field   string // as written, "" for text
	text    string
	fill    bool   // FM: without padding
	local   bool   // TM: as the locale has it, which pads nothing
	ordinal string // TH or th
}

// timeFields are the keywords of formats; what is in lower case here may be
// written in lower or upper case, all of it.
var timeFields = strings.Fields("a.d. a.m. ad am b.c. bc cc day ddd dd dy d ff1 ff2 ff3 ff4 ff5 ff6 fx hh24 hh12 hh iddd id iw iyyy iyy iy i j " +
	"mi mm month mon ms of p.m. pm q rm sssss ssss ss tzh tzm tz us ww w y,yyy yyyy yyy yy y Day Dy Month Mon")

// fieldAt gives the longest keyword at the start of a format.
func fieldAt(s string) (best string) {
	for _, f := range timeFields {
		for _, written := range []string{f, strings.ToUpper(f)} {
			if len(written) > len(best) && strings.HasPrefix(s, written) {
				best = written
			}
		}
	}
	return best
}

// parsePattern takes a format apart (parse_format).
func parsePattern(s string) (out []pattern) {
	for s != "" {
		p := pattern{}
		switch {
		case strings.HasPrefix(s, "FM"), strings.HasPrefix(s, "fm"):
			p.fill, s = true, s[2:]
		case strings.HasPrefix(s, "TM"), strings.HasPrefix(s, "tm"):
			p.local, s = true, s[2:]
		}
		if f := fieldAt(s); f != "" {
			p.field, s = f, s[len(f):]
			for _, suffix := range []string{"TH", "th", "SP"} {
				if rest, ok := strings.CutPrefix(s, suffix); ok {
					p.ordinal, s = suffix, rest
				}
			}
			out = append(out, p)
			continue
		}
		if s == "" {
			break
		}
		p.text, s = literalAt(s)
		out = append(out, p)
	}
	return out
}

// literalAt takes quoted text or one character from a format.
func literalAt(s string) (text, rest string) {
	if s[0] != '"' {
		if strings.HasPrefix(s, `\"`) {
			return `"`, s[2:]
		}
		n := len(string([]rune(s)[:1]))
		return s[:n], s[n:]
	}
	var out strings.Builder
	i := 1
	for ; i < len(s) && s[i] != '"'; i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		out.WriteByte(s[i])
	}
	return out.String(), s[min(i+1, len(s)):]
}

// toChar is to_char of a timestamp (DCH_to_char).
func toChar(c *call) query.Datum {
	m := c.local(0)
	if c.text(1) == "" || !m.Finite() {
		return nil
	}
	zoned := c.x.base(c.types[0]) == pg.Timestamptz
	if zoned && datum.SessionZone(c.x.c).String() != "UTC" && strings.ContainsAny(c.text(1), "zZF") {
		return Unknown{"a time zone's name"}
	}
	var out strings.Builder
	for _, p := range parsePattern(c.text(1)) {
		if p.field == "" {
			out.WriteString(p.text)
			continue
		}
		s, ok := p.write(m, zoned)
		if !ok || p.ordinal == "SP" {
			return Unknown{"the pattern " + p.field + " of to_char"}
		}
		out.WriteString(s)
	}
	return out.String()
}

func (p pattern) write(m datum.Moment, zoned bool) (s string, ok bool) {
	if n, width, isNumber := numericField(m, strings.ToLower(p.field)); isNumber {
		if p.fill || width < 0 {
			width = 0
		}
		return withOrdinal(fmt.Sprintf("%0*d", width, n), p.ordinal), true
	}
	year, month, _ := m.Date()
	if year <= 0 {
		year = 1 - year
	}
	switch strings.ToLower(p.field) {
	case "y,yyy":
		return withOrdinal(fmt.Sprintf("%d,%03d", year/1000, year%1000), p.ordinal), true
	case "month":
		return p.name(monthNames[month-1], 9), true
	case "mon":
		return p.name(monthNames[month-1][:3], 0), true
	case "day":
		return p.name(dayNames[m.Weekday()], 9), true
	case "dy":
		return p.name(dayNames[m.Weekday()][:3], 0), true
	case "rm":
		return p.name(romanMonths[month-1], 4), true
	case "am", "pm", "a.m.", "p.m.":
		return p.either(m.OfDay() >= usecPerDay/2, "pm", "am"), true
	case "ad", "bc", "a.d.", "b.c.":
		y, _, _ := m.Date()
		return p.either(y <= 0, "bc", "ad"), true
	case "fx":
		return "", true
	case "tz":
		if zoned {
			return p.name("UTC", 0), true
		}
		return "", true
	case "of", "tzh":
		return "+00", true
	case "tzm":
		return "00", true
	}
	return "", false
}

// either gives one of two marks, with points and in the case of the field.
func (p pattern) either(second bool, yes, no string) string {
	if !second {
		yes = no
	}
	if strings.Contains(p.field, ".") {
		yes = yes[:1] + "." + yes[1:] + "."
	}
	if strings.ToUpper(p.field) == p.field {
		return strings.ToUpper(yes)
	}
	return yes
}

// name writes a word in the case of the field, padded to a width.
func (p pattern) name(word string, width int) string {
	switch p.field {
	case strings.ToUpper(p.field):
		word = strings.ToUpper(word)
	case strings.ToLower(p.field):
		word = strings.ToLower(word)
	}
	if p.fill || p.local && width > 4 {
		width = 0
	}
	return fmt.Sprintf("%-*s", width, word)
}

var (
	monthNames  = strings.Fields("January February March April May June July August September October November December")
	dayNames    = strings.Fields("Sunday Monday Tuesday Wednesday Thursday Friday Saturday")
	romanMonths = strings.Fields("I II III IV V VI VII VIII IX X XI XII")
)

// numericField gives the value and the width of a field that is a number.
func numericField(m datum.Moment, field string) (n int64, width int, ok bool) {
	year, month, day := m.Date()
	era := year
	if year <= 0 {
		year = 1 - year
	}
	isoYear, week := m.ISOWeek()
	if isoYear <= 0 {
		isoYear = 1 - isoYear
	}
	usec := m.OfDay()
	hour := usec / 3600_000_000
	one := func(n, width int) (int64, int, bool) { return int64(n), width, true }
	switch field {
	case "hh24":
		return hour, 2, true
	case "hh", "hh12":
		return (hour+11)%12 + 1, 2, true
	case "mi":
		return usec / 60_000_000 % 60, 2, true
	case "ss":
		return usec / 1_000_000 % 60, 2, true
	case "ssss", "sssss":
		return usec / 1_000_000, 0, true
	case "ms", "ff3":
		return usec % 1_000_000 / 1000, 3, true
	case "us", "ff6":
		return usec % 1_000_000, 6, true
	case "ff1":
		return usec % 1_000_000 / 100_000, 1, true
	case "ff2":
		return usec % 1_000_000 / 10_000, 2, true
	case "ff4":
		return usec % 1_000_000 / 100, 4, true
	case "ff5":
		return usec % 1_000_000 / 10, 5, true
	case "mm":
		return one(month, 2)
	case "dd":
		return one(day, 2)
	case "ddd":
		return one(m.YearDay(), 3)
	case "d":
		return one(m.Weekday()+1, 0)
	case "id":
		return one((m.Weekday()+6)%7+1, 0)
	case "iddd":
		return one((week-1)*7+(m.Weekday()+6)%7+1, 3)
	case "ww":
		return one((m.YearDay()-1)/7+1, 2)
	case "iw":
		return one(week, 2)
	case "w":
		return one((day-1)/7+1, 0)
	case "q":
		return one((month-1)/3+1, 0)
	case "cc":
		n, _ := dateField(m, "century")
		return n, 2, era > 0
	case "j":
		return m.Julian(), 0, true
	}
	return yearField(year, isoYear, field)
}

// yearField gives YYYY and the like, by the calendar or by weeks.
func yearField(year, isoYear int, field string) (n int64, width int, ok bool) {
	switch field {
	case "iyyy", "iyy", "iy", "i":
		year, field = isoYear, strings.Replace(field, "i", "y", 1)
	}
	for size, part := 1, 10; size <= 4; size, part = size+1, part*10 {
		if field == strings.Repeat("y", size) {
			if size == 4 {
				part = 1 << 31
			}
			return int64(year % part), size, true
		}
	}
	return 0, 0, false
}

// withOrdinal adds st, nd, rd or th (str_numth).
func withOrdinal(number, kind string) string {
	if kind != "TH" && kind != "th" {
		return number
	}
	ending := "th"
	if teen := len(number) > 1 && number[len(number)-2] == '1'; !teen {
		switch number[len(number)-1] {
		case '1':
			ending = "st"
		case '2':
			ending = "nd"
		case '3':
			ending = "rd"
		}
	}
	if kind == "TH" {
		ending = strings.ToUpper(ending)
	}
	return number + ending
}
