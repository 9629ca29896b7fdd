package main

import (
	"context"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/electric-cli/electric/config"
)

// settingsTime is how often the files of settings are looked at.
const settingsTime = time.Second

// watchSettings tells of changes of the settings' files: they are read when the
// command starts, and who edits one waits in vain otherwise.
func (d *dev) watchSettings(ctx context.Context, read map[string]string) error {
	look := time.NewTicker(settingsTime)
	defer look.Stop()
	seen := maps.Clone(read)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
		}
		now := d.settingsFiles()
		for _, name := range slices.Sorted(maps.Keys(now)) {
			if now[name] != seen[name] && now[name] != read[name] {
				d.note("%s has changed: electric dev uses it when it is started again", name)
			}
		}
		seen = now
	}
}

// settingsFiles are the texts of the settings' files, "" for one that is not there.
func (d *dev) settingsFiles() map[string]string {
	texts := map[string]string{}
	for _, name := range append([]string{d.configPath}, config.EnvFiles...) {
		text, _ := os.ReadFile(name)
		texts[name] = string(text)
	}
	return texts
}
