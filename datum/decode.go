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

// numberField reads a field of digits, perhaps with a fraction.
func (d *dateDecoder) numberField(i int) {
	text := d.fields[i].text
	if d.unit != noUnit {
		d.prefixed(text)
		return
	}
	point := strings.IndexByte(text, '.')
	if d.clockOnly {
		n := len(d.fields)
		switch {
		case point >= 0 && i == 0 && n >= 2 && d.fields[n-1].kind == dateField:
			d.datePart(text)
		case point > 2 || point < 0 && len(text) > 4:
			d.run(text, d.mask|wholeDate)
		case point >= 0:
			d.bad()
		default:
			d.number(text, false, d.mask|wholeDate)
		}
		return
	}
	switch {
	case point >= 0 && d.mask&wholeDate == 0:
		d.datePart(text)
	case point > 2, len(text) >= 6 && (d.mask&wholeDate == 0 || d.mask&wholeTime == 0):
		d.run(text, d.mask)
	default:
		d.number(text, d.textMonth, d.mask)
	}
}

// prefixed reads the number after j, t, y and the like.
func (d *dateDecoder) prefixed(text string) {
	end := digitsEnd(text)
	value, err := strconv.Atoi("0" + text[:end])
	if err != nil || value > math.MaxInt32 {
		d.overflow()
	}
	switch d.unit {
	case julianUnit:
		d.got = wholeDate
		d.year, d.month, d.day = fromDay(int64(value) - julianEpoch)
		d.julian = true
		if end < len(text) {
			usec := int64(d.fraction(text[end:]) * float64(usecPerDay))
			d.hour, d.minute, d.second = int(usec/usecPerHour), int(usec/usecPerMinute%60), int(usec/usecPerSecond%60)
			d.usec = usec % usecPerSecond
			d.got |= wholeTime
		}
	case timeUnit:
		d.run(text, d.mask|wholeDate)
		if d.got != wholeTime {
			d.bad()
		}
	default:
		d.unitNumber(value, text[end:])
	}
	d.unit = noUnit
}

// unitNumber reads the parts of y2001m02d04, which PostgreSQL 15 still takes.
func (d *dateDecoder) unitNumber(value int, rest string) {
	switch d.unit {
	case yearUnit:
		d.year, d.got = value, haveYear
	case monthUnit:
		if d.mask&haveMonth != 0 && d.mask&haveHour != 0 {
			d.minute, d.got = value, haveMinute
		} else {
			d.month, d.got = value, haveMonth
		}
	case dayUnit:
		d.day, d.got = value, haveDay
	case hourUnit:
		d.hour, d.got = value, haveHour
	case minuteUnit:
		d.minute, d.got = value, haveMinute
	case secondUnit:
		d.second, d.got = value, haveSecond
		if rest != "" {
			d.usec = d.fractionalSecond(rest)
			d.got = wholeTime
		}
		return
	default:
		d.bad()
	}
	if rest != "" {
		d.bad()
	}
}

func digitsEnd(s string) int {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}

// fraction reads .123 as a number.
func (d *dateDecoder) fraction(text string) float64 {
	if text == "." {
		return 0
	}
	f, err := strconv.ParseFloat("0"+text, 64)
	if err != nil {
		d.bad()
	}
	return f
}

func (d *dateDecoder) fractionalSecond(text string) int64 {
	return int64(math.RoundToEven(d.fraction(text) * 1e6))
}

// number reads one number of a date, whose meaning hangs on what is known
// already and on DateStyle (DecodeNumber).
func (d *dateDecoder) number(text string, textMonth bool, mask fieldMask) {
	end := digitsEnd(text)
	value, err := strconv.Atoi(text[:end])
	if end > 0 && (err != nil || value > math.MaxInt32) {
		d.overflow()
	}
	if end == 0 {
		d.bad()
	}
	if end < len(text) {
		if end > 2 {
			d.run(text, mask|wholeDate)
			return
		}
		d.usec = d.fractionalSecond(text[end:])
	}
	if len(text) == 3 && mask&wholeDate == haveYear && value >= 1 && value <= 366 {
		d.got, d.yday = haveYearDay|haveMonth|haveDay, value
		return
	}
	if mask&wholeDate == wholeDate {
		d.run(text, mask)
		return
	}
	d.assign(value, len(text), textMonth, mask)
	if d.got == haveYear {
		d.twoDigits = len(text) <= 2
	}
}

