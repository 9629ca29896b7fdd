CREATE TABLE plays (song uuid, at timestamptz NOT NULL);
