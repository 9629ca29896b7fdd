package shape

import (
	"fmt"
	"time"
)

// returnTime is how long a table that had shapes may be missing before requests
// are told that it does not exist. A migration that is run again, or a database
// that is made anew, drops tables for a moment: clients that are told to try
// again come through that, and those that are refused stop for good.
const returnTime = 10 * time.Second

// endings are the tables that shapes ended on lately.
type endings map[tableName]time.Time

type tableName struct{ schema, name string }

// add notes that a shape on a table ended now, and forgets what is long ago.
func (e endings) add(t tableName, now time.Time) {
	for other, at := range e {
		if now.Sub(at) > returnTime {
			delete(e, other)
		}
	}
	e[t] = now
}

// missing says of a table that is not there that it may come back; nil when that
// is not to be expected.
func (e *Engine) missing(schema, name string) error {
	e.mu.Lock()
	at, ok := e.endings[tableName{schema, name}]
	e.mu.Unlock()
	if !ok || time.Since(at) > returnTime {
		return nil
	}
	message := fmt.Sprintf(`Table "%s"."%s" was dropped or renamed, please retry: it may come back`, schema, name)
	return &Unavailable{Message: message, After: time.Second, Known: true}
}
