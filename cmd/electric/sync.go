package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/devpage"
	"github.com/electric-cli/electric/status"
)

// How long a sync server may take to say how it is: one that was named, and one
// that may not be there at all.
const (
	namedSyncTimeout = 2 * time.Second
	guessSyncTimeout = 500 * time.Millisecond
)

// A health is what a sync server says of itself.
type health struct {
	status *status.Sync // nil: nobody answers
	unseen []string
}

// askSync asks the sync server for its health, which changes nothing there.
func (a *app) askSync(ctx context.Context, c config.Config) health {
	base, named := a.settings(c, "").SyncURL()
	timeout := guessSyncTimeout
	if named {
		timeout = namedSyncTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	u, err := url.Parse(base)
	if err != nil {
		return health{unseen: []string{"the sync server: ELECTRIC_URL cannot be read"}}
	}
	address := u.JoinPath("v1", "health").String()
	u.User, u.RawQuery = nil, ""
	shown := strings.TrimSuffix(u.String(), "/")
	s, answered := getHealth(ctx, address)
	switch {
	case answered:
		s.URL = shown
		tellMore(ctx, base, &s)
		return health{status: &s}
	case named:
		return health{unseen: []string{"the sync server at " + shown + " (ELECTRIC_URL) does not answer"}}
	}
	return health{}
}

// tellMore adds what a server of ours tells of itself.
func tellMore(ctx context.Context, base string, s *status.Sync) {
	state, err := devpage.Fetch(ctx, base)
	if err != nil {
		return // another server, or one that tells nobody
	}
	s.Reason, s.LSN = state.Server.Reason, state.Server.LSN
	if x := state.Shapes; x != nil {
		clients := x.Waiting.LongPoll + x.Waiting.SSE
		s.Shapes, s.Clients = &x.Total, &clients
	}
	if x := state.Schema; x != nil {
		s.SchemaHash = x.SchemaHash
	}
	if x := state.Diagnostics; x != nil {
		s.Mistakes = x.Errors
	}
}

// getHealth is true when what answers is a sync server.
func getHealth(ctx context.Context, address string) (status.Sync, bool) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return status.Sync{}, false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return status.Sync{}, false
	}
	defer answer.Body.Close()
	var body struct {
		Status string `json:"status"`
	}
	if json.NewDecoder(io.LimitReader(answer.Body, 1<<16)).Decode(&body) != nil || body.Status == "" {
		return status.Sync{}, false
	}
	return status.Sync{State: body.Status, Server: answer.Header.Get("electric-server")}, true
}
