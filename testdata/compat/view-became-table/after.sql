CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL, artist text);
CREATE TABLE tracks (id uuid PRIMARY KEY, title text NOT NULL, artist text);
