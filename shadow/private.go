package shadow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/localpg"
	"github.com/electric-cli/electric/supervise"
)

// prefix begins the names of the directories of private servers.
const prefix = "electric-shadow-"

// hasty are the settings of a server whose data nobody will miss.
var hasty = []string{"fsync=off", "full_page_writes=off", "autovacuum=off", "max_wal_senders=10", "max_replication_slots=10"}

// openPrivate starts a Postgres in a directory of its own.
func openPrivate(ctx context.Context, o Options) (*scratch, error) {
	parent := o.parent
	if parent == "" {
		parent = os.TempDir()
	}
	sweep(parent)
	dir, err := os.MkdirTemp(parent, prefix)
	if err != nil {
		return nil, err
	}
	remove := func() {
		if err := localpg.Remove(dir); err != nil {
			o.Note(fmt.Sprintf("%s is left behind: %v", dir, err))
		}
	}
	if err := os.Chmod(dir, 0o711); err != nil { // what runs for root runs as somebody else, who has to come by
		remove()
		return nil, err
	}
	o.Progress("starting a scratch Postgres")
	server, err := localpg.Start(ctx, localpg.Options{Dir: dir, Settings: hasty})
	if err != nil {
		remove()
		return nil, trouble(ctx, err)
	}
	return &scratch{url: server.URL(), end: func(ctx context.Context) {
		_ = server.Stop(ctx) // however it ended, it is not wanted any more
		remove()
	}}, nil
}

// trouble says what else there is where no Postgres starts.
func trouble(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	t := &database.Trouble{Message: "--shadow: could not start a scratch Postgres: " + err.Error()}
	var missing *localpg.MissingError
	if errors.As(err, &missing) {
		t.Hint = "Or write --shadow=URL, with the URL of a server on which a scratch database may be made."
	}
	return t
}

// abandoned is how old a directory must be that nobody's lock is on: a younger
// one may be about to be used.
const abandoned = 10 * time.Minute

// sweep removes what killed processes left: their servers ended with them, their
// files did not.
func sweep(parent string) {
	dirs, _ := filepath.Glob(filepath.Join(parent, prefix+"*"))
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || time.Since(info.ModTime()) < abandoned {
			continue
		}
		if owner, err := supervise.Owner(dir); err == nil && owner.IsCaller() { // what others put there is not followed
			_ = localpg.Remove(dir) // one in use is left alone
		}
	}
}
