CREATE DOMAIN title AS text DEFAULT 'no title';
CREATE TABLE songs (id uuid PRIMARY KEY, title title);
