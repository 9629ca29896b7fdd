package engine

import (
	"maps"
	"slices"
	"strings"
)

// isElectrics says whether a variable is one that Electric reads, so that it comes from the settings only.
func isElectrics(name string) bool {
	switch name {
	case "DATABASE_URL", "CLEANUP_REPLICATION_SLOTS_ON_SHUTDOWN":
		return true
	}
	return strings.HasPrefix(name, "ELECTRIC_")
}

// environ is the environment with the settings in place of what it has of Electric's.
func environ(base []string, settings map[string]string) []string {
	var env []string
	for _, variable := range base {
		name, _, _ := strings.Cut(variable, "=")
		if _, set := settings[name]; !set && !isElectrics(name) {
			env = append(env, variable)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		env = append(env, name+"="+settings[name])
	}
	return env
}

// with returns the settings with others in their place, and with defaults for what is not set: Erlang's runtime starts
// no daemon that would outlive it (RELEASE_DISTRIBUTION), and a log that is not a terminal has no colours.
func with(settings, others map[string]string) map[string]string {
	all := map[string]string{"ELECTRIC_LOG_COLORS": "false", "RELEASE_DISTRIBUTION": "none"}
	maps.Copy(all, settings)
	maps.Copy(all, others)
	return all
}
