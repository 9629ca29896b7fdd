-- Where the bytes of a song are. Rows know the file, never its content.
-- :electric:txn:start
CREATE TABLE devices (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  platform text NOT NULL CHECK (platform IN ('ios', 'android', 'desktop', 'web')),
  last_seen_at timestamptz
);

CREATE TABLE media_blobs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  song_id uuid NOT NULL REFERENCES songs (id) ON DELETE CASCADE,
  device_id uuid REFERENCES devices (id) ON DELETE SET NULL,
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
  size_mb numeric(12,2) GENERATED ALWAYS AS (size_bytes / 1048576.0) STORED,
  mime text NOT NULL DEFAULT 'audio/mpeg',
  local_path text,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (song_id, sha256)
);
CREATE INDEX media_blobs_local_path_idx ON media_blobs (local_path) WHERE local_path IS NOT NULL;
-- :electric:txn:end
