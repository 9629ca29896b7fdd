CREATE TABLE songs (id uuid PRIMARY KEY, plays int, taken timestamptz, genre text[], price text);
