package generator

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/pg"
)

// hiddenSettings are the parameters that can be set and shown, but are kept
// out of pg_settings (GUC_NO_SHOW_ALL in guc.c).
var hiddenSettings = []pg.SettingRow{
	{Name: "default_with_oids", Type: "bool", Context: "user", Boot: "off"},
	{Name: "is_superuser", Type: "bool", Context: "internal", Boot: "off"},
	{Name: "role", Type: "string", Context: "user", Boot: "none"},
	{Name: "seed", Type: "real", Context: "user", Min: "-1", Max: "1", Boot: "0"},
	{Name: "session_authorization", Type: "string", Context: "user"},
	{Name: "ssl_renegotiation_limit", Type: "integer", Context: "user", Min: "0", Max: "0", Unit: "kB", Boot: "0"},
}

// hiddenValues are spellings that enum parameters take but do not list (hidden
// in guc.c's option tables), besides those of a boolean where on and off are listed.
var hiddenValues = map[string][]string{
	"client_min_messages":     {"debug", "info"},
	"trace_recovery_messages": {"debug", "info"},
	"log_min_error_statement": {"debug"},
	"log_min_messages":        {"debug"},
	"wal_level":               {"archive", "hot_standby"},
}

func hidden(s pg.SettingRow) []string {
	if s.Type == "enum" && slices.Contains(s.Values, "on") && slices.Contains(s.Values, "off") {
		return []string{"true", "false", "yes", "no", "1", "0"}
	}
	return hiddenValues[s.Name]
}

// facts writes keywords, settings and error conditions.
func (g *generator) facts(ctx context.Context) error {
	return g.session(ctx, func(conn *pgx.Conn) error {
		if err := g.keywords(ctx, conn); err != nil {
			return err
		}
		if err := g.settings(ctx, conn); err != nil {
			return err
		}
		return g.conditions(ctx, conn)
	})
}

func (g *generator) keywords(ctx context.Context, conn *pgx.Conn) error {
	var rows []pg.KeywordRow
	if err := readJSON(ctx, conn, &rows, `
SELECT word AS "Word", ascii(catcode::text) AS "Category", barelabel AS "BareLabel"
FROM pg_get_keywords() ORDER BY word COLLATE "C"`); err != nil {
		return err
	}
	return g.writeRows("keywords.go", "Keywords holds the words of the SQL grammar, sorted.", "Keywords", rows)
}

func (g *generator) settings(ctx context.Context, conn *pgx.Conn) error {
	var rows []pg.SettingRow
	if err := readJSON(ctx, conn, &rows, `
SELECT name AS "Name", vartype AS "Type", context AS "Context", unit AS "Unit", min_val AS "Min", max_val AS "Max",
       enumvals AS "Values", boot_val AS "Boot"
FROM pg_settings WHERE strpos(name, '.') = 0`); err != nil {
		return err
	}
	for i := range rows {
		rows[i].Hidden = hidden(rows[i])
	}
	rows = append(rows, hiddenSettings...)
	slices.SortFunc(rows, func(a, b pg.SettingRow) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return g.writeRows("settings.go", "Settings holds the configuration parameters, sorted by name in lower case.", "Settings", rows)
}

var errcodeLine = regexp.MustCompile(`^([0-9A-Z]{5})\s+E\s+\w+\s+(\w+)$`)

// conditions reads errcodes.txt, which the server's package installs. Only
// errors have conditions in PL/pgSQL, not warnings or successes.
func (g *generator) conditions(ctx context.Context, conn *pgx.Conn) error {
	var dir string
	if err := conn.QueryRow(ctx, "SELECT setting FROM pg_config WHERE name = 'SHAREDIR'").Scan(&dir); err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(dir, "errcodes.txt"))
	if err != nil {
		return err
	}
	var rows []pg.ConditionRow
	for line := range strings.Lines(string(text)) {
		if m := errcodeLine.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			rows = append(rows, pg.ConditionRow{Name: m[2], SQLState: m[1]})
		}
	}
	slices.SortStableFunc(rows, func(a, b pg.ConditionRow) int { return strings.Compare(a.Name, b.Name) })
	return g.writeRows("errcodes.go", "Conditions holds the names of errors, sorted; some stand for two SQLSTATEs.", "Conditions", rows)
}

func (g *generator) writeRows(file, doc, name string, rows any) error {
	var b strings.Builder
	fmt.Fprintf(&b, "// %s\n", doc)
	variable(&b, name, reflect.ValueOf(rows))
	return g.write(file, &b)
}
