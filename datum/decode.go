package datum

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pgerr"
)

// A fieldMask says which parts of a date and time were given.
type fieldMask uint32

const (
	haveYear fieldMask = 1 << iota
	haveMonth
	haveDay
	haveYearDay
	haveHour
	haveMinute
	haveSecond
	haveZone
	haveDST
	haveDSTMod
	haveEra
	haveMeridian
	haveWeekday
	haveIgnored

	wholeDate = haveYear | haveMonth | haveDay
	wholeTime = haveHour | haveMinute | haveSecond
)

// A dateDecoder reads a date, time or timestamp (DecodeDateTime and, with
// clockOnly, DecodeTimeOnly).
type dateDecoder struct {
	c         *catalog.Catalog
	typeName  string
	text      string
	clockOnly bool
	fields    []dateFieldText

	mask, got              fieldMask
	year, month, day, yday int
	hour, minute, second   int
	usec                   int64
	zone                   int // seconds east
	named                  *time.Location
	special                int // plainDate, epochWord, lateWord, earlyWord
	unit                   int // the prefix that the next field needs
	meridian               int
	textMonth, twoDigits   bool
	julian, bc             bool
}

func (d *dateDecoder) bad() {
	pgerr.Raise("22007", pgerr.NoPosition, `invalid input syntax for type %s: "%s"`, d.typeName, d.text)
}

func (d *dateDecoder) overflow() {
	pgerr.Raise("22008", pgerr.NoPosition, `date/time field value out of range: "%s"`, d.text)
}

func (d *dateDecoder) monthOverflow() {
	pgerr.New("22008", pgerr.NoPosition, `date/time field value out of range: "%s"`, d.text).
		WithHint(`Perhaps you need a different "datestyle" setting.`).Raise()
}

func (d *dateDecoder) zoneOverflow() {
	pgerr.Raise("22009", pgerr.NoPosition, `time zone displacement out of range: "%s"`, d.text)
}

// decodeDate reads a literal of one of the date and time types.
func decodeDate(c *catalog.Catalog, typeName, text string, clockOnly bool) *dateDecoder {
	d := &dateDecoder{c: c, typeName: typeName, text: text, clockOnly: clockOnly}
	fields, ok := splitDateTime(text)
	if !ok {
		d.bad()
	}
	d.fields = fields
	for i := range fields {
		d.got = 0
		if d.field(i) {
			continue
		}
		if d.got&d.mask != 0 {
			d.bad()
		}
		d.mask |= d.got
	}
	if d.unit != noUnit {
		d.bad()
	}
	if d.special == plainDate {
		d.finish()
	}
	return d
}

// field reads one field into d.got; true for one to be ignored.
func (d *dateDecoder) field(i int) (ignored bool) {
	f := d.fields[i]
	switch f.kind {
	case dateField:
		if d.clockOnly {
			d.dateInTime(i)
		} else {
			d.dateField(f.text)
		}
	case timeField:
		if d.unit != noUnit && d.unit != timeUnit {
			d.bad()
		}
		d.unit = noUnit
		d.clock(f.text)
	case zoneField:
		d.zone = d.offset(f.text)
		d.got = haveZone
	case numberField:
		d.numberField(i)
	case wordField, specialField:
		return d.word(f.text)
	}
	return false
}

// dateField reads a field with date punctuation outside a pure time.
func (d *dateDecoder) dateField(text string) {
	if d.unit == julianUnit {
		end := digitsEnd(text)
		day, err := strconv.Atoi(text[:end])
		if err != nil || day > math.MaxInt32 {
			d.overflow()
		}
		d.year, d.month, d.day = fromDay(int64(day) - julianEpoch)
		d.julian = true
		d.zone = d.offset(text[end:])
		d.got = wholeDate | wholeTime | haveZone
		d.unit = noUnit
		return
	}
	if d.unit == noUnit && d.mask&(haveMonth|haveDay) != haveMonth|haveDay {
		d.datePart(text)
		return
	}
	if isDigit(text[0]) || d.unit != noUnit {
		if d.unit != noUnit && d.unit != timeUnit || d.mask&wholeTime == wholeTime {
			d.bad()
		}
		d.unit = noUnit
		d.runWithZone(text, d.mask)
		return
	}
	d.namedZone(text)
}

// dateInTime reads a field with date punctuation in a time literal.
func (d *dateDecoder) dateInTime(i int) {
	text, n := d.fields[i].text, len(d.fields)
	switch {
	case i == 0 && n >= 2 && (d.fields[n-1].kind == dateField || d.fields[1].kind == timeField):
		d.datePart(text)
	case isDigit(text[0]):
		if d.mask&wholeTime == wholeTime {
			d.bad()
		}
		d.runWithZone(text, d.mask|wholeDate)
	default:
		d.namedZone(text)
		d.fields[i].kind = zoneField
	}
}

