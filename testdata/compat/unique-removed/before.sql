CREATE TABLE songs (id uuid PRIMARY KEY, title text, album text, UNIQUE (title));
