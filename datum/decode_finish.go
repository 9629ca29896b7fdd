package datum

import (
	"time"
)

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
