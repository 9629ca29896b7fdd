package status

import (
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/history"
)

// RecordProblems are what keeps the tables in _electric from being used.
func RecordProblems(h *history.History) (ds []diag.Diagnostic) {
	for _, p := range h.Problems {
		d := diag.Errorf(diag.Span{}, "record-unusable", "%s", p)
		d.Hint = "Somebody else made or changed it: rename it out of the way, or mend it; electric makes it anew when it is missing."
		ds = append(ds, d)
	}
	for _, u := range h.Unseen {
		d := diag.Errorf(diag.Span{}, "record-unreadable", "%s", u)
		d.Hint = "Connect as the role that applies migrations, or grant USAGE on schema _electric and SELECT on its tables."
		ds = append(ds, d)
	}
	return ds
}