// runWithZone reads digits with a zone behind them, 040506-08.
func (d *dateDecoder) runWithZone(text string, mask fieldMask) {
	dash := strings.IndexByte(text, '-')
	if dash < 0 {
		d.bad()
	}
	d.zone = d.offset(text[dash:])
	d.run(text[:dash], mask)
	d.got |= haveZone
}

func (d *dateDecoder) namedZone(name string) {
	d.named = location(name)
	if d.named == nil {
		pgerr.Raise("22023", pgerr.NoPosition, `time zone "%s" not recognized`, name)
	}
	d.got = haveZone
}

// datePart reads a date written as one field, 1999-01-08 or 8-jan-99 (DecodeDate).
func (d *dateDecoder) datePart(text string) {
	parts, ok := dateParts(text)
	if !ok {
		d.bad()
	}
	mask, textMonth := d.mask, false
	var got fieldMask
	take := func(m fieldMask) {
		if mask&m != 0 {
			d.bad()
		}
		mask |= m
		got |= m
	}
	numbers := parts[:0:0]
	for _, p := range parts {
		if isDigit(p[0]) {
			numbers = append(numbers, p)
			continue
		}
		w, ok := dateWords[clip(p)]
		switch {
		case ok && w.kind == ignoredWord:
		case ok && w.kind == monthWord:
			d.month, textMonth = w.value, true
			take(haveMonth)
		default:
			d.bad()
		}
	}
	for _, p := range numbers {
		d.got = 0
		d.number(p, textMonth, mask)
		take(d.got)
	}
	if mask&^(haveYearDay|haveZone) != wholeDate {
		d.bad()
	}
	d.got = got
}

// dateParts cuts a date at its punctuation.
func dateParts(text string) (parts []string, ok bool) {
	for i := 0; i < len(text); {
		for i < len(text) && !isDigit(text[i]) && !isAlpha(text[i]) {
			i++
		}
		if i == len(text) {
			return nil, false
		}
		start := i
		class := isAlpha
		if isDigit(text[i]) {
			class = isDigit
		}
		for i < len(text) && class(text[i]) {
			i++
		}
		parts = append(parts, text[start:i])
		if i < len(text) {
			i++
		}
	}
	return parts, true
}

// word reads a word: a zone's abbreviation, a month, a special date.
func (d *dateDecoder) word(text string) (ignored bool) {
	if z, ok := zoneAbbreviations[clip(text)]; ok {
		d.got = haveZone
		if z.zone != "" {
			d.named = location(z.zone)
			return false
		}
		d.zone = z.offset
		return false
	}
	w, ok := dateWords[clip(text)]
	if !ok {
		if d.named = location(text); d.named == nil {
			d.bad()
		}
		d.got = haveZone
		return false
	}
	switch w.kind {
	case ignoredWord:
		return true
	case reservedWord:
		d.reserved(w.value)
	case monthWord:
		d.monthName(w.value)
	case summerWord:
		d.zone += w.value
		d.got = haveDST | haveDSTMod
	case meridianWord:
		d.meridian, d.got = w.value, haveMeridian
	case eraWord:
		d.bc, d.got = w.value == 1, haveEra
	case weekdayWord:
		if d.clockOnly {
			d.bad()
		}
		d.got = haveWeekday
	case unitWord, isoTimeWord:
		if d.unit != noUnit || w.kind == isoTimeWord && !d.clockOnly && d.mask&wholeDate != wholeDate {
			d.bad()
		}
		d.unit = w.value
	}
	return false
}

// monthName reads a month. A number taken for the month before was the day.
func (d *dateDecoder) monthName(month int) {
	if d.clockOnly {
		d.bad()
	}
	d.got = haveMonth
	if d.mask&haveMonth != 0 && !d.textMonth && d.mask&haveDay == 0 && d.month >= 1 && d.month <= 31 {
		d.day = d.month
		d.got = haveDay
	}
	d.textMonth = true
	d.month = month
}

// reserved reads now, today, epoch, infinity and the like.
func (d *dateDecoder) reserved(word int) {
	now := d.c.Now().In(sessionZone(d.c))
	onDay := func(shift int) {
		t := now.AddDate(0, 0, shift)
		d.year, d.month, d.day = t.Year(), int(t.Month()), t.Day()
		d.got = wholeDate
	}
	switch word {
	case nowWord:
		if !d.clockOnly {
			onDay(0)
		}
		_, d.zone = now.Zone()
		d.hour, d.minute, d.second, d.usec = now.Hour(), now.Minute(), now.Second(), int64(now.Nanosecond()/1000)
		d.got |= wholeTime
		if !d.clockOnly {
			d.got |= haveZone
		}
	case zuluWord:
		d.hour, d.minute, d.second, d.zone = 0, 0, 0, 0
		d.got = wholeTime | haveZone
	default:
		if d.clockOnly {
			d.bad()
		}
		switch word {
		case yesterdayWord:
			onDay(-1)
		case todayWord:
			onDay(0)
		case tomorrowWord:
			onDay(1)
		default:
			d.special = word
			d.got = wholeDate | wholeTime | haveZone
		}
	}
}
