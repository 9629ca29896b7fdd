package status

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/history"
	"github.com/electric-cli/electric/metadata"
)

func column(name, kind string, nullable bool) metadata.Column {
	return metadata.Column{Name: name, TypeRef: metadata.TypeRef{Type: kind, TypeSchema: "pg_catalog", TypeName: kind, TypeKind: "base"}, Nullable: nullable, IsLocal: true}
}

func table(name string, columns ...metadata.Column) metadata.Table {
	return metadata.Table{
		Schema: "public", Name: name, Kind: "table", Persistence: "permanent", ReplicaIdentity: "default",
		Columns:    append([]metadata.Column{column("id", "uuid", false)}, columns...),
		PrimaryKey: &metadata.Key{Name: name + "_pkey", Columns: []string{"id"}},
	}
}

func schema(tables ...metadata.Table) *metadata.Schema {
	s := &metadata.Schema{Tables: tables}
	s.Sort()
	return s
}

func scopeOf(s *metadata.Schema) hash.Tables {
	scope := hash.Tables{}
	for _, t := range s.Tables {
		scope[[2]string{t.Schema, t.Name}] = nil
	}
	return scope
}

// steps are the schemas after each of three migrations.
func steps() []*metadata.Schema {
	return []*metadata.Schema{
		schema(table("a")), schema(table("a", column("n", "int4", true))), schema(table("a", column("n", "int4", true)), table("b")),
	}
}

func versions(list []*metadata.Schema) (v []Version) {
	for i, s := range list {
		scope := scopeOf(s)
		v = append(v, Version{Version: string(rune('1' + i)), SchemaHash: hash.Of(s, scope.Scope()), SyncHash: hash.Sync(s, scope.Scope()), Scope: scope})
	}
	return v
}

func TestLocate(t *testing.T) {
	list := steps()
	v := versions(list)
	for i, s := range list {
		require.Equal(t, []int{i}, Locate(s, v).Versions)
	}
	for name, tt := range map[string]struct {
		live     *metadata.Schema
		versions []int
		known    []string
	}{
		"empty":                     {schema(), nil, nil},
		"somebody else's table":     {schema(table("a"), table("elsewhere")), []int{0}, []string{"public.a"}},
		"between two versions":      {schema(table("a"), table("b")), nil, []string{"public.a", "public.b"}},
		"a column nobody knows":     {schema(table("a", column("x", "text", true))), nil, []string{"public.a"}},
		"a table of none of theirs": {schema(table("elsewhere")), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := Locate(tt.live, v)
			require.Equal(t, tt.versions, p.Versions)
			require.Equal(t, tt.known, p.Known)
		})
	}
	bare := []Version{{Version: "1", SchemaHash: hash.Of(schema(), hash.Scope{})}} // of a bundle's file, without scopes
	require.Empty(t, Locate(schema(), bare).Versions, "no tables are no version")
	same := append(versions(list[:2]), versions(list[1:2])...)
	require.Equal(t, []int{1, 2}, Locate(list[1], same).Versions)
}

func TestDifferences(t *testing.T) {
	want := schema(table("a", column("n", "int4", true)), table("b"))
	a := table("a", column("n", "int8", false), column("x", "text", true))
	a.Comment, a.ReplicaIdentity = "mine", "full"
	live := schema(a, table("b"), table("elsewhere"))
	live.Functions = []metadata.Function{{Schema: "public", Name: "f"}}
	live.Publications = []metadata.Publication{{Name: "electric_publication_default"}}
	var counted, other []string
	for _, d := range Differences(want, live, scopeOf(want)) {
		if d.Counts {
			counted = append(counted, d.Table+" "+d.Column)
		} else {
			other = append(other, d.What)
		}
	}
	require.Contains(t, counted, "public.a x")
	require.Contains(t, counted, "public.a n")
	require.ElementsMatch(t, []string{"table public.a comment", "table public.elsewhere", "function public.f()"}, other)
	require.Empty(t, Differences(want, want, scopeOf(want)))
}

