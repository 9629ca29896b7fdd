CREATE TABLE songs (id uuid PRIMARY KEY, title text CHECK (char_length(title) > 0), genre text[] CHECK (array_length(genre, 1) <= 10), kind text CHECK (kind IN ('a', 'b', 'c')));
