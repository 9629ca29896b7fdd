package config

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/electric-cli/electric/diag"
)

type parser struct {
	file, text  string
	config      Config
	diagnostics []diag.Diagnostic
}

func (p *parser) report(d diag.Diagnostic) { p.diagnostics = append(p.diagnostics, d) }

// root reads the document: a mapping of settings.
func (p *parser) root(n *yaml.Node) {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null": // comments only
		return
	case n.Kind != yaml.MappingNode:
		p.report(diag.Errorf(p.span(n), "wrong-type", "a mapping of settings is expected here, not %s", kindName(n)))
		return
	}
	first := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if before, twice := first[key.Value]; twice {
			d := diag.Errorf(p.span(key), "duplicate-key", "setting %q is given twice", key.Value)
			d.Related = []diag.Note{{Span: p.span(before), Message: "first given here"}}
			p.report(d)
			continue
		}
		first[key.Value] = key
		p.setting(key, value)
	}
}

func (p *parser) setting(key, value *yaml.Node) {
	s, ok := fileSetting(key.Value)
	if !ok {
		d := diag.Errorf(p.span(key), "unknown-setting", "unknown setting %q", key.Value)
		d.Hint = "The settings are " + nameList(fileKeys()) + "."
		if near := diag.Near(key.Value, fileKeys()); near != "" {
			d.Hint = fmt.Sprintf("Perhaps %q is meant.", near)
		}
		p.report(d)
		return
	}
	if value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	if s.list && value.Kind == yaml.SequenceNode {
		p.listSetting(s, value)
		return
	}
	p.value(s, value)
}

// listSetting reads a setting of several values.
func (p *parser) listSetting(s *Setting, list *yaml.Node) {
	if len(list.Content) == 0 {
		d := diag.Errorf(p.span(list), "empty-setting", "%q is empty", s.Key)
		d.Hint = "Write none for nothing, or leave it away."
		p.report(d)
	}
	var texts []string
	for _, value := range list.Content {
		p.value(s, value)
		texts = append(texts, value.Value)
	}
	if g, ok := p.config.given[s.Key]; ok {
		g.text = strings.Join(texts, ", ")
		p.config.given[s.Key] = g
	}
}

// value reads the value of a setting, or one of several.
func (p *parser) value(s *Setting, value *yaml.Node) {
	switch {
	case value.Kind != yaml.ScalarNode || value.Tag != "!!str":
		p.report(diag.Errorf(p.span(value), "wrong-type", "%q asks for text, not %s", s.Key, kindName(value)))
	case value.Value == "":
		p.report(diag.Errorf(p.span(value), "empty-setting", "%q is empty", s.Key))
	case len(s.kind.values) > 0 && !slices.Contains(s.kind.values, value.Value):
		d := diag.Errorf(p.span(value), "unknown-value", "%q cannot be %q", s.Key, value.Value)
		d.Hint = "Write " + strings.Join(s.kind.values, ", ") + "."
		p.report(d)
	case !strings.Contains(value.Value, "${") && !s.kind.ok(value.Value):
		p.report(diag.Errorf(p.span(value), "unknown-value", "%q asks for %s", s.Key, s.kind.what))
	default:
		if s.set != nil {
			s.set(&p.config, value.Value)
		}
		if p.config.given == nil {
			p.config.given = map[string]given{}
		}
		p.config.given[s.Key] = given{value.Value, p.span(value)}
	}
}

func nameList(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// kindName says what a node is, in words.
func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.Tag {
	case "!!null":
		return "nothing"
	case "!!bool":
		return "true or false"
	case "!!int", "!!float":
		return "a number"
	}
	return "this"
}

// span is where a node stands: yaml counts lines and columns, in characters.
func (p *parser) span(n *yaml.Node) diag.Span {
	start := p.offset(n.Line, n.Column)
	end := start + len(n.Value)
	if n.Kind != yaml.ScalarNode || end > len(p.text) || strings.ContainsRune(n.Value, '\n') {
		end = start
	}
	return diag.Span{File: p.file, Start: start, End: end}
}

func (p *parser) offset(line, column int) int {
	at := 0
	for ; line > 1; line-- {
		n := strings.IndexByte(p.text[at:], '\n')
		if n < 0 {
			return len(p.text)
		}
		at += n + 1
	}
	for ; column > 1 && at < len(p.text); column-- {
		_, n := utf8.DecodeRuneInString(p.text[at:])
		at += n
	}
	return at
}

// anchorName finds what yaml quotes of a file: a value that begins with * is an
// alias to it.
var anchorName = pattern(`(unknown anchor) '.*'`)

// syntaxError places what yaml says, which names lines in its text alone.
func (p *parser) syntaxError(err error) {
	span, message := diag.WholeFile(p.file), err.Error()
	yamlLine := regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		message = m[2]
		if line, err := strconv.Atoi(m[1]); err == nil {
			at := p.offset(line, 1)
			message = anchorName().ReplaceAllString(message, "$1")
			span = diag.Span{File: p.file, Start: at, End: at}
		}
	}
	p.report(diag.Errorf(span, "invalid-yaml", "%s", message))
}
