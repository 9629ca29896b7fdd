package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/config"
)

const newMigration = `-- %s
-- :electric:txn:start

-- :electric:txn:end
`

func newNewCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "new NAME",
		Short: "Make an empty migration, named by the time",
		Long: `Make an empty migration in the migrations folder: <Unix seconds>_<name>.sql with
transaction markers inside. Its path is printed.

` + exitHelp,
		Example:           "  electric migrate new \"add songs genre\"",
		Args:              arguments(1, math.MaxInt, "a NAME, such as \"add songs genre\""),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(_ *cobra.Command, args []string) error {
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			return a.runNew(c, strings.Join(args, " "))
		},
	}
}

func (a *app) runNew(c config.Config, title string) error {
	slug := slugOf(title)
	if slug == "" {
		return misuse("%q has no letter or digit to name a file by", title)
	}
	if err := os.MkdirAll(c.Migrations, 0o755); err != nil {
		return outside(err)
	}
	path, err := createMigration(c.Migrations, slug, title, a.now().Unix())
	if err != nil {
		return outside(err)
	}
	fmt.Fprintln(a.out, filepath.ToSlash(path))
	return nil
}

// createMigration makes the file at the first second from now on that no
// migration has taken.
func createMigration(dir, slug, title string, seconds int64) (string, error) {
	for ; ; seconds++ {
		if taken, err := filepath.Glob(filepath.Join(dir, fmt.Sprintf("%d*.sql", seconds))); err != nil || len(taken) > 0 {
			if err != nil {
				return "", err
			}
			continue
		}
		path := filepath.Join(dir, fmt.Sprintf("%d_%s.sql", seconds, slug))
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = fmt.Fprintf(f, newMigration, strings.Join(strings.Fields(title), " "))
		return path, errors.Join(err, f.Close())
	}
}

// slugOf makes a file name of a title: lower-case ASCII words joined by underscores.
func slugOf(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, "_")
}
