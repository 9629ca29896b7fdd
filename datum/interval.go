package datum

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// An interval is months, days and microseconds, which do not convert into each other.
type interval struct {
	months, days, usec int64
}

// The bits of intervalFields.
const (
	monthBit  = 1 << 1
	yearBit   = 1 << 2
	dayBit    = 1 << 3
	hourBit   = 1 << 10
	minuteBit = 1 << 11
	secondBit = 1 << 12
)

// intervalWords are the words of interval literals (deltatktbl).
var intervalUnits = map[string]int{
	"c": centuryUnit, "cent": centuryUnit, "centuries": centuryUnit, "century": centuryUnit,
	"d": dayUnit, "day": dayUnit, "days": dayUnit, "dec": decadeUnit, "decade": decadeUnit, "decades": decadeUnit, "decs": decadeUnit,
	"h": hourUnit, "hour": hourUnit, "hours": hourUnit, "hr": hourUnit, "hrs": hourUnit,
	"m": minuteUnit, "min": minuteUnit, "mins": minuteUnit, "minute": minuteUnit, "minutes": minuteUnit,
	"microsecon": microsecondUnit, "us": microsecondUnit, "usec": microsecondUnit, "useconds": microsecondUnit, "usecs": microsecondUnit,
	"mil": millenniumUnit, "millennia": millenniumUnit, "millennium": millenniumUnit, "mils": millenniumUnit,
	"millisecon": millisecondUnit, "ms": millisecondUnit, "msec": millisecondUnit, "mseconds": millisecondUnit, "msecs": millisecondUnit,
	"mon": monthUnit, "mons": monthUnit, "month": monthUnit, "months": monthUnit, "qtr": quarterUnit, "quarter": quarterUnit,
	"s": secondUnit, "sec": secondUnit, "second": secondUnit, "seconds": secondUnit, "secs": secondUnit,
	"timezone": otherUnit, "timezone_h": otherUnit, "timezone_m": otherUnit, "w": weekUnit, "week": weekUnit, "weeks": weekUnit,
	"y": yearUnit, "year": yearUnit, "years": yearUnit, "yr": yearUnit, "yrs": yearUnit,
}

// An intervalDecoder reads an interval, last field first (DecodeInterval).
type intervalDecoder struct {
	text             string
	fields           int32 // the typmod's fields
	year, month, day int64
	usec             int64
	mask             uint32
	unit             int
	ago, allNegative bool
}

func intervalIn(in *input) query.Datum {
	v := parseInterval(in.c, in.text, in.typmod)
	return v.String()
}

// parseInterval reads an interval. Without a catalog the style is postgres.
func parseInterval(c *catalog.Catalog, text string, typmod int32) interval {
	d := &intervalDecoder{text: text, fields: intervalFullRange}
	if typmod >= 0 {
		d.fields = typmod >> 16 & intervalFullRange
	}
	err := pgerr.Catch(func() { d.decode(c) })
	if err != nil && err.Code == "22007" && strings.HasPrefix(text, "P") {
		*d = intervalDecoder{text: text, fields: d.fields}
		d.iso(text[1:])
	} else if err != nil {
		err.Raise()
	}
	months := d.year*12 + d.month
	if months > math.MaxInt32 || months < math.MinInt32 {
		pgerr.Raise("22008", pgerr.NoPosition, "interval out of range")
	}
	return interval{months, d.day, d.usec}.round(typmod)
}

func (d *intervalDecoder) bad() {
	pgerr.Raise("22007", pgerr.NoPosition, `invalid input syntax for type %s: "%s"`, "interval", d.text)
}

func (d *intervalDecoder) overflow() {
	pgerr.Raise("22015", pgerr.NoPosition, `interval field value out of range: "%s"`, d.text)
}

