package catalog

import "time"

// settingDefaults are the parameters that change what a text means and how a
// value is shown, with a fresh session's values.
var settingDefaults = map[string]string{
	"bytea_output":  "hex",
	"datestyle":     "ISO, MDY",
	"intervalstyle": "postgres",
	"timezone":      "UTC",
	"xmloption":     "content",
}

// Setting gives a run-time parameter as SHOW does; "" for one that was never
// set and whose default is not known here. Names are in lower case.
func (c *Catalog) Setting(name string) string {
	if v, ok := c.settings[name]; ok {
		return v
	}
	return settingDefaults[name]
}

// SetSetting changes a run-time parameter, undoably. search_path has
// SetSearchPath besides.
func (c *Catalog) SetSetting(name, value string) {
	old, had := c.settings[name]
	if c.settings == nil {
		c.settings = map[string]string{}
	}
	c.settings[name] = value
	c.OnRollback(func() {
		if had {
			c.settings[name] = old
		} else {
			delete(c.settings, name)
		}
	})
}

// fixedNow is what now() gives when nobody set another time, so that equal
// input gives equal output.
var fixedNow = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// Now gives the start of the transaction.
func (c *Catalog) Now() time.Time {
	if c.Clock.IsZero() {
		return fixedNow
	}
	return c.Clock
}

// WithSearchPath runs f with another search_path, as pg_dump reads a database
// with an empty one. It is no change: nothing is journaled.
func (c *Catalog) WithSearchPath(names []string, f func()) {
	oldNames, oldPath := c.SearchPath, c.path
	defer func() { c.SearchPath, c.path = oldNames, oldPath }()
	c.SearchPath, c.path = names, nil
	f()
}
