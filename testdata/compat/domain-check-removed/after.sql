CREATE DOMAIN title AS text;
CREATE TABLE songs (id uuid PRIMARY KEY, title title);
