-- :electric:txn:start
CREATE TABLE playlists (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
  description text,
  metadata jsonb NOT NULL DEFAULT '{}'::jsonb CHECK (jsonb_typeof(metadata) = 'object'),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE playlist_songs (
  playlist_id uuid NOT NULL REFERENCES playlists (id) ON DELETE CASCADE,
  song_id uuid NOT NULL REFERENCES songs (id) ON DELETE CASCADE,
  position integer NOT NULL CHECK (position >= 0),
  added_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (playlist_id, song_id)
);

CREATE INDEX playlist_songs_song_id_idx ON playlist_songs (song_id);
-- :electric:txn:end
