CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL, artist text);
ALTER TABLE songs REPLICA IDENTITY NOTHING;
