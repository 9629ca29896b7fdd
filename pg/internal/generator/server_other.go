//go:build !unix

package generator

import "errors"

// A server is one that startServer would have started.
type server struct{ dsn string }

func startServer(string) (*server, error) {
	return nil, errors.New("no server is started on this platform: give one by -dsn")
}

func (s *server) stop() {}
