package devpage

import (
	"regexp"
	"sync"
)

// masked stands for a password.
const masked = "****"

// passwords are the places of passwords in addresses of databases, and in text
// around them: the first group stays, and the third.
var passwords = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{
		// user:password@host; a password may hold an @ of its own, the last one ends it
		regexp.MustCompile(`(://[^\s/:@?#"']*:)([^\s/?#"']*)(@)`),
		// ?password=…&sslpassword=…, ?secret=… of a shape's URL
		regexp.MustCompile(`(?i)([?&](?:ssl)?(?:password|secret|api_secret)=)([^&\s"'#]+)()`),
		// host=… password=…
		regexp.MustCompile(`(?i)(\b(?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&"']+)()`),
	}
})

// maskText hides the passwords of addresses in a text. Sources mask what they
// know; this is the last wall.
func maskText(text string) string {
	for _, p := range passwords() {
		text = p.ReplaceAllString(text, "${1}"+masked+"${3}")
	}
	return text
}
