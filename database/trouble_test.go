package database

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// A password is hidden, unless that would garble words and, by that, tell it.
func TestRedact(t *testing.T) {
	config := func(password string) *pgx.ConnConfig {
		return &pgx.ConnConfig{Config: pgconn.Config{Host: "db", Database: "app", User: "postgres", Password: password}}
	}
	for _, tt := range []struct{ password, text, want string }{
		{"s3cret", "cannot use s3cret here, s3cret", "cannot use ***** here, *****"},
		{"s3cret", "password=s3cret user=u", "password=***** user=u"},
		{"s3cret", `ALTER ROLE a PASSWORD 's3cret'`, `ALTER ROLE a PASSWORD '*****'`},
		{"x!", "ax!b", "a*****b"},
		{"ro", `must be superuser or replication role as user "ro"`, `must be superuser or replication role as user "*****"`},
		{"postgres", `could not connect as user "postgres"`, `could not connect as user "postgres"`},
		{"password", `password authentication failed for user "postgres"`, `password authentication failed for user "postgres"`},
		{"", "as it is", "as it is"},
	} {
		require.Equal(t, tt.want, redact(config(tt.password), tt.text))
	}
}
