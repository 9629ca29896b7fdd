CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL, artist text);
ALTER TABLE songs ENABLE ROW LEVEL SECURITY;
