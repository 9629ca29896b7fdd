package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/platform"
)

func newInitCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Make electric.yaml and a first migration",
		Long: `Make electric.yaml with every setting at its default, and a first migration in
the migrations folder if that has none. Beside supabase/migrations they are taken
as they are, and supabase as what the database holds before them. What is there
already is left alone.

` + exitHelp,
		Example: `  electric init
  electric init --config db/electric.yaml`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return a.runInit() },
	}
}

func (a *app) runInit() error {
	made, err := createFile(a.configPath, config.Text(platformSettings(".")))
	if err != nil {
		return outside(err)
	}
	a.tellMade(a.configPath, made)
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	if files, _ := filepath.Glob(filepath.Join(c.Migrations, "*.sql")); len(files) > 0 {
		a.note("%s/ has migrations already", filepath.ToSlash(c.Migrations))
		return nil
	}
	if err := a.runNew(c, "init"); err != nil {
		return err
	}
	a.note("Write your tables between its markers, then run: electric migrate compile")
	return nil
}

// platformSettings are those of a project that a platform's own tool has made in
// a folder.
func platformSettings(dir string) map[string]string {
	p, ok := platform.In(dir)
	if !ok {
		return nil
	}
	return map[string]string{"migrations": p.Folder, "setup": p.Name}
}

func (a *app) tellMade(path string, made bool) {
	if made {
		fmt.Fprintln(a.out, filepath.ToSlash(path))
		return
	}
	a.note("%s is there already", filepath.ToSlash(path))
}

// createFile writes a file unless it is there.
func createFile(path, text string) (made bool, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = f.WriteString(text)
	return true, errors.Join(err, f.Close())
}
