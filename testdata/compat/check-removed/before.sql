CREATE TABLE songs (id uuid PRIMARY KEY, title text CHECK (char_length(title) > 0));
