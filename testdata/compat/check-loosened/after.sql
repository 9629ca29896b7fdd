CREATE TABLE songs (id uuid PRIMARY KEY, volume int CHECK (volume >= 0 AND volume <= 150), kind text CHECK (kind IN ('a', 'b')));