// A hosted Postgres has schemas of its host's: each is one difference.
func TestStrangersSchemas(t *testing.T) {
	want := schema(table("a"))
	want.Schemas = []metadata.Namespace{{Name: "public"}}
	live := schema(table("a"))
	live.Schemas = []metadata.Namespace{{Name: "auth"}, {Name: "public"}}
	users := table("users")
	users.Schema = "auth"
	live.Tables = append(live.Tables, users)
	live.Functions = []metadata.Function{{Schema: "auth", Name: "uid"}, {Schema: "public", Name: "f"}}
	live.Sort()
	var what []string
	for _, d := range Differences(want, live, scopeOf(want)) {
		what = append(what, d.What)
	}
	require.ElementsMatch(t, []string{"schema auth", "function public.f()"}, what)
}

func theBundle(s *metadata.Schema, v []Version) *bundle.Bundle {
	b := &bundle.Bundle{Version: v[len(v)-1].Version, SchemaHash: v[len(v)-1].SchemaHash, Schema: bundle.Schema{Schema: s}}
	for _, x := range v {
		b.Migrations = append(b.Migrations, bundle.Migration{Version: x.Version, SchemaHash: x.SchemaHash})
	}
	for range s.Tables {
		b.Schema.Tables = append(b.Schema.Tables, bundle.TableInfo{Client: true})
	}
	return b
}

func rowsOf(v []Version, n int) (rows []history.Row) {
	for _, x := range v[:n] {
		rows = append(rows, history.Row{Version: x.Version, SchemaHash: x.SchemaHash})
	}
	return rows
}

func TestBuild(t *testing.T) {
	list := steps()
	v := versions(list)
	tests := []struct {
		name     string
		live     *metadata.Schema
		recorded int
		change   func(*Input)
		safe     bool
		says     string
	}{
		{"everybody on one", list[2], 3, nil, true, "all 2 tables are the same to clients"},
		{"nothing recorded", list[2], 0, nil, true, "nothing is recorded in the database"},
		{"behind", list[1], 2, nil, false, "the database is 1 migration behind: its catalog is that of version 2"},
		{"empty", schema(), 0, nil, false, "the database is empty: run electric migrate apply, or electric dev"},
		{"with others' tables only", schema(table("elsewhere")), 0, nil, false, "the database has none of the migrations' tables: run electric migrate apply"},
		{"emptied", schema(), 3, nil, false, "table public.a: exists | nothing"},
		{"recorded too little", list[2], 2, nil, true, "what is recorded (2) is not what the catalog shows (3)"},
		{"drifted", schema(table("a", column("n", "text", true)), table("b")), 3, nil, false, "table public.a column n type: \"int4\" | \"text\""},
		{"in part", list[2], 2, func(in *Input) {
			in.Database.History.Progress = []history.Progress{{Version: "3"}}
		}, false, "migration 3 is applied in part"},
		{"tampered", list[2], 3, func(in *Input) {
			in.Database.History.Problems = []string{"_electric.schema_versions is not an ordinary table"}
		}, false, "is not an ordinary table"},
		{"another hash recorded", list[2], 3, func(in *Input) { in.Database.History.Rows[2].SchemaHash = "s1:0" }, false, "is recorded with schema hash s1:0"},
		{"stale bundle", list[2], 3, func(in *Input) {
			in.Files = &Source{Path: "schema", Changed: []string{"3.sql changed"}}
		}, false, "the bundle is stale"},
		{"no bundle", list[2], 3, func(in *Input) { in.Bundle, in.Problem = nil, "it is gone" }, false, "there is no bundle to compare with: it is gone"},
		{"no database", nil, 0, func(in *Input) { in.Database = nil }, false, "no database was looked at"},
		{"wal_level", list[2], 3, func(in *Input) { in.Database.Replication.WALLevel = "replica" }, false, "wal_level is replica, and replication needs logical"},
		{"drifted in what does not count", schema(table("a", column("n", "int4", true)), table("b"), table("c")), 3, nil, true, "table public.c: nothing | exists"},
		{"starting", list[2], 3, func(in *Input) { in.Sync = &Sync{URL: "http://x", State: "starting"} }, true, "is not active yet: starting"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := theBundle(list[2], v)
			in := Input{
				Bundle: b, Versions: v, Whole: func(*metadata.Schema) (*bundle.Bundle, error) { return b, nil },
				Reference: func(i int) (*metadata.Schema, hash.Tables) { return list[i], v[i].Scope },
				Database:  &Database{Live: tt.live, Replication: ready(), History: &history.History{Recorded: true, Rows: rowsOf(v, tt.recorded)}},
			}
			if tt.change != nil {
				tt.change(&in)
			}
			if in.Database != nil {
				var m []history.Migration
				for _, x := range v {
					m = append(m, history.Migration{Version: x.Version})
				}
				in.Database.Standing = history.Compare(in.Database.History, m)
			}
			r, err := Build(in)
			require.NoError(t, err)
			var out strings.Builder
			require.NoError(t, Write(&out, r, true))
			require.Equal(t, tt.safe, r.Safe, out.String())
			require.Contains(t, out.String(), tt.says)
		})
	}
}

