package config

import (
	"fmt"
	"strings"
)

// Markdown is docs/config.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString(docsHead)
	for _, g := range Groups {
		fmt.Fprintf(&b, "\n### The %s\n\n%s\n\n| setting | where | default | what it is for |\n| --- | --- | --- | --- |\n", title(g.Name), g.Doc)
		for _, s := range settings {
			if s.Group == g.Name {
				fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", s.Key, s.places(), s.defaultText(), s.describe())
			}
		}
		if g.Name == Sync {
			b.WriteString("\nFurther settings begin with one of these. They are shown when they are set, and not checked:\n\n")
			for _, f := range families {
				fmt.Fprintf(&b, "- `%s…`: %s\n", f.prefix, f.doc)
			}
		}
	}
	b.WriteString(ignoredHead)
	for _, x := range ignoredVariables {
		names := "`" + strings.Join(x.names, "`, `") + "`"
		why := x.who
		if why == "" {
			why = old
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", names, why, x.instead)
	}
	return b.String()
}

const docsHead = `<!-- Generated from the settings' table (make generate): edits here are lost. -->

# Settings

    electric config                      # every setting, its value, and where that comes from
    electric config get database_url     # one of them
    electric config check                # what is wrong with them: exit status 1

What comes first counts:

1. the command line
2. the environment of the process; a variable set to nothing takes away what a file says
3. ` + "`.env.local`" + `
4. ` + "`.env`" + `
5. ` + "`electric.yaml`" + `
6. the default

The files are read in the working directory; ` + "`--config`" + ` names another ` + "`electric.yaml`" + `. ` + "`.env.local`" + ` stays out of git.
` + "`electric migrate compile`" + ` reads ` + "`electric.yaml`" + ` alone, unless it is given a database.

Passwords and secrets are shown as ` + "`*****`" + ` wherever they appear, inside of URLs too. No option shows them.

## .env files

One ` + "`NAME=value`" + ` per line, ` + "`#`" + ` begins a comment. Values in single quotes are taken as they are; in others, ` + "`$NAME`" + ` is replaced by
what the same file said of ` + "`NAME`" + ` before, so a password with ` + "`$`" + ` or ` + "`#`" + ` wants single quotes. In a URL, characters such as
` + "`@ : / # ? %`" + ` of a password are written as ` + "`%40 %3A %2F %23 %3F %25`" + `.

## All settings
`

const ignoredHead = `
## Settings that are not read

` + "`electric config check`" + ` tells of these, most of them from Electric 0.12 and before. Names that other programs use as well
(` + "`LOG_LEVEL`" + `, ` + "`DATABASE_HOST`" + `, …) are only told of beside one that is certainly Electric's.

| setting | | instead |
| --- | --- | --- |
`

// title is a group's name in a heading.
func title(group string) string {
	if group == Libpq {
		return "variables of libpq"
	}
	return group
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// places says where a setting can be set.
func (s *Setting) places() string {
	var list []string
	if s.Flag != "" {
		list = append(list, "`"+s.Flag+"`")
	}
	for i, v := range s.Env {
		switch {
		case i > 0:
			list = append(list, "`"+v+"` (its old name)")
		case v == s.Key:
			list = append(list, "environment")
		default:
			list = append(list, "`"+v+"`")
		}
	}
	if s.InFile {
		list = append(list, "`electric.yaml`")
	}
	return strings.Join(list, ", ")
}

func (s *Setting) defaultText() string {
	switch {
	case s.Default != "":
		return "`" + s.Default + "`"
	case s.Without != "":
		return s.Without
	}
	return ""
}

func (s *Setting) describe() string {
	doc := s.Doc
	switch {
	case len(s.kind.values) > 0 && strings.Contains(doc, "or "+s.kind.values[len(s.kind.values)-1]): // it tells them
	case s.kind.what == boolean.what:
		doc += " `true` or `false`."
	case len(s.kind.values) > 0:
		doc += " `" + strings.Join(s.kind.values, "`, `") + "`."
	case s.kind.what != text.what:
		doc += " " + capital(s.kind.what) + "."
	}
	if s.Secret {
		doc += " Secret."
	}
	return strings.ReplaceAll(doc, "|", `\|`)
}
