package config

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/source"
)

// A Setting is one thing that can be set. A row of the tables below says all
// there is to know of it.
type Setting struct {
	Key     string   // how people call it: in electric.yaml, for electric config get
	Group   string   // one of Groups
	InFile  bool     // electric.yaml has it
	Env     []string // variables that hold it; the first one set counts, the others are its former names
	Flag    string   // of the command line
	Default string   // "" for none
	Without string   // what holds without a value, in words
	Secret  bool     // the whole value is one; passwords in URLs are found without this
	Doc     string   // one line

	kind    kind
	list    bool                  // electric.yaml may have several; they are parted by commas elsewhere
	example string                // for electric.yaml, where there is no default
	set     func(*Config, string) // of those that are read without the environment
}

// Groups of settings, in the order they are shown.
const (
	Project  = "project"
	Database = "database"
	Libpq    = "libpq"
	Sync     = "sync server"
	Program  = "program"
)

// Groups says what the groups are.
var Groups = []struct{ Name, Doc string }{
	{Project, "Where things are. These are read from electric.yaml alone, so that every machine compiles the same."},
	{Database, "What apply, status, info, diff and compile --database-url work with."},
	{Libpq, "libpq's variables, as psql reads them. They fill in what the database's URL leaves open; without a URL they say it all."},
	{Sync, "Electric's own settings, by Electric's names. They configure the sync service; electric knows and checks them."},
	{Program, "How the program behaves. These are read from the process's environment, not from files."},
}

// settings are all there are, in the order they are shown.
var settings = slices.Concat(projectSettings, databaseSettings, libpqSettings, syncSettings, programSettings)

var projectSettings = []Setting{
	{
		Key: "migrations", InFile: true, Default: "schema", kind: text, Group: Project, Flag: "DIR",
		Doc: "The folder of SQL migrations.",
		set: func(c *Config, v string) { c.Migrations = v },
	},
	{
		Key: "out", InFile: true, Default: "_electric/migrations", kind: text, Group: Project, Flag: "--out",
		Doc: "The bundle that compile writes.",
		set: func(c *Config, v string) { c.Out = v },
	},
	{
		Key: "unmarked", InFile: true, kind: unmarked, Group: Project, Flag: "--unmarked",
		Without: "client, unless a migration has markers", example: "client",
		Doc: "Who gets SQL outside of transaction markers: client, server or error. Without this, clients do unless a migration has markers.",
		set: func(c *Config, v string) { c.Unmarked = source.Unmarked(v) },
	},
	{
		Key: "setup", InFile: true, kind: text, list: true, Group: Project, Flag: "--setup",
		Without: "supabase for a folder supabase/migrations, else none", example: "supabase",
		Doc: "What the database holds before the first migration: supabase, or files of SQL, one or a list; none for nothing.",
		set: func(c *Config, v string) { c.Setup = append(c.Setup, v) },
	},
}

var databaseSettings = []Setting{
	{
		Key: "database_url", InFile: true, Env: []string{"DATABASE_URL"}, kind: postgres, Group: Database, Flag: "--database-url",
		example: "postgres://${PGUSER}@localhost:5432/app",
		Doc:     "The database. ${NAME} stands for a variable of the environment or of .env: keep passwords there.",
	},
	{
		Key: "electric_url", InFile: true, Env: []string{"ELECTRIC_URL"}, kind: webURL, Group: Database,
		Without: "electric dev's or daemon's in this folder, else port ELECTRIC_PORT of localhost", example: "http://localhost:3000",
		Doc: "Where the sync server listens, for status and info.",
	},
}

