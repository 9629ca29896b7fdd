package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/joho/godotenv"

	"github.com/electric-cli/electric/diag"
)

// EnvFiles are the files of variables in the working directory, the stronger one
// first. The process's own variables are stronger than either.
var EnvFiles = []string{".env.local", ".env"}

// maxEnvFile is more than any file of variables is long.
const maxEnvFile = 1 << 20

// An Environment is the process's variables and those of the .env files.
type Environment struct {
	layers   []layer
	Problems []diag.Diagnostic // of the files
}

// A layer is one place that variables come from.
type layer struct {
	name string // "environment", or the file's
	vars map[string]string
	text string // of a file, without values
}

// processLayer is the name of the process's own variables.
const processLayer = "environment"

// ReadEnvironment reads the .env files in dir; environ is the process's
// variables, as os.Environ gives them.
func ReadEnvironment(dir string, environ []string) *Environment {
	process := map[string]string{}
	for _, pair := range environ {
		if name, value, ok := strings.Cut(pair, "="); ok && name != "" {
			process[name] = value
		}
	}
	e := &Environment{layers: []layer{{name: processLayer, vars: process}}}
	for _, name := range EnvFiles {
		e.readFile(dir, name)
	}
	return e
}

func (e *Environment) readFile(dir, name string) {
	path := filepath.Join(dir, name)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxEnvFile) {
		return // a folder of that name is something else
	}
	data, err := os.ReadFile(path)
	if err != nil {
		e.Problems = append(e.Problems, diag.Errorf(diag.WholeFile(name), "unreadable-file", "could not be read: %s", errors.Unwrap(err)))
		return
	}
	vars, problem := parseEnv(name, string(data))
	if problem != nil {
		e.Problems = append(e.Problems, *problem)
	}
	e.layers = append(e.layers, layer{name, vars, withoutValues(string(data))})
}

// parseEnv reads the text of a .env file. What godotenv says of a mistake quotes
// the file, passwords included; only the line of it is told.
func parseEnv(name, text string) (map[string]string, *diag.Diagnostic) {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	vars, err := godotenv.Unmarshal(text)
	span, what, at := diag.WholeFile(name), "is not NAME=value", -1
	if err == nil {
		at = misnamed(text, vars)
		if at < 0 {
			return vars, nil
		}
	} else if rest, ok := strings.CutPrefix(err.Error(), "unterminated quoted value "); ok {
		what, at = "begins a quoted value that does not end", strings.Index(text, rest)
	} else if _, quoted, ok := strings.Cut(err.Error(), " in variable name near "); ok {
		if near, err := strconv.Unquote(quoted); err == nil && strings.HasSuffix(text, near) {
			at = len(text) - len(near)
		}
	}
	if at >= 0 {
		span = lineSpan(name, withoutValues(text), 1+strings.Count(text[:at], "\n"))
	}
	d := diag.Errorf(span, "invalid-env", "this %s", what)
	d.Hint = "Values with spaces, # or $ stand in single quotes: NAME='value'."
	return map[string]string{}, &d
}

var variableName = pattern(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

// misnamed finds where godotenv took for a name what is none: "NAME postgres" of
// a line without =, or nothing in a last line. It is negative when there is none.
func misnamed(text string, vars map[string]string) int {
	for name, value := range vars {
		switch {
		case name == "":
			return max(0, strings.LastIndex(text, value))
		case !variableName().MatchString(name):
			return max(0, strings.Index(text, name))
		}
	}
	return -1
}

// A found variable is the text of one and where it is from.
type found struct {
	name, text string
	layer      *layer
}

// lookup finds the first of some variables that is set. One that is set to
// nothing in a stronger place takes away what a weaker one says.
func (e *Environment) lookup(names ...string) (found, bool) {
	for _, name := range names {
		for i := range e.layers {
			if text, ok := e.layers[i].vars[name]; ok {
				if text == "" {
					break
				}
				return found{name, text, &e.layers[i]}, true
			}
		}
	}
	return found{}, false
}

// Get gives a variable's value, "" when it is not set.
func (e *Environment) Get(name string) string {
	f, _ := e.lookup(name)
	return f.text
}

// names are all variables, sorted.
func (e *Environment) names() (names []string) {
	for _, l := range e.layers {
		for name := range l.vars {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Exported are libpq's variables that only the .env files hold: pgx reads them
// from the process's environment, so they have to be put there.
func (e *Environment) Exported() map[string]string {
	list := map[string]string{}
	for _, s := range libpqSettings {
		if f, ok := e.lookup(s.Key); ok && f.layer.name != processLayer {
			list[s.Key] = f.text
		}
	}
	return list
}

// assignment finds the name on a line of a .env file.
var assignment = pattern(`^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.]*)[ \t]*[=:]`)

// withoutValues leaves of a .env file the names, each in its line: diagnostics
// quote it.
func withoutValues(text string) string {
	lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
	for i, line := range lines {
		if m := assignment().FindString(line); m != "" {
			lines[i] = m + "…"
		} else {
			lines[i] = ""
		}
	}
	return strings.Join(lines, "\n")
}

func lineSpan(file, text string, line int) diag.Span {
	lines := strings.SplitAfter(text, "\n")
	at := len(strings.Join(lines[:min(line, len(lines))-1], ""))
	return diag.Span{File: file, Start: at, End: at}
}

// Texts are the .env files without their values, for diagnostics.
func (e *Environment) Texts() diag.Texts {
	texts := diag.Texts{}
	for _, l := range e.layers {
		if l.name != processLayer {
			texts[l.name] = l.text
		}
	}
	return texts
}

// span is where a variable stands; nowhere in the process's environment.
func (f found) span() diag.Span {
	if f.layer.name == processLayer {
		return diag.Span{}
	}
	span, at := diag.WholeFile(f.layer.name), 0
	for _, line := range strings.SplitAfter(f.layer.text, "\n") {
		if m := assignment().FindStringSubmatchIndex(line); m != nil && line[m[2]:m[3]] == f.name {
			span.Start, span.End = at+m[2], at+m[3]
		}
		at += len(line)
	}
	return span
}

// source says in words where a variable stands.
func (f found) source() string {
	span := f.span()
	if span.File == "" || span.Start < 0 {
		return f.layer.name
	}
	return fmt.Sprintf("%s:%d", span.File, diag.PositionOf(f.layer.text, span.Start).Line)
}
