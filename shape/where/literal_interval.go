package where

import (
	"regexp"
	"strings"
)

const (
	number = `[+-]?\s*[0-9]+(?:\.[0-9]+)?`
	units  = `us|usecs?|microseconds?|ms|msecs?|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?|w|weeks?|` +
		`mons?|months?|y|years?|decs?|decades?|c|cent|century|centuries|mils|millenniums`
)

// The three forms of an interval that Electric reads. Its traditional form
// (numbers with units, year-month pairs, days and a clock, seconds at the end)
// has lower-case units; each part has white space before it, the first only
// when it is a clock.
var (
	isoInterval   = regexp.MustCompile(`^P(-?[0-9]+(\.[0-9]+)?[YMWD])*(T(-?[0-9]+(\.[0-9]+)?[HMS])+)?$`)
	altInterval   = regexp.MustCompile(`^P([+-]?[0-9]+(-[0-9]+){0,2})?(T[+-]?[0-9]+(:[0-9]+)?(:[0-9]+(\.[0-9]+)?)?)?$`)
	otherInterval = regexp.MustCompile(`^(?:\s+` + number + `\s*(?:` + units + `)|\s+[+-]?\s*[0-9]+-[0-9]+|` +
		`(?:\s+` + number + `)?\s+[+-]?\s*[0-9]+:[0-9]+(?::[0-9]+)?(?:\.[0-9]+)?|\s+` + number + `\s*$)+\s*$`)
	clockFirst = regexp.MustCompile(`^[+-]?\s*[0-9]+:`)
)

func isInterval(s string) bool {
	if isoInterval.MatchString(s) || altInterval.MatchString(s) {
		return s != "P"
	}
	s = strings.TrimLeft(s, "@")
	return !clockFirst.MatchString(s) && otherInterval.MatchString(" "+s)
}
