CREATE TABLE plays (song uuid NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (song, at));