// assign gives a number to the year, month or day.
func (d *dateDecoder) assign(value, length int, textMonth bool, mask fieldMask) {
	order := d.c.Setting("datestyle")
	ymd, dmy := strings.HasSuffix(order, "YMD"), strings.HasSuffix(order, "DMY")
	asYear := func() { d.got, d.year = haveYear, value }
	asMonth := func() { d.got, d.month = haveMonth, value }
	asDay := func() { d.got, d.day = haveDay, value }
	switch mask & wholeDate {
	case 0:
		switch {
		case length >= 3 || ymd:
			asYear()
		case dmy:
			asDay()
		default:
			asMonth()
		}
	case haveYear, haveDay:
		asMonth()
	case haveMonth:
		if textMonth && (length >= 3 || ymd) {
			asYear()
		} else {
			asDay()
		}
	case haveYear | haveMonth:
		if textMonth && length >= 3 && d.twoDigits {
			d.day, d.year, d.twoDigits = d.year, value, false
			d.got = haveDay
			return
		}
		asDay()
	case haveMonth | haveDay:
		asYear()
	default:
		d.bad()
	}
}

// run reads a date or time written as digits alone (DecodeNumberField).
func (d *dateDecoder) run(text string, mask fieldMask) {
	if point := strings.IndexByte(text, '.'); point >= 0 {
		d.usec = d.fractionalSecond(text[point:])
		text = text[:point]
	} else if mask&wholeDate != wholeDate && len(text) >= 6 {
		n := len(text)
		d.day, d.month, d.year = atoi(text[n-2:]), atoi(text[n-4:n-2]), atoi(text[:n-4])
		d.twoDigits = d.twoDigits || n == 6
		d.got = wholeDate
		return
	}
	if mask&wholeTime != wholeTime && (len(text) == 6 || len(text) == 4) {
		d.hour, d.minute, d.second = atoi(text[:2]), atoi(text[2:4]), 0
		if len(text) == 6 {
			d.second = atoi(text[4:])
		}
		d.got = wholeTime
		return
	}
	d.bad()
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s[:digitsEnd(s)])
	return n
}

// clock reads hours, minutes and seconds (DecodeTime).
func (d *dateDecoder) clock(text string) {
	hour, minute, second, usec := d.clockParts(text)
	if hour > math.MaxInt32 {
		d.overflow()
	}
	d.hour, d.minute, d.second, d.usec = int(hour), minute, second, usec
	d.got = wholeTime
	if !d.clockOnly && clockOverflows(d.hour, d.minute, d.second, d.usec) {
		d.overflow()
	}
}

// clockParts reads h:m[:s[.f]]; h:m.f are minutes and seconds.
func (d *dateDecoder) clockParts(text string) (hour int64, minute, second int, usec int64) {
	parts := strings.SplitN(text, ":", 3)
	number := func(s string) int64 {
		n, err := strconv.ParseInt("0"+s, 10, 64)
		if err != nil {
			d.overflow()
		}
		return n
	}
	digits := func(s string) (int, string) {
		end := digitsEnd(s)
		return int(min(number(s[:end]), math.MaxInt32)), s[end:]
	}
	hour = number(parts[0])
	minute, rest := digits(parts[1])
	switch {
	case len(parts) == 2 && rest != "":
		usec = d.fractionalSecond(rest)
		hour, minute, second = 0, int(hour), minute
	case len(parts) == 3:
		if rest != "" {
			d.bad()
		}
		second, rest = digits(parts[2])
		if rest != "" {
			if rest[0] != '.' {
				d.bad()
			}
			usec = d.fractionalSecond(rest)
		}
	}
	if minute > 59 || second > 60 || usec > usecPerSecond {
		d.overflow()
	}
	return hour, minute, second, usec
}

// clockOverflows is time_overflows: 24:00:00 is the latest time of a day.
func clockOverflows(hour, minute, second int, usec int64) bool {
	if hour > 24 || minute > 59 || second > 60 || usec > usecPerSecond {
		return true
	}
	return int64(hour)*usecPerHour+int64(minute)*usecPerMinute+int64(second)*usecPerSecond+usec > usecPerDay
}

