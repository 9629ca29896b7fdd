package engine

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRedactor(t *testing.T) {
	redact := redactor(map[string]string{
		"DATABASE_URL":                 "postgresql://postgres:postgres@db/postgres",
		"ELECTRIC_POOLED_DATABASE_URL": "postgresql://u:p%2Fq@db/postgres",
		"ELECTRIC_SECRET":              "abc",
		"ELECTRIC_HNY_API_KEY":         "abc/def",
		"ELECTRIC_INSECURE":            "true",
		"ELECTRIC_STORAGE":             "MEMORY",
		"ELECTRIC_OTLP_ENDPOINT":       "http://otel:4318",
	})
	for line, want := range map[string]string{
		"postgres: connect to postgresql://postgres:postgres@db/postgres": "postgres: connect to postgresql://postgres:***@db/postgres",
		`[username: "u", password: "p/q"] u:p/q@ u:p%2Fq@`:                `[username: "u", password: "***"] u:***@ u:***@`,
		"GET /v1/shape?secret=abc&x=abc%2Fdef":                            "GET /v1/shape?secret=***&x=***",
		"header abc/def":                                                  "header ***",
		"true MEMORY http://otel:4318":                                    "true MEMORY http://otel:4318",
	} {
		require.Equal(t, want, redact(line))
	}
	require.Equal(t, "as it is", redactor(nil)("as it is"))
	require.Equal(t, "at ***", redactor(map[string]string{"DATABASE_URL": "postgresql://u:secret@h:port"})("at postgresql://u:secret@h:port"))
}
