-- :electric:txn:start
CREATE TABLE genres (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  parent_id integer REFERENCES genres (id),
  name text NOT NULL UNIQUE
);

CREATE TABLE song_genres (
  song_id uuid NOT NULL REFERENCES songs (id) ON DELETE CASCADE,
  genre_id integer NOT NULL REFERENCES genres (id) ON DELETE CASCADE,
  PRIMARY KEY (song_id, genre_id)
);
-- :electric:txn:end
