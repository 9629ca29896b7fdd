CREATE TABLE songs (id uuid PRIMARY KEY, plays int);
