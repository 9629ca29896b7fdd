CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL, artist text);
