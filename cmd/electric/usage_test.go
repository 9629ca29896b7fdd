package main

import (
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

// Every command's help is whole: what it does, an example, what the exit status
// means; every flag is told of.
func TestHelpIsWhole(t *testing.T) {
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		if cmd.Name() == "help" || cmd.Name() == "completion" || cmd.Name() == "version" {
			return
		}
		t.Run(cmd.CommandPath(), func(t *testing.T) {
			require.NotEmpty(t, cmd.Short)
			require.Contains(t, cmd.Long, "Exit status: 0 ")
			require.Contains(t, cmd.Example, "electric ")
			cmd.LocalFlags().VisitAll(func(f *pflag.Flag) { require.NotEmpty(t, f.Usage, "--%s", f.Name) })
		})
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk(newRootCmd(&app{}))
}
