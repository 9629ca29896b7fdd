package engine

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/electric-cli/electric/supervise"
)

const (
	insidePort = 3000 // Electric's port in a container with a network of its own
	hostName   = "host.docker.internal"

	dockerTimeout = 10 * time.Second // for an answer of Docker's daemon
)

// useDocker runs the image.
//
// What this machine calls localhost is host.docker.internal in a container. On Linux that is an address of Docker's
// bridge, on which a Postgres that listens on 127.0.0.1 is not; there, with such a database, the container gets the
// machine's own network instead. The container's files end with it: Electric reads the shapes anew after a restart.
func (e *Engine) useDocker(ctx context.Context) error {
	docker, err := exec.LookPath(e.opts.Docker)
	if err != nil {
		return errors.New("no Electric to run: set ELECTRIC_BIN to the bin/electric of a release, or install Docker; the embedded engine needs neither")
	}
	if docker, err = filepath.Abs(docker); err != nil {
		return err
	}
	platform, err := dockerPlatform(ctx, docker, e.opts.Environ)
	if err != nil {
		return err
	}
	e.name = fmt.Sprintf("Docker image %s", e.opts.Image)
	network := bridge
	if platform == native && anyLocal(e.opts.Settings) {
		network = host
	}
	settings, args, err := network(e.opts)
	if err != nil {
		return err
	}
	mounts, err := mountFiles(settings)
	if err != nil {
		return err
	}
	for _, name := range notInside {
		delete(settings, name)
	}
	container := "electric-" + strings.ToLower(rand.Text()[:10])
	args = slices.Concat([]string{"run", "--rm", "--name", container}, args, mounts)
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		args = append(args, "--env", name) // the value is in the environment
	}
	e.command = supervise.Command{
		Path: docker, Args: append(args, e.opts.Image), Env: environ(e.opts.Environ, settings),
		After: []string{docker, "rm", "--force", container},
	}
	return nil
}

// A platform is where Docker runs its containers.
type platform int

const (
	native  platform = iota // on this machine's kernel
	virtual                 // in a virtual machine, whose network is not ours
)

// dockerPlatform asks Docker where it runs, and by that whether it does.
func dockerPlatform(ctx context.Context, docker string, env []string) (platform, error) {
	ctx, cancel := context.WithTimeout(ctx, dockerTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, docker, "version", "--format", "{{.Server.Platform.Name}}")
	cmd.Env = environ(env, nil)
	cmd.WaitDelay = time.Second
	var words bytes.Buffer
	cmd.Stderr = &words
	out, err := cmd.Output()
	switch {
	case ctx.Err() != nil:
		return 0, fmt.Errorf("Docker does not answer: %w", ctx.Err())
	case err != nil:
		return 0, fmt.Errorf("Docker does not work, and ELECTRIC_BIN is not set: %w\n%s", err, strings.TrimSpace(words.String()))
	case runtime.GOOS != "linux" || strings.Contains(string(out), "Desktop"):
		return virtual, nil
	}
	return native, nil
}

// host is the machine's own network: localhost is what it is here. Electric listens on all of its addresses.
func host(opts Options) (settings map[string]string, args []string, err error) {
	return with(opts.Settings, map[string]string{"ELECTRIC_PORT": strconv.Itoa(opts.Port)}), []string{"--network", "host"}, nil
}

// bridge is a network of the container's own, which reaches this machine by a name.
func bridge(opts Options) (settings map[string]string, args []string, err error) {
	settings = with(opts.Settings, map[string]string{"ELECTRIC_PORT": strconv.Itoa(insidePort)})
	for _, name := range addresses {
		if value := settings[name]; value != "" {
			if settings[name], err = fromInside(value); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return settings, []string{
		"--publish", fmt.Sprintf("127.0.0.1:%d:%d", opts.Port, insidePort),
		"--add-host", hostName + ":host-gateway",
	}, nil
}

// addresses are the settings that name another machine, which may be this one.
var addresses = []string{
	"DATABASE_URL", "ELECTRIC_POOLED_DATABASE_URL", "ELECTRIC_QUERY_DATABASE_URL", "ELECTRIC_OTLP_ENDPOINT", "ELECTRIC_STATSD_HOST",
}

// files are the settings that name a file to read.
var files = []string{"ELECTRIC_DATABASE_CA_CERTIFICATE_FILE"}

// notInside are the settings that name folders of this machine to write to.
var notInside = []string{"ELECTRIC_STORAGE_DIR", "ELECTRIC_SHAPE_DB_STORAGE_DIR"}

// mountFiles lets the container read the files that settings name, under the same path.
func mountFiles(settings map[string]string) (args []string, err error) {
	for _, name := range files {
		if settings[name] == "" {
			continue
		}
		path, err := filepath.Abs(settings[name])
		if err != nil {
			return nil, err
		}
		inside := "/mnt/" + strings.ToLower(name)
		settings[name] = inside
		args = append(args, "--mount", fmt.Sprintf("type=bind,%s,target=%s,readonly", field("source="+path), inside))
	}
	return args, nil
}

// field quotes a field of a line of comma-separated values.
func field(text string) string {
	if strings.ContainsAny(text, `,"`) {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}

// anyLocal says whether a setting names this machine.
func anyLocal(settings map[string]string) bool {
	return slices.ContainsFunc(addresses, func(name string) bool {
		inside, err := fromInside(settings[name])
		return err == nil && inside != settings[name]
	})
}

// fromInside returns a URL or a host as a container has to call it. Errors do not quote it: it may hold a password.
func fromInside(value string) (string, error) {
	if !strings.Contains(value, "://") {
		if isLocal(value) {
			return hostName, nil
		}
		return value, nil
	}
	u, err := url.Parse(value)
	if err != nil {
		return "", errors.New("is not a URL")
	}
	if !isLocal(u.Hostname()) {
		return value, nil
	}
	u.Host = hostName + strings.TrimPrefix(u.Host, hostOnly(u))
	return u.String(), nil
}

// hostOnly is a URL's host without the port, with the brackets of IPv6.
func hostOnly(u *url.URL) string {
	if port := u.Port(); port != "" {
		return strings.TrimSuffix(u.Host, ":"+port)
	}
	return u.Host
}

func isLocal(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}
