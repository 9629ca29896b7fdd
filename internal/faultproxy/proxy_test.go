package faultproxy_test

import (
	"bufio"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/faultproxy"
)

// echo is a server that sends back what it gets.
func echo(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(conn, conn); conn.Close() }()
		}
	}()
	return l.Addr().String()
}

// A line is a connection that says lines and hears them again.
type line struct {
	net.Conn
	answers *bufio.Reader
}

func dial(t *testing.T, p *faultproxy.Proxy) *line {
	conn, err := net.Dial("tcp", p.Addr())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return &line{conn, bufio.NewReader(conn)}
}

// patience is how long an answer may take, on a busy machine.
const patience = 20 * time.Second

func (l *line) ask(text string, patience time.Duration) (string, error) {
	if _, err := io.WriteString(l, text+"\n"); err != nil {
		return "", err
	}
	_ = l.SetReadDeadline(time.Now().Add(patience))
	return l.answers.ReadString('\n')
}

func TestProxy(t *testing.T) {
	p := faultproxy.New(t, echo(t))
	hears := func(l *line, text string) {
		t.Helper()
		answer, err := l.ask(text, patience)
		require.NoError(t, err)
		require.Equal(t, text+"\n", answer)
	}
	silent := func(l *line, text string) {
		t.Helper()
		_, err := l.ask(text, 200*time.Millisecond)
		require.ErrorContains(t, err, "timeout")
	}
	ended := func(l *line) {
		t.Helper()
		_, err := l.ask("anybody?", patience)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "timeout")
	}

	first := dial(t, p)
	hears(first, "one")

	p.Stall()
	silent(first, "two")
	second := dial(t, p)
	silent(second, "three")
	p.Heal()
	_ = first.SetReadDeadline(time.Now().Add(patience))
	held, err := first.answers.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "two\n", held, "what was held back arrives")

	p.HalfOpen()
	silent(first, "four")
	hears(dial(t, p), "five")

	third := dial(t, p)
	hears(third, "six")
	p.Cut()
	ended(third)
	ended(dial(t, p))
	p.Heal()
	hears(dial(t, p), "seven")
	p.Drop()
	hears(dial(t, p), "eight")
}
