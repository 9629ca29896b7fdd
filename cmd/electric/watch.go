package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/source"
)

// settleTime is how long a change may go on before it is compiled: editors and
// git write many files in a row.
const settleTime = 60 * time.Millisecond

// runWatch compiles now and after every change, until it is interrupted.
func (a *app) runWatch(ctx context.Context, c config.Config, o compileOptions) error {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return outside(err)
	}
	defer watcher.Close()
	for {
		watched := watchAll(watcher, o.args)
		watchFiles(watcher, source.SetupFileNames(c.Setup))
		if err := a.compileOnce(ctx, c, o); err != nil {
			return err
		}
		if watched == 0 {
			return outside(errors.New("there is nothing to watch"))
		}
		a.note("watching for changes")
		if !nextChange(ctx, watcher, nil) {
			return nil
		}
	}
}

// compileOnce compiles; mistakes in the files do not end the watch.
func (a *app) compileOnce(ctx context.Context, c config.Config, o compileOptions) error {
	err := a.runCompile(ctx, c, o)
	var f failure
	if errors.As(err, &f) && f.status == exitInput {
		return nil
	}
	return err
}

// watchAll watches the folders of what is compiled, and gives how many it could.
func watchAll(w *fsnotify.Watcher, args []string) (watched int) {
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err == nil && !info.IsDir() {
			arg = filepath.Dir(arg)
		}
		_ = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() && w.Add(path) == nil {
				watched++
			}
			return nil
		})
	}
	return watched
}

// watchFiles watches the folders that files are in, but none below: they may be
// large. A file that is not there yet is seen when it comes.
func watchFiles(w *fsnotify.Watcher, files []string) {
	for _, f := range files {
		_ = w.Add(filepath.Dir(f))
	}
}

// nextChange waits for a change to begin and to settle, or for another cause, nil
// for none; false when the context ends.
func nextChange(ctx context.Context, w *fsnotify.Watcher, other <-chan struct{}) bool {
	var settled <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return false
		case e, ok := <-w.Events:
			if !ok {
				return false
			}
			if e.Op != fsnotify.Chmod {
				settled = time.After(settleTime)
			}
		case <-w.Errors: // events were lost: look at everything again
			settled = time.After(settleTime)
		case <-other:
			if settled == nil {
				return true
			}
			other = nil // the change that has begun comes first
		case <-settled:
			return true
		}
	}
}
