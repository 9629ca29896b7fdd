package listen

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"
)

// Limits of what clients may take their time with.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	shutdownTime  = 500 * time.Millisecond
	maxStreams    = 1000 // of a connection: a page's live shapes
)

// Options for Serve.
type Options struct {
	Handler   http.Handler
	Authority *Authority    // nil for no HTTPS
	Patience  time.Duration // with clients that take no more of an answer; 0 is 30 s
	Grace     time.Duration // for answers that are under way at the end; 0 is half a second
	Log       *log.Logger   // of net/http; nil for its own
}

// Serve answers on a listener of TCP connections until the context ends, and
// closes it. Requests that wait are ended then: their context ends with it.
func Serve(ctx context.Context, l net.Listener, o Options) error {
	if o.Patience == 0 {
		o.Patience = writeTimeout
	}
	if o.Grace == 0 {
		o.Grace = shutdownTime
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{
		Handler: patient(o.Handler, o.Patience), Protocols: protocols, HTTP2: &http.HTTP2Config{MaxConcurrentStreams: maxStreams},
		ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, ErrorLog: o.Log,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	if o.Authority != nil {
		config, err := o.Authority.config()
		if err != nil {
			_ = l.Close()
			return fmt.Errorf("make a certificate: %w", err)
		}
		l = newSniffer(l, config)
	}
	over := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(over)
		shutdown(server, o.Grace)
	})
	err := server.Serve(l)
	if !stop() { // it has begun
		<-over
		return nil
	}
	_ = server.Close()
	return err
}

// shutdown lets answers be sent that are under way, for a moment.
func shutdown(server *http.Server, grace time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		_ = server.Close()
	}
}
