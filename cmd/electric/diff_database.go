package main

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/config"
)

func isDatabaseURL(name string) bool {
	return strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://")
}

// databaseSide reads a live database's schema, our own bookkeeping left out.
// postgres:// alone is the database that the settings name.
func (a *app) databaseSide(ctx context.Context, c config.Config, named string) (*side, error) {
	url, ok, err := a.databaseURLOf(c, named, "an argument")
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, noDatabase()
	}
	conn, err := a.connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	s := &side{label: config.MaskURL(named), live: true}
	if s.schema, err = inspect(ctx, conn, nil); err != nil {
		return nil, worldOr(err)
	}
	s.recorded = recordedVersions(ctx, conn)
	return s, nil
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
