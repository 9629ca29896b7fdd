package eval

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
)

// readable are the fields that to_date and to_timestamp read here, and how many
// digits each has.
var readable = map[string]int{"yyyy": 4, "mm": 2, "dd": 2, "hh24": 2, "mi": 2, "ss": 2}

// fromChar reads a timestamp by a pattern, when the text has exactly the digits
// and the signs between them that the pattern shows. How PostgreSQL reads other
// texts is a long story, and they are left unknown.
func fromChar(c *call) (m datum.Moment, ok bool) {
	s := c.text(0)
	got := map[string]int{"yyyy": 1, "mm": 1, "dd": 1}
	seen := map[string]bool{}
	for _, p := range parsePattern(c.text(1)) {
		field := strings.ToLower(p.field)
		size := readable[field]
		switch {
		case field == "" && strings.HasPrefix(s, p.text) && len(p.text) == 1 && strings.ContainsAny(p.text, "-/:._ "):
			s = s[1:]
			continue
		case size == 0 || seen[field] || p.fill || p.local || p.ordinal != "" || len(s) < size:
			return 0, false
		}
		n, err := strconv.ParseUint(s[:size], 10, 16)
		if err != nil || field == "yyyy" && n == 0 {
			return 0, false
		}
		got[field], seen[field], s = int(n), true, s[size:]
	}
	if s != "" || !seen["yyyy"] {
		return 0, false
	}
	written := fmt.Sprintf("%04d-%02d-%02d %02d:%02d:%02d", got["yyyy"], got["mm"], got["dd"], got["hh24"], got["mi"], got["ss"])
	if got["hh24"] > 23 || got["ss"] > 59 {
		return 0, false
	}
	value, _ := datum.In(c.x.c, pg.Timestamp, -1, written).(string)
	return datum.ParseMoment(c.x.c, value, false), true
}