func (d *intervalDecoder) decode(c *catalog.Catalog) {
	fields, ok := splitDateTime(d.text)
	if !ok {
		d.bad()
	}
	if c != nil && c.Setting("intervalstyle") == "sql_standard" && len(fields) > 0 && fields[0].text[0] == '-' {
		d.allNegative = true
		for _, f := range fields[1:] {
			d.allNegative = d.allNegative && f.text[0] != '-' && f.text[0] != '+'
		}
	}
	for i := len(fields) - 1; i >= 0; i-- {
		d.field(fields[i])
	}
	if d.mask == 0 {
		d.bad()
	}
	if d.ago {
		d.year, d.month, d.day, d.usec = -d.year, -d.month, -d.day, -d.usec
	}
}

func (d *intervalDecoder) take(mask uint32) {
	if d.mask&mask != 0 {
		d.bad()
	}
	d.mask |= mask
}

// clockMask holds the hour, minute and all kinds of seconds.
const clockMask = 1<<hourUnit | 1<<minuteUnit | secondsMask

const secondsMask = 1<<secondUnit | 1<<millisecondUnit | 1<<microsecondUnit

func (d *intervalDecoder) field(f dateFieldText) {
	switch f.kind {
	case timeField:
		d.clock(f.text, false)
	case zoneField:
		if strings.Contains(f.text, ":") {
			d.clock(f.text[1:], f.text[0] == '-')
			return
		}
		d.number(f.text)
	case dateField, numberField:
		d.number(f.text)
	default:
		d.word(f.text)
	}
}

func (d *intervalDecoder) word(text string) {
	text = clip(text)
	unit, ok := intervalUnits[text]
	switch {
	case ok:
		d.unit = unit
	case text == "ago":
		d.ago = true
		d.unit = noUnit + 100
	default:
		d.bad()
	}
}

// clock reads h:m:s.
func (d *intervalDecoder) clock(text string, negative bool) {
	parser := &dateDecoder{typeName: "interval", text: d.text}
	var hour, usec int64
	var minute, second int
	if err := pgerr.Catch(func() { hour, minute, second, usec = parser.clockParts(text) }); err != nil {
		if err.Code == "22008" {
			d.overflow()
		}
		err.Raise()
	}
	if d.fields == minuteBit|secondBit && strings.Count(text, ":") == 1 && !strings.Contains(text, ".") {
		hour, minute, second = 0, int(hour), minute
	}
	d.take(clockMask)
	d.usec = d.sum(int64(minute)*usecPerMinute+int64(second)*usecPerSecond+usec, hour, usecPerHour, math.MaxInt64)
	if negative || d.allNegative && d.usec > 0 {
		d.usec = -d.usec
	}
	d.unit = dayUnit
}

// defaultUnit gives the unit of a number without one, by the typmod's last field.
func (d *intervalDecoder) defaultUnit() int {
	switch {
	case d.fields == intervalFullRange || d.fields&secondBit != 0:
		return secondUnit
	case d.fields&minuteBit != 0:
		return minuteUnit
	case d.fields&hourBit != 0:
		return hourUnit
	case d.fields&dayBit != 0:
		return dayUnit
	case d.fields&monthBit != 0:
		return monthUnit
	}
	return yearUnit
}

func (d *intervalDecoder) number(text string) {
	if d.unit == noUnit {
		d.unit = d.defaultUnit()
	}
	sign := strings.TrimLeft(text, "+-")
	negative := strings.HasPrefix(text, "-")
	end := digitsEnd(sign)
	value, err := strconv.ParseInt("0"+sign[:end], 10, 64)
	if err != nil {
		d.overflow()
	}
	fraction, rest := 0.0, sign[end:]
	switch {
	case strings.HasPrefix(rest, "-"):
		months, err := strconv.Atoi(rest[1:])
		if err != nil || rest[1:] == "" {
			d.bad()
		}
		if months >= 12 || months < 0 || value > math.MaxInt64/12-12 {
			d.overflow()
		}
		value, d.unit = value*12+int64(months), monthUnit
	case strings.HasPrefix(rest, "."):
		if rest != "." {
			f, err := strconv.ParseFloat("0"+rest, 64)
			if err != nil {
				d.bad()
			}
			fraction = f
		}
	case rest != "":
		d.bad()
	}
	if negative || d.allNegative {
		value, fraction = -value, -fraction
	}
	d.add(d.unit, value, fraction)
	mask := uint32(1) << d.unit
	switch {
	case d.unit == secondUnit && fraction != 0:
		mask = secondsMask
	case d.unit == hourUnit:
		d.unit = dayUnit
	}
	d.take(mask)
}

