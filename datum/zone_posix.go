package datum

import (
	"encoding/binary"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// posixText is a time zone written out: a name (Postgres lets it be empty), how
// far west of Greenwich it is, and the same for summer with the days on which
// that begins and ends (tzparse in pgtz's localtime.c).
var posixText = regexp.MustCompile(`^(<[^>]*>|[^0-9,+\-<]*)` + posixHours + `(?:(<[^>]*>|[^0-9,+\-<:][^0-9,+\-<]*)(?:` + posixHours + `)?(?:,(` + posixDay + `),(` + posixDay + `))?)?$`)

const (
	posixHours = `([+-]?[0-9]{1,3})(?::([0-9]{1,2})(?::([0-9]{1,2}))?)?`
	posixDay   = `(?:J[0-9]{1,3}|[0-9]{1,3}|M[0-9]{1,2}\.[1-5]\.[0-6])(?:/[+-]?[0-9]{1,3}(?::[0-9]{1,2}(?::[0-9]{1,2})?)?)?`
)

// posixZone makes the zone of such a text; nil for one that is none.
func posixZone(value string) *time.Location {
	m := posixText.FindStringSubmatch(value)
	if m == nil {
		return nil
	}
	standard, ok := zoneSeconds(m[2:5])
	if !ok {
		return nil
	}
	if m[5] == "" {
		return time.FixedZone(strings.ToUpper(m[1]), -standard)
	}
	summer := standard - 3600
	if m[6] != "" {
		if summer, ok = zoneSeconds(m[6:9]); !ok {
			return nil
		}
	}
	begin, end := m[9], m[10]
	if begin == "" {
		begin, end = "M3.2.0", "M11.1.0"
	}
	rule := "<STD>" + posixOffset(standard) + "<DST>" + posixOffset(summer) + "," + begin + "," + end
	zone, err := time.LoadLocationFromTZData(value, zoneFile(rule, -standard))
	if err != nil {
		return nil
	}
	return zone
}

// zoneSeconds reads hours, minutes and seconds (getoffset).
func zoneSeconds(parts []string) (seconds int, ok bool) {
	worth := 3600
	for i, part := range parts {
		n, _ := strconv.Atoi(strings.TrimLeft(part, "+-"))
		if i == 0 && n > 24*7-1 || i > 0 && n > 59 {
			return 0, false
		}
		seconds += n * worth
		worth /= 60
	}
	if strings.HasPrefix(parts[0], "-") {
		seconds = -seconds
	}
	return seconds, true
}

func posixOffset(seconds int) string {
	sign := ""
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	return sign + strconv.Itoa(seconds/3600) + ":" + strconv.Itoa(seconds/60%60) + ":" + strconv.Itoa(seconds%60)
}

// zoneFile writes the file of a time zone that has nothing but a rule: that is
// what package time reads.
func zoneFile(rule string, east int) []byte {
	const names = "STD\x00"
	header := func(out []byte) []byte {
		out = append(out, "TZif2"...)
		out = append(out, make([]byte, 15)...)
		for _, n := range []uint32{0, 0, 0, 0, 1, uint32(len(names))} {
			out = binary.BigEndian.AppendUint32(out, n)
		}
		out = binary.BigEndian.AppendUint32(out, uint32(int32(east)))
		out = append(out, 0, 0)
		return append(out, names...)
	}
	return append(header(header(nil)), "\n"+rule+"\n"...)
}
