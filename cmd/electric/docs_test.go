package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// documented finds the command lines in documents and helps: behind a prompt, a
// key or white space, in quotes or alone on a line.
var documented = regexp.MustCompile("(?m)(?:^|[`\"]|\\$ |run: |entry: |&& )[ \t]*electric ((?:migrate|config|status|info|init|completion|version)\\b[^\\n`|>&)]*)")

// Every command line that the documents show is one that exists, with its flags.
func TestDocumentedCommandsExist(t *testing.T) {
	files, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	texts := map[string]string{}
	for _, file := range append(files, "../../README.md", "../../CHANGELOG.md") {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		texts[filepath.Base(file)] = string(data)
	}
	for _, c := range newRootCmd(&app{}).Commands() {
		texts["help of "+c.Name()] = c.Example
		for _, s := range c.Commands() {
			texts["help of "+s.Name()] = s.Example
		}
	}
	found := 0
	for name, text := range texts {
		for _, m := range documented.FindAllStringSubmatch(text, -1) {
			found++
			line, _, _ := strings.Cut(m[1], " #")
			line, _, _ = strings.Cut(line, `",`)
			line = strings.TrimRight(strings.TrimSpace(line), `"\`)
			root := newRootCmd(&app{})
			cmd, rest, err := root.Find(strings.Fields(line))
			require.NoError(t, err, "%s: electric %s", name, line)
			require.NotEqual(t, root, cmd, "%s: electric %s", name, line)
			require.Falsef(t, cmd.Annotations["group"] != "" && len(rest) > 0 && cmd.Name() == "migrate", "%s: electric %s", name, line)
			for _, word := range rest {
				if long, ok := strings.CutPrefix(word, "--"); ok {
					flag, _, _ := strings.Cut(long, "=")
					cmd.InitDefaultHelpFlag()
					require.NotNil(t, cmd.Flags().Lookup(flag), "%s: electric %s", name, line)
				}
			}
		}
	}
	require.Greater(t, found, 40)
}
