package config

import (
	"strings"
)

// syncSettings are those of the sync service.
var syncSettings = variables(Sync, []Setting{
	{Key: "ELECTRIC_POOLED_DATABASE_URL", Env: []string{"ELECTRIC_QUERY_DATABASE_URL"}, kind: postgres, Without: "DATABASE_URL", Doc: "The database for queries, through a pooler."},
	{Key: "ELECTRIC_DATABASE_USE_IPV6", kind: boolean, Default: "false", Doc: "Whether the database is reached by IPv6."},
	{Key: "ELECTRIC_DATABASE_CA_CERTIFICATE_FILE", kind: text, Doc: "Certificate authorities that the database's server is verified with."},
	{Key: "ELECTRIC_DB_POOL_SIZE", kind: count, Default: "20", Doc: "Connections for queries."},
	{Key: "ELECTRIC_DATABASE_TCP_KEEPALIVE_IDLE", kind: duration, Doc: "How long a connection is idle before it is probed."},
	{Key: "ELECTRIC_DATABASE_TCP_KEEPALIVE_INTERVAL", kind: duration, Doc: "Time between such probes."},
	{Key: "ELECTRIC_DATABASE_TCP_KEEPALIVE_COUNT", kind: count, Doc: "Probes without an answer before the connection is lost."},
	{Key: "ELECTRIC_DATABASE_TCP_USER_TIMEOUT", kind: duration, Doc: "How long sent data may stay without an answer."},
	{Key: "ELECTRIC_REPLICATION_STREAM_ID", kind: identity, Default: "default", Doc: "Suffix of publication and replication slot; one per Electric on a database."},
	{Key: "CLEANUP_REPLICATION_SLOTS_ON_SHUTDOWN", kind: boolean, Default: "false", Doc: "Whether the slot is temporary."},
	{Key: "ELECTRIC_TEMPORARY_REPLICATION_SLOT_USE_RANDOM_NAME", kind: boolean, Default: "false", Doc: "Whether a temporary slot gets a name of its own."},
	{Key: "ELECTRIC_REPLICATION_IDLE_TIMEOUT", kind: duration, Default: "0", Doc: "When to leave an idle database alone; 0 for never, else 30s or more."},
	{Key: "ELECTRIC_MANUAL_TABLE_PUBLISHING", kind: boolean, Default: "false", Doc: "Whether you add tables to the publication yourself."},
	{Key: "ELECTRIC_SECRET", kind: text, Secret: true, Doc: "What requests must carry. Either this or ELECTRIC_INSECURE is needed."},
	{Key: "ELECTRIC_INSECURE", kind: boolean, Default: "false", Doc: "Whether requests need no secret: for development."},
	{Key: "ELECTRIC_BIN", kind: text, Without: "Docker's image electricsql/electric", Doc: "An installed Electric, for --engine electric: a release's folder or its bin/electric."},
	{Key: "ELECTRIC_PORT", kind: port, Default: "3000", Flag: "--port", Doc: "Port for HTTP."},
	{Key: "ELECTRIC_LISTEN_ON_IPV6", kind: boolean, Default: "false", Doc: "Whether to listen on IPv6."},
	{Key: "ELECTRIC_TCP_SEND_TIMEOUT", kind: duration, Doc: "How long a client may take to accept data."},
	{Key: "ELECTRIC_TCP_READ_TIMEOUT", kind: duration, Doc: "How long a client may take to send its request."},
	{Key: "ELECTRIC_ENABLE_INTEGRATION_TESTING", kind: boolean, Default: "false", Doc: "Whether shapes can be deleted over HTTP."},
	{Key: "ELECTRIC_SHAPE_CHUNK_BYTES_THRESHOLD", kind: count, Default: "10485760", Doc: "Size of a shape log's chunks."},
	{Key: "ELECTRIC_CACHE_MAX_AGE", kind: natural, Default: "60", Doc: "Seconds that answers may be cached."},
	{Key: "ELECTRIC_CACHE_STALE_AGE", kind: natural, Default: "300", Doc: "Seconds that stale answers may be served while they are renewed."},
	{Key: "ELECTRIC_LONG_POLL_TIMEOUT", kind: duration, Default: "20000", Doc: "How long a live request waits for news."},
	{Key: "ELECTRIC_STORAGE", kind: storage, Default: "FAST_FILE", Doc: "Where shape logs are kept."},
	{Key: "ELECTRIC_STORAGE_DIR", kind: text, Without: ".electric/shapes, with --engine electric ./persistent", Doc: "Folder of shape logs and state."},
	{Key: "ELECTRIC_PERSISTENT_STATE", kind: stateKind, Default: "FILE", Doc: "Where the service's state is kept."},
	{Key: "ELECTRIC_MAX_SHAPES", kind: count, Without: "no limit", Doc: "Shapes at most."},
	{Key: "ELECTRIC_MAX_CONCURRENT_REQUESTS", kind: limits, Default: `{"initial":300,"existing":10000}`, Doc: "Requests at once."},
	{Key: "ELECTRIC_CLEANUP_INTERVAL_MS", kind: duration, Doc: "How often removed shapes' files are cleaned up."},
	{Key: "ELECTRIC_FLUSH_STALL_GRACE_PERIOD", kind: duration, Doc: "How long writing to storage may stall."},
	{Key: "ELECTRIC_SUBQUERY_BUFFER_MAX_TRANSACTIONS", kind: count, Doc: "Transactions buffered while a subquery's rows move."},
	{Key: "ELECTRIC_PROFILE_WHERE_CLAUSES", kind: boolean, Default: "false", Doc: "Whether filters are timed."},
	{Key: "ELECTRIC_FEATURE_FLAGS", kind: text, Doc: "Experimental features, separated by commas."},
	{Key: "ELECTRIC_INSTANCE_ID", kind: text, Without: "a random one", Doc: "What telemetry calls this instance."},
	{Key: "ELECTRIC_SERVICE_NAME", kind: text, Default: "electric", Doc: "What telemetry calls the service."},
	{Key: "ELECTRIC_DATABASE_ID", kind: text, Doc: "Names the storage's folder."},
	{Key: "ELECTRIC_LOG_LEVEL", kind: logLevel, Default: "info", Doc: "What is logged."},
	{Key: "ELECTRIC_LOG_COLORS", kind: boolean, Default: "true", Doc: "Whether the log is coloured."},
	{Key: "ELECTRIC_LOG_OTP_REPORTS", kind: boolean, Default: "false", Doc: "Whether the runtime's own reports are logged."},
	{Key: "ELECTRIC_PROMETHEUS_PORT", kind: port, Doc: "Port for Prometheus."},
	{Key: "ELECTRIC_STATSD_HOST", kind: text, Doc: "Host for StatsD."},
	{Key: "ELECTRIC_OTLP_ENDPOINT", kind: webURL, Doc: "Where OpenTelemetry goes."},
	{Key: "ELECTRIC_METRICS_SAMPLING_RATIO", kind: fraction, Doc: "Share of measurements that are kept."},
	{Key: "ELECTRIC_SYSTEM_METRICS_POLL_INTERVAL", kind: duration, Doc: "How often the system is measured."},
	{Key: "ELECTRIC_LIVE_DASHBOARD_PORT", kind: port, Doc: "Port of the runtime's dashboard."},
	{Key: "ELECTRIC_USAGE_REPORTING", kind: boolean, Default: "true", Doc: "Whether anonymous usage is reported."},
	{Key: "SENTRY_DSN", kind: text, Secret: true, Doc: "Where Sentry gets errors."},
	{Key: "ELECTRIC_SOURCE_ID", kind: text, Doc: "The source's id on Electric Cloud."},
})

