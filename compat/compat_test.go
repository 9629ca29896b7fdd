package compat_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/compat"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/source"
)

// songs is a schema of one table with columns of these types, by name.
func songs(columns ...[2]string) *metadata.Schema {
	t := metadata.Table{Schema: "public", Name: "songs", Kind: "table", Persistence: "permanent", ReplicaIdentity: "default"}
	for i, c := range columns {
		t.Columns = append(t.Columns, metadata.Column{Ordinal: i + 1, Name: c[0], TypeRef: metadata.TypeRef{Type: c[1]}, Nullable: true})
	}
	return &metadata.Schema{Tables: []metadata.Table{t}}
}

func rulesOf(r compat.Report) (names []string) {
	for _, t := range r.Tables {
		for _, f := range t.Findings {
			names = append(names, f.Rule)
		}
	}
	return names
}

// TestTypes compares types in both directions: what is wider one way is narrower the other, but for what clients parse
// in another way.
func TestTypes(t *testing.T) {
	const wider, narrower, equivalent, other = "column-type-widened", "column-type-narrowed", "column-type-equivalent", "column-type-changed"
	for _, tt := range []struct{ a, b, there, back string }{
		{"smallint", "integer", wider, narrower},
		{"integer", "bigint", wider, other}, // BigInt to number
		{"bigint", "numeric", wider, other},
		{"integer", "numeric(5,0)", other, other},
		{"integer", "numeric(10,0)", wider, other},
		{"real", "double precision", wider, narrower},
		{"integer", "double precision", wider, narrower},
		{"integer", "real", other, other}, // 24 bits of precision
		{"integer", "text", other, other},
		{"character varying", "text", equivalent, equivalent},
		{"character varying(10)", "text", wider, narrower},
		{"character varying(10)", "character varying(20)", wider, narrower},
		{"character(3)", "text", wider, narrower}, // unpadded where padding was
		{"character(3)", "character varying(3)", wider, narrower},
		{"uuid", "text", wider, narrower},
		{"uuid", "character varying(36)", wider, narrower},
		{"uuid", "character varying(35)", other, other},
		{"date", "text", wider, narrower},
		{"date", "timestamp without time zone", wider, other},
		{"timestamp without time zone", "timestamp with time zone", other, other},
		{"timestamp(3) with time zone", "timestamp with time zone", wider, narrower},
		{"numeric(8,2)", "numeric", wider, narrower},
		{"numeric(8,2)", "numeric(10,2)", wider, narrower},
		{"numeric(8,2)", "numeric(8,4)", other, other},
		{"json", "jsonb", equivalent, equivalent},
		{"text", "text[]", other, other},
		{"integer[]", "bigint[]", wider, other},
		{"character varying(5)[]", "text[]", wider, narrower},
		{"bit(3)", "bit(4)", other, other},
		{"bit varying(3)", "bit varying(4)", wider, narrower},
		{"cidr", "inet", wider, other},
		{"public.vector(3)", "public.vector(4)", other, other},
		{"public.vector(3)", "public.vector", wider, narrower},
		{"public.mood", "text", wider, narrower},
		{"public.mood", "public.feeling", wider, narrower},
		{"public.email", "text", wider, narrower},
		{"public.plain", "text", equivalent, equivalent},
		{"public.count", "integer", other, other}, // a string to the client, for it knows no type of that name
		{"public.mood[]", "text[]", wider, narrower},
	} {
		schema := func(typ string) *metadata.Schema {
			s := songs([2]string{"x", typ})
			s.Enums = []metadata.Enum{
				{Schema: "public", Name: "feeling", Labels: []string{"calm", "sad", "wild"}},
				{Schema: "public", Name: "mood", Labels: []string{"calm", "wild"}},
			}
			s.Domains = []metadata.Domain{
				{Schema: "public", Name: "count", BaseType: "integer", Checks: []metadata.DomainCheck{{Name: "c", Def: "CHECK ((VALUE > 0))"}}},
				{Schema: "public", Name: "email", BaseType: "text", Checks: []metadata.DomainCheck{{Name: "c", Def: "CHECK ((VALUE <> ''::text))"}}},
				{Schema: "public", Name: "plain", BaseType: "text"},
			}
			return s
		}
		check := func(a, b, want string) {
			got := rulesOf(compat.Check(schema(a), schema(b), compat.Options{}))
			require.Equal(t, []string{want}, got, "%s to %s", a, b)
		}
		if tt.a == "public.count" { // every count is an integer, and no client parses it as one
			check(tt.a, tt.b, wider)
			check(tt.b, tt.a, other)
			continue
		}
		check(tt.a, tt.b, tt.there)
		check(tt.b, tt.a, tt.back)
	}
}

