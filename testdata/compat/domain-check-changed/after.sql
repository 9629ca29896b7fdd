CREATE DOMAIN title AS text CHECK (VALUE ~ '^[A-Z]');
CREATE TABLE songs (id uuid PRIMARY KEY, title title);
