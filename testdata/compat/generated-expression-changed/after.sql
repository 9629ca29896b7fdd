CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL, sort text GENERATED ALWAYS AS (upper(title)) STORED);