// families are prefixes of settings too many or too short-lived to list. They
// are shown when they are set, and not checked.
var families = []struct{ prefix, doc string }{
	{"ELECTRIC_SHAPE_", "How shapes are kept, suspended and stored."},
	{"ELECTRIC_OTEL_", "OpenTelemetry."},
	{"ELECTRIC_HNY_", "Honeycomb."},
	{"ELECTRIC_TELEMETRY_", "What telemetry measures."},
	{"ELECTRIC_TWEAKS_", "Internals of the service."},
	{"ELECTRIC_EXPERIMENTAL_", "Experiments."},
	{"ELECTRIC_PUBLICATION_", "How the publication is altered."},
	{"ELECTRIC_PROCESS_", "The service's processes."},
	{"ELECTRIC_EXCLUDE_", "What telemetry leaves out."},
	{"ELECTRIC_AGENTS_", "electric-ax, another program named electric."},
	{"ELECTRIC_API_", "Electric Cloud."},
	{"ELECTRIC_DASHBOARD_", "Electric Cloud."},
	{"ELECTRIC_IMAGE_", "Tags of images."},
}

// secretName tells by its name a variable whose value nobody should see.
var secretName = pattern(`(?i)(KEY|SECRET|PASSWORD|PASSWD|TOKEN|DSN|HEADERS)$`)

// ofFamily makes a setting of a variable that only its prefix is known of.
func ofFamily(name string) (*Setting, bool) {
	for _, f := range families {
		if strings.HasPrefix(name, f.prefix) {
			return &Setting{Key: name, Group: Sync, Env: []string{name}, Doc: f.doc, Secret: secretName().MatchString(name), kind: text}, true
		}
	}
	return nil, false
}
