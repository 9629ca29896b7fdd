CREATE DOMAIN title AS text DEFAULT 'untitled';
CREATE TABLE songs (id uuid PRIMARY KEY, title title);