var libpqSettings = variables(Libpq, []Setting{
	{Key: "PGHOST", kind: text, Without: "the Unix socket, else localhost", Doc: "Host, or folder of the Unix socket."},
	{Key: "PGPORT", kind: text, Default: "5432", Doc: "Port."},
	{Key: "PGDATABASE", kind: text, Without: "the user's name", Doc: "Name of the database."},
	{Key: "PGUSER", kind: text, Without: "the system's user", Doc: "Role to connect as."},
	{Key: "PGPASSWORD", kind: text, Secret: true, Doc: "Its password; a passfile is the better place."},
	{Key: "PGPASSFILE", kind: text, Without: "~/.pgpass", Doc: "File of passwords."},
	{Key: "PGSERVICE", kind: text, Doc: "Name of a service in PGSERVICEFILE."},
	{Key: "PGSERVICEFILE", kind: text, Without: "~/.pg_service.conf", Doc: "File of services."},
	{Key: "PGSSLMODE", kind: sslMode, Default: "prefer", Doc: "Whether TLS is used, and what is verified."},
	{Key: "PGSSLROOTCERT", kind: text, Doc: "Certificate authorities that servers are verified with."},
	{Key: "PGSSLCERT", kind: text, Doc: "The client's certificate."},
	{Key: "PGSSLKEY", kind: text, Doc: "The key of that certificate."},
	{Key: "PGSSLPASSWORD", kind: text, Secret: true, Doc: "The password of that key."},
	{Key: "PGSSLSNI", kind: oneOf("0", "1"), Default: "1", Doc: "Whether the host is named when TLS begins."},
	{Key: "PGSSLNEGOTIATION", kind: oneOf("postgres", "direct"), Default: "postgres", Doc: "How TLS begins."},
	{Key: "PGCHANNELBINDING", kind: oneOf("disable", "prefer", "require"), Default: "prefer", Doc: "Whether the login is bound to the TLS connection."},
	{Key: "PGREQUIREAUTH", kind: text, Doc: "Ways to log in that are accepted."},
	{Key: "PGTARGETSESSIONATTRS", kind: oneOf("any", "read-write", "read-only", "primary", "standby", "prefer-standby"), Default: "any", Doc: "Which of several hosts is wanted."},
	{Key: "PGCONNECT_TIMEOUT", kind: natural, Without: "5", Doc: "Seconds to wait for a server."},
	{Key: "PGAPPNAME", kind: text, Without: "electric", Doc: "What pg_stat_activity calls the connection."},
	{Key: "PGOPTIONS", kind: text, Doc: "Settings for the session, such as -c statement_timeout=1min."},
	{Key: "PGTZ", kind: text, Doc: "The session's time zone."},
})

var programSettings = variables(Program, []Setting{
	{Key: "NO_COLOR", kind: text, Flag: "--color", Doc: "Without colour when this is not empty."},
	{Key: "XDG_CACHE_HOME", kind: text, Without: "~/.cache", Doc: "Where the last compile is remembered, which saves time only."},
})

// variables completes rows of settings that only the environment holds, in a
// variable of their own name.
func variables(group string, rows []Setting) []Setting {
	for i := range rows {
		rows[i].Group, rows[i].Env = group, append([]string{rows[i].Key}, rows[i].Env...)
	}
	return rows
}

// Find finds a setting by its key or by a variable that holds it; letter case
// does not matter.
func Find(name string) (*Setting, bool) {
	for i := range settings {
		s := &settings[i]
		if strings.EqualFold(s.Key, name) || slices.ContainsFunc(s.Env, func(v string) bool { return strings.EqualFold(v, name) }) {
			return s, true
		}
	}
	return nil, false
}

// Keys are the keys of all settings.
func Keys() (keys []string) {
	for _, s := range settings {
		keys = append(keys, s.Key)
	}
	return keys
}

// fileSetting finds a setting of electric.yaml.
func fileSetting(key string) (*Setting, bool) {
	for i := range settings {
		if s := &settings[i]; s.InFile && s.Key == key {
			return s, true
		}
	}
	return nil, false
}

// fileKeys are the keys that electric.yaml may have.
func fileKeys() (keys []string) {
	for _, s := range settings {
		if s.InFile {
			keys = append(keys, s.Key)
		}
	}
	return keys
}
