package database

import (
	"net/url"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
)

const defaultPublication = "electric_publication_default"

func open(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := Connect(t.Context(), address, ConnectOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(t.Context()) })
	return conn
}

// A setup is read beside the record, and the connection is free for other things
// afterwards.
func TestSurvey(t *testing.T) {
	conn := open(t, pgtest.StartWith(t, pgtest.Options{Settings: []string{"wal_level=logical"}}).Database(t))
	h, s, err := Survey(t.Context(), conn, defaultPublication)
	require.NoError(t, err)
	require.False(t, h.Recorded)
	require.Equal(t, "logical", s.WALLevel)
	require.Equal(t, conn.Config().Database, s.Name)
	require.Regexp(t, `^\d{15,20}$`, s.System)
	require.NotZero(t, s.OID)
	require.Less(t, s.Slots, s.SlotsMax)
	require.Less(t, s.Senders, s.SendersMax)
	require.True(t, s.MayReplicate && s.MayCreate)
	require.False(t, s.Standby || s.Replicated)
	require.Nil(t, s.Publication)

	require.NoError(t, EnsureTables(t.Context(), conn))
	for _, sql := range []string{
		"INSERT INTO _electric.schema_versions VALUES ('1', 'a', 'b', 's1:', 'y1:', 'c')",
		"CREATE PUBLICATION electric_publication_default WITH (publish = 'insert')",
		"SELECT pg_create_logical_replication_slot('electric_slot_survey', 'pgoutput', true)",
	} {
		_, err = conn.Exec(t.Context(), sql)
		require.NoError(t, err, sql)
	}
	h, s, err = Survey(t.Context(), conn, defaultPublication)
	require.NoError(t, err)
	require.Len(t, h.Rows, 1)
	require.Equal(t, &PublicationState{Name: defaultPublication, Complete: false}, s.Publication)
	require.True(t, s.Replicated)
	again, err := Identify(t.Context(), conn, "another")
	require.NoError(t, err)
	require.Equal(t, Same, s.Like(again.ID))
	require.Nil(t, again.Publication)
}

// A role that may do nothing reads it all but what it is kept from.
func TestSurveyAsGuest(t *testing.T) {
	address := pgtest.Start(t).DatabaseAlone(t)
	owner := open(t, address)
	for _, sql := range []string{
		"CREATE ROLE survey_guest LOGIN PASSWORD 'guest-password'", "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC",
	} {
		_, err := owner.Exec(t.Context(), sql)
		require.NoError(t, err, sql)
	}
	u, err := url.Parse(address)
	require.NoError(t, err)
	u.User = url.UserPassword("survey_guest", "guest-password")
	guest := open(t, u.String())
	h, s, err := Survey(t.Context(), guest, defaultPublication)
	require.NoError(t, err)
	require.NotNil(t, h)
	require.Empty(t, s.System)
	require.Equal(t, "survey_guest", s.Role)
	require.False(t, s.MayReplicate || s.MayCreate)
	_, full, err := Survey(t.Context(), owner, defaultPublication)
	require.NoError(t, err)
	require.NotEmpty(t, full.System)
	require.Equal(t, Same, s.Like(full.ID), "the moment of the start tells it as well")
	_, err = guest.Exec(t.Context(), "SELECT 1")
	require.NoError(t, err)
}

func TestLike(t *testing.T) {
	start := time.Date(2026, 1, 5, 10, 0, 0, 123456000, time.UTC)
	a := ID{System: "7", OID: 5, Started: start}
	for name, tt := range map[string]struct {
		other ID
		want  Likeness
	}{
		"itself":                      {a, Same},
		"in another time zone":        {ID{"7", 5, start.In(time.FixedZone("", 3600))}, Same},
		"by a role that sees less":    {ID{"", 5, start}, Same},
		"its neighbour":               {ID{"7", 6, start}, Other},
		"its neighbour, seen later":   {ID{"7", 6, start.Add(time.Hour)}, Other},
		"started anew, or a copy":     {ID{"7", 5, start.Add(time.Hour)}, Unknown},
		"of another cluster":          {ID{"8", 5, start.Add(time.Hour)}, Other},
		"of a cluster that is silent": {ID{"", 5, start.Add(time.Hour)}, Unknown},
		"nothing is known":            {ID{}, Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, a.Like(tt.other))
			require.Equal(t, tt.want, tt.other.Like(a))
		})
	}
}
