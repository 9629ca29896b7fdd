CREATE TABLE songs (id uuid PRIMARY KEY, artist text);
