package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is this release. Bundles carry it, so it has no build time or commit.
const version = "0.1.0"

// compilerName is what bundles say they were made by.
const compilerName = "electric " + version

func newVersionCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Say which electric this is",
		Long: `Say which electric this is. Another npm package, electric-ax, installs a program
of that name as well: when commands are unknown, look which one runs.`,
		Example: "  electric version",
		Args:    noArguments,
		RunE:    func(*cobra.Command, []string) error { return a.runVersion() },
	}
}

func (a *app) runVersion() error {
	fmt.Fprintf(a.out, "electric %s, the schema compiler (github.com/electric-cli/electric)\n", version)
	if path, err := os.Executable(); err == nil {
		fmt.Fprintf(a.out, "program:  %s\n", path)
	}
	if commit := buildCommit(); commit != "" {
		fmt.Fprintf(a.out, "commit:   %s\n", commit)
	}
	fmt.Fprintf(a.out, "built by: %s %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(a.out, "schema:   PostgreSQL 15, grammar of PostgreSQL 16\n")
	return nil
}

// buildCommit is what the Go toolchain noted of the checkout.
func buildCommit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}
