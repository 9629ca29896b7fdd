package compat

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzCondition reads any text as a check: each follows from itself and from itself with more.
func FuzzCondition(f *testing.F) {
	for _, s := range []string{
		"CHECK ((a > 0))", "CHECK (((a > 0) AND (b <= 'x)'::text))) NOT VALID", "CHECK ((s = ANY (ARRAY['a'::text, 'b, c'::text])))",
		"CHECK (((\"A)\" >= '-1.5'::numeric) OR (c < 3)))", "((", "))", "'", "CHECK (a = ANY (ARRAY[", " AND ", "CHECK (( AND ))",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, def string) {
		c := parseCondition(def)
		require.True(t, c.implies(c))
		require.Equal(t, checkSame, compareConditions(c, parseCondition(def)))
		if balanced(c.text) {
			more := parseCondition("CHECK ((" + c.text + ") AND (zz > 7))")
			require.True(t, more.implies(parseCondition("CHECK ((zz > 7))")))
		}
	})
}

// FuzzType reads any text as a type: it is the same as itself.
func FuzzType(f *testing.F) {
	for _, s := range []string{"integer", "numeric(12,2)[]", "timestamp(3) with time zone", `public."Odd (name)"`, "(", "a)(", "[]", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a := typeNames{}.parse(text)
		require.True(t, within(a, a), text)
		require.True(t, readable(a, a), text)
	})
}
