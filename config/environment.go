package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
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
	text string // of a file
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
	e.layers = append(e.layers, layer{name, vars, string(data)})
}

// parseEnv reads the text of a .env file. What godotenv says of a mistake quotes
// the file, passwords included; only the line of it is told.
func parseEnv(name, text string) (map[string]string, *diag.Diagnostic) {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	vars, err := godotenv.Unmarshal(text)
	if err == nil {
		return vars, nil
	}
	what, at := "is not NAME=value", -1
	message := err.Error()
	if rest, ok := strings.CutPrefix(message, "unterminated quoted value "); ok {
		what, at = "begins a quoted value that does not end", strings.Index(text, rest)
	} else if _, quoted, ok := strings.Cut(message, " in variable name near "); ok {
		if near, err := strconv.Unquote(quoted); err == nil && strings.HasSuffix(text, near) {
			at = len(text) - len(near)
		}
	}
	where := "a line of it"
	if at >= 0 {
		where = fmt.Sprintf("line %d", 1+strings.Count(text[:at], "\n"))
	}
	d := diag.Errorf(diag.WholeFile(name), "invalid-env", "%s %s", where, what)
	d.Hint = "Values with spaces, # or $ stand in single quotes: NAME='value'."
	return map[string]string{}, &d
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

// source says where a variable stands.
func (f found) source() string {
	if f.layer.text == "" {
		return f.layer.name
	}
	line := regexp.MustCompile(`(?m)^[ \t]*(export[ \t]+)?` + regexp.QuoteMeta(f.name) + `[ \t]*[=:]`)
	all := line.FindAllStringIndex(f.layer.text, -1)
	if len(all) == 0 {
		return f.layer.name
	}
	return fmt.Sprintf("%s:%d", f.layer.name, 1+strings.Count(f.layer.text[:all[len(all)-1][0]], "\n"))
}
