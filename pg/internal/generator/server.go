//go:build unix

package generator

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/electric-cli/electric/internal/freeport"
)

// A server is a private PostgreSQL in a temporary folder.
type server struct {
	dsn   string
	dir   string
	pgctl string
	as    *syscall.Credential // nil when not called by root
}

// startServer initialises and starts a server from the binaries in bin. The
// server refuses to run as root, so root hands it to the user postgres or nobody.
func startServer(bin string) (*server, error) {
	bin, err := binaries(bin)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "electric-generate-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, pgctl: filepath.Join(bin, "pg_ctl")}
	if err := s.start(bin); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *server) start(bin string) error {
	if os.Geteuid() == 0 {
		if err := s.dropRoot(); err != nil {
			return err
		}
	}
	port, err := freeport.Find()
	if err != nil {
		return err
	}
	data := filepath.Join(s.dir, "data")
	if err := s.run(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"); err != nil {
		return err
	}
	options := fmt.Sprintf("-p %d -k %s -c listen_addresses=127.0.0.1 -c fsync=off", port, s.dir)
	if err := s.run(s.pgctl, "-D", data, "-l", filepath.Join(s.dir, "log"), "-o", options, "-w", "start"); err != nil {
		return err
	}
	s.dsn = fmt.Sprintf("host=%s port=%d user=postgres dbname=postgres", s.dir, port)
	return nil
}

// stop ends the server and removes its folder.
func (s *server) stop() {
	if s.dsn != "" {
		_ = s.run(s.pgctl, "-D", filepath.Join(s.dir, "data"), "-m", "immediate", "-w", "stop")
	}
	_ = os.RemoveAll(s.dir)
}

func (s *server) run(name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	if out, err := cmd.Output(); err != nil {
		return fmt.Errorf("run %s: %w\n%s", name, err, out)
	}
	return nil
}

func (s *server) dropRoot() error {
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return fmt.Errorf("find an unprivileged user: %w", err)
		}
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	s.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(s.dir, uid, gid)
}

// binaries finds the folder of PostgreSQL 15's programs.
func binaries(bin string) (string, error) {
	if bin != "" {
		return bin, nil
	}
	const debian = "/usr/lib/postgresql/15/bin"
	if _, err := os.Stat(filepath.Join(debian, "initdb")); err == nil {
		return debian, nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", fmt.Errorf("find PostgreSQL's programs: %w", err)
	}
	return filepath.Dir(path), nil
}
