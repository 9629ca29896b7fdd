-- :electric:txn:start
CREATE TABLE ratings (
  user_id uuid NOT NULL REFERENCES user (id) ON DELETE CASCADE,
  song_id uuid NOT NULL REFERENCES songs (id) ON DELETE CASCADE,
  stars smallint NOT NULL CHECK (stars BETWEEN 1 AND 5),
  PRIMARY KEY (user_id, song_id)
);

ALTER TABLE songs
  ADD COLUMN title text,
  ADD COLUMN mood text;

CREATE INDEX songs_mod_idx ON songs (mod);

CREATE TABLE moods (
  id integer PRIMARY KEY,
  name text NOT NULL
  colour text,
);
-- :electric:txn:end