// unitSizes says what one of each unit is.
var unitSizes = map[int]interval{
	microsecondUnit: {usec: 1}, millisecondUnit: {usec: 1000}, secondUnit: {usec: usecPerSecond}, minuteUnit: {usec: usecPerMinute},
	hourUnit: {usec: usecPerHour}, dayUnit: {days: 1}, weekUnit: {days: 7}, monthUnit: {months: 1}, yearUnit: {months: 12},
	decadeUnit: {months: 120}, centuryUnit: {months: 1200}, millenniumUnit: {months: 12000},
}

// add adds value and a fraction of units. What a fraction of years leaves is
// rounded to months, of months and weeks spills into days, of days into time.
func (d *intervalDecoder) add(unit int, value int64, fraction float64) {
	size, ok := unitSizes[unit]
	if !ok {
		d.bad()
	}
	switch {
	case size.usec != 0:
		d.usec = d.sum(d.usec, value, size.usec, math.MaxInt64)
		d.addUsec(fraction, size.usec)
	case size.days != 0:
		d.day = d.sum(d.day, value, size.days, math.MaxInt32)
		if size.days == 1 {
			d.addUsec(fraction, usecPerDay)
		} else {
			d.addDays(fraction, size.days)
		}
	case size.months == 1:
		d.month = d.sum(d.month, value, 1, math.MaxInt32)
		d.addDays(fraction, 30)
	default:
		d.year = d.sum(d.year, value, size.months/12, math.MaxInt32)
		d.month += int64(math.RoundToEven(fraction * float64(size.months)))
	}
}

// sum gives total + value*scale, raising when the limit is passed.
func (d *intervalDecoder) sum(total, value, scale, limit int64) int64 {
	product := value * scale
	if value != 0 && product/value != scale || product > limit || product < -limit-1 {
		d.overflow()
	}
	out := total + product
	if (product > 0) != (out > total) && product != 0 || out > limit || out < -limit-1 {
		d.overflow()
	}
	return out
}

func (d *intervalDecoder) addUsec(fraction float64, scale int64) {
	f := fraction * float64(scale)
	usec := int64(f)
	f -= float64(usec)
	if f > 0.5 {
		usec++
	} else if f < -0.5 {
		usec--
	}
	d.usec = d.sum(d.usec, usec, 1, math.MaxInt64)
}

func (d *intervalDecoder) addDays(fraction float64, scale int64) {
	f := fraction * float64(scale)
	days := int64(f)
	d.day = d.sum(d.day, days, 1, math.MaxInt32)
	d.addUsec(f-float64(days), usecPerDay)
}

// iso reads what follows P in P1Y2M3DT4H5M6S, P0001-02-03T04:05:06 and their
// like (DecodeISO8601Interval).
func (d *intervalDecoder) iso(s string) {
	if s == "" {
		d.bad()
	}
	date, clock, hasClock := strings.Cut(s, "T")
	d.isoPart(date, "YMWD", []int{yearUnit, monthUnit, weekUnit, dayUnit}, "-", 8)
	if hasClock {
		d.isoPart(clock, "HMS", []int{hourUnit, minuteUnit, secondUnit}, ":", 6)
	}
}

