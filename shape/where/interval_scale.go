package where

import "math"

// product multiplies an interval by a number. Parts of months become days of
// which a month has 30, parts of days time (interval_mul).
func product(i interval, factor float64) value {
	months, days := float64(i.months)*factor, float64(i.days)*factor
	if !fitsInt32(months) || !fitsInt32(days) {
		return failure
	}
	wholeMonths, wholeDays := int64(months), int64(days)
	monthDays := roundedUsec((months - float64(wholeMonths)) * 30)
	seconds := roundedUsec((days - float64(wholeDays) + monthDays - math.Trunc(monthDays)) * 86400)
	if math.Abs(seconds) >= 86400 {
		wholeDays += int64(seconds / 86400)
		seconds -= math.Trunc(seconds/86400) * 86400
	}
	wholeDays += int64(monthDays)
	usec := math.RoundToEven(float64(i.usec)*factor + seconds*1_000_000)
	if !(usec >= -(1<<63) && usec < 1<<63) {
		return failure
	}
	return intervalValue(wholeMonths, wholeDays, int64(usec), true)
}

func fitsInt32(f float64) bool { return f >= math.MinInt32 && f <= math.MaxInt32 }

// roundedUsec rounds seconds to microseconds (TSROUND).
func roundedUsec(f float64) float64 { return math.RoundToEven(f*1_000_000) / 1_000_000 }

// carry moves whole multiples of a unit from a smaller to a greater field.
func carry(small, great *int64, unit int64) {
	*great += *small / unit
	*small %= unit
}

// align gives a smaller field the sign of a greater one.
func align(small, great *int64, unit int64, rest int64) {
	negative, positive := *small < 0 || *small == 0 && rest < 0, *small > 0 || *small == 0 && rest > 0
	switch {
	case *great > 0 && negative:
		*small += unit
		*great--
	case *great < 0 && positive:
		*small -= unit
		*great++
	}
}

func justifyHours(months, days, usec int64) value {
	carry(&usec, &days, usecPerDay)
	align(&usec, &days, usecPerDay, 0)
	return intervalValue(months, days, usec, true)
}

func justifyDays(months, days, usec int64) value {
	carry(&days, &months, 30)
	align(&days, &months, 30, 0)
	return intervalValue(months, days, usec, true)
}

func justifyInterval(months, days, usec int64) value {
	carry(&usec, &days, usecPerDay)
	carry(&days, &months, 30)
	align(&days, &months, 30, usec)
	align(&usec, &days, usecPerDay, 0)
	return intervalValue(months, days, usec, true)
}

func init() {
	binaries["interval_mul"] = func(a, b value) value { return product(a.x.(interval), float(b)) }
	binaries["mul_d_interval"] = func(a, b value) value { return product(b.x.(interval), float(a)) }
	for name, justify := range map[string]func(months, days, usec int64) value{
		"interval_justify_hours": justifyHours, "interval_justify_days": justifyDays, "interval_justify_interval": justifyInterval,
	} {
		unaries[name] = func(v value) value {
			i := v.x.(interval)
			return justify(int64(i.months), int64(i.days), i.usec)
		}
	}
}
