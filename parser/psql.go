package parser

import "strings"

// An Item is a part of a psql script: a statement or a meta-command.
type Item struct {
	Statement *Statement
	Meta      *Meta
}

// A Meta is a psql meta-command such as \i FILE.
type Meta struct {
	Name        string   // without the backslash
	Args        []string // without their quotes
	Offset, End int
}

// sends lists the meta-commands that end a statement as a semicolon does.
var sends = set("g", "gx", "gset", "gexec", "gdesc", "crosstabview", "watch")

// wholeLine lists those whose argument is the rest of the line.
var wholeLine = set("!", "copy", "ef", "ev", "h", "help", "sf", "sv")

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// SplitPsql cuts a script as psql reads it from a file. Meta-commands are items
// of their own, in the order they act in; all branches of \if run; rows after
// COPY … FROM STDIN are passed over. Psql's variables stay where they are:
// those with a value set in the script mark their statement as Substituted.
func SplitPsql(text string) []Item {
	p := psqlSplitter{splitter: splitter{lex: Lexer{Text: text}, psql: true}, set: map[string]bool{}}
	for p.item() {
	}
	return p.items
}

type psqlSplitter struct {
	splitter
	items []Item

	set      map[string]bool // variables that \set gave a value
	anySet   bool            // \gset gave values to variables we cannot name
	copying  []*Statement    // COPY statements on this line whose rows follow
	isCopy   bool            // the current statement is COPY … FROM STDIN
	variable bool            // it holds a variable with a value
	cuts     []cut           // bytes of it that are psql's, not the server's
}

type cut struct{ start, end int }

// item reads up to the next end of a statement; false at the end of the text.
func (p *psqlSplitter) item() bool {
	p.reset()
	p.isCopy, p.variable, p.cuts = false, false, nil
	p.skipRows()
	for {
		t := p.lex.Next()
		switch {
		case t.Kind == EOF:
			p.end(len(p.lex.Text))
			return false
		case p.isEnd(t):
			p.end(t.Start)
			return true
		case t.Kind == Backslash:
			if p.backslash(t.Start) {
				return true
			}
			continue
		case t.Kind == Punct && p.lex.Text[t.Start] == ':':
			p.colon(t)
		case p.lex.Is(t, "stdin") && p.lex.Is(p.prev, "from") && p.parens == 0 && p.word(0, "copy"):
			p.isCopy = true
		}
		p.token(t)
	}
}

// end finishes the current statement before the byte at.
func (p *psqlSplitter) end(at int) {
	if p.start < 0 {
		return
	}
	s := p.add(p.start, at)
	s.Substituted = p.variable
	if len(p.cuts) > 0 {
		s.Text = blank(s.Text, p.start, p.cuts)
		s.escaped = true
	}
	p.items = append(p.items, Item{Statement: s})
	if p.isCopy {
		p.copying = append(p.copying, s)
	}
}

// blank writes spaces over the cuts, so that positions stay as they are.
func blank(text string, base int, cuts []cut) string {
	b := []byte(text)
	for _, c := range cuts {
		for i := c.start - base; i < c.end-base && i < len(b); i++ {
			if b[i] != '\n' {
				b[i] = ' '
			}
		}
	}
	return string(b)
}

// backslash reads a meta-command; true when it ended the statement.
func (p *psqlSplitter) backslash(at int) bool {
	if c := p.lex.at(at + 1); c == ';' || c == ':' {
		p.cuts = append(p.cuts, cut{at, at + 1})
		if p.start < 0 {
			p.start = at
		}
		p.lex.Pos = at + 2
		return false
	}
	m := p.meta(at)
	p.lex.Pos = m.End
	switch {
	case sends[m.Name]:
		p.end(at)
		p.items = append(p.items, Item{Meta: m})
		p.anySet = p.anySet || m.Name == "gset"
		return true
	case m.Name == "r" || m.Name == "reset":
		p.items = append(p.items, Item{Meta: m})
		return true
	case m.Name == "set" && len(m.Args) > 0:
		p.set[m.Args[0]] = true
	}
	if p.start >= 0 {
		p.cuts = append(p.cuts, cut{at, m.End})
	}
	p.items = append(p.items, Item{Meta: m})
	return false
}

