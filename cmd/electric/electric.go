package main

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/engine"
	"github.com/electric-cli/electric/supervise"
)

// The engines that serve.
const (
	engineEmbedded = "embedded"
	engineElectric = "electric"
)

var engines = []string{engineEmbedded, engineElectric}

// serveFlags are those of the commands that serve.
func serveFlags(cmd *cobra.Command, port, engine *string) {
	cmd.Flags().StringVar(port, "port", "", "the `PORT` to listen on (default $ELECTRIC_PORT, else 3000)")
	cmd.Flags().StringVar(engine, "engine", engineEmbedded, "`WHO` serves: "+strings.Join(engines, ", "))
	completes(cmd, "engine", engines)
}

func checkEngine(engine string) error {
	if !slices.Contains(engines, engine) {
		return misuse("--engine cannot be %q: write %s", engine, strings.Join(engines, " or "))
	}
	return nil
}

// temporarySlot is Electric's setting for a replication slot that ends with it.
const temporarySlot = "CLEANUP_REPLICATION_SLOTS_ON_SHUTDOWN"

// electricStop is how long Electric may take to end before it is killed: with
// what ends after it, everything is over within two seconds.
const electricStop = 1200 * time.Millisecond

// ownSettings are those of this program among Electric's.
var ownSettings = []string{"ELECTRIC_BIN", "ELECTRIC_PORT"}

// findElectric finds the user's own Electric, to be run on a database: one that
// is private is electric dev's.
func (a *app) findElectric(ctx context.Context, c config.Config, s config.SyncServer, url string, private bool, port int, log *slog.Logger, changed func(supervise.State)) (*engine.Engine, error) {
	settings := a.settings(c, "").Electric()
	for _, name := range ownSettings {
		delete(settings, name)
	}
	settings["DATABASE_URL"] = url
	if _, said := settings[temporarySlot]; !said && private {
		settings[temporarySlot] = "true" // nothing is to be left in the database
	}
	if s.Secret == "" {
		settings["ELECTRIC_INSECURE"] = "true"
	}
	e, err := engine.Find(ctx, engine.Options{
		Bin: s.Bin, Settings: settings, Port: port, Environ: a.environ(), Stop: electricStop, OnState: changed,
		Output: func(line string) { log.Info("electric: " + line) },
	})
	if err != nil {
		return nil, outside(err)
	}
	return e, nil
}
