package pgtest

import "os/exec"

// An account is the user a server runs as. On Windows no server is started: tests use an existing one.
type account struct{}

func unprivileged() (account, error) {
	return account{}, &missingError{"on Windows set " + databaseURL + " to test with PostgreSQL"}
}

func (account) id() int          { return 0 }
func (account) own(string) error { return nil }
func (account) owns(string) bool { return false }
func detach(*exec.Cmd)           {}
func locale() string             { return "C" }

func (account) command(name string, args ...string) *exec.Cmd { return exec.Command(name, args...) }
