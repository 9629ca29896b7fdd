package compile

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/source"
)

// maxStatements of a project that is taken: the few that have more would take as
// long as all the others together.
const maxStatements = 100

// TestClientsOfCorpora makes some statements of public projects server-only, at
// random, and compares what is told of the others with an empty server that runs
// those alone: whoever is accused fails there, and the first who fails is accused.
func TestClientsOfCorpora(t *testing.T) {
	folders, err := filepath.Glob("../../shared/corpus/*/migrations")
	require.NoError(t, err)
	if len(folders) == 0 {
		t.Skip("no ../shared/corpus beside the repository: nothing to cut into blocks")
	}
	server := pgtest.Start(t)
	runnable, refused := 0, 0
	for i, folder := range folders {
		name := filepath.Base(filepath.Dir(folder))
		in := source.Read([]string{folder}, source.Options{})
		if statementCount(in.Migrations()) > maxStatements {
			continue
		}
		share := []float64{0.02, 0.3}[i%2] // a few or many that are the server's
		t.Run(name, func(t *testing.T) {
			x := cutting{t: t, random: rand.New(rand.NewPCG(uint64(i), 1)), share: share}
			if x.compare(server, in.Migrations()) {
				runnable++
			} else {
				refused++
			}
		})
	}
	t.Logf("%d runnable, %d refused", runnable, refused)
	require.Greater(t, runnable, 5)
	require.Greater(t, refused, 5)
}

func statementCount(list []source.Migration) (n int) {
	for i := range list {
		for _, s := range list[i].Sections {
			n += len(s.Statements)
		}
	}
	return n
}

// A cutting makes blocks of migrations.
type cutting struct {
	t       *testing.T
	random  *rand.Rand
	share   float64 // of statements that are server-only
	servers map[*parser.Statement]bool
}

// cut makes blocks of the statements that are not the server's.
func (x *cutting) cut(list []source.Migration) []source.Migration {
	out := slices.Clone(list)
	for i := range out {
		out[i].Sections = nil
		for _, s := range list[i].Sections {
			for _, st := range s.Statements {
				if transactionWords[firstWord(st)] {
					continue // a block is one transaction
				}
				n := len(out[i].Sections)
				if n == 0 || out[i].Sections[n-1].Client == x.servers[st] {
					piece := source.Section{File: s.File, Start: st.Offset, Client: !x.servers[st], Marked: !x.servers[st]}
					if piece.Marked {
						piece.Mode = source.Transaction
					}
					out[i].Sections = append(out[i].Sections, piece)
					n++
				}
				last := &out[i].Sections[n-1]
				last.Statements, last.End = append(last.Statements, st), st.End
			}
		}
	}
	return out
}

// choose picks at random what is the server's.
func (x *cutting) choose(list []source.Migration) {
	x.servers = map[*parser.Statement]bool{}
	for i := range list {
		for _, s := range list[i].Sections {
			for _, st := range s.Statements {
				x.servers[st] = x.random.Float64() < x.share
			}
		}
	}
}

// compile compiles what was cut. What cannot be in a block is put outside.
func (x *cutting) compile(list []source.Migration) (*bundle.Bundle, []diag.Diagnostic, []source.Migration) {
	for {
		pieces := x.cut(list)
		b, ds := Migrations(pieces, Options{})
		again := false
		for _, d := range ds {
			if strings.HasPrefix(d.Code, "client-") {
				continue
			}
			require.Truef(x.t, refusesTransaction[d.Code], "%s: %s [%s]", d.Span.File, d.Message, d.Code)
			st := statementAt(pieces, d.Span)
			require.False(x.t, x.servers[st])
			x.servers[st], again = true, true
		}
		if !again {
			return b, ds, pieces
		}
	}
}

func statementAt(list []source.Migration, at diag.Span) *parser.Statement {
	for i := range list {
		for _, s := range list[i].Sections {
			for _, st := range s.Statements {
				if s.File.Path == at.File && st.Offset <= at.Start && at.Start < st.End {
					return st
				}
			}
		}
	}
	return nil
}

// compare compares the compiler's word with a server's, and gives it.
func (x *cutting) compare(server *pgtest.Server, list []source.Migration) (runnable bool) {
	x.choose(list)
	b, ds, pieces := x.compile(list)
	accused := map[*parser.Statement]bool{}
	for _, d := range ds {
		require.NotEqual(x.t, clientUnsure, d.Code, d.Message)
		accused[statementAt(pieces, d.Span)] = true
		for _, n := range d.Related {
			if n.Message == "needed here too" {
				accused[statementAt(pieces, n.Span)] = true
			}
		}
	}
	url := server.DatabaseAlone(x.t)
	pgtest.Run(x.t, url, x.extensions(b, pieces))
	first := true
	for i := range pieces {
		texts, statements := clientStatements(&pieces[i])
		for j, v := range pgtest.Run(x.t, url, texts) {
			switch st := statements[j]; {
			case v.OK:
				require.Falsef(x.t, accused[st], "it is accused and runs: %s", texts[j])
			case first:
				require.Truef(x.t, accused[st], "the first that fails is not told: %s\n%s [%s]", texts[j], v.Message, v.SQLSTATE)
				first = false
			}
		}
	}
	require.Equal(x.t, first, b != nil)
	return first
}

func clientStatements(m *source.Migration) (texts []string, statements []*parser.Statement) {
	for _, s := range m.Sections {
		for _, st := range s.Statements {
			if s.Client {
				texts, statements = append(texts, st.Text), append(statements, st)
			}
		}
	}
	return texts, statements
}

// createExtension finds it in bodies too.
var createExtension = regexp.MustCompile(`(?i)CREATE EXTENSION (?:IF NOT EXISTS )?"?([a-z0-9_-]+)`)

// extensions are those that an app has to load: what the bundle requires, or
// without one all that the server alone makes.
func (x *cutting) extensions(b *bundle.Bundle, list []source.Migration) (create []string) {
	for i := range list {
		for _, s := range list[i].Sections {
			for _, st := range s.Statements {
				for _, m := range createExtension.FindAllStringSubmatch(st.Text, -1) {
					if !s.Client && (b == nil || slices.Contains(b.Requires.Extensions, m[1])) {
						create = append(create, fmt.Sprintf("CREATE EXTENSION IF NOT EXISTS %q", m[1]))
					}
				}
			}
		}
	}
	return create
}
