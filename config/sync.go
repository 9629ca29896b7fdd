package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/electric-cli/electric/diag"
)

// A SyncServer is what Electric's own settings come to, those that the embedded
// sync server follows. It holds the secret: see the package comment.
type SyncServer struct {
	PooledURL   string // "" for the database's own
	Stream      string
	Secret      string
	Insecure    bool
	Port        int
	IPv6        bool
	Delete      bool
	Chunk       int64
	MaxAge      int // seconds
	StaleAge    int // seconds
	LongPoll    time.Duration
	ReadTimeout time.Duration // 0 for the default
	SendTimeout time.Duration // 0 for the default
	Manual      bool
	PoolSize    int
	MaxShapes   int    // 0 for no limit
	StorageDir  string // "" when nobody set it
	LogLevel    string
	LogColours  bool
	CAFile      string
	Bin         string // an installed Electric
	DatabaseIP6 bool
}

// SyncServer reads Electric's settings. A value that is none ends in a
// diagnostic, as electric config check has it.
func (r *Resolver) SyncServer() (s SyncServer, problems []diag.Diagnostic) {
	problems = append(problems, r.Env.Problems...)
	masker := r.Masker()
	for _, row := range syncFields {
		setting, ok := Find(row.key)
		if !ok {
			panic("no setting " + row.key)
		}
		v := r.value(setting)
		v.Text = masker.Text(v.raw)
		problems = append(problems, mistakes(r.checkValue(v))...)
		if len(problems) == 0 {
			row.set(&s, v)
		}
	}
	return s, append(problems, r.checkTogether()...)
}

// Electric gives Electric's variables that are set, by Electric's names, for a
// process that reads them.
func (r *Resolver) Electric() map[string]string {
	vars := map[string]string{}
	for _, v := range r.electric() {
		vars[v.Setting.Env[0]] = v.raw
	}
	return vars
}

func (r *Resolver) electric() (list []Value) {
	for i := range settings {
		if s := &settings[i]; s.Group == Sync {
			if v := r.value(s); v.Set {
				list = append(list, v)
			}
		}
	}
	for _, name := range r.Env.names() {
		if _, listed := Find(name); listed {
			continue
		}
		if s, ok := ofFamily(name); ok {
			if v := r.value(s); v.Set {
				list = append(list, v)
			}
		}
	}
	return list
}

// syncFields say where each setting goes.
var syncFields = []struct {
	key string
	set func(*SyncServer, Value)
}{
	{"ELECTRIC_POOLED_DATABASE_URL", func(s *SyncServer, v Value) { s.PooledURL = v.raw }},
	{"ELECTRIC_REPLICATION_STREAM_ID", func(s *SyncServer, v Value) { s.Stream = v.raw }},
	{"ELECTRIC_SECRET", func(s *SyncServer, v Value) { s.Secret = v.raw }},
	{"ELECTRIC_INSECURE", func(s *SyncServer, v Value) { s.Insecure = yes(v) }},
	{"ELECTRIC_PORT", func(s *SyncServer, v Value) { s.Port = number(v) }},
	{"ELECTRIC_LISTEN_ON_IPV6", func(s *SyncServer, v Value) { s.IPv6 = yes(v) }},
	{"ELECTRIC_ENABLE_INTEGRATION_TESTING", func(s *SyncServer, v Value) { s.Delete = yes(v) }},
	{"ELECTRIC_SHAPE_CHUNK_BYTES_THRESHOLD", func(s *SyncServer, v Value) { s.Chunk = int64(number(v)) }},
	{"ELECTRIC_CACHE_MAX_AGE", func(s *SyncServer, v Value) { s.MaxAge = number(v) }},
	{"ELECTRIC_CACHE_STALE_AGE", func(s *SyncServer, v Value) { s.StaleAge = number(v) }},
	{"ELECTRIC_LONG_POLL_TIMEOUT", func(s *SyncServer, v Value) { s.LongPoll = span(v) }},
	{"ELECTRIC_TCP_READ_TIMEOUT", func(s *SyncServer, v Value) { s.ReadTimeout = span(v) }},
	{"ELECTRIC_TCP_SEND_TIMEOUT", func(s *SyncServer, v Value) { s.SendTimeout = span(v) }},
	{"ELECTRIC_MANUAL_TABLE_PUBLISHING", func(s *SyncServer, v Value) { s.Manual = yes(v) }},
	{"ELECTRIC_DB_POOL_SIZE", func(s *SyncServer, v Value) { s.PoolSize = number(v) }},
	{"ELECTRIC_MAX_SHAPES", func(s *SyncServer, v Value) { s.MaxShapes = number(v) }},
	{"ELECTRIC_STORAGE_DIR", func(s *SyncServer, v Value) {
		if v.Set {
			s.StorageDir = v.raw
		}
	}},
	{"ELECTRIC_LOG_LEVEL", func(s *SyncServer, v Value) { s.LogLevel = strings.ToLower(v.raw) }},
	{"ELECTRIC_LOG_COLORS", func(s *SyncServer, v Value) { s.LogColours = yes(v) }},
	{"ELECTRIC_DATABASE_CA_CERTIFICATE_FILE", func(s *SyncServer, v Value) { s.CAFile = v.raw }},
	{"ELECTRIC_BIN", func(s *SyncServer, v Value) { s.Bin = v.raw }},
	{"ELECTRIC_DATABASE_USE_IPV6", func(s *SyncServer, v Value) { s.DatabaseIP6 = yes(v) }},
}

func yes(v Value) bool { return v.raw == "1" || strings.EqualFold(v.raw, "true") }

// number reads what was checked to be one; "" is 0.
func number(v Value) int {
	n, _ := strconv.Atoi(v.raw)
	return n
}

var durationParts = pattern(`^(\d+(?:\.\d+)?)\s*([a-z]*)$`)

// units of a duration; without one it is milliseconds.
var units = map[string]time.Duration{
	"": time.Millisecond, "ms": time.Millisecond, "msec": time.Millisecond, "s": time.Second, "sec": time.Second,
	"m": time.Minute, "min": time.Minute, "h": time.Hour, "hr": time.Hour,
}

func span(v Value) time.Duration {
	parts := durationParts().FindStringSubmatch(v.raw)
	if parts == nil {
		return 0
	}
	var n float64
	_, _ = fmt.Sscan(parts[1], &n)
	return time.Duration(n * float64(units[parts[2]]))
}
