package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/source"
)

func newNewCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "new NAME",
		Short: "Make an empty migration, the next one of the folder",
		Long: `Make an empty migration in the migrations folder, numbered, named and marked as
those that are there; in a new folder <Unix seconds>_<name>.sql with transaction
markers inside. Its path is printed.

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
	path, err := createMigration(c.Migrations, slug, strings.Join(strings.Fields(title), " "), a.now())
	if err != nil {
		return err
	}
	fmt.Fprintln(a.out, filepath.ToSlash(path))
	return nil
}

// createMigration makes the file that comes next in the folder, whoever else is
// making one.
func createMigration(dir, slug, title string, now time.Time) (path string, err error) {
	for {
		draft, err := source.Next(dir, slug, title, now)
		if err != nil {
			return "", failure{exitInput, err}
		}
		path := filepath.Join(dir, filepath.FromSlash(draft.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return "", outside(err)
		}
		made, err := createFile(path, draft.Text)
		if err != nil {
			return "", outside(err)
		}
		if made {
			return path, nil
		}
	}
}

// slugOf makes a file name of a title: lower-case ASCII words joined by underscores.
func slugOf(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, "_")
}
