CREATE TABLE songs (id uuid PRIMARY KEY, plays int, code text, price numeric, at timestamptz, tag text);