// meta reads the meta-command at a backslash: its name and, up to the end of
// the line or the next backslash, its arguments.
func (p *psqlSplitter) meta(at int) *Meta {
	text := p.lex.Text
	eol := p.lex.lineEnd(at)
	i := at + 1
	for i < eol && classes[text[i]] != classSpace && text[i] != '\\' {
		i++
	}
	m := &Meta{Name: text[at+1 : i], Offset: at, End: eol}
	if wholeLine[m.Name] {
		m.Args = []string{strings.TrimSpace(text[i:eol])}
		return m
	}
	for {
		for i < eol && classes[text[i]] == classSpace {
			i++
		}
		if i >= eol || text[i] == '\\' {
			break
		}
		var arg string
		arg, i = metaArg(text[:eol], i)
		m.Args = append(m.Args, arg)
	}
	m.End = i
	if strings.HasPrefix(text[i:eol], `\\`) { // \\ only separates commands
		m.End = i + 2
	}
	return m
}

// metaArg reads one argument: pieces in single, double or back quotes, or bare.
func metaArg(line string, i int) (string, int) {
	var b strings.Builder
	for i < len(line) && classes[line[i]] != classSpace && line[i] != '\\' {
		quote := line[i]
		if quote != '\'' && quote != '"' && quote != '`' {
			b.WriteByte(quote)
			i++
			continue
		}
		for i++; i < len(line); i++ {
			if line[i] == quote {
				if quote == '`' || i+1 >= len(line) || line[i+1] != quote {
					break
				}
				i++
			} else if quote == '\'' && line[i] == '\\' && i+1 < len(line) {
				i++
			}
			b.WriteByte(line[i])
		}
		if i < len(line) {
			i++
		}
	}
	return b.String(), i
}

// colon notes the variable that starts at a colon: :name, :'name', :"name".
func (p *psqlSplitter) colon(t Token) {
	text, i := p.lex.Text, t.End
	quote := p.lex.at(i)
	if quote == '\'' || quote == '"' {
		i++
	} else {
		quote = 0
	}
	start := i
	for i < len(text) && wordByte(text[i]) && text[i] != '$' {
		i++
	}
	if i == start || quote != 0 && p.lex.at(i) != quote {
		return
	}
	if quote != 0 || p.anySet || p.set[text[start:i]] {
		p.variable = true
	}
}

// skipRows takes the rows of COPY … FROM STDIN. They begin on the line
// after the statement and end at a line \. (backslash, full stop).
func (p *psqlSplitter) skipRows() {
	for ; len(p.copying) > 0; p.copying = p.copying[1:] {
		text := p.lex.Text
		eol := p.lex.Pos + indexOr(text[p.lex.Pos:], '\n')
		if rest := strings.TrimSpace(text[p.lex.Pos:eol]); rest != "" && !strings.HasPrefix(rest, "--") {
			return
		}
		if n := rows(text[eol:]); n >= 0 {
			p.lex.Pos = eol + n
			p.copying[0].Rows = withoutEnd(text[eol:p.lex.Pos])
		}
	}
}

// rows measures the rows that a text starts with, -1 when there are none: psql
// sends rows only when the server asks for them, and a COPY that it refuses is
// followed by other statements. So there are none without the line that ends
// them, nor when another COPY … FROM STDIN comes before it.
func rows(text string) int {
	for i := 0; i < len(text); {
		line := text[i : i+indexOr(text[i:], '\n')]
		i = min(i+len(line)+1, len(text))
		switch line = strings.TrimRight(line, "\r"); {
		case line == `\.`:
			return i
		case len(line) > 16 && strings.EqualFold(line[:5], "copy ") && strings.Contains(strings.ToLower(line), " from stdin"):
			return -1
		}
	}
	return -1
}

// withoutEnd takes from rows the line that ends them, and the end of the line
// before them.
func withoutEnd(rows string) string {
	rows = rows[:strings.LastIndex(rows, `\.`)]
	return rows[min(1, len(rows)):]
}

func indexOr(s string, c byte) int {
	if n := strings.IndexByte(s, c); n >= 0 {
		return n
	}
	return len(s)
}
