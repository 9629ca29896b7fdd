CREATE TABLE songs (id uuid PRIMARY KEY, added timestamptz NOT NULL);
