package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"golang.org/x/sync/errgroup"

	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/devpage"
	"github.com/electric-cli/electric/listen"
	"github.com/electric-cli/electric/supervise"
)

// runElectric runs the user's own Electric on the port, and the page beside it.
func (d *dev) runElectric(ctx context.Context, group *errgroup.Group) error {
	port := d.port.port
	d.port.close() // it is Electric's
	page, err := d.takePort(ctx, config.SyncServer{}, thisMachine[:1])
	if err != nil {
		return err
	}
	d.pageAddress = page.address
	show := func(s supervise.State) {
		d.showElectric(s)
		if s.Phase == supervise.Ready {
			go identify(ctx, d.board, d.url)
		}
	}
	e, err := d.findElectric(ctx, d.config, d.settings, d.url, d.private != nil, port, d.log, show)
	if err != nil {
		page.close()
		return err
	}
	handler := d.page(ctx)
	d.board.Set(func(s *devpage.State) {
		s.Server.Engine, s.Server.HTTPSURL, s.Server.URL = engineElectric, "", d.port.address
	})
	d.note("running %s", e)
	group.Go(func() error {
		if err := e.Run(ctx); err != nil {
			return outside(err)
		}
		return nil
	})
	group.Go(func() error { return servePage(ctx, page, handler, d.log) })
	return nil
}

// servePage serves nothing but the page.
func servePage(ctx context.Context, page *listening, handler http.Handler, log *slog.Logger) error {
	err := listen.Serve(ctx, page.listeners[0], listen.Options{Handler: handler, Log: slog.NewLogLogger(log.Handler(), slog.LevelDebug)})
	if err != nil {
		return outside(err)
	}
	return nil
}

// showElectric tells of Electric's own state.
func (d *dev) showElectric(s supervise.State) {
	switch {
	case s.Err != nil && s.Phase == supervise.Waiting:
		d.log.Warn(fmt.Sprintf("electric ended, and starts again in %s: %s", s.Pause, s.Err))
	default:
		d.log.Info("electric: " + string(s.Phase))
	}
	status := devpage.Starting
	if s.Phase == supervise.Ready {
		status = devpage.Active
	}
	d.board.Set(func(state *devpage.State) { state.Server.Status = status })
}
