CREATE TABLE songs (id uuid PRIMARY KEY, title text, album text);
CREATE UNIQUE INDEX ON songs (title, album);
CREATE UNIQUE INDEX ON songs (lower(title)) WHERE album IS NULL;
