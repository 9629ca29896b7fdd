package main

import (
	"bytes"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// secret is a password with every character that is trouble in a URL.
const secret = `h7/nt#r@2?x y%z`

// places are all the ways that a password gets to electric: files, variables.
func places() map[string]struct {
	files   map[string]string
	environ []string
	args    []string
} {
	type place = struct {
		files   map[string]string
		environ []string
		args    []string
	}
	escaped := url.QueryEscape(secret)
	proper := "postgres://app:" + strings.ReplaceAll(escaped, "+", "%20") + "@127.0.0.1:1/db?sslmode=disable"
	broken := "postgres://app:" + secret + "@127.0.0.1:1/db"
	slashed := "postgres://app:1/" + secret + "@127.0.0.1:1/db"
	return map[string]place{
		"environment":     {environ: []string{"DATABASE_URL=" + proper}},
		"unescaped":       {environ: []string{"DATABASE_URL=" + broken}},
		"slash":           {environ: []string{"DATABASE_URL=" + slashed}},
		"query":           {environ: []string{"DATABASE_URL=postgres://127.0.0.1:1/db?user=app&password=" + escaped}},
		"keywords":        {environ: []string{"DATABASE_URL=host=127.0.0.1 port=1 password='" + secret + "'"}},
		"bad parameter":   {environ: []string{"DATABASE_URL=" + proper + "&connect_timeout=" + escaped}},
		"no scheme":       {environ: []string{"DATABASE_URL=app:" + secret + "@h/db"}},
		"password alone":  {environ: []string{"DATABASE_URL=" + secret}},
		"other scheme":    {environ: []string{"DATABASE_URL=mysql://app:" + secret + "@h/db"}},
		"libpq":           {environ: []string{"PGHOST=127.0.0.1", "PGPORT=1", "PGPASSWORD=" + secret}},
		"libpq's mistake": {environ: []string{"PGHOST=127.0.0.1", "PGSSLMODE=" + secret, "PGPASSWORD=" + secret}},
		"secret":          {environ: []string{"ELECTRIC_SECRET=" + secret, "ELECTRIC_URL=http://127.0.0.1:1/?secret=" + escaped}},
		"sync url":        {environ: []string{"ELECTRIC_URL=http://app:" + escaped + "@127.0.0.1:1", "ELECTRIC_POOLED_DATABASE_URL=" + broken}},
		"old":             {environ: []string{"PG_PROXY_PASSWORD=" + secret, "AUTH_JWT_KEY=" + secret, "ELECTRIC_SECERT=" + secret}},
		"family":          {environ: []string{"ELECTRIC_HNY_API_KEY=" + secret, "SENTRY_DSN=https://" + escaped + "@sentry"}},
		".env":            {files: map[string]string{".env": "DATABASE_URL='" + proper + "'\nELECTRIC_PORT=x\n"}},
		".env.local":      {files: map[string]string{".env.local": "DATABASE_URL='" + broken + "'\n", ".env": "PGPASSWORD='" + secret + "'\n"}},
		"open quote":      {files: map[string]string{".env": "DATABASE_URL='" + proper + "\n"}},
		"no assignment":   {files: map[string]string{".env": "A=1\nDATABASE_URL " + broken + "\nB=2\n"}},
		"lone":            {files: map[string]string{".env": secret}},
		"yaml":            {files: map[string]string{"electric.yaml": "database_url: \"" + proper + "\"\n"}},
		"yaml unescaped":  {files: map[string]string{"electric.yaml": "database_url: \"" + broken + "\"\n"}},
		"yaml twice":      {files: map[string]string{"electric.yaml": "database_url: \"" + proper + "\"\ndatabase_url: \"" + broken + "\"\n"}},
		"yaml key":        {files: map[string]string{"electric.yaml": "\"" + broken + "\": x\n"}},
		"yaml wrong key":  {files: map[string]string{"electric.yaml": "databaseurl: \"" + broken + "\"\n"}},
		"yaml list":       {files: map[string]string{"electric.yaml": "database_url: [\"" + proper + "\"]\n"}},
		"yaml broken":     {files: map[string]string{"electric.yaml": "out: a\n\tdatabase_url: " + broken + "\n"}},
		"yaml scheme":     {files: map[string]string{"electric.yaml": "database_url: \"mysql://app:" + secret + "@h/db\"\n"}},
		"yaml no scheme":  {files: map[string]string{"electric.yaml": "database_url: \"app:" + secret + "@h/db\"\n"}},
		"yaml variable":   {files: map[string]string{"electric.yaml": "database_url: postgres://app:${PW}@127.0.0.1:1/db\n", ".env": "PW='" + secret + "'\n"}},
		"flag":            {args: []string{"--database-url", proper}},
		"flag unescaped":  {args: []string{"--database-url", broken}},
		"flag no scheme":  {args: []string{"--database-url", "app:" + secret + "@h/db"}},
		"flag slash":      {args: []string{"--database-url", slashed}},
		"passfile":        {files: map[string]string{"pass": "*:*:*:*:" + strings.ReplaceAll(secret, ":", `\:`) + "\n"}, environ: []string{"PGHOST=127.0.0.1", "PGPORT=1", "PGPASSFILE=pass"}},
	}
}

// Whatever is asked, and wherever the password stands: it is in nothing that is
// said, not in any of its pieces.
func TestPasswordIsNeverSaid(t *testing.T) {
	commands := [][]string{
		{"config"}, {"config", "--json"}, {"config", "--yaml"}, {"config", "check"}, {"config", "check", "--json"},
		{"config", "check", "--format=github"}, {"config", "check", "--format=sarif"},
		{"config", "get", "database_url"}, {"config", "get", "PGPASSWORD"}, {"config", "get", "ELECTRIC_SECRET", "--json"}, {"config", "get", "electric_url"},
		{"status"}, {"status", "--json"}, {"status", "-v"}, {"info"}, {"info", "--json"},
		{"migrate", "apply"}, {"migrate", "apply", "--json"}, {"migrate", "apply", "-v", "--dry-run"},
		{"migrate", "compile"}, {"migrate", "compile", "--database-url", "postgres://"}, {"migrate", "diff", "schema", "postgres://"},
		{"migrate", "list"},
	}
	for name, p := range places() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, text := range p.files {
				require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600))
			}
			require.NoError(t, os.Mkdir(filepath.Join(dir, "schema"), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "schema", "1_a.sql"), []byte("CREATE TABLE a (id int PRIMARY KEY);\n"), 0o600))
			for _, command := range commands {
				if len(p.args) > 0 && (command[0] == "migrate" && command[1] != "apply") {
					continue
				}
				cmd := exec.Command("electric", append(command[:len(command):len(command)], p.args...)...)
				cmd.Dir = dir
				cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}, p.environ...)
				said, _ := cmd.CombinedOutput()
				require.NotNil(t, cmd.ProcessState)
				for _, piece := range []string{secret, "h7", "nt#r", "2?x", "y%z", "y%25z", "nt%23r"} {
					require.False(t, bytes.Contains(said, []byte(piece)), "electric %s says %q:\n%s", strings.Join(command, " "), piece, said)
				}
			}
		})
	}
}
