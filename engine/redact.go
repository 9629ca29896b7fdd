package engine

import (
	"cmp"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// secret finds the names of settings whose values nobody should see.
var secret = regexp.MustCompile(`SECRET|PASSWORD|TOKEN|API_KEY|DSN`)

const struckOut = "***"

// redactor returns a function that strikes the settings' secrets out of a line. Of a database's URL it is the password,
// where it stands as one: it may be a word like postgres.
func redactor(settings map[string]string) func(string) string {
	replace := map[string]string{}
	for name, value := range settings {
		switch {
		case value == "":
		case strings.Contains(value, "://"):
			addPassword(replace, value)
		case secret.MatchString(name):
			replace[value], replace[url.QueryEscape(value)] = struckOut, struckOut
		}
	}
	var pairs []string
	longest := func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) }
	for _, text := range slices.SortedFunc(maps.Keys(replace), longest) {
		pairs = append(pairs, text, replace[text])
	}
	return strings.NewReplacer(pairs...).Replace
}

// addPassword adds the ways a URL's password is written.
func addPassword(replace map[string]string, text string) {
	u, err := url.Parse(text)
	if err != nil {
		replace[text] = struckOut
		return
	}
	password, _ := u.User.Password()
	if password == "" {
		return
	}
	_, rest, _ := strings.Cut(text, "://")
	_, written, _ := strings.Cut(rest, ":")
	written, _, _ = strings.Cut(written, "@")
	for _, form := range []string{password, written, url.QueryEscape(password)} {
		replace[":"+form+"@"] = ":" + struckOut + "@"
		replace[`"`+form+`"`] = `"` + struckOut + `"`
	}
}
