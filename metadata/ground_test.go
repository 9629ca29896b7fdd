package metadata

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// platform is a database as some platform makes it.
func platform() *Schema {
	s := &Schema{
		Schemas:       []Namespace{{Name: "auth"}, {Name: "public"}},
		Extensions:    []Extension{{Schema: "auth", Name: "pgcrypto"}, {Schema: "public", Name: "citext"}},
		Tables:        []Table{{Schema: "auth", Name: "users"}, {Schema: "public", Name: "settings"}},
		Functions:     []Function{{Schema: "auth", Name: "uid"}, {Schema: "public", Name: "f", IdentityArgs: "a integer"}},
		EventTriggers: []EventTrigger{{Name: "watch", Function: "auth.watched"}},
		Publications:  []Publication{{Name: "realtime"}},
	}
	s.Sort()
	return s
}

func TestGroundIsSchemasAndTheRest(t *testing.T) {
	g := GroundOf(platform())
	require.Equal(t, []string{"auth"}, g.Schemas)
	require.Equal(t, []string{"extension citext", "function public.f(a integer)", "publication realtime", "table public.settings"}, g.Objects)
	require.Empty(t, Diff(&Schema{Schemas: []Namespace{{Name: "public"}}}, g.Without(platform())), "of a platform's database nothing is left")
}

// Whatever else a real platform has in its schemas is the platform's as well; what
// migrations made there is not.
func TestGroundOfALiveDatabase(t *testing.T) {
	g := GroundOf(platform())
	g.Own = []string{"function auth.mine()"}
	live := platform()
	live.Tables = append(live.Tables, Table{Schema: "auth", Name: "sessions"}, Table{Schema: "public", Name: "songs"})
	live.Functions = append(live.Functions, Function{Schema: "auth", Name: "mine"})
	live.Publications = append(live.Publications, Publication{Name: "electric_publication_default"})
	live.Sort()
	rest := g.Without(live)
	require.Len(t, rest.Tables, 1)
	require.Equal(t, "songs", rest.Tables[0].Name)
	require.Len(t, rest.Functions, 1)
	require.Equal(t, "mine", rest.Functions[0].Name)
	require.Equal(t, []Publication{{Name: "electric_publication_default"}}, rest.Publications)
	require.Empty(t, rest.EventTriggers)
}

func TestNoGround(t *testing.T) {
	var g *Ground
	s := platform()
	require.Same(t, s, g.Without(s))
}

// Filter asks for each object by the path that Diff has for it, of every kind.
func TestFilterNamesObjectsAsDiffDoes(t *testing.T) {
	s := platform()
	s.Views = []View{{Schema: "public", Name: "v"}}
	s.Sequences = []Sequence{{Schema: "public", Name: "q"}}
	s.Enums = []Enum{{Schema: "public", Name: "e"}}
	s.Domains = []Domain{{Schema: "public", Name: "d"}}
	s.Composites = []Composite{{Schema: "public", Name: "c"}}
	s.Ranges = []Range{{Schema: "public", Name: "r"}}
	s.BaseTypes = []BaseType{{Schema: "public", Name: "b"}}
	s.Operators = []Operator{{Schema: "public", Name: "=", Left: "a", Right: "b"}}
	s.Collations = []Collation{{Schema: "public", Name: "o"}}
	s.Statistics = []Statistics{{Schema: "public", Name: "x"}}
	var asked, told []string
	s.Filter(func(o Object) bool {
		asked = append(asked, o.Path)
		return true
	})
	for _, d := range Diff(s, &Schema{}) {
		told = append(told, d.Path)
	}
	require.ElementsMatch(t, told, asked)
	require.Empty(t, Diff(s, s.Filter(func(Object) bool { return true })))
	require.Empty(t, Diff(&Schema{}, s.Filter(func(Object) bool { return false })))
}
