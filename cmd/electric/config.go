package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/diag"
)

type configOptions struct {
	url        string
	json, yaml bool
}

func newConfigCmd(a *app) *cobra.Command {
	var o configOptions
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show every setting, its value, and where that comes from",
		Long: `Show every setting with the value it has and where that comes from: the command
line, the environment, .env.local, .env, electric.yaml or the default. Passwords and
secrets are shown as *****, inside of URLs too. Electric's own settings are among them.

` + exitHelp,
		Example: `  electric config
  electric config get database_url
  electric config check                     # in CI: are there mistakes in the settings?
  electric config --json | jq '.settings[] | select(.set)'`,
		Args: subcommand,
		RunE: func(*cobra.Command, []string) error {
			if o.json && o.yaml {
				return misuse("--json goes without --yaml")
			}
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			return a.runConfig(c, o)
		},
	}
	flags := cmd.PersistentFlags()
	flags.StringVar(&o.url, "database-url", "", "the `URL` of the database, as the other commands take it")
	cmd.Flags().BoolVar(&o.json, "json", false, "as JSON")
	cmd.Flags().BoolVar(&o.yaml, "yaml", false, "as YAML")
	cmd.AddCommand(newConfigGetCmd(a, &o), newConfigCheckCmd(a, &o))
	return cmd
}

func newConfigGetCmd(a *app, o *configOptions) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "get KEY",
		Short: "Print the value of one setting",
		Long: `Print the value of one setting, named by its key or by a variable that holds it.
A secret is printed as *****.

Exit status: 0 it has a value, 1 it has none, 2 misuse of the command line, 3 the
outside world failed.`,
		Example: `  electric config get out
  electric config get ELECTRIC_PORT`,
		Args: arguments(1, 1, "one KEY: electric config lists them"),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return config.Keys(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			return a.runConfigGet(c, *o, args[0], asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON, with where it comes from")
	return cmd
}

func newConfigCheckCmd(a *app, o *configOptions) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say what is wrong with the settings",
		Long: `Say what is wrong with the settings: names that nothing reads, impossible values,
settings of old versions that today's Electric ignores, and what replaced them.
Nothing is connected to.

Exit status: 0 fine, 1 there are mistakes, 2 misuse of the command line, 3 the
outside world failed.`,
		Example: `  electric config check
  electric config check --format=github     # in a GitHub workflow`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error { return a.runConfigCheck(*o) },
	}
	a.reportFlags(cmd, &asJSON)
	return cmd
}

// settingsFor resolves settings, the flags of this command included.
func (a *app) settingsFor(c config.Config, o configOptions) *config.Resolver {
	if o.url == configured {
		o.url = ""
	}
	r := a.settings(c, o.url)
	if a.colour != "auto" {
		r.Flags["NO_COLOR"] = a.colour
	}
	return r
}

func (a *app) runConfig(c config.Config, o configOptions) error {
	r := a.settingsFor(c, o)
	shown := describeSettings(r, a.setenv)
	var err error
	switch {
	case o.json:
		err = a.writeJSON(shown)
	case o.yaml:
		err = writeYAML(a.out, shown)
	default:
		_, err = io.WriteString(a.out, shown.text())
	}
	if err != nil {
		return outside(fmt.Errorf("write the settings: %w", err))
	}
	if diag.HasErrors(r.Check()) {
		a.note("there are mistakes in these settings: see electric config check")
	}
	return nil
}

func (a *app) runConfigGet(c config.Config, o configOptions, key string, asJSON bool) error {
	s, ok := config.Find(key)
	values := a.settingsFor(c, o).Values()
	i := slices.IndexFunc(values, func(v config.Value) bool {
		return v.Setting == s || !ok && strings.EqualFold(v.Setting.Key, key)
	})
	if i < 0 {
		if why, instead, old := config.Ignored(key); old {
			return misuse("%s: %s. %s", key, why, instead)
		}
		hint := "electric config lists the settings"
		if near := diag.Near(key, config.Keys()); near != "" {
			hint = fmt.Sprintf("perhaps %s is meant", near)
		}
		return misuse("unknown setting %q: %s", key, hint)
	}
	v := values[i]
	if asJSON {
		if err := a.writeJSON(struct {
			Format int `json:"format"`
			settingRecord
		}{1, recordOf(v)}); err != nil {
			return outside(err)
		}
	} else if v.Source != "" {
		fmt.Fprintln(a.out, v.Text)
	}
	if v.Source == "" {
		a.note("%s is not set", v.Setting.Key)
		return wrongInput()
	}
	return nil
}

func (a *app) runConfigCheck(o configOptions) error {
	if err := a.configExists(); err != nil {
		return err
	}
	c, ds, texts := config.Load(a.configPath)
	r := a.settingsFor(c, o)
	ds = append(ds, r.Check()...)
	if target, ok, problems := r.Database(); ok && len(problems) == 0 && !diag.HasErrors(ds) {
		if err := export(target, a.setenv); err != nil {
			return outside(err)
		}
		ds = append(ds, checkTarget(target)...)
	}
	diag.Sort(ds)
	maps.Copy(texts, r.Env.Texts())
	if err := a.report(ds, texts); err != nil {
		return err
	}
	if diag.HasErrors(ds) {
		return wrongInput()
	}
	if len(ds) == 0 && diag.Format(a.reportFormat) == diag.Text {
		a.note("the settings are fine")
	}
	return nil
}

// checkTarget says whether what names the database can be read.
func checkTarget(t config.Target) []diag.Diagnostic {
	if _, err := database.ParseAddress(t.URL); err == nil {
		return nil
	}
	d := diag.Errorf(t.Span, "impossible-value", "the database's address (%s) cannot be read", t.Source)
	d.Hint = database.AddressHint + " Files that it names must exist."
	return []diag.Diagnostic{d}
}

// export puts libpq's variables of the .env files where they are read.
func export(t config.Target, setenv func(name, value string) error) error {
	for name, value := range t.Export {
		if err := setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}
