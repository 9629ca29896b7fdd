CREATE DOMAIN title AS text NOT NULL;
CREATE TABLE songs (id uuid PRIMARY KEY, title title);
