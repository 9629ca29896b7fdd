package datum

import (
	"math"
	"strconv"
	"strings"
)

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
