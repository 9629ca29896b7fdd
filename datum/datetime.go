package datum

import (
	"math"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// The instants that stand for infinity.
const (
	infiniteLate  = math.MaxInt64
	infiniteEarly = math.MinInt64
)

func dateIn(in *input) query.Datum {
	d := decodeDate(in.c, "date", in.text, false)
	switch d.special {
	case lateWord:
		return "infinity"
	case earlyWord:
		return "-infinity"
	case epochWord:
		return dateText(unixEpoch)
	}
	if d.year > 5874898 || d.year < -4713 {
		dateRange(in.text)
	}
	day := toDay(d.year, d.month, d.day)
	if day < dateMin || day >= dateEnd {
		dateRange(in.text)
	}
	return dateText(day)
}

func dateRange(text string) {
	pgerr.Raise("22008", pgerr.NoPosition, `date out of range: "%s"`, text)
}

func timestampIn(in *input) query.Datum {
	instant := in.instant("timestamp", func(d *dateDecoder) int64 { return d.local() })
	return instantText(instant, "")
}

// timestamptzIn keeps an instant as its text in UTC, whatever the session's zone.
func timestamptzIn(in *input) query.Datum {
	instant := in.instant("timestamp with time zone", func(d *dateDecoder) int64 {
		return d.local() - int64(d.zone)*usecPerSecond
	})
	return instantText(instant, "+00")
}

func (in *input) instant(typeName string, of func(*dateDecoder) int64) int64 {
	d := decodeDate(in.c, typeName, in.text, false)
	switch d.special {
	case lateWord:
		return infiniteLate
	case earlyWord:
		return infiniteEarly
	case epochWord:
		return unixEpoch * usecPerDay
	}
	outside := func() { pgerr.Raise("22008", pgerr.NoPosition, `timestamp out of range: "%s"`, in.text) }
	if d.year > 294276 || d.year < -4713 {
		outside()
	}
	instant := of(d)
	if instant < timestampMin || instant >= timestampEnd {
		outside()
	}
	return roundUsec(instant, in.typmod)
}

func instantText(instant int64, zone string) string {
	switch instant {
	case infiniteLate:
		return "infinity"
	case infiniteEarly:
		return "-infinity"
	}
	return timestampText(instant, zone)
}

// roundUsec rounds microseconds to a precision of 0 to 6 digits, halves away
// from zero (AdjustTimestampForTypmod).
func roundUsec(usec int64, typmod int32) int64 {
	if typmod < 0 || typmod >= 6 {
		return usec
	}
	unit := int64(math.Pow10(int(6 - typmod)))
	if usec >= 0 {
		return (usec + unit/2) / unit * unit
	}
	return -((-usec + unit/2) / unit * unit)
}

func timeIn(in *input) query.Datum {
	d := decodeDate(in.c, "time", in.text, true)
	return clockText(roundUsec(d.timeOfDay(), in.typmod))
}

func timetzIn(in *input) query.Datum {
	d := decodeDate(in.c, "time with time zone", in.text, true)
	return clockText(roundUsec(d.timeOfDay(), in.typmod)) + zoneText(d.zone)
}

// Day gives a date's number of days since 2000-01-01.
func parseDate(c *catalog.Catalog, text string) int64 {
	d := decodeDate(c, "date", text, false)
	return toDay(d.year, d.month, d.day)
}

// parseInstant gives a timestamp's microseconds since 2000-01-01, in UTC when it
// has a zone.
func parseInstant(c *catalog.Catalog, text string, zoned bool) int64 {
	in := &input{c: c, text: text, typmod: -1}
	return in.instant("timestamp", func(d *dateDecoder) int64 {
		if zoned {
			return d.local() - int64(d.zone)*usecPerSecond
		}
		return d.local()
	})
}
