package config

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Masked stands where a secret was.
const Masked = "*****"

// userinfo finds a URL's password, up to the last @ there is: of a password that
// was not escaped, nobody knows where it ends.
var userinfo = pattern(`(?is)([a-z][a-z0-9+.-]*://[^\s:/?#@]*:)(.*)(@)`)

// inLine is userinfo for texts of many lines.
var inLine = pattern(`(?i)([a-z][a-z0-9+.-]*://[^\s:/?#@]*:)(.*)(@)`)

// schemeless is a password of a database's address that lacks its beginning, in a
// line of electric.yaml.
var schemeless = pattern(`(?i)(database_url["']?\s*:\s*["']?[^\s:/?#@]*:)(.*)(@)`)

// secretWord is what parameters are called whose value is a secret.
const secretWord = `[a-z_]*(?:password|passwd|secret|token|api_?key)`

// parameter finds secrets in the query of a URL, keyword those among libpq's keywords.
var (
	parameter = pattern(`(?i)([?&]` + secretWord + `=)([^&#\s"]+)`)
	keyword   = pattern(`(?i)((?:^|[\s"])` + secretWord + `\s*[=:]\s*)('(?:[^'\\]|\\.)*'|(?:[^\s\\]|\\.)+)`)
)

// patterns are all of them; of each, the second group is the secret.
func patterns(password func() *regexp.Regexp) []*regexp.Regexp {
	return []*regexp.Regexp{password(), parameter(), keyword()}
}

// MaskURL hides the passwords in an address of a database, or in any other text.
func MaskURL(text string) string {
	for _, p := range patterns(userinfo) {
		text = p.ReplaceAllString(text, "${1}"+Masked+"${3}")
	}
	return text
}

// secretsIn gives the passwords in an address.
func secretsIn(text string) (list []string) {
	for _, p := range patterns(userinfo) {
		for _, m := range p.FindAllStringSubmatch(text, -1) {
			list = append(list, m[2])
		}
	}
	return list
}

// blank hides the passwords in a file's text, byte by byte: places in it stay
// where they are.
func blank(text string) string {
	for _, p := range append(patterns(inLine), schemeless()) {
		text = p.ReplaceAllStringFunc(text, func(whole string) string {
			m := p.FindStringSubmatchIndex(whole)
			return whole[:m[4]] + strings.Repeat("*", m[5]-m[4]) + whole[m[5]:]
		})
	}
	return text
}

// A Masker hides known secrets wherever they appear.
type Masker struct {
	secrets []string // in every form they may be written in, long ones first
	public  map[string]bool
}

// shortest is the length from which on a secret is looked for inside of words:
// one of two letters is in every other word.
const shortest = 4

// Add makes a secret known.
func (m *Masker) Add(secret string) {
	plain, err := url.QueryUnescape(strings.ReplaceAll(secret, "+", "%2B"))
	if err != nil {
		plain = secret
	}
	for _, form := range []string{
		secret, strings.Trim(secret, "'"), plain, url.QueryEscape(plain), url.PathEscape(plain),
		strings.TrimPrefix(url.UserPassword("", plain).String(), ":"),
	} {
		if len(form) >= shortest && !slices.Contains(m.secrets, form) {
			m.secrets = append(m.secrets, form)
		}
	}
	slices.SortFunc(m.secrets, func(a, b string) int { return len(b) - len(a) })
}

// Show makes a text known that is no secret, though a password may be the same:
// hiding a user's name would tell that it is the password.
func (m *Masker) Show(text string) {
	if m.public == nil {
		m.public = map[string]bool{"postgres": true, "postgresql": true, "electric": true, "localhost": true}
	}
	m.public[text] = true
}

// Text is a text without secrets.
func (m *Masker) Text(text string) string {
	text = MaskURL(text)
	for _, s := range m.secrets {
		if !m.public[s] {
			text = strings.ReplaceAll(text, s, Masked)
		}
	}
	return text
}
