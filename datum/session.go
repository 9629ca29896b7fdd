package datum

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pgerr"
)

// Zone gives the time zone that a value of the setting TimeZone means: a name,
// hours east of Greenwich, or INTERVAL '-08:00'; nil for none (check_timezone).
func Zone(value string) *time.Location {
	if rest, ok := strings.CutPrefix(strings.ToLower(trimSpace(value)), "interval"); ok {
		quoted := trimSpace(rest)
		if len(quoted) < 2 || quoted[0] != '\'' || quoted[len(quoted)-1] != '\'' {
			return nil
		}
		var v interval
		if pgerr.Catch(func() { v = parseInterval(nil, quoted[1:len(quoted)-1], -1) }) != nil || v.months != 0 || v.days != 0 {
			return nil
		}
		return time.FixedZone(value, int(v.usec/usecPerSecond))
	}
	if hours, err := strconv.ParseFloat(value, 64); err == nil && math.Abs(hours) <= 167 {
		return time.FixedZone(value, int(hours*3600))
	}
	return location(value)
}

// sessionZone gives the session's time zone.
func sessionZone(c *catalog.Catalog) *time.Location {
	value := c.Setting("timezone")
	if value == "UTC" {
		return time.UTC
	}
	if zone := Zone(value); zone != nil {
		return zone
	}
	return time.UTC
}

// dateStyles and dateOrders are the words of the setting DateStyle.
var (
	dateStyles = map[string]string{"ISO": "ISO", "SQL": "SQL", "GERMAN": "German"}
	dateOrders = map[string]string{"YMD": "YMD", "DMY": "DMY", "MDY": "MDY", "US": "MDY"}
)

// DateStyle brings a value of the setting DateStyle to its full form, "ISO,
// MDY"; what it leaves open stays as it is at present. false: it is not valid
// (check_datestyle).
func DateStyle(present, value string) (string, bool) {
	style, order, _ := strings.Cut(present, ", ")
	givenStyle, givenOrder := "", ""
	for _, word := range strings.Split(value, ",") {
		word = strings.ToUpper(trimSpace(word))
		s, o := dateStyles[word], dateOrders[word]
		switch {
		case strings.HasPrefix(word, "POSTGRES"):
			s = "Postgres"
		case strings.HasPrefix(word, "NONEURO"):
			o = "MDY"
		case strings.HasPrefix(word, "EURO"):
			o = "DMY"
		case word == "DEFAULT":
			s, o = "ISO", "MDY"
		}
		if s == "" && o == "" || s != "" && givenStyle != "" && s != givenStyle || o != "" && givenOrder != "" && o != givenOrder {
			return "", false
		}
		if s != "" {
			style, givenStyle = s, s
		}
		if o != "" {
			order, givenOrder = o, o
		}
		if s == "German" && givenOrder == "" {
			order = "DMY"
		}
	}
	return style + ", " + order, true
}
