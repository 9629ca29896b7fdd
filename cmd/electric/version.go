package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// version is this release. Bundles carry it, so it has no build time or commit.
const version = "0.1.0"

// compilerName is what bundles say they were made by.
const compilerName = "electric " + version

func newVersionCmd(a *app) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Say which electric this is",
		Long: `Say which electric this is. Another npm package, electric-ax, installs a program
of that name as well: when commands are unknown, look which one runs.`,
		Example: "  electric version\n  electric version --json | jq -r .version",
		Args:    noArguments,
		RunE:    func(*cobra.Command, []string) error { return a.runVersion(asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

// A build is which electric this is.
type build struct {
	Format  int    `json:"format"`
	Version string `json:"version"`
	Module  string `json:"module"`           // what tells it from other programs of its name
	Program string `json:"program"`          // its file; "" when the system does not tell
	Commit  string `json:"commit,omitempty"` // of the checkout it was built from
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
	Schema  int    `json:"schema_postgres"`  // the PostgreSQL whose word on a schema it gives
	Grammar int    `json:"grammar_postgres"` // and the one whose grammar it reads
}

func thisBuild() build {
	b := build{
		Format: 1, Version: version, Module: "github.com/electric-cli/electric", Commit: buildCommit(),
		Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, Schema: 15, Grammar: 16,
	}
	if path, err := os.Executable(); err == nil {
		b.Program = path
	}
	return b
}

func (a *app) runVersion(asJSON bool) error {
	b := thisBuild()
	var err error
	if asJSON {
		err = a.writeJSON(b)
	} else {
		_, err = io.WriteString(a.out, b.text())
	}
	if err != nil {
		return outside(err)
	}
	return nil
}

func (b build) text() string {
	var s strings.Builder
	fmt.Fprintf(&s, "electric %s, the schema compiler (%s)\n", b.Version, b.Module)
	if b.Program != "" {
		fmt.Fprintf(&s, "program:  %s\n", b.Program)
	}
	if b.Commit != "" {
		fmt.Fprintf(&s, "commit:   %s\n", b.Commit)
	}
	fmt.Fprintf(&s, "built by: %s %s/%s\n", b.Go, b.OS, b.Arch)
	fmt.Fprintf(&s, "schema:   PostgreSQL %d, grammar of PostgreSQL %d\n", b.Schema, b.Grammar)
	return s.String()
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