func TestChecks(t *testing.T) {
	for _, tt := range []struct{ before, after, want string }{
		{"CHECK ((a > 0))", "CHECK ((a > 0))", ""},
		{"CHECK ((a > 0))", "CHECK ((a > 0)) NOT VALID", ""},
		{"CHECK ((a > 0))", "CHECK ((a >= 0))", "check-loosened"},
		{"CHECK ((a >= 0))", "CHECK ((a > 0))", "check-tightened"},
		{"CHECK ((a > 0))", "CHECK (((a > 0) AND (b > 0)))", "check-tightened"},
		{"CHECK (((a > 0) AND (b > 0)))", "CHECK (((b > 0) AND (a > 0)))", ""},
		{"CHECK (((a > 0) OR (b > 0)))", "CHECK (((a > 0) OR (b > 1)))", "check-changed"},
		{"CHECK ((a > 0))", "CHECK ((b > 0))", "check-changed"},
		{"CHECK ((a < 10))", "CHECK ((a < 9))", "check-tightened"},
		{"CHECK ((a <= 10))", "CHECK ((a < 10))", "check-tightened"},
		{"CHECK ((a < 10))", "CHECK ((a <= 10))", "check-loosened"},
		{"CHECK ((a > 5))", "CHECK ((a = 7))", "check-tightened"},
		{"CHECK ((a > 5))", "CHECK ((a = 5))", "check-changed"},
		{"CHECK ((a > 0.5))", "CHECK ((a > '-1.5'::numeric))", "check-loosened"},
		{"CHECK ((a > '-1'::integer))", "CHECK ((a > 0))", "check-tightened"},
		{"CHECK ((s = 'a) AND (b'::text))", "CHECK ((s = 'a'::text))", "check-changed"},
		{"CHECK ((s = 'a'::text))", "CHECK ((s = ANY (ARRAY['a'::text, 'b, c'::text])))", "check-loosened"},
		{"CHECK (((s)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))",
			"CHECK (((s)::text = ANY ((ARRAY['b'::character varying])::text[])))", "check-tightened"},
		{"CHECK ((NOT (a > 0)))", "CHECK ((NOT (a > 1)))", "check-changed"},
		{"CHECK ((a > b))", "CHECK ((a > 1))", "check-changed"},
		{"CHECK ((a <> 1))", "CHECK ((a <> 2))", "check-changed"},
	} {
		schema := func(def string) *metadata.Schema {
			s := songs()
			s.Tables[0].Checks = []metadata.Check{{Name: "c", Def: def, Validated: true, Enforced: true}}
			return s
		}
		var want []string
		if tt.want != "" {
			want = []string{tt.want}
		}
		require.Equal(t, want, rulesOf(compat.Check(schema(tt.before), schema(tt.after), compat.Options{})), "%s to %s", tt.before, tt.after)
	}
}

func TestRenames(t *testing.T) {
	before := songs([2]string{"a", "text"}, [2]string{"b", "integer"})
	before.Tables[0].PrimaryKey = &metadata.Key{Columns: []string{"a"}}
	before.Tables[0].Checks = []metadata.Check{{Name: "c", Def: "CHECK ((a <> 'a'::text))", Columns: []string{"a"}}}
	after := songs([2]string{"b", "text"}, [2]string{"Odd", "integer"})
	after.Tables[0].Name = "tracks"
	after.Tables[0].PrimaryKey = &metadata.Key{Columns: []string{"b"}}
	after.Tables[0].Checks = []metadata.Check{{Name: "c", Def: "CHECK ((b <> 'a'::text))", Columns: []string{"b"}}}
	renames := []compat.Rename{
		{Table: "songs", Column: "b", To: "Odd"},
		{Table: "songs", Column: "a", To: "b"},
		{Table: "songs", To: "middle"},
		{Schema: "public", Table: "middle", To: "tracks"},
		{Table: "elsewhere", Column: "x", To: "y"},
	}
	r := compat.Check(before, after, compat.Options{Renames: renames})
	require.Len(t, r.Tables, 1)
	require.Equal(t, "public.songs", r.Tables[0].Was)
	require.Equal(t, []string{"table-renamed", "column-renamed", "column-renamed"}, rulesOf(r))
	require.Equal(t, `column "a" renamed to "b"`, r.Tables[0].Findings[1].Message)

	r = compat.Check(before, after, compat.Options{})
	require.Equal(t, []string{"table-removed", "table-added"}, rulesOf(r))
	require.Equal(t, "songs", before.Tables[0].Name, "the schema itself stays as it is")
}

