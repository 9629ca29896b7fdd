CREATE DOMAIN title AS text CHECK (VALUE <> '');
CREATE TABLE songs (id uuid PRIMARY KEY, title title);
