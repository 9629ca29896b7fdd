-- The songs of a library, who made them and on which albums they are.
-- :electric:txn:start
CREATE TABLE artists (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL CHECK (char_length(name) > 0),
  sort_name text,
  country char(2),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE albums (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  artist_id uuid NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
  title text NOT NULL,
  released_on date,
  label varchar(120),
  cover_url text,
  UNIQUE (artist_id, title)
);

CREATE TABLE songs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  album_id uuid REFERENCES albums (id) ON DELETE SET NULL,
  title text NOT NULL CHECK (char_length(title) > 0),
  track_no smallint CHECK (track_no > 0),
  duration_ms integer CHECK (duration_ms > 0),
  isrc varchar(12) UNIQUE,
  metadata jsonb NOT NULL DEFAULT '{}'::jsonb CHECK (jsonb_typeof(metadata) = 'object'),
  added_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE songs IS 'One row for each recording, whichever albums it is on.';

CREATE TABLE song_artists (
  song_id uuid NOT NULL REFERENCES songs (id) ON DELETE CASCADE,
  artist_id uuid NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
  role text NOT NULL DEFAULT 'performer',
  PRIMARY KEY (song_id, artist_id)
);

CREATE INDEX songs_title_idx ON songs (lower(title));
CREATE INDEX albums_released_idx ON albums (released_on DESC) WHERE released_on IS NOT NULL;
-- :electric:txn:end
