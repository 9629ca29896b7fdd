package compat

import (
	"fmt"
	"strings"

	"github.com/electric-cli/electric/diag"
)

// A Level is what a rule says of both directions.
type Level struct{ Reads, Writes Verdict }

// Levels are the levels of rules that a project has set, by rule.
type Levels map[string]Level

// of gives what a rule's findings count for.
func (l Levels) of(r *Rule) Level {
	if level, ok := l[r.Name]; ok {
		return level
	}
	return Level{r.Reads, r.Writes}
}

// Set sets a rule's level from what a configuration file says: one verdict for both directions, or one of them alone,
// as "reads=compatible" and "reads=compatible writes=breaking".
func (l Levels) Set(rule, text string) error {
	r := find(rule)
	if r == nil {
		if near := diag.Near(rule, RuleNames()); near != "" {
			return fmt.Errorf("no rule is called %q, perhaps %q is meant", rule, near)
		}
		return fmt.Errorf("no rule is called %q", rule)
	}
	level := l.of(r)
	for _, word := range strings.Fields(text) {
		direction, verdict, directed := strings.Cut(word, "=")
		if !directed {
			direction, verdict = "", word
		}
		var v Verdict
		if err := v.UnmarshalText([]byte(verdict)); err != nil {
			return err
		}
		switch direction {
		case "":
			level = Level{v, v}
		case "reads":
			level.Reads = v
		case "writes":
			level.Writes = v
		default:
			return fmt.Errorf("direction %q is neither reads nor writes", direction)
		}
	}
	l[rule] = level
	return nil
}