// offset reads +hh[:mm[:ss]] or +hhmm, in seconds east (DecodeTimezone).
func (d *dateDecoder) offset(text string) int {
	if text == "" || text[0] != '+' && text[0] != '-' {
		d.bad()
	}
	parts := strings.SplitN(text[1:], ":", 3)
	values := [3]int{}
	for i, p := range parts {
		end := digitsEnd(p)
		if end < len(p) {
			d.bad()
		}
		n, err := strconv.Atoi("0" + p)
		if err != nil || n > math.MaxInt32 {
			d.zoneOverflow()
		}
		values[i] = n
	}
	if len(parts) == 1 && len(text) > 3 {
		values[0], values[1] = values[0]/100, values[0]%100
	}
	if values[0] > 15 || values[1] > 59 || values[2] > 59 {
		d.zoneOverflow()
	}
	east := values[0]*3600 + values[1]*60 + values[2]
	if text[0] == '-' {
		return -east
	}
	return east
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

// finish checks the fields against each other and works out the zone.
func (d *dateDecoder) finish() {
	d.checkDate()
	if d.meridian != 0 && d.hour > 12 {
		d.overflow()
	}
	switch {
	case d.meridian == 1 && d.hour == 12:
		d.hour = 0
	case d.meridian == 2 && d.hour != 12:
		d.hour += 12
	}
	if d.clockOnly {
		if clockOverflows(d.hour, d.minute, d.second, d.usec) {
			d.overflow()
		}
		if d.mask&wholeTime != wholeTime {
			d.bad()
		}
		d.clockZone()
		return
	}
	if d.mask&wholeDate != wholeDate {
		d.bad()
	}
	if d.named != nil {
		if d.mask&haveDSTMod != 0 {
			d.bad()
		}
		d.zone = zoneOffset(d.named, d.local())
	}
	if d.mask&haveZone == 0 {
		if d.mask&haveDSTMod != 0 {
			d.bad()
		}
		d.zone = zoneOffset(sessionZone(d.c), d.local())
	}
}

// clockZone works out the zone of a time without a date: a named zone counts
// only where its offset never changes.
func (d *dateDecoder) clockZone() {
	zone := d.named
	if d.mask&haveZone == 0 {
		zone = sessionZone(d.c)
	}
	if zone == nil {
		return
	}
	if d.mask&wholeDate == wholeDate {
		d.zone = zoneOffset(zone, d.local())
		return
	}
	now := d.c.Now().In(sessionZone(d.c))
	day := toDay(now.Year(), int(now.Month()), now.Day())
	if d.named != nil && d.fixedZone() == false {
		d.bad()
	}
	d.zone = zoneOffset(zone, day*usecPerDay+d.timeOfDay())
}

// fixedZone says whether the named zone can serve without a date: an
// abbreviation, or a zone that never had another offset.
func (d *dateDecoder) fixedZone() bool {
	for _, f := range d.fields {
		if _, ok := zoneAbbreviations[clip(f.text)]; ok {
			return true
		}
	}
	_, offset := time.Unix(0, 0).In(d.named).Zone()
	for year := 1900; year < 2030; year++ {
		for _, month := range []time.Month{time.January, time.July} {
			if _, other := time.Date(year, month, 1, 0, 0, 0, 0, d.named).Zone(); other != offset {
				return false
			}
		}
	}
	return true
}

// checkDate is ValidateDate.
func (d *dateDecoder) checkDate() {
	if d.mask&haveYear != 0 && !d.julian {
		switch {
		case d.bc:
			if d.year <= 0 {
				d.overflow()
			}
			d.year = 1 - d.year
		case d.twoDigits:
			if d.year < 70 {
				d.year += 2000
			} else if d.year < 100 {
				d.year += 1900
			}
		case d.year <= 0:
			d.overflow()
		}
	}
	if d.mask&haveYearDay != 0 {
		d.year, d.month, d.day = fromDay(toDay(d.year, 1, 1) + int64(d.yday) - 1)
	}
	if d.mask&haveMonth != 0 && (d.month < 1 || d.month > 12) || d.mask&haveDay != 0 && (d.day < 1 || d.day > 31) {
		d.monthOverflow()
	}
	if d.mask&wholeDate == wholeDate && d.day > daysIn(d.year, d.month) {
		d.overflow()
	}
}

func (d *dateDecoder) timeOfDay() int64 {
	return int64(d.hour)*usecPerHour + int64(d.minute)*usecPerMinute + int64(d.second)*usecPerSecond + d.usec
}

func (d *dateDecoder) local() int64 { return toDay(d.year, d.month, d.day)*usecPerDay + d.timeOfDay() }
