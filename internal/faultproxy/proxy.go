// Package faultproxy is a TCP proxy for tests whose network can be broken, and
// mended.
//
//	proxy := faultproxy.New(t, "127.0.0.1:5432")
//	… connect to proxy.Addr() …
//	proxy.Stall() // a black hole: nothing arrives, nobody is told
//	proxy.Heal()
//
// It imports nothing of ours.
package faultproxy

import (
	"net"
	"sync"
	"testing"
	"time"
)

// A Proxy passes on what it gets, until it is told to do something worse.
type Proxy struct {
	target   string
	listener net.Listener

	mu     sync.Mutex // guards the rest
	closed bool
	cut    bool
	open   chan struct{} // closed while bytes pass
	links  map[*link]bool
}

// A link is a connection and the one that it is passed on to.
type link struct {
	near, far net.Conn
	half      bool // the far end is gone, and nobody has told the near one
}

// New starts a proxy, which ends with the test.
func New(t testing.TB, target string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{target: target, listener: l, open: make(chan struct{}), links: map[*link]bool{}}
	close(p.open)
	go p.accept()
	t.Cleanup(p.end)
	return p
}

// Addr is where it listens, host:port.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Cut ends all connections, and every new one at once.
func (p *Proxy) Cut() {
	p.mu.Lock()
	p.cut = true
	p.mu.Unlock()
	p.Drop()
}

// Drop ends all connections; new ones are welcome.
func (p *Proxy) Drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		l.close()
	}
}

// Stall has nothing pass: connections stay, and new ones are taken and left
// alone.
func (p *Proxy) Stall() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.open:
		p.open = make(chan struct{})
	default:
	}
}

// HalfOpen ends all connections at their far end only: nobody tells the near one,
// whose bytes go nowhere. New ones are welcome.
func (p *Proxy) HalfOpen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		l.half = true
		if l.far != nil {
			_ = l.far.Close()
		}
	}
}

// Heal mends Cut and Stall: what was held back passes.
func (p *Proxy) Heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = false
	p.heal()
}

func (p *Proxy) heal() {
	select {
	case <-p.open:
	default:
		close(p.open)
	}
}

func (p *Proxy) end() {
	p.mu.Lock()
	p.closed = true
	p.heal()
	p.mu.Unlock()
	_ = p.listener.Close()
	p.Drop()
}

func (p *Proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.serve(&link{near: conn})
	}
}

func (p *Proxy) serve(l *link) {
	p.mu.Lock()
	refuse := p.cut || p.closed
	p.links[l] = !refuse
	p.mu.Unlock()
	defer p.forget(l)
	if refuse {
		return
	}
	p.pass()
	far, err := net.DialTimeout("tcp", p.target, 5*time.Second)
	if err != nil {
		return
	}
	p.mu.Lock()
	l.far = far
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { p.pump(l, far, l.near) })
	both.Go(func() { p.pump(l, l.near, far) })
	both.Wait()
}

// pump copies one way until either end is closed. What the near end of a link
// that is half open sends is thrown away.
func (p *Proxy) pump(l *link, to, from net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		p.pass()
		if p.isHalf(l) {
			if from == l.far {
				return
			}
		} else if _, failed := to.Write(buffer[:n]); failed != nil && !p.isHalf(l) {
			err = failed
		}
		if err != nil {
			l.close()
			return
		}
	}
}

// pass waits until bytes pass.
func (p *Proxy) pass() {
	for {
		p.mu.Lock()
		open := p.open
		p.mu.Unlock()
		<-open
		p.mu.Lock()
		same := open == p.open
		p.mu.Unlock()
		if same {
			return
		}
	}
}

func (p *Proxy) isHalf(l *link) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return l.half
}

func (p *Proxy) forget(l *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	l.close()
	delete(p.links, l)
}

func (l *link) close() {
	_ = l.near.Close()
	if l.far != nil {
		_ = l.far.Close()
	}
}
