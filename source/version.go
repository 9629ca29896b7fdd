package source

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A versionKind says how a version's digits order it.
type versionKind int

const (
	named     versionKind = iota // no digits: a file of the command line, R__ of Flyway
	serial                       // at most nine digits: by value
	seconds                      // ten: Unix seconds, the house style
	millis                       // thirteen: Unix milliseconds
	stamp                        // fourteen: YYYYMMDDHHMMSS in UTC
	dotted                       // Flyway's 1.2.3
	badDigits                    // any other number of digits
	badDate                      // fourteen digits that are no date
)

// isTime reports whether versions of this kind name an instant.
func (k versionKind) isTime() bool { return k == seconds || k == millis || k == stamp }

// A version is a migration's number, and how it orders.
type version struct {
	text string // as written
	kind versionKind
	at   int64   // serial: its value; times: Unix milliseconds
	dots []int64 // dotted
}

const stampLayout = "20060102150405"

// parseVersion reads leading digits by their count.
func parseVersion(digits string) version {
	v := version{text: digits}
	switch len(digits) {
	case 10:
		v.kind = seconds
		v.at = number(digits) * 1000
	case 13:
		v.kind, v.at = millis, number(digits)
	case 14:
		t, err := time.Parse(stampLayout, digits)
		if err != nil {
			v.kind = badDate
			return v
		}
		v.kind, v.at = stamp, t.UnixMilli()
	default:
		v.kind = badDigits
		if len(digits) <= 9 {
			v.kind, v.at = serial, number(digits)
		}
	}
	return v
}

// parseDotted reads Flyway's versions: numbers with dots or underscores between.
func parseDotted(text string) (version, bool) {
	v := version{text: strings.ReplaceAll(text, "_", "."), kind: dotted}
	for _, part := range strings.Split(v.text, ".") {
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil || n < 0 {
			return version{}, false
		}
		v.dots = append(v.dots, n)
	}
	return v, true
}

// number reads digits that are known to fit.
func number(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 10, 64)
	return n
}

// key is equal for two spellings of one version, however many zeros lead.
func (v version) key() string {
	switch v.kind {
	case named, badDigits, badDate:
		return v.text
	case dotted:
		dots := v.dots
		for len(dots) > 1 && dots[len(dots)-1] == 0 { // 1.0 is 1, as in Flyway
			dots = dots[:len(dots)-1]
		}
		return fmt.Sprint(dots)
	}
	return strconv.FormatInt(v.at, 10)
}

// compare orders versions: numbers by value, times by the instant they name.
func (v version) compare(w version) int {
	if v.kind != dotted || w.kind != dotted {
		return cmp.Compare(v.at, w.at)
	}
	for i := range max(len(v.dots), len(w.dots)) {
		var a, b int64 // a missing part is 0, as in Flyway
		if i < len(v.dots) {
			a = v.dots[i]
		}
		if i < len(w.dots) {
			b = w.dots[i]
		}
		if c := cmp.Compare(a, b); c != 0 {
			return c
		}
	}
	return 0
}

// Instant gives the time that a migration's version names, in UTC; ok is false
// for serial numbers, names and Flyway's versions.
func (m *Migration) Instant() (t time.Time, ok bool) {
	for _, digit := range m.Version {
		if digit < '0' || digit > '9' {
			return t, false
		}
	}
	if v := parseVersion(m.Version); v.kind.isTime() {
		return time.UnixMilli(v.at).UTC(), true
	}
	return t, false
}
