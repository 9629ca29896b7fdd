-- :electric:txn:start
CREATE TYPE play_source AS ENUM ('album', 'playlist', 'radio', 'search');

CREATE TABLE plays (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  song_id uuid NOT NULL REFERENCES songs (id) ON DELETE CASCADE,
  device_id uuid REFERENCES devices (id) ON DELETE SET NULL,
  source play_source NOT NULL DEFAULT 'album',
  started_at timestamptz NOT NULL DEFAULT now(),
  listened_ms integer NOT NULL DEFAULT 0
);
CREATE INDEX plays_user_idx ON plays (user_id, started_at DESC);
-- :electric:txn:end

-- The server's alone.
CREATE TABLE audit_log (
  at timestamptz NOT NULL DEFAULT now(),
  who text,
  what jsonb NOT NULL
);