// An empty database is told in one line: neither its tables nor what drifted are
// listed.
func TestEmptyIsNoDrift(t *testing.T) {
	list := steps()
	v := versions(list)
	r, err := Build(Input{
		Bundle: theBundle(list[2], v), Versions: v, Whole: func(*metadata.Schema) (*bundle.Bundle, error) { t.Error("nobody needs it"); return nil, nil },
		Database: &Database{Live: schema(), Replication: ready(), History: &history.History{}, Standing: history.Standing{Last: -1}},
	})
	require.NoError(t, err)
	require.Equal(t, []string{"the database is empty: run electric migrate apply, or electric dev"}, r.Reasons)
	require.Empty(t, r.Tables)
	require.Empty(t, r.Drift)
	require.Empty(t, r.Other)
}

// What is alike in everything is not looked into.
func TestAlike(t *testing.T) {
	list := steps()
	v := versions(list)
	live := schema(table("a", column("n", "int4", true)), table("b"))
	live.Tables[0].ReplicaIdentity = "full"
	live.Publications = []metadata.Publication{{Name: "electric_publication_default"}}
	asked := 0
	in := Input{
		Bundle: theBundle(list[2], v), Versions: v, Whole: func(*metadata.Schema) (*bundle.Bundle, error) { t.Error("nobody needs it"); return nil, nil },
		Alike: func(s *metadata.Schema) bool {
			asked++
			require.Empty(t, metadata.Diff(list[2], s), "what Electric changes is left out")
			return true
		},
		Database: &Database{Live: live, Replication: ready(), History: &history.History{Rows: rowsOf(v, 3)}, Standing: history.Standing{Last: 2}},
	}
	r, err := Build(in)
	require.NoError(t, err)
	require.Equal(t, 1, asked)
	require.True(t, r.Safe, r.Reasons)
	require.Len(t, r.Tables, 2)
	require.Equal(t, "full", live.Tables[0].ReplicaIdentity, "the catalog itself stays as it is")
}

// Columns that only the server has are nothing to clients, unless rows without
// them are refused.
func TestServersColumns(t *testing.T) {
	secret := func(nullable bool) metadata.Column { return column("secret", "text", nullable) }
	for name, tt := range map[string]struct {
		live *metadata.Schema
		safe bool
		says string
	}{
		"dropped":     {schema(table("a")), true, "table public.a column secret: exists | nothing"},
		"another one": {schema(table("a", column("secret", "int4", true))), true, "table public.a column secret type"},
		"required":    {schema(table("a", secret(false))), false, "server-column-required"},
	} {
		t.Run(name, func(t *testing.T) {
			want := schema(table("a", secret(true)))
			scope := hash.Tables{{"public", "a"}: {"secret"}}
			v := []Version{{Version: "1", SchemaHash: hash.Of(want, scope.Scope()), Scope: scope}}
			b := theBundle(want, v)
			b.Schema.Tables[0].ServerColumns = []string{"secret"}
			r, err := Build(Input{
				Bundle: b, Versions: v, Whole: func(*metadata.Schema) (*bundle.Bundle, error) { return b, nil },
				Database: &Database{Live: tt.live, Replication: ready(), History: &history.History{Rows: rowsOf(v, 1)}},
			})
			require.NoError(t, err)
			var out strings.Builder
			require.NoError(t, Write(&out, r, false))
			require.Equal(t, tt.safe, r.Safe, out.String())
			require.Contains(t, out.String(), tt.says)
			require.Empty(t, r.Drift)
		})
	}
}