func (d *intervalDecoder) isoPart(s, letters string, units []int, separator string, packed int) {
	first := true
	for s != "" {
		value, fraction, width, rest := d.isoNumber(s)
		switch {
		case rest != "" && strings.Contains(letters, rest[:1]):
			d.add(units[strings.Index(letters, rest[:1])], value, fraction)
			rest = rest[1:]
		case !first:
			d.bad()
		case rest == "" && width == packed:
			top, middle, low := value/10000, value/100%100, value%100
			d.isoFields(separator, top, middle, low)
			d.add(map[string]int{"-": dayUnit, ":": secondUnit}[separator], 0, fraction)
		case rest == "" || strings.HasPrefix(rest, separator):
			d.isoAlternative(s, separator)
			return
		default:
			d.bad()
		}
		s, first = rest, false
	}
}

func (d *intervalDecoder) isoFields(separator string, values ...int64) {
	units := []int{yearUnit, monthUnit, dayUnit}
	if separator == ":" {
		units = []int{hourUnit, minuteUnit, secondUnit}
	}
	for i, v := range values {
		d.add(units[i], v, 0)
	}
}

// isoAlternative reads 0001-02-03 or 04:05:06.
func (d *intervalDecoder) isoAlternative(s, separator string) {
	units := []int{yearUnit, monthUnit, dayUnit}
	if separator == ":" {
		units = []int{hourUnit, minuteUnit, secondUnit}
	}
	for i := 0; ; i++ {
		value, fraction, _, rest := d.isoNumber(s)
		d.add(units[i], value, fraction)
		if rest == "" {
			return
		}
		if !strings.HasPrefix(rest, separator) || i == 2 {
			d.bad()
		}
		s = rest[1:]
	}
}

func (d *intervalDecoder) isoNumber(s string) (value int64, fraction float64, width int, rest string) {
	i := 0
	if s != "" && s[0] == '-' {
		i++
	}
	digits := digitsEnd(s[i:])
	end := i + digits
	if end < len(s) && s[end] == '.' {
		end += 1 + digitsEnd(s[end+1:])
	}
	if end == i || end == i+1 && s[i] == '.' {
		d.bad()
	}
	value, err := strconv.ParseInt("0"+s[i:i+digits], 10, 64)
	if err != nil || value > math.MaxInt32 {
		d.overflow()
	}
	if end > i+digits+1 {
		fraction, _ = strconv.ParseFloat("0"+s[i+digits:end], 64)
	}
	if i == 1 {
		value, fraction = -value, -fraction
	}
	return value, fraction, digits, s[end:]
}

// round drops what a typmod leaves no room for (AdjustIntervalForTypmod).
func (v interval) round(typmod int32) interval {
	if typmod < 0 {
		return v
	}
	fields := typmod >> 16 & intervalFullRange
	switch {
	case fields == intervalFullRange || fields&secondBit != 0:
	case fields&minuteBit != 0:
		v.usec -= v.usec % usecPerMinute
	case fields&hourBit != 0:
		v.usec -= v.usec % usecPerHour
	case fields&dayBit != 0:
		v.usec = 0
	case fields&monthBit != 0:
		v.usec, v.days = 0, 0
	default:
		v.usec, v.days = 0, 0
		v.months -= v.months % 12
	}
	if precision := typmod & 0xFFFF; precision != intervalFullPrecision {
		v.usec = roundUsec(v.usec, precision)
	}
	return v
}

// String writes the interval in the style postgres (EncodeInterval).
func (v interval) String() string {
	var parts []string
	negativeBefore := false
	add := func(n int64, unit string) {
		if n == 0 {
			return
		}
		sign, plural := "", "s"
		if negativeBefore && n > 0 {
			sign = "+"
		}
		if n == 1 {
			plural = ""
		}
		parts = append(parts, fmt.Sprintf("%s%d %s%s", sign, n, unit, plural))
		negativeBefore = n < 0
	}
	add(v.months/12, "year")
	add(v.months%12, "mon")
	add(v.days, "day")
	if v.usec != 0 || len(parts) == 0 {
		sign, usec := "", v.usec
		if usec < 0 {
			sign, usec = "-", -usec
		} else if negativeBefore {
			sign = "+"
		}
		parts = append(parts, sign+clockText(usec))
	}
	return strings.Join(parts, " ")
}
