package eval

import (
	"fmt"
	"time"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// timeBuiltins are the functions over dates and times that are computed (date.c,
// timestamp.c); those that read the clock are in fn_clock.go.
var timeBuiltins = map[string]builtin{
	"date_pli": func(c *call) query.Datum { return addDays(c.text(0), c.int(1)) },
	"date_mii": func(c *call) query.Datum { return addDays(c.text(0), -c.int(1)) },
	"date_mi": func(c *call) query.Datum {
		a, ok1 := parseDate(c.text(0))
		b, ok2 := parseDate(c.text(1))
		if !ok1 || !ok2 {
			return Unknown{"a date"}
		}
		return int64(a.Sub(b).Hours() / 24)
	},
	"make_date": func(c *call) query.Datum {
		return datum.In(c.x.c, pg.Date, -1, dateOf(c.int(0), c.int(1), c.int(2)))
	},
	"date_finite":      finite,
	"timestamp_finite": finite,
}

func finite(c *call) query.Datum { return c.text(0) != "infinity" && c.text(0) != "-infinity" }

func parseDate(s string) (time.Time, bool) {
	t, err := time.Parse("2006-01-02", s)
	return t, err == nil
}

func addDays(s string, n int64) query.Datum {
	t, ok := parseDate(s)
	if !ok || n > 1<<20 || n < -(1<<20) {
		return Unknown{"a date"}
	}
	return t.AddDate(0, 0, int(n)).Format("2006-01-02")
}

// dateOf writes a date of which any part may be out of range.
func dateOf(year, month, day int64) string {
	if year < 0 {
		return fmt.Sprintf("%04d-%02d-%02d BC", -year, month, day)
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day)
}
