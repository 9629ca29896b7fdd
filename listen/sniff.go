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
	done   chan struct{}
	once   sync.Once
	err    error
}

func newSniffer(l net.Listener, config *tls.Config) *sniffer {
	s := &sniffer{Listener: l, config: config, ready: make(chan net.Conn), done: make(chan struct{})}
	go s.accept()
	return s
}

func (s *sniffer) accept() {
	for {
		conn, err := s.Listener.Accept()
		switch {
		case err == nil:
			go s.sniff(conn)
		case passes(err):
			time.Sleep(acceptPause)
		default:
			s.end(err)
			return
		}
	}
}

// acceptPause is how long no connection is taken when there are too many.
const acceptPause = 20 * time.Millisecond

// passes reports whether connections can be taken again soon: there are too many
// open files, for instance. net/http, too, goes on then.
func passes(err error) bool {
	var temporary interface{ Temporary() bool }
	return errors.As(err, &temporary) && temporary.Temporary()
}

// sniff looks at a connection's first byte, without holding up the others.
func (s *sniffer) sniff(conn net.Conn) {
	var first [1]byte
	_ = conn.SetReadDeadline(time.Now().Add(sniffTimeout))
	if _, err := conn.Read(first[:]); err != nil {
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

// Accept gives the next connection.
func (s *sniffer) Accept() (net.Conn, error) {
	select {
	case conn := <-s.ready:
		return conn, nil
	case <-s.done:
		return nil, s.err
	}
}

func (s *sniffer) end(err error) {
	s.once.Do(func() {
		s.err = err
		close(s.done)
	})
}

// Close ends the listener.
func (s *sniffer) Close() error {
	err := s.Listener.Close()
	s.end(net.ErrClosed)
	return err
}

// begun is a connection whose first bytes were read. It stays one that the kernel
// can copy files to.
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
