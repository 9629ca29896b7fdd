CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL, artist text, plays int NOT NULL DEFAULT 0);
