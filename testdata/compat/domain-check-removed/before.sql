CREATE DOMAIN title AS text CHECK (char_length(VALUE) > 0);
CREATE TABLE songs (id uuid PRIMARY KEY, title title);
