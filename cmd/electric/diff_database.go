package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/database"
)

// connectTimeout is how long to wait for a server, unless the URL or the environment says otherwise.
const connectTimeout = 10 * time.Second

func isDatabaseURL(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// databaseSide reads a live database's schema, our own bookkeeping left out.
func (a *app) databaseSide(ctx context.Context, rawURL string) (*side, error) {
	m, err := maskOf(rawURL)
	if err != nil {
		return nil, err
	}
	conf, err := pgx.ParseConfig(rawURL)
	if err != nil {
		return nil, misuse("%s is not a database URL that can be understood", m.url)
	}
	if conf.Password != "" {
		m.secrets = append(m.secrets, conf.Password)
	}
	if conf.ConnectTimeout == 0 {
		conf.ConnectTimeout = connectTimeout
	}
	s := &side{label: m.url, live: true}
	if err := s.inspect(ctx, conf); err != nil {
		return nil, outside(m.error(err))
	}
	return s, nil
}

func (s *side) inspect(ctx context.Context, conf *pgx.ConnConfig) error {
	conn, err := pgx.ConnectConfig(ctx, conf)
	if err != nil {
		return fmt.Errorf("connect to %s: %w", s.label, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if s.schema, err = database.InspectWith(ctx, conn, database.Options{Exclude: []string{"_electric"}}); err != nil {
		return err
	}
	s.recorded = recordedVersions(ctx, conn)
	return nil
}

// recordedVersions gives the versions that the database says it has; nil when it does not say, or not to this role.
func recordedVersions(ctx context.Context, conn *pgx.Conn) map[string]string {
	rows, err := conn.Query(ctx, "SELECT version, checksum FROM _electric.schema_versions")
	if err != nil {
		return nil
	}
	recorded := map[string]string{}
	var version, checksum string
	if _, err := pgx.ForEachRow(rows, []any{&version, &checksum}, func() error {
		recorded[version] = checksum
		return nil
	}); err != nil {
		return nil
	}
	return recorded
}

// A mask keeps the secrets of a database URL out of all that is said.
type mask struct {
	url     string // without them
	secrets []string
}

const masked = "xxxxx"

// maskOf reads a URL's secrets. One that cannot be read is refused, and nothing of it is shown: where its password
// ends is not known then.
func maskOf(rawURL string) (mask, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.User == nil && strings.Contains(rawURL, "@") {
		return mask{}, misuse("the database URL cannot be understood: write characters like / @ : # %% in its password as %%2F %%40 %%3A %%23 %%25")
	}
	var m mask
	if password, ok := u.User.Password(); ok {
		_, written, _ := strings.Cut(u.User.String(), ":")
		m.secrets = append(m.secrets, written, password, url.PathEscape(password), url.QueryEscape(password))
		u.User = url.UserPassword(u.User.Username(), masked)
	}
	query := u.Query()
	for _, key := range []string{"password", "sslpassword"} {
		if v := query.Get(key); v != "" {
			m.secrets = append(m.secrets, v, url.QueryEscape(v))
			query.Set(key, masked)
			u.RawQuery = query.Encode()
		}
	}
	m.url = u.String()
	return m, nil
}

// error is err with the secrets replaced.
func (m mask) error(err error) error {
	text := err.Error()
	for _, s := range m.secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, masked)
		}
	}
	return errors.New(text)
}
