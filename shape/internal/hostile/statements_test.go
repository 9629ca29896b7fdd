package hostile

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Columns of a server's log as CSV, which every version writes.
const (
	logMessage = 13
	logQuery   = 19
)

// statements gives all that Postgres was asked, by its log.
func (s *server) statements(t testing.TB) (list []string) {
	paths, err := filepath.Glob(filepath.Join(s.logs, "*.csv"))
	require.NoError(t, err)
	for _, path := range paths {
		f, err := os.Open(path)
		require.NoError(t, err)
		lines := csv.NewReader(bufio.NewReader(f))
		lines.FieldsPerRecord = -1
		for {
			entry, err := lines.Read()
			if err != nil || len(entry) <= logQuery {
				break // the end, or half a line: it is being written
			}
			for _, kind := range []string{"statement: ", "execute <unnamed>: "} {
				if sql, ok := strings.CutPrefix(entry[logMessage], kind); ok {
					list = append(list, sql)
				}
			}
			if sql := entry[logQuery]; sql != "" {
				list = append(list, sql)
			}
		}
		require.NoError(t, f.Close())
	}
	return list
}

// unquoted is SQL without its literals and quoted names.
func unquoted(sql string) string {
	var out strings.Builder
	for i := 0; i < len(sql); {
		quote := sql[i]
		if quote != '\'' && quote != '"' {
			out.WriteByte(quote)
			i++
			continue
		}
		escapes := quote == '\'' && i > 0 && (sql[i-1] == 'E' || sql[i-1] == 'e')
		for i++; i < len(sql); i++ {
			if escapes && sql[i] == '\\' {
				i++
			} else if sql[i] == quote {
				if i+1 == len(sql) || sql[i+1] != quote {
					break
				}
				i++
			}
		}
		i++
		out.WriteByte('?')
	}
	return out.String()
}

// nothingGotThrough checks that no payload has become SQL.
func (s *server) nothingGotThrough(t testing.TB) {
	t.Helper()
	last := fmt.Sprintf("SELECT 'the end, %d'", time.Now().UnixNano())
	_, err := s.db.PgConn().Exec(context.Background(), last).ReadAll()
	require.NoError(t, err)
	var all []string
	require.Eventually(t, func() bool {
		all = s.statements(t)
		return slices.Contains(all, last)
	}, soon, 100*time.Millisecond, "Postgres logs its statements")
	quoted := 0
	for _, sql := range all {
		require.NotContains(t, strings.ToLower(unquoted(sql)), mark, sql)
		if strings.Contains(sql, mark) {
			quoted++
		}
	}
	t.Logf("Postgres was asked %d statements; %d had a payload, in quotes", len(all), quoted)
}

func TestUnquoted(t *testing.T) {
	for sql, want := range map[string]string{
		`SELECT 'a', "b" FROM c`:     `SELECT ?, ? FROM c`,
		`'it''s' x`:                  `? x`,
		`E'\'' x`:                    `E? x`,
		`'\' x`:                      `? x`,
		`"a""b" = '"' AND '"' = "'"`: `? = ? AND ? = ?`,
	} {
		require.Equal(t, want, unquoted(sql), sql)
	}
}
