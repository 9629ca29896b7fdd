package config

import (
	"slices"
	"strings"
)

// An ignored variable is one that something else reads or once read.
type ignored struct {
	names   []string
	who     string // whose it was, or why it is not read
	instead string // a full sentence: what replaced it
	generic bool   // other programs have a variable of that name: only told beside a certain one
}

const (
	old      = "today's Electric ignores it"
	noProxy  = "There is no proxy any more: run migrations against Postgres itself, with electric migrate apply."
	noWrites = "Electric only reads: writes go through your own API to Postgres."
	auth     = "Set ELECTRIC_SECRET, or ELECTRIC_INSECURE=true for development, and check users in a proxy of your own before Electric."
	intoURL  = "Put it into DATABASE_URL."
	docker   = "Nothing is needed: this program starts no containers."
	bundled  = "Nothing is needed: the bundle takes the generated client's place."
)

// ignoredVariables are what configured Electric up to 0.12, and what libpq reads
// but pgx does not.
var ignoredVariables = []ignored{
	{names: list("ELECTRIC_WRITE_TO_PG_MODE"), instead: noWrites},
	{names: list("PG_PROXY_PASSWORD PG_PROXY_PORT PG_PROXY_LOG_LEVEL ELECTRIC_PG_PROXY_PASSWORD ELECTRIC_PG_PROXY_PORT ELECTRIC_PG_PROXY_HOST ELECTRIC_PROXY PROXY_TRACING_ENABLE"), instead: noProxy},
	{names: list("AUTH_MODE AUTH_JWT_ALG AUTH_JWT_KEY AUTH_JWT_KEY_IS_BASE64_ENCODED AUTH_JWT_NAMESPACE AUTH_JWT_ISS AUTH_JWT_AUD " +
		"ELECTRIC_AUTH_MODE ELECTRIC_AUTH_JWT_ALG ELECTRIC_AUTH_JWT_KEY ELECTRIC_AUTH_JWT_NAMESPACE ELECTRIC_AUTH_JWT_ISS ELECTRIC_AUTH_JWT_AUD"), instead: auth},
	{names: list("LOGICAL_PUBLISHER_HOST LOGICAL_PUBLISHER_PORT ELECTRIC_LOGICAL_PUBLISHER_HOST ELECTRIC_LOGICAL_PUBLISHER_PORT"), instead: "Nothing is needed: Electric connects to Postgres, never the other way round."},
	{names: list("ELECTRIC_HTTP_PORT"), instead: "Set ELECTRIC_PORT."},
	{names: list("ELECTRIC_SERVICE ELECTRIC_SERVICE_HOST"), instead: "Set ELECTRIC_URL."},
	{names: list("ELECTRIC_DATABASE_URL ELECTRIC_DATABASE_HOST ELECTRIC_DATABASE_PORT ELECTRIC_DATABASE_USER ELECTRIC_DATABASE_PASSWORD ELECTRIC_DATABASE_NAME"), instead: intoURL},
	{names: list("DATABASE_REQUIRE_SSL ELECTRIC_DATABASE_REQUIRE_SSL"), instead: "Add ?sslmode=require to DATABASE_URL."},
	{names: list("ELECTRIC_USE_IPV6"), instead: "Set ELECTRIC_LISTEN_ON_IPV6."},
	{names: list("DATABASE_USE_IPV6"), instead: "Set ELECTRIC_DATABASE_USE_IPV6."},
	{names: list("ELECTRIC_FEATURES"), instead: "Set ELECTRIC_FEATURE_FLAGS."},
	{names: list("ELECTRIC_TELEMETRY"), instead: "Set ELECTRIC_USAGE_REPORTING."},
	{names: list("ELECTRIC_CLIENT_PATH ELECTRIC_MODULE_RESOLUTION"), instead: bundled},
	{names: list("ELECTRIC_WITH_POSTGRES ELECTRIC_POSTGRESQL_IMAGE ELECTRIC_ELECTRIC_IMAGE ELECTRIC_IMAGE ELECTRIC_CONTAINER_NAME POSTGRESQL_IMAGE"), instead: docker},
	{names: list("ELECTRIC_RESUMABLE_WAL_WINDOW ELECTRIC_TXN_CACHE_SIZE"), instead: "Nothing is needed: shape logs are kept on disk."},
	{names: list("ELECTRIC_STATE_HOME ELECTRIC_CONSOLE_URL"), instead: "Nothing is needed: there is no console to log in to."},
	{names: list("HTTP_PORT"), instead: "Set ELECTRIC_PORT.", generic: true},
	{names: list("LOG_LEVEL"), instead: "Set ELECTRIC_LOG_LEVEL.", generic: true},
	{names: list("STATSD_HOST"), instead: "Set ELECTRIC_STATSD_HOST.", generic: true},
	{names: list("OTLP_ENDPOINT OTEL_EXPORT METRICS_MEASUREMENT_PERIOD"), instead: "Set ELECTRIC_OTLP_ENDPOINT.", generic: true},
	{names: list("HONEYCOMB_API_KEY"), instead: "Set ELECTRIC_HNY_API_KEY.", generic: true},
	{names: list("DATABASE_HOST DATABASE_PORT DATABASE_USER DATABASE_PASSWORD DATABASE_NAME"), instead: intoURL, generic: true},
	{names: list("PGHOSTADDR"), who: "it is not read, though libpq does", instead: "Set PGHOST: it may be an address too."},
	{names: list("PGGSSENCMODE PGKRBSRVNAME PGSSLCRL PGSSLCRLDIR PGREQUIREPEER"), who: "it is not read, though libpq does", instead: "Leave it away for electric.", generic: true},
}

func list(names string) []string { return strings.Fields(names) }

// findIgnored finds an ignored variable.
func findIgnored(name string) (ignored, bool) {
	for _, x := range ignoredVariables {
		if slices.Contains(x.names, name) {
			if x.who == "" {
				x.who = old
			}
			return x, true
		}
	}
	return ignored{}, false
}

// Ignored says of a variable that is not read why, and what to do instead.
func Ignored(name string) (why, instead string, ok bool) {
	x, ok := findIgnored(name)
	return x.who, x.instead, ok
}
