-- Where the bytes of a song are. Rows know the file, never its content.
-- :electric:txn:start
CREATE TABLE media_blobs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  song_id uuid NOT NULL REFERENCES songs (id) ON DELETE CASCADE,
  sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
  mime text NOT NULL DEFAULT 'audio/mpeg',
  source_client_id text NOT NULL,
  local_path text,
  metadata jsonb NOT NULL DEFAULT '{}'::jsonb CHECK (jsonb_typeof(metadata) = 'object'),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (song_id, sha256)
);

CREATE INDEX media_blobs_source_client_id_idx ON media_blobs (source_client_id);
CREATE INDEX media_blobs_local_path_idx ON media_blobs (local_path) WHERE local_path IS NOT NULL;
-- :electric:txn:end
