package supervise

import "os/exec"

// An Account is whom a program runs as: on Windows always the caller.
type Account struct{}

// Unprivileged returns the caller.
func Unprivileged() (Account, error) { return Account{}, nil }

// Owner returns the caller.
func Owner(string) (Account, error) { return Account{}, nil }

// ID is 0: Windows has no user ids.
func (Account) ID() int { return 0 }

// IsCaller is true.
func (Account) IsCaller() bool { return true }

func (Account) String() string { return "this user" }

// Own does nothing: the file is the caller's already.
func (Account) Own(string) error { return nil }

// Owns is false: it is not known.
func (Account) Owns(string) bool { return false }

// CanEnter finds nothing against it.
func (Account) CanEnter(string) error { return nil }

// Command is [exec.Command].
func (Account) Command(name string, args ...string) *exec.Cmd { return exec.Command(name, args...) }
