CREATE TABLE songs (id uuid PRIMARY KEY, title varchar NOT NULL, artists varchar[], data json);
