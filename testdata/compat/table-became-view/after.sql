CREATE TABLE tracks (id uuid PRIMARY KEY, title text NOT NULL, artist text);
CREATE VIEW songs AS SELECT * FROM tracks;
