package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/devpage"
	"github.com/electric-cli/electric/status"
)

// How long a sync server may take to say how it is, on a machine that is busy: one
// that was named or has run in this folder, and whatever else may be at the port of
// the settings. Where nobody listens, that is known at once.
const (
	knownSyncTimeout = 5 * time.Second
	guessSyncTimeout = 2 * time.Second
)

// A candidate is where a sync server may be.
type candidate struct {
	url  string // may hold a secret
	page string // where it may tell of itself; "" for url

	timeout time.Duration
}

// shown is the URL without secrets.
func (c candidate) shown() string {
	u, err := url.Parse(c.url)
	if err != nil {
		return ""
	}
	u.User, u.RawQuery = nil, ""
	return strings.TrimSuffix(u.String(), "/")
}

// candidates are those to ask: the one that is named, else the one that runs in
// this folder and the one that would be at the port of the settings.
func (a *app) candidates(c config.Config) (list []candidate, named bool) {
	r := a.settings(c, "")
	if base, named := r.SyncURL(); named {
		return []candidate{{url: base, timeout: knownSyncTimeout}}, true
	}
	if base := published(syncURLFile); base != "" {
		list = append(list, candidate{base, published(pageURLFile), knownSyncTimeout})
	}
	s, _ := r.SyncServer() // what is wrong with its settings matters to who starts one
	guess := candidate{url: fmt.Sprintf("http://localhost:%d", cmp.Or(s.Port, 3000)), timeout: guessSyncTimeout}
	if !slices.ContainsFunc(list, func(x candidate) bool { return x.url == guess.url }) {
		list = append(list, guess)
	}
	return list, false
}

// publication is the name of the publication that a sync server with these
// settings has.
func (a *app) publication(c config.Config) string {
	s, _ := a.settings(c, "").SyncServer()
	return electricPublication + cmp.Or(s.Stream, "default")
}

// What sync servers say, if any answers.
type syncAnswers struct {
	list   []status.Sync
	unseen []string
}

// beside picks the one that matters to a database; without one, id is zero.
func (all syncAnswers) beside(id database.ID) (*status.Sync, []string) {
	s, doubt := status.Choose(all.list, id)
	if doubt != "" {
		return s, append(all.unseen, doubt)
	}
	return s, all.unseen
}

// askSync asks the sync servers there may be, all at once. That changes nothing
// there.
func (a *app) askSync(ctx context.Context, c config.Config) (all syncAnswers) {
	candidates, named := a.candidates(c)
	answers := make([]*status.Sync, len(candidates))
	var asked sync.WaitGroup
	for i, x := range candidates {
		asked.Go(func() { answers[i] = x.ask(ctx) })
	}
	asked.Wait()
	for i, x := range answers {
		switch {
		case x != nil:
			x.Named = named
			all.list = append(all.list, *x)
		case named && candidates[i].shown() == "":
			all.unseen = append(all.unseen, "the sync server: ELECTRIC_URL cannot be read")
		case named:
			all.unseen = append(all.unseen, "the sync server at "+candidates[i].shown()+" (ELECTRIC_URL) does not answer")
		}
	}
	return all
}

// ask gives what a server says of itself, nil when there is none.
func (c candidate) ask(ctx context.Context) *status.Sync {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	u, err := url.Parse(c.url)
	if err != nil {
		return nil
	}
	s, answered := getHealth(ctx, u.JoinPath("v1", "health").String())
	if !answered {
		return nil
	}
	s.URL = c.shown()
	page := c.page
	if page == "" {
		page = c.url
	}
	if state, err := devpage.Fetch(ctx, page); err == nil && (c.page == "" || state.Server.URL == c.url) {
		tellMore(&s, state)
	} // else another server, or one that tells nobody
	return &s
}

// tellMore adds what a server of ours tells of itself.
func tellMore(x *status.Sync, state *devpage.State) {
	d := state.Server.Database
	x.ID = database.ID{System: d.System, OID: d.OID, Started: d.Started}
	x.Ours, x.Project, x.Serves = true, state.Server.Project, d.URL
	if x.Serves == "" {
		x.Serves = d.Name
	}
	x.Elsewhere = state.Server.Folder != "" && state.Server.Folder != folderID()
	x.Reason, x.LSN = state.Server.Reason, state.Server.LSN
	if shapes := state.Shapes; shapes != nil {
		clients := shapes.Waiting.LongPoll + shapes.Waiting.SSE
		x.Shapes, x.Clients = &shapes.Total, &clients
		for _, s := range shapes.List {
			x.Tables = append(x.Tables, s.Schema+"."+s.Table)
		}
		slices.Sort(x.Tables)
		x.Tables = slices.Compact(x.Tables)
	}
	if schema := state.Schema; schema != nil {
		x.SchemaHash = schema.SchemaHash
	}
	if found := state.Diagnostics; found != nil {
		x.Mistakes = found.Errors
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