func TestRenameIsGuessed(t *testing.T) {
	note := func(before, after *metadata.Schema) (notes []string) {
		for _, f := range compat.Check(before, after, compat.Options{}).Tables[0].Findings {
			notes = append(notes, f.Note)
		}
		return notes
	}
	text := func(name string) [2]string { return [2]string{name, "text"} }
	require.Equal(t, []string{`Column "b" is new and of the same type: it looks like a rename.`, ""}, note(songs(text("a")), songs(text("b"))))
	require.Equal(t, []string{"", "", ""}, note(songs(text("a")), songs(text("b"), text("c"))), "which of the two is not known")
	require.Equal(t, []string{"", ""}, note(songs(text("a")), songs([2]string{"b", "integer"})))
}

func TestClients(t *testing.T) {
	none := compat.Clients{}
	before, after := songs([2]string{"a", "text"}), songs()
	require.Empty(t, compat.Check(before, after, compat.Options{BeforeClients: none, AfterClients: none}).Tables)
	require.Equal(t, []string{"client-table-removed", "column-removed"}, rulesOf(compat.Check(before, after, compat.Options{AfterClients: none})))
}

func TestReplicaIdentityThatElectricSet(t *testing.T) {
	files, live := songs(), songs()
	live.Tables[0].ReplicaIdentity = "full"
	require.Empty(t, rulesOf(compat.Check(files, live, compat.Options{Live: true})))
	require.Empty(t, rulesOf(compat.Check(live, files, compat.Options{Live: true})))
	require.Equal(t, []string{"replica-identity-lost"}, rulesOf(compat.Check(live, files, compat.Options{})))
	files.Tables[0].ReplicaIdentity = "nothing"
	require.Equal(t, []string{"replica-identity-lost"}, rulesOf(compat.Check(live, files, compat.Options{Live: true})))
}

func TestModes(t *testing.T) {
	reads := compat.Report{Tables: []compat.Table{{Findings: []compat.Finding{{Reads: compat.Breaking}}}}}
	writes := compat.Report{Tables: []compat.Table{{Findings: []compat.Finding{{Writes: compat.Breaking}}}}}
	allowed := compat.Report{Tables: []compat.Table{{Findings: []compat.Finding{{Reads: compat.Breaking, Writes: compat.Breaking, Allowed: "yes"}}}}}
	for name, want := range map[string][2]bool{
		"backward": {true, false}, "forward": {false, true}, "full": {false, false}, "none": {true, true},
		"backward-transitive": {true, false}, "forward-transitive": {false, true}, "full-transitive": {false, false},
	} {
		m, err := compat.ParseMode(name)
		require.NoError(t, err)
		require.Equal(t, want, [2]bool{m.Accepts(&reads), m.Accepts(&writes)}, name)
		require.True(t, m.Accepts(&allowed))
		require.Contains(t, compat.ModeNames(), name)
	}
	for _, name := range []string{"", "Full", "none-transitive", "full-transitive-transitive"} {
		_, err := compat.ParseMode(name)
		require.Error(t, err, name)
	}
}

func TestLevels(t *testing.T) {
	l := compat.Levels{}
	require.NoError(t, l.Set("column-added", "reads=breaking"))
	require.NoError(t, l.Set("column-removed", "compatible"))
	require.Equal(t, compat.Levels{
		"column-added":   {Reads: compat.Breaking, Writes: compat.Compatible},
		"column-removed": {Reads: compat.Compatible, Writes: compat.Compatible},
	}, l)
	require.EqualError(t, l.Set("column-aded", "same"), `no rule is called "column-aded", perhaps "column-added" is meant`)
	require.Error(t, l.Set("column-added", "fatal"))
	require.Error(t, l.Set("column-added", "sideways=same"))

	r := compat.Check(songs(), songs([2]string{"a", "text"}), compat.Options{Levels: l})
	require.Equal(t, compat.Breaking, r.Tables[0].Reads)
}

