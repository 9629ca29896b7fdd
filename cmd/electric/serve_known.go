package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/devpage"
	"github.com/electric-cli/electric/shape"
)

// Files under stateDir by which commands in the same folder find what runs here.
// A program that was killed leaves them: who answers there says who it is.
var (
	privateURLFile = filepath.Join(stateDir, "database_url") // of the private database
	syncURLFile    = filepath.Join(stateDir, "electric_url") // of the sync server
	pageURLFile    = filepath.Join(stateDir, "page_url")     // of its page, where that is elsewhere
)

// publish writes a URL where the other commands find it.
func publish(file, url string) error {
	if err := makeStateDir(); err != nil {
		return err
	}
	if err := os.WriteFile(file, []byte(url+"\n"), 0o600); err != nil {
		return outside(err)
	}
	return nil
}

// published reads it, "" when there is none.
func published(file string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// unpublish takes it away again, unless somebody else's is there by now.
func unpublish(file, url string) {
	if published(file) == url {
		_ = os.Remove(file)
	}
}

// publishServer leaves the URLs of a server and of its page, "" for none, until
// remove is called.
func publishServer(sync, page string) (remove func(), err error) {
	if page == sync {
		page = ""
	}
	remove = func() {
		unpublish(syncURLFile, sync)
		unpublish(pageURLFile, page)
	}
	if page == "" {
		if err := os.Remove(pageURLFile); err != nil && !errors.Is(err, os.ErrNotExist) { // of one that was killed
			return nil, outside(err)
		}
	} else if err := publish(pageURLFile, page); err != nil {
		return nil, err
	}
	if err := publish(syncURLFile, sync); err != nil {
		remove()
		return nil, err
	}
	return remove, nil
}

// folderID tells this folder from others of its name, without saying where it is.
func folderID() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(dir)))[:16]
}

// tellDatabase has the board tell which database is served: as soon as that
// answers, and again whenever the engine has lost it and found it.
func tellDatabase(ctx context.Context, board *devpage.Board, url string, e *shape.Engine) {
	var told shape.State
	for {
		changed := e.Changed()
		if state, _, _ := e.State(); state != told && identify(ctx, board, url) {
			told = state
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// identify asks the database which one it is.
func identify(ctx context.Context, board *devpage.Board, url string) bool {
	conn, err := database.Connect(ctx, url, database.ConnectOptions{})
	if err != nil {
		return false
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing more is asked of it
	served, err := database.Identify(ctx, conn, "")
	if err != nil {
		return false
	}
	board.Set(func(s *devpage.State) {
		d := &s.Server.Database
		d.Name, d.Server = served.Name, conn.PgConn().ParameterStatus("server_version")
		d.System, d.OID, d.Started = served.System, served.OID, served.Started
	})
	return true
}

// stateAlone serves of the page only its state, and of that only the server:
// enough for electric status to know whose it is.
func stateAlone(ctx context.Context, board *devpage.Board) http.Handler {
	page := devpage.Handler(board, devpage.Options{Done: ctx.Done()})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case devpage.StatePath:
			page.ServeHTTP(w, r)
		case "/":
			w.WriteHeader(http.StatusOK)
		default:
			http.NotFound(w, r)
		}
	})
}
