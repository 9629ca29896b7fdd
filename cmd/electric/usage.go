package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/electric-cli/electric/diag"
)

// elsewhere says of commands that other programs named electric have, or once
// had, what to do here.
var elsewhere = map[string]string{
	"agents":       "that is electric-ax's: another program named electric, see electric version",
	"apps":         "there is no console any more to log in to",
	"auth":         "there is no console any more to log in to",
	"build":        "electric migrate compile makes the bundle",
	"generate":     "electric migrate compile makes the bundle",
	"migrations":   "it is electric migrate",
	"proxy-tunnel": "there is no proxy any more: electric migrate apply works on Postgres itself",
	"psql":         "there is no proxy any more: psql works on Postgres itself",
	"show-config":  "it is electric config",
	"start":        "this program starts no containers: see Electric's own documentation",
	"stop":         "this program starts no containers: see Electric's own documentation",
	"sync":         "electric migrate apply brings migrations to the database",
}

// group makes a command of one that only holds others: alone it shows its help.
func group(cmd *cobra.Command) *cobra.Command {
	cmd.Annotations = map[string]string{"group": "yes"}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.Args = subcommand
	return cmd
}

// subcommand refuses what is none of a command's subcommands.
func subcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return unknownCommand(cmd, args[0])
}

func unknownCommand(cmd *cobra.Command, name string) error {
	text := fmt.Sprintf("unknown command %q", strings.TrimSpace(shortPath(cmd)+" "+name))
	if hint, known := elsewhere[name]; known && cmd == cmd.Root() {
		return misuse("%s: %s", text, hint)
	}
	if near := diag.Near(name, commandNames(cmd)); near != "" {
		return misuse("%s: perhaps %s %s is meant", text, cmd.CommandPath(), near)
	}
	for _, c := range cmd.Root().Commands() {
		if near := diag.Near(name, commandNames(c)); near != "" {
			return misuse("%s: perhaps %s %s is meant", text, c.CommandPath(), near)
		}
	}
	return misuse("%s: there are %s\nRun %s --help for what they do.", text, strings.Join(commandNames(cmd), ", "), cmd.CommandPath())
}

// shortPath is a command's name without the program's.
func shortPath(cmd *cobra.Command) string {
	return strings.TrimPrefix(strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()), " ")
}

func commandNames(cmd *cobra.Command) (names []string) {
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() || c.Name() == "help" {
			names = append(names, c.Name())
		}
	}
	return names
}

// noArguments refuses arguments.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return misuse("%s takes no arguments: what is %q?", shortPath(cmd), args[0])
}

// arguments asks for a number of arguments, in words.
func arguments(low, high int, asks string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, given []string) error {
		if len(given) < low || len(given) > high {
			return misuse("%s asks for %s", shortPath(cmd), asks)
		}
		return nil
	}
}

// flagError puts into words what is wrong with a flag.
func flagError(cmd *cobra.Command, err error) error {
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "unknown flag: --"); ok {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if near := diag.Near(name, names); near != "" {
			return misuse("%s: perhaps --%s is meant", text, near)
		}
	}
	return misuse("%s\nRun %s --help for how it is used.", text, cmd.CommandPath())
}

// newHelpCmd is help for any command. Unlike cobra's own, it refuses what is
// none.
func newHelpCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND…]",
		Short: "Show how a command is used",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			at, _, err := cmd.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return commandNames(at), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			at, rest, err := cmd.Root().Find(args)
			if at == nil || err != nil || len(rest) > 0 {
				name := slices.Concat(rest, args)[0]
				if at == nil {
					at = cmd.Root()
				}
				return unknownCommand(at, name)
			}
			at.InitDefaultHelpFlag()
			return at.Help()
		},
	}
}

// completes offers the values of a flag to the shell.
func completes(cmd *cobra.Command, flag string, values []string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // there is no such flag
	}
}

// polish gives a finished command line the words that cobra's own lack.
func polish(root *cobra.Command) {
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(newHelpCmd())
	root.SetVersionTemplate("electric {{.Version}}, the schema compiler (github.com/electric-cli/electric)\n")
	root.SetUsageTemplate(strings.Replace(root.UsageTemplate(), "{{if .Runnable}}", `{{if and .Runnable (not (index .Annotations "group"))}}`, 1))
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			group(c).Short = "Print the completion script of a shell"
			c.Example = "  source <(electric completion bash)\n  electric completion zsh > \"${fpath[1]}/_electric\"\n" +
				"  electric completion fish > ~/.config/fish/completions/electric.fish"
		}
	}
}