// script reads migrations as files that a folder holds.
func script(t *testing.T, before *metadata.Schema, text string) *compat.Script {
	t.Helper()
	file := filepath.Join(t.TempDir(), "1_change.sql")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	in := source.Read([]string{file}, source.Options{})
	s := compat.ReadScript(in.Migrations(), before)
	require.Empty(t, in.Diagnostics)
	return s
}

func TestAllow(t *testing.T) {
	before := songs([2]string{"a", "text"}, [2]string{"b", "text"}, [2]string{"c", "text"})
	after := songs([2]string{"c", "integer"})
	drops := "ALTER TABLE songs DROP COLUMN a;\nALTER TABLE songs DROP COLUMN b;\nALTER TABLE songs ALTER COLUMN c TYPE integer USING 1;\n"
	for _, tt := range []struct {
		name, text  string
		allowed     []string // columns
		diagnostics []string
	}{
		{"nothing", drops, nil, nil},
		{"before its statement", "-- electric:allow column-removed because old\n" + drops, []string{"a"}, nil},
		{"behind its statement", "ALTER TABLE songs DROP COLUMN a; -- electric:allow column-removed because old\n" + drops[33:], []string{"a"}, nil},
		{"inside of its statement", "ALTER TABLE songs\n  -- electric:allow column-removed because old\n  DROP COLUMN a, DROP COLUMN b;", []string{"a", "b"}, nil},
		{"the file", "-- electric:allow-file column-removed, column-type-changed because old\n" + drops, []string{"a", "b", "c"}, nil},
		{"another rule", "-- electric:allow column-renamed because old\n" + drops, nil, []string{"unused-allow"}},
		{"no statement", drops + "-- electric:allow column-removed because old\n", nil, []string{"unused-allow"}},
		{"no reason", "-- electric:allow column-removed\n" + drops, nil, []string{"allow-without-reason"}},
		{"an empty reason", "-- electric:allow column-removed because \n" + drops, nil, []string{"allow-without-reason"}},
		{"no rule", "-- electric:allow because old\n" + drops, nil, []string{"allow-without-reason"}},
		{"an unknown rule", "-- electric:allow column-remove because old\n" + drops, nil, []string{"unknown-rule"}},
		{"in a string", "SELECT '\n-- electric:allow column-removed because old\n';\n" + drops, nil, nil},
		{"the table anew", "-- electric:allow column-removed because old\nDROP TABLE songs;\nCREATE TABLE songs (c int);", []string{"a", "b"}, nil},
		{"an index by its name", "-- electric:allow column-removed because old\nDROP INDEX songs_i;\n" + drops, nil, []string{"unused-allow"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := script(t, before, tt.text)
			r := compat.Check(before, after, compat.Options{Renames: s.Renames})
			var codes, allowed []string
			for _, d := range s.Apply(&r) {
				codes = append(codes, d.Code)
			}
			for _, f := range r.Tables[0].Findings {
				if f.Allowed != "" {
					allowed = append(allowed, f.Column)
				}
			}
			require.ElementsMatch(t, tt.allowed, allowed)
			require.Equal(t, tt.diagnostics, codes)
		})
	}
}

func TestFindingsHaveTheirStatement(t *testing.T) {
	before := songs([2]string{"a", "text"}, [2]string{"b", "text"})
	text := "CREATE INDEX ON songs (a);\nALTER TABLE songs DROP COLUMN b;\nINSERT INTO songs (b) VALUES ('b');"
	s := script(t, before, text)
	r := compat.Check(before, songs([2]string{"a", "text"}), compat.Options{})
	require.Empty(t, s.Apply(&r))
	span := r.Tables[0].Findings[0].Span
	require.Equal(t, "ALTER TABLE songs DROP COLUMN b", text[span.Start:span.End])
}

func TestScriptRenames(t *testing.T) {
	s := script(t, songs(), `ALTER TABLE songs RENAME TO tracks; ALTER TABLE app.x RENAME COLUMN "A" TO b;
		ALTER TABLE songs SET SCHEMA app; ALTER TABLE songs RENAME CONSTRAINT a TO b; ALTER INDEX i RENAME TO j;`)
	require.Equal(t, []compat.Rename{
		{Table: "songs", To: "tracks"},
		{Schema: "app", Table: "x", Column: "A", To: "b"},
		{Table: "songs", To: "songs", ToSchema: "app"},
	}, s.Renames)
}
