CREATE TABLE songs (id uuid PRIMARY KEY, volume int CHECK (volume >= 0 AND volume <= 100), kind text CHECK (kind = 'a'));
