//go:build unix

package supervise

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// An Account is whom a program runs as. The zero Account is the caller; another one is for root only.
type Account struct {
	credential *syscall.Credential // nil: the caller
}

// Unprivileged returns the caller, or for root someone without rights: postgres or nobody. PostgreSQL refuses to run as
// root.
func Unprivileged() (Account, error) {
	if os.Getuid() != 0 {
		return Account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return Account{}, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return Account{}, err
		}
		return Account{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return Account{}, errors.New("root cannot run PostgreSQL, and there is no user postgres or nobody to run it as")
}

// Owner returns the owner of a file, for a program that is to use it: the caller if that is who it is.
func Owner(path string) (Account, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return Account{}, err
	}
	stat := info.Sys().(*syscall.Stat_t)
	if int(stat.Uid) == os.Getuid() {
		return Account{}, nil
	}
	return Account{&syscall.Credential{Uid: stat.Uid, Gid: stat.Gid}}, nil
}

// ID is the account's user id.
func (a Account) ID() int {
	if a.credential == nil {
		return os.Getuid()
	}
	return int(a.credential.Uid)
}

// IsCaller says whether the account is that of this process.
func (a Account) IsCaller() bool { return a.ID() == os.Getuid() }

// String is the user's name, or the number of one who has none.
func (a Account) String() string {
	id := strconv.Itoa(a.ID())
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return "uid " + id
}

// Own gives a file to the account.
func (a Account) Own(path string) error {
	if a.credential == nil {
		return nil
	}
	return os.Chown(path, int(a.credential.Uid), int(a.credential.Gid))
}

// Owns says whether a directory is the account's alone: its own, and closed to all others.
func (a Account) Owns(dir string) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || info.Mode().Perm()&0o077 != 0 {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == a.ID()
}

// CanEnter says whether the account reaches a directory, by going there: rights may come from more than the mode.
func (a Account) CanEnter(dir string) error {
	cmd := a.Command(shell, "-c", `cd -- "$1"`, "sh", dir)
	cmd.Dir = "/"
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("the user %s cannot enter %s", a, dir)
	}
	return err
}

// Command is [exec.Command] under the account.
func (a Account) Command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: a.credential}
	return cmd
}
