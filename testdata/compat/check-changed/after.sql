CREATE TABLE songs (id uuid PRIMARY KEY, title text CHECK (title ~ '^[A-Z]'));
