CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL, artist text);
CREATE TABLE mixes (id uuid PRIMARY KEY, name text);
