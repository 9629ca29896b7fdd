package parser

import "strings"

// An ElectricKind is what a legacy Electric statement asks for.
type ElectricKind byte

// The kinds of legacy Electric statements.
const (
	ElectricEnable  ElectricKind = iota + 1 // Table is to be electrified
	ElectricDisable                         // Table is not any more
	ElectricVersion                         // the migration's version is Version
	ElectricDead                            // access rules and the like: no effect today
)

// An ElectricStmt is a statement of Electric before 1.0, which was no Postgres
// grammar or called procedures that only Electric's proxy had.
type ElectricStmt struct {
	Kind    ElectricKind
	Command string   // in upper case: ALTER TABLE … ENABLE ELECTRIC, ELECTRIC GRANT, …
	Table   []string // [schema,] table
	Version string
}

// electric recognises a legacy Electric statement; nil for any other.
func electric(text string) *ElectricStmt {
	if !mentionsElectric(text) {
		return nil
	}
	p := tokenParser{lex: Lexer{Text: text}}
	p.tokens = Tokens(text)
	switch {
	case p.word("electric"):
		return p.electricCommand()
	case p.words("alter", "table"):
		return p.alterTable()
	case p.word("call") || p.word("select"):
		return p.call()
	}
	return nil
}

// mentionsElectric is the cheap test that almost every statement fails.
func mentionsElectric(text string) bool {
	switch text[0] | 0x20 {
	case 'e', 'a', 'c', 's':
		for rest := text; ; {
			i := strings.IndexAny(rest, "lL")
			if i < 0 || len(rest) < i+7 {
				return false
			}
			if equalFold(rest[i:i+7], "lectric") {
				return true
			}
			rest = rest[i+1:]
		}
	}
	return false
}

func (p *tokenParser) electricCommand() *ElectricStmt {
	for word, kind := range map[string]ElectricKind{"enable": ElectricEnable, "disable": ElectricDisable} {
		if p.word(word) {
			if name := p.name(); name != nil && p.done() {
				return &ElectricStmt{Kind: kind, Command: "ELECTRIC " + strings.ToUpper(word), Table: name}
			}
			return &ElectricStmt{Kind: ElectricDead, Command: "ELECTRIC " + strings.ToUpper(word)}
		}
	}
	command := "ELECTRIC"
	if t := p.peek(); t.Kind == Word {
		command += " " + strings.ToUpper(p.lex.Source(t))
	}
	return &ElectricStmt{Kind: ElectricDead, Command: command}
}

func (p *tokenParser) alterTable() *ElectricStmt {
	p.words("if", "exists")
	p.word("only")
	name := p.name()
	if name == nil {
		return nil
	}
	switch {
	case p.words("enable", "electric") && p.done():
		return &ElectricStmt{Kind: ElectricEnable, Command: "ALTER TABLE ENABLE ELECTRIC", Table: name}
	case p.words("disable", "electric") && p.done():
		return &ElectricStmt{Kind: ElectricDisable, Command: "ALTER TABLE DISABLE ELECTRIC", Table: name}
	}
	return nil
}

// call reads electric.electrify(…) and electric.migration_version(…).
func (p *tokenParser) call() *ElectricStmt {
	name := p.name()
	if len(name) != 2 || name[0] != "electric" || !p.punct('(') {
		return nil
	}
	args := p.strings()
	s := &ElectricStmt{Command: "CALL electric." + name[1]}
	switch {
	case name[1] == "electrify" && len(args) == 1:
		inner := tokenParser{lex: Lexer{Text: args[0]}, tokens: Tokens(args[0])}
		s.Kind, s.Table = ElectricEnable, inner.name()
		if s.Table == nil {
			return nil
		}
	case name[1] == "electrify" && len(args) == 2:
		s.Kind, s.Table = ElectricEnable, args
	case name[1] == "migration_version" && len(args) == 1:
		s.Kind, s.Version = ElectricVersion, args[0]
	default:
		return nil
	}
	return s
}

// strings reads plain string arguments up to the closing parenthesis and the
// statement's end; nil when there is anything else.
func (p *tokenParser) strings() []string {
	var out []string
	for {
		t := p.peek()
		src := p.lex.Source(t)
		if t.Kind != String || t.Open || src[0] != '\'' {
			return nil
		}
		out = append(out, strings.ReplaceAll(src[1:len(src)-1], "''", "'"))
		p.i++
		switch {
		case p.punct(')'):
			if !p.done() {
				return nil
			}
			return out
		case !p.punct(','):
			return nil
		}
	}
}
