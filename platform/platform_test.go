package platform

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOfFolder(t *testing.T) {
	for _, folder := range []string{"supabase/migrations", "supabase/migrations/", "./supabase/migrations", "/srv/app/supabase/migrations", "a/supabase/../supabase/migrations"} {
		p, ok := Of(folder)
		require.True(t, ok, folder)
		require.Equal(t, "supabase", p.Name)
	}
	for _, folder := range []string{"", ".", "migrations", "supabase", "mysupabase/migrations", "supabase/migrations/old", "schema"} {
		_, ok := Of(folder)
		require.False(t, ok, folder)
	}
}

func TestBelowFolder(t *testing.T) {
	for _, folder := range []string{"supabase", "./supabase/", "a/supabase"} {
		sub, ok := Below(folder)
		require.True(t, ok, folder)
		require.True(t, strings.HasSuffix(sub, "supabase/migrations"), sub)
	}
	for _, folder := range []string{".", "schema", "mysupabase", "supabase/migrations"} {
		_, ok := Below(folder)
		require.False(t, ok, folder)
	}
}

// Each thing that gives a platform away is one that its setup makes.
func TestMakersMakeIt(t *testing.T) {
	for _, p := range platforms {
		for _, name := range p.makes["schema"] {
			require.Contains(t, p.SQL, "\nCREATE SCHEMA "+name+";\n")
		}
		for _, name := range p.makes["role"] {
			require.Contains(t, p.SQL, "\n      ('"+name+"',")
		}
		for _, name := range p.makes["publication"] {
			require.Contains(t, p.SQL, "\nCREATE PUBLICATION "+name+";\n")
		}
		for name := range p.Extensions {
			require.NotContains(t, p.SQL, "EXTENSION IF NOT EXISTS "+name)
			found, ok := Maker("extension", name)
			require.True(t, ok)
			require.Equal(t, p.Name, found.Name)
		}
	}
	_, ok := Maker("schema", "app")
	require.False(t, ok)
	_, ok = Maker("role", "auth") // a schema's name
	require.False(t, ok)
}

// The tables of schema auth have the columns that Supabase's own migrations come
// to: shared/corpus holds these, and what a server made of them.
func TestAuthIsSupabases(t *testing.T) {
	data, err := os.ReadFile("../../shared/corpus/supabase_auth/truth.json")
	if err != nil {
		t.Skip("no ../shared beside the repository: nothing to compare with")
	}
	var truth struct {
		Tables []struct {
			Schema, Name string
			Columns      []struct{ Name string }
		}
	}
	require.NoError(t, json.Unmarshal(data, &truth))
	compared := 0
	for _, table := range truth.Tables {
		_, body, made := strings.Cut(supabase, "\nCREATE TABLE "+table.Schema+"."+table.Name+" (\n")
		if !made {
			continue
		}
		compared++
		body, _, _ = strings.Cut(body, "\n)")
		var have, want []string
		for _, line := range strings.Split(body, "\n") {
			if name, _, _ := strings.Cut(strings.TrimSpace(line), " "); name != "CONSTRAINT" {
				have = append(have, name)
			}
		}
		for _, c := range table.Columns {
			want = append(want, c.Name)
		}
		require.Equal(t, want, have, table.Name)
	}
	require.Equal(t, 7, compared)
}
