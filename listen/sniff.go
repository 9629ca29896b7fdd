package listen

import (
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"
)

// sniffTimeout is how long a connection may take for its first byte.
const sniffTimeout = 10 * time.Second

// handshake is the first byte of every TLS connection.
const handshake = 0x16

// A sniffer is a listener whose connections are TLS if they begin as such.
type sniffer struct {
	net.Listener
	config *tls.Config
	ready  chan net.Conn
	done   chan struct{} // closed at the end

	mu     sync.Mutex // guards the rest
	silent map[net.Conn]struct{}
	ended  bool
	err    error
}

func newSniffer(l net.Listener, config *tls.Config) *sniffer {
	s := &sniffer{Listener: l, config: config, ready: make(chan net.Conn), done: make(chan struct{}), silent: map[net.Conn]struct{}{}}
	go s.accept()
	return s
}

// Pauses after an error that passes, as when there are too many open files.
const (
	firstPause = 5 * time.Millisecond
	lastPause  = time.Second
)

func (s *sniffer) accept() {
	pause := firstPause
	for {
		conn, err := s.Listener.Accept()
		if err == nil {
			pause = firstPause
			go s.sniff(conn)
			continue
		}
		if !passing(err) {
			s.end(err)
			return
		}
		select {
		case <-time.After(pause):
			pause = min(2*pause, lastPause)
		case <-s.done:
			return
		}
	}
}

// passing reports whether an error goes away: net/http asks in the same way.
func passing(err error) bool {
	var temporary interface{ Temporary() bool }
	return errors.As(err, &temporary) && temporary.Temporary()
}

// sniff looks at a connection's first byte, without holding up the others.
func (s *sniffer) sniff(conn net.Conn) {
	if !s.await(conn) {
		_ = conn.Close()
		return
	}
	var first [1]byte
	_ = conn.SetReadDeadline(time.Now().Add(sniffTimeout))
	_, err := conn.Read(first[:])
	s.heard(conn)
	if err != nil {
		_ = conn.Close()
		return
	}
	_ = conn.SetReadDeadline(time.Time{})
	var known net.Conn = &begun{TCPConn: conn.(*net.TCPConn), first: first[:]}
	if first[0] == handshake {
		known = tls.Server(known, s.config)
	}
	select {
	case s.ready <- known:
	case <-s.done:
		_ = conn.Close()
	}
}

// await notes a connection whose first byte is waited for; false after the end.
func (s *sniffer) await(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.silent[conn] = struct{}{}
	}
	return !s.ended
}

func (s *sniffer) heard(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.silent, conn)
}

// Accept gives the next connection.
func (s *sniffer) Accept() (net.Conn, error) {
	select {
	case conn := <-s.ready:
		return conn, nil
	case <-s.done:
		s.mu.Lock()
		defer s.mu.Unlock()
		return nil, s.err
	}
}

// end ends the listener, and the connections that have said nothing yet.
func (s *sniffer) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return
	}
	s.ended, s.err = true, err
	close(s.done)
	for conn := range s.silent {
		_ = conn.Close()
	}
}

// Close ends the listener.
func (s *sniffer) Close() error {
	err := s.Listener.Close()
	s.end(net.ErrClosed)
	return err
}

// begun is a connection whose first byte was read. It stays one that the kernel
// can copy files to: ReadFrom is the TCP connection's.
type begun struct {
	*net.TCPConn
	first []byte
}

func (b *begun) Read(p []byte) (int, error) {
	if len(b.first) > 0 && len(p) > 0 {
		n := copy(p, b.first)
		b.first = b.first[n:]
		return n, nil
	}
	return b.TCPConn.Read(p)
}
